"""What pages show of the book: one function a page, each one value, no name of any person.

No cost grows with history: pages go by `seq`, balances and past months are kept as entries post.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, Select, and_, bindparam, func, select
from sqlmodel import Session

from ledger import chain
from ledger.accounting import month_of
from ledger.journal import NoSuchBook
from ledger.models import Book

PAGE = 50

_table = Book.metadata.tables
_book, _account, _fund = _table["book"].c, _table["account"].c, _table["fund"].c
_entry, _posting, _text = _table["entry"].c, _table["posting"].c, _table["entry_text"].c
_balance, _month = _table["balance"].c, _table["month_total"].c
BOOK: BindParameter[UUID] = bindparam("book")
MONTHS: BindParameter[list[int]] = bindparam("months", expanding=True)
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


class MyLine(NamedTuple):
    """One entry as it touched my funds, once for each account it was for. `share` is what it did
    to my money, in pence: paid in is positive, spent negative. `group` is what it did to all of
    ours. `part` is the sum of the statement it belongs to.
    """

    seq: int
    happened_on: date
    kind: str
    words: str | None
    account: str
    part: str
    share: int
    group: int
    authority: str | None
    key: str
    reverses: int | None


@dataclass(frozen=True)
class Statement:
    """opening + paid_in - spent + moved + put_right = closing, in pence."""

    since: date
    until: date
    opening: int
    lines: tuple[MyLine, ...]
    paid_in: int
    spent: int
    moved: int
    put_right: int
    closing: int


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


# --- the book page -------------------------------------------------------------------------------


def _lines() -> Select[tuple[object, ...]]:
    entry, later = _table["entry"], _table["entry"].alias("later")
    text = _table["entry_text"]
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
        .select_from(entry.outerjoin(text, words).outerjoin(later, back))
        .where(_entry.book_id == BOOK, _entry.seq < bindparam("before"))
        .order_by(_entry.seq.desc())
        .limit(bindparam("size"))
    )


_filters = {"month": _entry.month == bindparam("month"), "kind": _entry.kind == bindparam("kind")}
_PAGES = {
    names: _lines().where(*(_filters[name] for name in names))
    for names in [(), ("month",), ("kind",), ("month", "kind")]
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
    given = {"month": month, "kind": kind}
    names = tuple(name for name, value in given.items() if value is not None)
    limits = {"book": book_id, **{name: given[name] for name in names}}
    below = 2**62 if before is None else before
    rows = session.execute(_PAGES[names], limits | {"before": below, "size": size + 1}).all()
    lines = tuple(BookLine(*row) for row in rows[:size])
    older = lines[-1].seq if len(rows) > size else None
    if before is None:
        return BookPage(lines, older, None)
    top = lines[0].seq if lines else before - 1
    newer = session.scalars(_NEWER[names], limits | {"top": top, "size": size}).all()
    return BookPage(lines, older, newer[-1] + 1 if newer else None)


# --- funds ---------------------------------------------------------------------------------------

_ASSETS = and_(_account.book_id == _balance.book_id, _account.code == _balance.account)
_MONEY = (
    select(_balance.fund_id, func.sum(_balance.amount))
    .join_from(_table["balance"], _table["account"], _ASSETS)
    .join(_table["book"], and_(_book.book_id == _balance.book_id, _book.unit == _balance.unit))
    .where(_balance.book_id == BOOK, _balance.fund_id.in_(FUNDS), _account.kind == "asset")
    .group_by(_balance.fund_id)
)


def fund_money(session: Session, book_id: UUID, fund_ids: Collection[UUID]) -> dict[UUID, int]:
    """What each of these funds has, in pence, wherever it lies. Every fund asked for is there."""
    found = session.execute(_MONEY, {"book": book_id, "funds": list(fund_ids)})
    return dict.fromkeys(fund_ids, 0) | {fund: int(amount) for fund, amount in found}


_FUND = select(_balance.account, _balance.amount).where(
    _balance.book_id == BOOK,
    _balance.fund_id == bindparam("fund"),
    _balance.unit == bindparam("unit"),
)


def fund_balance(
    session: Session, book_id: UUID, fund_id: UUID, unit: str = "GBP"
) -> dict[str, int]:
    """Each account of one fund, in pence: assets and costs positive, income negative."""
    found = session.execute(_FUND, {"book": book_id, "fund": fund_id, "unit": unit})
    return {account: amount for account, amount in found if amount}


_CUSTODY = select(_fund.fund_id).where(_fund.book_id == BOOK, _fund.kind == "custody")


def custody_fund(session: Session, book_id: UUID) -> UUID:
    """The fund of money that only changes place. Its total is always zero."""
    fund: UUID = session.scalars(_CUSTODY, {"book": book_id}).one()
    return fund


# --- a statement ---------------------------------------------------------------------------------

_KIND = and_(_account.book_id == _month.book_id, _account.code == _month.account)
_SPAN = select(
    *(
        select(edge(_month.month)).where(_month.book_id == BOOK).scalar_subquery()
        for edge in (func.min, func.max)
    )
)
_BEFORE = (
    select(func.coalesce(func.sum(_month.amount), 0))
    .join_from(_table["month_total"], _table["account"], _KIND)
    .join(_table["book"], and_(_book.book_id == _month.book_id, _book.unit == _month.unit))
    .where(_month.book_id == BOOK, _month.month.in_(MONTHS), _month.fund_id.in_(FUNDS))
    .where(_account.kind == "asset")
)


def _mine() -> Select[tuple[object, ...]]:
    """What each entry of some months did to my funds, by account: the turned sign of what stands
    against the money, since every fund sums to zero by itself.
    """
    entry, posting, text = _table["entry"], _table["posting"], _table["entry_text"]
    of_account = and_(_account.book_id == _posting.book_id, _account.code == _posting.account)
    of_book = and_(_book.book_id == _posting.book_id, _book.unit == _posting.unit)
    share = -func.sum(_posting.amount)
    mine = (
        select(_posting.seq, _posting.account, _account.kind, share.label("share"))
        .select_from(posting.join(_table["account"], of_account).join(_table["book"], of_book))
        .where(
            _posting.book_id == BOOK,
            _posting.month.in_(MONTHS),
            _posting.fund_id.in_(FUNDS),
            _account.kind != "asset",
        )
        .group_by(_posting.seq, _posting.account, _account.kind)
        .having(share != 0)
        .subquery()
    )
    of_entry = and_(_entry.book_id == BOOK, _entry.seq == mine.c.seq)
    words = and_(_text.book_id == BOOK, _text.seq == mine.c.seq, _text.field == "words")
    return (
        select(
            _entry.seq,
            _entry.happened_on,
            _entry.kind,
            _text.text,
            mine.c.account,
            mine.c.kind,
            mine.c.share,
            _entry.money_in - _entry.money_out,
            _entry.authority,
            _entry.key,
            _entry.reverses,
        )
        .select_from(mine.join(entry, of_entry).outerjoin(text, words))
        .order_by(_entry.happened_on, _entry.seq, mine.c.account)
    )


_MINE = _mine()


def statement(
    session: Session, book_id: UUID, fund_ids: Collection[UUID], since: date, until: date
) -> Statement:
    """What happened to the money of these funds from `since` to `until`, both days included.

    Months before `since` come from the totals that are kept; only the part month is added up.
    """
    first, last = session.execute(_SPAN, {"book": book_id}).one()
    first, last = first or 0, last or 0  # an empty book
    whose = {"book": book_id, "funds": list(fund_ids)}
    past = range(first, min(month_of(since), last + 1))
    opening = session.scalars(_BEFORE, whose | {"months": list(past)}).one()
    span = range(max(first, month_of(since)), min(month_of(until), last) + 1)
    rows = session.execute(_MINE, whose | {"months": list(span)})
    lines = [_my_line(*row) for row in rows]
    opening = int(opening) + sum(line.share for line in lines if line.happened_on < since)
    within = tuple(line for line in lines if since <= line.happened_on <= until)
    sums: dict[str, int] = defaultdict(int)
    for line in within:
        sums[line.part] += line.share
    return Statement(
        since=since,
        until=until,
        opening=opening,
        lines=within,
        paid_in=sums["paid_in"],
        spent=-sums["spent"],
        moved=sums["moved"],
        put_right=sums["put_right"],
        closing=opening + sum(sums.values()),
    )


_PARTS = {"income": "paid_in", "cost": "spent", "transfer": "moved"}


def _my_line(*row: Any) -> MyLine:
    seq, on, kind, words, account, of, share, group, *rest = row
    part = "put_right" if kind == "reversal" else _PARTS[of]
    return MyLine(seq, on, kind, words, account, part, int(share), group, *rest)


# --- sums of the whole book ----------------------------------------------------------------------

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
    for account, kind, amount in session.execute(_TOTALS, {"book": book_id, "month": month}):
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
