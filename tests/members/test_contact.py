"""A new email: its owner proves it, the old address hears of it, and there is time to stop it."""

from datetime import timedelta

import people_making as make
import pytest
from people_making import HERE, NOW, SECRET
from sqlmodel import select

import db
from members import contact, signing_in
from members.models import Person

LATER = NOW + contact.WAIT
MINUTE = timedelta(minutes=1)


def ask(person, email="new@example.com", *, now=NOW):
    with db.transaction() as session:
        mine = session.get(Person, person.id)
        contact.ask_email(session, mine, email, HERE, secret=SECRET, now=now)
    return make.mailed(email, "email_confirm")


def confirm(token, *, wait=contact.WAIT, now=NOW):
    with db.transaction() as session:
        contact.confirm(session, token, wait=wait, now=now)


def tick(now):
    with db.transaction() as session:
        for one in contact.due(session, now):
            contact.finish(session, one, now=now)


def email_of(person):
    with db.reading() as session:
        return session.exec(select(Person.email).where(Person.id == person.id)).one()


def told():
    return [(one.kind, one.address) for one in make.letters() if one.kind.startswith("email")]


def test_a_new_email_counts_three_days_after_it_was_proved(database):
    jo = make.person()
    confirm(ask(jo))
    tick(LATER - MINUTE)
    assert email_of(jo) == "jo@example.com"
    tick(LATER)
    assert email_of(jo) == "new@example.com"


def test_a_new_email_that_nobody_proved_never_counts(database):
    jo = make.person()
    ask(jo)
    tick(LATER)
    assert email_of(jo) == "jo@example.com"


def test_the_old_address_is_told_at_once_and_both_at_the_end(database):
    confirm(ask(make.person()))
    assert told() == [("email_confirm", "new@example.com"), ("email_asked", "jo@example.com")]
    tick(LATER)
    assert told()[2:] == [
        ("email_changed", "jo@example.com"),
        ("email_changed", "new@example.com"),
    ]
    assert not any("new@" in one.facts for one in make.letters(address="jo@example.com"))


def test_it_can_be_stopped_while_it_waits(database):
    jo = make.person()
    confirm(ask(jo))
    with db.transaction() as session:
        contact.stop(session, jo, now=NOW + MINUTE)
    tick(LATER)
    assert email_of(jo) == "jo@example.com"


def test_the_newest_wish_counts(database):
    jo = make.person()
    first = ask(jo, "first@example.com")
    second = ask(jo, "second@example.com")
    with pytest.raises(signing_in.LinkOld):
        confirm(first)
    confirm(second)
    tick(LATER)
    assert email_of(jo) == "second@example.com"


def test_without_a_wait_it_counts_at_once(database):
    jo = make.person()
    confirm(ask(jo), wait=timedelta())
    assert email_of(jo) == "new@example.com"


def test_a_link_works_once_and_for_ten_minutes(database):
    jo = make.person()
    token = ask(jo)
    with pytest.raises(signing_in.LinkOld):
        confirm(token, now=NOW + 10 * MINUTE)
    confirm(token)
    with pytest.raises(signing_in.LinkUsed):
        confirm(token)
    with pytest.raises(signing_in.LinkUnknown):
        confirm("made-up")


def test_links_to_the_old_address_end_with_it(database):
    jo = make.person()
    token = ask(jo)
    old = make.ask("jo@example.com")
    confirm(token, wait=timedelta())
    with pytest.raises(signing_in.LinkOld):
        make.use(old)


def test_an_email_that_is_somebodys_is_found_out_by_its_owner_only(database):
    jo = make.person()
    make.person("Sam", "sam@example.com")
    token = ask(jo, "sam@example.com")
    with pytest.raises(contact.EmailTaken):
        confirm(token)
    assert email_of(jo) == "jo@example.com"


def test_an_email_taken_during_the_wait_is_left_to_its_owner(database):
    jo = make.person()
    confirm(ask(jo))
    sam = make.person("Sam", "new@example.com")
    tick(LATER)
    assert (email_of(jo), email_of(sam)) == ("jo@example.com", "new@example.com")
    with db.reading() as session:
        assert contact.due(session, LATER) == []


def test_somebody_without_email_can_get_one(database):
    jo = make.person("Jo", None)
    confirm(ask(jo), wait=timedelta())
    assert email_of(jo) == "new@example.com"


def test_asking_for_the_email_one_has_is_refused(database):
    jo = make.person()
    with pytest.raises(contact.SameEmail), db.transaction() as session:
        contact.ask_email(session, jo, "JO@example.com", HERE, secret=SECRET, now=NOW)


def test_asking_counts_against_the_limit_of_that_address(database):
    jo = make.person()
    for _ in range(5):
        ask(jo)
    with pytest.raises(signing_in.AskedTooOften):
        ask(jo)
