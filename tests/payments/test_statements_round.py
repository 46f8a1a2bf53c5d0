"""A made statement, written in each format and read back: equal, however wrapped and coded."""

from datetime import date, timedelta
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.statements import refusals
from payments.statements.read import Columns, Line, Statement, alike, fingerprints, read
from tests.payments import bank_writers as write

COLUMNS = Columns(0, 2, None, None, (1,), None, 1)
# Letters that banks write; no mark that a format takes for itself.
WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij 0123456789.,'()+-", max_size=150).map(
    lambda text: " ".join(text.split()).strip(" '-")
)
PLAIN_WORDS = WORDS.filter(
    lambda words: words and words[0] not in "+-?<>(.,'" and not words[:3].isdigit()
)
IDS = st.none() | st.text("ABCDEFGHJK0123456789", min_size=6, max_size=16)


def statement(opening: int, found: list[tuple[int, int, str, str | None]]) -> Statement:
    """Payments as (days after the one before, pence, words, the bank's id)."""
    days = accumulate((days for days, *_ in found), initial=0)
    first = date(2025, 12, 20)
    lines = tuple(
        Line(first + timedelta(after), pence, words, name)
        for after, (_, pence, words, name) in zip(list(days)[1:], found, strict=True)
    )
    closing = opening + sum(line.amount for line in lines)
    closing_on = lines[-1].happened_on if lines else first
    return Statement("12345678", "GBP", lines, opening, closing, closing_on)


statements = st.builds(
    statement,
    st.integers(-(10**8), 10**8),
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(-(10**9), 10**9).filter(bool), PLAIN_WORDS, IDS),
        max_size=12,
    ),
)
wraps = st.tuples(
    st.sampled_from(["\n", "\r\n"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
)


def coded(text: str, wrap: tuple[str, str]) -> bytes:
    return text.replace("\n", wrap[0]).encode(wrap[1])


@settings(deadline=None, max_examples=60)
@given(statements, st.integers(1, 13), st.sampled_from(["", "ns2", "camt"]), wraps)
def test_camt_is_read_back_as_it_was_written(said, version, prefix, wrap):
    text = write.camt(write.stmt(said, version), version=version, prefix=prefix)
    assert read(coded(text, wrap)) == said


@settings(deadline=None, max_examples=60)
@given(statements, st.booleans(), wraps)
def test_mt940_is_read_back_as_it_was_written(said, enveloped, wrap):
    lines = write.mt940(said)
    lines = write.envelope(lines) if enveloped else lines
    assert read(coded("\n".join(lines), wrap)) == said


@settings(deadline=None, max_examples=60)
@given(statements, st.booleans(), st.sampled_from(["", "\n"]), wraps)
def test_ofx_is_read_back_as_it_was_written(said, closed, end, wrap):
    found = read(coded(write.ofx(said, closed=closed, end=end), wrap))
    assert found.lines == said.lines
    assert (found.account, found.closing, found.closing_on) == (
        said.account, said.closing, said.closing_on,
    )  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(statements.filter(lambda said: said.lines), wraps)
def test_a_table_is_read_back_as_it_was_written(said, wrap):
    found = read(coded(write.csv(said), wrap), COLUMNS)
    bare = tuple(Line(one.happened_on, one.amount, one.words) for one in said.lines)
    assert sorted(map(repr, found.lines)) == sorted(map(repr, bare))
    assert (found.account, found.currency) == (said.account, said.currency)
    assert found.closing in {said.closing, None}  # None: the balances go round in a ring


@settings(deadline=None, max_examples=60)
@given(statements.filter(lambda said: said.lines))
def test_the_same_payments_have_the_same_prints_by_both_formats_with_ids(said):
    one = read(write.camt(write.stmt(said)).encode())
    other = read("\n".join(write.mt940(said)).encode())
    assert fingerprints(one) == fingerprints(other)


@settings(deadline=None, max_examples=60)
@given(statements.filter(lambda said: len(said.lines) > 1), st.data())
def test_a_statement_in_pages_is_read_as_one(said, data):
    cut = data.draw(st.integers(1, len(said.lines) - 1))
    middle = said.opening + sum(line.amount for line in said.lines[:cut])
    day = said.lines[cut - 1].happened_on
    first = Statement(said.account, "GBP", said.lines[:cut], said.opening, middle, day)
    second = Statement(said.account, "GBP", said.lines[cut:], middle, said.closing, said.closing_on)
    pages = [
        [*write.mt940(first, "7/1", ends="M"), *write.mt940(second, "7/2", begins="M")],
        [*write.mt940(second, "7/2", begins="M"), *write.mt940(first, "7/1", ends="M")],
    ]
    for lines in pages:
        assert read("\n".join(lines).encode()) == said
    text = write.camt(write.stmt(first, name="A"), write.stmt(second, name="B"))
    assert read(text.encode()) == said


@settings(deadline=None, max_examples=60)
@given(statements.filter(lambda said: said.lines), st.data())
def test_a_payment_taken_out_is_always_found_out(said, data):
    place = data.draw(st.integers(0, len(said.lines) - 1))
    less = Statement(
        said.account, "GBP", said.lines[:place] + said.lines[place + 1 :], said.opening,
        said.closing, said.closing_on,
    )  # fmt: skip
    for text in (write.camt(write.stmt(less)), "\n".join(write.mt940(less))):
        with pytest.raises(refusals.PageDiffers, match="line"):
            read(text.encode())


@settings(deadline=None, max_examples=60)
@given(statements.filter(lambda said: said.lines), st.data())
def test_a_file_cut_short_is_never_read_as_less(said, data):
    """Wherever it stops: refused, or (only blanks and the end mark are gone) read whole."""
    for text in (write.camt(write.stmt(said)), "\n".join(write.mt940(said))):
        stop = data.draw(st.integers(0, len(text) - 1))
        try:
            found = read(text[:stop].encode(), COLUMNS)
        except refusals.FileRefused:
            continue
        assert found == said


# --- The same payments by another format ---------------------------------------------------------


def other_names(said: Statement) -> Statement:
    """The bank's other format: other words and other ids for the same payments."""
    lines = tuple(
        Line(one.happened_on, one.amount, f"REF {n}", f"X{n:07}")
        for n, one in enumerate(said.lines)
    )
    return Statement(said.account, "GBP", lines, said.opening, said.closing, said.closing_on)


def by_every_format(said: Statement) -> list[Statement]:
    return [
        read(write.ofx(said).encode()),
        read(write.camt(write.stmt(other_names(said))).encode()),
        read("\n".join(write.mt940(other_names(said))).encode()),
        read(write.csv(said).encode(), COLUMNS),
    ]


@settings(deadline=None, max_examples=60)
@given(statements.filter(lambda said: said.lines))
def test_payments_that_came_by_another_format_are_known_as_maybe_the_same(said):
    """Each has its own in the other file: as many alike there as here, so none is left over."""
    found = by_every_format(said)
    for first in found:
        for second in found:
            for line in first.lines:
                here = sum(alike(line, one) for one in first.lines)
                there = sum(alike(line, one) for one in second.lines)
                assert here == there > 0


@settings(deadline=None, max_examples=60)
@given(statements, statements)
def test_only_the_same_day_and_amount_are_alike(one, other):
    for first in one.lines:
        assert alike(first, first)
        for second in other.lines:
            same = first.happened_on == second.happened_on and first.amount == second.amount
            assert alike(first, second) is alike(second, first) is same
