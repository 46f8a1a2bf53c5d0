"""Staying alive: the worst k, any k, time to find others. Held equal to counting anew each time."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pools.clubbing import price, resilience
from pools.clubbing.largest import Promised, Rule, call_of
from pools.clubbing.price import Cost, count_round

START = datetime(2026, 10, 1, 9, tzinfo=UTC)
HUB = Cost(fixed=13069, wage=9151, ratio=4, min_staff=2, variable=350, capacity=12)
PLAIN = Cost(fixed=40000, wage=0, ratio=1, min_staff=0, variable=1500, capacity=12)


def said(*mosts: int) -> list[Promised]:
    return [
        Promised(f"m{n:02}", START + timedelta(minutes=n), most) for n, most in enumerate(mosts)
    ]


costs = st.builds(
    Cost,
    fixed=st.integers(0, 400),
    wage=st.integers(0, 150),
    ratio=st.integers(1, 4),
    min_staff=st.integers(0, 2),
    variable=st.integers(0, 20),
    capacity=st.integers(1, 10),
)
rules = st.one_of(
    st.builds(
        Rule, name=st.sampled_from(["equal", "band"]), order=st.sampled_from(["earliest", "held"])
    ),
    st.builds(Rule, name=st.just("list"), list_price=st.integers(1, 200)),
)  # fmt: skip
groups = st.lists(
    st.tuples(st.integers(1, 220), st.sampled_from([1, 1, 2, 3]), st.booleans(), st.integers(0, 5)),
    max_size=8,
).map(
    lambda rows: [
        Promised(f"m{n}", START + timedelta(minutes=at), most, weight, held)
        for n, (most, weight, held, at) in enumerate(rows)
    ]
)


@given(costs, groups, rules)
def test_the_worst_k_is_the_round_counted_anew_without_them(cost, promises, rule):
    left, expected = list(promises), []
    for leaver in [None, *resilience.leaving_order(call_of(cost, promises, rule))]:
        if leaver is not None:
            left.remove(leaver)
        outcome = count_round(
            cost, left, rule=rule.name, order=rule.order, list_price=rule.list_price
        )
        expected.append((outcome.size, outcome.price))
    assert [(one.stay, one.price) for one in resilience.worst(cost, promises, rule)] == expected


@given(st.lists(st.integers(1, 220), max_size=8), st.integers(0, 400), st.integers(0, 20))
def test_without_steps_no_choice_of_leavers_does_more_harm_than_the_worst(mosts, fixed, variable):
    cost = Cost(fixed, 0, 1, 0, variable, 20)
    found = resilience.worst(cost, said(*mosts))
    for leave in range(len(mosts) + 1):
        sizes = [
            count_round(cost, [one for one in said(*mosts) if one not in gone]).size
            for gone in combinations(said(*mosts), leave)
        ]
        assert found[leave].stay == min(sizes)


@given(costs, st.lists(st.integers(1, 220), max_size=7))
def test_the_chance_over_every_choice_of_leavers_is_exact(cost, mosts):
    for leave, chance in enumerate(resilience.chances(cost, mosts)):
        tried = [
            count_round(cost, said(*(most for n, most in enumerate(mosts) if n not in gone))).size
            for gone in combinations(range(len(mosts)), leave)
        ]
        assert chance == Fraction(sum(size > 0 for size in tried), len(tried))
        told = resilience.typical(cost, said(*mosts), leave)
        assert (told.runs, told.exact) == (chance, True)


def test_the_hub_with_eleven_at_forty_two_pounds_closes_with_one_fewer():
    """Ten people who could each pay £42 can't run it; eleven can."""
    found = resilience.worst(HUB, said(*[4200] * 11))
    assert (found[0].stay, found[0].price) == (11, 4034)
    assert (found[1].stay, found[1].price) == (0, None)
    assert resilience.can_lose(found) == 0


def test_the_knock_on_is_counted_to_rest():
    """With 12 at these mosts two leave, the price passes what four more could pay, and so on."""
    mosts = (9000, 9000, 8000, 8000, 7500, 6500, 5500, 3000)
    cost = Cost(30000, 0, 1, 0, 1500, 12)
    found = resilience.worst(cost, said(*mosts))
    assert (found[0].stay, found[0].price) == (6, 6500)
    assert found[1].stay == 0
    assert resilience.can_lose(resilience.worst(PLAIN, said(*[6000] * 12))) == 3


def test_many_choices_are_drawn_with_a_fixed_seed():
    mosts = [4000 + 37 * n for n in range(40)]
    cost = Cost(120000, 0, 1, 0, 0, 40)
    first, again = (resilience.typical(cost, said(*mosts), 8) for _ in range(2))
    assert first == again
    assert (first.drawn, first.exact) == (resilience.MOST_CHOICES, False)
    exact = resilience.chances(cost, mosts)[8]
    assert abs(first.runs - exact) < Fraction(1, 20)


@pytest.mark.parametrize(
    ("reserve", "notice", "gap", "weeks"),
    [(30000, 0, 4000, 7), (0, 16800, 5872, 2), (0, 0, 100, 0), (500, 0, 0, None), (0, 0, -1, None)],
)
def test_weeks_to_find_others_are_whole_weeks(reserve, notice, gap, weeks):
    assert resilience.weeks_to_find(reserve, notice, gap) == weeks


def test_what_to_put_aside_for_losing_two_of_eleven_for_four_weeks():
    gap = -price.saw(HUB, 4200)[8].surplus
    assert gap == 5872
    assert resilience.put_aside(gap, 4) == 23488
    assert resilience.put_aside(4000, 8) == 32000
    assert resilience.put_aside(4000, 8, notice_weeks=4) == 16000
