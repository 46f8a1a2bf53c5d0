"""Starting a group: everything a group needs is there at once, and once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, time

import pytest
from groups_making import HUB_COST, NOW, later, person, plan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

import db
from errors import NotPossible
from ledger.models import Account, Fund
from members.models import Membership, Role
from pools.agreement import current, signed
from pools.clubbing import starting
from pools.clubbing.models import Round, Service, ServiceSession
from pools.inviting import open_link_of
from pools.models import GroupDraft, Pool


def all_of(session, kind):
    return session.exec(select(kind)).all()


def test_a_group_starts_whole(database):
    with db.transaction() as session:
        sam = person(session)
        pool = starting.start(session, plan(days=(3, 1)), sam, now=NOW)
    with db.reading() as session:
        assert pool.slug == "thursday-hub"
        assert pool.about == (
            "Tuesdays and Thursdays, 10am to 3pm, at the old library. Cooking and music."
        )
        kinds = sorted(fund.kind for fund in all_of(session, Fund))
        assert kinds == ["custody", "reserve"]
        assert {a.code for a in all_of(session, Account)} >= {"bank", "contributions"}
        days = sorted((one.day, one.starts, one.ends) for one in all_of(session, ServiceSession))
        assert days == [(1, time(10), time(15)), (3, time(10), time(15))]
        [service] = all_of(session, Service)
        [asked] = all_of(session, Round)
        assert (asked.service_id, asked.closed_at) == (service.id, None)
        assert asked.starts_on == date(2026, 12, 17)
        [member], [role] = all_of(session, Membership), all_of(session, Role)
        assert (role.kind, role.person_id) == ("organiser", member.person_id)
        assert signed(session, current(session, pool.id)) == 1
        assert open_link_of(session, pool.id, NOW) is not None


def test_the_costs_are_kept_as_they_were_said(database):
    with db.transaction() as session:
        starting.start(session, plan(), person(session), now=NOW)
        [one] = all_of(session, ServiceSession)
    said = (one.fixed, one.wage, one.ratio, one.min_staff, one.variable, one.capacity)
    assert said == (13069, 9151, 4, 2, 350, 12)
    assert HUB_COST.capacity == one.capacity


def test_the_same_form_sent_twice_starts_one_group(database):
    mine = plan()
    for _ in range(2):
        with db.transaction() as session:
            sam = session.exec(select(starting.Person)).first() or person(session)
            starting.start(session, mine, sam, now=NOW)
    with db.reading() as session:
        assert len(all_of(session, Pool)) == 1
        assert len(all_of(session, Round)) == 1


def test_somebody_else_cannot_use_that_form_again(database):
    mine = plan()
    with db.transaction() as session:
        starting.start(session, mine, person(session), now=NOW)
    with pytest.raises(starting.StartedBefore), db.transaction() as session:
        starting.start(session, mine, person(session, "Jo"), now=NOW)


@pytest.mark.postgres
def test_sixteen_presses_at_once_start_one_group(on_postgres):
    mine = plan()
    with db.transaction() as session:
        sam = person(session)

    def press(_):
        with db.transaction() as session:
            return starting.start(session, mine, sam, now=NOW).id

    with ThreadPoolExecutor(16) as crowd:
        assert set(crowd.map(press, range(16))) == {mine.id}
    with db.reading() as session:
        assert len(all_of(session, Pool)) == 1
        assert len(all_of(session, Membership)) == 1


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        (["Thursday Hub", "Thursday hub!"], ["thursday-hub", "thursday-hub-2"]),
        (["Café Été", "李"], ["cafe-ete", "group"]),
        (["Art", "Art Club", "Art"], ["art", "art-club", "art-2"]),
    ],
)
def test_each_group_has_an_address_of_its_own(database, names, slugs):
    made = []
    with db.transaction() as session:
        sam = person(session)
        for name in names:
            pool = starting.start(session, plan(id=db.new_id(), name=name), sam, now=NOW)
            made.append(pool.slug)
    assert made == slugs


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"days": ()}, "Pick at least one day."),
        ({"ends": time(9)}, "must end after it starts"),
        ({"name": "see www.spam.example"}, "not a web address"),
        ({"name": "A" * 41}, "shorter name"),
        ({"closes_at": NOW}, "after today"),
    ],
)
def test_a_plan_that_is_not_right_starts_nothing(database, wrong, words):
    with pytest.raises(NotPossible, match=words), db.transaction() as session:
        starting.start(session, plan(**wrong), person(session), now=NOW)
    with db.reading() as session:
        assert all_of(session, Pool) == []
        assert all_of(session, Fund) == []


def test_a_draft_is_kept_task_by_task_and_goes_when_the_group_starts(database):
    with db.transaction() as session:
        sam = person(session)
        starting.keep_answers(session, sam, "place", {"name": ["Hub"]}, now=NOW)
        starting.keep_answers(session, sam, "cost", {"total": ["405.22"]}, now=NOW)
        starting.keep_answers(session, sam, "place", {"name": ["The Hub"]}, now=later(days=1))
    with db.reading() as session:
        kept = starting.answers_of(session, sam)
    assert kept == {"place": {"name": ["The Hub"]}, "cost": {"total": ["405.22"]}}
    with db.transaction() as session:
        starting.start(session, plan(), sam, now=NOW)
        assert session.get(GroupDraft, sam.id) is None


@pytest.mark.usefixtures("database")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_name_makes_an_address_that_can_be_typed(name):
    with db.reading() as session:
        slug = starting.free_slug(session, name)
    assert slug.isascii()
    assert 0 < len(slug) <= 50
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
