"""Drafts: the everyday entries balance in every fund and unit, and anything else is refused."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import accounting
from ledger.accounting import Draft, Facts, Line

ANNA, BEN, CUSTODY = (UUID(int=n) for n in (1, 2, 3))
FACTS = Facts(on=date(2026, 6, 12), key="bank:1", words="Paid in")
AMOUNTS = st.integers(1, accounting.LARGEST)
FUNDS = st.sampled_from([ANNA, BEN, CUSTODY])


def draft(*lines, **facts):
    said = {"kind": "contribution", "happened_on": FACTS.on, "key": "k", "lines": lines}
    return Draft(**said | facts)


def pair(amount, fund=ANNA, unit="GBP"):
    return accounting.pair("bank", "contributions", fund, amount, unit)


everyday = st.one_of(
    st.builds(accounting.contribution, FUNDS, AMOUNTS, st.just(FACTS)),
    st.builds(accounting.paid_back, FUNDS, AMOUNTS, st.just(FACTS)),
    st.builds(
        accounting.spending,
        st.dictionaries(FUNDS, AMOUNTS, min_size=1),
        st.sampled_from(accounting.COSTS),
        st.just(FACTS),
    ),
    st.builds(accounting.transfer, st.just(ANNA), st.just(BEN), AMOUNTS, st.just(FACTS)),
    AMOUNTS.map(
        lambda amount: accounting.moved(CUSTODY, amount, FACTS, out_of="cash_tin", into="bank")
    ),
)


@given(everyday)
def test_every_everyday_entry_is_right_and_balances_within_each_fund(entry):
    accounting.check(entry)
    for fund in {line.fund_id for line in entry.lines}:
        assert sum(line.amount for line in entry.lines if line.fund_id == fund) == 0


@given(everyday, st.integers(0, 9), st.integers(1, 10**6))
def test_an_entry_that_is_off_by_anything_is_refused(entry, at, off):
    lines = list(entry.lines)
    line = lines[at % len(lines)]
    lines[at % len(lines)] = line._replace(amount=line.amount + off)
    with pytest.raises((accounting.Unbalanced, accounting.NoMoney, accounting.TooLarge)):
        accounting.check(entry._replace(lines=tuple(lines)))


def test_money_of_one_never_balances_the_money_of_another():
    with pytest.raises(accounting.Unbalanced):
        accounting.check(
            draft(Line("bank", ANNA, 100), Line("contributions", BEN, -100)),
        )


def test_hours_never_balance_money():
    with pytest.raises(accounting.Unbalanced):
        accounting.check(
            draft(Line("bank", ANNA, 60), Line("contributions", ANNA, -60, "minutes")),
        )


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (draft(), accounting.TooFewLines),
        (draft(Line("bank", ANNA, 1)), accounting.TooFewLines),
        (draft(*pair(1) * accounting.MOST_LINES), accounting.TooManyLines),
        (draft(*pair(0)), accounting.NoMoney),
        (draft(*pair(2**63)), accounting.TooLarge),
        (draft(*pair(accounting.LARGEST + 1)), accounting.TooLarge),
        (draft(*pair(40.0)), accounting.NotWhole),
        (draft(*pair(True)), accounting.NotWhole),
        (draft(*pair(1, unit="pounds now")), accounting.NotACode),
        (draft(*pair(1), key=""), accounting.NotACode),
        (draft(*pair(1), key="k" * 121), accounting.NotACode),
        (draft(*pair(1), key="Anna paid"), accounting.NotACode),
        (draft(*pair(1), key="Zoë"), accounting.NotACode),
        (draft(*pair(1), kind="a kind"), accounting.NotACode),
        (draft(*pair(1), kind="k" * 21), accounting.NotACode),
        (draft(*pair(1), authority="the vote of May"), accounting.NotACode),
        (draft(*pair(1), happened_on=datetime(2026, 6, 12, tzinfo=UTC)), accounting.NotACode),
        (draft(*pair(1), reverses=1), accounting.NotACode),
        (draft(*pair(1), kind="reversal"), accounting.NotACode),
        (draft(*pair(1), texts={"words": "a\0b"}), accounting.BadText),
        (draft(*pair(1), texts={"words": "\ud800"}), accounting.BadText),
        (draft(*pair(1), texts={"words": "w" * 2001}), accounting.BadText),
        (draft(*pair(1), texts={"free text": "w"}), accounting.NotACode),
    ],
)
def test_what_is_wrong_with_a_draft_has_a_name_and_a_sentence(wrong, refusal):
    with pytest.raises(refusal) as refused:
        accounting.check(wrong)
    assert "{" not in refused.value.sentence


@pytest.mark.parametrize("amount", [0, -1])
def test_everyday_entries_are_about_some_money(amount):
    for build in (
        lambda: accounting.contribution(ANNA, amount, FACTS),
        lambda: accounting.paid_back(ANNA, amount, FACTS),
        lambda: accounting.transfer(ANNA, BEN, amount, FACTS),
        lambda: accounting.moved(CUSTODY, amount, FACTS, out_of="cash_tin", into="bank"),
    ):
        with pytest.raises(accounting.NoMoney):
            build()
    with pytest.raises(accounting.NoMoney):
        accounting.transfer(ANNA, ANNA, 1, FACTS)


def test_a_share_of_nothing_makes_no_line():
    entry = accounting.spending({ANNA: 100, BEN: 0}, "meals", FACTS)
    assert {line.fund_id for line in entry.lines} == {ANNA}


def test_words_in_any_language_are_kept():
    words = "Cinio Nadolig \N{EM DASH} Ŵyn, £5\N{NO-BREAK SPACE}each\N{BIRTHDAY CAKE}\nand tea"
    accounting.check(draft(*pair(1), texts={"words": words}))
    accounting.check(draft(*pair(accounting.LARGEST)))


def test_months_are_counted_from_the_year_nought():
    assert accounting.month_of(date(2026, 1, 31)) == 2026 * 12
    assert accounting.month_of(date(2026, 12, 1)) + 1 == accounting.month_of(date(2027, 1, 1))
