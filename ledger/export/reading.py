"""A whole book, read once from its first entry to its head, for whoever writes it in another form.

Entries are told from their sealed bytes, so what leaves the house is what the chain holds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import BindParameter, and_, bindparam, func, select
from sqlmodel import Session

from ledger import chain, driver, marks
from ledger.driver import Row
from ledger.journal import NoSuchBook
from ledger.models import Book

SHORTEST = 8  # figures of a fund's id that stand for it, more where two would be the same
END: Row = (2**63,)

_book, _account, _fund, _entry, _balance, _mark = (
    Book.metadata.tables[name].c
    for name in ("book", "account", "fund", "entry", "balance", "month_mark")
)
_BOOK: BindParameter[UUID] = bindparam("book")


class Fund(NamedTuple):
    """Whose money it is. `code` stands for the fund where a UUID is too long."""

    fund_id: str
    kind: str
    owner: str | None
    source: str | None
    salt: bytes
    code: str


class Held(NamedTuple):
    """What one account holds of one fund, in minor units."""

    fund_id: str
    account: str
    unit: str
    amount: int


class Text(NamedTuple):
    field: str
    salt: bytes
    text: str


@dataclass(frozen=True)
class Whole:
    """A book at one moment: its head, and what it held then. `first` and `last` are the days of
    its earliest and latest entry, or none.
    """

    book_id: UUID
    salt: bytes
    unit: str
    opened_at: str
    seq: int
    hash: bytes
    total: int
    accounts: Mapping[str, str]
    funds: Mapping[str, Fund]
    balances: tuple[Held, ...]
    first: date | None
    last: date | None


class Told(NamedTuple):
    """One entry: the bytes as they were sealed, what they say, and the texts that may be told."""

    seq: int
    content: bytes
    hash: bytes
    total: int
    facts: dict[str, Any]
    texts: list[Text]


_HEAD = (
    select(
        *(_book.salt, _book.unit, _book.opened_at, _book.head_seq, _book.head_hash, _book.total),
        *(_balance.fund_id, _balance.account, _balance.unit, _balance.amount),
    )
    .select_from(
        Book.metadata.tables["book"].outerjoin(
            Book.metadata.tables["balance"], _balance.book_id == _book.book_id
        )
    )
    .where(_book.book_id == _BOOK)
    .order_by(_balance.account, _balance.unit, _balance.fund_id)
)
_ACCOUNTS = select(_account.code, _account.kind).where(_account.book_id == _BOOK)
_FUNDS = select(_fund.fund_id, _fund.kind, _fund.owner_code, _fund.source, _fund.salt).where(
    _fund.book_id == _BOOK
)
_MONTHS = tuple(  # two questions, since each alone is answered by the end of an index
    select(end(_entry.month)).where(_entry.book_id == _BOOK) for end in (func.min, func.max)
)
_DAYS = tuple(
    select(end(_entry.happened_on)).where(
        and_(_entry.book_id == _BOOK, _entry.month == bindparam("month"))
    )
    for end in (func.min, func.max)
)
_ENTRIES = (
    "SELECT seq, {content}, {hash}, total FROM entry"
    " WHERE book_id = {mark} AND seq <= {mark} ORDER BY seq"
)
_TEXTS = (
    "SELECT seq, field, {salt}, text FROM entry_text"
    " WHERE book_id = {mark} AND seq <= {mark} ORDER BY seq, field"
)


def whole(session: Session, book_id: UUID) -> Whole:
    """The book as it stands now. The head and what was held come in one statement, so they are of
    one moment whoever posts meanwhile; accounts and funds only ever become more.
    """
    asked = {"book": book_id}
    rows = session.execute(_HEAD, asked).all()
    if not rows:
        raise NoSuchBook
    salt, unit, opened_at, seq, digest, total = rows[0][:6]
    held = (Held(str(row[6]), *row[7:]) for row in rows if row[6] is not None)
    first, last = (_day(session, book_id, end) for end in (0, 1))
    return Whole(
        book_id=book_id,
        salt=salt,
        unit=unit,
        opened_at=chain.moment(opened_at),
        seq=seq,
        hash=digest,
        total=total,
        accounts=dict(map(tuple, session.execute(_ACCOUNTS, asked))),
        funds=_funds(session.execute(_FUNDS, asked).all()),
        balances=tuple(held),
        first=first,
        last=last,
    )


def _day(session: Session, book_id: UUID, end: int) -> date | None:
    month = session.scalar(_MONTHS[end], {"book": book_id})
    day: date | None = session.scalar(_DAYS[end], {"book": book_id, "month": month})
    return day


def _funds(rows: Any) -> dict[str, Fund]:
    """By their ids, each with the shortest code that no other fund of the book has."""
    names = [fund_id.hex for fund_id, *_ in rows]
    size = next(n for n in range(SHORTEST, 33) if len({name[:n] for name in names}) == len(names))
    return {
        str(fund_id): Fund(
            fund_id=str(fund_id),
            kind=kind,
            owner=None if owner is None else str(owner),
            source=source,
            salt=salt,
            code=f"{kind.capitalize()}-{fund_id.hex[:size].upper()}",
        )
        for fund_id, kind, owner, source, salt in sorted(rows)
    }


def months(session: Session, book: Whole, *, personal: bool) -> Iterator[marks.Told]:
    """Every time that a month was closed or opened again, up to that head, oldest first. Its words
    may name somebody, so they are told only where `personal` says so.
    """
    rows = session.execute(
        select(_mark.number, _mark.content, _mark.hash, _mark.salt, _mark.words)
        .where(_mark.book_id == _BOOK, _mark.seq <= book.seq)
        .order_by(_mark.number),
        {"book": book.book_id},
    )
    for number, content, digest, salt, words in rows:
        kept = (salt, words) if personal else (None, None)
        yield marks.Told(number, content, digest, *kept)


def entries(session: Session, book: Whole, *, personal: bool) -> Iterator[Told]:
    """Every entry up to the head, oldest first. Words about one person's money may hold their name,
    so they are told only where `personal` says so.
    """
    door = driver.door(session)
    columns = {
        "content": door.as_bytes.format("content"),
        "hash": door.as_bytes.format("hash"),
        "salt": door.as_bytes.format("salt"),
        "mark": door.mark,
    }
    asked = [door.uuid(book.book_id), book.seq]
    texts = door.stream(_TEXTS.format(**columns), asked)
    members = {fund.fund_id for fund in book.funds.values() if fund.kind == "member"}
    text = next(texts, END)
    for seq, content, digest, total in door.stream(_ENTRIES.format(**columns), asked):
        facts = orjson.loads(content)
        kept: list[Text] = []
        while text[0] <= seq:
            if personal or text[1] != "words" or not about_one_person(facts, members):
                kept.append(Text(*text[1:]))
            text = next(texts, END)
        yield Told(seq, content, digest, total, facts, kept)


def about_one_person(facts: Mapping[str, Any], members: set[str]) -> bool:
    """Money that came in, went back or changed owner is somebody's own; a cost is shared."""
    parts = facts["postings"]
    return all(part["kind"] != "cost" for part in parts) and any(
        part["fund"] in members for part in parts
    )
