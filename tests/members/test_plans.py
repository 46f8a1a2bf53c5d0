"""My plan: written down by its person in small pages, changed, ended, brought back."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import people_making as make
import pytest
from browsing import NOW as CLOCK
from browsing import signed_in
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

import db
from errors import NotValid
from members import needs, plans
from members.models import Need, Person, Plan
from members.needs import Needed, Why

NOW = make.NOW
FACTS = plans.Facts(
    source="direct_payment", funder="Northtown Council", weekly=18000, starts_on=date(2026, 4, 1)
)


def begun(person, key=None, **other):
    with db.transaction() as session:
        facts = replace(FACTS, **other)
        return plans.begin(session, person, facts, key=key or db.new_id(), now=NOW)


def needed(person, plan, words="I meet my friends", kind="people", key=None):
    with db.transaction() as session:
        return plans.add_need(
            session, person, plan.id, words, kind, key=key or db.new_id(), now=NOW
        )


def did(use_case, *args, **more):
    with db.transaction() as session:
        return use_case(session, *args, **more)


def rows(table):
    with db.reading() as session:
        return session.exec(select(table)).all()


# --- rules ---


def test_a_plan_begins_with_three_answers_and_the_rest_has_a_start(database):
    jo = make.person()
    plan = begun(jo, funder="  Northtown   Council ")
    assert (plan.funder, plan.name_there, plan.limit_weeks) == ("Northtown Council", "Jo", 8)
    assert (plan.managed_by, plan.reference, plan.elsewhere) == ("Myself", "", 0)


def test_a_form_sent_twice_is_one_plan_and_with_other_facts_it_is_refused(database):
    jo, key = make.person(), db.new_id()
    assert begun(jo, key).id == begun(jo, key).id
    assert len(rows(Plan)) == 1
    with pytest.raises(plans.FormUsed):
        begun(jo, key, weekly=1)


def test_there_is_one_open_plan_for_each_money(database):
    jo = make.person()
    first = begun(jo)
    begun(jo, source="isf")
    with pytest.raises(plans.PlanThere):
        begun(jo)
    did(plans.end, jo, first.id, now=NOW)
    begun(jo)
    with pytest.raises(plans.PlanThere):
        did(plans.bring_back, jo, first.id)


def test_an_ended_plan_can_be_brought_back_with_its_needs(database):
    jo = make.person()
    plan = begun(jo)
    needed(jo, plan)
    did(plans.end, jo, plan.id, now=NOW)
    with pytest.raises(plans.PlanEnded):
        needed(jo, plan)
    did(plans.bring_back, jo, plan.id)
    with db.reading() as session:
        assert plans.fit(session, jo.id, "direct_payment", {"people"}).why is Why.FITS


def test_a_need_is_ended_and_never_rewritten(database):
    jo = make.person()
    need = needed(jo, begun(jo))
    for words in ("Another thing", "I meet my enemies"):
        with pytest.raises(db.Broken, match="can't be changed"), db.transaction() as session:
            session.get_one(Need, need.id).words = words
    did(plans.end_need, jo, need.id, now=NOW)
    assert did(plans.bring_back_need, jo, need.id).ended_at is None
    with db.transaction() as session:
        session.get_one(Need, need.id).words = ""  # only wiping is let through, for an erasure


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"weekly": 0}, plans.SayWeekly),
        ({"weekly": -1}, plans.SayWeekly),
        ({"weekly": 10**9}, plans.SayWeekly),
        ({"limit_weeks": 0}, plans.SayWeeks),
        ({"limit_weeks": 53}, plans.SayWeeks),
        ({"elsewhere": -1}, plans.SayElsewhere),
        ({"funder": "  "}, plans.SayWho),
        ({"funder": "x" * 81}, plans.TooLong),
        ({"source": "pocket"}, plans.NotThatMoney),
        ({"starts_on": date(1066, 10, 14)}, plans.SayDates),
        ({"ends_on": date(2026, 4, 1)}, plans.LastAfterFirst),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_to_do(database, other, refusal):
    jo = make.person()
    with pytest.raises(refusal):
        begun(jo, **other)
    wrong = {name: value for name, value in other.items() if name != "source"}
    with pytest.raises(NotValid):
        did(plans.change, jo, begun(jo).id, now=NOW, **({"weekly": 0} | wrong))
    assert len(rows(Plan)) == 1


def test_nobody_can_touch_another_persons_plan(database):
    jo, ann = make.person(), make.person("Ann", "ann@example.com")
    plan = begun(jo)
    need = needed(jo, plan)
    acts = [
        lambda s: plans.change(s, ann, plan.id, now=NOW, weekly=5),
        lambda s: plans.end(s, ann, plan.id, now=NOW),
        lambda s: plans.bring_back(s, ann, plan.id),
        lambda s: plans.add_need(s, ann, plan.id, "x", "out", key=db.new_id(), now=NOW),
        lambda s: plans.end_need(s, ann, need.id, now=NOW),
        lambda s: plans.bring_back_need(s, ann, need.id),
        lambda s: plans.say_own(s, ann, plan.id, 5, NOW.date(), key=db.new_id(), now=NOW),
    ]
    for act in acts:
        with pytest.raises(plans.NoSuchPlan), db.transaction() as session:
            act(session)


def test_the_database_keeps_one_open_plan_too(database):
    jo = make.person()
    begun(jo)
    with pytest.raises(db.Broken, match="already"), db.transaction() as session:
        session.add(Plan(**FACTS.__dict__ | {"name_there": "Jo"}, person_id=jo.id, made_at=NOW))
    with pytest.raises((DBAPIError, db.Broken)), db.transaction() as session:
        session.add(Need(plan_id=rows(Plan)[0].id, words="x", kind="rockets", made_at=NOW))


def test_what_is_in_my_account_is_the_newest_i_said(database):
    jo = make.person()
    plan, day = begun(jo), NOW.date()
    for n, amount in enumerate((500, 125000)):
        did(plans.say_own, jo, plan.id, amount, day, key=db.new_id(), now=NOW + timedelta(hours=n))
    with db.reading() as session:
        assert plans.own_account(session, plan.id).amount == 125000
        assert plans.own_account(session, plan.id, until=day - timedelta(days=1)) is None
    with pytest.raises(plans.NotYet):
        did(plans.say_own, jo, plan.id, 5, day + timedelta(days=2), key=db.new_id(), now=NOW)


# --- whether a thing is in a plan: pure ---

KINDS = st.sampled_from(needs.KINDS)
PLANS = st.none() | st.lists(st.builds(Needed, st.uuids(), st.text(max_size=5), KINDS), max_size=4)


@given(PLANS, st.sets(KINDS), st.booleans())
def test_only_a_told_plan_that_names_none_of_its_kinds_leaves_somebody_out(plan, serves, anyway):
    found = needs.fit(plan, serves, anyway=anyway)
    out = bool(plan) and bool(serves) and not {one.kind for one in plan} & serves and not anyway
    assert found.pays is not out
    assert all(one in (plan or []) and one.kind in serves for one in found.needs)
    assert bool(found.needs) == (found.why is Why.FITS)


@given(PLANS, st.sets(KINDS), KINDS)
def test_one_more_kind_never_leaves_more_people_out(plan, serves, more):
    if serves:
        assert needs.fit(plan, serves | {more}).pays >= needs.fit(plan, serves).pays


# --- pages ---


def test_a_person_writes_down_their_plan_in_small_pages(site):
    jo = make.person()
    browser = signed_in(site, jo)
    page = browser.get("/me").click("Look at my plan")
    assert "You have not written down a plan" in page
    page = page.click("Write down my plan").send(
        "Save", source="direct_payment", funder="Northtown Council", weekly="180"
    )
    page = page.send("Save this need", kind="people", words="I meet my friends")
    assert page.path == "/me/plan"
    for sentence in ("Meeting people", "I meet my friends", "£180", "8 weeks", "Myself"):
        assert sentence in page
    plan = rows(Plan)[0].id
    page = browser.get(f"/me/plan/{plan}/who").send(
        "Save", funder="Northtown Council", name_there="Joanna Bell", reference="NC 4471"
    )
    page = browser.get(f"/me/plan/{plan}/money").send(
        "Save", weekly="£180", limit_weeks="6", elsewhere="20.50"
    )
    page = browser.get(f"/me/plan/{plan}/dates").send(
        "Save", starts_on="2026-04-01", ends_on="2027-03-31"
    )
    page = browser.get(f"/me/plan/{plan}/help").send("Save", managed_by="Ann, my attorney")
    page = browser.get(f"/me/plan/{plan}/account").send(
        "Save", amount="1,250", on_day=f"{CLOCK:%Y-%m-%d}"
    )
    for sentence in ("Joanna Bell", "NC 4471", "6 weeks", "£20.50", "Ann, my attorney", "£1,250"):
        assert sentence in page


def test_the_last_day_can_be_left_empty_again(site):
    jo = make.person()
    plan = begun(jo, ends_on=date(2027, 3, 31))
    browser = signed_in(site, jo)
    page = browser.get(f"/me/plan/{plan.id}/dates")
    assert page.soup.find("input", {"name": "ends_on"})["value"] == "2027-03-31"
    assert "No last day" in page.send("Save", ends_on="")


def test_a_need_and_a_plan_are_ended_and_brought_back_by_a_button(site):
    jo = make.person()
    plan = begun(jo)
    needed(jo, plan)
    browser = signed_in(site, jo)
    page = browser.get("/me/plan").send("It is over")
    assert "You have not said what you need" in page
    assert "I meet my friends" in page.send("Bring it back")
    page = browser.get("/me/plan").click("End this plan").send("End this plan")
    assert "You have not written down a plan" in page
    assert "What I need" in page.send("Bring it back")


def test_a_wrong_answer_says_what_to_do_and_keeps_what_was_typed(site):
    browser = signed_in(site, make.person())
    page = browser.get("/me/plan/new").send("Save", funder="Northtown Council", weekly="a lot")
    assert page.status == 422
    assert page.soup.find("input", {"name": "funder"})["value"] == "Northtown Council"
    assert "Pick which money it is." in page


def test_another_persons_plan_is_not_there(site):
    jo = make.person()
    plan = begun(jo)
    need = needed(jo, plan)
    ann = signed_in(site, make.person("Ann", "ann@example.com"))
    for part in ("who", "money", "dates", "help", "need", "account", "end"):
        assert ann.get(f"/me/plan/{plan.id}/{part}").status == 404
    site.config["WTF_CSRF_ENABLED"] = False
    for path in (
        f"{plan.id}/end",
        f"{plan.id}/back",
        f"need/{need.id}/end",
        f"need/{need.id}/back",
    ):
        assert ann.post(f"/me/plan/{path}", {"id": str(db.new_id())}).status == 404
    assert rows(Plan)[0].ended_at is None
    assert rows(Need)[0].ended_at is None


def test_an_unknown_part_of_my_plan_is_not_there(site):
    jo = make.person()
    plan = begun(jo)
    assert signed_in(site, jo).get(f"/me/plan/{plan.id}/nothing").status == 404
    assert isinstance(rows(Person)[0].id, UUID)
