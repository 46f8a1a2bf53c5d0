"""What the cost of a day means for a group that is not there yet, in bars and sentences. Pure.

The least number of people at a price, the sizes that are worse than a smaller one, and whether it
can ever work.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from ledger.money import say
from pools.clubbing.cost import Cost, Size, dead_zone, least_people, saw, workers

MOST_LOOKED_AT = 1000  # people; a day that needs more is out of any group's reach
MOST_BARS = 30


@dataclass(frozen=True)
class Bar:
    """One size in the picture. `price` is pence each; `note` says what is wrong with it."""

    people: int
    price: int
    runs: bool
    note: str


@dataclass(frozen=True)
class Sums:
    """`works` is None while no price is given."""

    headline: str
    works: bool | None
    sentences: tuple[str, ...]
    bars: tuple[Bar, ...]
    now: int | None  # the size that the headline is about


def sums(cost: Cost, price: int | None) -> Sums:
    sizes = saw(cost, price)
    least = least_people(cost, price) if price else None
    cheapest = min(sizes, key=lambda size: size.price)
    said = [*_never(cost, price, cheapest)] if price and least is None else []
    said += [_day_costs(cost), *_dead(cost, sizes, price)]
    return Sums(
        headline=_headline(price, least, cheapest),
        works=None if not price else least is not None,
        sentences=tuple(said),
        bars=tuple(_bars(cost, sizes, price, least)),
        now=least,
    )


def _headline(price: int | None, least: int | None, cheapest: Size) -> str:
    if not price:
        return f"The lowest price is {say(cheapest.price)} each, with {_people(cheapest.people)}."
    if least is None:
        return f"At {say(price)} it can never work."
    return f"{_people(least)} at {say(price)} is enough."


def _day_costs(cost: Cost) -> str:
    """One day costs £405.22 with 3 staff, and £3.50 for each person."""
    staff = workers(cost, cost.capacity)
    whole = say(cost.fixed + cost.wage * staff)
    with_staff = f" with {staff} staff" if staff and cost.wage else ""
    each = f", and {say(cost.variable)} for each person" if cost.variable else ""
    return f"One full day costs {whole}{with_staff}{each}."


def _never(cost: Cost, price: int, cheapest: Size) -> Iterator[str]:
    """Why no number is enough: too little room, or each person costs more than they pay."""
    needed = least_people(replace(cost, capacity=MOST_LOOKED_AT), price)
    if needed is not None:
        yield f"It needs {_people(needed)}. There is room for {cost.capacity}."
    else:
        yield "However many come, it costs more than they pay."
    yield f"With {_people(cheapest.people)} the price must be {say(cheapest.price)}."


def _dead(cost: Cost, sizes: tuple[Size, ...], price: int | None) -> Iterator[str]:
    """9 or 10 people is not enough with 3 staff. With 8 people each pays less."""
    dead = [sizes[people - 1] for people in dead_zone(cost)]
    for _, run in groupby(enumerate(dead), key=lambda pair: pair[1].people - pair[0]):
        for staff, same in groupby((size for _, size in run), key=lambda size: size.staff):
            yield _dead_run(list(same), sizes, price, staff)


def _dead_run(run: list[Size], sizes: tuple[Size, ...], price: int | None, staff: int) -> str:
    before = min(sizes[: run[0].people - 1], key=lambda size: size.price)
    short = price and all((size.surplus or 0) < 0 for size in run)
    what = "is not enough" if short else "pay more each"
    return f"{_run(run)} {what} with {staff} staff. With {_people(before.people)} each pays less."


def _run(run: list[Size]) -> str:
    numbers = [size.people for size in run]
    if len(numbers) > 2:
        return f"{numbers[0]} to {numbers[-1]} people"
    return f"{' or '.join(map(str, numbers))} people"


def _bars(
    cost: Cost, sizes: tuple[Size, ...], price: int | None, least: int | None
) -> Iterator[Bar]:
    dead, shown = set(dead_zone(cost)), _shown(cost, least)
    for size in sizes:
        if size.people in shown:
            runs = not price or (size.surplus or 0) >= 0
            dear = size.people in dead
            note = _note(size, dear) if price else "dearer than fewer people" if dear else ""
            yield Bar(size.people, size.price, runs, note)


def _shown(cost: Cost, least: int | None) -> set[int]:
    """Every size; of many, those on both sides of a step, where one more worker is needed."""
    every = range(1, cost.capacity + 1)
    if cost.capacity <= MOST_BARS:
        return set(every)
    steps = [n for n in every[1:] if workers(cost, n) != workers(cost, n - 1)]
    beside = sorted({1, cost.capacity} | {n - 1 for n in steps} | set(steps))
    if len(beside) < MOST_BARS // 2:
        beside = list(every)
    apart = -(-len(beside) // MOST_BARS)
    return {*beside[::apart], cost.capacity} | ({least} if least else set())


def _note(size: Size, dear: bool) -> str:
    over = size.surplus or 0
    if over < 0:
        return f"short by {say(-over)}"
    return "enough, but dearer than fewer people" if dear else "enough"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"
