"""The money book, one line, the check and my statement, as members meet them."""

import csv
import io
import re
from datetime import date, timedelta

import bills_making as making
import pytest
from bills_making import HOME, device, hub
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from test_bills import passed_vote

import db
from ledger import accounting, journal
from ledger.models import Entry
from payments import said as bank_side
from pools.joining import source_of
from pools.packs import gathering
from pools.spending import bills, book_sheet


@pytest.fixture
def app(database, tmp_path):
    return making.app_at(tmp_path, database)


def posted(made, draft):
    with db.transaction() as session:
        return journal.post(session, made.pool.book_id, draft, now=making.NOW)


def put_right(made, seq, why="It was twice"):
    with db.transaction() as session:
        done = journal.reverse(
            session, made.pool.book_id, seq, why, by=made.treasurer.code, key=f"undo:{seq}",
            now=making.NOW,
        )  # fmt: skip
        bills.unpay(session, made.pool.id, seq)
    return done


def rows_of(page):
    table = page.soup.find("table", class_="book")
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all("td")]
        for row in table.find("tbody").find_all("tr")
    ]


def sheet(response):
    assert response.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"), newline="")))


# --- the book ---


def test_the_month_is_told_in_words_and_every_line_has_its_why(app):
    made = hub()
    bill = making.paid(made)
    tom = made.people[0]
    page = device(app, tom).get(HOME + "/money")
    assert "In December, people paid in £1,848. We spent £443.72. We have £1,404.28." in page
    top, *others = rows_of(page)
    assert top[0] == "18 Dec"
    assert top[1].startswith(
        "Oak Lane Care: One Thursday Shared by the days people have. 11 people shared £443.72."
        " What we agreed together see the bill"
    )
    assert top[2:] == ["", "£443.72", "£1,404.28"]
    assert page.click("see the bill").path == f"{HOME}/bills/{bill.id}"
    assert [row[1] for row in others].count("You paid in") == 1
    assert [row[1] for row in others].count("Pay in") == 10
    share = re.search(r"see your share, (£40\.3[34])", page.text)[1]
    assert f"Your share was {share}." in page.click("see your share")


def test_a_vote_behind_a_line_is_one_press_away(app):
    made = hub()
    proposal = passed_vote(made)
    making.paid(made, authority_id=proposal.id, amount=48000, now=making.later(hours=2))
    page = device(app, made.people[0]).get(HOME + "/money")
    assert page.click("Agreed by vote, 18 Dec").path == f"{HOME}/votes/{proposal.id}"
    line = page.click("Oak Lane Care: One Thursday")
    assert "Our vote: Shall we buy a kiln?" in line
    assert "Raj of thursday-hub checked it" in line


def test_a_past_month_ends_with_what_we_had_then(app):
    made = hub()
    early = accounting.Facts(on=date(2026, 10, 2), key="bank:early", words="Paid in")
    posted(made, accounting.contribution(making.fund_of(made.people[0]), 5000, early))
    tom = device(app, made.people[0])
    page = tom.get(HOME + "/money?month=2026-10")
    assert "In October, people paid in £50. We spent £0. At its end we had £50." in page
    assert len(rows_of(page)) == 1
    assert "No money moved in November." in tom.get(HOME + "/money?month=2026-11")
    assert "No lines here" in tom.get(HOME + "/money?month=2026-11")


def test_the_month_is_swapped_alone_for_who_has_script(app):
    made = hub()
    tom = device(app, made.people[0])
    whole = tom.get(HOME + "/money?month=2026-12").html
    part = tom.fragment(HOME + "/money?month=2026-12", "month").get_data(as_text=True)
    assert part.strip().startswith('<div id="month" data-say="Showing December">')
    assert part.strip() in whole


def test_lines_can_be_picked_by_kind(app):
    made = hub()
    making.paid(made)
    tom = device(app, made.people[0])
    form = tom.get(HOME + "/money")
    assert len(rows_of(form.send("Show", kind="out"))) == 1
    assert len(rows_of(form.send("Show", kind="in"))) == 11
    assert "No lines here" in form.send("Show", kind="right")


def test_the_book_goes_on_page_by_page_and_back(app):
    made = hub()
    for number in range(60):
        making.pay_in(made, made.people[0], 100 + number)
    tom = device(app, made.people[0])
    first = tom.get(HOME + "/money")
    older = first.click("Older lines")
    assert len(rows_of(first)) == 50
    assert len(rows_of(older)) == 21
    assert rows_of(older.click("Newer lines")) == rows_of(first)


@pytest.mark.parametrize(
    "query",
    ["month=x", "month=2026-13", "month=9999-01", "month=%00", "kind=x", "before=0", "before=-4",
     "before=" + "9" * 40, "month=2026-1", "month[]=1", "before=1"],
)  # fmt: skip
def test_a_strange_address_shows_the_book(app, query):
    made = hub()
    page = device(app, made.people[0]).get(f"{HOME}/money?{query}")
    assert page.status == 200


def test_an_empty_book_says_so(app):
    made = hub(paid_in=0)
    page = device(app, made.people[0]).get(HOME + "/money")
    assert "No money moved in December yet." in page
    assert "No lines yet" in page
    assert "Nothing touched this money" in page.click("My statement")


def test_the_whole_book_can_be_taken_away_as_a_file(app):
    made = hub()
    bill = making.paid(made, words="=1+1 Thursday")
    put_right(made, 1, "Twice")
    rows = sheet(device(app, made.people[0]).client.get(HOME + "/money/book.csv"))
    assert rows[0] == [
        "Line", "Date", "What for", "In", "Out", "We have", "Agreed by", "Puts right line",
    ]  # fmt: skip
    assert rows[1][0] == "13"
    assert rows[1][4:] == ["168.00", "1236.28", "", "1"]
    said = ["Oak Lane Care: =1+1 Thursday", "", "443.72", "1404.28", "Agreement", ""]
    assert rows[2] == ["12", "2026-12-18", *said]
    assert len(rows) == 14
    assert all(re.fullmatch(r"(-?\d+\.\d\d)?", cell) for row in rows[1:] for cell in row[3:6])
    assert bill.paid_seq == 12


def test_a_long_book_is_sent_whole(database):
    made = hub()
    with db.reading() as session:
        rows = list(book_sheet.csv(session, made.pool, made.people[0], step=3))
    assert [row.split(",")[0] for row in rows[2:]] == [str(seq) for seq in range(11, 0, -1)]


# --- one line ---


def test_a_line_tells_who_wrote_it_and_who_checked(app):
    made = hub()
    bill = making.paid(made)
    page = device(app, made.people[0]).get(f"{HOME}/money/{bill.paid_seq}")
    for words in (
        "Line 12 of the money book", "£443.72 went out", "Each of 11 people pays £40.34 or £40.33.",
        "Ana of thursday-hub entered the bill.", "Raj of thursday-hub checked it on Friday",
        "Ana of thursday-hub wrote this line on Friday 18 December.", "Only you see this.",
    ):  # fmt: skip
        assert words in page, words
    with db.reading() as session:
        assert session.get(Entry, (made.pool.book_id, 12)).hash.hex() in page.html
    assert page.click("Line before").h1.startswith("Line 11")


def test_a_line_that_was_put_right_tells_its_story_from_both_sides(app):
    made = hub()
    bill = making.paid(made)
    done = put_right(made, bill.paid_seq, "The bank sent it back")
    tom = device(app, made.people[0])
    page = tom.get(f"{HOME}/money/{bill.paid_seq}")
    assert "We wrote £443.72. It should not be there." in page
    other = page.click("The line that put it right")
    assert "Why: The bank sent it back" in other
    assert other.path == f"{HOME}/money/{done.seq}"
    making.pay(made, bill, key=f"line-{bill.id}")
    assert "We wrote £443.72 in the wrong place." in tom.get(f"{HOME}/money/{bill.paid_seq}")


def test_an_amount_that_was_wrong_says_what_it_should_be(app):
    made = hub()
    shares = dict.fromkeys([making.fund_of(one) for one in made.people[:10]], 9500)
    wrong = posted(
        made,
        accounting.spending(
            shares, "staff", accounting.Facts(on=making.BILLED, key="bank:1", words="Staff")
        ),
    )
    undone = put_right(made, wrong.seq, "Typed wrong")
    right = dict.fromkeys(shares, 5900)
    posted(
        made,
        accounting.spending(
            right,
            "staff",
            accounting.Facts(on=making.BILLED, key=f"fix:{undone.seq}", words="Staff"),
        ),
    )
    page = device(app, made.people[0]).get(f"{HOME}/money/{wrong.seq}")
    assert "We wrote £950. It should be £590." in page
    assert page.click("The right line").status == 200


@pytest.mark.parametrize("seq", ["0", "99", "9" * 30, "x"])
def test_a_line_that_is_not_there_is_not_found(app, seq):
    made = hub()
    assert device(app, made.people[0]).get(f"{HOME}/money/{seq}").status == 404


# --- the check ---


def test_the_check_says_that_all_lines_are_in_place(app):
    made = hub()
    making.paid(made)
    page = device(app, made.people[0]).get(HOME + "/money").click("Check that all lines")
    assert "All 12 lines are in place" in page
    with db.reading() as session:
        head = journal.recorded(session, made.pool.book_id, 12).hash
    assert head.hex() in page.html


def test_one_changed_posting_is_found_and_named(app):
    made = hub()
    making.paid(made)
    for trigger in ("ledger_append_only_posting_update", "ledger_next_only_posting_insert"):
        drop = f"DROP TRIGGER {trigger}" + ("" if db.is_sqlite() else " ON posting")
        with db.transaction() as session:
            session.connection().execute(text(drop))
    with db.transaction() as session:
        session.connection().execute(
            text("UPDATE posting SET amount = amount + 1 WHERE seq = 5 AND line = 1")
        )
    page = device(app, made.people[0]).get(HOME + "/money/check")
    assert "Something is not as it was written." in page
    assert page.click("See line 5").path == f"{HOME}/money/5"


# --- my statement ---


def test_my_statement_adds_up(app):
    made = hub()
    making.paid(made)
    tom = made.people[0]
    page = device(app, tom).get(HOME + "/statement")
    mine = re.search(r"Your share of what we spent was (£40\.3[34])", page.text)[1]
    left = {"£40.34": "£127.66", "£40.33": "£127.67"}[mine]
    assert f"You paid in £168. Your share of what we spent was {mine}. {left} of your money" in page
    rows = rows_of(page)
    assert [row[0] for row in rows] == ["5 Dec 2026", "18 Dec 2026"]
    assert rows[0][1:] == ["Paid in", "£168.00", "", "£168.00"]
    assert rows[1][1].startswith("Oak Lane Care: One Thursday 11 people shared £443.72.")
    assert rows[1][2:] == ["", mine, left]
    assert "Put this on each payment" in page


def test_the_closing_of_a_period_is_the_opening_of_the_next(app):
    made = hub()
    making.paid(made)
    start, tom = date(2026, 12, 1), made.people[0]
    with db.reading() as session:
        closing = None
        for days in (4, 1, 13, 3, 9):
            end = start + timedelta(days=days - 1)
            found = gathering.statement(
                session, made.pool, tom, gathering.Days(start, end), bank=bank_side.of_bank
            )
            of = found.sums
            assert of.opening + of.paid_in - of.spent + of.moved + of.put_right == of.closing
            assert closing in {None, of.opening}
            assert sum(one.closing for one in found.sources) == of.closing
            closing, start = of.closing, end + timedelta(days=1)
        assert closing in {12766, 12767}


def test_money_from_two_places_is_told_apart(app):
    made = hub()
    tom = made.people[0]
    with db.transaction() as session:
        own = source_of(session, tom, "own_money", now=making.NOW)
    facts = accounting.Facts(on=date(2026, 12, 6), key="bank:own", words="Paid in")
    posted(made, accounting.contribution(own.fund_id, 2500, facts))
    page = device(app, tom).get(HOME + "/statement")
    for words in ("Direct payment", "My own money", own.reference, "£25.00", "£168.00", "£193.00"):
        assert words in page, words


def test_what_was_put_right_stands_by_itself(app):
    made = hub()
    tom = made.people[0]
    put_right(made, 1, "It was twice")
    page = device(app, tom).get(HOME + "/statement")
    assert "Put right: It was twice" in page
    assert "−£168.00" in page


def test_the_ready_periods_and_any_other(app):
    made = hub()
    tom = device(app, made.people[0])
    page = tom.get(HOME + "/statement")
    assert "From Tuesday 1 December to Friday 18 December." in page
    last = page.click("Last month")
    assert "From Sunday 1 November to Monday 30 November." in last
    assert "Nothing touched this money" in last
    assert "From Tuesday 1 December" in page.click("Everything")
    assert "From Thursday 1 January" in page.click("This year")
    own = page.send("Show these days", **{"from": "2026-12-05", "to": "05/12/2026"})
    assert "Hub. Saturday 5 December." in own
    assert len(rows_of(own)) == 1


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=x&to=2026-12-01", "Pick a day."),
        ("from=2026-12-02&to=2026-12-01", "Pick a first day that is not after the last day."),
        ("from=2026-02-30", "Pick a day."),
    ],
)
def test_days_that_can_not_be_read_are_named(app, query, sentence):
    made = hub()
    for path in ("statement", "statement.csv"):
        page = device(app, made.people[0]).get(f"{HOME}/{path}?{query}")
        assert page.status == 422
        assert sentence in page


@pytest.mark.parametrize("query", ["from=0001-01-01&to=9999-12-31", "from=", "to=2026-01-01"])
def test_any_days_that_can_be_read_are_shown(app, query):
    made = hub()
    assert device(app, made.people[0]).get(f"{HOME}/statement?{query}").status == 200


def test_my_statement_as_a_file(app):
    made = hub()
    making.paid(made)
    page = device(app, made.people[0]).get(HOME + "/statement")
    response = page.browser.client.get(page.links()["Download for a spreadsheet"])
    rows = sheet(response)
    sums = {row[2]: row[4] for row in rows if row[0] == "Sums"}
    lines = [row for row in rows if row[0] == "Lines"]
    assert sums["At the start"] == "0.00"
    assert lines[1][10:12] == ["443.72", "11"]
    assert sums["At the end"] == lines[-1][5]
    assert len({len(row) for row in rows}) == 1
    assert "statement-2026-12-01-2026-12-18.csv" in response.headers["Content-Disposition"]


def test_somebody_without_money_here_has_an_empty_statement(app):
    made = hub()
    page = device(app, made.checker).get(HOME + "/statement")
    assert "You have not told us yet where your money comes from." in page


# --- nobody else's name or amount ---


def test_no_page_of_money_tells_another_member(app):
    """Every member has a name and sums of their own; a crawl by one finds none of the others'."""
    made = hub(paid_in=0)
    own = {}
    for number, one in enumerate(made.people):
        own[one.id] = 17011 + number * 1013
        making.pay_in(made, one, own[one.id])
    bill = making.paid(made)
    put_right(made, 2, "CANARY-REASON of Canary 1")
    tom = made.people[0]
    browser = device(app, tom)
    paths = [
        "/money", "/money?month=2026-12", "/money?kind=in", "/money/check", "/statement",
        "/statement?from=2026-01-01&to=2026-12-31", "/bills", f"/bills/{bill.id}", "",
        *(f"/money/{seq}" for seq in range(1, 14)),
    ]  # fmt: skip
    words = [browser.get(HOME + path).html for path in paths]
    for path in ("/money/book.csv", "/statement.csv"):
        words.append(browser.client.get(HOME + path).get_data(as_text=True))
    for one in made.people[1:]:
        assert not any(re.search(rf"\b{re.escape(one.name)}\b", text) for text in words), one.name
        left = own[one.id] - 4034, own[one.id] - 4033
        for pence in left:
            said = f"{pence // 100}.{pence % 100:02}"
            assert not any(re.search(rf"(?<!\d){said}(?!\d)", text) for text in words), said
    assert not any("CANARY-REASON" in text for text in words)


def test_the_card_of_the_group_page_shows_what_we_have(app):
    made = hub()
    making.paid(made)
    page = device(app, made.people[0]).get(HOME)
    assert "Our money" in page
    assert "£1,404.28 we have now" in page
    assert page.click("Where the money went").path == HOME + "/money"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(["/money", "/statement", "/statement.csv", "/money/book.csv"]),
    query=st.dictionaries(
        st.sampled_from(["month", "kind", "before", "from", "to", "id"]),
        st.one_of(st.text(max_size=12), st.sampled_from(["2026-12", "2026-12-05", "in", "5"])),
    ),
)
def test_whatever_is_asked_breaks_nothing(browsed, path, query):
    response = browsed.client.get(HOME + path, query_string=query)
    assert response.status_code in {200, 422}


@pytest.fixture
def browsed(app):
    made = hub()
    return device(app, made.people[0])
