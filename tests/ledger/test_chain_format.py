"""The page about the format is true: its verifier, which shares no code with ours, agrees."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from books import forget_words
from hypothesis import given, settings
from hypothesis import strategies as st

import db
from ledger import dump

PAGE = Path(__file__).parents[2] / "docs" / "formats" / "chain.md"
CODE = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[1]


@pytest.fixture
def verifier(tmp_path):
    """Run the page's own code on a dump: what it says, and whether it is content."""
    (tmp_path / "check.py").write_text(CODE)

    def run(lines):
        (tmp_path / "book.jsonl").write_bytes(b"".join(lines))
        done = subprocess.run(
            [sys.executable, "-I", "check.py", "book.jsonl"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode == 0, done.stdout + done.stderr

    return run


@pytest.fixture
def written(book):
    book.paid_in("anna", 40, "bank:1")
    book.paid_in("Zoë", 50, "bank:2")
    book.spent({"anna": 10, "Zoë": 10}, "bill:1")
    book.undone(1, "undo:1")
    return book


def dumped(book):
    with db.reading() as session:
        return list(dump.lines(session, book.id))


def test_the_verifier_is_short_and_shares_no_code_with_ours():
    assert len(CODE.strip().splitlines()) <= 40
    imported = re.findall(r"^import (.*)$", CODE, re.MULTILINE)
    assert imported == ["hashlib, json, sys, uuid"]


def test_the_pages_verifier_comes_to_the_same_head_and_the_same_money(written, verifier):
    right, said = verifier(dumped(written))
    assert right, said
    assert f"4 lines, all right. Head: {written.head().hash.hex()}" in said
    assert f"fund {written.fund('anna')} has -1000 GBP" in said
    assert f"fund {written.fund('Zoë')} has 4000 GBP" in said


def test_a_book_whose_words_were_deleted_verifies_too(written, verifier):
    with db.transaction() as session:
        forget_words(session, written.id, [1, 2])
    right, said = verifier(dumped(written))
    assert right, said


def test_an_empty_book_is_its_first_hash(book, verifier):
    right, said = verifier(dumped(book))
    assert right
    assert f"0 lines, all right. Head: {book.head().hash.hex()}" in said


@settings(max_examples=20)
@given(data=st.data())
def test_the_pages_verifier_finds_every_letter_that_is_changed(written, verifier, data):
    lines = dumped(written)
    number = data.draw(st.integers(1, len(lines) - 1))
    entry = json.loads(lines[number])
    content = entry["content"]
    at = data.draw(st.integers(0, len(content) - 1))
    entry["content"] = content[:at] + chr(ord(content[at]) ^ 1) + content[at + 1 :]
    lines[number] = json.dumps(entry).encode() + b"\n"
    right, said = verifier(lines)
    assert not right
    assert said.strip() == f"line {number} does not fit the chain"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[:2] + lines[3:], "line 2 does not fit the chain"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "line 1 does not fit the chain"),
        (lambda lines: [line.replace(b"anna paid", b"ANNA paid") for line in lines],
         "line 1: its words were changed"),
    ],
)  # fmt: skip
def test_the_pages_verifier_says_what_is_wrong_with_a_dump(written, verifier, change, said):
    assert verifier(change(dumped(written))) == (False, f"{said}\n")
