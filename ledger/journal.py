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
from ledger import accounting, chain, driver, money
from ledger.accounting import Draft, Line
from ledger.driver import Door, Wanted
from ledger.models import LAST, Account, Book, Fund
from ledger.rows import Standing, rows_of

MOST_AT_ONCE = 10_000  # drafts in one batch: SQLite takes so many values in one statement


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


class NotItsReverse(NotPossible):
    """It does not turn round line {seq} to the penny. Nothing was saved."""


class TooManyAtOnce(NotPossible):
    """That is too much at once. Send it in parts."""


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
    if len(drafts) > MOST_AT_ONCE:
        raise TooManyAtOnce
    for draft in drafts:
        accounting.check(draft)
    door = driver.door(session)
    kinds = _kinds(door, book_id, drafts)
    seen = _look(door, book_id, drafts, kinds)
    done = _posted_before(session, book_id, drafts, seen.keys)
    fresh = _fresh(drafts, done)
    if fresh:
        _refuse_false_reversal(session, book_id, fresh, seen)
        _refuse_shortfall(fresh, seen)
        rows = rows_of(door, book_id, seen.standing, fresh, now)
        door.write(door.uuid(book_id), rows)
        for draft, entry in zip(fresh, rows.entry, strict=True):
            done[draft.key] = Posted(entry[1], entry[-1], True)
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
    here = {"book": book_id, "seq": seq}
    entry = session.execute(_ENTRY, here).one_or_none() if 0 < seq < LAST else None
    if entry is None:
        raise NoSuchEntry
    lines = session.execute(_LINES, here)
    return Recorded(**entry._asdict(), lines=tuple(Line(*line) for line in lines))


# --- before writing ------------------------------------------------------------------------------


class _Seen(NamedTuple):
    """What stands in the book that the drafts have to do with, seen under the lock."""

    standing: Standing
    keys: dict[str, int]
    falls: bool  # is there a decision that takes money from a fund?
    money: dict[tuple[UUID, str], int]  # what those funds have
    reversed: dict[int, int]


# An account never changes and is never removed (the database refuses it), so a process reads the
# accounts of a book once.
_known: dict[UUID, Mapping[str, str]] = {}
_MOST_KNOWN = 10_000


def _kinds(door: Door, book_id: UUID, drafts: Sequence[Draft]) -> Mapping[str, str]:
    """The kinds of a book's accounts. An account that the book does not have is refused."""
    used = {line.account for draft in drafts for line in draft.lines}
    kinds = _known.get(book_id, {})
    if not used <= kinds.keys():
        kinds = dict(door.accounts(door.uuid(book_id)))
        if len(_known) > _MOST_KNOWN:
            _known.clear()
        _known[book_id] = kinds
    if strange := used - kinds.keys():
        raise NoSuchAccount(account=min(strange)) if kinds else NoSuchBook
    return kinds


def _look(door: Door, book_id: UUID, drafts: Sequence[Draft], kinds: Mapping[str, str]) -> _Seen:
    """From here to the commit nobody else posts to this book; other books do not wait."""
    funds = {line.fund_id.int: line.fund_id for draft in drafts for line in draft.lines}
    falls = {
        line.fund_id.int: line.fund_id
        for draft in drafts
        if not draft.outside
        for line in draft.lines
        if line.amount < 0 and kinds[line.account] == "asset"
    }
    wanted = Wanted(
        door.uuid(book_id),
        [draft.key for draft in drafts],
        [door.uuid(fund_id) for fund_id in funds.values()],
        [door.uuid(fund_id) for fund_id in falls.values()],
        [draft.reverses for draft in drafts if draft.reverses is not None],
    )
    there = 0
    standing: Standing | None = None
    keys: dict[str, int] = {}
    reversed_: dict[int, int] = {}
    money_: dict[tuple[UUID, str], int] = defaultdict(int)
    for what, name, more, number, total, digest in door.look(wanted):
        if what == "fund":
            there += 1
        elif what == "money":
            money_[UUID(name), more] += number
        elif what == "key":
            keys[name] = number
        elif what == "back":
            reversed_[total] = number
        elif what == "head":
            standing = Standing(name, number, digest, total, kinds)
    if standing is None:
        raise NoSuchBook
    if there < len(funds):
        raise NoSuchFund
    return _Seen(standing, keys, bool(falls), money_, reversed_)


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


def _refuse_false_reversal(
    session: Session, book_id: UUID, drafts: Iterable[Draft], seen: _Seen
) -> None:
    """A reversal turns round exactly one entry, once."""
    again = dict(seen.reversed)
    for draft in drafts:
        if draft.reverses is None:
            continue
        if draft.reverses in again:
            raise AlreadyPutRight(by=again[draft.reverses])
        lines = recorded(session, book_id, draft.reverses).lines
        if sorted(draft.lines) != sorted(line._replace(amount=-line.amount) for line in lines):
            raise NotItsReverse(seq=draft.reverses)
        again[draft.reverses] = seen.standing.seq + 1


def _refuse_shortfall(drafts: Sequence[Draft], seen: _Seen) -> None:
    """No decision takes a fund below zero but one that names what two people decided; the database
    has that too (migrations/guards/sharing.py). Facts from outside always post.
    """
    kinds, held = seen.standing.kinds, seen.money
    for draft in drafts if seen.falls else ():
        change: dict[tuple[UUID, str], int] = defaultdict(int)
        for account, fund_id, amount, unit in draft.lines:
            if kinds[account] == "asset":
                change[fund_id, unit] += amount
        for place, amount in change.items():
            held[place] += amount
            allowed = draft.outside or draft.overridden
            if amount < 0 and held[place] < 0 and not allowed:
                short = money.say(-held[place], place[1])
                raise NotEnough(short=short, pence=-held[place], fund_id=place[0])
