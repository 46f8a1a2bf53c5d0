"""The closings of a live book as its rows say them, for the audit."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ledger.driver import Row
from ledger.marks import CLOSE, Held, Mark, Told, last_day

MARKS = (
    "SELECT number, kind, month, seq, {head}, until, {until_on}, {first}, {second}, {at},"
    " bank_says, bank_book, {content}, {hash}, {salt}, words FROM month_mark"
    " WHERE book_id = {mark} AND number <= {mark} ORDER BY number"
)
CHECKPOINTS = (
    "SELECT number, {fund}, account, unit, amount FROM checkpoint"
    " WHERE book_id = {mark} AND number <= {mark} ORDER BY number"
)


class Kept(NamedTuple):
    """A mark as it lies there, what its rows say, and the month up to which they say all is closed;
    `should` is the month that it comes to.
    """

    told: Told
    mark: Mark
    until: int | None
    should: int | None


def kept(
    rows: Callable[..., Iterator[Row]], book: str, names: dict[Any, str], last: int
) -> Iterator[Kept]:
    """All up to number `last`, in order. `rows` runs one of these statements."""
    held: dict[int, list[Held]] = defaultdict(list)
    for number, fund, *rest in rows(CHECKPOINTS, last):
        held[number].append((names[fund], *rest))
    closed: set[int] = set()
    for row in rows(MARKS, last):
        number, kind, month, seq, head, until, until_on, *more = row
        first, second, at, says, in_book, content, digest, salt, words = more
        bank = None if says is None and in_book is None else (says, in_book)
        mark = Mark(
            book=book,
            number=number,
            kind=kind,
            month=month,
            seq=seq,
            head=bytes(head).hex(),
            recorded_at=at,
            by=(names[first], names[second]),
            bank=bank,
            funds=tuple(sorted(held[number])),
            words=None,
        )
        closed = closed | {month} if kind == CLOSE else {one for one in closed if one < month}
        should = max(closed, default=None)
        told = Told(number, content, digest, salt, words)
        yield Kept(told, mark, until if _same(until, until_on) else -1, should)


def _same(until: int | None, until_on: str | None) -> bool:
    """Whether the month and its last day are of each other, whatever stands there."""
    try:
        return until_on == (None if until is None else last_day(until).isoformat())
    except (ValueError, OverflowError, TypeError):
        return False
