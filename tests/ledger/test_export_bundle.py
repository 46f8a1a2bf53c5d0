"""A bundle goes out and comes back: the same head, the same balances, the same bytes."""

import hashlib
import json

import any_book
import bundles
import pytest
from books import DAY as NOW_DAY
from books import Shelf
from bundles import PAPER, bundled, files, paper, plainly_verified, put_together
from hypothesis import given, settings

import db
from ledger import accounting, audit, bringing_in, chain, dump, queries
from ledger.export import bundle, reading


@pytest.fixture
def written(book):
    """Every kind of thing: people, a shared bill with its paper, a line that was put right."""
    book.paid_in("anna", 40, "bank:1")
    book.paid_in("ben", 50, "bank:2")
    facts = accounting.Facts(on=NOW_DAY, key="bill:1", words="Lunch", authority="vote:1")
    shares = {book.fund("anna"): 1000, book.fund("ben"): 1000}
    draft = accounting.spending(shares, "meals", facts)
    book.post(draft._replace(texts={"words": "Lunch", "evidence": PAPER}))
    book.undone(1, "undo:1")
    return book


def everything(book) -> tuple:
    """All that the database keeps of a book."""
    with db.reading() as session:
        whole = reading.whole(session, book.id)
        told = list(reading.entries(session, whole, personal=True))
        page = queries.book_page(session, book.id, size=100)
        months = queries.totals(session, book.id, accounting.month_of(NOW_DAY))
        assert audit.findings(session, book.id) == []
        return whole, told, page, months, queries.trial_balance(session, book.id)


def test_a_bundle_comes_back_with_the_same_head_and_balances(written, request, tmp_path):
    body, was = bundled(written, [paper()]), everything(written)
    bundles.go_elsewhere(request, tmp_path)
    proved = bundles.bring_in(tmp_path, body)
    assert proved.head == was[0].hash
    assert everything(written) == was
    assert bundled(written, [paper()]) == body


@settings(max_examples=15)
@given(happened=any_book.happenings())
def test_any_book_comes_back_as_it_was(request, tmp_path_factory, database, happened):
    db.connect(database)
    tmp_path = tmp_path_factory.mktemp("there")
    book = Shelf().new_book()
    any_book.write(book, happened)
    body, was = bundled(book), everything(book)
    assert bundles.findings(tmp_path, body) == []
    right, said = plainly_verified(tmp_path, body)
    assert right, said
    bundles.go_elsewhere(request, tmp_path)
    bundles.bring_in(tmp_path, body)
    assert everything(book) == was
    assert bundled(book) == body


def test_a_book_that_came_back_goes_on(written, request, tmp_path):
    body = bundled(written, [paper()])
    bundles.go_elsewhere(request, tmp_path)
    bundles.bring_in(tmp_path, body)
    assert written.paid_in("anna", 40, "bank:9").seq == 5
    assert not written.paid_in("ben", 50, "bank:2").new
    assert written.findings() == []


def test_a_book_that_is_here_already_is_refused(written, tmp_path):
    body, was = bundled(written, [paper()]), everything(written)
    with pytest.raises(bringing_in.BookThere):
        bundles.bring_in(tmp_path, body)
    assert everything(written) == was


def test_the_same_book_is_always_the_same_bytes(written):
    assert bundled(written, [paper()]) == bundled(written, [paper()])


def test_without_leave_nobody_is_named_and_it_still_proves_and_comes_back(
    written, request, tmp_path
):
    full, coded = bundled(written), bundled(written, personal=False)
    words = b"".join(files(coded).values())
    assert b"anna" not in words
    assert b"A slip" not in words
    assert b"Lunch" in words
    assert b"anna" in b"".join(files(full).values())
    assert plainly_verified(tmp_path, put_together(files(coded) | sealed_paper()))[0]
    bundles.go_elsewhere(request, tmp_path)
    head = bundles.bring_in(tmp_path, bundled_paper(coded)).head
    assert head.hex() == json.loads(files(coded)["bundle.json"])["head"]["hash"]


def sealed_paper() -> dict[str, bytes]:
    listed = {"added_at": "2026", "added_by": "c", "media": "application/pdf", "name": "b.pdf"}
    name = f"evidence/{PAPER}.pdf"
    line = json.dumps(listed | {"file": name}).encode()
    return {name: bundles.PDF, "evidence.jsonl": line}


def bundled_paper(body: bytes) -> bytes:
    return put_together(files(body) | sealed_paper())


def test_its_book_is_the_dump_that_is_described_for_auditors(written):
    with db.reading() as session:
        assert files(bundled(written))["book.jsonl"] == b"".join(dump.lines(session, written.id))


def test_both_verifiers_are_content_and_say_the_head_of_the_letter(written, tmp_path):
    body = bundled(written, [paper()])
    head = written.head()
    assert bundles.findings(tmp_path, body) == []
    right, said = plainly_verified(tmp_path, body, head.hash.hex())
    assert right
    assert head.hash.hex() in said
    assert "We have 3000 GBP" in said


def test_an_older_letter_proves_what_came_before_it(written, tmp_path):
    letter = written.head().hash.hex()
    written.paid_in("zoe", 5, "bank:3")
    body = bundled(written, [paper()])
    assert plainly_verified(tmp_path, body, letter)[0]
    assert not plainly_verified(tmp_path, body, "ab" * 32)[0]


def test_the_plain_verifier_is_short_and_shares_no_code_with_ours():
    text = bundles.VERIFIER.read_text()
    assert len(text.splitlines()) <= 40
    imported = {line for line in text.splitlines() if line.startswith(("import", "from"))}
    assert imported == {
        "import collections, json, sys, uuid, zipfile",
        "from hashlib import file_digest, sha256",
    }


def test_a_member_may_have_the_digests_of_all_lines_and_they_tell_of_nobody(written):
    with db.reading() as session:
        text = "".join(bundle.digests(session, written.id))
    head, digest = chain.genesis(written.id), ""
    for line in text.splitlines()[1:]:
        seq, sealed, digest = line.split(",")
        inner = int(seq).to_bytes(8, "big") + bytes.fromhex(sealed)
        head = hashlib.sha256(head + inner).digest()
        assert digest == head.hex()
    assert digest == written.head().hash.hex()


def test_a_paper_that_is_there_twice_goes_in_once(written):
    inside = files(bundled(written, [paper(), paper()]))
    assert len([name for name in inside if name.startswith("evidence/")]) == 1
