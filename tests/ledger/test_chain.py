"""What is sealed: canonical, salted, chained, and said in three words."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from ledger import chain

BOOK = UUID("018f4b3a-0000-7000-8000-000000000001")
NAMES = st.uuids().map(str)
CODES = st.text('ab:-~"\\', min_size=1, max_size=9)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
PARTS = st.tuples(CODES, CODES, NAMES, CODES, st.integers(-(2**63), 2**63 - 1))
ENTRIES = st.builds(
    chain.Entry,
    book=NAMES,
    kind=CODES,
    happened_on=st.dates().map(chain.day),
    recorded_at=st.datetimes(timezones=st.just(UTC)).map(chain.moment),
    recorded_by=st.none() | NAMES,
    key=CODES,
    authority=st.none() | WORDS,
    reverses=st.none() | st.integers(1, 2**63 - 1),
    parts=st.lists(PARTS, max_size=4),
    texts=st.dictionaries(
        st.text("abW_", min_size=1), st.binary(min_size=32, max_size=32).map(bytes.hex), max_size=3
    ),
)


def numbers(value):
    if isinstance(value, dict):
        return any(numbers(inner) for inner in value.values())
    if isinstance(value, list):
        return any(numbers(inner) for inner in value)
    return isinstance(value, int | float)


@given(ENTRIES)
def test_sealed_bytes_are_canonical_json_without_a_number(entry):
    sealed = chain.content(entry)
    facts = chain.orjson.loads(sealed)
    assert rfc8785.dumps(facts) == sealed
    assert not numbers(facts)


@given(ENTRIES, ENTRIES)
def test_two_entries_have_the_same_bytes_only_if_they_say_the_same(one, other):
    assert (chain.content(one) == chain.content(other)) == (one == other)


@given(ENTRIES, st.sampled_from(chain.Entry._fields))
def test_every_fact_is_sealed(entry, field):
    changed = {"parts": [*entry.parts, ("a", "b", "c", "d", 1)], "texts": {**entry.texts, "+": "0"}}
    changed["reverses"] = 1 if entry.reverses is None else None
    other = entry._replace(**{field: changed.get(field, f"{getattr(entry, field)}+")})
    assert chain.content(other) != chain.content(entry)


def test_a_hash_is_the_one_that_the_format_says():
    sealed, genesis = b"{}", hashlib.sha256(b"clubtogether:" + BOOK.bytes).digest()
    assert chain.genesis(BOOK) == genesis
    inner = hashlib.sha256(sealed).digest()
    said = hashlib.sha256(genesis + bytes([0, 0, 0, 0, 0, 0, 0, 1]) + inner).digest()
    assert chain.entry_hash(genesis, 1, sealed) == said


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**63 - 1), st.binary(max_size=50))
def test_a_hash_depends_on_all_that_came_before(previous, seq, sealed):
    hash_ = chain.entry_hash(previous, seq, sealed)
    assert hash_ != chain.entry_hash(previous, seq - 1, sealed)
    assert hash_ != chain.entry_hash(previous, seq, sealed + b" ")
    assert hash_ != chain.entry_hash(bytes(32), seq, sealed) or previous == bytes(32)


@given(st.binary(min_size=32, max_size=32), WORDS, WORDS)
def test_a_commitment_binds_its_text_and_tells_nothing_without_the_salt(salt, text, other):
    said = chain.commitment(salt, "words", text)
    assert (said == chain.commitment(salt, "words", other)) == (text == other)
    assert said != chain.commitment(salt, "why", text)
    assert said != chain.commitment(bytes(32), "words", text) or salt == bytes(32)


def test_a_moment_is_written_in_utc_with_six_digits():
    summer = timezone(timedelta(hours=1))
    assert chain.moment(datetime(2026, 6, 12, 17, tzinfo=summer)) == "2026-06-12T16:00:00.000000Z"


@given(st.binary(min_size=32, max_size=32))
def test_three_words_are_the_first_33_bits(digest):
    index = Mnemonic("english").wordlist.index
    first, second, third = map(index, chain.words(digest).split())
    assert first << 22 | second << 11 | third == int.from_bytes(digest, "big") >> 223


@pytest.mark.parametrize("change", range(5))
def test_the_name_of_a_fund_is_the_fingerprint_of_whose_it_is(change):
    facts = [b"salt", str(BOOK), "member", str(uuid4()), "isf"]
    other = [b"salt ", str(uuid4()), "reserve", None, None]
    name = chain.fund_name(*facts)
    assert name == chain.fund_name(*facts)
    assert name.version == 8
    facts[change] = other[change]
    assert chain.fund_name(*facts) != name


def test_the_name_of_a_book_is_the_fingerprint_of_its_row():
    name = chain.book_name(b"salt", "GBP", "2026-06-12T16:00:00.000000Z")
    assert name.version == 8
    assert name != chain.book_name(b"salt", "EUR", "2026-06-12T16:00:00.000000Z")
    assert name != chain.book_name(b"salt", "GBP", "2026-06-12T16:00:00.000001Z")
