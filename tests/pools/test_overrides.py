"""Never below zero by decision: two people override, a fact from outside posts and pauses."""

import bills_making as making
import pytest
from bills_making import HOME, enter, hub
from sqlmodel import select
from test_bills_database import add_refused, added, refused, yes

import db
from ledger import accounting, audit, journal
from ledger import queries as book
from ledger.models import Entry
from members.models import Letter, Role
from pools.spending import overriding, shortfall
from pools.spending.models import Override
from pools.spending.payees import OnTheirSide


def short_hub(**other):
    """Nine of the eleven paid in; a bill for all is entered."""
    made = hub(paid_in=0, **other)
    for one in made.people[:9]:
        making.pay_in(made, one, 20000)
    return made


def with_a_job(made, who, kind="checker"):
    with db.transaction() as session:
        session.add(
            Role(pool_id=made.pool.id, person_id=who.person_id, kind=kind, since=making.NOW)
        )
    return who


def ask(made, bill, *, by=None, why="The driver must be paid", key=None):
    with db.transaction() as session:
        return overriding.ask(
            session, bill.id, by or made.treasurer, why, key=key or db.new_id(), now=making.NOW
        )


def agree(made, asked, *, by=None):
    with db.transaction() as session:
        return overriding.agree(session, asked.id, by or made.organiser, now=making.NOW)


def entry(made, seq):
    with db.reading() as session:
        return session.get_one(Entry, (made.pool.book_id, seq))


def below(made):
    with db.reading() as session:
        return book.below_zero(session, made.pool.book_id)


def override_row(bill, who, **other):
    facts = {"pool_id": bill.pool_id, "bill_id": bill.id, "why": "x", "asked_by": who.id,
             "asked_at": making.NOW}  # fmt: skip
    return Override(**(facts | other))


# --- facts from outside always post, and pause ---------------------------------------------------


def test_a_payment_that_the_bank_shows_posts_and_its_line_says_what_it_is(database):
    made = short_hub()
    bill = enter(made)
    making.approve(made, bill)
    seq = making.pay(made, bill)
    assert len(below(made)) == 2
    assert set(below(made).values()) <= {-4034, -4033}
    assert entry(made, seq).authority.startswith("round:")
    with db.reading() as session:
        assert audit.findings(session, made.pool.book_id) == []


def test_only_the_person_whose_share_is_late_is_told_and_once(database):
    made = short_hub()
    bill = enter(made)
    making.approve(made, bill)
    making.pay(made, bill)
    with db.reading() as session:
        told = session.exec(select(Letter).where(Letter.kind == "share_late")).all()
    assert {one.person_id for one in told} == {one.person_id for one in made.people[9:]}
    assert len(told) == 2


def agree_in_the_database(asked, who):
    with db.transaction() as session:
        row = session.get_one(Override, asked.id)
        row.agreed_by, row.agreed_at = who.id, making.NOW
        session.add(row)


def paused_hub():
    made = short_hub()
    first = enter(made)
    making.approve(made, first)
    making.pay(made, first)
    return made, enter(made, number="A-2")


def test_while_a_fund_is_below_zero_no_new_bill_is_approved(database):
    made, bill = paused_hub()
    with pytest.raises(shortfall.SpendingPaused) as refusal:
        making.approve(made, bill)
    assert refusal.value.sentence.startswith("2 shares are late. No new bill can be approved")
    for one in made.people[9:]:
        making.pay_in(made, one, 20000)
    making.approve(made, bill)


def test_the_database_pauses_too(database):
    made, bill = paused_hub()
    add_refused("A share is late", yes(bill, made.checker))
    asked = ask(made, bill)
    add_refused("A share is late", yes(bill, made.checker))
    agree(made, asked)
    added(yes(bill, made.checker))


def test_money_that_the_bank_takes_back_pauses_as_well(database):
    made = hub(paid_in=500)
    who = made.people[0]
    facts = accounting.Facts(on=making.BILLED, key="bank:returned", words="x", outside=True)
    with db.transaction() as session:
        draft = accounting.paid_back(making.fund_of(who), 800, facts)
        journal.post(session, made.pool.book_id, draft, now=making.NOW)
    with pytest.raises(shortfall.SpendingPaused, match="One share is late"):
        making.approve(made, enter(made))


def test_a_charge_on_an_empty_fund_of_ours_says_that_it_is_ours(database):
    made = hub()
    with db.transaction() as session:
        reserve = journal.open_fund(session, made.pool.book_id, "reserve")
        facts = accounting.Facts(on=making.BILLED, key="bank:charge", words="x", outside=True)
        draft = accounting.spending({reserve: 700}, "running_costs", facts)
        journal.post(session, made.pool.book_id, draft, now=making.NOW)
    with pytest.raises(shortfall.SpendingPaused, match="£7 is missing in the group's own money"):
        making.approve(made, enter(made))


# --- two people decide --------------------------------------------------------------------------


def test_two_people_override_and_the_line_names_it(database):
    made = short_hub()
    bill = enter(made)
    making.approve(made, bill)
    asked = agree(made, ask(made, bill))
    seq = making.pay(made, bill)
    assert entry(made, seq).authority == f"override:{asked.id}"
    assert str(asked.id).encode() in entry(made, seq).content
    with db.reading() as session:
        assert audit.findings(session, made.pool.book_id) == []


def test_an_override_lets_exactly_its_bill_through_the_pause(database):
    made, bill = paused_hub()
    agree(made, ask(made, bill))
    making.approve(made, bill)
    with pytest.raises(shortfall.SpendingPaused):
        making.approve(made, enter(made, number="A-3"))


def test_an_override_that_one_asked_for_is_none_yet(database):
    made, bill = paused_hub()
    ask(made, bill)
    with pytest.raises(shortfall.SpendingPaused):
        making.approve(made, bill)


def test_where_the_money_came_in_time_the_line_names_the_usual_authority(database):
    made = short_hub()
    bill = enter(made)
    making.approve(made, bill)
    agree(made, ask(made, bill))
    for one in made.people[9:]:
        making.pay_in(made, one, 20000)
    assert entry(made, making.pay(made, bill)).authority.startswith("round:")


def test_the_same_person_is_not_two(database):
    made = short_hub()
    bill = enter(made)
    asked = ask(made, bill)
    with pytest.raises(overriding.OwnAsking):
        agree(made, asked, by=made.treasurer)
    refused(
        "Another person must agree",
        "UPDATE override SET agreed_by = asked_by, agreed_at = :now",
        now=making.NOW.isoformat(sep=" "),
    )


def test_nobody_decides_of_their_own_money(database):
    made = short_hub()
    bill = enter(made)
    late = with_a_job(made, made.people[10])
    with pytest.raises(overriding.OwnMoney):
        ask(made, bill, by=late)
    add_refused("your own money too", override_row(bill, late))
    asked = ask(made, bill)
    with pytest.raises(overriding.OwnMoney):
        agree(made, asked, by=late)
    with pytest.raises(db.Broken, match="your own money too"):
        agree_in_the_database(asked, late)


def test_a_person_with_a_job_whose_share_is_there_may_decide(database):
    made = short_hub()
    bill = enter(made)
    agree(made, ask(made, bill), by=with_a_job(made, made.people[0]))


def test_nobody_on_the_payees_side_decides(database):
    made = short_hub()
    bill = enter(made)
    asked = ask(made, bill)
    making.side_with(made, made.payee, made.checker)
    for act in (
        lambda: ask(made, bill, by=made.checker),
        lambda: agree(made, asked, by=made.checker),
    ):
        with pytest.raises(OnTheirSide):
            act()
    with pytest.raises(db.Broken, match="on the side of who gets paid"):
        agree_in_the_database(asked, made.checker)


def test_only_somebody_with_a_job_decides(database):
    made = short_hub()
    bill = enter(made)
    with pytest.raises(Exception, match="Only"):
        ask(made, bill, by=made.people[0])
    add_refused("with a job", override_row(bill, made.people[0]))


def test_nothing_is_decided_where_no_money_is_late(database):
    made = hub()
    with pytest.raises(overriding.NothingLate):
        ask(made, enter(made))


def test_what_was_decided_stays_and_a_closed_bill_is_left_alone(database):
    made = short_hub()
    bill = enter(made)
    asked = agree(made, ask(made, bill))
    for change in (
        "why = 'y'",
        "agreed_by = NULL, agreed_at = NULL",
        "dropped_by = asked_by, dropped_at = asked_at",
    ):
        refused("can't be changed", f"UPDATE override SET {change}")
    refused("can't be changed", "DELETE FROM override")
    add_refused("can't be changed", override_row(bill, made.treasurer, agreed_by=made.organiser.id,
                                                  agreed_at=making.NOW))  # fmt: skip
    making.send_back(made, bill)
    add_refused("taken back or paid", override_row(bill, made.treasurer))
    assert asked.agreed_by == made.organiser.id


def test_the_bill_waits_after_all_and_can_be_asked_again(database):
    made = short_hub()
    bill = enter(made)
    asked = ask(made, bill)
    with db.transaction() as session:
        overriding.drop(session, asked.id, made.organiser, now=making.NOW)
    with pytest.raises(overriding.NoSuchOverride):
        agree(made, asked)
    agree(made, ask(made, bill))


def test_no_line_names_an_override_that_two_people_did_not_decide(database):
    """Past every use case: the book itself refuses such a line."""
    made = short_hub()
    bill = enter(made)
    asked = ask(made, bill)
    facts = accounting.Facts(
        on=making.BILLED, key=f"bill:{bill.id}:x", words="x", authority=f"override:{asked.id}"
    )
    draft = accounting.spending({making.fund_of(made.people[10]): 5}, "day_centre", facts)
    with pytest.raises(db.Broken, match="Two people must decide"), db.transaction() as session:
        journal.post(session, made.pool.book_id, draft, now=making.NOW)
    agree(made, asked)
    other = draft._replace(key=f"bill:{db.new_id()}:x")
    with pytest.raises(db.Broken, match="Two people must decide"), db.transaction() as session:
        journal.post(session, made.pool.book_id, other, now=making.NOW)
    with db.transaction() as session:
        journal.post(session, made.pool.book_id, draft, now=making.NOW)


# --- on the pages -------------------------------------------------------------------------------


@pytest.fixture
def app(database, tmp_path):
    return making.app_at(tmp_path, database)


def test_two_people_decide_on_the_page_of_the_bill(app):
    made, bill = paused_hub()
    path = f"{HOME}/bills/{bill.id}"
    raj, ana = making.device(app, made.checker), making.device(app, made.treasurer)
    page = raj.get(path)
    assert "2 shares are late." in page
    assert "Nobody can approve a new bill until it comes." in page
    assert "Yes, pay" not in page
    assert "Canary" not in raj.get(HOME + "/bills").text
    form = ana.get(path).click("It can't wait: ask two people")
    assert form.send("Ask another person", why="").status == 422
    assert "asks to go on" in form.send("Ask another person", why="The driver must be paid")
    assert "Yes, go on" not in ana.get(path)
    assert "Decide if a bill can wait" in raj.get(HOME + "/run")
    assert "Two people decided to go on" in raj.get(path).send("Yes, go on")
    assert "You said yes" in raj.get(path).send("Yes, pay")
    member = making.device(app, made.people[0]).get(path)
    assert "Two people decided to go on" in member
    assert "The driver must be paid" in member


def test_a_member_without_a_job_does_not_read_that_shares_are_late_in_general(app):
    made, _ = paused_hub()
    page = making.device(app, made.people[0]).get(f"{HOME}/bills")
    assert "late" not in page.text


# --- at the same moment -------------------------------------------------------------------------


@pytest.mark.postgres
def test_twenty_agreeing_at_once_decide_once(on_postgres):
    from test_bills_races import at_once, refusals  # noqa: PLC0415 - that module is PostgreSQL's

    made, bill = paused_hub()
    asked = ask(made, bill)
    results = at_once(
        [lambda: agree(made, asked), lambda: agree(made, asked, by=made.checker)] * 10
    )
    assert refusals(results) == []
    assert len({one.agreed_by for one in results}) == 1


@pytest.mark.postgres
def test_two_asking_at_once_ask_once(on_postgres):
    from test_bills_races import at_once, refusals  # noqa: PLC0415 - that module is PostgreSQL's

    made, bill = paused_hub()
    results = at_once([lambda: ask(made, bill), lambda: ask(made, bill, by=made.organiser)])
    assert len(refusals(results)) == 1
