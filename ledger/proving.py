"""Goes along with a walk over a book and asks whether each closed month is as its lines say. Pure.

The same questions of a live book (audit) and of a bundle (export.checking).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from ledger import chain, marks
from ledger.differences import Finding
from ledger.marks import BANK, CLOSE, Held, Mark, Told

Sums = Mapping[int, Mapping[Any, int]]  # by month: by fund, account and unit


class Proof:
    """The marks of one book. `until` is the last month that is closed where the walk stands."""

    def __init__(self, book_id: UUID, unit: str, told: Iterable[Told]) -> None:
        self._book, self._unit = book_id, unit
        self._told = list(told)
        self._marks: dict[int, list[Mark]] = defaultdict(list)  # by the line they stand behind
        self._held: dict[int, tuple[Held, ...]] = {}  # of each month that is closed
        self.until = -1
        self.hash = marks.genesis(book_id)

    def __contains__(self, seq: int) -> bool:
        return seq in self._marks

    @property
    def closed(self) -> int:
        """How many months are closed where the walk stands."""
        return len(self._held)

    def chained(self) -> Iterator[Finding]:
        """Each mark by itself: number, bytes, hash and words. Asked before the walk."""
        before = 0
        for expected, told in enumerate(self._told, 1):
            if told.number != expected:
                yield _of(expected, "is missing")
                return
            mark = marks.sealed(told.content)
            digest = marks.mark_hash(self.hash, expected, told.content)
            if digest != told.hash:
                yield _of(expected, "its hash is not of its sealed bytes")
            self.hash = told.hash
            if mark is None:
                yield _of(expected, "its sealed bytes can't be read")
                return
            if (mark.book, mark.number) != (str(self._book), expected) or mark.seq < before:
                yield _of(expected, "it is of another book or another place in it")
                return
            yield from _words(told, mark)
            before = mark.seq
            self._marks[mark.seq].append(mark)

    def passed(
        self, seq: int, digest: bytes, sums: Sums, kinds: Mapping[str, str]
    ) -> Iterator[Finding]:
        """The walk stands at line `seq`, whose hash is `digest`; `sums` are those of all so far."""
        for mark in self._marks.pop(seq, ()):
            if mark.head != digest.hex():
                yield _of(mark.number, f"the hash it gives is not that of line {seq}")
            if mark.by[0] == mark.by[1]:
                yield _of(mark.number, "one person did it alone")
            yield from self._closed(mark, sums, kinds) if mark.kind == CLOSE else self._opened(mark)

    def late(self, seq: int, month: int) -> Finding:
        """A line of a month that was closed, which stands behind the mark."""
        name = marks.in_words(month) if month > 0 else "no month"
        return Finding("closed", seq, f"Line {seq}: it is of {name}, which was closed before.")

    def beyond(self) -> Iterator[Finding]:
        """What stands behind lines that the book does not have."""
        for seq in sorted(self._marks):
            for mark in self._marks[seq]:
                yield _of(mark.number, f"the book has no line {seq}")

    def _closed(self, mark: Mark, sums: Sums, kinds: Mapping[str, str]) -> Iterator[Finding]:
        if mark.month != (self.until + 1 if self.until >= 0 else min(sums, default=-1)):
            yield _of(mark.number, f"{marks.in_words(mark.month)} was not the next to close")
        should = self._should(mark.month, sums, kinds)
        yield from _differ(mark, should)
        in_bank = sum(one[3] for one in should if one[1:3] == (BANK, self._unit))
        if mark.bank is None:
            yield _of(mark.number, "it does not say what the bank said")
        elif mark.bank[1] != in_bank:
            words = f"it says that {mark.bank[1]} lay in the bank; the lines come to {in_bank}"
            yield _of(mark.number, words)
        elif mark.bank[0] != in_bank and mark.words is None:
            yield _of(mark.number, "it does not say why the bank and the book differ")
        self.until = mark.month
        self._held[mark.month] = should

    def _should(self, month: int, sums: Sums, kinds: Mapping[str, str]) -> tuple[Held, ...]:
        """What lay where at the end of this month: the month before as it closed, and its own."""
        found: dict[tuple[str, str, str], int] = defaultdict(int)
        for fund, account, unit, amount in self._held.get(month - 1, ()):
            found[fund, account, unit] += amount
        for (fund, account, unit), amount in sums.get(month, {}).items():
            if kinds.get(account) == "asset":
                found[fund, account, unit] += amount
        return marks.in_order((*place, amount) for place, amount in found.items())

    def _opened(self, mark: Mark) -> Iterator[Finding]:
        if mark.month not in self._held:
            yield _of(mark.number, f"{marks.in_words(mark.month)} was not closed")
        if mark.words is None:
            yield _of(mark.number, "it does not say why")
        if mark.bank is not None or mark.funds:
            yield _of(mark.number, "it says what lay where, but nothing was counted")
        self._held = {month: held for month, held in self._held.items() if month < mark.month}
        self.until = max(self._held, default=-1)


def of_rows(told: Told, mark: Mark, until: int | None, should: int | None) -> Iterator[Finding]:
    """What the rows of a mark say, `mark`, against its sealed bytes."""
    was = marks.sealed(told.content)
    if was is None:
        return
    shown = mark._replace(words=was.words)
    for field in Mark._fields:
        if getattr(shown, field) != getattr(was, field):
            yield _of(mark.number, f"its {field} is not what was sealed")
    if until != should:
        yield _of(mark.number, "the month up to which all is closed was changed")


def _differ(mark: Mark, should: tuple[Held, ...]) -> Iterator[Finding]:
    """Each sum that was sealed against what the lines come to."""
    if mark.funds == should:
        return
    said = {one[:3]: one[3] for one in mark.funds}
    come = {one[:3]: one[3] for one in should}
    for place in sorted(said.keys() | come.keys()):
        now, then = said.get(place, 0), come.get(place, 0)
        if now != then:
            fund, account, unit = place
            where = f"{account}, fund {fund}, {unit}"
            yield _of(mark.number, f"the sum of {where} is {now}; its lines come to {then}")
    if said == come:
        yield _of(mark.number, "its sums are not in order")


def _words(told: Told, mark: Mark) -> Iterator[Finding]:
    """Words may be gone: that is allowed."""
    if told.words is None:
        return
    if told.salt is None or mark.words is None:
        yield _of(mark.number, "words were added")
    elif chain.commitment(told.salt, marks.WORDS, told.words) != mark.words:
        yield _of(mark.number, "its words are not what was sealed")


def _of(number: int, what: str) -> Finding:
    return Finding("month", None, f"Closing {number}: {what}.")
