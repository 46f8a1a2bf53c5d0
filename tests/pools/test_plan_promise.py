"""Promising beside my plan: what a service is for, and money whose plan does not name it."""

import pytest
import rounds_making as rounds
import rounds_pages as pages
from rounds_making import NOW
from sqlmodel import select
from test_plan_fit import plan_of

import db
from errors import NotAllowed
from members.needs import Why
from pools import beyond_plan
from pools.clubbing import purposes
from pools.clubbing.models import ServiceServes
from pools.models import PaysAnyway
from pools.spending import fitting


def serves(made, *kinds, by=None, now=NOW):
    with db.transaction() as session:
        purposes.say(session, made.service_id, kinds, by or made.organiser, now=now)


def device(home, url, member):
    app = pages.make_app(home, url)
    pages.set_clock(app, NOW)
    return pages.browser(app, member.person_id)


def now_for(made):
    with db.reading() as session:
        return purposes.of_service(session, made.service_id)


def test_the_organiser_says_what_it_is_for_and_what_was_stays_written(database):
    made = rounds.group()
    serves(made, "people", "learning")
    serves(made, "people", "out", now=rounds.LATER)
    assert now_for(made) == {"people", "out"}
    with db.reading() as session:
        assert purposes.of_pool(session, made.pool_id, at=NOW) == {"people", "learning"}
        assert len(session.exec(select(ServiceServes)).all()) == 3
    with pytest.raises(purposes.NoSuchKind):
        serves(made, "rockets")
    with pytest.raises(NotAllowed):
        serves(made, "out", by=rounds.member(made.pool_id, "Jo"))


def test_another_groups_service_is_not_there(database):
    made, other = rounds.group(), rounds.group("saturday-art")
    with pytest.raises(purposes.NoSuchService):
        serves(made, "out", by=other.organiser)


def test_money_whose_plan_does_not_name_it_is_promised_only_with_a_reason(database):
    made = rounds.group()
    serves(made, "out")
    jo = rounds.member(made.pool_id, "Jo")
    plan_of(jo, ("I do pottery", "learning"))
    with pytest.raises(beyond_plan.SayWhy):
        rounds.promise(made, jo, 4200)
    rounds.promise(made, jo, 4200, source="own_money")  # other money needs none


def test_what_fits_and_what_nobody_said_needs_no_reason(database):
    made = rounds.group()
    jo = rounds.member(made.pool_id, "Jo")
    plan_of(jo, ("I do pottery", "learning"))
    rounds.promise(made, jo, 4200)
    serves(made, "learning")
    rounds.promise(made, jo, 4300)
    with db.reading() as session:
        assert purposes.held_beside(session, jo, made.service_id)["direct_payment"].why is Why.FITS
        assert list(fitting.needs_of_sources(session, jo.id).values()) == [("I do pottery",)]


def test_the_pages_say_it_and_ask_why(database, tmp_path):
    made = rounds.group()
    serves(made, "out")
    jo = rounds.member(made.pool_id, "Jo")
    plan_of(jo, ("I do pottery", "learning"))
    page = device(tmp_path, database, jo).get(f"/g/{made.slug}/promise")
    for sentence in ("It is for: going out.", "This is not in your plan"):
        assert sentence in page
    page = page.send("Next", days=[str(made.days[0])], most="42", source="direct_payment")
    assert "This is not in your plan" in page
    again = page.send("Promise Thursdays")
    assert (again.status, again.h1) == (422, "Check your promise")
    assert "Write why you want to pay for it." in again
    done = again.send("Promise Thursdays", why="I want to see my friends")
    assert done.h1 == "Thank you"
    with db.reading() as session:
        [said] = session.exec(select(PaysAnyway)).all()
    assert (said.why, said.service_id) == ("I want to see my friends", made.service_id)


def test_the_organiser_ticks_what_it_is_for(database, tmp_path):
    made = rounds.group()
    page = device(tmp_path, database, made.organiser).get(f"/g/{made.slug}/serves")
    page.send("Save what it is for", serves=["people", "out"])
    assert now_for(made) == {"people", "out"}
