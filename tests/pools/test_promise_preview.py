"""What my promise would do, in words, from costs and the number of promises alone."""

import re
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pools.clubbing import words
from pools.clubbing.cost import Cost, price_at
from pools.clubbing.preview import Asked, with_me

HUB = Cost(fixed=13069, wage=9151, ratio=4, min_staff=2, variable=350, capacity=12)
LISTED = Asked("Thursdays", HUB, list_price=4200)
SHARED = Asked("Thursdays", HUB)


def test_at_42_the_hub_needs_eleven():
    assert LISTED.needed == 11
    assert (SHARED.known, SHARED.needed) == (4272, 8)
    assert Asked("Thursdays", HUB, last_price=4034).needed == 11


@pytest.mark.parametrize(
    ("asked", "others", "most", "lines"),
    [
        (LISTED, 0, None, (
            "You would be the first to promise Thursdays.",
            "It needs 11 people. After you, we look for 10 more.",
            "Everybody pays £42 a day, and no more.",
        )),
        (LISTED, 10, 3500, (
            "Without you, 10 people promise Thursdays.",
            "It needs 11 people. We look for 1 more.",
            "Everybody pays £42 a day, and no more.",
            "You said £35. That is less than £42, so you would not be in.",
        )),
        (Asked("Thursdays", HUB, list_price=4300), 8, 4300, (
            "With you, 9 people promise Thursdays.",
            "It can run for 8 people. One more would need one more worker.",
            "Everybody pays £43 a day, and no more.",
            "You said £43. That is enough.",
        )),
        (Asked("Thursdays", HUB, list_price=2500), 3, None, (
            "With you, 4 people promise Thursdays.",
            "At £25 a day it can't run, even when it is full.",
            "Everybody pays £25 a day, and no more.",
        )),
        (SHARED, 7, 4300, (
            "With you, 8 people promise Thursdays.",
            "If 8 people are in, a day costs £42.72 each.",
            "With one more person after you, it costs £48.53, since it needs one more worker.",
            "You said £43. You would pay £42.72, not more.",
        )),
        (SHARED, 8, 4100, (
            "Without you, 8 people promise Thursdays.",
            "If 9 people are in, a day costs £48.53 each.",
            "You said £41, so at that price you would not be in.",
            "With 11 people it would cost £40.34.",
        )),
        (SHARED, 12, 2000, (
            "Without you, 12 people promise Thursdays.",
            "If 12 people are in, a day costs £37.27 each.",
            "You said £20. A day does not get that cheap, even when it is full.",
        )),
    ],
)  # fmt: skip
def test_the_worked_case_in_words(asked, others, most, lines):
    assert with_me(asked, others, most).lines == lines


@pytest.mark.parametrize(
    ("asked", "enough"), [(LISTED, 4200), (SHARED, 4272)], ids=["list", "equal"]
)
def test_the_picture_counts_me_only_if_my_most_is_enough_at_that_price(asked, enough):
    inside, outside = with_me(asked, 7, enough), with_me(asked, 7, enough - 1)
    assert (inside.counted, inside.people) == (True, 8)
    assert (outside.counted, outside.people) == (False, 7)
    assert with_me(asked, 7, None).counted


costs = st.builds(
    Cost,
    fixed=st.integers(0, 60000), wage=st.integers(0, 20000), ratio=st.integers(1, 8),
    min_staff=st.integers(0, 3), variable=st.integers(1, 1500), capacity=st.integers(1, 40),
)  # fmt: skip
prices = st.none() | st.integers(1, 20000)


def longest(lines):
    sentences = [one for line in lines for one in re.split(r"(?<=[.])\s", line)]
    return max((len(one.split()) for one in sentences), default=0)


@given(costs, prices, prices, st.integers(0, 60), prices)
def test_every_number_of_promises_gives_short_sentences_and_seats(cost, listed, last, others, most):
    found = with_me(Asked("Wednesdays", cost, listed, last), others, most)
    assert found.people == others + found.counted
    assert 1 <= found.needed <= found.capacity == cost.capacity
    assert found.lines
    assert longest(found.lines) <= 15


@given(
    cost=costs, most=st.integers(1, 20000), needed=st.none() | st.integers(1, 20000),
    rule=st.sampled_from(["equal", "list"]), order=st.sampled_from(["earliest", "held", "lot"]),
    size=st.integers(0, 40), overhead=st.booleans(),
)  # fmt: skip
def test_every_reason_is_short_and_names_only_prices_and_my_own_most(
    cost, most, needed, rule, order, size, overhead
):
    size = min(size, cost.capacity)
    price = price_at(cost, size) or None if size else None
    decided = words.Decided("Wednesdays", size, price, cost, rule, order, overhead)
    lines = words.outside(decided, most, needed)
    assert lines
    assert longest(lines) <= 15
    known = {most, price, needed, *(price_at(cost, n) for n in range(1, cost.capacity + 1))}
    said = {
        int(pounds.replace(",", "")) * 100 + int(pence or 0)
        for pounds, pence in re.findall(r"£([\d,]+)(?:\.(\d\d))?", " ".join(lines))
    }
    assert said <= known


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([(3, 10, 15)], ["Thursdays"]),
        ([(1, 10, 15), (3, 10, 15)], ["Tuesdays", "Thursdays"]),
        ([(1, 9, 12), (1, 13, 17)], ["Tuesdays, 9am to 12pm", "Tuesdays, 1pm to 5pm"]),
    ],
)
def test_days_are_said_with_the_time_only_where_it_is_needed(days, said):
    assert words.names([(day, time(a), time(b)) for day, a, b in days]) == said
