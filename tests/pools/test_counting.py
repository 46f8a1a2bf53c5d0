"""Yes or no, and the big yes or no: what they always hold, and forty cases by hand."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pools.decisions.counting import RULES
from pools.decisions.counting.result import Tally, tally

COUNTS = st.integers(0, 40)
TALLIES = st.builds(Tally, COUNTS, COUNTS, COUNTS)
NAMES = st.sampled_from(sorted(RULES))
CHOICES = st.lists(st.sampled_from(["yes", "no", "unsure"]), max_size=60)
ROLLS = st.integers(1, 5000)


def judged(name, said, roll):
    rule = RULES[name]
    return rule.judge(said, rule.quorum(roll))


@given(NAMES, TALLIES, ROLLS)
def test_one_more_yes_never_turns_a_pass_into_a_fail(name, said, roll):
    more = Tally(said.yes + 1, said.no, said.unsure)
    assert judged(name, said, roll).passed <= judged(name, more, roll).passed


@given(NAMES, TALLIES, ROLLS)
def test_one_more_no_never_turns_a_fail_into_a_pass(name, said, roll):
    more = Tally(said.yes, said.no + 1, said.unsure)
    assert judged(name, more, roll).passed <= judged(name, said, roll).passed


@given(NAMES, TALLIES, ROLLS)
def test_staying_away_never_stops_what_a_no_could_not(name, said, roll):
    """The no-show paradox of quorums of voters: there a no may make the quorum for the yes."""
    with_a_no = Tally(said.yes, said.no + 1, said.unsure)
    if judged(name, with_a_no, roll).passed:
        assert judged(name, said, roll).passed


@given(NAMES, TALLIES, ROLLS, COUNTS)
def test_not_sure_takes_no_side(name, said, roll, unsure):
    other = Tally(said.yes, said.no, unsure)
    assert judged(name, said, roll).passed == judged(name, other, roll).passed


@given(COUNTS, COUNTS, ROLLS)
def test_a_tie_changes_nothing(each, unsure, roll):
    assert not judged("yes_no", Tally(each, each, unsure), roll).passed


@given(TALLIES, ROLLS)
def test_the_whole_numbers_say_what_the_fractions_say(said, roll):
    sides = said.yes + said.no
    half = sides > 0 and Fraction(said.yes, sides) > Fraction(1, 2)
    enough = said.yes >= max(2, Fraction(roll, 4))
    assert judged("yes_no", said, roll).passed == (half and enough)
    two_thirds = sides > 0 and Fraction(said.yes, sides) >= Fraction(2, 3)
    enough = said.yes >= max(2, Fraction(roll, 3))
    assert judged("big_yes_no", said, roll).passed == (two_thirds and enough)


@given(TALLIES, ROLLS)
def test_what_passes_as_a_big_question_would_pass_as_a_small_one(said, roll):
    assert judged("big_yes_no", said, roll).passed <= judged("yes_no", said, roll).passed


@given(NAMES, CHOICES, st.randoms(use_true_random=False), ROLLS)
def test_the_order_of_the_ballots_changes_nothing(name, choices, random, roll):
    rule = RULES[name]
    shuffled = random.sample(choices, len(choices))
    assert rule.count(choices, rule.quorum(roll)) == rule.count(shuffled, rule.quorum(roll))


@given(CHOICES, st.lists(st.text(max_size=8).filter(lambda t: t not in {"yes", "no", "unsure"})))
def test_what_is_no_choice_helps_nobody(choices, junk):
    assert tally([*junk, *choices]) == tally(choices)


@given(NAMES, ROLLS)
def test_the_rule_is_said_with_the_very_number_it_uses(name, roll):
    rule = RULES[name]
    needed = rule.quorum(roll)
    assert f"at least {needed} people to say yes" in rule.in_words(needed)
    assert len(rule.in_words(needed).split()) <= 15
    assert rule.judge(Tally(needed, 0, 0), needed).passed
    assert not rule.judge(Tally(needed - 1, 0, 0), needed).passed


@given(NAMES, TALLIES, ROLLS)
def test_counts_are_told_only_when_they_can_give_nobody_away(name, said, roll):
    result = judged(name, said, roll)
    may = said.ballots >= 10 and min(said.yes, said.no, said.unsure) >= 3
    assert (result.told == (*result.numbers, result.why)) == may
    if not may:
        assert not any(letter.isdigit() for letter in " ".join(result.told))


@given(NAMES, TALLIES, TALLIES, ROLLS)
def test_two_counts_that_are_not_told_are_told_alike(name, one, other, roll):
    first, second = judged(name, one, roll), judged(name, other, roll)
    if not one.may_be_told and not other.may_be_told:
        assert first.told == second.told


# rule | who may vote | yes | no | not sure | quorum | passes
TABLE = """
yes_no     |   2 |  0 |  0 |  0 |  2 | no
yes_no     |   2 |  1 |  0 |  0 |  2 | no
yes_no     |   2 |  2 |  0 |  0 |  2 | yes
yes_no     |   2 |  1 |  1 |  0 |  2 | no
yes_no     |   3 |  2 |  1 |  0 |  2 | yes
yes_no     |   3 |  1 |  0 |  2 |  2 | no
yes_no     |   4 |  2 |  2 |  0 |  2 | no
yes_no     |   4 |  2 |  1 |  1 |  2 | yes
yes_no     |   5 |  2 |  0 |  0 |  2 | yes
yes_no     |   8 |  2 |  1 |  0 |  2 | yes
yes_no     |   9 |  2 |  1 |  0 |  3 | no
yes_no     |   9 |  3 |  2 |  4 |  3 | yes
yes_no     |  11 |  0 |  0 |  0 |  3 | no
yes_no     |  11 |  0 |  0 | 11 |  3 | no
yes_no     |  11 |  3 |  0 |  0 |  3 | yes
yes_no     |  11 |  3 |  2 |  0 |  3 | yes
yes_no     |  11 |  3 |  3 |  0 |  3 | no
yes_no     |  11 |  5 |  5 |  1 |  3 | no
yes_no     |  11 |  6 |  5 |  0 |  3 | yes
yes_no     |  11 |  5 |  6 |  0 |  3 | no
yes_no     |  12 |  3 |  2 |  7 |  3 | yes
yes_no     |  14 |  3 |  0 |  0 |  4 | no
yes_no     |  14 |  4 |  3 |  7 |  4 | yes
yes_no     | 100 | 24 |  0 |  0 | 25 | no
yes_no     | 100 | 25 | 24 | 51 | 25 | yes
big_yes_no |   2 |  1 |  0 |  1 |  2 | no
big_yes_no |   2 |  2 |  0 |  0 |  2 | yes
big_yes_no |   3 |  2 |  1 |  0 |  2 | yes
big_yes_no |   4 |  2 |  2 |  0 |  2 | no
big_yes_no |   6 |  2 |  1 |  3 |  2 | yes
big_yes_no |   7 |  2 |  1 |  0 |  3 | no
big_yes_no |   9 |  4 |  2 |  3 |  3 | yes
big_yes_no |   9 |  5 |  3 |  1 |  3 | no
big_yes_no |  11 |  0 |  0 |  0 |  4 | no
big_yes_no |  11 |  0 |  0 | 11 |  4 | no
big_yes_no |  11 |  4 |  2 |  5 |  4 | yes
big_yes_no |  11 |  7 |  4 |  0 |  4 | no
big_yes_no |  11 |  8 |  3 |  0 |  4 | yes
big_yes_no |  12 |  8 |  4 |  0 |  4 | yes
big_yes_no | 100 | 33 |  0 |  0 | 34 | no
"""
CASES = [tuple(cell.strip() for cell in row.split("|")) for row in TABLE.strip().splitlines()]


def test_the_table_has_forty_cases():
    assert len(set(CASES)) == 40


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_the_rule_that_is_shown_is_the_rule_that_is_applied(case):
    name, (roll, yes, no, unsure, quorum) = case[0], map(int, case[1:6])
    rule = RULES[name]
    assert rule.quorum(roll) == quorum
    result = rule.count(["no"] * no + ["unsure"] * unsure + ["yes"] * yes, quorum)
    assert result.passed == (case[6] == "yes")
    assert result.rule == rule.in_words(quorum)
    assert all(
        len(sentence.split()) <= 15 for sentence in (result.why, *result.numbers, *result.told)
    )
