"""My money on one page, and the private warning: once for each level, again only after it fell."""

from datetime import timedelta

import bills_making as make
import pytest
from bills_making import NOW
from sqlmodel import select
from test_plan_fit import plan_of

import db
from members import plans
from members.models import Letter, Person
from pools.spending import my_money, warning
from pools.spending.plan_models import WeeksWarning


def tick():
    with db.reading() as session:
        waiting = warning.due(session, NOW)
    for plan_id in waiting:
        with db.transaction() as session:
            warning.warn(session, plan_id, now=NOW)
    return len(waiting)


def letters():
    with db.reading() as session:
        return session.exec(select(Letter).where(Letter.kind == "weeks_held")).all()


def say_own(member, plan, pence, *, later=0):
    with db.transaction() as session:
        me, now = session.get_one(Person, member.person_id), NOW + timedelta(minutes=later)
        plans.say_own(session, me, plan.id, pence, NOW.date(), key=db.new_id(), now=now)


def purse_of(member):
    with db.reading() as session:
        me = session.get_one(Person, member.person_id)
        [purse] = my_money.my_money(session, me, today=NOW.date())
        return purse


@pytest.fixture
def jo(database):
    """In the group with £300, and a plan of £180 a week of which 8 weeks may be kept."""
    hub = make.hub(paid_in=30000)
    jo = hub.people[0]
    return hub, jo, plan_of(jo, ("I meet my friends", "people"))


def test_the_group_and_my_own_account_are_held_beside_the_limit(jo):
    _, me, plan = jo
    say_own(me, plan, 125000)
    held = purse_of(me).weeks.holding
    assert (held.in_groups, held.own, held.hundredths) == (30000, 125000, 108)


def test_what_i_paid_in_is_what_was_spent_and_what_is_left(jo):
    hub, me, _ = jo
    make.paid(hub)
    purse = purse_of(me)
    [part] = purse.groups
    assert part.paid_in - part.spent + part.moved == part.left
    assert (part.paid_in, part.spent) == (30000, 4033) or part.spent == 4034
    assert purse.sentence.startswith("You paid in £300. It paid for £40.3")
    assert part.needs == ("I meet my friends",)


def test_the_forecast_takes_my_place_and_other_things_from_what_comes(jo):
    _, me, plan = jo
    with db.transaction() as session:
        person = session.get_one(Person, me.person_id)
        plans.change(session, person, plan.id, now=NOW, elsewhere=10000)
    flow = purse_of(me).weeks.flow
    assert (flow.comes, flow.goes) == (18000, 14200)


def test_a_person_is_told_once_at_each_level_and_again_only_after_it_fell(jo):
    _, me, plan = jo
    assert (tick(), letters()) == (0, [])
    say_own(me, plan, 78000, later=1)  # £1,080 of £1,440
    assert (tick(), tick(), len(letters())) == (1, 0, 1)
    say_own(me, plan, 114000, later=2)  # all of it
    assert (tick(), tick(), len(letters())) == (1, 0, 2)
    say_own(me, plan, 0, later=3)
    assert (tick(), tick(), len(letters())) == (1, 0, 2)
    say_own(me, plan, 125000, later=4)  # both at once: one letter, of the higher
    assert (tick(), tick(), len(letters())) == (1, 0, 3)


def test_the_letter_is_mine_alone_and_says_no_number(jo):
    hub, me, plan = jo
    say_own(me, plan, 125000)
    tick()
    [letter] = letters()
    assert (letter.person_id, letter.pool_id) == (me.person_id, None)
    assert letter.facts == '{"link": "/me/money"}'
    assert hub.pool.id is not None


def test_an_ended_plan_warns_of_nothing(jo):
    _, me, plan = jo
    say_own(me, plan, 125000)
    with db.transaction() as session:
        plans.end(session, session.get_one(Person, me.person_id), plan.id, now=NOW)
    assert tick() == 0
    with db.transaction() as session:
        warning.warn(session, plan.id, now=NOW)  # it ended while the tick ran
    with db.reading() as session:
        assert session.exec(select(WeeksWarning)).all() == []


def test_the_page_says_it_in_words_and_boxes(jo, tmp_path, database):
    _, me, plan = jo
    say_own(me, plan, 125000)
    page = make.device(make.app_at(tmp_path, database), me).get("/me/money")
    said = "You hold more than 8 weeks of this money. You may keep 8 weeks."
    assert said in page
    boxes = page.soup.find(class_="weeks")
    assert boxes["aria-label"] == said
    assert len(boxes.find_all("svg")) == 9
    for sentence in ("You paid in £300.", "£110.00", "What you can do", "I meet my friends"):
        assert sentence in page
    assert "%" not in page.text


def test_without_a_plan_the_page_says_how_to_add_it(jo, tmp_path, database):
    hub, _, _ = jo
    page = make.device(make.app_at(tmp_path, database), hub.people[1]).get("/me/money")
    assert "We do not know your plan for this money" in page
    assert page.click("My plan").h1 == "My plan"


def test_without_money_the_page_is_calm(jo, tmp_path, database):
    hub, _, _ = jo
    page = make.device(make.app_at(tmp_path, database), hub.organiser).get("/me/money")
    assert "You have no money in a group yet" in page
