"""Putting a line right as people meet it: two people, one step, and the story on both lines."""

import re

import bank_making as making
import bills_making as hubs
import pytest
from bank_making import move, ofx, take_in
from bills_making import HOME, device
from test_corrections import cash, confirm, paid_in, propose, to

import db
from ledger import queries


@pytest.fixture
def app(hub, tmp_path):
    return hubs.app_at(tmp_path, str(db.engine().url.render_as_string(hide_password=False)))


def test_money_of_the_wrong_person_is_put_right_by_two_people(app, hub):
    wrong, right = hub.hub.people[0], hub.hub.people[1]
    seq = paid_in(hub, 0)
    ana, raj = device(app, hub.treasurer), device(app, hub.hub.checker)
    form = ana.get(f"{HOME}/money/{seq}").click("This line is wrong")
    assert f"Money of {wrong.name}" in form
    page = form.send("Ask another person to look", right=to(hub, 1), why="It is in the wrong place")
    assert "Nothing changes until another person has looked." in page
    assert page.h1 == "Is this line wrong?"
    assert [b.get_text() for b in page.soup.find("main").find_all("button", type=False)] == [
        "Take it back"
    ]
    assert "Somebody says that this line is wrong" in device(app, right).get(f"{HOME}/money/{seq}")
    look = raj.get(f"{HOME}/run").click("Check a correction")
    assert f"Money of {right.name}" in look
    done = look.send("Yes, put it right")
    assert done.h1 == "A line that was put right"
    story = f"We wrote £42 in the wrong place. {hub.treasurer.name} fixed it on Friday 18 December."
    for n in (seq, seq + 1, seq + 2):
        line = device(app, hub.hub.people[7]).get(f"{HOME}/money/{n}")
        assert "We wrote £42 in the wrong place." in line
        assert f"{hub.treasurer.name} fixed it on Friday 18 December." in line
        assert f"{hub.hub.checker.name} checked it." in line
    book = device(app, hub.hub.people[7]).get(f"{HOME}/money")
    assert story in book
    assert book.click("see the right line").path == f"{HOME}/money/{seq + 2}"
    assert book.click("see the wrong line").path == f"{HOME}/money/{seq}"


def test_no_page_of_a_member_says_whose_money_it_was(app, hub):
    seq = paid_in(hub, 0)
    confirm(hub, propose(hub, seq, to(hub, 1)))
    for reader in (0, 1, 7):
        others = {hub.hub.people[n].name for n in (0, 1)} - {hub.hub.people[reader].name}
        browser = device(app, hub.hub.people[reader])
        for path in ("money", f"money/{seq}", f"money/{seq + 1}", f"money/{seq + 2}", "statement"):
            page = browser.get(f"{HOME}/{path}")
            main = re.sub(r"\s+", " ", page.text)
            assert not [name for name in others if re.search(rf"\b{name}\b", main)], path
        sheet = browser.client.get(f"{HOME}/money/book.csv").get_data(as_text=True)
        assert not [name for name in others if re.search(rf"\b{name}\b", sheet)]


def test_a_line_that_is_taken_out_waits_on_the_bank_page(app, hub):
    seq = paid_in(hub, 0)
    ana = device(app, hub.treasurer)
    ana.get(f"{HOME}/money/{seq}/fix").send(
        "Ask another person to look", right="out", why="Nobody knows whose"
    )
    raj = device(app, hub.hub.checker)
    raj.get(f"{HOME}/fixes").click("Nobody knows whose").send("Yes, put it right")
    assert len(making.waiting(hub)) == 1
    with db.reading() as session:
        assert queries.held_in(session, hub.pool.book_id, "bank") == 0


def test_the_other_person_may_say_that_the_line_is_right(app, hub):
    seq = paid_in(hub, 0)
    one = propose(hub, seq)
    raj = device(app, hub.hub.checker)
    page = raj.get(f"{HOME}/fixes/{one.id}").send("No, the line is right")
    assert page.h1 == "A line that stays as it is"
    assert page.forms() == []
    assert "This line is wrong" in raj.get(f"{HOME}/money/{seq}")


def test_what_is_missing_is_said_and_nothing_is_lost(app, hub):
    seq = paid_in(hub, 0)
    page = device(app, hub.treasurer).get(f"{HOME}/money/{seq}/fix")
    again = page.send("Ask another person to look", why="My reason")
    assert again.status == 422
    assert "Pick what the line should be." in again or "This field is required." in again
    assert "My reason" in again.html
    named = page.send("Ask another person to look", right="out", why=hub.hub.people[0].name)
    assert named.status == 422
    assert "Write it without names." in named


def test_a_member_without_a_job_sees_no_way_to_it(app, hub):
    seq = paid_in(hub, 0)
    reader = device(app, hub.hub.people[4])
    assert "This line is wrong" not in reader.get(f"{HOME}/money/{seq}").links()
    assert reader.get(f"{HOME}/money/{seq}/fix").status == 403
    one = propose(hub, seq)
    assert reader.get(f"{HOME}/fixes/{one.id}").status == 403


def test_a_line_put_right_offers_no_second_time(app, hub):
    seq = paid_in(hub, 0)
    confirm(hub, propose(hub, seq, to(hub, 1)))
    ana = device(app, hub.treasurer)
    for n, offered in ((seq, False), (seq + 1, False), (seq + 2, True)):
        assert ("This line is wrong" in ana.get(f"{HOME}/money/{n}").links()) is offered
    again = ana.get(f"{HOME}/money/{seq}/fix").send(
        "Ask another person to look", right="out", why="Twice"
    )
    assert again.status == 422
    assert "was put right already" in again


def test_a_wrong_amount_tells_its_story(app, hub):
    seq = cash(hub)
    page = device(app, hub.treasurer).get(f"{HOME}/money/{seq}/fix")
    assert "Type the right amount" in page.send(
        "Ask another person to look", right="amount", why="A slip"
    )
    page.send("Ask another person to look", right="amount", amount="590", why="A slip")
    raj = device(app, hub.hub.checker)
    look = raj.get(f"{HOME}/run").click("Check a correction")
    assert "£590" in look
    look.send("Yes, put it right")
    line = device(app, hub.hub.people[4]).get(f"{HOME}/money/{seq}")
    assert "We wrote £950. It should be £590." in line
    assert "Why: A slip" in line.click("The line that put it right")


def test_a_line_without_words_or_bank_is_shown_as_it_is(app, hub):
    take_in(hub, ofx(move(100, making.reference(hub, 2)), closing=0))
    page = device(app, hub.hub.organiser).get(f"{HOME}/money/1/fix")
    assert f"Money of {hub.hub.people[2].name}" in page
    assert "The bank says" in page
