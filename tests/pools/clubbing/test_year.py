"""The year ahead: worked figures, a simulation beside it, and what must hold of any chance."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pools.clubbing import year
from pools.clubbing.year import Course

RUNS = 4_000


def surplus(people: int) -> int:
    return 4500 * people - 40000


def course(capacity: int = 12, **more: object) -> Course:
    return Course(
        12, tuple(surplus(n) for n in range(capacity + 1)), **({"reserve": 0, "leave": 0.01} | more)
    )


def test_survival_without_joiners_is_the_textbook_binomial():
    """12 members, £60, break-even 9, one in a hundred leaves a week."""
    assert year.ahead(course()).runs == pytest.approx((0.951, 0.710, 0.211), abs=0.001)


def test_a_newcomer_each_twelve_weeks_keeps_it_going_far_longer():
    runs = year.ahead(course(15, join=0.08)).runs
    assert runs[1:] == pytest.approx((0.882, 0.670), abs=0.001)


def simulated(one: Course, weeks: int) -> float:
    lot, alive = Random(5), 0  # noqa: S311 - a simulation
    for _ in range(RUNS):
        people, money = one.size, one.reserve
        for _ in range(weeks):
            people -= sum(lot.random() < one.leave for _ in range(people))
            people += people < len(one.surplus) - 1 and lot.random() < one.join
            left = one.surplus[people]
            money = max(money, min(money + left, one.keep)) if left > 0 else money + left
            if not people or money < 0:
                break
        else:
            alive += 1
    return alive / RUNS


@pytest.mark.parametrize(
    "one",
    [
        course(keep=1_000_000),
        course(reserve=60_000, keep=60_000),
        course(15, reserve=30_000, join=0.05, keep=80_000),
        course(keep=500_000, notice_weeks=4),
    ],
)
def test_the_chain_agrees_with_a_simulation(one):
    """Within three standard errors of a simulation that knows nothing of the chain."""
    told = year.running(one)
    seen = [simulated(one, max(0, weeks - one.notice_weeks)) for weeks in year.WEEKS]
    for chance, share in zip(told, seen, strict=True):
        assert abs(chance - share) < 3 * (0.25 / RUNS) ** 0.5 + 0.005


def test_the_safety_money_that_is_said_makes_the_year_safe_and_less_does_not():
    needed = year.ahead(course()).needed
    assert year.ahead(course(reserve=needed)).runs[2] == pytest.approx(year.SAFE, abs=0.005)
    assert year.ahead(course(reserve=needed * 9 // 10)).runs[2] < year.SAFE


def test_nothing_is_needed_where_nobody_leaves_and_no_money_helps_where_everybody_does():
    assert year.ahead(course(leave=0.0)) == year.Year((1.0, 1.0, 1.0), 0)
    assert year.ahead(course(leave=0.5)).needed is None


@settings(max_examples=25)
@given(
    st.floats(0, 0.1), st.floats(0, 0.5), st.integers(0, 100_000), st.integers(0, 100_000),
    st.integers(0, 8),
)  # fmt: skip
def test_a_chance_only_falls_with_time_and_grows_with_money_and_notice(
    leave, join, reserve, keep, notice
):
    one = course(15, leave=leave, join=join, reserve=reserve, keep=keep)
    runs = year.running(one)
    assert all(0 <= chance <= 1 + 1e-9 for chance in runs)
    assert list(runs) == sorted(runs, reverse=True)
    richer = year.running(replace(one, reserve=reserve + 20_000))
    longer = year.running(replace(one, notice_weeks=notice))
    assert all(more >= less - 0.01 for more, less in zip(richer, runs, strict=True))
    assert all(more >= less - 1e-9 for more, less in zip(longer, runs, strict=True))


def test_before_a_group_has_a_past_each_person_stays_two_years():
    assert year.leaving_chance(0, 0) == pytest.approx(1 / 104)
    assert year.leaving_chance(2, 572) == pytest.approx(3 / 676)
