"""Which of a person's funds pays first, and every rule of sharing: exact for any numbers."""

from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import NotValid
from pools.bands import weights
from pools.spending import drawing, shares, words
from pools.spending.drawing import Purse
from pools.spending.shares import Share

IDS = [UUID(int=n + 1) for n in range(40)]
DP, OWN, ISF = IDS[20], IDS[21], IDS[22]
ON = date(2026, 12, 17)
MARCH, SPRING = date(2027, 3, 31), date(2027, 5, 1)


def share(amount, fund=DP):
    return Share(fund, IDS[0], amount, 2, Fraction(1, 3))


def drawn(amount, *purses, fund=DP):
    return {s.fund_id: s.amount for s in drawing.draw([share(amount, fund)], {IDS[0]: purses}, ON)}


def test_the_fund_that_ends_soonest_pays_first_then_the_next():
    purses = [Purse(OWN, 5000), Purse(ISF, 700, SPRING), Purse(DP, 1000, MARCH)]
    assert drawn(2000, *purses, fund=OWN) == {DP: 1000, ISF: 700, OWN: 300}


def test_a_fund_whose_last_day_is_over_pays_nothing():
    assert drawn(500, Purse(DP, 1000, date(2026, 12, 16)), Purse(OWN, 900)) == {OWN: 500}
    assert drawn(500, Purse(DP, 1000, ON), Purse(OWN, 900)) == {DP: 500}


def test_where_neither_ends_the_one_of_the_place_pays_first():
    assert drawn(500, Purse(OWN, 9000), Purse(DP, 9000)) == {DP: 500}
    assert drawn(500, Purse(OWN, 9000), Purse(DP, 9000), fund=OWN) == {OWN: 500}


def test_what_nothing_has_falls_on_the_fund_of_the_place():
    assert drawn(500, Purse(DP, 100), Purse(OWN, 50)) == {DP: 450, OWN: 50}
    assert drawn(500) == {DP: 500}
    assert drawn(500, Purse(DP, 0, date(2026, 1, 1)), Purse(OWN, 0)) == {OWN: 500}


def test_what_is_told_of_a_person_is_told_once():
    made = drawing.draw([share(900)], {IDS[0]: [Purse(OWN, 500, MARCH), Purse(DP, 500)]}, ON)
    assert [(s.days, s.carry) for s in made] == [(2, Fraction(1, 3)), (0, Fraction(0))]


def test_the_groups_own_share_is_left_alone():
    ours = Share(IDS[30], None, 300, 0, Fraction(0))
    assert drawing.draw([ours], {}, ON) == (ours,)


purses_of_some = st.lists(
    st.tuples(
        st.integers(0, 5), st.integers(-500, 5000), st.none() | st.dates(ON, date(2028, 1, 1))
    ),
    max_size=12,
)


@given(total=st.integers(0, 10**7), people=st.integers(1, 6), purses=purses_of_some)
def test_whatever_the_purses_hold_every_person_pays_their_own_share(total, people, purses):
    funds = {IDS[n]: IDS[n + 20] for n in range(people)}
    split = shares.split(total, shares.by_weight(dict.fromkeys(funds, 1), funds, {}))
    held = {}
    for number, (who, free, ends) in enumerate(purses):
        held.setdefault(IDS[who], []).append(Purse(UUID(int=1000 + number), free, ends))
    made = drawing.draw(split, held, ON)
    assert sum(s.amount for s in made) == total
    assert all(s.amount >= 0 for s in made)
    assert {who: shares.of_person(made, who) for who in funds} == {
        who: shares.of_person(split, who) for who in funds
    }
    assert len({s.fund_id for s in made}) == len(made)
    assert sum(s.carry for s in made) == sum(s.carry for s in split) == 0


fractions = st.fractions(Fraction(1, 4), 20, max_denominator=8)


@given(total=st.integers(1, 10**9), given_=st.lists(fractions | st.integers(1, 40), min_size=1,
                                                   max_size=30))  # fmt: skip
def test_by_any_weights_the_shares_sum_to_the_bill_and_are_within_a_penny(total, given_):
    weighted = dict(zip(IDS, given_, strict=False))
    made = shares.split(total, shares.by_weight(weighted, {one: one for one in weighted}, {}))
    assert sum(s.amount for s in made) == total
    whole = sum(weighted.values())
    for s in made:
        assert abs(s.amount - Fraction(total * weighted[s.membership_id]) / whole) < 1


@given(bills=st.lists(st.integers(1, 10**5), min_size=1, max_size=20),
       came=st.lists(st.integers(0, 4), min_size=2, max_size=11).filter(any))  # fmt: skip
def test_the_odd_pennies_of_who_came_go_round_as_well(bills, came):
    weighted = dict(zip(IDS, came, strict=False))
    funds, carried, paid = {one: one for one in IDS}, {}, dict.fromkeys(IDS, 0)
    for bill in bills:
        made = shares.split(bill, shares.by_weight(weighted, funds, carried))
        carried |= {s.fund_id: s.carry for s in made}
        for s in made:
            paid[s.membership_id] += s.amount
    for who, times in weighted.items():
        assert abs(paid[who] - Fraction(sum(bills) * times, sum(came))) < 2


def test_a_hundred_pounds_over_eleven_is_one_of_nine_ten_and_ten_of_nine_nine():
    weighted = dict.fromkeys(IDS[:11], 1)
    made = shares.split(10000, shares.by_weight(weighted, {one: one for one in weighted}, {}))
    assert sorted(s.amount for s in made) == [909] * 10 + [910]


def test_who_did_not_come_pays_nothing():
    made = shares.split(
        900, shares.by_weight({IDS[0]: 3, IDS[1]: 0}, {IDS[0]: DP, IDS[1]: OWN}, {})
    )
    assert {s.membership_id: s.amount for s in made} == {IDS[0]: 900}


@pytest.mark.parametrize(
    ("typed", "weight", "said"),
    [
        ("1", Fraction(1), "1"), ("1 1/2", Fraction(3, 2), "1 1/2"),
        ("1½", Fraction(3, 2), "1 1/2"), ("3/2", Fraction(3, 2), "1 1/2"),
        ("1.5", Fraction(3, 2), "1 1/2"),
        (" 2 ", Fraction(2), "2"), ("½", Fraction(1, 2), "1/2"), ("20", Fraction(20), "20"),
    ],
)  # fmt: skip
def test_a_weight_is_read_as_people_write_it(typed, weight, said):
    assert weights.read(typed) == weight
    assert weights.say(weight) == said


@pytest.mark.parametrize(
    "typed", ["", "0", "-1", "1/0", "21", "a", "1e3", "1/8", "1,5", "1.", "²", "٣", "1/101", "0.1"]
)
def test_what_is_no_weight_is_refused(typed):
    with pytest.raises(NotValid):
        weights.read(typed)


@given(st.text(max_size=12))
def test_no_text_breaks_the_reader_of_weights(typed):
    try:
        weight = weights.read(typed)
    except NotValid:
        return
    assert weights.read(weights.say(weight)) == weight


@pytest.mark.parametrize("rule", shares.RULES)
def test_every_rule_has_its_words(rule):
    first, then = words.shared(rule, 9, 9000)
    assert then == "9 people shared £90."
    assert all(len(one.split()) <= 15 for one in (first, then))
