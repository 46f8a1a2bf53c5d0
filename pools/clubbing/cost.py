"""What a session costs at each size, and what each then pays: the saw. Pure: whole pence.

Staff come whole, so that cost for each person is a saw and no curve: an average would lie.
"""

from dataclasses import dataclass

import errors

MOST_PLACES = 100_000


class CostNotRight(errors.NotValid):
    """Costs can't be below zero. One worker must look after at least one person, and there must be
    between 1 and 100,000 places.
    """


@dataclass(frozen=True, slots=True)
class Cost:
    """A session's cost in pence. Staff come whole: one to `ratio` people, never under `min_staff`.
    `variable` is for each person, `capacity` the number of places.
    """

    fixed: int
    wage: int
    ratio: int
    min_staff: int
    variable: int
    capacity: int

    def __post_init__(self) -> None:
        below_zero = min(self.fixed, self.wage, self.min_staff, self.variable) < 0
        if below_zero or self.ratio < 1 or not 1 <= self.capacity <= MOST_PLACES:
            raise CostNotRight


@dataclass(frozen=True, slots=True)
class Size:
    """One tooth of the saw. `surplus` is what a list price leaves over (below zero: is short)."""

    people: int
    staff: int
    cost: int
    price: int
    surplus: int | None


@dataclass(frozen=True, slots=True)
class OneMore:
    """The price each at the number promised, and at one more. None: nobody yet, or no place."""

    now: int | None
    then: int | None
    dead: bool


def workers(cost: Cost, weight: int) -> int:
    """Whole workers for people whose support weights sum to `weight`."""
    return max(cost.min_staff, -(-weight // cost.ratio))


def cost_of(cost: Cost, people: int, weight: int | None = None) -> int:
    """Pence a session, all weighing 1 unless said. A session without people does not run."""
    staff = workers(cost, people if weight is None else weight)
    return cost.fixed + cost.wage * staff + cost.variable * people if people else 0


def price_at(cost: Cost, people: int) -> int:
    """The price each to decide with: pence, rounded up."""
    return -(-cost_of(cost, people) // people)


def saw(cost: Cost, list_price: int | None = None) -> tuple[Size, ...]:
    """Every size from one person to the capacity."""

    def size(people: int) -> Size:
        total = cost_of(cost, people)
        over = None if list_price is None else list_price * people - total
        return Size(people, workers(cost, people), total, price_at(cost, people), over)

    return tuple(size(people) for people in range(1, cost.capacity + 1))


def least_people(cost: Cost, price: int) -> int | None:
    """The least size at which `price` from each covers the cost. None: at no size."""
    sizes = range(1, cost.capacity + 1)
    return next((n for n in sizes if price * n >= cost_of(cost, n)), None)


def dead_zone(cost: Cost, price: int | None = None) -> tuple[int, ...]:
    """The sizes that are dearer for each than some smaller size: one worker too many.

    With a price: those that it does not cover, though it covers a smaller one.
    """
    dead, cheapest = [], price_at(cost, 1)
    for people in range(2, cost.capacity + 1):
        each = price_at(cost, people)
        if each > cheapest and (price is None or cheapest <= price < each):
            dead.append(people)
        cheapest = min(cheapest, each)
    return tuple(dead)


def with_one_more(cost: Cost, promises: int) -> OneMore:
    """What one more promise does to the price each, from nothing but the number of promises."""
    now = price_at(cost, promises) if 0 < promises <= cost.capacity else None
    then = price_at(cost, promises + 1) if promises < cost.capacity else None
    return OneMore(now, then, now is not None and then is not None and then > now)
