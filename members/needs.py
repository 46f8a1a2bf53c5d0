"""The kinds of need, and whether a thing that serves some of them is in a plan. Pure.

The kinds follow the outcomes of the Care Act 2014 in our own words. The list is closed: what a
group buys names some of them, so that it can be held beside a plan without reading its words.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

WORDS = {
    "people": "Meeting people",
    "out": "Going out",
    "learning": "Learning",
    "well": "Staying well",
    "eating": "Eating well",
    "home": "Looking after my home",
    "work": "Work or volunteering",
    "family": "My family",
    "travel": "Getting about",
}
ABOUT = {
    "people": "Friends, and not being alone.",
    "out": "Clubs, trips, the town.",
    "learning": "Classes, skills, hobbies.",
    "well": "Health, feeling safe, feeling good.",
    "eating": "Shopping, cooking, meals.",
    "home": "Cleaning, bills, repairs.",
    "work": "A job, or helping others.",
    "family": "Being a parent, a partner, a friend.",
    "travel": "Buses, taxis, walking out.",
}
SYMBOLS = {kind: f"need-{kind}" for kind in WORDS}  # in static/symbols/symbols.svg
KINDS = tuple(WORDS)


@dataclass(frozen=True)
class Needed:
    """One need of a plan: its words are the person's own."""

    id: UUID
    words: str
    kind: str


class Why(Enum):
    """Why a thing is in a plan or not."""

    NO_PLAN = "no_plan"  # they told us nothing of it, so it counts as in
    NO_NEEDS = "no_needs"
    NOT_SAID = "not_said"  # the thing names no kind: it is for everyone
    FITS = "fits"
    NOT_IN_PLAN = "not_in_plan"
    ANYWAY = "anyway"  # it is not, and they said that they pay


@dataclass(frozen=True)
class Fit:
    """What holding a thing beside one plan came to. `needs` are those that it serves."""

    why: Why
    needs: tuple[Needed, ...] = ()

    @property
    def pays(self) -> bool:
        return self.why is not Why.NOT_IN_PLAN


def fit(plan: Iterable[Needed] | None, serves: Collection[str], *, anyway: bool = False) -> Fit:
    """`plan` is its needs, or None where none is known; `serves` what the thing is for."""
    if plan is None:
        return Fit(Why.NO_PLAN)
    needs = tuple(plan)
    if not needs:
        return Fit(Why.NO_NEEDS)
    if not serves:
        return Fit(Why.NOT_SAID)
    served = tuple(one for one in needs if one.kind in serves)
    if served:
        return Fit(Why.FITS, served)
    return Fit(Why.ANYWAY if anyway else Why.NOT_IN_PLAN)


def named(kinds: Iterable[str]) -> str:
    """Meeting people, going out and learning: in the order of the list."""
    wanted = set(kinds)
    said = [WORDS[kind].lower() for kind in KINDS if kind in wanted]
    if not said:
        return ""
    *others, last = said
    together = f"{', '.join(others)} and {last}" if others else last
    return together[0].upper() + together[1:]
