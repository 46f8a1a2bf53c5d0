"""How safe a running session is: what happens if some leave, and how long there is to find others.
Pure: costs and promises in, sizes and pence out.

Prices are made again for those who stay, and whoever can't pay that leaves as well, and so on to
rest: that is the count of a round over those who stay. Method: docs/formats/round.md and, for the
chance over every choice of leavers, counting of paths under a barrier (exact, whole numbers).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb
from random import Random

from pools.clubbing.cost import Cost
from pools.clubbing.largest import (
    Call,
    Party,
    Promised,
    Rule,
    Week,
    call_of,
    largest,
    members,
    party_of,
    price_each,
)
from pools.clubbing.leavers import ByBand

MOST_CHOICES = 2_000  # as many choices of leavers are all tried; of more, so many are drawn
ALONE = Week(0, 1)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`leave` people left, and then those whom the new price puts out. `stay` remain and pay
    `price` each (pence, weight 1); at `stay` 0 it closes and there is no price.
    """

    leave: int
    stay: int
    price: int | None


@dataclass(frozen=True, slots=True)
class Typical:
    """The same when any `leave` people may go: in `runs` of all choices it still runs. `stay` is
    the middle size of all choices. `drawn` choices were tried, out of more if not `exact`.
    """

    leave: int
    runs: Fraction
    stay: int
    drawn: int
    exact: bool


# --- the worst -----------------------------------------------------------------------------------


def worst(cost: Cost, promises: Iterable[Promised], rule: Rule | None = None) -> tuple[WhatIf, ...]:
    """What is left when the 0, 1, 2 … people leave who pay most towards the fixed cost: of those
    the ones first who could pay most. Without steps no other choice of so many does more harm.
    """
    call = call_of(cost, promises, rule or Rule())
    sizes = ByBand(call).sizes() if call.rule.name == "band" else _sizes(call)
    return tuple(WhatIf(leave, *size) for leave, size in enumerate(sizes))


def leaving_order(call: Call) -> list[Promised]:
    by_band = call.rule.name == "band"
    return sorted(
        call.ready, key=lambda one: (-one.weight if by_band else 0, -one.most, one.at, one.id)
    )


def _sizes(call: Call) -> list[tuple[int, int | None]]:
    """With fewer to choose from no larger size can work: each look starts where the last ended."""
    found, top = [], call.top
    for leaver in [None, *leaving_order(call)]:
        if leaver is not None:
            _drop(call, leaver)
            top = min(top, call.top)
        size = largest(call, ALONE, top)
        top = size.people
        party = party_of(members(call, size)) if top else Party(0, 0)
        price = max(call.floor, price_each(call, party, ALONE, 1)) if top else None
        found.append((top, price))
    return found


def _drop(call: Call, one: Promised) -> None:
    """Whoever leaves is the one with the highest most of their weight, of those who are left."""
    call.ready.remove(one)
    call.by_weight[one.weight].pop()
    call.mosts.remove(call.floor or one.most)


def can_lose(what_ifs: Sequence[WhatIf]) -> int:
    """How many can leave, whoever they are, and it still runs. -1: it does not even run now."""
    return max((one.leave for one in what_ifs if one.stay), default=-1)


# --- the typical ---------------------------------------------------------------------------------


def typical(
    cost: Cost,
    promises: Iterable[Promised],
    leave: int,
    rule: Rule | None = None,
    *,
    seed: str = "typical",
) -> Typical:
    """Over every choice of `leave` people; over 2,000 drawn with a fixed seed if there are more."""
    everyone = list(promises)
    counted = rule or Rule()
    choices, drawn, exact = _choices(everyone, leave, seed)
    sizes = sorted(_size_without(cost, everyone, set(gone), counted) for gone in choices)
    return Typical(
        leave, Fraction(sum(size > 0 for size in sizes), drawn), sizes[drawn // 2], drawn, exact
    )


def _choices(
    everyone: Sequence[Promised], leave: int, seed: str
) -> tuple[Iterable[Sequence[Promised]], int, bool]:
    count = comb(len(everyone), leave)
    if count <= MOST_CHOICES:
        return combinations(everyone, leave), count, True
    lot = Random(f"{seed}:{leave}")  # noqa: S311 - a sample to look at, not a secret
    drawn = (lot.sample(everyone, leave) for _ in range(MOST_CHOICES))
    return drawn, MOST_CHOICES, False


def _size_without(cost: Cost, everyone: Sequence[Promised], gone: set[Promised], rule: Rule) -> int:
    call = call_of(cost, (one for one in everyone if one not in gone), rule)
    return len(members(call, largest(call, ALONE, call.top)))


def chances(cost: Cost, mosts: Sequence[int]) -> tuple[Fraction, ...]:
    """For each number of leavers, in how many of all choices it still runs: exact, for equal
    shares of people who all weigh 1.

    It runs while, for some size, so many are left of those who can pay its price. People stand in
    a row by what they could pay, highest first; each way to cross out some of them is a path, and
    the paths are counted that never meet a size that works.
    """
    row = sorted(mosts, reverse=True)
    wanted = _wanted(cost, row)
    dead = [1] + [0] * len(row)  # ways to have crossed out so many, and nothing runs yet
    for place in range(1, len(row) + 1):
        for gone in range(place, 0, -1):
            dead[gone] += dead[gone - 1]
        for gone in range(max(0, place - wanted[place]) + 1 if wanted[place] <= place else 0):
            dead[gone] = 0  # enough are left of the first `place`: it runs
    return tuple(
        Fraction(comb(len(row), gone) - dead[gone], comb(len(row), gone))
        for gone in range(len(row) + 1)
    )


def _wanted(cost: Cost, row: Sequence[int]) -> list[int]:
    """The least size that the first so many people of the row could all pay for (or too many)."""
    never = len(row) + 1
    wanted = [never] * (len(row) + 1)
    able = len(row)
    sizes = sorted((-(-_cost(cost, n) // n), n) for n in range(1, min(cost.capacity, len(row)) + 1))
    for price, size in sizes:
        while able and row[able - 1] < price:
            able -= 1
        wanted[able] = min(wanted[able], size)
    wanted[0] = never
    return wanted


def _cost(cost: Cost, people: int) -> int:
    staff = max(cost.min_staff, -(-people // cost.ratio))
    return cost.fixed + cost.wage * staff + cost.variable * people


# --- time to find others -------------------------------------------------------------------------


def weeks_to_find(reserve: int, notice: int, gap: int) -> int | None:
    """Whole weeks that the safety money and what leavers still pay in their notice (pence) bridge
    a gap of so many pence a week. None: nothing is short, so there is no end in sight.
    """
    return None if gap <= 0 else max(0, reserve + notice) // gap


def put_aside(gap: int, weeks: int, notice_weeks: int = 0) -> int:
    """Pence that carry a weekly gap for so many weeks, the first of them paid by notice."""
    return max(0, gap) * max(0, weeks - notice_weeks)
