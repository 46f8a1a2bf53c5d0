"""Whatever is changed in a book behind its back is found, and the finding says where and what."""

from uuid import UUID

import intruder
import pytest
from books import NOW

import db
from ledger import accounting, audit, journal
from ledger.accounting import Facts
from ledger.models import Book

# To move a text out of its book is to delete it, which is allowed; a book that was moved away is
# not there to be looked at.
UNSEEN = {("entry_text", "book_id"), ("book", "book_id")}

# Where the last row of a table will not do: an account that is used, a kind that may be another.
ROWS = {
    "account": "AND code = 'bank'",
    ("fund", "kind"): "AND kind = 'custody'",
    "fund": "AND kind = 'member'",
}
VALUES = {
    ("account", "kind"): "cost",
    ("fund", "kind"): "reserve",
    ("fund", "source"): "own_money",
}


@pytest.fixture
def written(book):
    """A short book with entries of most kinds, and another book that must not disturb it."""
    book.paid_in("anna", 40, "bank:1")
    book.paid_in("ben", 50, "bank:2")
    book.spent({"anna": 10, "ben": 10}, "bill:1")
    book.undone(1, "undo:1")
    type(book)().new_book().paid_in("zoe", 7, "bank:1")
    assert book.findings() == []
    return book


def found(book):
    with db.reading() as session:
        return audit.findings(session, book.id)


@pytest.mark.parametrize(
    "table",
    ["book", "account", "fund", "entry", "posting", "entry_text", "balance", "month_total"],
)
def test_a_flip_in_any_column_of_any_table_is_found_and_flipping_it_back_heals_it(written, table):
    with intruder.at_work() as owner:
        for column in [c.name for c in Book.metadata.tables[table].columns]:
            if (table, column) in UNSEEN:
                continue
            row = owner.last_row(table, written.id, ROWS.get((table, column), ROWS.get(table, "")))
            was = row[column]
            now = VALUES.get((table, column), written.id if was is None else intruder.flipped(was))
            if isinstance(now, UUID) and db.is_sqlite():
                now = now.hex
            flipped = owner.write(table, row, column, now)
            findings = found(written)
            assert findings, f"{table}.{column}"
            if "seq" in row:
                named = {finding.seq for finding in findings}
                assert named & {row["seq"], flipped["seq"]}, f"{table}.{column}: {findings}"
            owner.write(table, flipped, column, was)
            assert found(written) == [], f"{table}.{column}"


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE posting SET amount = 4001 WHERE seq = 1 AND line = 1",
            "Line 1: the amount of part 1 is 4001, but 4000 was sealed.",
        ),
        (
            "UPDATE posting SET account = 'cash_tin' WHERE seq = 2 AND line = 1",
            "Line 2: the account of part 1 is cash_tin, but bank was sealed.",
        ),
        (
            "UPDATE entry SET happened_on = '2026-06-13' WHERE seq = 2",
            "Line 2: the date is 2026-06-13, but 2026-06-12 was sealed.",
        ),
        (
            "UPDATE entry SET authority = 'vote:2' WHERE seq = 3",
            "Line 3: what allowed it is vote:2, but vote:1 was sealed.",
        ),
        (
            "UPDATE entry SET total = 1 WHERE seq = 3",
            "Line 3: what we had then is 1, but it comes to 7000.",
        ),
        (
            "DELETE FROM posting WHERE seq = 3 AND line = 4",
            "Line 3: part 4 is missing: -1000 GBP bank.",
        ),
        (
            "UPDATE entry_text SET text = 'A gift' WHERE seq = 1",
            "Line 1: its words are not what was sealed.",
        ),
        (
            "UPDATE account SET kind = 'cost' WHERE code = 'bank'",
            "Account bank is kept as cost, but it was asset.",
        ),
        ("UPDATE book SET total = 1", "The book says we have 1; its lines come to 3000."),
    ],
)
def test_the_finding_says_which_line_and_what_differs(written, statement, sentence):
    with intruder.at_work() as owner:
        bound = written.id.hex if db.is_sqlite() else str(written.id)
        where = "AND" if "WHERE" in statement else "WHERE"
        owner.run(f"{statement} {where} book_id = '{bound}'")
    assert [finding.sentence for finding in found(written)] == [sentence]


def test_entries_that_are_gone_are_named_each_and_all(written):
    with intruder.at_work() as owner:
        for table in ("entry_text", "posting", "entry"):
            owner.run(f"DELETE FROM {table} WHERE seq IN (2, 3)")
    sentences = [finding.sentence for finding in found(written)]
    assert sentences[0] == "Lines 2 to 3: missing."


def test_a_past_that_was_rewritten_from_end_to_end_has_another_head(written):
    """Who rewrites a line with all its hashes makes a book that agrees with itself. The words in
    everybody's letters are what gives it away.
    """
    letters = written.head()
    forged = type(written)().new_book()
    forged.paid_in("anna", 41, "bank:1")
    assert forged.findings() == []
    assert forged.head().words != letters.words


def test_sums_are_checked_even_if_the_seal_agrees(written):
    """A forger who seals an entry that does not balance is found by its sum."""
    with intruder.at_work() as owner:
        owner.run("UPDATE posting SET amount = 4001 WHERE seq = 1 AND line = 1")
        content = owner.run("SELECT content FROM entry WHERE seq = 1 ORDER BY key")[0]["content"]
        owner.run(
            "UPDATE entry SET content = ? WHERE seq = 1",
            (bytes(content).replace(b'"4000"', b'"4001"'),),
        )
    kinds = {finding.kind for finding in found(written)}
    assert {"sum", "chain"} <= kinds


def test_values_of_another_type_do_not_stop_the_audit(written):
    if not db.is_sqlite():
        return  # PostgreSQL keeps the types of its columns
    with intruder.at_work() as owner:
        owner.run("UPDATE posting SET amount = 'forty' WHERE seq = 1 AND line = 1")
        owner.run("UPDATE entry SET key = X'00FF', month = 'June' WHERE seq = 2")
        owner.run("UPDATE entry_text SET salt = 'salt' WHERE seq = 3")
        owner.run("UPDATE entry SET content = 'nonsense', happened_on = 'now' WHERE seq = 4")
        owner.run("UPDATE book SET salt = 'salt', total = 'much'")
        owner.run("UPDATE fund SET salt = 'salt', source = X'00'")
        owner.run("UPDATE balance SET amount = 'much'")
    assert {1, 2, 3, 4} <= {finding.seq for finding in found(written)}


def test_bytes_that_are_no_text_are_named_where_they_begin(written):
    if not db.is_sqlite():
        return  # PostgreSQL keeps no such text
    with intruder.at_work() as owner:
        owner.run("UPDATE posting SET account = CAST(X'FF' AS TEXT) WHERE seq = 3 AND line = 2")
    assert "Lines 3 to 4: the database can't read them." in written.findings()


def test_who_breaks_everything_gets_a_list_that_ends(book):
    facts = [Facts(on=accounting.date(2026, 6, 12), key=f"bank:{n}") for n in range(600)]
    drafts = [accounting.contribution(book.fund("anna"), 100, fact) for fact in facts]
    with db.transaction() as session:
        journal.post_many(session, book.id, drafts, now=NOW)
    with intruder.at_work() as owner:
        owner.run("UPDATE posting SET amount = amount + 1")
    assert len(found(book)) == audit.MOST


def test_progress_is_told_on_the_way_and_at_the_end(written):
    told = []
    with db.reading() as session:
        audit.findings(session, written.id, progress=lambda done, of: told.append((done, of)))
    assert told == [(4, 4)]


def test_an_empty_book_is_healthy_and_a_book_that_is_not_there_is_said_so(book):
    assert found(book) == []
    with db.reading() as session, pytest.raises(journal.NoSuchBook):
        audit.findings(session, book.fund("anna"))
