"""Does the book agree with the bank, to the penny? If not: exactly what differs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger import closing, marks
from ledger import queries as ledger
from ledger.models import Entry
from payments.models import BankImport, BankLine
from pools.models import Pool

LOOKED_BACK = 13  # statements: about a year of them
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Gap:
    """The balances of two statements do not join: `amount` moved (in is positive) in the days from
    `since` to `until`; without days (None), on a day that both files have.
    """

    amount: int
    before: date
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Tie:
    """What stood in the bank on that day by its newest statement that says so; what our book says
    lay there; the sum of the `lines` that wait; and what makes up the rest: gaps between
    statements, and what was there `before` our first one (from `start` on). `later` is the sum of
    lines that our book has under a later day.
    """

    bank: int
    on: date
    book: int
    waiting: int
    lines: int
    gaps: tuple[Gap, ...] = ()
    before: int = 0
    start: date | None = None
    later: int = 0

    @property
    def difference(self) -> int:
        return self.bank - self.book

    @property
    def unexplained(self) -> int:
        return self.difference - self.waiting - self.later

    @property
    def agrees(self) -> bool:
        return self.difference == 0 and self.lines == 0


def tie(session: Session, pool: Pool, account_id: UUID) -> Tie | None:
    """None while no statement has said what is in the account."""
    statements = _statements(session, account_id)
    if not statements:
        return None
    found = _standing(session, pool, account_id, statements[-1])
    return _explained(session, account_id, found, statements) if found.unexplained else found


def standing(session: Session, pool: Pool, account_id: UUID) -> Tie | None:
    """The same without what makes up a difference: for those who only need to know of it."""
    statements = _statements(session, account_id)
    return _standing(session, pool, account_id, statements[-1]) if statements else None


def _standing(session: Session, pool: Pool, account_id: UUID, newest: BankImport) -> Tie:
    placed = col(BankLine.entry_seq).is_not(None)
    later, _ = _summed(session, account_id, *_after(newest), placed)
    book = ledger.held_in(session, pool.book_id, "bank") - later
    waiting, lines = _summed(session, account_id, _in(newest), *is_waiting(pool.id))
    return Tie(_closing(newest), _on(newest), book, waiting, lines)


def at_end_of(session: Session, pool: Pool, account_id: UUID, month: int) -> Tie | None:
    """The same for the end of the month that closes next, whose own lines count by their days in
    the book. None while no statement reaches as far as that.
    """
    last = marks.last_day(month)
    statements = [
        *_statements(session, account_id, since=last, first=True),
        *_statements(session, account_id, since=last)[-1:],
    ]
    if not statements:
        return None
    read = [_read_back(session, pool, one, month) for one in statements]
    if even := next((one for one in read if not one.unexplained), None):
        return even
    before = _statements(session, account_id, until=_on(statements[0]))
    return _explained(session, account_id, read[0], before)


def _read_back(session: Session, pool: Pool, statement: BankImport, month: int) -> Tie:
    """From a balance of a later day back to the end of that month. The first such balance may not
    know of a payment that the bank wrote under an earlier day afterwards; the newest does.
    """
    last, lines = marks.last_day(month), col(BankLine.happened_on)
    account_id, counted = statement.account_id, col(BankLine.left_out).is_(None)
    after, _ = _summed(session, account_id, _in(statement), lines > last, counted)
    more, _ = _summed(session, account_id, *_after(statement), lines <= last, counted)
    bank = _closing(statement) - after + more
    book = closing.bank_at_end(session, pool.book_id, month)
    since = (lines <= last, sa.not_(_kept_in(pool, month)))
    waiting, count = _summed(session, account_id, *since, *is_waiting(pool.id))
    later, _ = _summed(session, account_id, *since, _written_after(pool, month))
    return Tie(bank, last, book, waiting, count, later=later)


def waiting_at_end(session: Session, pool: Pool, month: int) -> list[BankLine]:
    """Lines up to the end of that month that wait, the oldest first."""
    until = col(BankLine.happened_on) <= marks.last_day(month)
    found = select(BankLine).where(until, sa.not_(_kept_in(pool, month)), *is_waiting(pool.id))
    return list(session.exec(found.order_by(col(BankLine.happened_on), col(BankLine.id))))


def _written_after(pool: Pool, month: int) -> Condition:
    """Our book has it, but under a day after that month."""
    written = select(Entry.seq).where(
        Entry.book_id == pool.book_id, Entry.seq == BankLine.entry_seq, Entry.month > month
    )
    return written.exists()


def _kept_in(pool: Pool, month: int) -> Condition:
    """It had its place by then, which was put right only after that month."""
    wrong, mended = aliased(Entry), aliased(Entry)
    kept = (
        select(mended.seq)
        .join(
            wrong, sa.and_(col(wrong.book_id) == mended.book_id, col(wrong.seq) == mended.reverses)
        )
        .where(
            mended.book_id == pool.book_id,
            mended.seq == BankLine.mended_seq,
            mended.month > month,
            wrong.month <= month,
        )
    )
    return kept.exists()


def is_waiting(pool_id: UUID) -> tuple[Condition, ...]:
    return (
        col(BankLine.pool_id) == pool_id,
        col(BankLine.entry_seq).is_(None),
        col(BankLine.left_out).is_(None),
    )


def _statements(
    session: Session,
    account_id: UUID,
    *,
    since: date = date.min,
    until: date = date.max,
    first: bool = False,
) -> list[BankImport]:
    """Those that state a balance of these days, the newest last; or just the first."""
    on = sa.func.coalesce(BankImport.closing_on, BankImport.last_on)
    order = (on, col(BankImport.imported_at), col(BankImport.id))
    found = session.exec(
        select(BankImport)
        .where(BankImport.account_id == account_id, col(BankImport.closing).is_not(None))
        .where(on.between(since, until))
        .order_by(*(order if first else (one.desc() for one in order)))
        .limit(1 if first else LOOKED_BACK)
    )
    return list(reversed(list(found)))


def _closing(statement: BankImport) -> int:
    return statement.closing or 0


def _on(statement: BankImport) -> date:
    return statement.closing_on or statement.last_on


def _in(statement: BankImport) -> Condition:
    """The lines that its balance counts: of earlier days, and of its own day those that had come
    by then (a file saved at noon knows nothing of the afternoon).
    """
    return sa.or_(col(BankLine.happened_on) < _on(statement), _of_own_day(statement))


def _after(statement: BankImport) -> tuple[Condition, Condition]:
    return col(BankLine.happened_on) >= _on(statement), sa.not_(_of_own_day(statement))


def _of_own_day(statement: BankImport) -> Condition:
    came = select(BankImport.id).where(
        BankImport.account_id == statement.account_id,
        BankImport.imported_at <= statement.imported_at,
    )
    return sa.and_(col(BankLine.happened_on) == _on(statement), col(BankLine.import_id).in_(came))


def _summed(session: Session, account_id: UUID, *which: Condition) -> tuple[int, int]:
    """The sum of these lines, and how many they are."""
    summed = select(sa.func.coalesce(sa.func.sum(BankLine.amount), 0), sa.func.count()).where(
        BankLine.account_id == account_id, *which
    )
    total, count = session.exec(summed).one()
    return int(total), count


def _explained(
    session: Session, account_id: UUID, found: Tie, statements: Sequence[BankImport]
) -> Tie:
    """Where the balances stopped following from the lines, and what was so from the start.

    Some banks write a payment under an earlier day, which the balance of that day knew nothing of.
    So each balance may be read with such lines or without: whichever follows.
    """
    off = [0]
    for one, after in pairwise(statements):
        between = (*_after(one), _in(after), col(BankLine.left_out).is_(None))
        known, _ = _summed(session, account_id, *between)
        off.append(off[-1] + _closing(after) - _closing(one) - known)
    late = [_dated_back(session, one) for one in statements]
    path = steadiest([(n, n + later) for n, later in zip(off, late, strict=True)])
    gaps = [
        _gap(statements[n - 1], statements[n], path[n] - path[n - 1])
        for n in range(1, len(path))
        if path[n] != path[n - 1]
    ]
    before = found.unexplained - path[-1] + path[0]
    return replace(found, gaps=tuple(gaps), before=before, start=statements[0].first_on)


def _dated_back(session: Session, statement: BankImport) -> int:
    """The sum of lines of its time that only a later statement has."""
    later = select(BankImport.id).where(
        BankImport.account_id == statement.account_id,
        col(BankImport.closing).is_not(None),
        sa.func.coalesce(BankImport.closing_on, BankImport.last_on) > _on(statement),
    )
    which = (_in(statement), col(BankLine.import_id).in_(later), col(BankLine.left_out).is_(None))
    total, _ = _summed(session, statement.account_id, *which)
    return total


def steadiest(readings: Sequence[tuple[int, int]]) -> list[int]:
    """One of the two numbers at each place, so that they change as seldom as can be; the first of
    the two where it makes no odds.
    """
    paths = [(0, [number]) for number in readings[0]]
    for pair in readings[1:]:
        paths = [
            min(
                ((changes + (path[-1] != number), [*path, number]) for changes, path in paths),
                key=lambda one: one[0],
            )
            for number in pair
        ]
    return min(paths, key=lambda one: one[0])[1]


def _gap(one: BankImport, after: BankImport, moved: int) -> Gap:
    day = timedelta(days=1)
    since, until = max(_on(one), one.last_on) + day, after.first_on - day
    if since > until:
        return Gap(moved, after.first_on)
    return Gap(moved, after.first_on, since, until)
