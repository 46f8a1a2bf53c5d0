"""Asking people to come: by one link for all, or by letters that each let one person in."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from groups_making import NOW, group, later
from sqlmodel import select

import db
from errors import NotPossible
from members import notices
from members.access import NotYourJob
from members.models import Invitation, Letter
from pools import invitations, inviting, joining


@pytest.fixture
def hub(database):
    with db.transaction() as session:
        return group(session)


def invite(sam, email="jo@example.org", *, key=None, now=NOW):
    with db.transaction() as session:
        return inviting.invite(session, sam, email, key=key or db.new_id(), now=now)


def letters():
    with db.reading() as session:
        return session.exec(select(Letter).where(Letter.kind == "invitation")).all()


def page(pool, now=NOW):
    with db.reading() as session:
        return invitations.invites(session, pool, now=now)


def test_a_letter_goes_to_the_address_and_says_only_who_asked_and_where(hub):
    made = invite(hub[1], "Jo@Example.org")
    [letter] = letters()
    assert (letter.address, letter.person_id) == ("jo@example.org", None)
    facts = notices.facts_of(letter.facts)
    assert facts == {"who": "Sam", "link": f"/join/{made.token}"}


def test_the_same_form_twice_sends_one_letter(hub):
    key = db.new_id()
    assert invite(hub[1], key=key).id == invite(hub[1], key=key).id == key
    assert len(letters()) == 1


def test_the_same_form_for_another_address_is_refused(hub):
    key = db.new_id()
    invite(hub[1], key=key)
    with pytest.raises(inviting.SentBefore):
        invite(hub[1], "al@example.org", key=key)


def test_the_fifty_first_letter_of_a_day_waits_for_tomorrow(hub):
    for n in range(inviting.MOST_A_DAY):
        invite(hub[1], f"p{n}@example.org", now=later(minutes=n))
    with pytest.raises(inviting.EnoughToday, match="50 invitations today"):
        invite(hub[1], "late@example.org", now=later(hours=2))
    assert page(hub[0], later(hours=2)).left_today == 0
    assert invite(hub[1], "late@example.org", now=later(days=1, minutes=1))


@pytest.mark.postgres
def test_many_at_once_do_not_slip_past_the_limit(on_postgres):
    with db.transaction() as session:
        _, sam, _ = group(session)
    for n in range(45):
        invite(sam, f"p{n}@example.org")

    def press(n):
        try:
            return invite(sam, f"q{n}@example.org")
        except inviting.EnoughToday:
            return None

    with ThreadPoolExecutor(16) as crowd:
        assert len([made for made in crowd.map(press, range(16)) if made]) == 5


def test_only_the_organiser_asks_people(hub):
    with db.transaction() as session:
        jo = joining.join(session, hub[2], name="Jo", now=NOW)
    link = page(hub[0]).link_id
    for act in (
        lambda s: inviting.invite(s, jo, "al@example.org", key=db.new_id(), now=NOW),
        lambda s: inviting.open_link(s, jo, key=db.new_id(), now=NOW),
        lambda s: inviting.withdraw(s, jo, link, now=NOW),
    ):
        with pytest.raises(NotYourJob), db.transaction() as session:
            act(session)


@pytest.mark.parametrize("email", ["", "jo", "jo@", "a@b", "jo@example.org\nBcc: x@y.org", "\x00"])
def test_an_address_that_is_none_gets_no_letter(hub, email):
    with pytest.raises(NotPossible):
        invite(hub[1], email)
    assert letters() == []


def test_a_new_open_link_stops_the_old_one(hub):
    pool, sam, old = hub
    with db.transaction() as session:
        new = inviting.open_link(session, sam, key=db.new_id(), now=NOW).token
    assert page(pool).link == f"/join/{new}"
    with pytest.raises(inviting.LinkEnded), db.transaction() as session:
        joining.join(session, old, name="Jo", now=NOW)


def test_what_was_taken_back_cannot_be_used_and_what_was_used_cannot_be_taken_back(hub):
    pool, sam, _ = hub
    waiting, used = invite(sam), invite(sam, "al@example.org")
    with db.transaction() as session:
        inviting.withdraw(session, sam, waiting.id, now=NOW)
        inviting.withdraw(session, sam, waiting.id, now=NOW)
        joining.join(session, used.token, name="Al", now=NOW)
    with pytest.raises(inviting.UsedAlready), db.transaction() as session:
        inviting.withdraw(session, sam, used.id, now=NOW)
    states = {one.email: one.state for one in page(pool).sent}
    assert states == {"jo@example.org": "ended", "al@example.org": "used"}


def test_another_groups_letter_is_not_there_to_be_taken_back(hub):
    made = invite(hub[1])
    with db.transaction() as session:
        _, other, _ = group(session, name="Art")
    with pytest.raises(inviting.NoSuchLink), db.transaction() as session:
        inviting.withdraw(session, other, made.id, now=NOW)


def test_an_old_letter_can_be_had_again_once_at_its_own_address(hub):
    made = invite(hub[1])
    then = NOW + inviting.PERSONAL_FOR
    for _ in range(2):
        try:
            with db.transaction() as session:
                inviting.again(session, made.token, key=db.new_id(), now=then)
        except inviting.LinkEnded:
            pass
    assert [letter.address for letter in letters()] == ["jo@example.org"] * 2
    with db.reading() as session:
        new = session.exec(select(Invitation).where(Invitation.made_at == then)).one()
    with db.transaction() as session:
        assert joining.join(session, new.token, name="Jo", now=then)


def test_a_good_link_is_not_sent_again(hub):
    made = invite(hub[1])
    with db.transaction() as session:
        inviting.again(session, made.token, key=db.new_id(), now=NOW)
        inviting.again(session, hub[2], key=db.new_id(), now=NOW)
    assert len(letters()) == 1


def test_whoever_is_asked_sees_who_asked_and_nobody_else(hub):
    pool, sam, token = hub
    personal = invite(sam).token
    with db.reading() as session:
        asked = invitations.invitation(session, personal, None, now=NOW)
        shared = invitations.invitation(session, token, None, now=NOW)
    assert (asked.by, asked.group, asked.state, asked.personal) == (
        "Sam", "Thursday Hub", "open", True,
    )  # fmt: skip
    assert shared.personal is False
    assert "jo@example.org" not in str(asked)
    assert asked.phone == pool.phone
