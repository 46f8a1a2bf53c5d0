"""How many weeks of their money a person holds: exact sums, and words that agree with them."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from pools.spending import weeks
from pools.spending.weeks import Flow, Holding

PENCE = st.integers(-(10**9), 10**9)
WEEKLY = st.integers(1, 10**7)
HOLDINGS = st.builds(Holding, PENCE, st.integers(0, 10**9), WEEKLY, st.integers(1, 52))
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
FLOWS = st.builds(Flow, WEEKLY, st.integers(0, 10**7), st.none() | DAYS)


def test_the_worked_case_1250_of_my_own_and_300_in_the_group_is_108_hundredths_of_1440():
    held = Holding(in_groups=30000, own=125000, weekly=18000, limit=8)
    assert (held.money, held.most, held.over) == (155000, 144000, 11000)
    assert (held.hundredths, held.level) == (108, 100)
    assert held.weeks == Fraction(155, 18)
    assert weeks.said(held) == "You hold more than 8 weeks of this money. You may keep 8 weeks."


def test_what_is_said_from_nothing_to_one_week_and_exactly():
    def said(pence):
        return weeks.said(Holding(pence, 0, 4200, 6)).split(". ")[0]

    assert said(0) == "You hold none of this money"
    assert said(665) == "You hold less than 1 week of this money"
    assert said(4200) == "You hold 1 week of this money"
    assert said(4201) == "You hold more than 1 week of this money"
    assert said(8400) == "You hold 2 weeks of this money"


def test_the_levels_begin_exactly_at_three_quarters_and_at_the_whole():
    assert [Holding(pence, 0, 18000, 8).level for pence in (107999, 108000, 143999, 144000)] == [
        0, 75, 75, 100,
    ]  # fmt: skip


def test_in_march_you_will_hold_more_than_8_weeks():
    held = Holding(30000, 50000, 18000, 8)  # £640 under the most
    flow = Flow(comes=18000, goes=13900)  # £41 more each week: 15.6 weeks from 24 November
    months = weeks.forecast(held, flow, date(2026, 11, 24))
    assert weeks.coming(months, held) == "In March you will hold more than 8 weeks."


def test_nothing_is_foretold_where_it_is_so_already_or_never_will_be():
    day = date(2026, 11, 24)
    over, calm = Holding(200000, 0, 18000, 8), Holding(1000, 0, 18000, 8)
    assert weeks.coming(weeks.forecast(over, Flow(18000, 0), day), over) == ""
    assert weeks.coming(weeks.forecast(calm, Flow(18000, 18000), day), calm) == ""


def test_money_stops_coming_with_the_plan():
    held, day = Holding(0, 0, 18000, 8), date(2026, 11, 1)
    flow = Flow(18000, 0, until=date(2026, 11, 15))
    assert {one.money for one in weeks.forecast(held, flow, day)} == {36000}


@given(HOLDINGS)
def test_the_level_and_what_is_over_agree_with_the_weeks(held):
    assert (held.weeks >= held.limit) == (held.level == 100)
    assert (4 * held.weeks >= 3 * held.limit) == (held.level >= 75)
    assert (held.over > 0) == (held.weeks > held.limit)
    assert held.weeks * held.weekly == held.money >= 0
    assert abs(held.hundredths - Fraction(100 * held.money, held.most)) <= Fraction(1, 2)


@given(HOLDINGS, st.integers(0, 10**6))
def test_more_money_is_never_a_lower_level(held, more):
    richer = Holding(held.in_groups, held.own + more, held.weekly, held.limit)
    assert richer.level >= held.level
    assert richer.weeks >= held.weeks


@given(HOLDINGS, FLOWS, DAYS)
def test_a_forecast_is_twelve_month_ends_and_never_below_nothing(held, flow, today):
    months = weeks.forecast(held, flow, today)
    assert len(months) == 12
    assert all((one.last + timedelta(days=1)).day == 1 for one in months)
    assert months[0].last >= today
    assert all(one.money >= 0 for one in months)


@given(HOLDINGS, FLOWS, DAYS)
def test_a_forecast_without_an_end_is_the_money_and_the_days_times_the_rest(held, flow, today):
    steady = Flow(flow.comes, min(flow.goes, flow.comes))
    for one in weeks.forecast(held, steady, today):
        days = (one.last - today).days
        assert 7 * (one.money - held.money) == days * (steady.comes - steady.goes)


@given(HOLDINGS, FLOWS, DAYS, st.integers(0, 10**6))
def test_to_spend_more_never_brings_the_limit_nearer(held, flow, today, more):
    thrifty = weeks.forecast(held, flow, today)
    spending = weeks.forecast(held, Flow(flow.comes, flow.goes + more, flow.until), today)
    assert all(b.money <= a.money for a, b in zip(thrifty, spending, strict=True))
