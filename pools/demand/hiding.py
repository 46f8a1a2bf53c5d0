"""How numbers about people are made safe to show to outsiders. Pure.

Four rules: a number under eight is "few", others are rounded to five; money follows from the
rounded number alone; totals are sums of rounded parts; and all of it changes only on a Monday, and
only where three people or more have changed. So nothing that two pages differ by is about one
person. (NHS Digital's rule of 2023 for small areas: 1 to 7 hidden, the rest to the nearest 5.)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

FEWEST = 8
STEP = 5
MONEY_STEP = 5000  # pence
CHANGED = 3
FEW_EXACT = 5  # for a centre that the group works with: exact from here on


@dataclass(frozen=True)
class Spell:
    """Somebody wanted a day from `since` until before `until`; None: they still do."""

    who: UUID
    since: datetime
    until: datetime | None


def monday(now: datetime) -> datetime:
    """The start of this week, in UTC: what is shown is how it stood then."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def frozen(spells: Iterable[Spell], now: datetime) -> int:
    """How many to speak of this week. From the first Monday on, the number of that Monday is taken
    over only if three people or more have come or gone since the one that is shown.
    """
    known, week = list(spells), monday(now)
    moments = {one.since for one in known} | {one.until for one in known if one.until}
    shown: frozenset[UUID] = frozenset()
    for at in sorted({_monday_after(moment) for moment in moments}):
        if at <= week:
            there = standing(known, at)
            shown = there if len(there ^ shown) >= CHANGED else shown
    return len(shown)


def standing(spells: Iterable[Spell], at: datetime) -> frozenset[UUID]:
    return frozenset(
        one.who for one in spells if one.since <= at and (one.until is None or one.until > at)
    )


def _monday_after(moment: datetime) -> datetime:
    start = monday(moment)
    return start if start == moment else start + timedelta(weeks=1)


def rounded(count: int) -> int:
    """Zero stands for few."""
    return (count + STEP // 2) // STEP * STEP if count >= FEWEST else 0


def money_of(people: int, price: int) -> int:
    """Pence a week, to the nearest £50, from a number of people that is rounded already."""
    return (people * price + MONEY_STEP // 2) // MONEY_STEP * MONEY_STEP


def exact(count: int) -> int | None:
    """For a centre that the group works with. None stands for few."""
    return count if count >= FEW_EXACT else None
