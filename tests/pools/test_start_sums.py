"""What a cost means before a group is there: how many at which price, and which sizes are worse."""

from hypothesis import example, given
from hypothesis import strategies as st

from pools.clubbing.cost import Cost, cost_of
from pools.clubbing.sums import MOST_BARS, sums

HUB = Cost(fixed=13069, wage=9151, ratio=4, min_staff=2, variable=350, capacity=12)
LUNCH = Cost(fixed=21000, wage=0, ratio=1, min_staff=0, variable=0, capacity=30)

costs = st.builds(
    Cost,
    fixed=st.integers(0, 100_000),
    wage=st.integers(0, 20_000),
    ratio=st.integers(1, 12),
    min_staff=st.integers(0, 5),
    variable=st.integers(0, 5_000),
    capacity=st.integers(1, 200),
)
prices = st.none() | st.integers(1, 50_000)


def test_the_thursday_hub_needs_eleven_at_forty_two_pounds():
    found = sums(HUB, 4200)
    assert found.headline == "11 people at £42 is enough."
    assert found.sentences == (
        "One full day costs £405.22 with 3 staff, and £3.50 for each person.",
        "9 or 10 people is not enough with 3 staff. With 8 people each pays less.",
    )
    bars = {bar.people: bar for bar in found.bars}
    assert (bars[11].price, bars[11].runs, bars[11].note) == (4034, True, "enough")
    assert (bars[10].price, bars[10].note) == (4403, "short by £20.22")
    assert (bars[9].note, bars[8].note) == ("short by £58.72", "short by £5.71")
    assert found.now == 11


def test_a_price_that_eight_can_pay_still_has_its_dead_zone():
    found = sums(HUB, 4300)
    assert found.headline == "8 people at £43 is enough."
    assert found.sentences[-1] == (
        "9 or 10 people is not enough with 3 staff. With 8 people each pays less."
    )


def test_the_lunch_hub_can_never_work_and_is_told_why():
    found = sums(LUNCH, 500)
    assert found.works is False
    assert found.headline == "At £5 it can never work."
    assert found.sentences[:2] == (
        "It needs 42 people. There is room for 30.",
        "With 30 people the price must be £7.",
    )


def test_a_price_below_what_each_person_costs_is_never_enough():
    assert sums(HUB, 300).sentences[0] == "However many come, it costs more than they pay."


def test_without_a_price_the_lowest_one_is_said():
    found = sums(HUB, None)
    assert found.works is None
    assert found.headline == "The lowest price is £37.27 each, with 12 people."
    assert found.sentences[-1].startswith("9 or 10 people pay more each with 3 staff.")


@given(costs, prices)
@example(HUB, 4200)
def test_what_is_called_enough_is_enough_and_nothing_smaller_is(cost, price):
    found = sums(cost, price)
    if found.works:
        assert price * found.now >= cost_of(cost, found.now)
        assert all(price * n < cost_of(cost, n) for n in range(1, found.now))
    elif found.works is False:
        assert all(price * n < cost_of(cost, n) for n in range(1, cost.capacity + 1))


@given(costs, prices)
def test_the_picture_stays_small_and_shows_the_size_it_speaks_of(cost, price):
    found = sums(cost, price)
    shown = [bar.people for bar in found.bars]
    assert len(shown) <= MOST_BARS + 2
    assert shown == sorted(set(shown))
    assert found.now is None or found.now in shown
    assert cost.capacity in shown


@given(costs, prices)
def test_no_sentence_is_long(cost, price):
    found = sums(cost, price)
    for words in (found.headline, *found.sentences):
        assert all(len(part.split()) <= 15 for part in words.rstrip(".").split(". "))
