"""People, their own names in their groups, and providers."""

import people_making as make
import pytest
from people_making import NOW

import db
from errors import NotFound, NotPossible, NotValid
from members import access, groups, people, providers
from members.models import Membership, Person


def change(person, name="Jo", phone=""):
    with db.transaction() as session:
        people.change(session, person.id, name=name, phone=phone)


def name_in(membership):
    with db.reading() as session:
        return session.get(Membership, membership.id).name


def test_an_email_is_one_persons(database):
    make.person("Jo", "jo@example.com")
    with pytest.raises(NotPossible, match="Somebody has that email address already"):
        make.person("Sam", "JO@example.com")


def test_people_without_email_may_be_many(database):
    assert make.person("Jo", None).id != make.person("Sam", None).id


def test_a_new_name_follows_into_groups_that_use_the_old_one(database):
    jo = make.person("Jo")
    plain = make.member(make.pool().id, jo)
    nick = make.member(make.pool("saturday-art", "Saturday art").id, jo)
    with db.transaction() as session:
        session.get(Membership, nick.id).name = "Jojo"
    change(jo, "Joanne", "01302 555 019")
    assert (name_in(plain), name_in(nick)) == ("Joanne", "Jojo")
    with db.reading() as session:
        assert session.get(Person, jo.id).phone == "01302 555 019"


def test_a_name_that_is_refused_changes_nothing(database):
    jo = make.person("Jo", phone="01302 555 019")
    with pytest.raises(NotValid):
        change(jo, "see prize.com", "")
    with db.reading() as session:
        assert session.get(Person, jo.id).phone == "01302 555 019"


def test_nobody_changes_who_is_not_there(database):
    with pytest.raises(NotFound), db.transaction() as session:
        people.change(session, db.new_id(), name="Jo", phone="")


def test_my_groups_are_those_i_am_in_now(database):
    jo = make.person()
    make.member(make.pool().id, jo)
    left = make.member(make.pool("saturday-art", "Saturday art").id, jo)
    make.pool("others", "Others")
    with db.transaction() as session:
        session.get(Membership, left.id).left_at = NOW
    with db.reading() as session:
        assert [one.name for one in groups.groups_of(session, jo.id)] == ["Thursday Hub"]


def test_help_names_the_organisers_of_my_groups(database):
    hub = make.pool()
    jo, sam = make.person(), make.person("Sam", "sam@example.com")
    make.member(hub.id, jo)
    make.member(hub.id, sam, role="organiser")
    with db.reading() as session:
        (mine,) = groups.helped(session, jo.id)
    assert (mine.organisers, mine.group.phone) == (("Sam",), "01302 555 019")


def test_a_providers_people_act_for_it(database):
    ann = make.person("Ann", "ann@example.com")
    with db.transaction() as session:
        made = providers.make_provider(session, "  Oak   Lane Care ", [ann], NOW)
    with db.reading() as session:
        found = access.provider_of(session, ann)
    assert (found.id, found.name) == (made.id, "Oak Lane Care")


@pytest.mark.parametrize("name", ["", " ", "x" * 81])
def test_a_provider_needs_a_name_that_fits(database, name):
    with pytest.raises(NotValid, match="name of the centre"), db.transaction() as session:
        providers.make_provider(session, name, [], NOW)


def test_two_providers_never_share_a_name(database):
    with db.transaction() as session:
        providers.make_provider(session, "Oak Lane Care", [], NOW)
    with pytest.raises(NotPossible, match="a centre with that name"), db.transaction() as session:
        providers.make_provider(session, "Oak Lane Care", [], NOW)
