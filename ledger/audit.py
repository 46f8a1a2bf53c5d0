"""Recomputes a whole book from its rows and says what does not agree. No finding is health.

Rows against sealed bytes, bytes against the chain, sums and balances against the postings,
commitments against the texts that remain. A finding names the entry and what differs in it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from ledger import chain, differences, driver, mark_rows, proving
from ledger.accounting import CHART, OVERRIDE, month_of
from ledger.chain import Part, commitment, content, entry_hash
from ledger.differences import Finding
from ledger.driver import Door, Row
from ledger.journal import NoSuchBook

MOST = 500  # findings; whoever broke more than that needs no longer list
STEP = 10_000  # entries between two calls of `progress`
END: Row = (1 << 63,)  # past every seq that a database can hold

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Verified:
    """A whole book, recomputed: how many entries, the hash over all of them, and its words; how
    many months are closed, and the last of them.
    """

    findings: tuple[Finding, ...]
    entries: int
    head: bytes
    words: str
    closed: int = 0
    closed_until: int | None = None


def verify(session: Session, book_id: UUID, *, progress: Progress | None = None) -> Verified:
    walk = _Walk(session, book_id)
    found = tuple(islice(walk.findings(progress), MOST))
    return verified(found, walk.seq, walk.hash, walk.proof)


def verified(found: tuple[Finding, ...], seq: int, head: bytes, proof: proving.Proof) -> Verified:
    until = proof.until if proof.until >= 0 else None
    return Verified(found, seq, head, chain.words(head), proof.closed, until)


def findings(session: Session, book_id: UUID, *, progress: Progress | None = None) -> list[Finding]:
    """Everything in this book that does not agree with the rest, up to 500 findings.

    `progress(done, all)` is called on the way. Entries posted meanwhile do not disturb it.
    """
    return list(islice(_Walk(session, book_id).findings(progress), MOST))


# --- what is read --------------------------------------------------------------------------------

_BOOK = "SELECT {salt}, unit, {opened} FROM book WHERE book_id = {mark}"
_ACCOUNTS = "SELECT code, kind FROM account WHERE book_id = {mark} ORDER BY code"
_FUNDS = (
    "SELECT {fund}, {salt}, kind, {owner}, source FROM fund WHERE book_id = {mark} ORDER BY fund_id"
)
_ENTRIES = (
    "SELECT seq, kind, {on}, {at}, {by}, key, authority, reverses,"
    " month, money_in, money_out, total, {content}, {hash} FROM entry"
    " WHERE book_id = {mark} AND seq <= {mark} ORDER BY seq"
)
_POSTINGS = (
    "SELECT seq, line, account, {fund}, unit, amount, month FROM posting"
    " WHERE book_id = {mark} AND seq <= {mark} ORDER BY seq, line"
)
_TEXTS = (
    "SELECT seq, field, {salt}, text FROM entry_text"
    " WHERE book_id = {mark} AND seq <= {mark} ORDER BY seq, field"
)
# One statement, so that the head and the sums are of one moment, whoever posts meanwhile.
_KEPT = (
    "SELECT 'head', NULL, NULL, NULL, head_seq, total, head_hash FROM book WHERE book_id = {mark}"
    " UNION ALL SELECT 'last', NULL, NULL, NULL, CAST(MAX(seq) AS BIGINT), NULL, NULL FROM ("
    " SELECT seq FROM entry WHERE book_id = {mark} UNION ALL"
    " SELECT seq FROM posting WHERE book_id = {mark} UNION ALL"
    " SELECT seq FROM entry_text WHERE book_id = {mark}) every"
    " UNION ALL SELECT 'marks', NULL, NULL, NULL, CAST(MAX(number) AS BIGINT), NULL, NULL"
    " FROM month_mark WHERE book_id = {mark}"
    " UNION ALL SELECT 'balance', {fund}, account, unit, NULL, amount, NULL FROM balance"
    " WHERE book_id = {mark}"
    " UNION ALL SELECT 'month', {fund}, account, unit, month, amount, NULL FROM month_total"
    " WHERE book_id = {mark}"
)


class _Names(dict[Any, str]):
    """Identifiers as they are sealed: 32 hexadecimal digits become a UUID with its dashes."""

    def __missing__(self, told: Any) -> str:
        try:
            name = str(UUID(told))
        except (ValueError, AttributeError, TypeError):
            name = str(told)
        self[told] = name
        return name


def _sql(door: Door, statement: str) -> str:
    return statement.format(
        mark=door.mark,
        fund=door.as_name.format("fund_id"),
        owner=door.as_name.format("owner_code"),
        by=door.as_name.format("recorded_by"),
        first=door.as_name.format("first_by"),
        second=door.as_name.format("second_by"),
        head=door.as_bytes.format("head"),
        until_on=door.as_day.format("CAST(until_on AS TEXT)" if door.mark == "?" else "until_on"),
        on=door.as_day.format("happened_on"),
        at=door.as_moment.format("recorded_at"),
        content=door.as_bytes.format("content"),
        hash=door.as_bytes.format("hash"),
        salt=door.as_bytes.format("salt"),
        opened=door.as_moment.format("opened_at"),
    )


def _together(
    entries: Iterable[Row], postings: Iterator[Row], texts: Iterator[Row]
) -> Iterator[tuple[Row, list[Row], list[Row]]]:
    """Each entry with its lines and texts. What belongs to no entry comes with the next one."""
    posting, text = next(postings, END), next(texts, END)
    for entry in entries:
        seq = entry[0]
        lines, words = [], []
        while posting[0] <= seq:
            lines.append(posting)
            posting = next(postings, END)
        while text[0] <= seq:
            words.append(text)
            text = next(texts, END)
        yield entry, lines, words


# --- the walk ------------------------------------------------------------------------------------


class _Walk:
    """One walk along the chain, from the first entry to the head."""

    def __init__(self, session: Session, book_id: UUID) -> None:
        self._door = driver.door(session)
        self._book, self._name = self._door.uuid(book_id), str(book_id)
        self._names = _Names()
        self._funds: set[str] = set()
        self._before: tuple[bytes, ...] = (chain.genesis(book_id),)
        self._reversals: list[tuple[int, chain.Entry]] = []
        # By month, then by fund, account and unit.
        self._months: dict[int, dict[Row, int]] = defaultdict(lambda: defaultdict(int))
        self._held: dict[tuple[str, str], int] = defaultdict(int)  # fund, unit
        self._total = 0
        self.seq, self.hash = 0, chain.genesis(book_id)
        self._read_what_is_kept()

    def _rows(self, statement: str, *more: Any) -> Iterator[Row]:
        marks = statement.count("{mark}") - len(more)
        return self._door.stream(_sql(self._door, statement), [self._book] * marks + [*more])

    def _read_what_is_kept(self) -> None:
        kept: dict[str, Any] = {"head": None, "last": None, "marks": None}
        self._kept_balances, self._kept_months = {}, {}
        for what, fund, account, unit, number, amount, digest in self._rows(_KEPT):
            if what == "balance":
                self._kept_balances[self._names[fund], account, unit] = amount
            elif what == "month":
                self._kept_months[number, self._names[fund], account, unit] = amount
            else:
                kept[what] = (number, amount, digest)
        if kept["head"] is None:
            raise NoSuchBook
        self._head, self._last = kept["head"], kept["last"][0] or 0
        self._kinds: dict[str, str] = dict(self._rows(_ACCOUNTS))
        self._read_marks(kept["marks"][0] or 0)

    def _read_marks(self, last: int) -> None:
        self._marks = list(mark_rows.kept(self._rows, self._name, self._names, last))
        unit = next(self._rows(_BOOK))[1]
        self.proof = proving.Proof(UUID(self._name), unit, [one.told for one in self._marks])

    def findings(self, progress: Progress | None) -> Iterator[Finding]:
        yield from self._register()
        yield from self.proof.chained()
        for one in self._marks:
            yield from proving.of_rows(*one)
        yield from self._entries(progress)
        yield from self.proof.beyond()
        if self.seq < self._head[0]:
            yield differences.of_gap(self.seq + 1, self._head[0], "missing")
        yield from self._mirrors()
        used = {place[0] for places in self._months.values() for place in places}
        for fund in sorted(used - self._funds):
            yield Finding("fund", None, f"Fund {fund} is missing.")
        yield from differences.of_head(self.seq, self._head, (self._total, self._before))
        if self._last > self._head[0]:
            yield differences.of_gap(self._last, self._last, "stands behind the end of the book")
        yield from differences.of_sums("balance", self._kept_balances, self._balances())
        yield from differences.of_sums("month", self._kept_months, self._by_month())

    def _register(self) -> Iterator[Finding]:
        """The rows of the book itself, its accounts and funds against their fingerprints."""
        salt, self._unit, opened_at = next(self._rows(_BOOK))
        if str(chain.book_name(salt, self._unit, opened_at)) != self._name:
            yield Finding("book", None, "The book's own row was changed.")
        for code, kind in CHART:
            if self._kinds.get(code, kind) != kind:
                yield differences.of_account(code, self._kinds[code], kind)
                self._kinds[code] = kind
        for fund, salt, kind, owner, source in self._rows(_FUNDS):
            self._funds.add(self._names[fund])
            name, told = self._names[fund], None if owner is None else self._names[owner]
            if (
                str(chain.fund_name(salt, self._name, str(kind), told, source and str(source)))
                != name
            ):
                yield Finding("fund", None, f"Fund {name}: whose money it is was changed.")

    def _entries(self, progress: Progress | None) -> Iterator[Finding]:
        until = self._head[0]
        streams = (self._rows(statement, until) for statement in (_ENTRIES, _POSTINGS, _TEXTS))
        try:
            for entry, lines, texts in _together(*streams):
                if entry[0] != self.seq + 1:
                    yield differences.of_gap(self.seq + 1, entry[0] - 1, "missing")
                yield from self._entry(entry, lines, texts)
                if progress and self.seq % STEP == 0:
                    progress(self.seq, until)
        except DBAPIError:
            yield differences.of_gap(self.seq + 1, until, "the database can't read them")
            return
        if progress:
            progress(self.seq, until)

    def _entry(self, entry: Row, lines: list[Row], texts: list[Row]) -> Iterable[Finding]:
        """The rows of one entry against its sealed bytes, the bytes against the chain, and its
        sums. What follows is reckoned from what was sealed, so that one change is found once.
        """
        seq, kind, on, at, by, key, authority, reverses, *kept, sealed, digest = entry
        kinds, names = self._kinds, self._names
        parts, places = [], []
        for _, number, account, fund, unit, amount, lies_in in lines:
            parts.append((account, kinds.get(account, ""), names[fund], unit, amount))
            places.append((number, lies_in))
        who = None if by is None else names[by]
        told = (self._name, kind, on, at, who, key, authority, reverses, parts)
        try:
            committed = {field: commitment(salt, field, text) for _, field, salt, text in texts}
            shown = chain.Entry(*told, committed)
            same = content(shown) == sealed
        except (TypeError, AttributeError):  # somebody wrote a value of another type into a row
            shown, same = chain.Entry(*told, {str(text[1]): "unreadable" for text in texts}), False
        found: list[Finding] = []
        if not same:
            was = differences.sealed_entry(sealed)
            found += differences.of_entry(seq, shown, was)
            shown = was or shown._replace(parts=[])
        month = _month(shown.happened_on)
        if same and places != _in_order(len(lines), month):
            found += differences.of_places(seq, places, month)
        hashes = [entry_hash(before, seq, sealed) for before in self._before]
        if digest in hashes:
            self._before = (digest,)
        else:  # the next may stand on either, so that this is not found in all that follow as well
            self._before = (digest, hashes[0])
            found.append(Finding("chain", seq, f"Line {seq}: its hash is not of its sealed bytes."))
        self.seq, self.hash = seq, digest
        even, should = self._reckon(shown.parts, month)
        if _is_decision(shown) and (short := self._short_by(shown.parts)):
            words = f"Line {seq}: it takes fund {short} below zero, and no two people decided that."
            found.append(Finding("shortfall", seq, words))
        if not even:
            found.append(Finding("sum", seq, f"Line {seq}: it does not add up."))
        if kept != should:
            found += differences.of_kept(seq, kept, should)
        if shown.reverses is not None:
            self._reversals.append((seq, shown))
        return [*found, *self._closed(seq, digest, month)]

    def _closed(self, seq: int, digest: bytes, month: int) -> Iterator[Finding]:
        """Is it of a month that was closed before? And was a month closed behind it, as it says?"""
        if month <= self.proof.until:
            yield self.proof.late(seq, month)
        if seq in self.proof:
            yield from self.proof.passed(seq, digest, self._months, self._kinds)

    def _reckon(self, parts: Sequence[Part], month: int) -> tuple[bool, list[int]]:
        """Add an entry up: is it even in each fund and unit, and what should it keep?"""
        pounds, held, net = self._unit, self._months[month], 0
        sums: dict[tuple[str, str], int] = {}
        for account, kind, fund, unit, amount in parts:
            place = fund, unit
            sums[place] = sums.get(place, 0) + amount
            held[fund, account, unit] += amount
            if kind == "asset":
                self._held[place] += amount
                if unit == pounds:
                    net += amount
        self._total += net
        should = [month, net, 0, self._total] if net > 0 else [month, 0, -net, self._total]
        return not any(sums.values()), should

    def _short_by(self, parts: Sequence[Part]) -> str | None:
        """A fund that lost money by these parts and is below zero now."""
        change: dict[tuple[str, str], int] = defaultdict(int)
        for _, kind, fund, unit, amount in parts:
            if kind == "asset":
                change[fund, unit] += amount
        short = (place[0] for place, lost in change.items() if lost < 0 > self._held[place])
        return next(short, None)

    def _mirrors(self) -> Iterator[Finding]:
        """A reversal must turn round exactly the lines of the entry that it names."""
        statement = "SELECT content FROM entry WHERE book_id = {mark} AND seq = {mark}"
        for seq, entry in self._reversals:
            row = next(self._rows(statement, entry.reverses), None)
            was = differences.sealed_entry(row[0]) if row else None
            if was is None or differences.turned(was) != sorted(entry.parts):
                words = f"Line {seq}: it does not turn round line {entry.reverses}."
                yield Finding("reversal", seq, words)

    def _balances(self) -> dict[Row, int]:
        balances: dict[Row, int] = defaultdict(int)
        for places in self._months.values():
            for place, amount in places.items():
                balances[place] += amount
        return balances

    def _by_month(self) -> dict[Row, int]:
        return {
            (month, *place): amount
            for month, places in self._months.items()
            for place, amount in places.items()
        }


def _is_decision(entry: chain.Entry) -> bool:
    """Money between funds moves only because somebody decided it. What the bank shows as paid or
    returned is a fact, and may leave a fund below zero.
    """
    return entry.kind == "transfer" and not (entry.authority or "").startswith(OVERRIDE)


@lru_cache
def _in_order(count: int, month: int) -> list[tuple[int, int]]:
    """The numbers and the month that so many lines should have."""
    return [(number, month) for number in range(1, count + 1)]


@lru_cache
def _month(on: str) -> int:
    try:
        return month_of(date.fromisoformat(on))
    except (ValueError, TypeError):
        return -1
