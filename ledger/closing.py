"""Closing months of a book, and opening them again: two people, one month after the other.

Once a month is closed, the database refuses every line of a day in it, and what each fund held at
its end is kept and sealed. Nothing here commits, and no cost grows with months that were closed.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, func, insert, select
from sqlmodel import Session

from errors import NotPossible, NotValid
from ledger import chain, marks
from ledger.journal import NoSuchBook
from ledger.marks import BANK, CLOSE, OPEN, Held
from ledger.models import Book, Checkpoint, MonthMark
from ledger.queries import BOOK

_table = Book.metadata.tables
_book, _account, _entry, _month, _mark, _held = (
    _table[name].c
    for name in ("book", "account", "entry", "month_total", "month_mark", "checkpoint")
)
_MONTH: BindParameter[int] = bindparam("month")


class NotOver(NotPossible):
    """{month} is not over yet. Close it when it is."""


class NotTheNext(NotPossible):
    """Months close one after the other. {month} comes first."""


class NothingHappened(NotPossible):
    """The money book has no line yet. There is nothing to close."""


class ClosedAlready(NotPossible):
    """{month} is closed already."""


class NotClosed(NotPossible):
    """{month} is not closed."""


class NotExplained(NotValid):
    """Our book and the bank differ. Say why, in a few words."""


class WhyNeeded(NotValid):
    """Say why the month must be opened again."""


class SamePerson(NotPossible):
    """Two different people must close a month."""


@dataclass(frozen=True)
class Agreed:
    """The codes of the two people who agreed, and their words: why the bank and the book differ, or
    why the month is opened again.
    """

    first: UUID
    second: UUID
    words: str = ""


class Marked(NamedTuple):
    """One time that a month was closed (`kind` "close") or opened again ("open"). Pence."""

    number: int
    kind: str
    month: int
    seq: int
    until: int | None
    first_by: UUID
    second_by: UUID
    recorded_at: datetime
    bank_says: int | None
    bank_book: int | None
    hash: bytes
    words: str | None

    @property
    def difference(self) -> int:
        return (self.bank_says or 0) - (self.bank_book or 0)


# --- what is closed ------------------------------------------------------------------------------

_MARKS = (
    select(*(_mark[name] for name in Marked._fields))
    .where(_mark.book_id == BOOK)
    .order_by(_mark.number.desc())
)
_FIRST = select(func.min(_entry.month)).where(_entry.book_id == BOOK)


def closed_until(session: Session, book_id: UUID) -> int | None:
    """The last month that is closed (as accounting.month_of counts), or None: it and all before."""
    return session.scalar(
        select(_mark.until).where(_mark.book_id == book_id).order_by(_mark.number.desc()).limit(1)
    )


def first_open_day(session: Session, book_id: UUID) -> date | None:
    """The first day that a line can have, or None where any can."""
    until = closed_until(session, book_id)
    return None if until is None else marks.first_day(until + 1)


def next_month(session: Session, book_id: UUID) -> int | None:
    """The month that closes next, or None while nothing has happened."""
    until = closed_until(session, book_id)
    return until + 1 if until is not None else session.scalar(_FIRST, {"book": book_id})


def history(session: Session, book_id: UUID, *, most: int | None = None) -> tuple[Marked, ...]:
    """Every time that a month was closed or opened again, the newest first."""
    rows = session.execute(_MARKS.limit(most) if most else _MARKS, {"book": book_id})
    return tuple(Marked(*row) for row in rows)


def last_of(session: Session, book_id: UUID, month: int) -> Marked | None:
    """What happened last to this month itself, if anything."""
    row = session.execute(_MARKS.where(_mark.month == month).limit(1), {"book": book_id}).first()
    return None if row is None else Marked(*row)


_SEALED = (
    select(func.max(_mark.month))
    .where(_mark.book_id == BOOK)
    .where(_mark.hash >= bindparam("least"), _mark.hash <= bindparam("most"))
)


def month_sealed(session: Session, book_id: UUID, seal: str) -> int | None:
    """The month whose closing, or opening again, has this seal, whole or as its three words."""
    meant = chain.meant_by(seal)
    if meant is None:
        return None
    asked = {"book": book_id, "least": meant[0], "most": meant[1]}
    month: int | None = session.scalar(_SEALED, asked)
    return month


def held_at_end(session: Session, book_id: UUID, month: int) -> tuple[Held, ...]:
    """What each fund held in each place when this month was closed: its newest checkpoint."""
    newest = (
        select(func.max(_mark.number))
        .where(_mark.book_id == BOOK, _mark.month == _MONTH, _mark.kind == CLOSE)
        .scalar_subquery()
    )
    rows = session.execute(
        select(_held.fund_id, _held.account, _held.unit, _held.amount).where(
            _held.book_id == BOOK, _held.number == newest
        ),
        {"book": book_id, "month": month},
    )
    return marks.in_order((str(fund), *rest) for fund, *rest in rows)


def bank_at_end(session: Session, book_id: UUID, month: int) -> int:
    """What the book says lay in the bank when this month, which closes next, was over; pence."""
    return _in_bank(session, book_id, _sums(session, book_id, month))


# --- closing -------------------------------------------------------------------------------------


def close(
    session: Session,
    book_id: UUID,
    month: int,
    agreed: Agreed,
    *,
    bank_says: int,
    today: date,
    now: datetime,
) -> Marked:
    """Close the month that comes next. `bank_says` is what the bank's statements say lay there at
    its end; where the book says otherwise, the words must say why. `today` is the group's own day.
    """
    seq, head = _locked(session, book_id)
    must_be_next(session, book_id, month, today)
    if agreed.first == agreed.second:
        raise SamePerson
    held = _sums(session, book_id, month)
    bank_book = _in_bank(session, book_id, held)
    if bank_says != bank_book and not agreed.words:
        raise NotExplained
    mark = marks.Mark(
        book=str(book_id),
        number=_last(session, book_id)[0] + 1,
        kind=CLOSE,
        month=month,
        seq=seq,
        head=head.hex(),
        recorded_at=chain.moment(now),
        by=(str(agreed.first), str(agreed.second)),
        bank=(bank_says, bank_book),
        funds=marks.in_order(held),
        words=None,
    )
    return _sealed(session, book_id, mark, agreed.words)


def reopen(session: Session, book_id: UUID, month: int, agreed: Agreed, *, now: datetime) -> Marked:
    """Open a closed month again, and every later one with it. The words say why, for ever."""
    seq, head = _locked(session, book_id)
    until = closed_until(session, book_id)
    if until is None or month > until or last_of(session, book_id, month) is None:
        raise NotClosed(month=marks.in_words(month))
    if agreed.first == agreed.second:
        raise SamePerson
    if not agreed.words:
        raise WhyNeeded
    mark = marks.Mark(
        book=str(book_id),
        number=_last(session, book_id)[0] + 1,
        kind=OPEN,
        month=month,
        seq=seq,
        head=head.hex(),
        recorded_at=chain.moment(now),
        by=(str(agreed.first), str(agreed.second)),
        bank=None,
        funds=(),
        words=None,
    )
    return _sealed(session, book_id, mark, agreed.words)


def _locked(session: Session, book_id: UUID) -> tuple[int, bytes]:
    """The head, held: nobody posts to this book until the transaction ends."""
    row = session.execute(
        select(_book.head_seq, _book.head_hash).where(_book.book_id == book_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NoSuchBook
    return row[0], row[1]


def must_be_next(session: Session, book_id: UUID, month: int, today: date) -> None:
    """Refuse any month but the one that closes next, and that one until it is over."""
    wanted = next_month(session, book_id)
    if wanted is None:
        raise NothingHappened
    if month < wanted:
        raise ClosedAlready(month=marks.in_words(month))
    if month > wanted:
        raise NotTheNext(month=marks.in_words(wanted))
    if today < marks.first_day(month + 1):
        raise NotOver(month=marks.in_words(month))


def _last(session: Session, book_id: UUID) -> tuple[int, bytes]:
    """The number and the hash of the newest mark."""
    row = session.execute(
        select(_mark.number, _mark.hash)
        .where(_mark.book_id == book_id)
        .order_by(_mark.number.desc())
        .limit(1)
    ).one_or_none()
    return (0, marks.genesis(book_id)) if row is None else (row[0], row[1])


_OF_MONTH = (
    select(_month.fund_id, _month.account, _month.unit, _month.amount)
    .join_from(
        _table["month_total"],
        _table["account"],
        and_(_account.book_id == _month.book_id, _account.code == _month.account),
    )
    .where(_month.book_id == BOOK, _month.month == _MONTH, _account.kind == "asset")
)


def _sums(session: Session, book_id: UUID, month: int) -> tuple[Held, ...]:
    """What lay where at the end of this month: the month before, as it was closed, and its own."""
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    for fund, account, unit, amount in held_at_end(session, book_id, month - 1):
        found[fund, account, unit] += amount
    for fund, account, unit, amount in session.execute(
        _OF_MONTH, {"book": book_id, "month": month}
    ):
        found[str(fund), account, unit] += amount
    return tuple((*place, amount) for place, amount in found.items())


def _in_bank(session: Session, book_id: UUID, held: tuple[Held, ...]) -> int:
    unit = session.scalar(select(_book.unit).where(_book.book_id == book_id))
    return sum(amount for _, *place, amount in held if place == [BANK, unit])


def _sealed(session: Session, book_id: UUID, mark: marks.Mark, words: str) -> Marked:
    """Write it, with its reason bound by a salted commitment."""
    salt = secrets.token_bytes(chain.SALT_BYTES) if words else None
    if salt is not None:
        mark = mark._replace(words=chain.commitment(salt, marks.WORDS, words))
    told = marks.content(mark)
    digest = marks.mark_hash(_last(session, book_id)[1], mark.number, told)
    keep(session, book_id, mark, marks.Told(mark.number, told, digest, salt, words or None))
    (made,) = history(session, book_id, most=1)
    return made


def keep(session: Session, book_id: UUID, mark: marks.Mark, told: marks.Told) -> None:
    """Write a mark's rows: first what lay where, then the mark, at which the database checks it."""
    rows = [
        {
            "book_id": book_id,
            "number": mark.number,
            "fund_id": UUID(fund),
            "account": account,
            "unit": unit,
            "amount": amount,
        }
        for fund, account, unit, amount in mark.funds
    ]
    if rows:
        session.execute(insert(Checkpoint), rows)
    until = mark.month if mark.kind == CLOSE else _before(session, book_id, mark.month)
    says, book = mark.bank or (None, None)
    facts: Mapping[str, object] = {
        "book_id": book_id,
        "number": mark.number,
        "kind": mark.kind,
        "month": mark.month,
        "seq": mark.seq,
        "head": bytes.fromhex(mark.head),
        "until": until,
        "until_on": None if until is None else marks.last_day(until),
        "first_by": UUID(mark.by[0]),
        "second_by": UUID(mark.by[1]),
        "recorded_at": datetime.fromisoformat(mark.recorded_at),
        "bank_says": says,
        "bank_book": book,
        "content": told.content,
        "hash": told.hash,
        "salt": told.salt,
        "words": told.words,
    }
    session.execute(insert(MonthMark), [facts])


def _before(session: Session, book_id: UUID, month: int) -> int | None:
    """The month before, if that was ever closed: what stays closed when `month` is opened."""
    before = (
        select(_mark.number)
        .where(_mark.book_id == book_id, _mark.month == month - 1, _mark.kind == CLOSE)
        .limit(1)
    )
    return None if session.scalar(before) is None else month - 1
