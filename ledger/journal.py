"""The only writer of the money book: open a book, open a fund, post, reverse.

Everything that happens to money is a draft posted here. Nothing here commits.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlmodel import Session

from errors import NotFound, NotPossible
from ledger import accounting, chain, money, statements
from ledger.accounting import Draft, Line
from ledger.models import Account, Book, Fund
from ledger.rows import Standing, rows_of
from ledger.statements import Door, Wanted


class NoSuchBook(NotFound):
    """We could not find that money book."""


class NoSuchEntry(NotFound):
    """We could not find that line in the money book."""


class NoSuchAccount(NotPossible):
    """The money book has no account called {account}. Nothing was saved."""


class NoSuchFund(NotPossible):
    """That money belongs to nobody in this money book. Nothing was saved."""


class KeyTaken(NotPossible):
    """It was saved before as something else, in line {seq}. Look at that line first."""


class KeyTwice(NotPossible):
    """Two different things were sent as one. Nothing was saved."""


class AlreadyPutRight(NotPossible):
    """That line was put right already, in line {by}."""


class NotEnough(NotPossible):
    """There is not enough money for this. {short} is missing."""


class Posted(NamedTuple):
    """Where an entry stands. `new` is false if it stood there before and nothing was posted."""

    seq: int
    hash: bytes
    new: bool


@dataclass(frozen=True)
class Recorded:
    """An entry as it stands in the book, with its lines."""

    seq: int
    kind: str
    happened_on: date
    key: str
    authority: str | None
    reverses: int | None
    hash: bytes
    lines: tuple[Line, ...]


_entry, _posting = Book.metadata.tables["entry"].c, Book.metadata.tables["posting"].c
_ENTRY = select(
    _entry.seq,
    _entry.kind,
    _entry.happened_on,
    _entry.key,
    _entry.authority,
    _entry.reverses,
    _entry.hash,
).where(_entry.book_id == bindparam("book"), _entry.seq == bindparam("seq"))
_LINES = (
    select(_posting.account, _posting.fund_id, _posting.amount, _posting.unit)
    .where(_posting.book_id == bindparam("book"), _posting.seq == bindparam("seq"))
    .order_by(_posting.line)
)


def open_book(
    session: Session,
    unit: str,
    accounts: Iterable[tuple[str, str]] = accounting.CHART,
    *,
    now: datetime,
) -> Book:
    """A new, empty book in `unit` (GBP), with its accounts and its custody fund."""
    salt = secrets.token_bytes(16)
    book_id = chain.book_name(salt, unit, chain.moment(now))
    book = Book(
        book_id=book_id, salt=salt, unit=unit, opened_at=now, head_hash=chain.genesis(book_id)
    )
    session.add(book)
    session.flush()
    session.expunge(book)
    rows = [{"book_id": book_id, "code": code, "kind": kind} for code, kind in accounts]
    session.execute(insert(Account), rows)
    open_fund(session, book_id, "custody")
    return book


def open_fund(
    session: Session,
    book_id: UUID,
    kind: str,
    owner_code: UUID | None = None,
    source: str | None = None,
) -> UUID:
    """A fund for somebody's money: kind "member" with their code in this book and its source,
    or "reserve", "solidarity", "grant".
    """
    salt = secrets.token_bytes(16)
    owner = None if owner_code is None else str(owner_code)
    fund_id = chain.fund_name(salt, str(book_id), kind, owner, source)
    facts = {"book_id": book_id, "fund_id": fund_id, "salt": salt}
    facts |= {"kind": kind, "owner_code": owner_code, "source": source}
    session.execute(insert(Fund), [facts])
    return fund_id


def post(session: Session, book_id: UUID, draft: Draft, *, now: datetime) -> Posted:
    """Write one entry, and say where it stands. The same key again posts nothing."""
    return post_many(session, book_id, [draft], now=now)[0]


def post_many(
    session: Session, book_id: UUID, drafts: Sequence[Draft], *, now: datetime
) -> list[Posted]:
    """Write entries one after the other with a single move of the head: all of them or none."""
    for draft in drafts:
        accounting.check(draft)
    door = statements.door(session)
    seen = _look(door, book_id, drafts)
    done = _posted_before(session, book_id, drafts, seen.keys)
    fresh = _fresh(drafts, done)
    if fresh:
        _refuse_strangers(fresh, seen)
        _refuse_second_reversal(fresh, seen)
        _refuse_shortfall(fresh, seen)
        rows = rows_of(door, book_id, seen.standing, fresh, now)
        door.write(door.uuid(book_id), rows)
        done |= {entry[7]: Posted(entry[1], entry[-1], new=True) for entry in rows.entry}
    return [done[draft.key] for draft in drafts]


def reverse(
    session: Session,
    book_id: UUID,
    seq: int,
    why: str,
    *,
    by: UUID | None,
    key: str,
    now: datetime,
    on: date | None = None,
) -> Posted:
    """Put an entry right by one that turns it round, names it and says why. Once only."""
    facts = accounting.Facts(on=on or now.date(), key=key, words=why, by=by)
    draft = accounting.reversal(recorded(session, book_id, seq), facts)
    return post(session, book_id, draft, now=now)


def recorded(session: Session, book_id: UUID, seq: int) -> Recorded:
    """One entry as it stands in the book."""
    entry = session.execute(_ENTRY, {"book": book_id, "seq": seq}).one_or_none()
    if entry is None:
        raise NoSuchEntry
    lines = session.execute(_LINES, {"book": book_id, "seq": seq})
    return Recorded(**entry._asdict(), lines=tuple(Line(*line) for line in lines))


# --- before writing ------------------------------------------------------------------------------


class _Seen(NamedTuple):
    """What stands in the book that the drafts have to do with, seen under the lock."""

    standing: Standing
    keys: dict[str, int]
    money: dict[tuple[UUID, str], int]
    funds: set[UUID]
    reversed: dict[int, int]


def _look(door: Door, book_id: UUID, drafts: Sequence[Draft]) -> _Seen:
    """From here to the commit nobody else posts to this book; other books do not wait."""
    wanted = Wanted(
        door.uuid(book_id),
        {draft.key for draft in drafts},
        {line.account for draft in drafts for line in draft.lines},
        {door.uuid(line.fund_id) for draft in drafts for line in draft.lines},
        {draft.reverses for draft in drafts if draft.reverses is not None},
    )
    head: tuple[str, int, bytes, int] | None = None
    kinds: dict[str, str] = {}
    seen = _Seen(Standing("", 0, b"", 0, kinds), {}, defaultdict(int), set(), {})
    for what, name, more, number, total, digest in door.look(wanted):
        if what == "fund":
            fund = UUID(name)
            seen.funds.add(fund)
            seen.money[fund, more] += number
        elif what == "account":
            kinds[name] = more
        elif what == "key":
            seen.keys[name] = number
        elif what == "back":
            seen.reversed[total] = number
        elif what == "head":
            head = (name, number, digest, total)
    if head is None:
        raise NoSuchBook
    return seen._replace(standing=Standing(*head, kinds))


def _posted_before(
    session: Session, book_id: UUID, drafts: Iterable[Draft], keys: Mapping[str, int]
) -> dict[str, Posted]:
    """The entries whose keys come again. The same key for other facts is refused."""
    done = {}
    for draft in drafts if keys else ():
        if draft.key in keys:
            old = recorded(session, book_id, keys[draft.key])
            if facts_of(draft) != facts_of(old):
                raise KeyTaken(seq=old.seq, key=draft.key)
            done[draft.key] = Posted(old.seq, old.hash, new=False)
    return done


def facts_of(said: Draft | Recorded) -> tuple[object, ...]:
    """What makes a resend the same. Its words, salts and sender do not."""
    return (said.kind, said.happened_on, said.authority, said.reverses, sorted(said.lines))


def _fresh(drafts: Sequence[Draft], done: Mapping[str, Posted]) -> list[Draft]:
    first: dict[str, Draft] = {}
    for draft in drafts:
        known = first.setdefault(draft.key, draft)
        if known is not draft and facts_of(known) != facts_of(draft):
            raise KeyTwice(key=draft.key)
    return [draft for key, draft in first.items() if key not in done]


def _refuse_strangers(drafts: Iterable[Draft], seen: _Seen) -> None:
    """Accounts and funds of other books are no money of this one."""
    for draft in drafts:
        for line in draft.lines:
            if line.account not in seen.standing.kinds:
                raise NoSuchAccount(account=line.account)
            if line.fund_id not in seen.funds:
                raise NoSuchFund


def _refuse_second_reversal(drafts: Iterable[Draft], seen: _Seen) -> None:
    reversed_ = dict(seen.reversed)
    for draft in drafts:
        if draft.reverses is None:
            continue
        if draft.reverses in reversed_:
            raise AlreadyPutRight(by=reversed_[draft.reverses])
        if draft.reverses > seen.standing.seq:
            raise NoSuchEntry
        reversed_[draft.reverses] = seen.standing.seq + 1


def _refuse_shortfall(drafts: Sequence[Draft], seen: _Seen) -> None:
    """No decision takes a fund below zero. Facts from outside always post."""
    kinds, money_ = seen.standing.kinds, seen.money
    for draft in drafts:
        change: dict[tuple[UUID, str], int] = defaultdict(int)
        for line in draft.lines:
            if kinds[line.account] == "asset":
                change[line.fund_id, line.unit] += line.amount
        for place, amount in change.items():
            money_[place] += amount
            if amount < 0 and money_[place] < 0 and not draft.outside:
                short = money.say(-money_[place], place[1])
                raise NotEnough(short=short, pence=-money_[place], fund_id=place[0])
