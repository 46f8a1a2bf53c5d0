"""The database itself refuses to change, remove or slip in a line, whoever asks it."""

import pytest
from books import DAY, forget_words
from sqlalchemy import text

import db
import errors

FOREVER = "can't be changed or rubbed out"
NEXT = "only be added at the end"
ADDS_UP = "does not add up"

CHANGES = [
    "UPDATE entry SET kind = 'gift' WHERE seq = 1",
    "UPDATE entry SET content = hash",
    "UPDATE entry SET total = total + 1",
    "UPDATE posting SET amount = amount + 1 WHERE line = 1",
    "UPDATE posting SET fund_id = (SELECT fund_id FROM fund WHERE kind = 'custody')",
    "UPDATE entry_text SET text = 'Something else'",
    "UPDATE account SET kind = 'cost' WHERE code = 'bank'",
    "UPDATE fund SET owner_code = book_id WHERE kind = 'member'",
    "DELETE FROM posting WHERE seq = 1 AND line = 1",
    "DELETE FROM posting",
    "DELETE FROM entry WHERE seq = 3",
    "DELETE FROM account WHERE code = 'insurance'",
    "DELETE FROM fund",
    "DELETE FROM book",
]
WORDS = [
    "DELETE FROM entry_text",
    "DELETE FROM entry_text WHERE seq = 1",
    "INSERT INTO text_gone SELECT book_id, seq, field, book_id, '2026-01-01' FROM entry_text",
    "UPDATE text_gone SET seq = 2",
    "DELETE FROM text_gone",
]

UPSERT = "ON CONFLICT (book_id, code) DO UPDATE SET kind = 'cost'"

ON_SQLITE = [
    "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE seq = 3",
    "INSERT OR REPLACE INTO posting SELECT * FROM posting",
    "REPLACE INTO account SELECT book_id, code, 'cost' FROM account WHERE code = 'bank'",
    "REPLACE INTO fund SELECT * FROM fund",
    "UPDATE OR REPLACE entry SET seq = 2 WHERE seq = 3",
    f"INSERT INTO account SELECT * FROM account WHERE true {UPSERT}",
]

ON_POSTGRES = [
    "TRUNCATE posting",
    "TRUNCATE entry CASCADE",
    "TRUNCATE account, fund CASCADE",
    "TRUNCATE book CASCADE",
    f"INSERT INTO account SELECT * FROM account {UPSERT}",
]

_COLUMNS = "book_id, seq, line, account, fund_id, month, unit, amount"
_HEAD = "UPDATE book SET head_seq = {seq}, head_hash = {hash}, total = {total}"
BENS = "(SELECT fund_id FROM posting WHERE seq = 2 AND line = 1)"
LATE_TEXT = (
    "INSERT INTO entry_text (book_id, seq, field, salt, text)"
    " SELECT book_id, 1, 'why', salt, 'A late reason' FROM entry_text WHERE seq = 1"
)
FULL_BOOK = (
    "INSERT INTO book (book_id, salt, unit, opened_at, head_seq, head_hash, total)"
    " SELECT fund_id, salt, 'GBP', '2026-01-01', 3, salt, 0 FROM fund WHERE kind = 'custody'"
)


def late(seq, line, amount, account="bank", fund="fund_id"):
    return (
        f"INSERT INTO posting ({_COLUMNS}) SELECT book_id, {seq}, {line}, '{account}', {fund},"
        f" month, unit, {amount} FROM posting WHERE seq = 1 AND line = 1"
    )


def head(seq=3, hash_="head_hash", total="total"):
    return _HEAD.format(seq=seq, hash=hash_, total=total)


def another_entry(seq):
    columns = (
        "kind, happened_on, month, recorded_at, recorded_by, authority, reverses,"
        " money_in, money_out, total, content, hash"
    )
    return (
        f"INSERT INTO entry (book_id, seq, key, {columns})"
        f" SELECT book_id, {seq}, 'forged', {columns} FROM entry WHERE seq = 1"
    )


@pytest.fixture
def written(book):
    """Three lines, then nothing may happen to them any more."""
    book.paid_in("anna", 40, "bank:1")
    book.paid_in("ben", 50, "bank:2")
    book.spent({"anna": 10, "ben": 10}, "bill:1")
    return book


def run(statements):
    with db.transaction() as session:
        for statement in statements:
            session.execute(text(statement))


def refused(statements, *, because):
    """Run these in one transaction: the database must refuse, with that sentence."""
    with pytest.raises(errors.NotPossible, match=because):
        run(statements)


@pytest.mark.parametrize("statement", CHANGES)
def test_nothing_that_is_written_can_be_changed_or_removed(written, statement):
    refused([statement], because=FOREVER)
    assert written.findings() == []


def test_replacing_and_emptying_are_refused_in_each_databases_own_words(written):
    for statement in ON_SQLITE if db.is_sqlite() else ON_POSTGRES:
        refused([statement], because=f"{FOREVER}|{NEXT}")
    assert written.findings() == []


@pytest.mark.parametrize(
    "statements",
    [
        [late(1, 3, 500), late(1, 4, -500, "contributions")],
        [late(3, 9, 1)],
        [another_entry(-1)],
        [another_entry(0)],
        [LATE_TEXT],
    ],
)
def test_no_line_can_be_slipped_in_among_old_ones_even_if_it_balances(written, statements):
    refused(statements, because=NEXT)
    assert written.findings() == []


NEW_LINES = [late(4, 1, 500), late(4, 2, -500, "contributions")]
TO_THE_NEW = head(
    4, "(SELECT hash FROM entry WHERE seq = 4)", "(SELECT total FROM entry WHERE seq = 4)"
)


@pytest.mark.parametrize(
    "statements",
    [
        [head(4)],  # nothing was added
        [head(2)],  # back
        [head(3)],  # nowhere
        [head(3, total="total + 1")],
        ["UPDATE book SET unit = 'EUR'"],
        ["UPDATE book SET salt = head_hash"],
        [another_entry(4), TO_THE_NEW],  # an entry without lines
        [another_entry(4), NEW_LINES[0], TO_THE_NEW],  # one side only
        [another_entry(4), NEW_LINES[0], late(4, 2, -499, "contributions"), TO_THE_NEW],
        [another_entry(4), *NEW_LINES, head(4)],  # the old hash
        [another_entry(4), *NEW_LINES, TO_THE_NEW + " + 1"],  # a total of its own
        [another_entry(5), late(5, 1, 5), late(5, 2, -5), head(5)],  # a gap
        [another_entry(5), late(5, 1, 5), late(5, 2, -5), head(4)],
    ],
)
def test_the_head_moves_only_to_the_end_of_lines_that_add_up(written, statements):
    refused(statements, because=ADDS_UP)
    assert written.findings() == []


def test_an_entry_must_balance_within_each_fund_in_the_database_too(written):
    across = late(4, 2, -500, "contributions", fund=BENS)
    refused([another_entry(4), NEW_LINES[0], across, TO_THE_NEW], because=ADDS_UP)


def test_a_book_begins_empty(written):
    refused([FULL_BOOK], because=ADDS_UP)


def test_an_entry_that_was_written_but_never_reached_by_the_head_stops_the_book(written):
    """If somebody leaves a line behind the head, the next post is refused rather than wrong."""
    run([another_entry(5)])
    with pytest.raises(errors.NotPossible, match=ADDS_UP):
        written.paid_in("anna", 1, "bank:3")
    assert written.findings() == ["Line 5: stands behind the end of the book."]


def test_words_can_be_deleted_and_the_book_still_verifies(written):
    with db.transaction() as session:
        assert forget_words(session, written.id, [1]) == 1
        assert forget_words(session, written.id, [1]) == 0
    assert written.findings() == []
    written.paid_in("anna", 1, "bank:3", on=DAY)
    assert written.findings() == []


@pytest.mark.parametrize("statement", WORDS)
def test_words_go_only_for_somebody_who_asked(written, statement):
    with db.transaction() as session:
        forget_words(session, written.id, [3])
    with pytest.raises(errors.NotPossible, match="go only for a person who asked"):
        run([statement])
    assert written.findings() == []
