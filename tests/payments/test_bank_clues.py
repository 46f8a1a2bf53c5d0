"""What a line tells about what it is, and the reasons that the treasurer reads."""

from datetime import timedelta

import pytest
from bank_making import (
    DAY,
    Bank,
    hubs,
    lines,
    match,
    move,
    ofx,
    reference,
    source,
    take_in,
    waiting,
)
from hypothesis import given
from hypothesis import strategies as st

import db
from payments import answers, clues

START = hubs.rounds.STARTS


def offered(hub: Bank, line=None):
    line = line or waiting(hub)[0]
    with db.reading() as session:
        return answers.answers(session, hub.pool, line)


def why(hub, value, line=None):
    return next(one.why for one in offered(hub, line) if one.value == value)


def of(hub, person):
    return f"source:{source(hub, person).id}"


def came(hub, amount, words="SOMEBODY", *, on=DAY):
    take_in(hub, ofx(move(amount, words, on=on), closing=0))
    return waiting(hub)[-1]


def test_for_money_in_every_member_and_what_it_could_be_besides_is_offered(hub):
    line = came(hub, 4200)
    values = [one.value for one in offered(hub, line)]
    assert {of(hub, n) for n in range(11)} <= set(values)
    assert {"other:interest", "other:grant"} <= set(values)
    assert "other:charge" not in values


def test_for_money_out_only_bills_of_that_amount_are_offered(hub):
    for person in hub.hub.people:
        hubs.pay_in(hub.hub, person, 4200)
    bill = hubs.enter(hub.hub)
    hubs.approve(hub.hub, bill)
    line = came(hub, -hubs.SESSION)
    first = offered(hub, line)[0]
    assert (first.value, first.why) == (f"bill:{bill.id}", "The same amount")
    assert not [one for one in offered(hub, came(hub, -1)) if one.value.startswith("bill:")]
    back = next(one for one in offered(hub, line) if one.value == of(hub, 0))
    assert back.words.startswith("Money back to ")


def test_a_bill_that_the_bank_names_says_so(hub):
    for person in hub.hub.people:
        hubs.pay_in(hub.hub, person, 4200)
    bill = hubs.enter(hub.hub, number="N-7")
    hubs.approve(hub.hub, bill)
    early = hubs.BILLED - timedelta(days=1)
    line = came(hub, -hubs.SESSION, "OAK LANE CARE REF 99", on=early)
    assert why(hub, f"bill:{bill.id}", line) == "The same amount, and the bank says Oak Lane Care"
    line = came(hub, -hubs.SESSION, "REF N7", on=early)
    assert why(hub, f"bill:{bill.id}", line) == "The same amount, and the bank names its number"


def test_words_that_were_matched_before_are_remembered(hub):
    match(hub, came(hub, 1234, "T BIRCH RENT"), of(hub, 4))
    line = came(hub, 999, "T BIRCH RENT", on=DAY + timedelta(days=1))
    first = offered(hub, line)[0]
    assert (first.value, first.why) == (
        of(hub, 4),
        "The same words as a line you matched before",
    )


def test_interest_that_was_matched_before_is_remembered(hub):
    match(hub, came(hub, 212, "INTEREST"), "other:interest")
    line = came(hub, 230, "INTEREST", on=DAY + timedelta(days=1))
    assert offered(hub, line)[0].value == "other:interest"


def test_the_amount_of_somebodys_days_says_how_many(hub):
    line = came(hub, 16800, on=START)
    assert why(hub, of(hub, 0), line) == "The same amount as 4 days at £42"


def test_dues_paid_before_the_first_day_are_known_too(hub):
    line = came(hub, 4200, on=START - timedelta(days=2))
    assert why(hub, of(hub, 0), line) == "The same amount as 1 day at £42"


def test_who_paid_that_amount_already_is_not_offered_for_it_again(hub):
    take_in(hub, ofx(*[move(16800, reference(hub, n), on=START) for n in range(10)]))
    line = came(hub, 16800, "TOM B", on=START + timedelta(days=1))
    (first,) = [one for one in offered(hub, line) if one.why]
    assert first.value == of(hub, 10)


def test_a_name_in_the_words_says_so(hub):
    line = came(hub, 100, f"MR {hub.hub.people[0].name.upper()}")
    assert "The bank says" in why(hub, of(hub, 0), line)


def test_two_references_in_one_line_are_both_offered_first(hub):
    line = came(hub, 8400, f"{reference(hub, 0)} {reference(hub, 1)}", on=START)
    first, second = offered(hub, line)[:2]
    assert {first.value, second.value} == {of(hub, 0), of(hub, 1)}
    assert first.why.startswith("It has the reference ")


def test_somebody_who_left_is_offered_last(hub):
    who = hub.hub.people[0]
    with db.transaction() as session:
        gone = session.merge(who)
        gone.left_at = hubs.NOW
        session.add(gone)
    people = [one for one in offered(hub, came(hub, 77)) if one.value.startswith("source:")]
    assert people[-1].value == of(hub, 0)
    assert people[-1].words.endswith(", who left")


# --- pure -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("OAK LANE CARE OLC-101", "OLC-101", True),
        ("oak lane care olc101", "OLC-101", True),
        ("OLC 101", "olc101", True),
        ("OLC-1011", "OLC-101", False),
        ("XOLC-101", "OLC-101", False),
        ("TOM B", "tom", True),
        ("TOMMY B", "tom", False),
        ("anything", "", False),
        ("anything", "-/-", False),
        ("", "tom", False),
        ("CAFÉ ÉTOILE", "café étoile", True),
    ],
)
def test_words_are_found_whole_however_they_are_spaced(text, wanted, found):
    assert clues.says(text, wanted) is found


@given(st.text(max_size=30), st.text(max_size=12))
def test_looking_for_words_never_fails_and_what_is_said_is_there(text, wanted):
    if clues.says(text, wanted):
        letters = "".join(clues.WORDS.findall(wanted.casefold()))
        assert letters in "".join(clues.WORDS.findall(text.casefold()))


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=5), st.integers(1, 26))
def test_whole_weeks_are_told_and_nothing_else_is(prices, weeks):
    week = sum(prices)
    assert clues.dues_in_words(week * weeks, prices)
    if week > 1:
        assert clues.dues_in_words(week * weeks + 1, prices) is None
    assert clues.dues_in_words(week * 27, prices) is None


@pytest.mark.parametrize(
    ("amount", "prices", "words"),
    [
        (4200, [4200], "1 day at £42"),
        (8400, [4200], "2 days at £42"),
        (16800, [4200, 4200], "4 days at £42"),
        (4200, [4200, 4200], None),
        (7000, [4200, 2800], "1 week at £70"),
        (14000, [4200, 2800], "2 weeks at £70"),
    ],
)
def test_how_many_days_an_amount_pays_for(amount, prices, words):
    assert clues.dues_in_words(amount, prices) == words


def test_lines_of_others_are_not_ours(hub):
    """A clue never comes from a line that waits, nor from itself."""
    came(hub, 100, "SAME WORDS")
    line = came(hub, 100, "SAME WORDS", on=DAY + timedelta(days=1))
    assert not [one for one in offered(hub, line) if "same words" in one.why.casefold()]
    assert len(lines(hub)) == 2
