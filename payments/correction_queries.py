"""What the pages of putting right show: for people with a job, who see whose money it is."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from ledger.queries import book_page
from members.models import Membership
from payments import corrections, remedies
from payments.answers import Answer
from payments.corrections import NoSuchCorrection
from payments.remedies import Wrong
from pools.jobs import Job
from pools.models import Pool
from pools.spending.models import Correction

MOST = 50


@dataclass(frozen=True)
class WrongLine:
    """A line of the book as it stands: `now` says what it is, `bank` what the bank's line says."""

    seq: int
    on: date
    what: str
    amount: int
    now: str
    bank: str


@dataclass(frozen=True)
class NewPage:
    line: WrongLine
    answers: tuple[Answer, ...]
    can_change_amount: bool


@dataclass(frozen=True)
class FixPage:
    """`state` is open, done or stopped; `may` says whether this reader is the one who can look."""

    id: UUID
    line: WrongLine
    why: str
    right: str
    said_by: str
    said_at: datetime
    state: str
    looked_by: str
    looked_at: datetime | None
    mine: bool
    may: bool
    mended_seq: int | None
    again_seq: int | None


@dataclass(frozen=True)
class Listed:
    id: UUID
    seq: int
    why: str
    said_by: str
    said_at: datetime
    may: bool


def new_page(session: Session, pool: Pool, seq: int) -> NewPage:
    wrong = remedies.wrong_of(session, pool, seq)
    return NewPage(
        _line(session, pool, wrong),
        remedies.offered(session, pool, wrong),
        wrong.can_change_amount,
    )


def _line(session: Session, pool: Pool, wrong: Wrong) -> WrongLine:
    seq = wrong.entry.seq
    (line,) = book_page(session, pool.book_id, before=seq + 1, size=1).lines
    return WrongLine(
        seq=seq,
        on=wrong.entry.happened_on,
        what=line.words or "",
        amount=line.money_in or line.money_out or wrong.amount,
        now=_now(session, pool, wrong),
        bank=wrong.line.words if wrong.line else "",
    )


def _now(session: Session, pool: Pool, wrong: Wrong) -> str:
    """Whose money it was written for, or what for."""
    answer = remedies.present(wrong)
    if not answer.startswith("other:"):
        return remedies.in_words(session, pool, answer)
    names = [
        session.get_one(Membership, one).name for one in remedies.owners(session, pool, wrong, "")
    ]
    return f"Money of {' and '.join(sorted(names))}" if names else ""


def fix_page(session: Session, pool: Pool, me: Membership, correction_id: UUID) -> FixPage:
    one = session.get(Correction, correction_id)
    if one is None or one.pool_id != pool.id:
        raise NoSuchCorrection
    wrong = remedies.wrong_of(session, pool, one.seq)
    state = "done" if one.confirmed_at else "stopped" if one.dropped_at else "open"
    looked_by = one.confirmed_by or one.dropped_by
    return FixPage(
        id=one.id,
        line=_line(session, pool, wrong),
        why=one.why,
        right=remedies.in_words(session, pool, one.again) if one.again else "",
        said_by=session.get_one(Membership, one.proposed_by).name,
        said_at=one.proposed_at,
        state=state,
        looked_by=session.get_one(Membership, looked_by).name if looked_by else "",
        looked_at=one.confirmed_at or one.dropped_at,
        mine=one.proposed_by == me.id,
        may=state == "open" and corrections.may_look(session, pool, one, me),
        mended_seq=one.reversal_seq,
        again_seq=one.again_seq,
    )


def fix_of_line(session: Session, pool: Pool, seq: int) -> UUID:
    found = corrections.open_on(session, pool, seq)
    if found is None:
        raise NoSuchCorrection
    return found.id


def waiting(session: Session, pool: Pool, me: Membership) -> tuple[Listed, ...]:
    """Lines that somebody says are wrong, the oldest first."""
    rows = session.exec(
        select(Correction, Membership.name)
        .join(Membership, col(Membership.id) == Correction.proposed_by)
        .where(
            Correction.pool_id == pool.id,
            col(Correction.confirmed_at).is_(None),
            col(Correction.dropped_at).is_(None),
        )
        .order_by(col(Correction.proposed_at), col(Correction.id))
        .limit(MOST)
    )
    return tuple(
        Listed(
            one.id,
            one.seq,
            one.why,
            name,
            one.proposed_at,
            corrections.may_look(session, pool, one, me),
        )
        for one, name in rows
    )


def jobs(
    session: Session, pool: Pool, me: Membership, roles: frozenset[str], *, now: datetime
) -> tuple[Job, ...]:
    """Corrections that wait for this person's look."""
    _ = now
    mine = [one for one in waiting(session, pool, me) if one.may] if roles else []
    if not mine:
        return ()
    if len(mine) == 1:
        return (Job("Check a correction", f"/g/{pool.slug}/fixes/{mine[0].id}"),)
    return (Job("Check corrections", f"/g/{pool.slug}/fixes", len(mine)),)
