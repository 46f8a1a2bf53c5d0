"""What pages show of the book: one function a page, each one value, no name of any person.

No cost grows with history: pages go by `seq`, balances and past months are kept as entries post.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, Select, and_, bindparam, func, select, text
from sqlmodel import Session

from ledger import chain
from ledger.accounting import is_name
from ledger.journal import NoSuchBook
from ledger.models import COMMON, LAST, RARE, Book
from ledger.statement import MyLine, Statement, statement

__all__ = ["MyLine", "Statement", "statement"]  # one door for pages

PAGE = 50
MONTHS = range(12 * 10_000)  # those of the years that a date can have

_table = Book.metadata.tables
_NAMES = ("book", "account", "fund", "entry", "posting", "entry_text", "balance", "month_total")
_book, _account, _fund, _entry, _posting, _text, _balance, _month = (
    _table[name].c for name in _NAMES
)
BOOK: BindParameter[UUID] = bindparam("book")
FUNDS: BindParameter[list[UUID]] = bindparam("funds", expanding=True)


@dataclass(frozen=True)
class Head:
    """The end of the book: how many entries, the hash over all of them, and what we have."""

    seq: int
    hash: bytes
    words: str
    total: int
    unit: str


class BookLine(NamedTuple):
    """One entry as a line of the book; pence. `words` is none once they were deleted."""

    seq: int
    happened_on: date
    kind: str
    words: str | None
    money_in: int
    money_out: int
    total: int
    authority: str | None
    key: str
    recorded_by: UUID | None
    reverses: int | None
    reversed_by: int | None


@dataclass(frozen=True)
class BookPage:
    """Newest first. `older` and `newer` are the `before` of the next pages, or none."""

    lines: tuple[BookLine, ...]
    older: int | None
    newer: int | None


@dataclass(frozen=True)
class Totals:
    """One month by account, in pence: what came in, and what each kind of cost took."""

    month: int
    paid_in: Mapping[str, int]
    spent: Mapping[str, int]

    @property
    def all_in(self) -> int:
        return sum(self.paid_in.values())

    @property
    def all_out(self) -> int:
        return sum(self.spent.values())


class Held(NamedTuple):
    """One account over all funds, as it would stand in a trial balance."""

    account: str
    kind: str
    unit: str
    amount: int


_HEAD = select(_book.head_seq, _book.head_hash, _book.total, _book.unit).where(
    _book.book_id == BOOK
)


def head(session: Session, book_id: UUID) -> Head:
    row = session.execute(_HEAD, {"book": book_id}).one_or_none()
    if row is None:
        raise NoSuchBook
    seq, digest, total, unit = row
    return Head(seq, digest, chain.words(digest), total, unit)


_SEALED = (
    select(func.min(_entry.seq))
    .where(_entry.book_id == BOOK, _entry.seq <= bindparam("last"))
    .where(_entry.hash >= bindparam("least"), _entry.hash <= bindparam("most"))
)


def line_sealed(session: Session, book_id: UUID, seal: str) -> int | None:
    """The line whose seal this is, told whole or as its three words; none if no line has it."""
    meant = chain.meant_by(seal)
    if meant is None:
        return None
    asked = {"book": book_id, "least": meant[0], "most": meant[1]}
    found: int | None = session.scalar(_SEALED, asked | {"last": head(session, book_id).seq})
    return found


# --- the book page -------------------------------------------------------------------------------


def _lines() -> Select[tuple[object, ...]]:
    entry, later = _table["entry"], _table["entry"].alias("later")
    said = _table["entry_text"]
    words = and_(_text.book_id == _entry.book_id, _text.seq == _entry.seq, _text.field == "words")
    back = and_(later.c.book_id == _entry.book_id, later.c.reverses == _entry.seq)
    return (
        select(
            _entry.seq,
            _entry.happened_on,
            _entry.kind,
            _text.text,
            _entry.money_in,
            _entry.money_out,
            _entry.total,
            _entry.authority,
            _entry.key,
            _entry.recorded_by,
            _entry.reverses,
            later.c.seq,
        )
        .select_from(entry.outerjoin(said, words).outerjoin(later, back))
        .where(_entry.book_id == BOOK, _entry.seq < bindparam("before"))
        .order_by(_entry.seq.desc())
        .limit(bindparam("size"))
    )


_filters = {
    "month": _entry.month == bindparam("month"),
    "kind": _entry.kind == bindparam("kind"),
    "rare": and_(_entry.kind == bindparam("kind"), text(f"entry.{RARE}")),  # the index says so too
}
_PAGES = {
    names: _lines().where(*(_filters[name] for name in names))
    for names in [(), ("month",), ("kind",), ("rare",), ("month", "kind")]
}
_NEWER = {
    names: select(_entry.seq)
    .where(_entry.book_id == BOOK, _entry.seq > bindparam("top"))
    .where(*(_filters[name] for name in names))
    .order_by(_entry.seq)
    .limit(bindparam("size"))
    for names in _PAGES
}


def book_page(
    session: Session,
    book_id: UUID,
    *,
    before: int | None = None,
    size: int = PAGE,
    month: int | None = None,
    kind: str | None = None,
) -> BookPage:
    """`size` entries older than `before` (the newest ones without it), newest first, perhaps only
    those of one `month` (accounting.month_of) or one `kind`.
    """
    if not ((month is None or month in MONTHS) and (kind is None or is_name(kind))):
        return BookPage((), None, None)
    given = {"month": month, "kind": kind}
    names = tuple(name for name, value in given.items() if value is not None)
    limits = {"book": book_id, **{name: given[name] for name in names}}
    if names == ("kind",) and kind not in COMMON:
        names = ("rare",)
    below = LAST if before is None else max(0, min(before, LAST))
    rows = session.execute(_PAGES[names], limits | {"before": below, "size": size + 1}).all()
    lines = tuple(BookLine(*row) for row in rows[:size])
    older = lines[-1].seq if len(rows) > size else None
    if before is None:
        return BookPage(lines, older, None)
    top = lines[0].seq if lines else below - 1
    newer = session.scalars(_NEWER[names], limits | {"top": top, "size": size}).all()
    return BookPage(lines, older, newer[-1] + 1 if newer else None)


# --- funds ---------------------------------------------------------------------------------------

_ASSETS = and_(_account.book_id == _balance.book_id, _account.code == _balance.account)
_IN_POUNDS = and_(_book.book_id == _balance.book_id, _book.unit == _balance.unit)
_MONEY = (
    select(_balance.fund_id, func.sum(_balance.amount))
    .join_from(_table["balance"], _table["account"], _ASSETS)
    .join(_table["book"], _IN_POUNDS)
    .where(_balance.book_id == BOOK, _balance.fund_id.in_(FUNDS), _account.kind == "asset")
    .group_by(_balance.fund_id)
)


def fund_money(session: Session, book_id: UUID, fund_ids: Collection[UUID]) -> dict[UUID, int]:
    """What each of these funds has, in pence, wherever it lies. Every fund asked for is there."""
    found = session.execute(_MONEY, {"book": book_id, "funds": list(fund_ids)})
    return dict.fromkeys(fund_ids, 0) | {fund: int(amount) for fund, amount in found}


_BELOW = (
    select(_balance.fund_id, func.sum(_balance.amount))
    .join_from(_table["balance"], _table["account"], _ASSETS)
    .join(_table["book"], _IN_POUNDS)
    .where(_balance.book_id == BOOK, _account.kind == "asset")
    .group_by(_balance.fund_id)
    .having(func.sum(_balance.amount) < 0)
)


def below_zero(session: Session, book_id: UUID) -> dict[UUID, int]:
    """The funds that are below zero, and by how much (negative pence)."""
    found = session.execute(_BELOW, {"book": book_id})
    return {fund: int(amount) for fund, amount in found}


_FUND = (
    select(_balance.account, _balance.amount)
    .join_from(_table["balance"], _table["book"], _IN_POUNDS)
    .where(_balance.book_id == BOOK, _balance.fund_id == bindparam("fund"))
)


def fund_balance(session: Session, book_id: UUID, fund_id: UUID) -> dict[str, int]:
    """Each account of one fund, in pence: assets and costs positive, income negative."""
    found = session.execute(_FUND, {"book": book_id, "fund": fund_id})
    return {account: amount for account, amount in found if amount}


_CUSTODY = select(_fund.fund_id).where(_fund.book_id == BOOK, _fund.kind == "custody")


def custody_fund(session: Session, book_id: UUID) -> UUID:
    """The fund of money that only changes place. Its total is always zero."""
    fund: UUID = session.scalars(_CUSTODY, {"book": book_id}).one()
    return fund


# --- sums of the whole book ----------------------------------------------------------------------

_KIND = and_(_account.book_id == _month.book_id, _account.code == _month.account)
_TOTALS = (
    select(_month.account, _account.kind, func.sum(_month.amount))
    .join_from(_table["month_total"], _table["account"], _KIND)
    .join(_table["book"], and_(_book.book_id == _month.book_id, _book.unit == _month.unit))
    .where(_month.book_id == BOOK, _month.month == bindparam("month"))
    .where(_account.kind.in_(("income", "cost")))
    .group_by(_month.account, _account.kind)
)


def totals(session: Session, book_id: UUID, month: int) -> Totals:
    """What one month brought in and took, by account, over all funds."""
    paid_in, spent = {}, {}
    limits = {"book": book_id, "month": month if month in MONTHS else 0}
    for account, kind, amount in session.execute(_TOTALS, limits):
        if kind == "income" and amount:
            paid_in[account] = -int(amount)
        elif amount:
            spent[account] = int(amount)
    return Totals(month, paid_in, spent)


_TRIAL = (
    select(_balance.account, _account.kind, _balance.unit, func.sum(_balance.amount))
    .join_from(_table["balance"], _table["account"], _ASSETS)
    .where(_balance.book_id == BOOK)
    .group_by(_balance.account, _account.kind, _balance.unit)
    .order_by(_account.kind, _balance.account, _balance.unit)
)


def trial_balance(session: Session, book_id: UUID) -> tuple[Held, ...]:
    """Every account over all funds. In each unit they sum to zero."""
    rows = session.execute(_TRIAL, {"book": book_id})
    return tuple(Held(account, kind, unit, int(sum_)) for account, kind, unit, sum_ in rows)


def held_in(session: Session, book_id: UUID, account: str) -> int:
    """What lies in one place, in pence: what the bank's own statement must say."""
    return sum(held.amount for held in trial_balance(session, book_id) if held.account == account)
