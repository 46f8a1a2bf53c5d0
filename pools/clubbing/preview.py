"""What my promise would do, and what one more after me would. Pure: from costs and the number of
promises alone, so that it can never tell what anybody else said.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.money import say
from pools.clubbing.cost import Cost, cost_of, least_people, price_at
from pools.clubbing.words import people


@dataclass(frozen=True)
class Asked:
    """One day as the group asks for it. `list_price` is none where the cost is shared equally.

    `known` is the price that `needed` people make possible: the list price; else the last price
    decided; else what each pays when the first team of workers is full.
    """

    day: str
    cost: Cost
    list_price: int | None = None
    last_price: int | None = None

    @property
    def known(self) -> int:
        team = min(self.cost.capacity, self.cost.ratio * max(self.cost.min_staff, 1))
        return self.list_price or self.last_price or price_at(self.cost, team)

    @property
    def needed(self) -> int | None:
        """The least number that makes it run at the known price. None: not even when full."""
        return least_people(self.cost, self.known)


@dataclass(frozen=True)
class Effect:
    """`people` promise; I am one of them if I am `counted`: not where my most is too little."""

    day: str
    people: int
    counted: bool
    needed: int
    capacity: int
    lines: tuple[str, ...]


def with_me(asked: Asked, others: int, most: int | None) -> Effect:
    """`others` promised already; `most` is my own, pence, if I typed it."""
    counted = most is None or most >= _price(asked, others + 1)
    count = others + counted
    say_more = _listed if asked.list_price else _shared
    return Effect(
        asked.day,
        count,
        counted,
        asked.needed or asked.cost.capacity,
        asked.cost.capacity,
        (
            _first(asked, count, counted=counted),
            *say_more(asked, others, most, counted=counted),
            *_too_many(asked, count),
        ),
    )


def _price(asked: Asked, count: int) -> int:
    """What a day costs each, if all of `count` are in for whom there is room."""
    return asked.list_price or price_at(asked.cost, min(count, asked.cost.capacity))


def _first(asked: Asked, count: int, *, counted: bool) -> str:
    if counted and count == 1:
        return f"You would be the first to promise {asked.day}."
    if counted:
        return f"With you, {people(count)} promise {asked.day}."
    if not count:
        return f"Nobody else promises {asked.day} yet."
    return f"Without you, {people(count)} {'promises' if count == 1 else 'promise'} {asked.day}."


def _too_many(asked: Asked, count: int) -> Iterator[str]:
    if count > asked.cost.capacity:
        yield f"There are only {asked.cost.capacity} places, so not everybody can be in."


def _listed(asked: Asked, others: int, most: int | None, *, counted: bool) -> Iterator[str]:
    """Under a list price everybody pays the same; more people only make it possible."""
    price, needed, count = asked.known, asked.needed, others + counted
    if needed is None:
        yield f"At {say(price)} a day it can't run, even when it is full."
    elif count < needed:
        looked = "After you, we look" if counted else "We look"
        yield f"It needs {people(needed)}. {looked} for {needed - count} more."
    else:
        yield from _enough(asked, min(count, asked.cost.capacity))
    yield f"Everybody pays {say(price)} a day, and no more."
    if most is not None and counted:
        yield f"You said {say(most)}. That is enough."
    elif most is not None:
        yield f"You said {say(most)}. That is less than {say(price)}, so you would not be in."


def _enough(asked: Asked, count: int) -> Iterator[str]:
    """At some sizes one worker more is needed than the list price pays for."""
    covered = (n for n in range(count, 0, -1) if asked.known * n >= cost_of(asked.cost, n))
    most_in = next(covered, 0)
    if most_in == count:
        yield "That is enough for it to run."
    else:
        yield f"It can run for {people(most_in)}. One more would need one more worker."


def _shared(asked: Asked, others: int, most: int | None, *, counted: bool) -> Iterator[str]:
    """The price is that of everybody and me, also where it turns out to be too much for me."""
    inside = min(others + 1, asked.cost.capacity)
    now = price_at(asked.cost, inside)
    yield f"If {people(inside)} {'is' if inside == 1 else 'are'} in, a day costs {say(now)} each."
    if counted and inside < asked.cost.capacity:
        then = price_at(asked.cost, inside + 1)
        why = ", since it needs one more worker" if then > now else ""
        yield f"With one more person after you, it costs {say(then)}{why}."
    if most is not None:
        yield from _mine(asked, inside, most)


def _mine(asked: Asked, inside: int, most: int) -> Iterator[str]:
    now = price_at(asked.cost, inside)
    if most >= now:
        yield f"You said {say(most)}. You would pay {say(now)}, not more."
        return
    sizes = range(inside + 1, asked.cost.capacity + 1)
    cheap = next((n for n in sizes if price_at(asked.cost, n) <= most), None)
    if cheap is None:
        yield f"You said {say(most)}. A day does not get that cheap, even when it is full."
    else:
        price = price_at(asked.cost, cheap)
        yield f"You said {say(most)}, so at that price you would not be in."
        yield f"With {people(cheap)} it would cost {say(price)}."
