"""Does the book agree with the bank, to the penny? If not: exactly what differs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger import queries as ledger
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
    statements, and what was there `before` our first one (from `start` on).
    """

    bank: int
    on: date
    book: int
    waiting: int
    lines: int
    gaps: tuple[Gap, ...] = ()
    before: int = 0
    start: date | None = None

    @property
    def difference(self) -> int:
        return self.bank - self.book

    @property
    def unexplained(self) -> int:
        return self.difference - self.waiting

    @property
    def agrees(self) -> bool:
        return self.difference == 0 and self.lines == 0


def tie(session: Session, pool: Pool, account_id: UUID) -> Tie | None:
    """None while no statement has said what is in the account."""
    statements = _statements(session, account_id)
    if not statements:
        return None
    newest = statements[-1]
    placed = col(BankLine.entry_seq).is_not(None)
    later, _ = _summed(session, account_id, *_after(newest), placed)
    book = ledger.held_in(session, pool.book_id, "bank") - later
    waiting, lines = _summed(session, account_id, _in(newest), *is_waiting(pool.id))
    found = Tie(_closing(newest), _on(newest), book, waiting, lines)
    return _explained(session, account_id, found, statements) if found.unexplained else found


def is_waiting(pool_id: UUID) -> tuple[Condition, ...]:
    return (
        col(BankLine.pool_id) == pool_id,
        col(BankLine.entry_seq).is_(None),
        col(BankLine.left_out).is_(None),
    )


def _statements(session: Session, account_id: UUID) -> list[BankImport]:
    """Those that state a balance, the newest last."""
    found = session.exec(
        select(BankImport)
        .where(BankImport.account_id == account_id, col(BankImport.closing).is_not(None))
        .order_by(
            sa.func.coalesce(BankImport.closing_on, BankImport.last_on).desc(),
            col(BankImport.imported_at).desc(),
            col(BankImport.id).desc(),
        )
        .limit(LOOKED_BACK)
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
