"""The only writer of the money book: open a book, open a fund, post, reverse.

Everything that happens to money is a draft posted here. Nothing here commits.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlmodel import Session

from errors import NotFound, NotPossible
from ledger import accounting, chain, money
from ledger.accounting import Draft, Line
from ledger.models import Account, Book, Fund
from ledger.statements import Door


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
    book_id = chain.book_name(salt, unit, now)
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
    fund_id = chain.fund_name(salt, book_id, kind, owner_code, source)
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
    door = Door(session)
    head = _lock(door, book_id)
    done = _posted_before(session, door, book_id, drafts)
    fresh = _fresh(drafts, done)
    if fresh:
        _refuse_second_reversal(door, book_id, fresh)
        kinds = _kinds(door, book_id, fresh)
        _refuse_shortfall(door, book_id, fresh, kinds)
        written = _write(door, book_id, head, fresh, kinds=kinds, now=now)
        done |= {draft.key: posted for draft, posted in zip(fresh, written, strict=True)}
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


@dataclass(frozen=True)
class _Head:
    unit: str
    seq: int
    hash: bytes
    total: int


def _lock(door: Door, book_id: UUID) -> _Head:
    """From here to the commit nobody else posts to this book; other books do not wait."""
    rows = door.rows(door.words.head, door.speech.uuid(book_id))
    if not rows:
        raise NoSuchBook
    return _Head(*rows[0])


def _posted_before(
    session: Session, door: Door, book_id: UUID, drafts: Sequence[Draft]
) -> dict[str, Posted]:
    """The entries whose keys come again. The same key for other facts is refused."""
    keys = door.speech.values({draft.key for draft in drafts})
    known: dict[str, int] = dict(door.rows(door.words.known, door.speech.uuid(book_id), keys))
    done = {}
    for draft in drafts:
        if draft.key in known:
            old = recorded(session, book_id, known[draft.key])
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
        if draft.key in done:
            continue
        if facts_of(first.setdefault(draft.key, draft)) != facts_of(draft):
            raise KeyTaken(seq="?", key=draft.key)
    return list(first.values())


def _refuse_second_reversal(door: Door, book_id: UUID, drafts: Iterable[Draft]) -> None:
    wanted = [draft.reverses for draft in drafts if draft.reverses is not None]
    if not wanted:
        return
    values = door.speech.values(wanted)
    found = door.rows(door.words.reversed, door.speech.uuid(book_id), values)
    if found or len(set(wanted)) < len(wanted):
        raise AlreadyPutRight(by=found[0][0] if found else "?")


def _kinds(door: Door, book_id: UUID, drafts: Iterable[Draft]) -> dict[str, str]:
    """The kind of each account used; accounts and funds of other books are refused."""
    book, speech = door.speech.uuid(book_id), door.speech
    accounts = {line.account for draft in drafts for line in draft.lines}
    funds = {speech.uuid(line.fund_id) for draft in drafts for line in draft.lines}
    kinds: dict[str, str] = dict(door.rows(door.words.accounts, book, speech.values(accounts)))
    if missing := accounts - kinds.keys():
        raise NoSuchAccount(account=min(missing))
    if len(door.rows(door.words.funds, book, speech.values(funds))) < len(funds):
        raise NoSuchFund
    return kinds


def _refuse_shortfall(
    door: Door, book_id: UUID, drafts: Sequence[Draft], kinds: Mapping[str, str]
) -> None:
    """No decision takes a fund below zero. Facts from outside always post."""
    changes = [_money_changes(draft, kinds) for draft in drafts]
    falls = {
        fund
        for draft, change in zip(drafts, changes, strict=True)
        for (fund, _), amount in change.items()
        if amount < 0 and not draft.outside
    }
    if not falls:
        return
    wanted = door.speech.values(door.speech.uuid(fund) for fund in falls)
    rows = door.rows(door.words.money, door.speech.uuid(book_id), wanted)
    held = defaultdict(int, {(door.speech.back(f), unit): int(sum_) for f, unit, sum_ in rows})
    for draft, change in zip(drafts, changes, strict=True):
        for place, amount in change.items():
            held[place] += amount
            if amount < 0 and held[place] < 0 and not draft.outside:
                short = money.say(-held[place], place[1])
                raise NotEnough(short=short, pence=-held[place], fund_id=place[0])


def _money_changes(draft: Draft, kinds: Mapping[str, str]) -> dict[tuple[UUID, str], int]:
    change: dict[tuple[UUID, str], int] = defaultdict(int)
    for line in draft.lines:
        if kinds[line.account] == "asset":
            change[line.fund_id, line.unit] += line.amount
    return change


# --- writing -------------------------------------------------------------------------------------


def _write(
    door: Door,
    book_id: UUID,
    head: _Head,
    drafts: Sequence[Draft],
    *,
    kinds: Mapping[str, str],
    now: datetime,
) -> list[Posted]:
    speech, words = door.speech, door.words
    book, name, at = speech.uuid(book_id), str(book_id), speech.moment(now)
    recorded_at = chain.moment(now)
    entries: list[tuple[Any, ...]] = []
    postings: list[tuple[Any, ...]] = []
    texts: list[tuple[Any, ...]] = []
    balances: dict[tuple[Any, ...], int] = defaultdict(int)
    months: dict[tuple[Any, ...], int] = defaultdict(int)
    for draft in drafts:
        seq, month = head.seq + 1, accounting.month_of(draft.happened_on)
        salted = {field: (secrets.token_bytes(32), text) for field, text in draft.texts.items()}
        sealed = chain.content(
            chain.Entry(
                book=name,
                kind=draft.kind,
                happened_on=chain.day(draft.happened_on),
                recorded_at=recorded_at,
                recorded_by=None if draft.recorded_by is None else str(draft.recorded_by),
                key=draft.key,
                authority=draft.authority,
                reverses=draft.reverses,
                parts=[
                    chain.Part(at, kinds[at], str(fund_id), unit, amount)
                    for at, fund_id, amount, unit in draft.lines
                ],
                texts={
                    field: chain.commitment(salt, field, text)
                    for field, (salt, text) in salted.items()
                },
            )
        )
        net = sum(
            line.amount
            for line in draft.lines
            if kinds[line.account] == "asset" and line.unit == head.unit
        )
        head = replace(
            head, seq=seq, hash=chain.entry_hash(head.hash, seq, sealed), total=head.total + net
        )
        by = None if draft.recorded_by is None else speech.uuid(draft.recorded_by)
        day = speech.day(draft.happened_on)
        entries.append(
            (
                *(book, seq, draft.kind, day, month, at, by, draft.key),
                *(draft.authority, draft.reverses, max(net, 0), max(-net, 0)),
                *(head.total, sealed, head.hash),
            )
        )
        for number, line in enumerate(draft.lines, 1):
            fund = speech.uuid(line.fund_id)
            postings.append((book, seq, number, line.account, fund, month, line.unit, line.amount))
            balances[book, fund, line.account, line.unit] += line.amount
            months[book, fund, line.account, line.unit, month] += line.amount
        texts.extend((book, seq, field, salt, text) for field, (salt, text) in salted.items())
    door.write(words.entry, entries)
    door.write(words.posting, postings)
    door.write(words.text, texts)
    door.write(words.balance, [(*key, amount) for key, amount in sorted(balances.items())])
    door.write(words.month, [(*key, amount) for key, amount in sorted(months.items())])
    door.write(words.move, [(head.seq, head.hash, head.total, book)])
    return [Posted(row[1], row[-1], new=True) for row in entries]
