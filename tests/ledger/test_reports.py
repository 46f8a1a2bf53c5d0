"""Sums of a book: they agree with the trial balance and with every line, cost the same however long
the book is, and never tell what fewer than three people paid.
"""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from books import NOW, Shelf
from databases import ON_POSTGRES
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from test_book_queries import DAYS, FIRST, HAPPENINGS, filled

import db
from ledger import accounting, journal, queries, reports
from ledger.accounting import Facts, month_of

ALWAYS = (0, 9999 * 12)
SOURCES = ("direct_payment", "isf", "health_budget", "own_money")


def read(asked, *facts):
    with db.reading() as session:
        return asked(session, *facts)


# --- sums ---


@settings(max_examples=25)
@given(happenings=HAPPENINGS, undo=st.sets(st.integers(1, 9)))
def test_all_months_together_are_the_trial_balance(database, happenings, undo):
    book = filled(happenings, undo)
    found = read(reports.sums, book.id, *ALWAYS)
    held = read(queries.trial_balance, book.id)
    for kind, sign in (("income", -1), ("cost", 1), ("asset", 1)):
        told = {account: n for account, n in reports.by_account(found, kind).items() if n}
        assert told == {h.account: sign * h.amount for h in held if h.kind == kind and h.amount}
        assert sum(reports.by_month(found, kind).values()) == sum(told.values())
    growing = sum(reports.by_account(found, "asset").values())
    assert growing == book.head().total


@settings(max_examples=25)
@given(happenings=HAPPENINGS, undo=st.sets(st.integers(1, 9)), since=DAYS, months=st.integers(0, 4))
def test_each_month_is_what_its_own_page_says(database, happenings, undo, since, months):
    book = filled(happenings, undo)
    first = month_of(since)
    found = read(reports.sums, book.id, first, first + months)
    assert {one.month for one in found} <= set(range(first, first + months + 1))
    for month in range(first, first + months + 1):
        mine = [one for one in found if one.month == month]
        page = read(queries.totals, book.id, month)
        assert reports.by_account(mine, "income") == page.paid_in
        assert reports.by_account(mine, "cost") == page.spent


@settings(max_examples=15)
@given(happenings=HAPPENINGS)
def test_the_span_is_from_the_first_to_the_last_month_of_the_lines(database, happenings):
    book = filled(happenings)
    with db.reading() as session:
        months = [month_of(line.happened_on) for line in queries.book_page(session, book.id).lines]
    assert read(reports.span, book.id) == (min(months), max(months))


def test_an_empty_book_has_no_span_and_no_sums(book):
    assert read(reports.span, book.id) is None
    assert read(reports.sums, book.id, *ALWAYS) == ()
    assert read(reports.by_source, book.id, *ALWAYS) == ()


def test_time_that_was_given_is_no_money(book):
    book.paid_in("anna", 40, "bank:1")
    with db.transaction() as session:
        for account in (("time_given", "cost"), ("time_got", "income")):
            session.execute(
                text("INSERT INTO account (book_id, code, kind) VALUES (:book, :code, :kind)"),
                {"book": book.id if ON_POSTGRES else book.id.hex, "code": account[0],
                 "kind": account[1]},
            )  # fmt: skip
        lines = (
            accounting.Line("time_given", book.fund("anna"), 90, "minutes"),
            accounting.Line("time_got", book.fund("anna"), -90, "minutes"),
        )
        draft = accounting.Draft("hours", FIRST, lines, "form:1")
        journal.post(session, book.id, draft, now=NOW)
    assert {one.account for one in read(reports.sums, book.id, *ALWAYS)} == {
        "bank",
        "contributions",
    }


# --- by source ---


def of_sources(rows):
    """A book of (person, source, pounds in, pounds of it spent)."""
    book = Shelf().new_book()
    owners = {}
    with db.transaction() as session:
        for number, (person, source, came, spent) in enumerate(rows):
            owner = owners.setdefault(person, uuid4())
            fund = fund_of(session, book, owner, source)
            facts = Facts(on=FIRST, key=f"in:{number}", words="Paid in", outside=True)
            if came:
                draft = accounting.contribution(fund, came * 100, facts)
                journal.post(session, book.id, draft, now=NOW)
            if spent:
                facts = Facts(on=FIRST, key=f"out:{number}", words="A bill", outside=True)
                draft = accounting.spending({fund: spent * 100}, "meals", facts)
                journal.post(session, book.id, draft, now=NOW)
    return book


def fund_of(session, book, owner, source):
    key = (owner, source)
    if key not in book.funds:
        book.funds[key] = journal.open_fund(session, book.id, "member", owner, source)
    return book.funds[key]


def told(book):
    month = month_of(FIRST)
    return {
        (one.kind, one.members): (one.paid_in // 100, one.spent // 100)
        for one in read(reports.by_source, book.id, month, month)
    }


def test_a_source_of_fewer_than_three_people_is_told_with_others(database):
    rows = [(n, "direct_payment", 40, 30) for n in range(7)]
    rows += [(7, "isf", 41, 31), (8, "health_budget", 42, 32), (9, "own_money", 43, 33),
             (10, "own_money", 44, 34)]  # fmt: skip
    assert told(of_sources(rows)) == {
        ("direct_payment", True): (280, 210),
        ("other", True): (170, 130),
    }


def test_one_other_person_is_not_found_by_taking_away(database):
    rows = [(n, "direct_payment", 40, 30) for n in range(3)]
    rows += [(n, "own_money", 40, 30) for n in range(3, 8)]
    rows += [(8, "isf", 41, 31)]
    assert told(of_sources(rows)) == {
        ("own_money", True): (200, 150),
        ("other", True): (161, 121),
    }


def test_where_all_are_few_there_is_one_sum_for_everyone(database):
    rows = [(0, "direct_payment", 40, 30), (1, "isf", 41, 31)]
    assert told(of_sources(rows)) == {("everyone", True): (81, 61)}


def test_a_person_with_two_sources_is_one_person(database):
    rows = [(n, "direct_payment", 40, 0) for n in range(4)]
    rows += [(8, "isf", 10, 0), (8, "own_money", 10, 0), (9, "own_money", 10, 0)]
    assert told(of_sources(rows)) == {("everyone", True): (190, 0)}


def test_few_who_paid_are_hidden_though_many_have_such_money(database):
    """Three spent, but what came in would be one person's own amount."""
    rows = [(n, "own_money", 0, 30) for n in range(3)] + [(0, "own_money", 40, 0)]
    rows += [(n, "direct_payment", 40, 30) for n in range(3, 9)]
    assert told(of_sources(rows)) == {("everyone", True): (280, 270)}


def test_money_of_nobody_is_told_by_what_it_is_for(book):
    facts = Facts(on=FIRST, key="bank:1", words="A gift", outside=True)
    gift = accounting.contribution(book.fund("solidarity"), 5000, facts, account="grants")
    book.post(gift)
    assert told(book) == {("solidarity", False): (50, 0)}


@settings(max_examples=25)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 9), st.sampled_from(SOURCES), st.integers(0, 90), st.integers(0, 90)
        ),
        max_size=16,
    )
)
def test_sources_sum_to_all_that_came_in_and_was_spent(database, rows):
    book = of_sources(rows)
    found = read(reports.by_source, book.id, *ALWAYS)
    sums = read(reports.sums, book.id, *ALWAYS)
    assert sum(one.paid_in for one in found) == sum(reports.by_account(sums, "income").values())
    assert sum(one.spent for one in found) == sum(reports.by_account(sums, "cost").values())


OWNED = st.dictionaries(
    st.sampled_from(SOURCES),
    st.dictionaries(
        st.integers(0, 12).map(lambda n: UUID(int=n)),
        st.tuples(st.integers(0, 500), st.integers(0, 500)),
        max_size=8,
    ),
)


@given(owned=OWNED)
def test_behind_every_figure_that_is_told_stand_three_or_it_is_everyones(owned):
    found = reports.folded(owned)
    whole = Counter()
    for people in owned.values():
        for came, spent in people.values():
            whole.update({"in": came, "out": spent})
    assert sum(c for people in found.values() for c, _ in people.values()) == whole["in"]
    assert sum(s for people in found.values() for _, s in people.values()) == whole["out"]
    if reports.EVERYONE in found:
        assert set(found) == {reports.EVERYONE}
        return
    for people in found.values():
        for side in (0, 1):
            assert sum(1 for sides in people.values() if sides[side]) not in {1, 2}


@given(owned=OWNED, data=st.data())
def test_the_order_of_people_and_sources_changes_nothing(owned, data):
    turned = {
        kind: dict(data.draw(st.permutations(list(owned[kind].items()))))
        for kind in data.draw(st.permutations(list(owned)))
    }
    assert reports.folded(turned) == reports.folded(owned)


# --- lately ---


def test_what_was_paid_lately_is_by_fund_and_day(book):
    book.paid_in("anna", 40, "bank:1", on=date(2026, 1, 5))
    book.paid_in("anna", 30, "bank:2", on=date(2026, 3, 5))
    book.paid_in("anna", 2, "bank:3", on=date(2026, 3, 5))
    book.paid_in("ben", 50, "bank:4", on=date(2026, 4, 6))
    book.paid_in("cleo", 60, "bank:5", on=date(2026, 4, 6))
    asked = [book.fund("anna"), book.fund("ben")]
    found = read(reports.paid_lately, book.id, asked, date(2026, 3, 1), date(2026, 4, 6))
    assert [(one.fund_id, one.on, one.amount) for one in found] == [
        (book.fund("anna"), date(2026, 3, 5), 3200),
        (book.fund("ben"), date(2026, 4, 6), 5000),
    ]
    assert read(reports.paid_lately, book.id, [], date(2026, 3, 1), date(2026, 4, 6)) == ()


# --- the cost ---

ASKED = {
    "sums": (reports.sums, 24312, 24323),
    "by_source": (reports.by_source, 24312, 24323),
    "span": (reports.span,),
    "paid_lately": (reports.paid_lately, [uuid4()], FIRST, FIRST + timedelta(days=90)),
}


def statements_of(book, name):
    asked, *facts = ASKED[name]
    seen = []

    def kept(_connection, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    event.listen(db.engine(), "before_cursor_execute", kept)
    try:
        read(asked, book.id, *facts)
    finally:
        event.remove(db.engine(), "before_cursor_execute", kept)
    return [one for one in seen if one[0].lstrip().upper().startswith("SELECT")]


@pytest.mark.parametrize("name", ASKED)
def test_no_question_of_a_report_walks_through_the_whole_book(book, name):
    book.paid_in("anna", 40, "bank:1")
    for statement, parameters in statements_of(book, name):
        with db.engine().connect() as connection:
            if ON_POSTGRES:
                connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
                explain, parts = "EXPLAIN", ("Seq Scan on month_total", "Seq Scan on posting",
                                             "Seq Scan on entry")  # fmt: skip
            else:
                explain, parts = "EXPLAIN QUERY PLAN", ("SCAN month_total", "SCAN posting",
                                                        "SCAN entry")  # fmt: skip
            plan = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
        said = "\n".join(" ".join(map(str, row)) for row in plan)
        assert not [part for part in parts if part in said], said
        if name in {"sums", "by_source"}:
            assert "month>" in said.replace(" ", ""), said


def test_a_book_with_more_lines_a_month_keeps_no_more_sums(book):
    """What a report reads is one row for each month, fund and account; lines do not count."""

    def kept():
        with db.reading() as session:
            return session.execute(text("SELECT count(*) FROM month_total")).scalar_one()

    for number in range(3):
        book.paid_in("anna", 1 + number, f"bank:{number}")
    before = kept()
    drafts = [
        accounting.contribution(book.fund("anna"), 100, Facts(on=FIRST, key=f"more:{n}"))
        for n in range(200)
    ]
    with db.transaction() as session:
        journal.post_many(session, book.id, drafts, now=NOW)
    assert kept() == before + 2  # a new month of the same fund: what came in, and the bank
