"""How is our money doing: the page, its pictures and its files, as members meet them."""

import csv
import io
import re
from datetime import date

import bills_making as making
import pytest
from bills_making import HOME, device, hub
from sqlalchemy import event
from sqlmodel import select
from test_bills import passed_vote

import db
from ledger import accounting, journal, queries, reports
from pools import joining
from pools.clubbing.models import Place
from pools.clubbing.words import SOURCES
from pools.models import Pool
from pools.spending import report_queries

REPORTS = HOME + "/money/reports"
SAYINGS = re.compile(r"[^.!?]+[.!?]")


@pytest.fixture
def app(database, tmp_path):
    return making.app_at(tmp_path, database)


def sheet(response):
    assert response.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"), newline="")))


def file(browser, kind, year=""):
    return sheet(browser.client.get(f"{REPORTS}.csv?kind={kind}&year={year}"))


def spend(made, cost, amount, on=date(2026, 12, 10)):
    """A bill of any kind, straight into the book."""
    facts = accounting.Facts(on=on, key=f"bill:{db.new_id()}", words="A bill", outside=True)
    fund = making.fund_of(made.people[0])
    with db.transaction() as session:
        draft = accounting.spending({fund: amount}, cost, facts)
        journal.post(session, made.pool.book_id, draft, now=making.NOW)


def found(made, year=""):
    with db.reading() as session:
        pool = session.get_one(Pool, made.pool.id)
        return report_queries.page(session, pool, year, now=making.NOW)


# --- the page ---


def test_the_page_is_one_press_from_the_money_book_and_says_how_we_stand(app):
    made = hub()
    tom = device(app, made.people[0])
    page = tom.get(HOME + "/money").click("How is our money doing?")
    assert page.path == REPORTS
    assert "Once our bills are paid, our money grows by about £73 a month." in page
    assert "In 2026, £1,848 came in. We spent £0." in page
    assert "Most of our money came from" in page
    assert "We spent no money in 2026." in page


def test_what_each_pound_bought_is_told_in_ten_coins_and_a_hundred_pence(app):
    made = hub()
    for cost, amount in (("staff", 67000), ("building", 21000), ("meals", 9900),
                         ("running_costs", 2100)):  # fmt: skip
        spend(made, cost, amount)
    page = device(app, made.people[0]).get(REPORTS)
    assert "About £7 of every £10 paid for staff." in page
    coins = page.soup.find(class_="coins")
    assert coins["aria-label"] == "Of every £10: £7 staff, £2 rooms, £1 food."
    assert len(coins.find_all("circle")) == 10
    pound = page.soup.find(class_="pound")
    assert pound["aria-label"] == (
        "Of each £1: 67p staff, 21p rooms, 10p food, 2p running the group."
    )
    assert "For every £100 we spent, £2.10 ran the group." in page


def test_small_kinds_of_cost_are_told_together_and_nothing_is_lost():
    amounts = dict(zip(accounting.COSTS, range(100, 2000, 100), strict=False))
    parts = report_queries.parts(amounts)
    assert len(parts) == 5
    assert parts[-1].name == "other things"
    assert sum(one.amount for one in parts) == sum(amounts.values())
    assert sum(one.coins for one in parts) == 10
    assert sum(one.pence for one in parts) == 100
    assert report_queries.parts({"meals": -5, "staff": 0}) == ()


def test_running_costs_insurance_and_card_fees_ran_the_group():
    spent = {"staff": 97900, "running_costs": 1000, "insurance": 900, "card_fees": 200}
    assert report_queries.of_hundred(spent) == 210
    assert report_queries.of_hundred({"staff": 500}) == 0
    assert report_queries.of_hundred({}) == 0
    assert report_queries.of_hundred({"insurance": 500}) == 10000


def test_every_picture_has_its_sentence_its_words_and_its_numbers(app):
    made = hub()
    making.paid(made)
    page = device(app, made.people[0]).get(REPORTS)
    main = page.soup.find("main")
    drawn = main.find_all(attrs={"role": "img"})
    assert len(drawn) == 5
    assert all(one["aria-label"].strip() for one in drawn)
    for one in drawn:
        panel = one.find_parent("section")
        assert panel.find("details", class_="numbers").find("table")
        assert panel.find("h2")
    for svg in main.find_all("svg"):
        assert svg.get("aria-hidden") == "true" or svg.get("role") == "img"


def test_bills_days_without_a_bill_and_votes_are_taken_off_before_the_forecast(app):
    made = hub()
    passed_vote(made)  # £480 for a kiln, agreed and not spent
    making.enter(made)  # one Thursday, not paid
    ahead = found(made).outlook
    thursdays = 3  # 3, 10 and 17 December; one of them has its bill
    assert (ahead.unpaid, ahead.unbilled, ahead.voted) == (
        making.SESSION,
        (thursdays - 1) * making.SESSION,
        48000,
    )
    owed = thursdays * making.SESSION + 48000
    assert ahead.forecast.owed == owed
    assert (ahead.week_in, ahead.week_out) == (11 * 4200, making.SESSION)
    # All paid for four weeks, and three of the Thursdays are over.
    assert ahead.ahead == 11 * 4200
    first = ahead.forecast.points[0]  # 24 and 31 December
    assert first.have == 11 * 16800 - owed + 2 * 1828 - ahead.ahead
    page = device(app, made.people[0]).get(REPORTS)
    assert "Agreed by vote, not spent yet −£480.00" in page
    assert "Days that had no bill yet −£887.44" in page
    assert "Each week, our places pay £462.00" in page


def test_the_safety_money_is_four_weeks_of_fixed_cost(app):
    made = hub()
    assert found(made).balance.keep == 162088
    page = device(app, made.people[0]).get(REPORTS)
    assert "The safety money: £1,620.88" in page
    assert "Our safety money is 4 weeks of what stays the same, however many come." in page


def test_somebody_who_gave_notice_is_in_the_forecast_until_then_only(app):
    made = hub()
    with db.transaction() as session:
        place = session.exec(select(Place).where(Place.membership_id == made.people[0].id)).one()
        place.left_on = date(2027, 1, 15)
        session.add(place)
    assert found(made).outlook.forecast.pace == 4 * -2022


def test_a_group_without_places_says_what_it_has_and_no_more(app):
    made = making.rounds.group("new-group", days=(making.rounds.THURSDAY,))
    page = device(app, made.organiser).get("/g/new-group/money/reports")
    assert "We have £0." in page
    assert "Once enough people are in, this shows what lies ahead." in page
    assert "No money moved in 2026." in page
    assert page.soup.find(class_="balance") is None


# --- months and years ---


def test_months_and_years_are_drawn_and_can_be_chosen(app):
    made = hub()
    making.pay_in(made, made.people[0], 5000, on=date(2025, 3, 2))
    spend(made, "meals", 1200, on=date(2025, 4, 2))
    tom = device(app, made.people[0])
    page = tom.get(REPORTS)
    assert "We spent most in 2025: £12." in page
    older = page.send("Show", year="2025")
    assert "In 2025, £50 came in. We spent £12." in older
    rows = file(tom, "months", 2025)
    assert rows[0] == ["2025", "Came in", "We spent", "Left over"]
    assert rows[1:3] == [["March", "50.00", "0.00", "50.00"], ["April", "0.00", "12.00", "-12.00"]]
    assert len(rows) == 1 + 10  # from the first line of the book to December
    assert file(tom, "years") == [
        ["Year", "Came in", "We spent", "Left over"],
        ["2025", "50.00", "12.00", "38.00"],
        ["2026", "1848.00", "0.00", "1848.00"],
    ]


def test_years_long_past_can_still_be_chosen(app):
    made = hub()
    making.pay_in(made, made.people[0], 5000, on=date(2015, 3, 2))
    page = device(app, made.people[0]).get(REPORTS + "?year=2015")
    assert "In 2015, £50 came in. We spent £0." in page
    assert len(found(made).years) == 12
    assert len(found(made).by_year) == 1  # the picture is of the last five years


def test_money_that_went_back_has_no_bar_and_is_told(app):
    made = hub(paid_in=0)
    facts = accounting.Facts(on=date(2026, 12, 8), key="bank:b", words="Back", outside=True)
    with db.transaction() as session:
        draft = accounting.paid_back(making.fund_of(made.people[0]), 700, facts)
        journal.post(session, made.pool.book_id, draft, now=making.NOW)
    page = device(app, made.people[0]).get(REPORTS)
    assert "In 2026, −£7 came in." in page
    assert "In −£7" in page


def test_the_balance_of_past_months_is_what_the_money_book_says(app):
    made = hub()
    making.pay_in(made, made.people[0], 5000, on=date(2026, 10, 2))
    spend(made, "meals", 1200, on=date(2026, 11, 2))
    tom = device(app, made.people[0])
    stands = found(made).balance.stands
    assert [(one.name, one.have) for one in stands[:3]] == [
        ("Oct", 5000),
        ("Nov", 3800),
        ("Now", 5000 - 1200 + 11 * 16800),
    ]
    assert "At its end we had £38." in tom.get(HOME + "/money?month=2026-11")
    with db.reading() as session:
        assert stands[2].have == queries.head(session, made.pool.book_id).total


# --- where it came from ---


def test_where_money_came_from_singles_nobody_out(app):
    made = hub()
    with db.transaction() as session:
        one = session.merge(made.people[0])
        source = joining.source_of(session, one, "isf", now=making.NOW)
        facts = accounting.Facts(on=date(2026, 12, 6), key="bank:isf", words="Paid in")
        draft = accounting.contribution(source.fund_id, 12345, facts)
        journal.post(session, made.pool.book_id, draft, now=making.NOW)
    tom = device(app, made.people[1])
    page = tom.get(REPORTS)
    assert "123.45" not in page
    assert "Money that fewer than 3 people have is put together." in page
    assert file(tom, "sources")[1:] == [["all of us together", "1971.45", "0.00"]]


def test_every_source_and_fund_has_its_words():
    assert set(SOURCES) | {reports.OTHER, reports.EVERYONE} == set(report_queries.FROM_MEMBERS)
    assert set(report_queries.FROM_NOBODY) == {"reserve", "solidarity", "grant", "custody"}


# --- as files ---


@pytest.mark.parametrize("kind", report_queries.SHEETS)
def test_each_report_can_be_taken_away_and_adds_up_to_the_page(app, kind):
    made = hub()
    making.paid(made)
    tom = device(app, made.people[0])
    heads, *rows = file(tom, kind)
    assert all(len(row) == len(heads) for row in rows)
    whole = found(made)
    spent = f"{whole.spent / 100:.2f}"
    told = {
        "bought": [["the centre", spent, "100", "10"]],
        "months": [["December", "1848.00", spent, "1404.28"]],
        "years": [["2026", "1848.00", spent, "1404.28"]],
        "running": [["All we spent", spent]],
    }
    assert rows == told.get(kind, rows)
    if kind == "balance":
        assert rows[0] == ["Now", "We had", "1404.28", ""]
        assert len(rows) == 7
    name = tom.client.get(f"{REPORTS}.csv?kind={kind}").headers["Content-Disposition"]
    assert name == f'attachment; filename="money-{kind}-2026.csv"'


def test_no_cell_can_start_a_formula(app):
    made = hub()
    making.paid(made)
    tom = device(app, made.people[0])
    for kind in report_queries.SHEETS:
        for row in file(tom, kind):
            for cell in row:
                assert re.fullmatch(r"-?\d+\.\d\d", cell) or not re.match(r"[=+\-@|%\t]", cell)


STRANGE = (
    "kind=x", "kind=", "kind[]=months", "kind=../x", "year=%00", "year=99999999999999", "year=-1",
    "kind=months&year=2026x",
)  # fmt: skip


@pytest.mark.parametrize("query", STRANGE)
def test_a_strange_address_is_answered_plainly(app, query):
    made = hub()
    tom = device(app, made.people[0])
    assert tom.get(f"{REPORTS}?{query}").status == 200
    answer = tom.client.get(f"{REPORTS}.csv?{query}")
    strange = query.startswith(("kind=x", "kind=.")) or query == "kind="
    assert answer.status_code == (404 if strange else 200)


def test_only_members_see_it(app):
    hub()
    outsider = hub("other-hub")
    away = device(app, outsider.people[0])
    for path in (REPORTS, REPORTS + ".csv?kind=months"):
        assert away.client.get(path).status_code == 404


# --- words, and the cost ---


def test_sentences_are_short_and_name_nobody(app):
    made = hub()
    for cost in accounting.COSTS:
        spend(made, cost, 1234)
    making.pay_in(made, made.people[0], 5000, on=date(2025, 3, 2))
    page = device(app, made.people[1]).get(REPORTS)
    assert "Canary" not in page.text
    assert "%" not in page.text
    for tag in page.soup.find("main").find_all(["p", "h2"]):
        for sentence in SAYINGS.findall(re.sub(r"(?<=\d)[.,](?=\d)", "", tag.get_text(" "))):
            assert len(sentence.split()) <= 15, sentence


def questions(app, browser):
    seen = []

    def kept(_connection, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    event.listen(db.engine(), "before_cursor_execute", kept)
    try:
        assert browser.get(REPORTS).status == 200
    finally:
        event.remove(db.engine(), "before_cursor_execute", kept)
    return seen


def test_the_page_asks_as_much_of_a_long_book_as_of_a_short_one(app):
    made = hub()
    tom = device(app, made.people[0])
    before = len(questions(app, tom))
    fund = making.fund_of(made.people[0])
    drafts = [
        accounting.contribution(
            fund, 100, accounting.Facts(on=date(2026, 12, 6), key=f"k:{n}", words="Paid in")
        )
        for n in range(400)
    ]
    with db.transaction() as session:
        journal.post_many(session, made.pool.book_id, drafts, now=making.NOW)
    assert len(questions(app, tom)) == before
