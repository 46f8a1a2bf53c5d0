"""Talking to somebody outside the group: nobody else finds a word of it (Z5)."""

import re
from email.policy import SMTP
from urllib.parse import unquote

import pytest
from sqlalchemy import inspect, text
from sqlmodel import select
from test_access import PERSONAS, address, examples, routes

import db
from demo.people import email_of
from errors import NotFound, NotPossible, NotValid
from members import mail, notices
from members.access import NotYourJob
from members.models import Letter, Membership, Person
from pools import outside
from pools.models import Pool
from pools.outside import Told

HUB = "/g/thursday-hub"
CANARY = "CANARY-WORRY"


def pool_of(session, slug="thursday-hub"):
    return session.exec(select(Pool).where(Pool.slug == slug)).one()


def member_of(key):
    with db.reading() as session:
        person = session.exec(select(Person).where(Person.email == email_of(key))).one()
        return session.exec(
            select(Membership).where(
                Membership.person_id == person.id, Membership.pool_id == pool_of(session).id
            )
        ).one()


def told():
    with db.reading() as session:
        return session.exec(select(Letter).where(Letter.kind == "talk")).all()


def tell(who, words="Help me", *, key=None, now, **other):
    with db.transaction() as session:
        outside.tell(session, Told(key or db.new_id(), words, **other), who, now=now)


def name(by, who="Nora", email="", phone="", *, now):
    with db.transaction() as session:
        outside.name_somebody(session, by, who, email, phone, now=now)


def everywhere():
    """Every table but for the one letter, as words."""
    lines = []
    with db.reading() as session:
        for table in inspect(session.connection()).get_table_names():
            where = " WHERE kind <> 'talk'" if table == "letter" else ""
            lines += map(str, session.execute(text(f'SELECT * FROM "{table}"{where}')).all())
    return "\n".join(lines)


def worried(story, key="tom"):
    page = story.browser(key).get(f"{HUB}/money/3").click("Ask about this")
    page = page.send("Go on", what="worried", words=f"{CANARY} in my words")
    assert page.h1 == "Talk to somebody"
    return page


def where_it_is_read(story, letter):
    """Every page of the app, as every kind of person; and every letter of the demo."""
    values, found = examples(), []
    with db.reading() as session:
        letters = {f"/demo/letters/{one.id}" for one in session.exec(select(Letter))}
    pages = {address(story.app, route, values) for route, m in routes(story.app) if m == "GET"}
    for persona in set(PERSONAS.values()) - {"zed"}:
        client = story.browser(persona).client
        for path in sorted(pages | (letters if persona is None else set())):
            answer = client.get(path)
            said = answer.get_data() + unquote(str(answer.headers)).encode()
            if CANARY.encode() in said or str(letter.id).encode() in answer.get_data():
                found.append((persona, path))
    return found


# --- the canary -----------------------------------------------------------------------------------


def test_a_worry_goes_to_one_person_and_is_found_nowhere_else(story):
    page = worried(story)
    assert page.path == f"{HUB}/money/3/ask"
    assert f"{CANARY} in my words" in page.html
    assert told() == []
    done = page.send("Send it to Nora", reach=f"{CANARY} reach")
    assert (done.h1, done.path) == ("It is sent", f"{HUB}/talk/done")
    (letter,) = told()
    assert (letter.address, letter.person_id, letter.pool_id) == (email_of("nora"), None, None)
    assert CANARY not in everywhere()
    assert where_it_is_read(story, letter) == []
    for path in (f"{HUB}/letters/{letter.id}", f"/demo/letters/{letter.id}"):
        assert story.browser("sam").get(path).status == 404


def test_what_was_written_is_wiped_once_it_is_sent(story):
    worried(story).send("Send it to Nora")
    (letter,) = told()
    with story.app.app_context():
        with db.reading() as session:
            said = mail.written_letter(session, letter)
        made = mail.message(letter, said, "Club <club@example.org>").as_bytes(policy=SMTP)
        mail._sent(letter.id, story.now)
    assert CANARY.encode() in made
    head = made.split(b"\r\n\r\n")[0].decode()
    assert CANARY not in head
    assert not re.search(r"worr|abuse|money", head, re.IGNORECASE)
    assert told()[0].facts == "{}"


def test_the_letter_says_who_wrote_which_line_and_how_to_reach_them(story):
    page = worried(story)
    page.send("Send it to Nora", reach="Ring my sister")
    with story.app.app_context(), db.reading() as session:
        body = mail.written_letter(session, told()[0]).body
    for words in ("Hello Nora", "Tom wrote this", "Line 3 of the money book", "Ring my sister"):
        assert words in body
    assert "01632 960 123" not in body  # the group's own phone is not for this


def test_neither_address_title_nor_what_is_said_afterwards_gives_it_away(story):
    page = worried(story)
    done = page.send("Send it to Nora")
    for one in (page, done, story.browser("tom").get(f"{HUB}/talk")):
        title = one.soup.find("title").get_text()
        assert not re.search(r"worr|abuse|report", title + one.path, re.IGNORECASE)
        assert one.soup.find("a", class_="exit")["href"].startswith("https://www.bbc.co.uk")
        assert one.response.headers["Cache-Control"] == "no-store"
    assert not done.soup.find("p", class_="said", attrs={"role": "status"})


def test_the_same_form_twice_is_one_letter(story):
    page = worried(story)
    page.send("Send it to Nora")
    page.send("Send it to Nora")
    assert len(told()) == 1


def test_a_form_with_nothing_in_it_says_so_and_keeps_the_rest(story):
    page = story.browser("tom").get(f"{HUB}/talk").send("Send it to Nora", reach="Tuesday")
    assert page.status == 422
    assert "Type what you want to say." in page
    assert "Tuesday" in page.html
    assert told() == []


@pytest.mark.parametrize("seq", ["", "x", "-1", "0", "99999", "9" * 30, "1e3", "²"])
def test_any_line_or_none_may_stand_in_the_form(story, seq):
    page = story.browser("tom").get(f"{HUB}/talk")
    assert page.send("Send it to Nora", words="Help", seq=seq).h1 == "It is sent"


def test_many_letters_in_a_day_are_too_many(story):
    who = member_of("tom")
    for _ in range(outside.MOST_A_DAY):
        tell(who, now=story.now)
    with pytest.raises(NotPossible, match="Ring them now"):
        tell(who, now=story.now)
    tell(who, now=story.now + outside.A_DAY)


@pytest.mark.parametrize("words", ["", " \n", "x" * 2001, "a\x00b", "a\u202eb"])
def test_what_cant_be_sent_is_refused(story, words):
    with pytest.raises(NotValid):
        tell(member_of("tom"), words, now=story.now)
    assert told() == []


def test_what_is_told_is_not_in_what_a_log_would_print():
    assert CANARY not in repr(Told(db.new_id(), CANARY, CANARY, 3))


# --- who it is ------------------------------------------------------------------------------------


def test_without_somebody_to_write_to_there_are_numbers_to_ring(story):
    with db.transaction() as session:
        pool = pool_of(session)
        pool.worry_name = pool.worry_email = pool.worry_phone = None
        session.add(pool)
    page = story.browser("tom").get(f"{HUB}/money/3/ask").send("Go on", what="worried")
    assert "999" in page
    assert page.forms() == []
    assert page.click("More people you can ring").h1 == "I am worried"
    with pytest.raises(NotFound):
        tell(member_of("tom"), now=story.now)


def test_somebody_with_a_phone_only_is_rung(story):
    name(member_of("sam"), phone="01632 960 555", now=story.now)
    page = story.browser("tom").get(f"{HUB}/talk")
    assert "Ring 01632 960 555" in page
    assert page.forms() == []


def test_the_organiser_names_somebody_and_everybody_is_told(story):
    page = story.browser("sam").get(f"{HUB}/people").click("Change who it is")
    done = page.send("Save", name="Otis", email="otis@example.org", phone="")
    assert "Everybody in the group is told" in done
    assert "You can talk to Otis" in story.browser("tom").get(f"{HUB}/people")
    with db.reading() as session:
        wrote = select(Letter).where(Letter.kind == "outside_named", Letter.made_at > story.now)
        before = len(session.exec(wrote).all())
    page.send("Save", name="Otis", email="otis@example.org", phone="")
    with db.reading() as session:
        assert len(session.exec(wrote).all()) == before
    assert "Otis is not in your group" in story.browser("tom").get("/worried").click("Talk to Otis")


@pytest.mark.parametrize(
    ("email", "phone"),
    [
        ("", ""), (email_of("raj"), ""), (email_of("sam").upper(), ""), ("", "01632 960 123"),
        ("", "+44 1632 960123"), ("not an email", ""), ("", "abc"),
    ],
)  # fmt: skip
def test_it_is_nobody_inside_and_there_is_a_way_to_reach_them(story, email, phone):
    with pytest.raises(NotValid):
        name(member_of("sam"), email=email, phone=phone, now=story.now)


@pytest.mark.parametrize("key", ["ana", "raj", "tom"])
def test_only_the_organiser_names_them(story, key):
    with pytest.raises(NotYourJob):
        name(member_of(key), email="x@example.org", now=story.now)


def test_the_kind_is_kept_out_of_every_list():
    assert set(notices.UNSEEN_KINDS) <= set(notices.SECRET_KINDS)
