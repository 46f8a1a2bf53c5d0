"""Statements that are kept: their numbers, what they say again, what takes their place; papers that
name people; and that no face of a statement says another sum than the others.
"""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta

import bills_making as making
import packs_making as packs
import pytest
from bills_making import hub
from hypothesis import given, settings
from hypothesis import strategies as st
from packs_making import DECEMBER, Days
from sqlalchemy import text

import db
from ledger import accounting, journal, sheets
from members.access import NotYourJob
from members.models import Person
from pools.packs import keeping, mine, own_words, paper, periods, said, sheet, zipping
from pools.packs import statement as values
from pools.packs.gathering import others_of
from pools.packs.hiding import Others
from pools.packs.models import KeptStatement
from pools.spending import bills, evidence


def put_right(made, seq, why="It was twice", on=None):
    with db.transaction() as session:
        done = journal.reverse(
            session, made.pool.book_id, seq, why, by=made.treasurer.code, key=f"undo:{seq}",
            now=making.NOW, on=on,
        )  # fmt: skip
        bills.unpay(session, made.pool.id, seq)
    return done


# --- the same figures everywhere ---


def figures(found) -> set[int]:
    of = found.sums
    money = {of.opening, of.paid_in, of.spent, of.closing, of.committed, of.safety, of.free}
    lines = {abs(n) for line in found.lines for n in (line.share, line.left)}
    sources = {n for one in found.sources for n in (one.opening, one.paid_in, one.closing)}
    return money | lines | sources


def test_every_face_shows_the_same_figures(database, tmp_path):
    made = hub()
    tom = made.people[0]
    making.paid(made)
    making.approve(made, making.enter(made, amount=12345))
    app = making.app_at(tmp_path, database)
    browser = making.device(app, tom)
    found = packs.statement(made, tom)
    assert found.sums.committed > 0
    screen = browser.get(making.HOME + "/statement").text
    pdf = packs.pdf_text(browser.client.get(making.HOME + "/statement.pdf").data)
    table = browser.client.get(making.HOME + "/statement.csv").get_data().decode("utf-8-sig")
    cells = {cell for row in csv.reader(io.StringIO(table)) for cell in row}
    easy = browser.get(making.HOME + "/statement/easy").text
    for pence in figures(found):
        shown = said.amount(pence, "GBP")
        assert shown in screen, shown
        assert shown in pdf, shown
        assert {shown.removeprefix("£"), f"-{shown.removeprefix('£')}"} & cells, shown
    for words in (sentence for _, sentence in said.easy(found)):
        assert words in easy, words
    rows = [row for row in csv.reader(io.StringIO(table)) if row[0] == "Lines"]
    for line, row in zip(found.lines, rows, strict=True):
        share, left = said.amount(line.share, "GBP"), said.amount(line.left, "GBP")
        assert f"{said.short(line.on)} {line.what} {share} {left}" in pdf
        assert row[4:6] == [sheets.amount(line.share), sheets.amount(line.left)]
        assert re.search(rf"{said.amount(abs(line.share), 'GBP')} {left}", screen)
    assert "You paid in £168." in easy
    assert said.sentence(found, mine=True) in screen


def test_what_is_left_is_split_to_the_penny(database):
    made = hub()
    bill = making.enter(made)
    assert packs.statement(made, made.people[0]).sums.committed == 0  # nobody checked it yet
    making.approve(made, bill)
    of = packs.statement(made, made.people[0]).sums
    assert of.committed in {4033, 4034}
    assert of.committed + of.safety + of.free == of.closing
    making.pay(made, bill)
    assert packs.statement(made, made.people[0]).sums.committed == 0


def test_what_was_committed_on_an_earlier_day_is_told_as_it_was(database):
    made = hub()
    bill = making.enter(made)
    making.approve(made, bill)
    making.pay(made, bill, on=date(2026, 12, 20), now=making.later(days=2))
    tom = made.people[0]
    assert packs.statement(made, tom).sums.committed in {4033, 4034}
    later = packs.statement(made, tom, Days(date(2026, 12, 1), date(2026, 12, 20)))
    assert later.sums.committed == 0


@pytest.fixture
def lived(database):
    """A member whose money did everything: paid in twice, spent, put right, given back."""
    made = hub()
    tom = made.people[0]
    making.pay_in(made, tom, 1313, on=date(2026, 12, 9))
    first = making.paid(made)
    making.paid(made, amount=9999)
    put_right(made, first.paid_seq, on=date(2026, 12, 21))
    facts = accounting.Facts(on=date(2026, 12, 28), key="back", words="Back")
    with db.transaction() as session:
        draft = accounting.paid_back(making.fund_of(tom), 500, facts)
        journal.post(session, made.pool.book_id, draft, now=making.NOW)
    return made, tom


@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(st.integers(1, 39), max_size=5, unique=True))
def test_the_end_of_one_statement_is_the_start_of_the_next(lived, cuts):
    made, tom = lived
    first, last = date(2026, 11, 25), date(2027, 1, 5)
    edges = sorted(first + timedelta(days=cut) for cut in cuts)
    starts, ends = [first, *edges], [*(edge - timedelta(days=1) for edge in edges), last]
    closing = 0
    for since, until in zip(starts, ends, strict=True):
        found = packs.statement(made, tom, Days(since, until))
        of = found.sums
        assert of.opening == closing
        assert of.opening + of.paid_in - of.spent + of.moved + of.put_right == of.closing
        assert of.opening + sum(line.share for line in found.lines) == of.closing
        assert sum(one.closing for one in found.sources) == of.closing
        assert of.committed + of.safety + of.free == of.closing
        assert all(check.good is not False for check in said.checks(found))
        closing = of.closing
    assert closing == packs.statement(made, tom, Days(first, last)).sums.closing


def test_a_statement_opens_on_the_last_month_that_has_something(database):
    made = hub()
    tom = made.people[0]
    with db.reading() as session:
        now = periods.opens_on(session, made.pool, tom, date(2026, 12, 18))
        later = periods.opens_on(session, made.pool, tom, date(2027, 2, 1))
        empty = periods.opens_on(session, made.pool, made.checker, date(2027, 2, 1))
    assert now == Days(date(2026, 12, 1), date(2026, 12, 18))
    assert later == Days(date(2026, 12, 1), date(2026, 12, 31))
    assert empty == Days(date(2027, 2, 1), date(2027, 2, 1))


def test_a_line_says_what_an_auditor_asks(database):
    made = hub()
    bill = making.paid(made, evidence_id=making.file(made).id)
    packs.mark(made, bill)
    line = packs.statement(made, made.people[0]).lines[1]
    assert (line.supplier, line.bill, line.whole, line.people) == (
        "Oak Lane Care", bill.number, making.SESSION, 11,
    )  # fmt: skip
    assert line.rule == "Shared by how many days each person has."
    assert line.agreed == "What everybody agreed by being in"
    assert line.checked.endswith("1 other person checked it.")
    assert line.paper.kind == "whole"


# --- numbers, and what is kept ---


def test_numbers_run_from_one_without_gaps_for_each_person(database):
    made = hub()
    tom, jo = made.people[:2]
    for month in (10, 11, 12):
        packs.keep(made, tom, Days(date(2026, month, 1), date(2026, month, 9)))
    packs.keep(made, jo)
    assert [one.number for one in packs.kept_of(tom)] == [1, 2, 3]
    assert [one.number for one in packs.kept_of(jo)] == [1]
    assert keeping.number_of(packs.kept_of(tom)[2]) == "TH-CAN-2026-003"


def test_the_same_statement_again_is_the_same_one(database):
    made = hub()
    tom = made.people[0]
    first = packs.keep(made, tom)
    making.pay_in(made, made.people[1], 777)  # another's money moves the book on
    assert packs.keep(made, tom, now=making.later(days=1)).id == first.id
    assert len(packs.kept_of(tom)) == 1


def test_a_kept_statement_says_the_same_for_ever(database):
    made = hub()
    tom = made.people[0]
    bill = making.paid(made)
    before = packs.keep(made, tom)
    put_right(made, bill.paid_seq)
    making.pay_in(made, tom, 4242)
    with db.reading() as session:
        again = keeping.shown(session, before.id, tom)
    assert values.written(again.found) == before.content
    assert again.digest == values.digest(before.content).hex()
    assert again.found.sums.closing in {12766, 12767}


def test_a_statement_that_changed_says_which_it_replaces_and_why(database):
    made = hub()
    tom = made.people[0]
    bill = making.paid(made)
    old = packs.keep(made, tom)
    fixed = put_right(made, bill.paid_seq, on=date(2026, 12, 18))
    late = making.pay_in(made, tom, 4242)
    new = packs.keep(made, tom, Days(date(2026, 12, 1), date(2026, 12, 31)))
    found = values.read(new.content)
    assert found.number == "TH-CAN-2026-002"
    (replaced,) = found.replaces
    assert replaced.number == "TH-CAN-2026-001"
    assert replaced.why == (
        f"Line {fixed.seq} puts line {bill.paid_seq} right.",
        f"Line {late.seq} came later.",
    )
    with db.reading() as session:
        assert keeping.shown(session, old.id, tom).newer == "TH-CAN-2026-002"
        assert keeping.shown(session, new.id, tom).newer == ""


def test_a_longer_period_alone_replaces_nothing(database):
    made = hub()
    tom = made.people[0]
    packs.keep(made, tom, Days(date(2026, 12, 1), date(2026, 12, 10)))
    new = packs.keep(made, tom)
    assert values.read(new.content).replaces == ()


def test_what_changed_since_the_person_looked_is_not_sent(database):
    made = hub()
    tom = made.people[0]
    asked = packs.wanted(made, tom)
    making.pay_in(made, tom, 100)
    with pytest.raises(keeping.ChangedSince), db.transaction() as session:
        packs.sending.keep(session, made.pool, tom, asked, bank=packs.said.of_bank, now=making.NOW)
    assert packs.kept_of(tom) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kept_statement SET content = :other",
        "UPDATE kept_statement SET number = 7",
        "UPDATE kept_statement SET digest = :other",
        "DELETE FROM kept_statement",
        "UPDATE pack_look SET what = 'pdf'",
        "DELETE FROM pack_look",
        "UPDATE pack_link SET ends_at = made_at",
        "DELETE FROM pack_link",
    ],
)
def test_the_database_lets_nobody_change_what_was_kept_or_who_looked(database, statement):
    made = hub()
    token = packs.send(made, made.people[0]).token
    with db.transaction() as session:
        packs.links.look(session, token, "page", now=making.NOW)
    given_ = {"other": b"x"} if ":other" in statement else {}
    with pytest.raises(db.Broken), db.transaction() as session:
        session.execute(text(statement), given_)


def test_a_number_is_never_left_out(database):
    made = hub()
    tom = made.people[0]
    kept = packs.keep(made, tom)
    with pytest.raises(db.Broken), db.transaction() as session:
        session.add(
            KeptStatement(
                pool_id=made.pool.id, membership_id=tom.id, number=3, since=kept.since,
                until=kept.until, digest=b"x", content=b"{}", made_at=making.NOW,
            )
        )  # fmt: skip


# --- papers that name people ---


def paper_of(made, **facts):
    bill = making.paid(made, evidence_id=making.file(made).id)
    if facts:
        packs.mark(made, bill, **facts)
    return bill, packs.statement(made, made.people[0]).lines[1].paper


def test_a_paper_that_nobody_looked_at_is_not_shown(database):
    made = hub()
    _, shown = paper_of(made)
    assert (shown.kind, shown.file) == ("summary", None)


def test_a_paper_that_names_people_goes_in_as_a_summary_or_blacked_out(database):
    made = hub()
    bill, shown = paper_of(made, names=True)
    assert (shown.kind, shown.file) == ("summary", None)
    blacked = evidence.clean(making.PDF.replace(b"Page", b"Page ") + b"%\n%%EOF\n")
    packs.mark(made, bill, names=True, blacked=blacked, now=making.later(hours=1))
    shown = packs.statement(made, made.people[0]).lines[1].paper
    assert shown.kind == "blacked"
    assert shown.file != bill.evidence_id


def test_a_paper_found_to_name_people_leaves_packs_that_were_sent(database):
    made = hub()
    tom = made.people[0]
    bill, shown = paper_of(made, names=False)
    kept = values.read(packs.keep(made, tom).content)
    with db.reading() as session:
        assert zipping.body_of(session, made.pool, kept, bill.paid_seq)[1] == making.PDF
    packs.mark(made, bill, names=True, now=making.later(hours=1))
    with db.reading() as session, pytest.raises(zipping.PaperNotShown):
        zipping.body_of(session, made.pool, kept, bill.paid_seq)
    assert shown.kind == "whole"


def test_only_people_with_a_job_say_what_a_paper_shows(database):
    made = hub()
    bill = making.paid(made, evidence_id=making.file(made).id)
    with pytest.raises(NotYourJob):
        packs.mark(made, bill, by=made.people[0])


# --- words ---


def test_names_are_found_in_words_and_parts_of_words_are_not():
    others = Others(["Quirinius Ofay", "Jo", "Al"], "Tom B")
    assert others.named_in("Taxi for quirinius, 3 May")
    assert others.named_in("jo's taxi")
    assert not others.named_in("Major jobs at the Albany")
    assert not others.named_in("Tom took the bus")
    assert not Others([], "Tom").named_in("Anybody at all")


def test_my_words_name_nobody_else_and_go_only_where_i_send_them(database):
    made = hub()
    tom = made.people[0]
    with db.reading() as session:
        others = others_of(session, made.pool, tom)
    with pytest.raises(own_words.NamesSomebody), db.transaction() as session:
        own_words.save(
            session, tom, DECEMBER.since, DECEMBER.until, f"I cooked with {made.people[1].name}.",
            others=others, now=making.NOW,
        )  # fmt: skip
    with db.transaction() as session:
        own_words.save(
            session, tom, DECEMBER.since, DECEMBER.until, " I  cooked.\nIt helped. ",
            others=others, now=making.NOW,
        )  # fmt: skip
    found = packs.statement(made, tom)
    assert found.words == "I cooked.\nIt helped."
    assert keeping.only(found, keeping.Parts(words=False)).words == ""
    assert packs.statement(made, made.people[1]).words == ""


# --- as JSON, as a file, and gone ---


def test_a_statement_is_written_and_read_back_the_same(database):
    made = hub()
    making.paid(made, evidence_id=making.file(made).id)
    found = packs.statement(made, made.people[0])
    assert values.read(values.written(found)) == found


@given(words=st.text(max_size=40))
@settings(max_examples=40, deadline=None)
def test_any_words_pass_through_json_and_the_spreadsheet(words):
    found = replace(EXAMPLE, words=words, who=replace(EXAMPLE.who, name=words))
    plain = words.encode("utf-8", "ignore").decode()
    if plain == words:
        assert values.read(values.written(found)) == found
    rows = list(csv.reader(io.StringIO("".join(sheet.csv(found)), newline="")))
    assert {len(row) for row in rows} == {len(sheet.HEAD)}
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_what_was_kept_goes_when_its_person_asks_and_its_number_stays(database):
    made = hub()
    tom = made.people[0]
    sent = packs.send(made, tom, to=packs.ToSend("The council"))
    with db.transaction() as session:
        person = session.get_one(Person, tom.person_id)
        told = mine.my_data(session, person, now=making.NOW)
        assert [one["number"] for one in told["Statements I kept"]] == [1]
        mine.erase(session, person, now=making.NOW)
        mine.erase(session, person, now=making.NOW)
    (kept,) = packs.kept_of(tom)
    assert kept.content is None
    assert (kept.number, len(kept.digest)) == (1, 32)
    with pytest.raises(packs.links.LinkEnded), db.transaction() as session:
        packs.links.look(session, sent.token, "page", now=making.NOW)
    assert packs.my_links(tom)[0].for_whom == ""


EXAMPLE = values.Statement(
    who=values.Who("Tom", "Thursday Hub", "The library", "", "", "Version 1"),
    currency="GBP",
    since=DECEMBER.since,
    until=DECEMBER.until,
    sources=(),
    lines=(),
    sums=values.Sums(0, 0, 0, 0, 0, 0),
    tie=values.Tie(0, "", "", None, None, None, None, 0, "", None),
)


def test_a_pdf_is_made_of_whatever_was_typed(database):
    """Markup and code are words like others; signs that no typeface has are told by name."""
    plain = '#read("/etc/passwd") *b* $x$ \\ <l> @r = h /* #let x = panic() "] #pagebreak() ['
    nasty = plain + "\0\u202e"
    who = replace(EXAMPLE.who, name=nasty, place="Zoë’s Ŵyn 😀 日本")
    found = replace(EXAMPLE, who=who, words=nasty)
    words = packs.pdf_text(paper.pdf(found))
    assert words.count(plain) >= 3
    assert "(grinning face)" in words
    assert "Ŵyn" in words
    assert paper.pdf(found) == paper.pdf(found)
