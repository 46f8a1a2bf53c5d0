"""What pages show: each line once whichever way one walks, and statements that always add up."""

import calendar
from collections import defaultdict
from contextlib import suppress
from datetime import date, timedelta

import pytest
from books import NOW, Shelf, forget_words
from hypothesis import given, settings
from hypothesis import strategies as st

import db
from ledger import accounting, journal, queries
from ledger.accounting import Facts, month_of

FIRST = date(2026, 1, 1)
NAMES = ["anna", "ben", "reserve"]
DAYS = st.integers(0, 200).map(lambda days: FIRST + timedelta(days=days))
HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "spend", "give", "back"]),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.integers(1, 9000),
        DAYS,
    ),
    min_size=1,
    max_size=25,
)


def draft(book, number, what, who, other, amount, on):
    facts = Facts(on=on, key=f"k:{number}", words=f"{what} {number}", outside=True)
    one, two = book.fund(who), book.fund(other)
    if what == "spend":
        return accounting.spending({two: amount // 2, one: amount}, "meals", facts)
    if what == "give" and one != two:
        return accounting.transfer(one, two, amount, facts)
    if what == "back":
        return accounting.paid_back(one, amount, facts)
    return accounting.contribution(one, amount, facts)


def filled(happenings, undo=()):
    """A new book in which all this happened, and some of it was put right later."""
    book = Shelf().new_book()
    drafts = [draft(book, number, *facts) for number, facts in enumerate(happenings)]
    with db.transaction() as session:
        journal.post_many(session, book.id, drafts, now=NOW)
    later = FIRST + timedelta(days=201)
    for seq in sorted(undo):
        with suppress(journal.NotEnough, journal.NoSuchEntry, accounting.NotPutRightTwice):
            book.undone(seq, f"undo:{seq}", on=later)
    return book


def walked(book, size, **filters):
    """All pages from the newest to the oldest, and back again by `newer`."""
    with db.reading() as session:
        pages = [queries.book_page(session, book.id, size=size, **filters)]
        while pages[-1].older is not None:
            page = queries.book_page(session, book.id, before=pages[-1].older, size=size, **filters)
            pages.append(page)
        back = [pages[-1]]
        while back[-1].newer is not None:
            page = queries.book_page(session, book.id, before=back[-1].newer, size=size, **filters)
            back.append(page)
    there = [line.seq for page in pages for line in page.lines]
    seen = {line.seq for page in back for line in page.lines}
    assert there == sorted(seen, reverse=True)
    return [line for page in pages for line in page.lines]


@settings(max_examples=25)
@given(happenings=HAPPENINGS, undo=st.sets(st.integers(1, 9)), size=st.integers(1, 7))
def test_walking_the_pages_shows_each_line_once_and_the_running_total(
    database, happenings, undo, size
):
    book = filled(happenings, undo)
    lines = walked(book, size)
    assert [line.seq for line in lines] == list(range(book.head().seq, 0, -1))
    total = 0
    for line in reversed(lines):
        total += line.money_in - line.money_out
        assert line.total == total
        assert min(line.money_in, line.money_out) == 0
    assert book.head().total == total
    reversed_by = {line.reverses: line.seq for line in lines if line.reverses}
    assert {line.seq: line.reversed_by for line in lines if line.reversed_by} == reversed_by


@settings(max_examples=15)
@given(happenings=HAPPENINGS, size=st.integers(1, 5))
def test_a_filter_shows_exactly_the_lines_it_names(database, happenings, size):
    book = filled(happenings, {1})
    everything = walked(book, 50)
    for month in {month_of(line.happened_on) for line in everything}:
        of_month = [line for line in everything if month_of(line.happened_on) == month]
        assert walked(book, size, month=month) == of_month
        for kind in {line.kind for line in everything}:
            wanted = [line for line in of_month if line.kind == kind]
            assert walked(book, size, month=month, kind=kind) == wanted
    for kind in ("contribution", "spending", "transfer", "reversal", "nothing"):
        assert walked(book, size, kind=kind) == [x for x in everything if x.kind == kind]


@settings(max_examples=25)
@given(
    happenings=HAPPENINGS,
    undo=st.sets(st.integers(1, 9)),
    whose=st.sets(st.sampled_from(NAMES), min_size=1),
    since=DAYS,
    days=st.integers(0, 250),
)
def test_a_statement_adds_up_and_agrees_with_every_line_of_the_book(
    database, happenings, undo, whose, since, days
):
    book = filled(happenings, undo)
    funds, until = {book.fund(name) for name in whose}, since + timedelta(days=days)
    with db.reading() as session:
        said = queries.statement(session, book.id, funds, since, until)
        later = queries.statement(session, book.id, funds, until + timedelta(days=1), date.max)
        ever = queries.statement(session, book.id, funds, date.min, date.max)
        held = sum(queries.fund_money(session, book.id, funds).values())
    sums = said.opening + said.paid_in - said.spent + said.moved + said.put_right
    assert sums == said.closing
    assert said.opening + sum(line.share for line in said.lines) == said.closing
    assert later.opening == said.closing
    assert later.closing == ever.closing == held
    assert ever.opening == 0
    assert [*by_plain_sums(book, funds, since, until)] == [
        (line.seq, line.account, line.share) for line in said.lines
    ]


def by_plain_sums(book, funds, since, until):
    """The lines of a statement the long way round, from every posting of the book."""
    with db.reading() as session:
        for on, seq in sorted((line.happened_on, line.seq) for line in walked(book, 50)):
            if not since <= on <= until:
                continue
            shares = defaultdict(int)
            for line in journal.recorded(session, book.id, seq).lines:
                if line.fund_id in funds and line.account != "bank":
                    shares[line.account] -= line.amount
            yield from (
                (seq, account, shares[account]) for account in sorted(shares) if shares[account]
            )


@settings(max_examples=15)
@given(happenings=HAPPENINGS)
def test_everyones_money_together_is_what_we_have_and_what_the_months_say(database, happenings):
    book = filled(happenings)
    with db.reading() as session:
        held = queries.fund_money(session, book.id, list(book.funds.values()))
        months = {month_of(FIRST) + n for n in range(8)}
        totals = [queries.totals(session, book.id, month) for month in months]
        trial = queries.trial_balance(session, book.id)
        assert sum(held.values()) == book.head().total == queries.held_in(session, book.id, "bank")
    assert sum(month.all_in - month.all_out for month in totals) == book.head().total
    assert sum(line.amount for line in trial) == 0
    assert sum(line.amount for line in trial if line.account == "between_funds") == 0


def test_a_fund_nobody_paid_into_has_nothing_and_is_still_there(book):
    with db.reading() as session:
        anna = book.fund("anna")
        assert queries.fund_money(session, book.id, [anna]) == {anna: 0}
        assert queries.fund_money(session, book.id, []) == {}
        assert queries.fund_balance(session, book.id, anna) == {}
        said = queries.statement(session, book.id, [anna], FIRST, FIRST)
        assert (said.opening, said.lines, said.closing) == (0, (), 0)


def test_each_account_of_a_fund_is_told(book):
    book.paid_in("anna", 40, "bank:1")
    book.spent({"anna": 10}, "bill:1", cost="meals")
    with db.reading() as session:
        told = queries.fund_balance(session, book.id, book.fund("anna"))
    assert told == {"bank": 3000, "contributions": -4000, "meals": 1000}


def test_words_that_were_deleted_leave_their_line(book):
    book.paid_in("anna", 40, "bank:1")
    with db.transaction() as session:
        forget_words(session, book.id, [1])
    (line,) = walked(book, 5)
    assert (line.words, line.money_in) == (None, 4000)


def test_a_page_beyond_the_end_is_empty_and_leads_back(book):
    book.paid_in("anna", 40, "bank:1")
    with db.reading() as session:
        page = queries.book_page(session, book.id, before=1)
        assert (page.lines, page.older, page.newer) == ((), None, 2)
        page = queries.book_page(session, book.id, before=2**70)
        assert [line.seq for line in page.lines] == [1]
        with pytest.raises(journal.NoSuchBook):
            queries.head(session, book.fund("anna"))


@pytest.mark.parametrize("number", [-(2**70), -1, 0, 2**31, 2**63, 2**70])
def test_numbers_that_no_book_has_find_nothing_and_break_nothing(book, number):
    book.paid_in("anna", 40, "bank:1")
    with db.reading() as session:
        queries.book_page(session, book.id, before=number)
        assert queries.book_page(session, book.id, month=number).lines == ()
        assert queries.totals(session, book.id, number).all_in == 0
        with pytest.raises(journal.NoSuchEntry):
            journal.recorded(session, book.id, number)


@pytest.mark.parametrize("kind", ["", "a\0b", "spending'; --", "k" * 500, "\ud800"])
def test_kinds_that_no_line_has_find_nothing(book, kind):
    book.paid_in("anna", 40, "bank:1")
    with db.reading() as session:
        assert queries.book_page(session, book.id, kind=kind).lines == ()


def steps(work):
    """How many steps of SQLite's machine some work takes: its cost, the same on every computer."""
    count = 0

    def one():
        nonlocal count
        count += 1

    with db.reading() as session:
        raw = session.connection().connection.dbapi_connection
        raw.set_progress_handler(one, 1)
        try:
            work(session)
        finally:
            raw.set_progress_handler(None, 0)
    return count


def monthly(book, months):
    """Two people's dues and a bill each month: a history that grows."""
    start = book.head().seq
    drafts = []
    for n in range(months):
        year, month = divmod(2026 * 12 + start // 3 + n, 12)
        on = date(year, month + 1, calendar.monthrange(year, month + 1)[1])
        for what, who in (("pay", "anna"), ("pay", "ben"), ("spend", "anna")):
            drafts.append(draft(book, start + len(drafts), what, who, "ben", 1000, on))
    with db.transaction() as session:
        journal.post_many(session, book.id, drafts, now=NOW)


def test_no_page_costs_more_when_the_book_is_fifty_times_as_long(book):
    if not db.is_sqlite():
        return  # steps are counted on SQLite; the statements and the indexes are the same
    pages = {
        "newest": lambda s: queries.book_page(s, book.id),
        "older": lambda s: queries.book_page(s, book.id, before=100),
        "a month": lambda s: queries.book_page(s, book.id, month=month_of(date(2027, 3, 1))),
        "common": lambda s: queries.book_page(s, book.id, kind="spending", before=160),
        "rare": lambda s: queries.book_page(s, book.id, kind="reversal"),
        "head": lambda s: queries.head(s, book.id),
        "money": lambda s: queries.fund_money(s, book.id, [book.fund("anna")]),
        "totals": lambda s: queries.totals(s, book.id, month_of(date(2027, 3, 1))),
        "statement": lambda s: queries.statement(
            s, book.id, [book.fund("anna")], date(2027, 3, 5), date(2027, 5, 5)
        ),
    }  # fmt: skip
    monthly(book, 110)
    before = {name: steps(work) for name, work in pages.items()}
    for _ in range(5):
        monthly(book, 1100)
    after = {name: steps(work) for name, work in pages.items()}
    assert {name for name in pages if after[name] > before[name] * 1.1} == set()
