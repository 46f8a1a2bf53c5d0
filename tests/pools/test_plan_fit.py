"""Nobody's plan pays for what it does not name: who is left out, who is not, and what stays so."""

from datetime import timedelta

import bills_making as make
import pytest
from bills_making import NOW
from sqlmodel import select

import db
from members import plans
from members.models import Person
from pools import beyond_plan
from pools.decisions import ballots, drafts, proposals
from pools.decisions.effects import Draft
from pools.spending import choosing, effects, entering, fitting
from pools.spending.models import BillShare
from pools.spending.plan_models import ShareNeed

EFFECTS = {"spend": effects.SPEND}
THEATRE = 24000


def plan_of(member, *needed, source="direct_payment"):
    """That member's plan, with needs as (words, kind)."""
    with db.transaction() as session:
        me = session.get_one(Person, member.person_id)
        facts = plans.Facts(
            source=source, funder="Northtown Council", weekly=18000, starts_on=NOW.date()
        )
        plan = plans.begin(session, me, facts, key=db.new_id(), now=NOW)
        for words, kind in needed:
            plans.add_need(session, me, plan.id, words, kind, key=db.new_id(), now=NOW)
        return plan


def ask(hub, serves=("out",), amount=THEATRE):
    """The group is asked about a theatre trip."""
    with db.transaction() as session:
        draft = Draft(
            pool_id=hub.pool.id, kind="spend", title="Shall we go to the theatre?", words="",
            amount=amount, cost="activities", payee="City Theatre", serves=serves,
        )  # fmt: skip
        return proposals.propose(
            session, hub.people[0], draft, key=db.new_id(), effects=EFFECTS, now=NOW
        )


def passed(hub, asked):
    """Everybody says yes."""
    for one in hub.people:
        with db.transaction() as session:
            ballots.cast(session, asked.id, one, "yes", now=NOW, effects=EFFECTS)
    return asked.id


def bill(hub, authority_id, **other):
    return make.enter(
        hub, authority_id=authority_id, amount=THEATRE, words="The theatre",
        payee_id=make.other_payee(hub).id, **other,
    )  # fmt: skip


def amounts(made):
    with db.reading() as session:
        rows = session.exec(select(BillShare).where(BillShare.bill_id == made.id)).all()
    return {row.membership_id: row.amount for row in rows}


def seen_by(hub, asked, member):
    """What the page of the vote tells this member."""
    with db.reading() as session:
        draft = drafts.of(session, session.get_one(proposals.Proposal, asked.id))
        return effects.preview(session, draft, member, now=NOW)


@pytest.fixture
def hub(database):
    return make.hub()


def test_ten_pay_24_pounds_instead_of_eleven_paying_21_82(hub):
    everyone = ask(hub)
    assert seen_by(hub, everyone, hub.people[1]).mine[0].pence in {2181, 2182}
    mary = hub.people[3]
    plan_of(mary, ("I do pottery", "learning"))
    plan_of(hub.people[1], ("I go out", "out"))
    first, mine, hers = (seen_by(hub, everyone, one) for one in (*hub.people[:2], mary))
    assert (first.mine[0].pence, mine.mine[0].pence, hers.mine[0].pence) == (2400, 2400, 0)
    assert first.sharing == mine.sharing == hers.sharing == "10 people share it."
    assert hers.plan.heading == "This is not in your plan"
    assert hers.plan.lines == ("You will not pay for it. You can still vote.",)
    assert mine.plan.heading == "This is in your plan"
    assert first.plan.heading == "We do not know what your plan says"
    shared = amounts(bill(hub, passed(hub, everyone)))
    assert mary.id not in shared
    assert set(shared.values()) == {2400}
    assert len(shared) == 10


def test_who_is_left_out_has_a_vote_like_everyone(hub):
    plan_of(hub.people[3], ("I do pottery", "learning"))
    asked = ask(hub)
    with db.transaction() as session:
        ballots.cast(session, asked.id, hub.people[3], "no", now=NOW, effects=EFFECTS)


def test_a_plan_without_needs_and_no_plan_at_all_count_as_in(hub):
    plan_of(hub.people[0])
    asked = ask(hub)
    with db.reading() as session:
        assert fitting.left_out(session, asked.id) == frozenset()


def test_what_names_no_need_is_for_everyone(hub):
    plan_of(hub.people[0], ("I do pottery", "learning"))
    asked = ask(hub, serves=())
    assert seen_by(hub, asked, hub.people[0]).plan is None
    with db.reading() as session:
        assert fitting.left_out(session, asked.id) == frozenset()


def test_a_plan_for_other_money_says_nothing_about_this(hub):
    plan_of(hub.people[0], ("I do pottery", "learning"), source="isf")
    asked = ask(hub)
    with db.reading() as session:
        assert fitting.left_out(session, asked.id) == frozenset()


def test_whoever_says_why_pays_and_can_take_it_back(hub):
    mary = hub.people[3]
    plan_of(mary, ("I do pottery", "learning"))
    asked = ask(hub)
    with pytest.raises(beyond_plan.SayWhy), db.transaction() as session:
        choosing.pay_anyway(session, mary, asked.id, "  ", now=NOW)
    with db.transaction() as session:
        choosing.pay_anyway(session, mary, asked.id, "I love the theatre", now=NOW)
    hers = seen_by(hub, asked, mary)
    assert hers.plan.heading == "You said that you pay for this"
    assert hers.mine[0].pence in {2181, 2182}
    with db.transaction() as session:
        choosing.pay_no_more(session, mary, asked.id, now=NOW)
    assert seen_by(hub, asked, mary).mine[0].pence == 0
    with pytest.raises(beyond_plan.NothingSaid), db.transaction() as session:
        choosing.pay_no_more(session, mary, asked.id, now=NOW)


def test_nobody_says_why_for_what_is_in_their_plan(hub):
    asked = ask(hub)
    with pytest.raises(choosing.InYourPlan), db.transaction() as session:
        choosing.pay_anyway(session, hub.people[0], asked.id, "Why not", now=NOW)


def test_the_need_that_a_share_serves_is_kept_with_the_bill(hub):
    mary, jo = hub.people[3], hub.people[0]
    plan_of(mary, ("I do pottery", "learning"))
    plan_of(jo, ("I see the town", "out"), ("I meet my friends", "people"))
    asked = ask(hub)
    with db.transaction() as session:
        choosing.pay_anyway(session, mary, asked.id, "I love the theatre", now=NOW)
    made = bill(hub, passed(hub, asked), now=NOW + timedelta(minutes=1))
    with db.reading() as session:
        told = [fitting.needs_of_bills(session, one.id, [made.id])[made.id]
                for one in (jo, mary, hub.people[1])]  # fmt: skip
    assert told == [("I see the town",), ("Not in my plan. I said: I love the theatre",), ()]


def test_a_plan_that_changes_later_leaves_the_bill_as_it_was(hub):
    jo, mary = hub.people[0], hub.people[3]
    plan = plan_of(jo, ("I see the town", "out"))
    made = bill(hub, passed(hub, ask(hub)))
    before = amounts(made)
    with db.transaction() as session:
        me = session.get_one(Person, jo.person_id)
        [need] = plans.needs_of(session, [plan.id])[plan.id]
        plans.end_need(session, me, need.id, now=NOW)
        plans.add_need(session, me, plan.id, "I rest", "well", key=db.new_id(), now=NOW)
    plan_of(mary, ("I do pottery", "learning"))
    make.approve(hub, made)
    make.pay(hub, made)
    assert amounts(make.again(made)) == before
    with db.reading() as session:
        assert fitting.needs_of_bills(session, jo.id, [made.id]) == {made.id: ("I see the town",)}


def test_a_plan_that_changes_between_look_and_save_asks_for_another_look(hub):
    authority = passed(hub, ask(hub))
    payee = make.other_payee(hub)
    facts = {"authority_id": authority, "amount": THEATRE, "payee_id": payee.id}
    with db.reading() as session:
        seen = entering.look(session, make.new_bill(hub, **facts), hub.treasurer, now=NOW).seen
    plan_of(hub.people[3], ("I do pottery", "learning"))
    with pytest.raises(entering.SharesMoved):
        make.enter(hub, seen=seen, **facts)


def test_what_is_in_nobodys_plan_can_be_voted_and_never_billed(hub):
    for one in hub.people:
        plan_of(one, ("I do pottery", "learning"))
    asked = ask(hub)
    told = seen_by(hub, asked, hub.people[0])
    assert told.mine[0].pence == 0
    assert told.sharing.startswith("This is in nobody's plan.")
    authority = passed(hub, asked)
    with pytest.raises(fitting.InNobodysPlan):
        bill(hub, authority)


def test_before_it_is_asked_nobody_can_try_out_whose_plan_says_what(hub):
    plan_of(hub.people[3], ("I do pottery", "learning"))
    draft = Draft(
        pool_id=hub.pool.id, kind="spend", title="Shall we?", words="", amount=THEATRE,
        cost="activities", payee="City Theatre", serves=("out",),
    )  # fmt: skip
    with db.reading() as session:
        told = effects.preview(session, draft, hub.people[0], now=NOW)
    assert told.mine[0].pence in {2181, 2182}
    assert "10" not in told.sharing


def test_what_a_share_was_for_can_be_deleted_and_the_bill_stays(hub):
    plan_of(hub.people[0], ("I see the town", "out"))
    made = bill(hub, passed(hub, ask(hub)))
    with db.transaction() as session:
        for row in session.exec(select(ShareNeed)).all():
            session.delete(row)
    assert sum(amounts(made).values()) == THEATRE
