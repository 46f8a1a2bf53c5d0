"""The year ahead: how likely it is that a service still runs, and the safety money that would make
it so. Pure.

A Markov chain over how many are in and how much safety money there is, worked backwards from the
end: one pass gives the answer for every size and every sum of safety money at once. Chances are
numbers for a picture; no money is ever moved by them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

import numpy as np

WEEKS = (13, 26, 52)
SAFE = 0.95
CELLS = 12_000  # sizes by steps of safety money; between two steps it is a straight line
FEWEST, MOST = 48, 960
DOUBLINGS = 4
RARE = 1e-9  # what is less likely than this is left out
PRIOR_WEEKS = 104  # before we know better: each person stays two years

Table = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Course:
    """A service as it goes on. `surplus` is what a week leaves over at each size from 0 to the
    capacity (pence; below zero: is short), at prices as they are. `leave` is the chance that a
    person leaves in a week, `join` that a new one comes. Safety money grows to `keep`, no further.
    """

    size: int
    surplus: tuple[int, ...]
    reserve: int
    leave: float
    join: float = 0.0
    keep: int = 0
    notice_weeks: int = 0


@dataclass(frozen=True, slots=True)
class Year:
    """`runs` is the chance to be running after 13, 26 and 52 weeks. `needed` is the safety money in
    pence with which 95 of 100 such groups run for a year; None: no money alone does that.
    """

    runs: tuple[float, ...]
    needed: int | None


def leaving_chance(left: int, member_weeks: int) -> float:
    """A week's chance that one person leaves, from the group's own past: so many left in so many
    weeks of membership, on top of one who left after two years.
    """
    return (left + 1) / (member_weeks + PRIOR_WEEKS)


def ahead(course: Course) -> Year:
    return Year(running(course), needed(course))


def running(course: Course) -> tuple[float, ...]:
    """Leavers pay through their notice, so what they do shows so many weeks later."""
    top = max(min(max(course.reserve, course.keep), _enough(course)), 1)
    rows = _values(course, top, [max(0, after - course.notice_weeks) for after in WEEKS])
    return tuple(_at(row, min(course.reserve, top), top) for row in rows)


def needed(course: Course) -> int | None:
    """The least sum with which it is safe, found where the line crosses between two steps."""
    weeks = max(0, WEEKS[-1] - course.notice_weeks)
    top = max(_enough(course) >> DOUBLINGS, 1)
    for _ in range(DOUBLINGS + 1):
        row = _values(course, top, [weeks])[0]
        if row[-1] >= SAFE:
            step = int(np.argmax(row >= SAFE))
            if step == 0:
                return 0
            part = (SAFE - row[step - 1]) / (row[step] - row[step - 1])
            return ceil((step - 1 + float(part)) * top / (len(row) - 1))
        top *= 2
    return None


def _enough(course: Course) -> int:
    """More than this a year can't use up: short each week by the most there could be."""
    return max(0, -min(course.surplus[_lowest(course) :], default=0)) * WEEKS[-1]


def _at(row: Table, reserve: int, top: int) -> float:
    chance = float(np.interp(reserve / top, np.linspace(0, 1, len(row)), row))
    return min(1.0, round(chance, 9))


def _lowest(course: Course) -> int:
    """A size that so many weeks hardly ever fall below."""
    weeks = WEEKS[-1]
    gone = course.size * (1 - (1 - course.leave) ** weeks)
    return max(1, int(course.size - gone - 7 * sqrt(gone + 1)))


def _highest(course: Course) -> int:
    joined = WEEKS[-1] * course.join
    return min(len(course.surplus) - 1, int(course.size + joined + 7 * sqrt(joined + 1)))


def _values(course: Course, top: int, weeks: Sequence[int]) -> list[Table]:
    """For each number of weeks: the chance to be running then, by step of safety money."""
    low, high = _lowest(course), max(_highest(course), course.size)
    sizes = np.arange(low, high + 1)
    steps = min(MOST, max(FEWEST, CELLS // len(sizes)))
    left, part, broke = _after_paying(course, top, sizes, steps)
    rows = np.arange(len(sizes))[:, None]
    leavers = _leavers(course.leave, sizes)
    coming = np.where(sizes < len(course.surplus) - 1, course.join, 0.0)[:, None]
    coming[-1] = 0.0
    value = np.ones((len(sizes), steps + 1))
    found = {0: value[course.size - low]}
    for week in range(1, max(weeks) + 1):
        paid = value[rows, left] * (1 - part) + value[rows, np.minimum(left + 1, steps)] * part
        paid[broke] = 0.0
        joined = np.vstack((paid[1:], paid[-1:]))
        then = paid * (1 - coming) + joined * coming
        value = np.zeros_like(then)
        for gone, chance in enumerate(leavers):
            if gone < len(sizes):
                value[gone:] += chance[gone:, None] * then[: len(sizes) - gone]
        found[week] = value[course.size - low]
    return [found[week] for week in weeks]


def _after_paying(course: Course, top: int, sizes: Table, steps: int) -> tuple[Table, Table, Table]:
    """Where a week at each size leaves each step of safety money: the step below, how far to the
    next, and whether the money did not reach.
    """
    step = top / steps
    money = np.arange(steps + 1) * step
    surplus = np.array([course.surplus[size] for size in sizes], dtype=float)[:, None]
    grown = np.maximum(money, np.minimum(money + surplus, course.keep))
    after = np.where(surplus > 0, grown, money + surplus)
    place = np.clip(after / step, 0, steps)
    left = np.floor(place).astype(int)
    return left, place - left, after < 0


def _leavers(chance: float, sizes: Table) -> list[Table]:
    """For 0, 1, 2 … leavers, how likely each is at each size, until it is too rare to matter."""
    stay = 1.0 - chance
    now = stay ** sizes.astype(float)
    found, gone = [now], 0
    while gone < sizes[-1] and chance > 0 and (gone < chance * sizes[-1] or now.max() > RARE):
        now = now * (np.maximum(sizes - gone, 0) / (gone + 1)) * (chance / stay)
        gone += 1
        found.append(now)
    return found
