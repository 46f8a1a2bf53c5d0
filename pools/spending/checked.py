"""Whether a month was checked with the bank, as members read it: two people closed it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from ledger import closing, marks
from ledger.closing import Marked
from ledger.marks import OPEN
from pools.models import Pool

NOT_YET = "Not checked with the bank yet"
MOST = 60  # closings looked at, for those that were opened again


@dataclass(frozen=True)
class Opened:
    """A month that was opened again: which, when, and why."""

    name: str
    on: date
    why: str


@dataclass(frozen=True)
class Checked:
    """`done`: what is shown was checked. `opened`: what was opened again of it, newest first."""

    done: bool
    words: str
    opened: tuple[Opened, ...]


def of_month(session: Session, pool: Pool, month: int, today: date) -> Checked:
    until = closing.closed_until(session, pool.book_id)
    done = until is not None and month <= until
    opened = (one for one in _opened(session, pool.book_id) if one.month == month)
    return Checked(done, "Checked with the bank" if done else NOT_YET, _said(pool, opened, today))


def of_all(session: Session, pool: Pool, today: date) -> Checked:
    """Of the whole book: up to which month. What was opened shows until it is closed again."""
    until = closing.closed_until(session, pool.book_id)
    words = NOT_YET if until is None else f"Checked with the bank up to {_name(until, today)}"
    opened = (one for one in _opened(session, pool.book_id) if one.month > (until or 0))
    return Checked(until is not None, words, _said(pool, opened, today))


def _opened(session: Session, book_id: UUID) -> tuple[Marked, ...]:
    return tuple(one for one in closing.history(session, book_id, most=MOST) if one.kind == OPEN)


def _said(pool: Pool, opened: Iterable[Marked], today: date) -> tuple[Opened, ...]:
    zone = ZoneInfo(pool.time_zone)
    return tuple(
        Opened(_name(one.month, today), one.recorded_at.astimezone(zone).date(), one.words or "")
        for one in opened
    )


def _name(month: int, today: date) -> str:
    first = marks.first_day(month)
    return f"{first:%B}" + ("" if first.year == today.year else f" {first.year}")
