"""Sharing a bill: exact to the penny, the same whatever the order, and fair over time."""

from fractions import Fraction
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pools.spending import shares, words
from pools.spending.shares import Held

IDS = [UUID(int=n + 1) for n in range(60)]


def held(people, price=4200):
    return [Held(IDS[n], IDS[n], price) for n in range(people)]


def test_a_bill_of_the_thursday_hub_is_shared_to_the_penny():
    made = shares.split(44372, shares.by_days(held(11), {}))
    assert sorted(s.amount for s in made) == [4033] * 2 + [4034] * 9
    assert shares.in_words(made) == ("Each of 11 people pays £40.34 or £40.33.",)


def test_a_round_sum_is_said_once():
    made = shares.split(40000, shares.by_days(held(10), {}))
    assert shares.in_words(made) == ("Each of 10 people pays £40.",)


def test_one_person_pays_it_all():
    made = shares.split(590, shares.by_people(held(1), {}))
    assert shares.in_words(made) == ("1 person pays £5.90.",)


def test_two_days_pay_for_two_days():
    places = [*held(3), Held(IDS[0], IDS[0], 4200)]
    made = shares.split(16800, shares.by_days(places, {}))
    assert {s.membership_id: s.amount for s in made} == {IDS[0]: 8400, IDS[1]: 4200, IDS[2]: 4200}
    assert shares.in_words(made) == (
        "3 people share this bill.",
        "A person with 1 day pays £42.",
        "A person with 2 days pays £84.",
    )


def test_what_the_group_voted_for_costs_everybody_the_same():
    places = [*held(3), Held(IDS[0], IDS[9], 4200)]
    made = shares.split(9000, shares.by_people(places, {}))
    assert [shares.of_person(made, IDS[n]) for n in range(3)] == [3000, 3000, 3000]
    assert {s.fund_id: s.amount for s in made if s.membership_id == IDS[0]} == {
        IDS[0]: 1500,
        IDS[9]: 1500,
    }
    assert shares.in_words(made, alike=True) == ("Each of 3 people pays £30.",)


def test_without_a_place_there_is_nobody_to_share_with():
    with pytest.raises(shares.NobodyToShare):
        shares.split(100, ())


places_of_a_group = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 2), st.sampled_from([4034, 4200, 5000])),
    min_size=1,
    max_size=40,
).map(
    lambda rows: [
        Held(IDS[person], IDS[person * 2 + fund % 2], price) for person, fund, price in rows
    ]
)


@given(
    total=st.integers(1, 10**9), places=places_of_a_group, alike=st.booleans(), seed=st.randoms()
)
def test_shares_sum_to_the_bill_whatever_the_order(total, places, alike, seed):
    divide = shares.by_people if alike else shares.by_days
    made = shares.split(total, divide(places, {}))
    assert sum(s.amount for s in made) == total
    assert all(s.amount >= 0 for s in made)
    mixed = list(places)
    seed.shuffle(mixed)
    assert {(s.fund_id, s.amount) for s in shares.split(total, divide(mixed, {}))} == {
        (s.fund_id, s.amount) for s in made
    }


@given(bills=st.lists(st.integers(1, 100_000), min_size=1, max_size=30), people=st.integers(1, 12))
def test_odd_pennies_go_round_so_that_nobody_pays_more_over_time(bills, people):
    carried: dict[UUID, Fraction] = {}
    paid = dict.fromkeys(IDS[:people], 0)
    for bill in bills:
        made = shares.split(bill, shares.by_days(held(people), carried))
        carried = {s.fund_id: s.carry for s in made}
        for share in made:
            paid[share.fund_id] += share.amount
    assert max(paid.values()) - min(paid.values()) <= 1
    assert sum(carried.values()) == 0


@given(total=st.integers(1, 10**8), places=places_of_a_group)
def test_the_words_name_nobody_and_add_up(total, places):
    said = shares.in_words(shares.split(total, shares.by_days(places, {})))
    assert all(str(one)[:8] not in " ".join(said) for one in IDS)
    assert all(len(sentence.split()) <= 15 for sentence in said)


@pytest.mark.parametrize(
    ("pence", "said"),
    [
        (59000, "five hundred and ninety pounds"),
        (100, "one pound"),
        (1, "one penny"),
        (0, "nought pounds"),
        (101, "one pound and one penny"),
        (4034, "forty pounds and thirty-four pence"),
        (177488, "one thousand, seven hundred and seventy-four pounds and eighty-eight pence"),
        (100_000, "one thousand pounds"),
        (100_500, "one thousand and five pounds"),
        (1_000_000_00, "one million pounds"),
        (9_900_000_99, "nine million, nine hundred thousand pounds and ninety-nine pence"),
    ],
)  # fmt: skip
def test_an_amount_is_said_in_words(pence, said):
    assert words.amount(pence) == said


def test_other_money_is_said_in_its_own_words():
    assert words.amount(2150, "EUR") == "twenty-one euros and fifty cents"
    assert words.amount(500, "JPY") == "five hundred JPY"


VALUES = {word: n for n, word in enumerate(words.SMALL)} | {
    word: n * 10 for n, word in enumerate(words.TENS) if word
}
SCALES = {name: size for size, name in words.SCALES}


def read(said):
    """An independent reader of the words, by the rules of English."""
    total = part = 0
    for word in said.replace(",", "").replace("-", " ").replace(" and ", " ").split():
        if word == "hundred":
            part *= 100
        elif word in {"thousand", "million", "billion", "trillion"}:
            total, part = total + part * SCALES[word], 0
        else:
            part += VALUES[word]
    return total + part


@given(st.integers(0, 10**14))
def test_every_number_can_be_read_back_from_its_words(n):
    assert read(words.number(n)) == n


def test_names_are_joined_as_people_say_them():
    assert words.one_of(["Ann"]) == "Ann"
    assert words.one_of(["Ann", "Raj"]) == "Ann or Raj"
    assert words.one_of(["Ann", "Raj", "Sam"], "and") == "Ann, Raj and Sam"


def test_a_share_of_nothing_is_kept_so_that_its_turn_comes():
    made = shares.split(1, shares.by_days(held(3), {}))
    assert sorted(s.amount for s in made) == [0, 0, 1]
    again = shares.split(2, shares.by_days(held(3), {s.fund_id: s.carry for s in made}))
    assert {s.fund_id: s.amount for s in again} == {s.fund_id: 1 - s.amount for s in made}


def test_ids_are_random_in_life_too():
    assert shares.of_person((), uuid4()) == 0
