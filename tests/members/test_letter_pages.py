"""Letters on paper for people without email, and the demo's post."""

from datetime import timedelta

import people_making as make
import pytest
from browsing import NOW, signed_in
from page import Browser
from people_making import HERE, SECRET
from sqlmodel import select

import db
from members import notices, queries
from members.models import Letter, Membership


@pytest.fixture
def hub(site):
    """A group with Sam to run it and Jo, who has no email and was told of a vote."""
    hub, sam, jo = make.pool(), make.person("Sam", "sam@example.com"), make.person("Jo", None)
    make.member(hub.id, sam, role="organiser")
    make.member(hub.id, jo)
    with db.transaction() as session:
        for person in (sam, jo):
            notices.tell(
                session, person.id, "email_changed", key="k", pool_id=hub.id, now=NOW, link="/x"
            )
    return {"sam": sam, "jo": jo}


def test_the_organiser_prints_the_letters_of_people_without_email(site, hub):
    browser = signed_in(site, hub["sam"])
    page = browser.get("/g/thursday-hub/letters")
    (mine,) = [words for words in page.links() if words.startswith("Jo:")]
    assert not any(words.startswith("Sam:") for words in page.links())
    letter = page.click(mine)
    paper = letter.soup.select_one("main > .letter")
    assert "Hello Jo," in paper.get_text()
    assert "Ring 01302 555 019" in paper.get_text()
    assert waiting() == 1
    page = letter.send("I gave this letter to Jo")
    assert waiting() == 0
    assert "That letter is marked as given." in page
    assert "Given already" in page


def waiting():
    with db.reading() as session:
        pool_id = session.exec(select(Membership.pool_id)).first()
        return queries.letters_waiting(session, pool_id, now=NOW)


def test_letters_of_another_group_or_to_an_address_are_not_there(site, hub):
    browser = signed_in(site, hub["sam"])
    other = make.pool("others", "Others")
    with db.transaction() as session:
        notices.tell(
            session, hub["jo"].id, "email_changed", key="o", pool_id=other.id, now=NOW, link="/x"
        )
    mailed = make.letters(address="sam@example.com")[0]
    (elsewhere,) = make.letters(pool_id=other.id)
    for letter in (mailed, elsewhere):
        assert browser.get(f"/g/thursday-hub/letters/{letter.id}").status == 404


def test_only_the_organiser_may_print_letters(site, hub):
    tom = make.person("Tom", "tom@example.com")
    with db.reading() as session:
        pool_id = session.exec(select(Membership.pool_id)).first()
    make.member(pool_id, tom)
    assert signed_in(site, tom).get("/g/thursday-hub/letters").status == 403
    stranger = make.person("Uli", "uli@example.com")
    assert signed_in(site, stranger).get("/g/thursday-hub/letters").status == 404


def test_the_organiser_hears_whom_our_mail_does_not_reach(site, hub):
    with db.transaction() as session:
        letter = session.exec(select(Letter).where(Letter.address == "sam@example.com")).one()
        letter.refused_at = NOW
    page = signed_in(site, hub["sam"]).get("/g/thursday-hub/letters")
    assert "Our email does not reach them" in page


def test_the_demo_shows_each_letter_and_its_link_works(demo_site):
    make.person()
    browser = Browser(demo_site)
    browser.get("/in").send("Send me a link", email="jo@example.com").click("See the letter")
    page = browser.get("/demo/letters").click("jo@example.com: Your link to sign in")
    (link,) = [href for href in page.links().values() if "/in/" in href]
    assert browser.get(link.removeprefix("http://localhost")).h1 == "Is it you?"


def test_a_real_site_has_no_page_of_letters(site):
    make.person()
    assert Browser(site).get("/demo/letters").status == 404


def test_a_letter_that_was_wiped_is_shown_as_such(demo_site):
    make.ask("jo@example.com", network=HERE, now=NOW)
    with db.transaction() as session:
        letter = session.exec(select(Letter)).one()
        letter.facts, letter.sent_at = "{}", NOW + timedelta(seconds=1)
    page = Browser(demo_site).get("/demo/letters").click("jo@example.com")
    assert "What it said is not kept." in page
    assert SECRET not in page.html
