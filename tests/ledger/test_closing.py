"""A month that is closed stays as it is: in order, by two people, and the database holds to it."""

from contextlib import suppress

import intruder
import months
import pytest
from books import NOW, Shelf
from hypothesis import given, settings
from hypothesis import strategies as st
from months import close, day, held, in_bank, number, reopen, until
from sqlalchemy import text

import db
import errors
from ledger import accounting, closing, journal, queries
from ledger.statement import statement


@pytest.fixture
def year(book):
    """Money in May and June, a cost in June, nothing in July, money in August."""
    book.paid_in("anna", 40, "bank:1", on=day(5))
    book.paid_in("ben", 50, "bank:2", on=day(6))
    book.spent({"anna": 10, "ben": 15}, "bill:1", on=day(6, 30))
    book.paid_in("anna", 5, "bank:3", on=day(8))
    return book


def refused(kind, work, words=""):
    with pytest.raises(kind) as caught:
        work()
    assert words in caught.value.sentence


def test_a_closed_month_keeps_what_each_fund_held_at_its_end(year):
    close(year, 5)
    close(year, 6)
    close(year, 7)
    assert until(year) == 7
    assert held(year, 5) == {("anna", "bank"): 4000}
    assert held(year, 6) == held(year, 7) == {("anna", "bank"): 3000, ("ben", "bank"): 3500}
    assert year.findings() == []


def test_nothing_can_be_posted_on_a_day_of_a_closed_month(year):
    close(year, 5)
    for on in (day(5, 31), day(5, 1), day(4), day(1)):
        refused(errors.NotPossible, lambda on=on: year.paid_in("ben", 1, "late", on=on), "closed")
    assert year.paid_in("ben", 1, "in-time", on=day(6, 1)).seq == 5
    assert year.findings() == []


def test_months_close_one_after_the_other_and_none_is_skipped(year):
    refused(closing.NotTheNext, lambda: close(year, 6), "May 2026 comes first")
    close(year, 5)
    refused(closing.ClosedAlready, lambda: close(year, 5), "May 2026")
    refused(closing.NotTheNext, lambda: close(year, 7), "June 2026")
    refused(closing.NotOver, lambda: close(year, 6, today=day(6, 30)), "June 2026")
    close(year, 6, today=day(7, 1))
    assert until(year) == 6


def test_an_empty_book_has_nothing_to_close(book):
    refused(closing.NothingHappened, lambda: close(book, 5))


def test_two_different_people_close_a_month(year):
    refused(closing.SamePerson, lambda: close(year, 5, by=(months.ANA, months.ANA)))
    close(year, 5)
    refused(closing.SamePerson, lambda: reopen(year, 5, by=(months.RAJ, months.RAJ)))


def test_a_difference_to_the_bank_needs_words(year):
    refused(closing.NotExplained, lambda: close(year, 5, says=3900))
    made = close(year, 5, "The bank took £1 by mistake", says=3900)
    assert (made.bank_says, made.bank_book, made.difference) == (3900, 4000, -100)
    assert made.words == "The bank took £1 by mistake"


def test_a_month_that_is_opened_again_takes_the_later_ones_with_it(year):
    for month in (5, 6, 7):
        close(year, month)
    refused(closing.NotClosed, lambda: reopen(year, 8))
    refused(closing.NotClosed, lambda: reopen(year, 4))
    refused(closing.WhyNeeded, lambda: reopen(year, 6, ""))
    reopen(year, 6)
    assert until(year) == 5
    refused(closing.NotClosed, lambda: reopen(year, 7))
    year.paid_in("ben", 7, "late", on=day(6))
    refused(errors.NotPossible, lambda: year.paid_in("ben", 1, "later", on=day(5)), "closed")
    close(year, 6)
    close(year, 7)
    assert held(year, 7)["ben", "bank"] == 4200
    with db.reading() as session:
        kinds = [one.kind for one in closing.history(session, year.id)]
    assert kinds == ["close", "close", "open", "close", "close", "close"]
    assert year.findings() == []


def test_the_first_month_can_be_opened_again_and_then_an_earlier_one_comes_first(year):
    close(year, 5)
    reopen(year, 5)
    assert until(year) is None
    year.paid_in("anna", 3, "early", on=day(4))
    refused(closing.NotTheNext, lambda: close(year, 5), "April 2026")
    close(year, 4)
    close(year, 5)
    assert held(year, 5) == {("anna", "bank"): 4300}
    assert year.findings() == []


def test_a_line_of_a_closed_month_is_put_right_in_an_open_one(year):
    close(year, 5)
    before = held(year, 5)
    refused(errors.NotPossible, lambda: year.undone(1, "undo:1", on=day(5)), "closed")
    year.undone(1, "undo:1", on=day(6))
    assert held(year, 5) == before == {("anna", "bank"): 4000}
    assert in_bank(year, 6) == 5000 - 2500
    assert year.findings() == []


TIN = "fund_id, 'cash_tin'"
RAW = [
    ("UPDATE month_mark SET month = month + 1", "can't be changed"),
    ("UPDATE month_mark SET words = 'Another reason'", "can't be changed"),
    ("DELETE FROM month_mark", "can't be changed"),
    ("UPDATE checkpoint SET amount = amount + 1", "can't be changed"),
    ("DELETE FROM checkpoint", "can't be changed"),
    (
        f"INSERT INTO checkpoint SELECT book_id, number, {TIN}, unit, 5 FROM checkpoint",
        "be changed",
    ),
    ("UPDATE month_total SET amount = amount + 1 WHERE month = {may}", "is closed"),
    ("DELETE FROM month_total WHERE month = {may}", "is closed"),
    (
        f"INSERT INTO month_total SELECT book_id, {{may}}, {TIN}, unit, 5 FROM checkpoint",
        "is closed",
    ),
]


@pytest.mark.parametrize(("statement", "because"), RAW)
def test_the_database_keeps_a_closed_month_as_it_is(year, statement, because):
    close(year, 5)

    def run():
        with db.transaction() as session:
            session.execute(text(statement.format(may=number(5))))

    refused(errors.NotPossible, run, because)
    assert year.findings() == []


COUNT = (
    "INSERT INTO checkpoint SELECT book_id, 3, fund_id, account, unit, {amount} FROM checkpoint"
    " WHERE number = 2"
)
COPY = (
    "INSERT INTO month_mark (book_id, number, kind, month, seq, head, until, until_on, first_by,"
    " second_by, recorded_at, bank_says, bank_book, content, hash)"
    " SELECT book_id, {number}, {kind}, {month}, {seq}, head, {until}, until_on, first_by,"
    " second_by, recorded_at, {says}, {book}, content, hash FROM month_mark WHERE number = 2"
)
HONEST = {
    "number": "3", "kind": "kind", "month": "month + 1", "seq": "seq", "until": "month + 1",
    "says": "bank_says", "book": "bank_book", "amount": "amount",
}  # fmt: skip
OPENED = {"kind": "'open'", "says": "NULL", "book": "NULL"}
ORDER, SUMS = "one after the other", "not what lay in the book"
LIES = [
    {"number": "4"},
    {"month": "month + 2", "until": "month + 2"},
    {"month": "month", "until": "month"},
    {"until": "month"},
    {"seq": "seq - 1"},
    {"amount": "amount + 1"},
    {"book": "bank_book + 1"},
    OPENED,  # a month that is open
    OPENED | {"month": "month", "until": "month"},  # and nothing opens by it
    OPENED | {"month": "month", "until": "month - 1"},  # with what lay there
]


def forge(**lie):
    """A third mark, for July, in which nothing happened: what lay there is as in June."""
    facts = HONEST | lie
    with db.transaction() as session:
        session.execute(text(COUNT.format(**facts)))
        session.execute(text(COPY.format(**facts)))


@pytest.mark.parametrize("lie", LIES)
def test_the_database_takes_no_mark_that_does_not_follow(year, lie):
    close(year, 5)
    close(year, 6)
    with pytest.raises(errors.NotPossible) as caught:
        forge(**lie)
    assert ORDER in caught.value.sentence or SUMS in caught.value.sentence
    assert year.findings() == []


def test_the_database_takes_the_forged_mark_without_a_lie_so_that_each_lie_was_what_it_refused(
    year,
):
    close(year, 5)
    close(year, 6)
    forge()
    assert until(year) == 7


def test_the_words_of_a_mark_can_go_and_the_book_still_verifies(year):
    close(year, 5, "Jo paid twice", says=1)
    with db.transaction() as session:
        session.execute(text("UPDATE month_mark SET words = NULL, salt = NULL"))
    assert year.findings() == []
    with db.reading() as session:
        assert closing.history(session, year.id)[0].words is None


def test_closing_reads_no_month_but_its_own_and_the_one_before(book):
    """However long the history, it asks the same few questions, of few rows."""
    for month in range(1, 11):
        book.paid_in("anna", 1, f"bank:{month}", on=day(month))
        if month > 1:
            close(book, month - 1)
    with db.reading() as session:
        sums = closing._sums(session, book.id, number(10))
    assert [amount for *_, amount in sums] == [1000]


COLUMNS = [
    *("month", "seq", "head", "until", "until_on", "first_by", "second_by"),
    *("recorded_at", "bank_says", "bank_book", "content", "hash", "salt", "words"),
]


@pytest.mark.parametrize("column", COLUMNS)
def test_whoever_owns_the_machine_is_found_out_by_any_change_of_a_mark(year, column):
    close(year, 5, "Jo paid twice", says=1)
    close(year, 6)
    assert year.findings() == []
    with intruder.at_work() as at:
        row = at.last_row("month_mark", year.id, "AND number = 1")
        at.write("month_mark", row, column, intruder.flipped(row[column]))
    found = year.findings()
    assert found
    assert all("Closing 1" in one or "Closing 2" in one for one in found), found


def test_whoever_owns_the_machine_is_found_out_by_any_change_of_what_lay_where(year):
    close(year, 5)
    close(year, 6)
    with intruder.at_work() as at:
        row = at.last_row("checkpoint", year.id)
        at.write("checkpoint", row, "amount", row["amount"] + 1)
    assert year.findings() == ["Closing 2: its funds is not what was sealed."]


def test_a_line_slipped_into_a_closed_month_by_whoever_owns_the_machine_is_found(year):
    close(year, 5)
    close(year, 6)
    with intruder.at_work() as at:
        at.run("UPDATE month_mark SET until = NULL, until_on = NULL")
        with db.transaction() as session:
            at_may = accounting.Facts(on=day(5), key="late")
            draft = accounting.contribution(year.fund("anna"), 100, at_may)
            journal.post(session, year.id, draft, now=NOW)
    found = year.findings()
    assert "Line 5: it is of May 2026, which was closed before." in found


def test_a_closing_made_into_an_opening_is_found(year):
    close(year, 5)
    with intruder.at_work() as at:
        at.run("UPDATE month_mark SET kind = 'open', bank_says = NULL, bank_book = NULL")
    assert "Closing 1: its kind is not what was sealed." in year.findings()


def test_a_mark_taken_out_of_the_middle_is_found(year):
    close(year, 5)
    close(year, 6)
    with intruder.at_work() as at:
        at.run("DELETE FROM month_mark WHERE number = 1")
    assert "Closing 1: is missing." in year.findings()


def test_words_in_another_mark_than_their_own_are_found(year):
    close(year, 5, "Jo paid twice", says=1)
    close(year, 6)
    with intruder.at_work() as at:
        at.run("UPDATE month_mark SET words = 'No', salt = head WHERE number = 2")
    assert year.findings() == ["Closing 2: words were added."]


POSTS = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["in", "out", "undo"]), st.integers(1, 50)),
    max_size=12,
)


@settings(max_examples=12)
@given(posts=POSTS, upto=st.integers(1, 4))
def test_the_figures_of_a_closed_month_never_move_whatever_is_posted_after(database, posts, upto):
    db.connect(database)
    book = Shelf().new_book()
    for month in range(1, 5):
        book.paid_in("anna", month, f"bank:{month}", on=day(month))
    for month in range(1, upto + 1):
        close(book, month)
    before = figures(book, upto)
    for n, (month, what, pounds) in enumerate(posts):
        with suppress(errors.NotPossible):
            if what == "in":
                book.paid_in("ben", pounds, f"more:{n}", on=day(month))
            elif what == "out":
                book.spent({"anna": pounds}, f"bill:{n}", on=day(month))
            else:
                book.undone(pounds % 4 + 1, f"undo:{n}", on=day(month))
    assert figures(book, upto) == before
    assert book.findings() == []


def figures(book, upto):
    with db.reading() as session:
        return [
            (
                queries.totals(session, book.id, number(month)),
                held(book, month),
                statement(session, book.id, book.funds.values(), day(month, 1), day(month, 28)),
            )
            for month in range(1, upto + 1)
        ]
