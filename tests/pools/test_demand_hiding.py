"""What outsiders may know: small numbers hidden, the rest rounded, and nothing about one person."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from pools.demand import hiding
from pools.demand.hiding import Spell

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def spells(many, since=MONDAY - timedelta(days=3), until=None, first=0):
    return [Spell(UUID(int=first + number), since, until) for number in range(many)]


def test_one_to_seven_are_few_and_the_rest_go_to_the_nearest_five():
    assert [hiding.rounded(n) for n in range(8)] == [0] * 8
    assert [hiding.rounded(n) for n in (8, 10, 12, 13, 17, 18, 22)] == [10, 10, 10, 15, 15, 20, 20]


@given(st.integers(0, 500))
def test_what_is_shown_is_few_or_a_multiple_of_five_within_two(count):
    shown = hiding.rounded(count)
    assert shown % 5 == 0
    assert (shown == 0) == (count < 8)
    assert shown == 0 or abs(shown - count) <= 2


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 20000))
def test_money_follows_from_the_rounded_people_alone(one, other, price):
    money = hiding.money_of(hiding.rounded(one), price)
    assert money % 5000 == 0
    if hiding.rounded(one) == hiding.rounded(other):
        assert money == hiding.money_of(hiding.rounded(other), price)


def test_a_centre_that_the_group_works_with_sees_five_and_more():
    assert [hiding.exact(n) for n in (0, 4, 5, 11)] == [None, None, 5, 11]


def test_the_week_starts_on_monday_at_midnight():
    for hours in (0, 1, 7 * 24 - 1):
        assert hiding.monday(MONDAY + timedelta(hours=hours)) == MONDAY
    assert hiding.monday(MONDAY - timedelta(seconds=1)) == MONDAY - timedelta(days=7)


def test_this_week_shows_how_it_stood_on_monday():
    before, since = spells(10), spells(9, since=MONDAY + timedelta(hours=1), first=50)
    for hours in (0, 2, 100, 7 * 24 - 1):
        assert hiding.frozen(before + since, MONDAY + timedelta(hours=hours)) == 10
    assert hiding.frozen(before + since, MONDAY + timedelta(days=7)) == 19


def test_one_or_two_who_come_or_go_change_nothing_and_the_third_does():
    week = timedelta(days=7)
    now = MONDAY + 2 * week
    one_more = spells(10) + spells(1, since=MONDAY + timedelta(days=1), first=50)
    assert hiding.frozen(one_more, now) == 10
    two_more = one_more + spells(1, since=MONDAY + week, first=60)
    assert hiding.frozen(two_more, now) == 10
    third = two_more + spells(1, since=MONDAY + week + timedelta(days=1), first=70)
    assert hiding.frozen(third, now) == 13


def test_somebody_who_left_and_came_back_within_the_week_changes_nothing():
    moment = MONDAY + timedelta(days=1)
    back = [
        *spells(9),
        *spells(1, until=moment, first=50),
        *spells(1, since=moment + timedelta(hours=1), first=50),
    ]
    assert hiding.frozen(back, MONDAY + timedelta(days=3)) == 10
    assert hiding.frozen(back, MONDAY + timedelta(days=8)) == 10


moments = st.integers(-60 * 24, 20 * 24).map(lambda hours: MONDAY + timedelta(hours=hours))


@st.composite
def histories(draw):
    found = []
    for who in range(draw(st.integers(0, 14))):
        times = sorted(draw(st.sets(moments, min_size=1, max_size=4)))
        found += [
            Spell(UUID(int=who), since, until)
            for since, until in zip(times[::2], [*times[1::2], None], strict=False)
        ]
    return found


@given(histories(), st.integers(0, 7 * 24 - 1))
def test_nothing_that_happens_in_a_week_changes_what_that_week_shows(history, hours):
    """The future of the history is cut off at any hour of the week: the same number is shown."""
    now = MONDAY + timedelta(hours=hours)
    known_then = [
        Spell(one.who, one.since, one.until if one.until and one.until <= now else None)
        for one in history
        if one.since <= now
    ]
    assert hiding.frozen(known_then, now) == hiding.frozen(history, MONDAY)


@given(histories())
def test_two_weeks_differ_by_three_people_or_not_at_all(history):
    """Whoever subtracts one week from the next learns of no single person."""
    for week in range(-9, 3):
        now = MONDAY + timedelta(weeks=week)
        before, after = (hiding.frozen(history, now + timedelta(weeks=n)) for n in (0, 1))
        there = hiding.standing(history, now + timedelta(weeks=1))
        assert after in {before, len(there)}


@given(histories(), st.integers(0, 13))
def test_one_person_more_or_less_moves_no_count_past_two_hidden_changes(history, who):
    """Without one person, the number shown is at most as far off as the hidden changes allow."""
    without = [one for one in history if one.who != UUID(int=who)]
    now = MONDAY + timedelta(weeks=2)
    apart = abs(hiding.frozen(history, now) - hiding.frozen(without, now))
    assert apart <= 2 * (hiding.CHANGED - 1) + 1
