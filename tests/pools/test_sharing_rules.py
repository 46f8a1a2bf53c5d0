"""A bill shared by each rule: who came, support, named people, the group's own money; by code,
by the database and on the page.
"""

from datetime import date

import bills_making as making
import pytest
from bills_making import BILLED, HOME, enter, fund_of, hub
from sqlmodel import select
from test_bills_database import add_refused, refused

import db
from ledger import accounting, journal
from members.access import NotYourJob
from members.models import Person, Plan
from pools import joining
from pools.bands import bands
from pools.bands.models import BandHeld
from pools.funds import funds
from pools.funds.models import GrantCost, GrantFund
from pools.register import attendance
from pools.register.models import Attendance
from pools.spending import sharing
from pools.spending.models import Bill, BillShare

DAYS = (date(2026, 12, 3), date(2026, 12, 10), date(2026, 12, 17))


def shares(bill):
    with db.reading() as session:
        rows = session.exec(select(BillShare).where(BillShare.bill_id == bill.id)).all()
    people = {}
    for row in rows:
        people[row.membership_id] = people.get(row.membership_id, 0) + row.amount
    return people


def tick(made, on, said, *, by=None, now=making.NOW):
    with db.transaction() as session:
        return attendance.tick(
            session, by or made.checker, made.made.days[0], on, said, now=now
        )  # fmt: skip


def first_thursday(made):
    with db.reading() as session:
        days = attendance.planned_days(session, made.people[0].id, date(2026, 9, 1), BILLED)
        return sorted(on for _, on in days)


def filled(made, missing=3):
    """Every Thursday up to the bill's: the last `missing` people came only to the first."""
    days = first_thursday(made)
    for number, on in enumerate(days):
        away = made.people[-missing:] if number else ()
        tick(made, on, {p.id: "missed" if p in away else "came" for p in made.people})
    return days


def grant(made, *, costs=("day_centre",), until=None, amount=30000, by=None):
    with db.transaction() as session:
        new = funds.NewGrant(
            key=db.new_id(), name="Bus money", giver="Ash Trust", costs=frozenset(costs),
            until=until,
        )  # fmt: skip
        given = funds.add(session, new, by or made.treasurer, now=making.NOW)
        facts = accounting.Facts(on=BILLED, key=f"bank:{db.new_id()}", words="x")
        if amount:
            draft = accounting.contribution(given.fund_id, amount, facts, account="grants")
            journal.post(session, made.pool.book_id, draft, now=making.NOW)
    return given.fund_id


# --- who came ------------------------------------------------------------------------------------


def test_by_attendance_each_pays_for_how_often_they_came(database):
    made = hub()
    days = filled(made)
    bill = enter(made, rule="attendance", since=days[0], until=days[-1], amount=30000)
    paid = shares(bill)
    often, seldom = paid[made.people[0].id], paid[made.people[-1].id]
    assert sum(paid.values()) == 30000
    assert abs(often - seldom * len(days)) <= len(days)
    assert bill.rule == "attendance"


def test_by_attendance_every_day_must_be_filled_in_first(database):
    made = hub()
    days = first_thursday(made)
    with pytest.raises(sharing.RegisterNotFull, match=f"{days[0].day} {days[0]:%B}"):
        enter(made, rule="attendance", since=days[0], until=days[-1])


def test_where_nobody_came_nobody_can_share(database):
    made = hub()
    on = first_thursday(made)[0]
    tick(made, on, {p.id: "told" for p in made.people})
    with pytest.raises(sharing.NobodyCame):
        enter(made, rule="attendance", since=on, until=on)
    with pytest.raises(sharing.DaysNeeded):
        enter(made, rule="attendance")
    with pytest.raises(sharing.DaysWrong):
        enter(made, rule="attendance", since=on, until=date(2026, 1, 1))


def test_a_tick_is_corrected_by_a_newer_one_and_both_are_kept(database):
    made = hub()
    on, who = first_thursday(made)[0], made.people[0]
    assert tick(made, on, {who.id: "missed"}) == 1
    assert tick(made, on, {who.id: "missed"}) == 0
    assert tick(made, on, {who.id: "came"}, by=made.organiser, now=making.later(hours=1)) == 1
    with db.reading() as session:
        rows = session.exec(select(Attendance).order_by(Attendance.marked_at)).all()
        assert attendance.of(session, who.id, on, on) == attendance.Came(1, 1, 0)
    assert [(row.said, row.marked_by, row.replaced_at is None) for row in rows] == [
        ("missed", made.checker.id, False),
        ("came", made.organiser.id, True),
    ]


def test_days_are_planned_by_the_place_and_counted_by_the_register(database):
    made = hub()
    days = filled(made)
    with db.reading() as session:
        late = attendance.of(session, made.people[-1].id, days[0], days[-1])
        none = attendance.of(session, made.treasurer.id, days[0], days[-1])
    assert late == attendance.Came(len(days), 1, len(days) - 1)
    assert none == attendance.Came(0, 0, 0)


def test_only_somebody_with_a_job_ticks_and_never_ahead(database):
    made = hub()
    on, who = first_thursday(made)[0], made.people[0]
    with pytest.raises(NotYourJob):
        tick(made, on, {who.id: "came"}, by=who)
    with pytest.raises(attendance.NotADay):
        tick(made, date(2026, 12, 16), {who.id: "came"})
    with pytest.raises(attendance.NotYet):
        tick(made, date(2026, 12, 24), {who.id: "came"})
    with pytest.raises(attendance.NotOnTheList):
        tick(made, on, {made.treasurer.id: "came"})
    with pytest.raises(attendance.NotASaying):
        tick(made, on, {who.id: "ill"})


def test_the_database_keeps_every_tick_as_it_was(database):
    made = hub()
    on, who = first_thursday(made)[0], made.people[0]
    tick(made, on, {who.id: "came"})
    refused("A tick can't be changed", "UPDATE attendance SET said = 'missed'")
    refused("A tick can't be changed", "DELETE FROM attendance")
    row = {"pool_id": made.pool.id, "session_id": made.made.days[0], "happened_on": on,
           "membership_id": made.people[1].id, "said": "came", "marked_at": making.NOW}  # fmt: skip
    add_refused("with a job", Attendance(**row, marked_by=who.id))
    other = hub("other-hub")
    foreign = row | {"membership_id": other.people[0].id}
    add_refused("two groups", Attendance(**foreign, marked_by=made.checker.id))


# --- support bands -------------------------------------------------------------------------------


def band(made, who, weight, *, by=None, second=None):
    with db.transaction() as session:
        key = db.new_id()
        found = bands.make(session, by or made.treasurer, f"B{key}"[:30], weight, key=key,
                           now=making.NOW)  # fmt: skip
        held = bands.put(session, by or made.treasurer, who.id, found.id, key=db.new_id(),
                         now=making.NOW)  # fmt: skip
        if second is not None:
            bands.confirm(session, second, held.id, now=making.NOW)
    return held


def test_by_band_a_person_who_counts_one_and_a_half_pays_so(database):
    made = hub()
    band(made, made.people[0], "1 1/2", second=made.checker)
    paid = shares(enter(made, rule="band", amount=11500))
    assert paid[made.people[0].id] == 1500
    assert {paid[p.id] for p in made.people[1:]} == {1000}


def test_a_band_counts_only_once_a_second_person_confirmed_it(database):
    made = hub()
    held = band(made, made.people[0], "2")
    assert set(shares(enter(made, rule="band", amount=11000)).values()) == {1000}
    with pytest.raises(bands.YouSaidIt), db.transaction() as session:
        bands.confirm(session, made.treasurer, held.id, now=making.NOW)
    refused("Another person must confirm", "UPDATE band_held SET confirmed_by = set_by, "
            "confirmed_at = set_at")  # fmt: skip
    refused("can't be changed", "DELETE FROM band_held")


def test_nobody_sets_or_confirms_their_own_band(database):
    made = hub()
    with pytest.raises(bands.AboutYourself):
        band(made, made.treasurer, "2")
    with pytest.raises(bands.AboutYourself):
        band(made, made.checker, "2", second=made.checker)
    found = band(made, made.people[0], "2")
    row = {"pool_id": made.pool.id, "band_id": found.band_id, "set_at": making.NOW}
    add_refused("about yourself", BandHeld(**row, membership_id=made.checker.id,
                                           set_by=made.checker.id))  # fmt: skip
    add_refused("with a job", BandHeld(**row, membership_id=made.people[1].id,
                                       set_by=made.people[2].id))  # fmt: skip


def test_a_new_band_takes_the_place_of_the_old(database):
    made = hub()
    who = made.people[0]
    band(made, who, "2", second=made.checker)
    band(made, who, "3", second=made.checker)
    with db.reading() as session:
        assert bands.weights_of(session, [who.id]) == {who.id: 3}


# --- named people --------------------------------------------------------------------------------


def test_only_the_named_share_it_equally(database):
    made = hub()
    named = made.people[2:5]
    paid = shares(enter(made, rule="named", people=frozenset(p.id for p in named), amount=1000))
    assert sorted(paid.values()) == [333, 333, 334]
    assert paid.keys() == {p.id for p in named}


def test_nobody_without_money_here_can_be_named(database):
    made = hub()
    with pytest.raises(sharing.PeopleNeeded):
        enter(made, rule="named")
    with pytest.raises(sharing.NotOneOfUs):
        enter(made, rule="named", people=frozenset({made.treasurer.id}))
    with pytest.raises(sharing.NoSuchRule):
        enter(made, rule="by luck")


# --- the group's own money -----------------------------------------------------------------------


def test_a_grant_pays_first_and_the_people_share_the_rest(database):
    made = hub()
    fund = grant(made, amount=30000)
    bill = enter(made, fund_id=fund, amount=41000)
    paid = shares(bill)
    assert paid.pop(None) == 30000
    assert set(paid.values()) == {1000}
    making.approve(made, bill)
    making.pay(made, bill)
    with db.reading() as session:
        assert funds.find(session, made.pool, fund).has == 0


def test_a_grant_pays_a_part_where_a_part_is_wanted(database):
    made = hub()
    fund = grant(made)
    assert shares(enter(made, fund_id=fund, from_fund=1000, amount=12000))[None] == 1000
    with pytest.raises(sharing.NotThatMuch, match="£290 left"):
        enter(made, fund_id=fund, from_fund=29001, amount=40000)
    with pytest.raises(sharing.MoreThanTheBill):
        enter(made, fund_id=fund, from_fund=200, amount=100)


def test_money_for_transport_pays_for_nothing_else(database):
    made = hub()
    fund = grant(made, costs=("transport",))
    with pytest.raises(funds.OnlyFor, match="Bus money may only pay for transport"):
        enter(made, fund_id=fund)
    bill = enter(made)
    add_refused("given for something else",
                BillShare(bill_id=bill.id, fund_id=fund, amount=1, carry="0"))  # fmt: skip


def test_money_whose_time_is_over_pays_nothing(database):
    made = hub()
    fund = grant(made, until=date(2026, 12, 16))
    with pytest.raises(funds.TimeOver, match="until 16 December 2026"):
        enter(made, fund_id=fund)
    bill = enter(made)
    add_refused("given for something else",
                BillShare(bill_id=bill.id, fund_id=fund, amount=1, carry="0"))  # fmt: skip


def test_safety_money_needs_a_vote(database):
    made = hub()
    with db.transaction() as session:
        reserve = funds.of_kind(session, made.pool, "reserve")
        facts = accounting.Facts(on=BILLED, key="bank:r", words="x")
        draft = accounting.contribution(reserve, 5000, facts, account="interest")
        journal.post(session, made.pool.book_id, draft, now=making.NOW)
    with pytest.raises(funds.OnlyByVote):
        enter(made, fund_id=reserve)
    bill = enter(made)
    add_refused("given for something else",
                BillShare(bill_id=bill.id, fund_id=reserve, amount=1, carry="0"))  # fmt: skip


def test_nobodys_money_pays_the_share_of_another(database):
    """By hand, past every use case: the fund of one person under the name of another, or no one."""
    made = hub()
    bill = enter(made)
    late = joining_money(made, made.checker)
    for who in (made.people[0].id, None):
        add_refused("given for something else", BillShare(
            bill_id=bill.id, fund_id=late, membership_id=who, amount=1, carry="0"))  # fmt: skip


def joining_money(made, who, kind="own_money"):
    with db.transaction() as session:
        return joining.source_of(session, who, kind, now=making.NOW).fund_id


def test_what_a_grant_may_pay_for_stays(database):
    made = hub()
    fund = grant(made)
    refused("can't be changed", "UPDATE grant_fund SET until = NULL")
    refused("can't be changed", "DELETE FROM grant_cost")
    enter(made, fund_id=fund)
    add_refused("can't be changed", GrantCost(fund_id=fund, cost="meals"))
    add_refused("two groups", GrantFund(
        fund_id=db.new_id(), key=db.new_id(), pool_id=made.pool.id, name="x", giver="x",
        made_by=made.treasurer.id, made_at=making.NOW))  # fmt: skip
    with pytest.raises(NotYourJob):
        grant(made, by=made.checker)


# --- which source pays first ---------------------------------------------------------------------


def plan(made, who, source, ends_on):
    with db.transaction() as session:
        person = session.get_one(Person, who.person_id)
        session.add(Plan(
            person_id=person.id, source=source, name_there="x", funder="x", weekly=9000,
            starts_on=date(2026, 1, 1), ends_on=ends_on, managed_by="Myself",
            made_at=making.NOW))  # fmt: skip


def two_purses(made, who, *, own=1000):
    fund = joining_money(made, who)
    with db.transaction() as session:
        facts = accounting.Facts(on=BILLED, key=f"bank:{db.new_id()}", words="x")
        draft = accounting.contribution(fund, own, facts)
        journal.post(session, made.pool.book_id, draft, now=making.NOW)
    return fund


def funds_of(bill, who):
    with db.reading() as session:
        rows = session.exec(
            select(BillShare).where(BillShare.bill_id == bill.id, BillShare.membership_id == who.id)
        )
        return {row.fund_id: row.amount for row in rows}


def test_the_money_that_ends_soonest_pays_first_then_the_next(database):
    made = hub()
    who = made.people[0]
    own = two_purses(made, who, own=1000)
    plan(made, who, "own_money", date(2027, 1, 31))
    plan(made, who, "direct_payment", date(2027, 6, 30))
    bill = enter(made, amount=44000)
    assert funds_of(bill, who) == {own: 1000, fund_of_kind(who, "direct_payment"): 3000}


def fund_of_kind(who, kind):
    with db.transaction() as session:
        return joining.source_of(session, who, kind, now=making.NOW).fund_id


def test_what_is_promised_to_another_bill_is_not_there_twice(database):
    made = hub()
    who = made.people[0]
    own = two_purses(made, who, own=1000)
    plan(made, who, "own_money", date(2027, 1, 31))
    enter(made, amount=44000)
    assert own not in funds_of(enter(made, amount=44000), who)


def test_the_place_says_where_the_rules_say_so(database):
    made = hub(terms={"pays_first": "place"})
    who = made.people[0]
    own = two_purses(made, who)
    plan(made, who, "own_money", date(2027, 1, 31))
    assert own not in funds_of(enter(made, amount=44000), who)
    assert funds_of(enter(made, amount=44000), who) == {fund_of(who): 4000}


# --- on the page ---------------------------------------------------------------------------------


@pytest.fixture
def app(database, tmp_path):
    return making.app_at(tmp_path, database)


def typed(made, **other):
    facts = {
        "payee": str(made.payee.id), "number": "A-17", "billed_on": "2026-12-17",
        "amount": "300", "words": "Three Thursdays",
    }  # fmt: skip
    return facts | other


def test_who_came_is_chosen_seen_saved_and_told_everywhere(app):
    made = hub()
    days = filled(made)
    ana = making.device(app, made.treasurer)
    span = {"since": days[0].isoformat(), "until": days[-1].isoformat()}
    form = ana.get(HOME + "/bills/new")
    check = form.send("See each share", **typed(made, rule="attendance", **span))
    assert "Shared by who came." in check
    assert "11 people share £300." in check
    assert made.people[0].name in check
    saved = check.send("Save and ask for a check")
    assert "Saved." in saved
    raj = making.device(app, made.checker)
    page = raj.get(saved.path)
    assert made.people[0].name in page
    raj.get(saved.path).send("Yes, pay £300 to Oak Lane Care")
    with db.reading() as session:
        bill = session.exec(select(Bill)).one()
    making.pay(made, bill)
    member = making.device(app, made.people[0])
    seen = member.get(saved.path)
    assert made.people[1].name not in seen.text
    assert "Shared by who came. 11 people shared £300." in member.get(HOME + "/money")


def test_the_register_of_a_day_at_the_door(app):
    made = hub()
    raj = making.device(app, made.checker)
    page = raj.get(HOME + "/run").click("Who came? The register")
    assert "Thursday 17 December" in page
    assert "11 people are not ticked yet" in page
    who = made.people[0]
    done = page.send("Save", **{f"tick_{who.id.hex}": "missed"})
    assert "10 people are not ticked yet" in done
    done = done.send("Everybody else came")
    assert "10 people came." in done
    fixed = done.send("Save", **{f"tick_{who.id.hex}": "came"})
    assert "Before: did not come (Raj of thursday-hub" in fixed
    assert "Thursday 10 December" in fixed.click("The day before")
    assert "A register for paper" in fixed.click("A sheet for paper").h1


def test_a_member_sees_only_their_own_line_of_the_register(app):
    made = hub()
    days = filled(made)
    member = making.device(app, made.people[-1])
    page = member.get(HOME + "/register")
    assert f"You came 1 of {len(days)} Thursdays." in page
    assert made.people[0].name not in page.html


def test_what_a_grant_may_pay_for_stands_on_its_page(app):
    made = hub()
    ana = making.device(app, made.treasurer)
    form = ana.get(HOME + "/money").click("Whose money it is").click("Add a grant or a gift")
    assert form.send("Save", name="", giver="").status == 422
    saved = form.send("Save", name="Bus money", giver="Ash Trust", costs=["transport"],
                      until="2027-03-31")  # fmt: skip
    assert "This money may only pay for transport." in saved
    assert "£0 left until 31 March 2027." in saved
    member = making.device(app, made.people[0])
    assert "From Ash Trust." in member.get(HOME + "/money/funds").click("See what it paid for")
    assert "Canary" not in member.get(HOME + "/money/funds").text.replace(made.people[0].name, "")


def test_a_band_is_set_by_two_on_the_page_and_seen_by_the_person(app):
    made = hub()
    ana, raj = making.device(app, made.treasurer), making.device(app, made.checker)
    page = ana.get(HOME + "/bands").send("Add this band", name="A worker to myself", weight="2")
    band_id = page.soup.find("select", attrs={"name": "band"}).find_all("option")[1]["value"]
    page = page.send("Ask a second person", who=str(made.people[0].id), band=band_id)
    assert "Yes, confirm it" not in page
    assert "Confirmed." in raj.get(HOME + "/bands").send("Yes, confirm it")
    assert "You are in" in making.device(app, made.people[0]).get(HOME + "/bands")
    other = making.device(app, made.people[1]).get(HOME + "/bands")
    assert "You are in no band." in other
    assert made.people[0].name not in other.html


def test_the_money_that_a_grant_refuses_is_said_on_the_page(app):
    made = hub()
    fund = grant(made, costs=("transport",))
    ana = making.device(app, made.treasurer)
    page = ana.get(HOME + "/bills/new").send("See each share", **typed(made, fund=str(fund)))
    assert page.status == 422
    assert "Bus money may only pay for transport." in page
