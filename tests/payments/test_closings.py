"""Two people close a month, at a difference of nought or with every part of it explained."""

import closing_making as make
import pytest
from bank_making import in_book, match, move, ofx, source, take_in, waiting
from closing_making import NOVEMBER, agree, ask_to_open, closed, drop, november, on, ready
from sqlmodel import select
from test_bank_pages import upload, waiting_file
from test_bank_races import at_once, refusals
from test_corrections import confirm, propose, to

import db
import errors
from ledger import closing, queries
from members.models import Letter
from payments import closings, mine
from payments.models import Closing


def refused(kind, work):
    with pytest.raises(kind):
        work()


def test_two_people_close_a_month_that_agrees_to_the_penny(hub):
    november(hub)
    one = ready(hub)
    assert make.until(hub) is None
    assert (one.words, one.agreed_at) == ("", None)
    assert agree(hub, one).number == 1
    assert make.until(hub) == "2026-11"
    assert agree(hub, one).number == 1  # twice changes nothing
    in_book(hub)


def test_one_person_cannot_close_a_month_alone_and_members_not_at_all(hub):
    november(hub)
    refused(errors.NotAllowed, lambda: ready(hub, by=hub.hub.people[0]))
    refused(errors.NotAllowed, lambda: ready(hub, by=hub.hub.checker))
    one = ready(hub)
    refused(closings.OwnRequest, lambda: agree(hub, one, by=hub.treasurer))
    refused(errors.NotAllowed, lambda: agree(hub, one, by=hub.hub.people[0]))
    assert make.until(hub) is None


def test_a_month_that_is_not_over_or_not_the_next_is_refused(hub):
    november(hub)
    refused(closing.NotTheNext, lambda: ready(hub, NOVEMBER + 1))
    closed(hub)
    refused(closing.ClosedAlready, lambda: ready(hub))
    refused(closing.NotOver, lambda: ready(hub, NOVEMBER + 1))


def test_without_a_file_that_reaches_its_end_a_month_waits(hub):
    take_in(hub, ofx(move(4200, to_name(hub, 0), on=on(5))))
    refused(closings.NotReached, lambda: ready(hub))


def to_name(hub, person):
    return source(hub, person).reference


def test_a_line_that_waits_must_find_its_place_or_be_explained(hub):
    november(hub, move(700, "WHO IS IT", on=on(21)))
    refused(closings.SayWhy, lambda: ready(hub))
    one = ready(hub, words="We asked the bank who paid it")
    assert "21 November 2026: WHO IS IT waits for its place" in one.seen
    agree(hub, one)
    with db.reading() as session:
        (mark,) = closing.history(session, hub.pool.book_id)
    assert (mark.bank_says, mark.bank_book, mark.difference) == (9100, 8400, 700)
    assert mark.words == "We asked the bank who paid it"
    in_book(hub)


def test_lines_of_the_next_month_do_not_stand_in_the_way(hub):
    november(hub)
    take_in(hub, ofx(move(99, "WHO", on=on(15, 12)), closing=12699))
    assert len(waiting(hub)) == 1
    closed(hub)
    assert make.until(hub) == "2026-11"


def test_nothing_is_explained_but_what_the_first_person_saw(hub):
    november(hub, move(700, "WHO IS IT", on=on(21)))
    one = ready(hub, words="The bank will say")
    (line,) = waiting(hub)
    match(hub, line, to(hub, 3), now=make.LATER)
    refused(closings.NumbersChanged, lambda: agree(hub, one))
    drop(hub, one)
    closed(hub)
    assert make.until(hub) == "2026-11"


def test_money_from_before_the_first_file_is_named_to_the_penny(hub):
    november(hub, closing=12600 + 5000)
    one = ready(hub, words="It was there when we began")
    assert "before 5 November 2026, where our files start" in one.seen
    agree(hub, one)
    with db.reading() as session:
        assert closing.history(session, hub.pool.book_id)[0].difference == 5000


def test_who_asked_can_take_it_back_and_another_can_say_no(hub):
    november(hub)
    for who in (hub.treasurer, hub.hub.checker, hub.hub.organiser):
        one = ready(hub)
        refused(closings.Waits, lambda: ready(hub))
        drop(hub, one, by=who)
        refused(closings.StoppedAlready, lambda one=one: agree(hub, one))
    assert make.until(hub) is None


def test_a_line_of_a_closed_month_posts_on_the_first_open_day_with_the_banks_own(hub):
    november(hub)
    closed(hub)
    take_in(hub, ofx(
        move(300, to_name(hub, 4), on=on(3)), move(200, "INTEREST", on=on(4)),
        move(1, to_name(hub, 5), on=on(9, 12)), closing=13101,
    ))  # fmt: skip
    match(hub, waiting(hub)[0], "other:interest")
    with db.reading() as session:
        lines = queries.book_page(session, hub.pool.book_id).lines
    said = {line.words: line.happened_on for line in lines}
    assert said["Paid in. The bank says 3 November"] == on(1, 12)
    assert said["Interest from the bank. The bank says 4 November"] == on(1, 12)
    assert in_book(hub) == 13101


def test_a_line_of_a_closed_month_is_put_right_with_the_day_of_today(hub):
    november(hub)
    closed(hub)
    with db.reading() as session:
        before = closing.held_at_end(session, hub.pool.book_id, NOVEMBER)
    one = propose(hub, 1, to(hub, 5))
    confirm(hub, one)
    with db.reading() as session:
        after = closing.held_at_end(session, hub.pool.book_id, NOVEMBER)
        right, undone, *_ = queries.book_page(session, hub.pool.book_id).lines
    assert before == after
    assert undone.reverses == 1
    assert min(right.happened_on, undone.happened_on) >= on(1, 12)
    in_book(hub)


def test_a_month_whose_line_was_put_right_later_still_agrees(hub):
    november(hub)
    confirm(hub, propose(hub, 1, to(hub, 5)))
    closed(hub)
    assert make.until(hub) == "2026-11"


def test_opening_again_needs_two_and_a_reason_and_everybody_with_a_job_hears(hub):
    november(hub)
    closed(hub)
    refused(closings.WhyOpen, lambda: ask_to_open(hub, words=" "))
    refused(closing.NotClosed, lambda: ask_to_open(hub, NOVEMBER + 1))
    one = ask_to_open(hub, words="A bill of October came")
    refused(closings.OwnRequest, lambda: agree(hub, one, by=hub.treasurer))
    agree(hub, one)
    assert make.until(hub) is None
    with db.reading() as session:
        told = session.exec(select(Letter).where(Letter.kind == "month_done")).all()
        kinds = [mark.kind for mark in closing.history(session, hub.pool.book_id)]
    assert kinds == ["open", "close"]
    again = [letter for letter in told if '"opening": true' in letter.facts]
    assert {letter.person_id for letter in again} >= {hub.treasurer.person_id}
    assert all("A bill of October came" in letter.facts for letter in again)
    in_book(hub)


def test_a_close_and_matches_at_once_never_lock_up(hub):
    november(hub, *[move(100 + n, f"WHO {n}", on=on(21)) for n in range(6)])
    one = ready(hub, words="We are asking")
    works = [lambda line=line: match(hub, line, to(hub, 3)) for line in waiting(hub)]
    works.insert(3, lambda: agree(hub, one))
    results = at_once(works)
    assert {type(each) for each in refusals(results)} <= {closings.NumbersChanged}
    assert waiting(hub) == []
    in_book(hub)


# --- the pages -----------------------------------------------------------------------------------

CLOSE = "/g/thursday-hub/bank/close"


def test_a_newcomer_closes_last_month_in_two_logins(story):
    ana, raj = story.browser("ana"), story.browser("raj")
    assert "Closed up to" in ana.get(CLOSE)
    upload(ana.get("/g/thursday-hub/bank"), waiting_file(story))
    page = ana.get("/g/thursday-hub/run")
    job = next(
        word for word in page.links() if word.startswith("Close ") and word != "Close a month"
    )
    page = page.click(job)
    assert "They agree to the penny." in page
    page = page.send("Ask another person to close")
    assert "Another person must look now." in page
    assert "Another person with a job must look." in page
    looked = raj.get("/g/thursday-hub/run").click("Check and close")
    assert "Only say yes if you looked" in looked
    done = looked.send("Yes, close")
    assert f"Closed up to {job.removeprefix('Close ')}" in done
    assert "Checked with the bank up to" in story.browser("tom").get("/g/thursday-hub/money")


def test_a_group_without_an_account_or_a_line_reads_a_plain_sentence(story):
    jo = story.browser("jo")
    assert "Nothing to close yet" in jo.get("/g/saturday-art/bank/close")


def test_a_month_is_opened_again_with_its_reason_on_the_money_page(story):
    sam, raj = story.browser("sam"), story.browser("raj")
    page = sam.get(CLOSE)
    name = next(word for word in page.links() if word.startswith("Open "))
    page = page.click(name)
    assert "There is a problem" in page.send("Ask another person to open it", words=" ")
    page.send("Ask another person to open it", words="A bill was late")
    raj.get(CLOSE).send("Yes, open it again")
    money = story.browser("tom").get("/g/thursday-hub/money")
    assert "was opened again on" in money
    assert "because: A bill was late" in money
    assert "A bill was late" in sam.get(CLOSE)


def test_the_reason_can_go_for_a_person_whom_it_names_and_the_book_still_verifies(hub):
    november(hub, move(700, "WHO IS IT", on=on(21)))
    one = ready(hub, words="Canary paid twice")
    place = mine._reasons()
    with db.transaction() as session:
        (found,) = place.find(session, hub.pool.id, "canary")
        assert not place.take(session, found, make.LATER)  # it still waits for a second person
    agree(hub, one)
    with db.transaction() as session:
        assert place.take(session, found, make.LATER)
    with db.reading() as session:
        assert closing.history(session, hub.pool.book_id)[0].words is None
        assert session.get(Closing, one.id).words == ""
    in_book(hub)
