"""The end of a month: does the book agree with the bank, and if not, what exactly differs."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from ledger import marks
from payments import accounts, reconciliation
from payments.reconciliation import Gap, Tie
from pools.models import Pool

FEW = 20  # lines that wait are named one by one up to so many


@dataclass(frozen=True)
class Part:
    """One thing that makes the difference, in words, and how much of it, in pence. `line_id` is the
    line of the bank, where it is one.
    """

    words: str
    amount: int
    line_id: UUID | None = None


@dataclass(frozen=True)
class MonthEnd:
    """What bank and book say of the last day of a month. The `parts` sum to the difference."""

    month: int
    tie: Tie
    parts: tuple[Part, ...]

    @property
    def agrees(self) -> bool:
        return self.tie.difference == 0 and not self.parts

    @property
    def seen(self) -> str:
        """All that a second person must find the same, as one text."""
        parts = [[one.words, str(one.amount)] for one in self.parts]
        return json.dumps([str(self.tie.bank), str(self.tie.book), parts], ensure_ascii=False)


def seen_parts(seen: str) -> tuple[Part, ...]:
    return tuple(Part(words, int(amount)) for words, amount in json.loads(seen)[2])


def month_end(session: Session, pool: Pool, month: int) -> MonthEnd | None:
    """None while the bank's files do not reach the end of the month that closes next."""
    account = accounts.of_pool(session, pool.id)
    found = account and reconciliation.at_end_of(session, pool, account.id, month)
    return MonthEnd(month, found, tuple(_parts(session, pool, month, found))) if found else None


def _parts(session: Session, pool: Pool, month: int, tie: Tie) -> Iterator[Part]:
    if tie.lines > FEW:
        yield Part(f"{tie.lines} lines of the bank wait for their place", tie.waiting)
    elif tie.lines:
        for line in reconciliation.waiting_at_end(session, pool, month):
            words = f"{said(line.happened_on)}: {line.words or 'No words'} waits for its place"
            yield Part(words, line.amount, line.id)
    if tie.later:
        yield Part("Lines of the bank that our book has under a later day", tie.later)
    for gap in tie.gaps:
        yield Part(_of_gap(gap), gap.amount)
    if tie.before:
        start = f"before {said(tie.start)}, where our files start" if tie.start else "from before"
        yield Part(f"It was in the bank {start}", tie.before)


def _of_gap(gap: Gap) -> str:
    if gap.since is None or gap.until is None:
        return f"The bank's file from {said(gap.before)} does not follow from the one before"
    if gap.since == gap.until:
        return f"{said(gap.since)} is missing from the bank's files"
    return f"{said(gap.since)} to {said(gap.until)} are missing from the bank's files"


def said(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def name(month: int, today: date) -> str:
    """October; with the year where it is not this one."""
    first = marks.first_day(month)
    return f"{first:%B}" + ("" if first.year == today.year else f" {first.year}")
