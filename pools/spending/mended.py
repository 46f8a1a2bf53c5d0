"""What was said to be wrong in the book, and how it was put right, as every member may read it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.models import Entry
from members.models import Membership
from pools.models import Pool
from pools.spending import telling
from pools.spending.models import Correction


@dataclass(frozen=True)
class Mended:
    """One line's story: `wrong` was turned round by `mended` and entered again as `again`. Without
    `mended` it is only said to be wrong, and another person is still to look.
    """

    wrong: int
    mended: int | None
    again: int | None
    sentence: str
    fixed_by: str
    fixed_on: date
    checked_by: str


_said, _looked = aliased(Membership), aliased(Membership)
_BOOK: sa.BindParameter[UUID] = sa.bindparam("book")
_SEQS: sa.BindParameter[list[int]] = sa.bindparam("seqs", expanding=True)
_CORRECTIONS = (
    select(Correction, _said.name, _looked.name)
    .join(_said, _said.id == Correction.proposed_by)  # type: ignore[arg-type]
    .outerjoin(_looked, _looked.id == Correction.confirmed_by)  # type: ignore[arg-type]
    .where(
        Correction.book_id == _BOOK,
        col(Correction.dropped_at).is_(None),
        sa.or_(
            col(Correction.seq).in_(_SEQS),
            col(Correction.reversal_seq).in_(_SEQS),
            col(Correction.again_seq).in_(_SEQS),
        ),
    )
    .order_by(col(Correction.seq))
)
_AMOUNTS = select(Entry.seq, Entry.money_in, Entry.money_out).where(
    Entry.book_id == _BOOK, col(Entry.seq).in_(_SEQS)
)


def of_lines(session: Session, pool: Pool, seqs: Collection[int]) -> Mapping[int, Mended]:
    """By line number: of the wrong line, of the one that turned it round, and of the right one."""
    found = _rows(session, pool.book_id, seqs) if seqs else []
    amounts = _amounts(session, pool.book_id, [n for one in found for n in _lines(one[0])])
    told = {}
    for correction, said, looked in found:
        story = _told(pool, correction, said, looked or "", amounts)
        told.update(dict.fromkeys(_lines(correction), story))
    return told


def _lines(one: Correction) -> tuple[int, ...]:
    return tuple(n for n in (one.seq, one.reversal_seq, one.again_seq) if n is not None)


def _rows(
    session: Session, book_id: UUID, seqs: Collection[int]
) -> list[tuple[Correction, str, str | None]]:
    """The oldest first, so that a line that was wrong twice tells what came of it last."""
    rows = session.exec(_CORRECTIONS, params={"book": book_id, "seqs": list(seqs)})
    return [(one, first, second) for one, first, second in rows]


def _amounts(session: Session, book_id: UUID, seqs: Collection[int]) -> dict[int, int]:
    if not seqs:
        return {}
    rows = session.exec(_AMOUNTS, params={"book": book_id, "seqs": list(seqs)})
    return {seq: came_in or went_out for seq, came_in, went_out in rows}


def _told(
    pool: Pool, one: Correction, said: str, looked: str, amounts: Mapping[int, int]
) -> Mended:
    right = amounts.get(one.again_seq) if one.again_seq else None
    moment: datetime = one.confirmed_at or one.proposed_at
    return Mended(
        wrong=one.seq,
        mended=one.reversal_seq,
        again=one.again_seq,
        sentence=telling.put_right(amounts.get(one.seq, 0), right),
        fixed_by=said,
        fixed_on=moment.astimezone(ZoneInfo(pool.time_zone)).date(),
        checked_by=looked,
    )


def links(seq: int, story: Mended, home: str) -> Iterator[tuple[str, str]]:
    """From each line of a story to the other."""
    if story.mended is None:
        yield "being put right", f"{home}/money/{seq}"
    elif story.again == seq:
        yield "see the wrong line", f"{home}/money/{story.wrong}"
    elif story.again is not None:
        yield "see the right line", f"{home}/money/{story.again}"
