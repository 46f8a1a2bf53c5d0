"""A bundle goes out and comes back: the same head, the same balances, the same bytes."""

import hashlib
import json

import any_book
import bundles
import months
import pytest
from books import DAY as NOW_DAY
from books import Shelf
from bundles import PAPER, bundled, files, paper, plainly_verified, put_together
from hypothesis import given, settings

import db
from errors import NotPossible
from ledger import accounting, audit, bringing_in, chain, closing, dump, marks, queries
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


def test_closed_months_go_out_and_come_back_closed(book, request, tmp_path):
    book.paid_in("anna", 40, "bank:1", on=months.day(5))
    months.close(book, 5, "The bank had it wrong", says=1)
    book.paid_in("anna", 40, "bank:2", on=months.day(6))
    months.close(book, 6)
    months.reopen(book, 6, "A bill was late")
    months.close(book, 6)
    body, was = bundled(book), months_of(book)
    assert plainly_verified(tmp_path, body)[0]
    bundles.go_elsewhere(request, tmp_path)
    proved = bundles.bring_in(tmp_path, body)
    assert (proved.closed, proved.closed_until) == (2, months.number(6))
    assert months_of(book) == was
    assert bundled(book) == body
    with pytest.raises(NotPossible, match="is closed"):
        book.paid_in("anna", 1, "late", on=months.day(6))
    months.close(book, 7)
    assert book.findings() == []


def months_of(book):
    with db.reading() as session:
        return closing.history(session, book.id), months.held(book, 5), months.held(book, 6)


def test_a_bundle_that_names_nobody_leaves_out_why_a_month_was_opened(book, tmp_path):
    book.paid_in("anna", 40, "bank:1", on=months.day(5))
    months.close(book, 5, "Canary paid twice", says=1)
    assert b"Canary" in files(bundled(book))["months.jsonl"]
    body = bundled(book, personal=False)
    assert b"Canary" not in files(body)["months.jsonl"]
    assert bundles.findings(tmp_path, body) == []


def test_a_bundle_from_before_months_were_closed_is_read(book, tmp_path):
    book.paid_in("anna", 40, "bank:1", on=months.day(5))
    parts = files(bundled(book))
    del parts["months.jsonl"]
    assert bundles.findings(tmp_path, put_together(parts)) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            b'\\"says\\":\\"1\\"',
            b'\\"says\\":\\"2\\"',
            "Closing 1: its hash is not of its sealed bytes.",
        ),
        (b"had it wrong", b"had it right", "Closing 1: its words are not what was sealed."),
        (b'"number":"1"', b'"number":"7"', "Closing 1: is missing."),
    ],
)
def test_a_closing_that_was_changed_in_a_bundle_is_found(book, tmp_path, old, new, found):
    book.paid_in("anna", 40, "bank:1", on=months.day(5))
    months.close(book, 5, "The bank had it wrong", says=1)
    parts = files(bundled(book))
    assert old in parts["months.jsonl"]
    parts["months.jsonl"] = parts["months.jsonl"].replace(old, new)
    assert found in bundles.findings(tmp_path, put_together(parts))


def test_a_closing_that_was_made_anew_with_other_sums_is_found(book, tmp_path):
    """Whoever can count can seal anything; but the lines come to something else."""
    book.paid_in("anna", 40, "bank:1", on=months.day(5))
    months.close(book, 5)
    parts = files(bundled(book))
    told = json.loads(parts["months.jsonl"])
    mark = marks.sealed(told["content"].encode())
    fund, *rest, _ = mark.funds[0]
    mark = mark._replace(funds=((fund, *rest, 5000),), bank=(5000, 5000))
    content = marks.content(mark)
    told["hash"] = marks.mark_hash(marks.genesis(book.id), 1, content).hex()
    told["content"] = content.decode()
    parts["months.jsonl"] = json.dumps(told).encode() + b"\n"
    found = bundles.findings(tmp_path, put_together(parts))
    assert any("its lines come to 4000" in one for one in found)
    assert any("5000 lay in the bank; the lines come to 4000" in one for one in found)


def test_a_line_of_a_closed_month_in_a_bundle_is_found(book, tmp_path):
    """The line is sealed and chained as it should be; it only came too late."""
    book.paid_in("anna", 40, "bank:1", on=months.day(5))
    early = files(bundled(book))
    months.close(book, 5)
    closed = files(bundled(book))["months.jsonl"]
    months.reopen(book, 5)
    book.paid_in("anna", 1, "late", on=months.day(5))
    parts = files(bundled(book)) | {"months.jsonl": closed}
    assert bundles.findings(tmp_path, put_together(parts)) == [
        "Line 2: it is of May 2026, which was closed before."
    ]
    shorter = early | {"months.jsonl": closed.replace(b'seq\\":\\"1', b'seq\\":\\"2')}
    assert "Closing 1: the book has no line 2." in bundles.findings(tmp_path, put_together(shorter))
