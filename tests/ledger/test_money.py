"""Words to pence and back, and sums shared out to the penny."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger import money

AMOUNTS = st.integers(0, 10**9)
CURRENCIES = st.sampled_from(["GBP", "EUR", "AUD", "JPY", "KWD"])
TOTALS = st.integers(-(10**9), 10**9)
WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12)
PARTS = st.lists(st.fractions(0, 50, max_denominator=60), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("42", 4200),
        ("£42", 4200),
        ("42.00", 4200),
        ("£ 42", 4200),
        (" £42.5 ", 4250),
        ("1,950", 195000),
        ("1 950", 195000),
        ("1\N{NO-BREAK SPACE}950.05", 195005),
        ("£1,950.50", 195050),
        ("GBP 12", 1200),
        ("12 GBP", 1200),
        ("0", 0),
        ("007", 700),
        ("0.01", 1),
        ("10,000,000", 10**9),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed, pence):
    assert money.pence_of(typed) == pence


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("4O", "£40"),
        ("£l2", "£12"),
        ("£1.O5", "£1.05"),
        ("４２", "£42"),
        ("42,50", "£42.50"),
        ("1,5", "£1.50"),
        ("٤٢", None),
        ("1 95", None),
    ],
)
def test_what_looks_like_an_amount_is_asked_about_and_never_guessed(typed, meant):
    with pytest.raises(money.LooksLike if meant else money.NotMoney) as refused:
        money.pence_of(typed)
    if meant:
        assert refused.value.sentence == f"Did you mean {meant}?"


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", money.NotMoney),
        ("forty", money.NotMoney),
        ("1e9", money.NotMoney),
        ("NaN", money.NotMoney),
        ("inf", money.NotMoney),
        ("0x10", money.NotMoney),
        ("1_000", money.NotMoney),
        ("1,00,000", money.NotMoney),
        ("42.", money.NotMoney),
        (".50", money.NotMoney),
        ("£", money.NotMoney),
        ("£$4", money.NotMoney),
        ("4 2", money.NotMoney),
        ("-0", money.NoMinus),
        ("-5", money.NoMinus),
        ("−5", money.NoMinus),
        ("£-5", money.NotMoney),
        ("£1.005", money.TooFine),
        ("1.000", money.TooFine),
        ("10,000,001", money.TooMuch),
        ("1" + "0" * 12, money.TooMuch),
        ("9" * 5000, money.TooMuch),
        ("1\0", money.NotMoney),
        ("42; DROP TABLE entry", money.NotMoney),
    ],
)
def test_what_is_not_an_amount_is_refused_with_a_sentence(typed, refusal):
    with pytest.raises(refusal) as refused:
        money.pence_of(typed)
    assert refused.value.sentence.endswith((".", "?"))
    assert "{" not in refused.value.sentence


def test_each_currency_has_its_own_number_of_decimals():
    assert money.pence_of("¥1,950", "JPY") == 1950
    assert money.pence_of("1.250", "KWD") == 1250
    assert money.say(1950, "JPY") == "JP¥1,950"
    assert money.say(1250, "EUR") == "€12.50"
    with pytest.raises(money.NoPennies):
        money.pence_of("19.50", "JPY")


@pytest.mark.parametrize(
    ("pence", "said", "column"),
    [
        (4000, "£40", "40.00"),
        (195000, "£1,950", "1,950.00"),
        (665, "£6.65", "6.65"),
        (-400, "−£4", "−4.00"),
        (104664, "£1,046.64", "1,046.64"),
        (5, "£0.05", "0.05"),
        (0, "£0", "0.00"),
    ],
)
def test_money_is_said_with_pennies_only_if_there_are_any(pence, said, column):
    assert money.say(pence) == said
    assert money.column(pence) == column


def test_minutes_are_time_and_no_money():
    assert money.say(90, money.MINUTES) == "90 minutes"


@given(AMOUNTS, CURRENCIES)
def test_what_is_said_is_read_back_the_same(pence, currency):
    assume(pence <= money.MOST_UNITS * 10 ** money.digits(currency))
    assert money.pence_of(money.say(pence, currency), currency) == pence
    assert money.pence_of(money.column(pence, currency), currency) == pence


@given(st.text(max_size=20))
def test_whatever_is_typed_gives_pence_or_a_refusal(typed):
    try:
        pence = money.pence_of(typed)
    except money.NotValid:
        return
    written = typed.replace("£", "").replace("GBP", "").replace(",", "")
    assert Decimal("".join(written.split())) * 100 == pence


# --- sharing -------------------------------------------------------------------------------------


def exact(total, weights):
    return [Fraction(total) * weight / sum(weights) for weight in weights]


@given(TOTALS, st.one_of(WEIGHTS, PARTS))
def test_shares_sum_exactly_and_each_is_its_target_rounded(total, weights):
    assume(sum(weights) > 0)
    shares, _ = money.share(total, weights)
    assert sum(shares) == total
    assert all(abs(s - t) < 1 for s, t in zip(shares, exact(total, weights), strict=True))


@given(st.lists(st.tuples(TOTALS, WEIGHTS), min_size=1, max_size=30))
def test_what_is_carried_sums_to_nothing_and_stays_near_a_penny(bills):
    carry = None
    for total, weights in bills:
        weights = (weights * 4)[:4]  # noqa: PLW2901 - four people, whatever was drawn
        if sum(weights) == 0:
            continue
        _, carry = money.share(total, weights, carry=carry)
        assert sum(carry) == 0
        assert all(abs(owed) <= 2 for owed in carry)


@given(TOTALS, WEIGHTS)
def test_money_given_back_mirrors_money_taken(total, weights):
    assume(sum(weights) > 0)
    there = money.share(total, weights)
    back = money.share(-total, weights)
    assert back.shares == tuple(-share for share in there.shares)
    assert back.carry == tuple(-owed for owed in there.carry)


@given(TOTALS, WEIGHTS)
def test_who_has_no_weight_pays_nothing(total, weights):
    shares, carry = money.share(total, [*weights, 1, 0])
    assert shares[-1] == carry[-1] == 0


def test_the_odd_penny_goes_round():
    carry = None
    found = []
    for _ in range(3):
        shares, carry = money.share(10000, [1, 1, 1], carry=carry)
        found.append(shares)
    assert found == [(3334, 3333, 3333), (3333, 3334, 3333), (3333, 3333, 3334)]
    assert carry == (0, 0, 0)


def test_nothing_is_shared_by_nobody_and_something_is_refused():
    assert money.share(0, [0, 0]).shares == (0, 0)
    for weights in ([], [0, 0], [1, -1]):
        with pytest.raises(money.NothingToShareBy):
            money.share(1, weights)
    with pytest.raises(ValueError, match="one fraction for each"):
        money.share(1, [1, 1], carry=[Fraction(0)])


def test_a_share_that_is_whole_pence_is_never_moved_by_what_is_carried():
    shares, carry = money.share(100, [1, 1], carry=[Fraction(1, 2), Fraction(-1, 2)])
    assert shares == (50, 50)
    assert carry == (Fraction(1, 2), Fraction(-1, 2))
