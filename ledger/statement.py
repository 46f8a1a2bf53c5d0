"""My statement: what happened to the money of one person, or of any funds, over some days."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, Select, and_, bindparam, func, select
from sqlmodel import Session

from ledger.accounting import month_of
from ledger.models import Book

_table = Book.metadata.tables
_NAMES = ("book", "account", "entry", "posting", "entry_text", "month_total")
_book, _account, _entry, _posting, _text, _month = (_table[name].c for name in _NAMES)
_BOOK: BindParameter[UUID] = bindparam("book")
_MONTHS: BindParameter[list[int]] = bindparam("months", expanding=True)
_FUNDS: BindParameter[list[UUID]] = bindparam("funds", expanding=True)


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


_SPAN = select(
    *(
        select(edge(_month.month)).where(_month.book_id == _BOOK).scalar_subquery()
        for edge in (func.min, func.max)
    )
)
_BEFORE = (
    select(func.coalesce(func.sum(_month.amount), 0))
    .join_from(
        _table["month_total"],
        _table["account"],
        and_(_account.book_id == _month.book_id, _account.code == _month.account),
    )
    .join(_table["book"], and_(_book.book_id == _month.book_id, _book.unit == _month.unit))
    .where(_month.book_id == _BOOK, _month.month.in_(_MONTHS), _month.fund_id.in_(_FUNDS))
    .where(_account.kind == "asset")
)


def _mine() -> Select[tuple[object, ...]]:
    """What stands against my money in each entry of some months: what for, and how much. Every
    fund sums to zero by itself, so its turned sign is what the entry did to my money.

    It starts from the month totals, which say where there is anything at all; the index of months
    alone tells which lines those are; only then the lines are read. Written with one join less,
    SQLite takes the book for ten lines long and walks it.
    """
    place = _table["posting"].alias("place")
    of_month = and_(*(place.c[name] == _month[name] for name in ("book_id", "month", "fund_id")))
    of_place = and_(*(_posting[name] == place.c[name] for name in ("book_id", "seq", "line")))
    of_kind = and_(_posting.account == _month.account, _posting.unit == _month.unit)
    of_account = and_(_account.book_id == _month.book_id, _account.code == _month.account)
    of_book = and_(_book.book_id == _month.book_id, _book.unit == _month.unit)
    of_entry = and_(_entry.book_id == _posting.book_id, _entry.seq == _posting.seq)
    words = and_(_text.book_id == _entry.book_id, _text.seq == _entry.seq, _text.field == "words")
    return (
        select(
            _entry.seq,
            _entry.happened_on,
            _entry.kind,
            _text.text,
            _posting.account,
            _account.kind,
            -_posting.amount,
            _entry.money_in - _entry.money_out,
            _entry.authority,
            _entry.key,
            _entry.reverses,
        )
        .select_from(
            _table["month_total"]
            .join(_table["account"], of_account)
            .join(_table["book"], of_book)
            .outerjoin(place, of_month)
            .outerjoin(_table["posting"], of_place)
            .outerjoin(_table["entry"], of_entry)
            .outerjoin(_table["entry_text"], words)
        )
        .where(_month.book_id == _BOOK, _month.month.in_(_MONTHS), _month.fund_id.in_(_FUNDS))
        .where(_account.kind != "asset", of_kind)
        .order_by(_entry.happened_on, _entry.seq, _posting.account)
    )


_MINE = _mine()
_PARTS = {"income": "paid_in", "cost": "spent", "transfer": "moved"}


def _my_lines(rows: Iterable[Any]) -> Iterator[MyLine]:
    """One line for each entry and account, whichever of my funds it touched."""
    for (seq, account), parts in groupby(rows, key=lambda row: (row[0], row[4])):
        together = list(parts)
        _, on, kind, words, _, of, _, group, *rest = together[0]
        part = "put_right" if kind == "reversal" else _PARTS[of]
        share = sum(row[6] for row in together)
        if share:
            yield MyLine(seq, on, kind, words, account, part, share, group, *rest)


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
    lines = [*_my_lines(session.execute(_MINE, whose | {"months": list(span)}))]
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
