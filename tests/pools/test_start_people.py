"""Jobs in a group: one each, given and ended by the organiser, and everybody is told."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from groups_making import NOW, group, later
from sqlmodel import select

import db
from errors import NotPossible
from members.access import NotYourJob, roles_of
from members.models import Letter, Membership, Role
from pools import joining, people


def joined(token, name):
    with db.transaction() as session:
        return joining.join(session, token, name=name, now=later(hours=1))


def give(sam, who, kind="treasurer", *, key=None):
    with db.transaction() as session:
        return people.give(session, sam, who.id, kind, key=key or db.new_id(), now=NOW)


def end(sam, role):
    with db.transaction() as session:
        people.take_back(session, sam, role.id, now=later(days=1))


def role_of(session, member):
    return session.exec(
        select(Role).where(Role.person_id == member.person_id, Role.until.is_(None))
    ).one()


@pytest.fixture
def hub(database):
    with db.transaction() as session:
        return group(session)


@pytest.fixture
def jo(hub):
    return joined(hub[2], "Jo")


def test_the_organiser_gives_a_job_and_everybody_is_told(hub, jo):
    role = give(hub[1], jo)
    with db.reading() as session:
        assert roles_of(session, hub[0].id, jo.person_id) == {"treasurer"}
        told = session.exec(select(Letter).where(Letter.kind == "job_given")).all()
    assert {letter.person_id for letter in told} == {hub[1].person_id, jo.person_id}
    assert role.since == NOW


def test_nobody_has_two_jobs(hub, jo):
    give(hub[1], jo)
    with pytest.raises(people.HasAJob, match="Jo has a job here already"):
        give(hub[1], jo, "checker")
    with pytest.raises(people.HasAJob):
        give(hub[1], hub[1], "treasurer")


def test_the_same_form_twice_gives_one_job(hub, jo):
    key = db.new_id()
    assert give(hub[1], jo, key=key).id == give(hub[1], jo, key=key).id
    with pytest.raises(people.GivenBefore):
        give(hub[1], jo, "checker", key=key)


def test_a_job_that_ended_can_be_given_to_another(hub, jo):
    al = joined(hub[2], "Al")
    role = give(hub[1], jo)
    end(hub[1], role)
    end(hub[1], role)
    give(hub[1], al)
    with db.reading() as session:
        assert roles_of(session, hub[0].id, jo.person_id) == frozenset()
        assert roles_of(session, hub[0].id, al.person_id) == {"treasurer"}


def test_a_group_is_never_without_an_organiser(hub, jo):
    with db.reading() as session:
        own = role_of(session, hub[1])
    with pytest.raises(people.LastOrganiser):
        end(hub[1], own)
    give(hub[1], jo, "organiser")
    end(hub[1], own)
    with pytest.raises(NotYourJob):
        give(hub[1], joined(hub[2], "Al"))


def test_only_the_organiser_gives_and_ends_jobs(hub, jo):
    with db.reading() as session:
        own = role_of(session, hub[1])
    for act in (lambda: give(jo, jo), lambda: end(jo, own)):
        with pytest.raises(NotYourJob):
            act()


def test_a_job_that_is_none_is_refused(hub, jo):
    with pytest.raises(NotPossible):
        give(hub[1], jo, "boss")


def test_people_and_jobs_of_another_group_are_not_there(hub, jo):
    with db.transaction() as session:
        _, other, _ = group(session, name="Art")
    role = give(hub[1], jo)
    with pytest.raises(people.NoSuchMember):
        give(other, jo, "checker")
    with pytest.raises(people.NoSuchJob):
        end(other, role)


def test_who_left_gets_no_job(hub, jo):
    with db.transaction() as session:
        session.get(Membership, jo.id).left_at = NOW
    with pytest.raises(people.NoSuchMember):
        give(hub[1], jo)


def test_the_page_shows_first_names_and_jobs_in_order(hub, jo):
    al = joined(hub[2], "Al")
    give(hub[1], jo, "checker")
    with db.reading() as session:
        page = people.people(session, hub[0].id, al)
    assert [(one.name, one.job) for one in page.with_jobs] == [
        ("Sam", "organiser"),
        ("Jo", "second checker"),
    ]
    assert [(one.name, one.me) for one in page.others] == [("Al", True)]
    assert (page.missing, page.count) == (("treasurer",), 3)


@pytest.mark.postgres
def test_two_organisers_who_end_each_others_job_at_once_leave_one(on_postgres):
    with db.transaction() as session:
        pool, sam, token = group(session)
    jo = joined(token, "Jo")
    give(sam, jo, "organiser")
    with db.reading() as session:
        pairs = [(sam, role_of(session, jo)), (jo, role_of(session, sam))]

    def press(pair):
        try:
            end(*pair)
        except (people.LastOrganiser, NotYourJob):
            return 0
        return 1

    with ThreadPoolExecutor(2) as crowd:
        assert sum(crowd.map(press, pairs)) == 1
    with db.reading() as session:
        live = session.exec(select(Role).where(Role.pool_id == pool.id, Role.until.is_(None)))
        assert len(live.all()) == 1


@pytest.mark.postgres
def test_sixteen_who_give_one_person_a_job_give_one(on_postgres):
    with db.transaction() as session:
        _, sam, token = group(session)
    jo = joined(token, "Jo")

    def press(n):
        try:
            return give(sam, jo, ("treasurer", "checker")[n % 2])
        except people.HasAJob:
            return None

    with ThreadPoolExecutor(16) as crowd:
        assert len([made for made in crowd.map(press, range(16)) if made]) == 1
