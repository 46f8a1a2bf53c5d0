"""How days, times and the reasons of a round are said. Pure: short sentences, one idea each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from ledger.money import say
from members import money_from
from pools.clubbing.cost import Cost, price_at

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SOURCES, ABOUT_SOURCES = money_from.WORDS, money_from.ABOUT
FIRST = {
    "earliest": "Earlier promises came first.",
    "held": "People who had a place came first, then earlier promises.",
    "lot": "The order was drawn by lot.",
}


def hour(when: time) -> str:
    """10am, 3:30pm"""
    minutes = f":{when.minute:02}" if when.minute else ""
    return f"{when.hour % 12 or 12}{minutes}{'am' if when.hour < 12 else 'pm'}"


def times(starts: time, ends: time) -> str:
    return f"{hour(starts)} to {hour(ends)}"


def joined(words: Iterable[str]) -> str:
    """one, two and three"""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def weeks(count: int) -> str:
    return "1 week" if count == 1 else f"{count} weeks"


def date_words(day: date) -> str:
    """Thursday 3 December 2026: a letter may be read in another year."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def names(days: Sequence[tuple[int, time, time]]) -> list[str]:
    """Thursdays; or with the time where a service has that day twice."""
    seen = [day for day, _, _ in days]
    return [
        f"{DAYS[day]}s" + (f", {times(starts, ends)}" if seen.count(day) > 1 else "")
        for day, starts, ends in days
    ]


@dataclass(frozen=True)
class Decided:
    """What a round decided for one day: `price` pence each, `size` people in. `overhead` says that
    the day also carries a part of the week's cost, so that other sizes can't be told from `cost`.
    """

    day: str
    size: int
    price: int | None
    cost: Cost
    rule: str
    order: str
    overhead: bool = False


def too_few(day: str, count: int, needed: int | None, price: int) -> str:
    """What a round that ended had, and what it needed: numbers that all saw while it was open."""
    promised = f"{day}: {people(count)} promised."
    if needed is None:
        return f"{promised} At {say(price)} a day it can't run, even when it is full."
    if count < needed:
        return f"{promised} It needs {people(needed)}."
    return f"{promised} Too few of them could pay enough."


def inside(decided: Decided, due: int) -> tuple[str, ...]:
    return (f"You are in on {decided.day}.", f"You pay {say(due)} a day.")


def outside(decided: Decided, most: int, needed: int | None) -> tuple[str, ...]:
    """Why somebody is not in. Tells nobody's most but their own."""
    if decided.price is None:
        return _did_not_run(decided, most, needed)
    if needed is None:
        return (f"Every place on {decided.day} is taken.", FIRST[decided.order])
    if most >= decided.price:
        return ("One person more would make it dearer for everybody.", FIRST[decided.order])
    said = [f"It was {say(decided.price)} a day. You said {say(most)}."]
    if needed != decided.price:
        said.append(f"With you in, it would be {say(needed)}.")
    if more := _more_people(decided, most):
        others, price = more
        them = "1 more person" if others == 1 else f"{others} more people"
        said.append(f"With you and {them}, it would be {say(price)}.")
    return tuple(said)


def _did_not_run(decided: Decided, most: int, needed: int | None) -> tuple[str, ...]:
    first = f"Too few people could pay for {decided.day}."
    if needed is None or most >= needed:
        return (first, f"You said {say(most)}. Too few others could pay enough.")
    return (first, f"The lowest price we found was {say(needed)}. You said {say(most)}.")


def _more_people(decided: Decided, most: int) -> tuple[int, int] | None:
    """How many others besides me would have made it cheap enough, and the price then."""
    if decided.rule != "equal" or decided.overhead:
        return None
    sizes = range(decided.size + 2, decided.cost.capacity + 1)
    found = next((n for n in sizes if price_at(decided.cost, n) <= most), None)
    return (found - decided.size - 1, price_at(decided.cost, found)) if found else None
