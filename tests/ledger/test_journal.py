"""Posting, read like a book. Each table is played on a real database and verified afterwards."""

import pytest
from books import DAY, NOW, Case

import db
import errors
from ledger import accounting, audit, driver, journal, queries
from ledger.accounting import Facts, Line
from ledger.models import Book


def test_a_members_money_pays_their_own_share_and_no_more(book):
    """Anna pays in £40, Ben £500. What Anna lacks never comes from Ben.

    key    | account       | fund | amount | result
    bank:1 | bank          | anna |     40 | line 1
           | contributions | anna |    -40 |
    bank:2 | bank          | ben  |    500 | line 2
           | contributions | ben  |   -500 |
    bill:1 | day_centre    | anna |     41 | NotEnough
           | bank          | anna |    -41 |
    bill:2 | day_centre    | anna |     30 | line 3
           | bank          | anna |    -30 |
           | day_centre    | ben  |     30 |
           | bank          | ben  |    -30 |
    bill:3 | day_centre    | anna |  1001p | NotEnough
           | bank          | anna | -1001p |
    bill:4 | day_centre    | anna |     10 | line 4
           | bank          | anna |    -10 |
    """
    book.play(test_a_members_money_pays_their_own_share_and_no_more)
    assert book.money("anna", "ben") == [0, 470]


def test_the_same_thing_twice_is_saved_once_and_another_under_its_key_is_refused(book):
    """A resend is the same line again, also with its parts in another order.

    key    | account       | fund | amount | result
    bank:1 | bank          | anna |     40 | line 1
           | contributions | anna |    -40 |
    bank:1 | bank          | anna |     40 | line 1 again
           | contributions | anna |    -40 |
    bank:1 | contributions | anna |    -40 | line 1 again
           | bank          | anna |     40 |
    bank:1 | bank          | anna |     41 | KeyTaken
           | contributions | anna |    -41 |
    bank:1 | bank          | ben  |     40 | KeyTaken
           | contributions | ben  |    -40 |
    bank:1 | cash_tin      | anna |     40 | KeyTaken
           | contributions | anna |    -40 |
    bank:1 | meals         | anna |     40 | KeyTaken
           | bank          | anna |    -40 |
    """
    book.play(test_the_same_thing_twice_is_saved_once_and_another_under_its_key_is_refused)
    assert book.head().seq == 1


def test_a_mistake_is_put_right_once_by_the_same_lines_turned_round(book):
    """The treasurer took Ben's £40 for Anna's.

    key    | account       | fund | amount | result
    bank:1 | bank          | anna |     40 | line 1
           | contributions | anna |    -40 |
    undo:1 |               |      |        | line 2
    undo:1 |               |      |        | line 2 again
    undo:2 |               |      |        | NotPutRightTwice
    undo:9 |               |      |        | NoSuchEntry
    bank:2 | bank          | ben  |     40 | line 3
           | contributions | ben  |    -40 |
    """
    book.play(test_a_mistake_is_put_right_once_by_the_same_lines_turned_round)
    assert book.money("anna", "ben") == [0, 40]
    with pytest.raises(journal.AlreadyPutRight, match="in line 2"):
        book.undone(1, "another:key")


def test_facts_from_outside_post_and_decisions_wait_until_the_fund_is_whole_again(book):
    """Anna's debit comes back after a lunch was paid from it.

    key     | account       | fund | amount | result
    bank:1  | bank          | anna |     40 | line 1
            | contributions | anna |    -40 |
    bill:1  | meals         | anna |     30 | line 2
            | bank          | anna |    -30 |
    bank:2! | contributions | anna |     40 | line 3
            | bank          | anna |    -40 |
    bill:2  | meals         | anna |     1p | NotEnough
            | bank          | anna |    -1p |
    bank:3  | bank          | anna |     20 | line 4
            | contributions | anna |    -20 |
    bill:3  | meals         | anna |     1p | NotEnough
            | bank          | anna |    -1p |
    bank:4  | bank          | anna |     15 | line 5
            | contributions | anna |    -15 |
    bill:4  | meals         | anna |      5 | line 6
            | bank          | anna |     -5 |
    """
    book.play(test_facts_from_outside_post_and_decisions_wait_until_the_fund_is_whole_again)


def test_a_payment_matched_to_the_wrong_person_can_be_put_right_after_they_spent_it(book):
    """It was Ben's £40, and Anna has eaten it. The book says so.

    key    | account       | fund | amount | result
    bank:1 | bank          | anna |     40 | line 1
           | contributions | anna |    -40 |
    bill:1 | meals         | anna |     40 | line 2
           | bank          | anna |    -40 |
    undo:1 |               |      |        | line 3
    fix:1  | bank          | ben  |     40 | line 4
           | contributions | ben  |    -40 |
    """
    book.play(test_a_payment_matched_to_the_wrong_person_can_be_put_right_after_they_spent_it)
    assert book.money("anna", "ben") == [-40, 40]


def test_help_comes_from_solidarity_money_and_can_be_taken_back_only_while_it_is_there(book):
    """A gift helps Anna. To undo a transfer is a decision.

    key    | account       | fund       | amount | result
    bank:1 | bank          | solidarity |     50 | line 1
           | grants        | solidarity |    -50 |
    give:1 | between_funds | solidarity |     50 | line 2
           | bank          | solidarity |    -50 |
           | bank          | anna       |     50 |
           | between_funds | anna       |    -50 |
    give:2 | between_funds | solidarity |     1p | NotEnough
           | bank          | solidarity |    -1p |
           | bank          | anna       |     1p |
           | between_funds | anna       |    -1p |
    bill:1 | meals         | anna       |     20 | line 3
           | bank          | anna       |    -20 |
    undo:2 |               |            |        | NotEnough
    undo:3 |               |            |        | line 4
    undo:2 |               |            |        | line 5
    """
    book.play(test_help_comes_from_solidarity_money_and_can_be_taken_back_only_while_it_is_there)
    assert book.money("solidarity", "anna") == [50, 0]


def test_money_that_changes_place_stays_its_owners(book):
    """The tin is taken to the bank, and Anna's bill is paid from there.

    key    | account       | fund    | amount | result
    tin:1  | cash_tin      | anna    |     40 | line 1
           | contributions | anna    |    -40 |
    tin:2  | bank          | custody |     40 | line 2
           | cash_tin      | custody |    -40 |
    bill:1 | meals         | anna    |     40 | line 3
           | bank          | anna    |    -40 |
    """
    book.play(test_money_that_changes_place_stays_its_owners)
    with db.reading() as session:
        assert queries.held_in(session, book.id, "bank") == 0
        assert queries.held_in(session, book.id, "cash_tin") == 0
    assert book.money("anna", "custody") == [0, 0]


def test_what_is_not_of_this_book_is_refused_and_leaves_nothing_behind(book):
    """Nothing of a refused entry stays, so its key is free.

    key    | account       | fund | amount | result
    bank:1 | gold          | anna |     40 | NoSuchAccount
           | contributions | anna |    -40 |
    bank:1 | bank          | anna |     40 | Unbalanced
           | contributions | ben  |    -40 |
    bank:1 | bank          | anna |     40 | line 1
           | contributions | anna |    -40 |
    """
    book.play(test_what_is_not_of_this_book_is_refused_and_leaves_nothing_behind)
    other = type(book)().new_book()
    with pytest.raises(journal.NoSuchFund):
        other.post(book.draft(Case("k", [("bank", "anna", 1), ("contributions", "anna", -1)], "")))
    draft = contribution(book, "bank:2")
    with db.transaction() as session, pytest.raises(journal.NoSuchBook):
        journal.post(session, book.fund("anna"), draft, now=NOW)


def contribution(book, key, pounds=1, fund="anna"):
    facts = Facts(on=DAY, key=key, words="Paid in")
    return accounting.contribution(book.fund(fund), pounds * 100, facts)


def bill(book, key, pounds=1, fund="anna"):
    return accounting.spending({book.fund(fund): pounds * 100}, "meals", Facts(on=DAY, key=key))


def test_a_batch_is_written_in_its_order_with_one_move_of_the_head(book):
    drafts = [contribution(book, f"bank:{n}", n) for n in range(1, 6)]
    with db.transaction() as session:
        posted = journal.post_many(session, book.id, drafts, now=NOW)
    assert [(entry.seq, entry.new) for entry in posted] == [(n, True) for n in range(1, 6)]
    assert book.head().hash == posted[-1].hash
    assert book.money("anna") == [15]
    assert book.findings() == []


def test_a_batch_spends_what_came_in_earlier_in_it_and_not_what_comes_later(book):
    come, go = contribution(book, "bank:1", 5), bill(book, "bill:1", 5)
    with db.transaction() as session, pytest.raises(journal.NotEnough):
        journal.post_many(session, book.id, [go, come], now=NOW)
    with db.transaction() as session:
        posted = journal.post_many(session, book.id, [come, go], now=NOW)
    assert [entry.seq for entry in posted] == [1, 2]


def test_a_batch_with_one_wrong_entry_posts_nothing(book):
    drafts = [contribution(book, "bank:1", 5), bill(book, "bill:1", 6)]
    with pytest.raises(journal.NotEnough) as refused, db.transaction() as session:
        journal.post_many(session, book.id, drafts, now=NOW)
    assert refused.value.sentence == "There is not enough money for this. £1 is missing."
    assert refused.value.facts["pence"] == 100
    assert book.head().seq == 0


def test_a_batch_sent_again_with_more_in_it_posts_only_what_is_new(book):
    drafts = [contribution(book, f"bank:{n}") for n in range(4)]
    with db.transaction() as session:
        journal.post_many(session, book.id, drafts[:2], now=NOW)
    with db.transaction() as session:
        posted = journal.post_many(session, book.id, [*drafts, drafts[3]], now=NOW)
    told = [(entry.seq, entry.new) for entry in posted]
    assert told == [(1, False), (2, False), (3, True), (4, True), (4, True)]


def test_two_different_things_under_one_key_in_a_batch_are_refused(book):
    drafts = [contribution(book, "bank:1", 1), contribution(book, "bank:1", 2)]
    with db.transaction() as session, pytest.raises(journal.KeyTwice):
        journal.post_many(session, book.id, drafts, now=NOW)


def test_a_large_batch_keeps_every_word_and_code_as_it_was_written(book):
    words = [
        "{a,b}",
        'NULL "x"',
        "back\\slash",
        "Ŵyn\N{BIRTHDAY CAKE}",
        "100%s",
        "a\nb\tc",
        "''",
        "?",
    ]
    drafts = [
        contribution(book, f"bank:{n}", fund=f"member{n % 3}")._replace(
            texts={"words": words[n % 8], "why": words[-1 - n % 8]} if n % 5 else {},
            authority=None if n % 2 else f"vote:{n}",
            recorded_by=None if n % 3 else book.id,
        )
        for n in range(40)
    ]
    with db.transaction() as session:
        journal.post_many(session, book.id, drafts, now=NOW)
    assert book.findings() == []
    with db.reading() as session:
        lines = queries.book_page(session, book.id).lines
    told = [(line.words, line.authority, line.recorded_by) for line in reversed(lines)]
    assert told == [(x.texts.get("words"), x.authority, x.recorded_by) for x in drafts]


def test_a_batch_beyond_what_the_databases_take_is_refused(book):
    drafts = [contribution(book, "bank:1")] * (journal.MOST_AT_ONCE + 1)
    with db.transaction() as session, pytest.raises(journal.TooManyAtOnce):
        journal.post_many(session, book.id, drafts, now=NOW)


@pytest.mark.parametrize("table", driver.COLUMNS)
def test_posting_writes_every_column_of_its_tables(table):
    columns = {column.name for column in Book.metadata.tables[table].columns}
    assert set(driver.NAMES[table]) == columns


def test_an_empty_batch_is_no_entry(book):
    with db.transaction() as session:
        assert journal.post_many(session, book.id, [], now=NOW) == []


def test_a_reversal_that_does_not_mirror_its_entry_is_refused(book):
    book.paid_in("anna", 40, "bank:1")
    lines = (Line("bank", book.fund("anna"), -3900), Line("contributions", book.fund("anna"), 3900))
    draft = accounting.Draft("reversal", DAY, lines, "undo:1", reverses=1)
    with db.transaction() as session, pytest.raises(journal.NotItsReverse):
        journal.post(session, book.id, draft, now=NOW)


def test_the_same_book_in_another_currency_speaks_of_that_currency(database):
    with db.transaction() as session:
        yen = journal.open_book(session, "JPY", now=NOW).book_id
        fund = journal.open_fund(session, yen, "grant")
        draft = accounting.spending({fund: 1500}, "meals", Facts(on=DAY, key="b"), unit="JPY")
        with pytest.raises(journal.NotEnough, match="JP¥1,500 is missing"):
            journal.post(session, yen, draft, now=NOW)


def test_hours_stand_beside_the_money_and_never_change_what_we_have(book):
    facts = Facts(on=DAY, key="hours:1", words="Two hours of driving")
    given = accounting.contribution(book.fund("anna"), 120, facts, unit="minutes")
    assert book.post(given).new
    assert book.head().total == 0
    assert book.money("anna") == [0]
    assert book.findings() == []


def test_two_funds_of_one_person_and_source_are_refused_with_a_sentence(book):
    whose = (book.id, "member", book.fund("anna"), "isf")
    with db.transaction() as session:
        journal.open_fund(session, *whose)
    again = pytest.raises(errors.NotPossible, match="money from there already")
    with again, db.transaction() as session:
        journal.open_fund(session, *whose)


def test_a_sum_beyond_what_can_be_kept_is_refused_and_nothing_is_kept(book):
    drafts = [contribution(book, f"bank:{n}") for n in range(9001)]
    most = accounting.LARGEST
    drafts = [
        draft._replace(
            lines=tuple(line._replace(amount=line.amount // 100 * most) for line in draft.lines)
        )
        for draft in drafts
    ]
    with pytest.raises(errors.NotPossible, match="too large"), db.transaction() as session:
        journal.post_many(session, book.id, drafts, now=NOW)
    assert book.head().seq == 0


def test_nobody_can_post_while_only_looking(book):
    with db.reading() as session, pytest.raises(Exception, match=r"readonly|read-only"):
        journal.post(session, book.id, contribution(book, "k"), now=NOW)


def test_verifying_says_how_many_lines_there_are_and_the_words_of_the_head(book):
    book.paid_in("anna", 40, "bank:1")
    with db.reading() as session:
        verified = audit.verify(session, book.id)
    head = book.head()
    assert (verified.findings, verified.entries) == ((), 1)
    assert (verified.head, verified.words) == (head.hash, head.words)


def test_a_decision_of_two_people_may_take_a_fund_below_zero_and_is_sealed(book):
    """Only where the entry names it; and the check of the whole book knows the difference."""
    book.paid_in("anna", 40, "bank:1")
    lines = accounting.transfer(book.fund("anna"), book.fund("ben"), 5000, Facts(DAY, "move:1"))
    with pytest.raises(journal.NotEnough):
        book.post(lines)
    decided = lines._replace(authority=f"override:{book.fund('ben')}")
    assert book.post(decided).new
    assert book.money("anna", "ben") == [-10, 50]
    assert book.findings() == []


def test_a_transfer_below_zero_that_nobody_decided_is_found(book):
    """However it came into the book: here as if it were a fact from outside."""
    book.paid_in("anna", 40, "bank:1")
    lines = accounting.transfer(
        book.fund("anna"), book.fund("ben"), 5000, Facts(DAY, "move:1", outside=True)
    )
    book.post(lines)
    assert any("below zero" in found for found in book.findings())
