"""The pages of what is mine, as somebody goes through them."""

import io
import re
import zipfile
from datetime import timedelta

import people_making as make
import pytest
from browsing import NOW, signed_in
from page import Browser
from sqlmodel import select

import db
import web
from demo.people import email_of
from members import going, paper, signing_in
from members.models import Erasure, Letter, Membership, NamedWords, PaperLink, Person, SignIn
from pools.models import Pool
from pools.spending.models import Bill

# --- the copy, and deleting ---


def person(key):
    with db.reading() as session:
        return session.exec(select(Person).where(Person.email == email_of(key))).one()


def test_the_copy_comes_as_one_file(story):
    page = story.browser("tom").get("/me").click("My copy, and deleting")
    copy = page.browser.client.get(page.links()["Get my copy"])
    assert copy.headers["Content-Disposition"].endswith('"what-you-know-about-me.zip"')
    assert copy.headers["Cache-Control"] == "no-store"
    whole = zipfile.ZipFile(io.BytesIO(copy.data))
    assert "tom@example.org" in whole.read("index.html").decode()
    assert "priya@example.org" not in whole.read("index.html").decode()


def test_the_page_says_what_comes_first_and_has_no_button(story):
    page = story.browser("tom").get("/me/data/erase")
    for words in ("of your money is in Thursday Hub", "You have a place in Thursday Hub until"):
        assert words in page
    assert page.forms() == []
    assert "Amounts and dates in the money book of Thursday Hub, with no name." in page


def test_somebody_who_is_free_goes_and_comes_back(story):
    mia = story.browser("mia")
    page = mia.get("/me/data/erase").send("Yes, delete my details")
    assert page.h1 == "We delete your details"
    assert mia.get("/me").path.startswith("/in")
    again = story.browser("mia").get("/home")
    assert (again.path, again.h1) == ("/me/data/erase", "We delete your details soon")
    assert "Keep my details" in again
    page = again.send("Keep my details")
    assert "We keep your details." in page
    assert page.path == "/home"


def test_after_14_days_nobody_can_sign_in_as_them(story):
    story.browser("mia").get("/me/data/erase").send("Yes, delete my details")
    with db.transaction() as session:
        asked = session.exec(select(Erasure)).one()
    for now in (asked.due_at, asked.due_at + going.LETTER_WAITS + timedelta(minutes=1)):
        with db.transaction() as session:
            rooms = story.app.extensions["mine"]
            going.go_on(session, asked.id, rooms=rooms, now=now)
    story.app.config["WTF_CSRF_ENABLED"] = False
    said = story.browser().post("/demo/in/mia")
    assert "They asked us to delete their details" in said
    with db.reading() as session:
        assert session.exec(select(Person).where(Person.email == email_of("mia"))).all() == []
        assert session.exec(select(Letter).where(Letter.address == email_of("mia"))).all() == []


def test_an_old_sign_in_asks_for_a_new_one_and_comes_back_here(story):
    mia = story.browser("mia")
    with db.transaction() as session:
        for one in session.exec(select(SignIn).where(SignIn.person_id == person("mia").id)):
            one.made_at = story.now - timedelta(minutes=11)
    page = mia.get("/me/data/erase")
    assert "Yes, delete my details" not in page.html
    page = page.send("Send me a link")
    assert page.path == "/in/sent"
    with db.reading() as session:
        newest = select(Letter).where(Letter.kind == "sign_in").order_by(Letter.made_at.desc())
        link = re.search(r"/in/[\w-]+", session.exec(newest).first().facts)[0]
    page = mia.get(link).send("Yes, it is me")
    assert page.path == "/me/data/erase"
    assert "Yes, delete my details" in page.html


def test_the_button_alone_does_nothing_for_an_old_sign_in(story):
    mia = story.browser("mia")
    page = mia.get("/me/data/erase")
    with db.transaction() as session:
        for one in session.exec(select(SignIn).where(SignIn.person_id == person("mia").id)):
            one.made_at = story.now - timedelta(minutes=11)
    page = page.send("Yes, delete my details")
    assert page.status == 422
    assert "Sign in again first." in page


def test_leaving_a_group_says_what_comes_first_or_does_it(story):
    page = story.browser("tom").get("/g/thursday-hub/people").click("Leave this group")
    assert "of your money is in Thursday Hub" in page
    assert page.forms() == []
    zoe = joined(story, "Zoe")
    page = zoe.get("/g/thursday-hub/leave").send("Leave the group")
    assert "You left Thursday Hub." in page
    assert zoe.get("/g/thursday-hub").status == 404


def joined(story, name):
    with db.transaction() as session:
        pool = session.exec(select(Pool).where(Pool.slug == "thursday-hub")).one()
        new = Person(name=name, email=email_of(name.lower()), made_at=story.now)
        session.add(new)
        session.flush()
        session.add(Membership(pool_id=pool.id, person_id=new.id, name=name, joined_at=story.now))
    return story.browser(name.lower())


def test_words_that_may_name_somebody_gone_are_looked_at(story):
    with db.transaction() as session:
        pool = session.exec(select(Pool).where(Pool.slug == "thursday-hub")).one()
        bill = session.exec(select(Bill).where(Bill.paid_seq.is_not(None))).first()
        asked = Erasure(person_id=person("mia").id, asked_at=story.now, due_at=story.now)
        session.add(asked)
        session.flush()
        session.add(
            NamedWords(
                erasure_id=asked.id, pool_id=pool.id, place="bill.words", row_id=bill.id,
                found_at=story.now, ends_at=story.now + timedelta(days=30),
            )
        )  # fmt: skip
    page = story.browser("ana").get("/g/thursday-hub/run")
    page = page.click("Look at words that may name a past member")
    assert "“4 Thursdays at the Hub”" in page
    page = page.send("Take the words away")
    assert "The words are taken away." in page
    assert "There is nothing to look at" in page
    with db.reading() as session:
        assert session.get_one(Bill, bill.id).words == "Words taken away"


# --- letters to sign in with ---


@pytest.fixture
def hub(site):
    """Sam runs it, Ana looks after the money, Jo has no email."""
    hub = make.pool()
    people = {"sam": make.person("Sam", "sam@example.com"), "jo": make.person("Jo", None)}
    people["ana"] = make.person("Ana", None)
    make.member(hub.id, people["sam"], role="organiser")
    make.member(hub.id, people["jo"])
    make.member(hub.id, people["ana"], role="treasurer")
    return people


def printed(site, hub):
    page = signed_in(site, hub["sam"]).get("/g/thursday-hub/letters").send("Make a letter")
    (code,) = re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", page.soup.select_one(".letter").text)
    return page, code


def test_a_letter_on_paper_lets_its_person_in_once(site, hub):
    page, code = printed(site, hub)
    assert "Print this now. We can’t show it again." in page
    assert page.soup.select_one(".letter .qr svg")
    jo = Browser(site)
    typed = (
        jo.get("/in").click("I have a letter").send("Go on", code=code.upper().replace("-", " "))
    )
    assert typed.h1 == "Is it your letter?"
    inside = typed.send("Yes, it is mine")
    assert inside.path == "/home"
    assert "Your own page says who made it" in inside
    mine = inside.browser.get("/me")
    assert "Sam made one on" in mine
    assert "It was used on" in mine
    assert Browser(site).get(f"/in/paper/{code}").h1 == "This letter was used before"


def test_a_new_letter_ends_the_one_before_and_each_ends_in_14_days(site, hub):
    _, first = printed(site, hub)
    _, second = printed(site, hub)
    assert Browser(site).get(f"/in/paper/{first}").h1 == "This letter is too old"
    with db.reading() as session:
        assert paper.state_of(session, second, now=NOW + paper.LASTS - timedelta(hours=1)) == "good"
        assert paper.state_of(session, second, now=web_now(site) + paper.LASTS) == "old"


def web_now(site):
    return web.moment(site.config["CLUB"])


def test_no_letter_for_somebody_with_a_job_or_an_email(site, hub):
    page = signed_in(site, hub["sam"]).get("/g/thursday-hub/letters")
    assert len([b for b in page.soup.find_all("button") if "Make a letter" in b.text]) == 1
    with db.transaction() as session:
        rows = session.exec(select(Membership)).all()
        by = next(one for one in rows if one.person_id == hub["sam"].id)
        for key, refusal in (("ana", paper.HasAJob), ("sam", paper.HasEmail)):
            one = next(row for row in rows if row.person_id == hub[key].id)
            with pytest.raises(refusal):
                paper.make(session, by, one.id, now=NOW)


def test_who_got_a_job_or_an_email_meanwhile_does_not_come_in_by_paper(site, hub):
    _, code = printed(site, hub)
    with db.transaction() as session:
        session.get_one(Person, hub["jo"].id).email = "jo@example.com"
    page = Browser(site).get(f"/in/paper/{code}").send("Yes, it is mine")
    assert page.status == 422
    assert "They can ask for a link to it themselves." in page


def test_a_wrong_code_says_so(site, hub):
    page = Browser(site).get("/in/paper").send("Go on", code="abcd-efgh")
    assert "We do not know this code." in page
    assert Browser(site).get("/in/paper/abcd-efgh").status == 404


def test_the_code_is_kept_nowhere(site, hub):
    _, code = printed(site, hub)
    with db.reading() as session:
        (link,) = session.exec(select(PaperLink)).all()
        assert link.token_hash == signing_in.hashed(code)


def test_who_has_no_email_reads_how_to_come_back_before_signing_out(site, hub):
    jo = signed_in(site, hub["jo"])
    page = jo.get(jo.get("/home").links()["Sign out"])
    assert "You have no email here." in page
    assert "Ask Sam for a letter to come back." in page
    assert "You are signed out." in page.send("Sign out")
    sam = signed_in(site, hub["sam"]).get("/home")
    assert "Sign out" not in sam.links()  # a button, as ever
