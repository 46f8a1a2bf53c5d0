"""How the money book is said, and that its files can do no harm in a spreadsheet (G4)."""

import csv
import io
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import sheets
from pools.spending import book, telling
from pools.spending.telling import About


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (About("contribution", "JO-4X7K Jo", personal=True, mine=False), "Pay in"),
        (About("contribution", "JO-4X7K Jo", personal=True, mine=True), "You paid in"),
        (About("contribution", "A grant came", personal=False, mine=False), "A grant came"),
        (About("contribution", None, personal=False, mine=False), "Money came in"),
        (About("paid_back", "To Jo", personal=True, mine=False), "Money went back"),
        (
            About("paid_back", "To Jo", personal=True, mine=True),
            "Your money went back to where it came from",
        ),
        (About("spending", "Oak Lane: May", personal=False, mine=False), "Oak Lane: May"),
        (About("spending", None, personal=False, mine=False), "We paid a bill"),
        (About("reversal", "Jo's twice", personal=True, mine=False), "A line was put right"),
        (About("reversal", "It was twice", personal=True, mine=True), "It was twice"),
        (About("reversal", "Wrong bill", personal=False, mine=False), "Wrong bill"),
        (About("transfer", "Help for Jo", personal=True, mine=False), "Our own money moved"),
        (About("moved", None, personal=False, mine=False), "Money changed its place"),
    ],
)
def test_a_line_about_one_person_names_nobody(line, said):
    assert telling.what(line) == said


def test_a_month_is_told_in_three_sentences():
    totals = {"contributions": 184800, "out": 177488}
    assert telling.headline("May", totals, 165312, now=True) == (
        "In May, people paid in £1,848.",
        "We spent £1,774.88.",
        "We have £1,653.12.",
    )


def test_a_month_of_gifts_and_of_money_that_went_back():
    totals = {"contributions": -4000, "grants": 50000, "interest": 12, "out": 0}
    assert telling.headline("May", totals, 46012, now=False) == (
        "In May, £40 went back to people.",
        "We got £500 in gifts and grants.",
        "The bank gave us £0.12.",
        "We spent £0.",
        "At its end we had £460.12.",
    )


def test_a_month_in_which_nothing_moved_says_so():
    assert telling.headline("June", {"out": 0}, 100, now=True) == (
        "No money moved in June yet.",
        "We have £1.",
    )


@given(st.dictionaries(st.sampled_from(list(telling.COST_WORDS)), st.integers(-100, 10**7)))
def test_ten_coins_are_ten(spent):
    coins = telling.coins(spent)
    assert not coins or sum(n for _, n in coins) == 10
    assert len(coins) <= 5


def test_the_coins_of_a_month():
    spent = {"staff": 7000, "building": 2000, "meals": 1000}
    assert telling.coins(spent) == (("staff", 7), ("rooms", 2), ("food", 1))
    assert telling.coins({"staff": 7000}) == ()


def test_how_a_line_was_put_right():
    assert telling.put_right(95000, 59000) == "We wrote £950. It should be £590."
    assert telling.put_right(95000, None) == "We wrote £950. It should not be there."
    assert telling.put_right(95000, 95000) == "We wrote £950 in the wrong place."


@given(st.integers(0, 9999), st.integers(1, 12))
def test_a_month_has_one_name_in_addresses(year, month):
    value = f"{year:04}-{month:02}"
    assert book.value_of(book.number_of(value)) == value


def test_the_bill_of_a_line_is_read_from_its_key():
    one = "01a20e0d-79eb-73b8-b4d2-2e272c6bf31b"
    assert book.bill_of(f"bill:{one}:line-1") == one
    assert book.bill_of("bank:abc") is None
    assert book.bill_of("bill:short") is None


# --- spreadsheets ---

NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\x00=1",
    " =1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
]


def read(rows):
    text = "".join(sheets.lines(rows))
    assert text.startswith(sheets.BEGINS)
    return list(csv.reader(io.StringIO(text.removeprefix(sheets.BEGINS), newline="")))


@pytest.mark.parametrize("words", NASTY)
def test_words_that_look_like_a_formula_are_marked_as_words(words):
    assert sheets.text(words).startswith("'")


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_g4_no_cell_of_words_starts_a_formula(texts):
    (row,) = read([[sheets.text(one) for one in texts]])
    for cell in row:
        first = unicodedata.normalize("NFKC", cell[:1])
        assert first not in {"=", "+", "-", "@", "\t", "\r", "\n", "\0"}
        assert "\n" not in cell
    assert len(row) == len(texts)


@given(st.integers(-(10**14), 10**14))
def test_g4_money_is_plain_figures(pence):
    assert re.fullmatch(r"-?\d+\.\d\d", sheets.amount(pence))
    assert round(float(sheets.amount(pence)) * 100) == pence


def test_no_money_is_an_empty_cell_and_yen_have_no_point():
    assert sheets.amount(None) == ""
    assert sheets.amount(500, "JPY") == "500"


def test_plain_words_stay_as_they_are():
    assert sheets.text("Oak Lane Care: One Thursday, £4") == "Oak Lane Care: One Thursday, £4"
    assert sheets.text(None) == ""
