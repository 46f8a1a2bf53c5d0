"""Counting rounds and what-ifs, beside a plain textbook version of each, with equal answers.

    .venv/bin/python bench/clubbing.py [--quick]

A round of 10,000 promises over five sessions; what is left for every number of leavers, for 500
members with steps and with bands; the year ahead for 500. Ours and the textbook's answers must be
the same, or it stops. The last line says how fast this machine hashes just now, since the aims of
the what-if and of the year are said for a core that does 1.7 million entries a second.
"""

import hashlib
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from pools.clubbing import resilience, year
from pools.clubbing.largest import Rule, call_of
from pools.clubbing.price import Cost, Promised, Session, count, count_round, price_at
from pools.clubbing.year import Course

QUICK = "--quick" in sys.argv
PROMISES, MEMBERS, DAYS = (1_000, 120, 5) if QUICK else (10_000, 500, 5)
START = datetime(2026, 10, 1, 9, tzinfo=UTC)
USUAL = 1_700_000  # entries a second that a core hashes
lot = random.Random(20261124)


def promised(most: int, n: int, weight: int = 1) -> Promised:
    return Promised(f"m{n:05}", START + timedelta(seconds=n), most * weight, weight)


# --- by the textbook -----------------------------------------------------------------------------


def round_by_the_book(sessions: dict[str, Session]) -> dict[str, tuple[int, int | None]]:
    """For each size from the largest: how many could pay its price? The first that enough can."""
    found = {}
    for key, one in sessions.items():
        size = next(
            (
                people
                for people in range(min(one.cost.capacity, len(one.promises)), 0, -1)
                if sum(p.most >= price_at(one.cost, people) for p in one.promises) >= people
            ),
            0,
        )
        found[key] = size, price_at(one.cost, size) if size else None
    return found


def what_if_by_the_book(
    cost: Cost, promises: list[Promised], rule: Rule
) -> list[tuple[int, int | None]]:
    """Count the round anew after each who leaves."""
    left, found = list(promises), []
    for leaver in [None, *resilience.leaving_order(call_of(cost, promises, rule))]:
        if leaver is not None:
            left.remove(leaver)
        outcome = count_round(cost, left, rule=rule.name)
        found.append((outcome.size, outcome.price))
    return found


def year_by_the_book(course: Course, weeks: int) -> float:
    """Week by week forward over sizes, without safety money: no chain over money is needed."""
    likely = {course.size: 1.0}
    for _ in range(weeks):
        after: dict[int, float] = {}
        for people, chance in likely.items():
            some = (1 - course.leave) ** people * chance
            for gone in range(people + 1):
                stay = people - gone
                for more, of in ((1, course.join), (0, 1 - course.join)):
                    there = stay + more
                    if there < len(course.surplus) and course.surplus[there] >= 0:
                        after[there] = after.get(there, 0.0) + some * of
                some *= (people - gone) / (gone + 1) * course.leave / (1 - course.leave)
        likely = after
    return sum(likely.values())


# --- measuring -----------------------------------------------------------------------------------


def timed(act: Callable[[], object], times: int = 1) -> tuple[object, float]:
    """What it gives, and the median milliseconds."""
    seen = []
    for _ in range(times):
        started = time.perf_counter()
        found = act()
        seen.append((time.perf_counter() - started) * 1000)
    return found, statistics.median(seen)


def show(what: str, ours: float, theirs: float, aim: str) -> None:
    print(f"{what:44}{theirs:14,.1f}{ours:12,.2f}{theirs / ours:10,.0f}   {aim}", flush=True)


def rounds() -> None:
    cost = Cost(4_000_000, 9151, 4, 2, 350, PROMISES)
    sessions = {
        f"day {day}": Session(
            cost, tuple(promised(lot.randint(1500, 5200), n) for n in range(PROMISES))
        )
        for day in range(DAYS)
    }
    found, ours = timed(lambda: count(sessions, Rule()), 3)
    wanted, theirs = timed(lambda: round_by_the_book(sessions))
    assert {key: (one.size, one.price) for key, one in found.items()} == wanted
    show(f"a round of {PROMISES:,} x {DAYS} sessions", ours, theirs, "50 times")


def what_ifs() -> None:
    cost = Cost(800 * MEMBERS, 9000, 4, 2, 350, MEMBERS)
    for name, weights in (("equal", (1,)), ("band", (1, 1, 1, 2, 4))):
        some = [promised(lot.randint(3500, 9000), n, lot.choice(weights)) for n in range(MEMBERS)]
        rule = Rule(name)
        found, ours = timed(lambda some=some, rule=rule: resilience.worst(cost, some, rule), 5)
        wanted, theirs = timed(lambda some=some, rule=rule: what_if_by_the_book(cost, some, rule))
        assert [(one.stay, one.price) for one in found] == wanted
        show(f"what if k of {MEMBERS} leave, every k, {name}", ours, theirs, "under 50 ms")


def a_year() -> None:
    surplus = tuple(4200 * n - (400_000 + 9000 * -(-n // 4) + 350 * n) for n in range(MEMBERS + 1))
    if QUICK:
        surplus = tuple(one + 300_000 for one in surplus)
    bare = Course(MEMBERS - 20, surplus, 0, 0.01, join=0.5)
    found, ours = timed(lambda: year.running(bare), 5)
    wanted, theirs = timed(lambda: year_by_the_book(bare, 52))
    assert abs(found[-1] - wanted) < 1e-6, (found, wanted)
    show(f"the year ahead for {MEMBERS}, no safety money", ours, theirs, "under 100 ms")
    rich = Course(MEMBERS - 20, surplus, 500_000, 0.01, join=0.5, keep=2_000_000)
    _, ours = timed(lambda: year.running(rich), 5)
    print(f"{'the same with safety money':44}{'':14}{ours:12,.2f}{'':10}   under 100 ms")
    _, ours = timed(lambda: year.needed(rich))
    print(f"{'the safety money that it takes':44}{'':14}{ours:12,.2f}")


def hashing() -> None:
    digest, many = b"", 300_000
    started = time.perf_counter()
    for _ in range(many):
        digest = hashlib.sha256(digest + b"an entry of the book, sealed").digest()
    speed = many / (time.perf_counter() - started)
    print(f"\nthis core hashes {speed:,.0f} entries a second just now: x {speed / USUAL:.2f}")


def main() -> None:
    print(f"{'ms':44}{'textbook':>14}{'ours':>12}{'x':>10}   aim")
    rounds()
    what_ifs()
    a_year()
    hashing()


if __name__ == "__main__":
    main()
