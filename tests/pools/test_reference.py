"""The payment reference: whole, found again however a bank writes it, and never mistaken."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pools import reference

names = st.text(max_size=20) | st.text("IOBXZ", min_size=2, max_size=2)
seeds = st.integers(0, 2**32)


def made(name, seed):
    return reference.make(name, random.Random(seed).choice)  # noqa: S311 - the same each time


@given(names, seeds)
def test_whatever_the_name_a_whole_reference_is_made(name, seed):
    assert reference.check(made(name, seed))


def test_it_begins_with_the_name_and_holds_nothing_that_looks_like_another():
    ref = made("Jo Bell", 1)
    assert ref.startswith("JO-")
    assert len(ref) == 7
    assert not set(ref[3:]) & set("0O1I")


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Élodie", "EL"), ("J", "JX"), ("李", "XX"), ("", "XX"), ("o'Neill", "ON"), ("ß", "SS")],
)
def test_a_name_without_two_plain_letters_still_gets_two(name, letters):
    assert made(name, 1)[:2] == letters


@given(names, seeds, st.integers(0, 6), st.sampled_from(string.digits + string.ascii_uppercase))
def test_one_changed_character_is_noticed(name, seed, at, mark):
    ref = made(name, seed)
    changed = ref[:at] + mark + ref[at + 1 :]
    assert reference.check(changed) == (changed == ref)


@given(names, seeds, st.integers(0, 5), st.integers(1, 6))
def test_two_characters_that_changed_places_are_noticed(name, seed, at, by):
    marks = list(made(name, seed))
    other = min(at + by, 6)
    marks[at], marks[other] = marks[other], marks[at]
    swapped = "".join(marks)
    assert reference.check(swapped) == (swapped == made(name, seed))


@given(names, seeds, st.data())
def test_it_is_found_however_a_bank_writes_it(name, seed, data):
    ref = made(name, seed)
    gaps = st.sampled_from(["", " ", "-", " -"])
    written = "".join(mark + data.draw(gaps) for mark in ref.replace("-", "")).rstrip(" -")
    written = data.draw(st.sampled_from([written, written.lower()]))
    assert ref in reference.found_in(f"FPI {written} *** FASTER PAYMENT 21NOV26")


@given(st.text(max_size=200))
def test_what_is_found_is_whole(text):
    found = reference.found_in(text)
    assert all(reference.check(ref) for ref in found)
    assert len(found) == len(set(found))


def test_two_in_one_line_are_both_found_once():
    one, two = made("Jo", 1), made("Raj", 2)
    assert reference.found_in(f"{one} AND {two} AND {one}") == (one, two)


@pytest.mark.parametrize(
    "words", ["FASTER PAYMENT", "STANDING ORDER J BELL", "CARD PURCHASE", "INTEREST", "", "£42.00"]
)
def test_common_words_of_a_bank_are_not_taken_for_one(words):
    assert reference.found_in(words) == ()


def test_one_inside_a_longer_word_is_not_taken_for_one():
    assert reference.found_in(f"A{made('Jo', 1)}") == ()
    assert reference.found_in(f"{made('Jo', 1)}9") == ()
