"""What lies ahead for a group's money: worked figures of the Thursday Hub, and rules that hold for
any group.
"""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.accounting import month_of
from pools.clubbing.cost import Cost, cost_of
from pools.spending import forecast
from pools.spending.forecast import Day, Now, Place

HUB = Cost(fixed=13069, wage=9151, ratio=4, min_staff=2, variable=350, capacity=12)
TODAY = date(2026, 11, 24)  # a Tuesday
LONG_AGO = date(2026, 1, 1)
THURSDAY = 3


def who(n):
    return UUID(int=n + 1)


def hub(people, price=4200, **other):
    places = tuple(Place(who(n), who(n), price, LONG_AGO) for n in range(people))
    return [Day(THURSDAY, replace(HUB, **other), places)]


def now(have=0, owed=0, ahead=0, notice=28):
    return Now(TODAY, have, owed, ahead, TODAY + timedelta(days=notice))


def words(days, stand):
    found = forecast.forecast(stand, days)
    return [forecast.headline(found), *forecast.more_words(found)]


# --- the worked figures ---


def test_a_session_at_forty_two_pounds_leaves_or_lacks_what_was_worked_out():
    found = {n: forecast.weekly(hub(n), TODAY) for n in (12, 11, 10, 9, 8)}
    assert found == {12: 5678, 11: 1828, 10: -2022, 9: -5872, 8: -571}


def test_four_weeks_of_fixed_cost_are_the_safety_money():
    assert forecast.safety(hub(11), TODAY) == 162088


def test_eleven_grow_by_about_73_pounds_a_month():
    found = forecast.forecast(now(have=100000), hub(11))
    assert forecast.headline(found) == "Our money grows by about £73 a month."
    # Thursdays left in November, then in each month to April: 1, 5, 4, 4, 4, 5
    gone = [1, 6, 10, 14, 18, 23]
    assert [point.have for point in found.points] == [100000 + 1828 * n for n in gone]


def test_two_leaving_of_eleven_cost_58_72_a_week_once_their_notice_is_over():
    found = forecast.forecast(now(have=100000), hub(11))
    assert found.fewer_pace == 4 * -5872
    last_paid = date(2026, 12, 17)  # a Thursday in the four weeks of notice
    before = sum(1 for _ in forecast.dates(THURSDAY, TODAY, last_paid))
    assert found.points[-1].fewer == 100000 + 1828 * before - 5872 * (23 - before)


def test_ten_say_when_the_money_ends():
    assert words(hub(10), now(have=25000))[0] == "Money lasts until about February."
    assert words(hub(10), now(have=100000))[:2] == [
        "Our money goes down by about £81 a month.",
        "It lasts longer than April.",
    ]


def test_what_must_be_paid_comes_first_and_the_safety_money_is_named():
    assert words(hub(11), now(have=261736, owed=177488)) == [
        "Once our bills are paid, our money grows by about £73 a month.",
        "We still have to pay £1,774.88.",
        "Then we have less than our safety money of £1,620.88.",
        "If 2 people leave, money lasts until about April.",
    ]
    assert words(hub(11), now(have=400000))[1] == "We keep our safety money of £1,620.88."
    low = words(hub(10), now(have=176000))
    assert "From January we have less than our safety money of £1,620.88." in low


def test_eight_with_one_worker_fewer_are_better_off_than_ten():
    """Two who leave can end a dead zone: then the picture without them is the higher one."""
    found = forecast.forecast(now(have=100000), hub(10))
    assert found.fewer_pace == 4 * -571
    assert found.points[-1].fewer > found.points[-1].have


def test_somebody_on_notice_pays_to_their_last_day_and_no_longer():
    (day,) = hub(11)
    goes = date(2026, 12, 18)
    leaving = [replace(day, places=(replace(day.places[0], until=goes), *day.places[1:]))]
    found = forecast.forecast(now(), leaving)
    assert found.points[0].have == 1828
    assert found.points[1].have == 1828 * 4 - 2022 * 2  # to 17 December; 24 and 31 December
    assert found.pace == 4 * -2022
    assert who(0) not in forecast.leavers(leaving)


def test_money_paid_for_days_to_come_does_not_come_again():
    paid = [(who(n), date(2026, 11, 16), 16800) for n in range(11)]
    ahead = forecast.paid_ahead(paid, hub(11), TODAY - timedelta(weeks=13), TODAY)
    assert ahead == 11 * 3 * 4200  # one Thursday of four is over
    points = forecast.forecast(now(have=200000, ahead=ahead), hub(11)).points
    assert points[0].have == 200000 - 44372
    assert points[1].have == 200000 + 6 * 1828 - ahead


def test_who_pays_late_pays_for_the_days_before_as_well():
    """In since Thursday 12 November, paid on the 23rd for four Thursdays: two are still to come."""
    (day,) = hub(1)
    new = [replace(day, places=(replace(day.places[0], starts=date(2026, 11, 12)),))]
    paid = [(who(0), date(2026, 11, 23), 16800)]
    assert forecast.paid_ahead(paid, new, TODAY - timedelta(weeks=13), TODAY) == 2 * 4200


def test_who_pays_as_the_days_come_is_never_ahead_nor_behind():
    """Pay-ins every four weeks, for ever: at each day just what is left of the newest one."""
    days = hub(1)
    first = date(2026, 1, 5)  # a Monday; Thursdays follow
    paid = [(who(0), first + timedelta(weeks=4 * n), 16800) for n in range(12)]
    for n in range(100, 300):
        today = first + timedelta(days=n)
        since = today - timedelta(weeks=13)
        lately = [one for one in paid if since <= one[1] <= today]
        had = sum(1 for _ in forecast.dates(THURSDAY, lately[-1][1], today))
        assert forecast.paid_ahead(lately, days, since, today) == 16800 - 4200 * had


def test_days_had_cost_what_they_cost_with_those_who_were_in():
    assert forecast.had(hub(11), date(2026, 11, 5), date(2026, 11, 19)) == 3 * 44372
    assert forecast.had(hub(11), date(2026, 11, 20), date(2026, 11, 24)) == 0


def test_nobody_is_left_to_pay_when_two_of_two_leave():
    found = forecast.forecast(now(), hub(2))
    assert found.fewer_pace is None
    assert {point.fewer for point in found.points} == {None}


# --- rules for any group ---

COSTS = st.builds(
    Cost, fixed=st.integers(0, 30000), wage=st.integers(0, 12000), ratio=st.integers(1, 6),
    min_staff=st.integers(0, 3), variable=st.integers(0, 900), capacity=st.just(40),
)  # fmt: skip
NEAR = st.integers(-60, 240).map(lambda days: TODAY + timedelta(days=days))
PLACES = st.builds(
    Place, person=st.integers(0, 9).map(who), fund_id=st.integers(0, 9).map(who),
    price=st.integers(1, 9000), starts=st.just(LONG_AGO), until=st.none() | NEAR,
)  # fmt: skip
DAYS = st.lists(
    st.builds(
        Day, weekday=st.integers(0, 6), cost=COSTS,
        places=st.lists(PLACES, min_size=1, max_size=8).map(tuple),
    ),
    min_size=1,
    max_size=3,
)  # fmt: skip
STANDS = st.builds(
    Now, today=NEAR, have=st.integers(-10**6, 10**7), owed=st.integers(0, 10**6),
    ahead=st.integers(0, 10**6), notice_ends=NEAR,
)  # fmt: skip


@given(today=NEAR, weekday=st.integers(0, 6), days=st.integers(0, 400))
def test_every_such_day_after_one_date_and_up_to_another_is_counted_once(today, weekday, days):
    until = today + timedelta(days=days)
    every = [today + timedelta(days=n) for n in range(1, days + 1)]
    found = list(forecast.dates(weekday, today, until))
    assert found == [one for one in every if one.weekday() == weekday]


@given(stand=STANDS, days=DAYS)
def test_the_forecast_is_what_adding_up_day_by_day_gives(stand, days):
    found = forecast.forecast(stand, days)
    assert [point.month for point in found.points] == [
        month_of(stand.today) + n for n in range(forecast.MONTHS)
    ]
    end, on, came, went = forecast.month_ends(stand.today)[-1], stand.today, 0, 0
    while on < end:
        on += timedelta(days=1)
        for day in days:
            if day.weekday == on.weekday():
                inside = [p for p in day.places if p.until is None or on < p.until]
                came += sum(p.price for p in inside)
                went += cost_of(day.cost, len(inside))
    last = stand.have - stand.owed + came - went - min(stand.ahead, came)
    assert found.points[-1].have == last


@given(stand=STANDS, days=DAYS, more=st.integers(0, 10**6))
def test_a_pound_more_now_is_a_pound_more_at_every_end(stand, days, more):
    plain, richer = (
        forecast.forecast(replace(stand, have=stand.have + extra), days) for extra in (0, more)
    )
    assert [p.have + more for p in plain.points] == [p.have for p in richer.points]
    assert plain.pace == richer.pace


@given(stand=STANDS, days=DAYS)
def test_two_who_leave_pay_to_the_end_of_their_notice(stand, days):
    late = forecast.month_ends(stand.today)[-1] + timedelta(days=1)
    found = forecast.forecast(replace(stand, notice_ends=late), days)
    assume(found.fewer_pace is not None)
    assert [p.fewer for p in found.points] == [p.have for p in found.points]


@given(days=DAYS)
def test_the_two_are_those_who_pay_most_and_never_the_only_ones(days):
    gone = forecast.leavers(days)
    assert len(gone) <= 2
    pays = {}
    for place in (p for day in days for p in day.places if p.until is None):
        pays[place.person] = pays.get(place.person, 0) + place.price
    assert all(pays[one] <= min(pays[g] for g in gone) for one in pays if one not in gone)
    fewer = forecast.without(days, gone, TODAY)
    assert (fewer is None) == (set(pays) <= set(gone))


PAID = st.lists(st.tuples(st.integers(0, 9).map(who), NEAR, st.integers(1, 50000)), max_size=8)


@given(paid=PAID, days=DAYS, today=NEAR, back=st.integers(0, 100))
def test_nobody_has_paid_more_ahead_than_they_paid(paid, days, today, back):
    since = today - timedelta(days=back)
    lately = sorted((one for one in paid if since <= one[1] <= today), key=lambda one: one[1])
    found = forecast.paid_ahead(lately, days, since, today)
    assert 0 <= found <= sum(amount for _, _, amount in lately)


@given(stand=STANDS, days=DAYS)
def test_the_first_month_below_nothing_is_the_one_that_is_said(stand, days):
    found = forecast.forecast(stand, days)
    below = [p.month for p in found.points if p.have < 0]
    said = forecast.headline(found)
    assert said.startswith("Money lasts until") == bool(below)
    if below:
        assert said == f"Money lasts until about {forecast.month_name(below[0])}."
    for sentence in (said, *forecast.more_words(found)):
        assert len(sentence.split()) <= 15
        assert "%" not in sentence
        assert ".00" not in sentence
