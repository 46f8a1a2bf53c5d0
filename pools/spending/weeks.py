"""How many weeks of their money a person holds, and when it would pass what they may keep. Pure.

Funders take back what lies unspent beyond some weeks' worth, wherever it lies: in the person's own
account or in a group. Everything is whole pence and exact fractions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

FULL, NEARLY = 100, 75  # hundredths of the limit at which a person is told
LEVELS = (NEARLY, FULL)
AHEAD = 12  # months, so that the name of one is plain
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True)
class Holding:
    """What is held of one plan's money, in pence: in groups and in the person's own account.
    `weekly` is what comes each week, `limit` the weeks of it that may be kept.
    """

    in_groups: int
    own: int
    weekly: int
    limit: int

    @property
    def money(self) -> int:
        """Never below nothing: who owes holds no weeks."""
        return max(self.in_groups + self.own, 0)

    @property
    def most(self) -> int:
        """What may be kept."""
        return self.weekly * self.limit

    @property
    def weeks(self) -> Fraction:
        return Fraction(self.money, self.weekly)

    @property
    def hundredths(self) -> int:
        """Of what may be kept, to the nearest: 1,550 of 1,440 pounds is 108."""
        return (200 * self.money + self.most) // (2 * self.most)

    @property
    def level(self) -> int:
        """The highest of LEVELS that is reached, or 0."""
        return max((one for one in LEVELS if 100 * self.money >= one * self.most), default=0)

    @property
    def over(self) -> int:
        """Pence beyond what may be kept."""
        return max(self.money - self.most, 0)


@dataclass(frozen=True)
class Flow:
    """Each week's pence: what comes in until `until` (for ever, where there is none), and what goes
    out for places in groups and on other things.
    """

    comes: int
    goes: int
    until: date | None = None


@dataclass(frozen=True)
class Month:
    """What would be held at the end of a month, in exact pence."""

    last: date
    money: Fraction


def forecast(holding: Holding, flow: Flow, today: date, months: int = AHEAD) -> tuple[Month, ...]:
    """The end of this month and of those that follow, if nothing changes."""
    ends = _month_ends(today, months)
    return tuple(Month(last, _held_on(holding, flow, today, last)) for last in ends)


def _held_on(holding: Holding, flow: Flow, today: date, day: date) -> Fraction:
    """Money that ran out stays at nothing while more goes out than comes in."""
    stops = day if flow.until is None else min(max(flow.until, today), day)
    first = max(holding.money + _weeks(today, stops) * (flow.comes - flow.goes), Fraction(0))
    return max(first - _weeks(stops, day) * flow.goes, Fraction(0))


def _weeks(since: date, until: date) -> Fraction:
    return Fraction((until - since).days, 7)


def _month_ends(today: date, months: int) -> Sequence[date]:
    ends, first = [], today.replace(day=1)
    for _ in range(months):
        first = (first + timedelta(days=32)).replace(day=1)
        ends.append(first - timedelta(days=1))
    return ends


def first_over(months: Sequence[Month], holding: Holding) -> Month | None:
    """The first month that would end with more than may be kept."""
    return next((one for one in months if one.money > holding.most), None)


# --- in words ---


def weeks_word(count: int) -> str:
    return "1 week" if count == 1 else f"{count} weeks"


def said(holding: Holding) -> str:
    """You hold more than 8 weeks' money. You may keep 8 weeks."""
    return f"{_held(holding)} You may keep {weeks_word(holding.limit)}."


def _held(holding: Holding) -> str:
    whole, rest = divmod(holding.money, holding.weekly)
    if holding.money == 0:
        return "You hold none of this money."
    if whole == 0:
        return "You hold less than 1 week of this money."
    return f"You hold {'more than ' if rest else ''}{weeks_word(whole)} of this money."


def coming(months: Sequence[Month], holding: Holding) -> str:
    """In March you will hold more than 8 weeks. Empty where it is so already, or will not be."""
    found = first_over(months, holding)
    if found is None or holding.over:
        return ""
    month = MONTHS[found.last.month - 1]
    return f"In {month} you will hold more than {weeks_word(holding.limit)}."
