"""Sums of a book for its reports: by month and account, and by where the money came from.

Only sums that are kept as entries post are read, so that no cost grows with the number of entries;
and no sum is told that fewer than three people stand behind.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, case, func, select
from sqlmodel import Session

from ledger.accounting import month_of
from ledger.models import Book
from ledger.queries import BOOK, FUNDS

FEWEST = 3  # people behind any sum by source
OTHER = "other"
EVERYONE = "everyone"

_table = Book.metadata.tables
_account, _fund, _entry, _posting, _month = (
    _table[name].c for name in ("account", "fund", "entry", "posting", "month_total")
)
FIRST: BindParameter[int] = bindparam("first")
LAST: BindParameter[int] = bindparam("last")
_UNIT = select(_table["book"].c.unit).where(_table["book"].c.book_id == BOOK).scalar_subquery()


class Sum(NamedTuple):
    """One account in one month over all funds, in pence. What came in and what was spent are
    positive; an asset is what it grew by.
    """

    month: int
    account: str
    kind: str
    amount: int


@dataclass(frozen=True)
class Source:
    """What one kind of fund brought in and paid for, in pence. `kind` is a source of `members`'
    money, OTHER or EVERYONE; or else a fund of nobody's (reserve, solidarity, grant).
    """

    kind: str
    members: bool
    paid_in: int
    spent: int


class PaidIn(NamedTuple):
    """What one fund was paid on one day, in pence; below zero if it was paid back."""

    fund_id: UUID
    on: date
    amount: int


# --- by month and account -------------------------------------------------------------------------

_kept = (
    select(_month.month, _month.account, func.sum(_month.amount).label("amount"))
    .where(_month.book_id == BOOK, _month.month >= FIRST, _month.month <= LAST)
    .where(_month.unit == _UNIT)
    .group_by(_month.month, _month.account)
    .subquery()
)
_SUMS = (
    select(_kept.c.month, _kept.c.account, _account.kind, _kept.c.amount)
    .join(_table["account"], and_(_account.book_id == BOOK, _account.code == _kept.c.account))
    .where(_account.kind != "transfer")
    .order_by(_kept.c.month, _kept.c.account)
)


def sums(session: Session, book_id: UUID, first: int, last: int) -> tuple[Sum, ...]:
    """Each account of each month from `first` to `last` (accounting.month_of), both included."""
    rows = session.execute(_SUMS, {"book": book_id, "first": first, "last": last})
    return tuple(
        Sum(month, account, kind, -int(amount) if kind == "income" else int(amount))
        for month, account, kind, amount in rows
        if amount
    )


def by_account(found: Iterable[Sum], kind: str) -> dict[str, int]:
    """Those of one kind over all their months."""
    added: dict[str, int] = {}
    for one in found:
        if one.kind == kind:
            added[one.account] = added.get(one.account, 0) + one.amount
    return added


def by_month(found: Iterable[Sum], kind: str) -> dict[int, int]:
    """Those of one kind over all their accounts."""
    added: dict[int, int] = {}
    for one in found:
        if one.kind == kind:
            added[one.month] = added.get(one.month, 0) + one.amount
    return added


_SPAN = select(_month.month).where(_month.book_id == BOOK).limit(1)
_ENDS = (_SPAN.order_by(_month.month), _SPAN.order_by(_month.month.desc()))


def span(session: Session, book_id: UUID) -> tuple[int, int] | None:
    """The first and the last month in which anything happened."""
    first, last = (session.scalars(one, {"book": book_id}).first() for one in _ENDS)
    return None if first is None or last is None else (first, last)


# --- by where the money came from -----------------------------------------------------------------

_gathered = (
    select(
        _month.fund_id,
        func.sum(case((_account.kind == "income", -_month.amount), else_=0)).label("paid_in"),
        func.sum(case((_account.kind == "cost", _month.amount), else_=0)).label("spent"),
    )
    .join_from(
        _table["month_total"],
        _table["account"],
        and_(_account.book_id == BOOK, _account.code == _month.account),
    )
    .where(_month.book_id == BOOK, _month.month >= FIRST, _month.month <= LAST)
    .where(_month.unit == _UNIT)
    .group_by(_month.fund_id)
    .subquery()
)
_OWNED = select(
    _fund.kind, _fund.source, _fund.owner_code, _gathered.c.paid_in, _gathered.c.spent
).join_from(
    _gathered, _table["fund"], and_(_fund.book_id == BOOK, _fund.fund_id == _gathered.c.fund_id)
)

Sides = tuple[int, int]  # paid in, spent


def by_source(session: Session, book_id: UUID, first: int, last: int) -> tuple[Source, ...]:
    """What each source brought in and paid for in these months, the largest first; sources with too
    few people behind them are one. The rows sum to all that came in and was spent.
    """
    owned: dict[str, dict[UUID, Sides]] = {}
    nobodys: dict[str, Sides] = {}
    for row in session.execute(_OWNED, {"book": book_id, "first": first, "last": last}):
        kind, source, owner, paid_in, spent = row
        if owner is None:
            nobodys[kind] = _added(nobodys.get(kind, (0, 0)), (int(paid_in), int(spent)))
        else:
            owned.setdefault(source, {})[owner] = (int(paid_in), int(spent))
    rows = [Source(kind, True, *_total(people)) for kind, people in folded(owned).items()]
    rows += [Source(kind, False, *sides) for kind, sides in nobodys.items()]
    some = [row for row in rows if row.paid_in or row.spent]
    return tuple(sorted(some, key=lambda row: (-row.paid_in, -row.spent, row.kind)))


def folded(owned: Mapping[str, Mapping[UUID, Sides]]) -> dict[str, dict[UUID, Sides]]:
    """Sources with fewer than FEWEST people behind any figure go into OTHER; and as long as OTHER
    has too few as well, so does the next smallest: what is hidden can't be had by subtraction.
    """
    shown = {kind: dict(people) for kind, people in owned.items() if behind(people)}
    other: dict[UUID, Sides] = {}
    while shown:
        smallest = min(shown, key=lambda kind: (behind(shown[kind]), kind))
        enough = behind(shown[smallest]) >= FEWEST
        if enough and (not other or behind(other) >= FEWEST):
            break
        for owner, sides in shown.pop(smallest).items():
            other[owner] = _added(other.get(owner, (0, 0)), sides)
    if other:
        shown[OTHER if shown else EVERYONE] = other
    return shown


def behind(people: Mapping[UUID, Sides]) -> int:
    """How many people stand behind the figure that has the fewest; a nought tells nothing."""
    counts = [sum(1 for sides in people.values() if sides[side]) for side in (0, 1)]
    return min((count for count in counts if count), default=0)


def _added(one: Sides, other: Sides) -> Sides:
    return one[0] + other[0], one[1] + other[1]


def _total(people: Mapping[UUID, Sides]) -> Sides:
    paid_in, spent = zip(*people.values(), strict=True)
    return sum(paid_in), sum(spent)


# --- what was paid lately -------------------------------------------------------------------------

_LATELY = (
    select(_posting.fund_id, _entry.happened_on, -func.sum(_posting.amount))
    .join_from(
        _table["posting"],
        _table["entry"],
        and_(_entry.book_id == _posting.book_id, _entry.seq == _posting.seq),
    )
    .where(_posting.book_id == BOOK, _posting.month.in_(bindparam("months", expanding=True)))
    .where(_posting.fund_id.in_(FUNDS), _posting.account == "contributions")
    .where(_posting.unit == _UNIT, _entry.happened_on >= bindparam("since"))
    .where(_entry.happened_on <= bindparam("until"))
    .group_by(_posting.fund_id, _entry.happened_on)
    .order_by(_entry.happened_on, _posting.fund_id)
)


def paid_lately(
    session: Session, book_id: UUID, fund_ids: Collection[UUID], since: date, until: date
) -> tuple[PaidIn, ...]:
    """What these funds were paid from `since` to `until`, both included; the oldest first."""
    months = list(range(month_of(since), month_of(until) + 1))
    limits = {"book": book_id, "funds": list(fund_ids), "months": months}
    rows = session.execute(_LATELY, limits | {"since": since, "until": until})
    return tuple(PaidIn(fund, on, int(amount)) for fund, on, amount in rows)
