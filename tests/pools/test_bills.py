"""Bills: two people and an authority for every one, exact shares, paid once (trust.md S1 to S5)."""

from dataclasses import replace
from datetime import date, timedelta

import bills_making as making
import making_votes as votes
import pytest
from bills_making import SESSION, enter, hub
from sqlmodel import func, select

import db
from errors import NotPossible
from ledger import accounting, journal
from ledger import queries as book
from members import access
from members.models import Letter, Person, Provider, ProviderPerson
from pools.spending import authorities, bills, checkers, entering, payees, shares
from pools.spending.effects import SPEND
from pools.spending.models import Approval, Authority, Bill, BillShare

EFFECTS = {"spend": SPEND}


def count(model, *where):
    with db.reading() as session:
        return session.exec(select(func.count()).select_from(model).where(*where)).one()


def shares_of(bill):
    with db.reading() as session:
        return session.exec(select(BillShare).where(BillShare.bill_id == bill.id)).all()


def authority_of(bill):
    with db.reading() as session:
        return session.get_one(Authority, bill.authority_id)


# --- entering -------------------------------------------------------------------------------------


def test_a_bill_of_the_hub_is_shared_over_the_eleven_to_the_penny(database):
    bill = enter(hub())
    rows = shares_of(bill)
    assert sorted(row.amount for row in rows) == [4033] * 2 + [4034] * 9
    assert sum(row.amount for row in rows) == bill.amount == SESSION
    assert {row.membership_id for row in rows} == {row.membership_id for row in shares_of(bill)}


def test_the_odd_pennies_go_to_others_the_next_time(database):
    made = hub()
    first, second = ({row.fund_id: row.amount for row in shares_of(enter(made))} for _ in range(2))
    cheap = {fund for fund, amount in first.items() if amount == 4033}
    assert all(second[fund] == 4034 for fund in cheap)


def test_a_bill_that_was_sent_back_moves_no_penny(database):
    made = hub()
    bill = enter(made)
    first = {row.fund_id: row.amount for row in shares_of(bill)}
    making.send_back(made, bill)
    assert {row.fund_id: row.amount for row in shares_of(enter(made))} == first


def test_the_standing_agreement_is_written_down_by_its_first_bill(database):
    made = hub()
    assert count(Authority) == 0
    with db.reading() as session:
        (allowed,) = authorities.open_to_spend(session, made.pool.id, making.NOW)
    assert (allowed.id, allowed.kind, allowed.left) == (made.standing, "standing", SESSION * 12)
    enter(made)
    with db.reading() as session:
        (allowed,) = authorities.open_to_spend(session, made.pool.id, making.NOW)
    assert allowed.left == SESSION * 11
    assert count(Authority) == 1


def test_without_an_authority_there_is_no_bill(database):
    made = hub()
    with pytest.raises(authorities.NoAuthority):
        enter(made, authority_id=db.new_id())
    assert count(Bill) == 0


def test_the_authority_of_another_group_is_none(database):
    made, other = hub(), hub("saturday-art")
    enter(other)
    with pytest.raises(authorities.NoAuthority):
        enter(made, authority_id=other.standing)


def test_a_bill_over_the_authority_is_refused_and_says_what_is_left(database):
    made = hub()
    enter(made, amount=SESSION * 11)
    with pytest.raises(authorities.OverTheAuthority, match=r"£443\.72 is left"):
        enter(made, amount=SESSION + 1)
    assert authority_of(enter(made, amount=SESSION)).committed == SESSION * 12


def test_a_bill_that_is_sent_back_frees_what_it_took(database):
    made = hub()
    bill = enter(made, amount=SESSION * 12)
    making.send_back(made, bill)
    assert authority_of(bill).committed == 0


def test_an_agreement_that_ended_long_ago_allows_nothing(database):
    made = hub()
    late = making.later(days=7 * 12 + 61)
    with db.reading() as session:
        assert authorities.open_to_spend(session, made.pool.id, late) == ()
    with pytest.raises(authorities.AgreementEnded):
        enter(made, now=late)


def test_a_bill_for_the_last_days_may_come_after_the_last_day(database):
    made = hub()
    after = making.later(days=7 * 11)
    assert len(shares_of(enter(made, billed_on=after.date(), now=after))) == 11


def test_the_same_form_sent_again_makes_one_bill(database):
    made = hub()
    new = making.new_bill(made)
    for _ in range(3):
        with db.transaction() as session:
            bills.enter(session, new, made.treasurer, now=making.NOW)
    assert count(Bill) == 1
    assert count(BillShare) == 11


def test_the_same_form_with_another_amount_is_refused(database):
    made = hub()
    new = making.new_bill(made)
    with db.transaction() as session:
        bills.enter(session, new, made.treasurer, now=making.NOW)
    with pytest.raises(entering.FormUsed), db.transaction() as session:
        bills.enter(session, replace(new, amount=1), made.treasurer, now=making.NOW)


def test_the_same_number_from_the_same_payee_is_refused(database):
    made = hub()
    bill = enter(made, number="17")
    with pytest.raises(NotPossible, match="that number from them already"):
        enter(made, number=" 17 ")
    making.send_back(made, bill)
    assert enter(made, number="17").number == "17"


def test_the_same_file_with_two_bills_is_refused(database):
    made = hub()
    kept = making.file(made)
    bill = enter(made, evidence_id=kept.id)
    assert making.file(made).id == kept.id
    with pytest.raises(entering.FileUsed):
        enter(made, evidence_id=kept.id)
    making.send_back(made, bill)
    enter(made, evidence_id=kept.id)


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"amount": 0}, entering.AmountNeeded),
        ({"amount": -4}, entering.AmountNeeded),
        ({"amount": 10**18}, accounting.TooLarge),
        ({"number": " "}, entering.NumberNeeded),
        ({"number": "9" * 41}, entering.WordsTooLong),
        ({"words": ""}, entering.WordsNeeded),
        ({"words": "x" * 121}, entering.WordsTooLong),
        ({"words": "a\x00b"}, NotPossible),
        ({"billed_on": date(2026, 12, 19)}, entering.CheckTheDate),
        ({"billed_on": date(206, 12, 19)}, entering.CheckTheDate),
        ({"payee_id": db.new_id()}, payees.NoSuchPayee),
        ({"evidence_id": db.new_id()}, Exception),
        ({"session_id": db.new_id()}, NotPossible),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_kept(database, other, refusal):
    made = hub()
    with pytest.raises(refusal):
        enter(made, **other)
    assert (count(Bill), count(BillShare), count(Authority)) == (0, 0, 0)


@pytest.mark.parametrize("who", ["checker", "people"])
def test_only_the_treasurer_or_the_organiser_enters_bills(database, who):
    made = hub()
    somebody = made.people[0] if who == "people" else made.checker
    with pytest.raises(access.NotYourJob):
        enter(made, by=somebody)
    assert enter(made, by=made.organiser).entered_by == made.organiser.id


def test_shares_that_moved_are_shown_again_before_they_are_saved(database):
    made = hub()
    with pytest.raises(entering.SharesMoved):
        enter(made, seen="what was shown before")


def test_a_bill_for_one_day_is_shared_by_that_day(database):
    made = hub(days=(1, 3))
    with pytest.raises(shares.NobodyToShare):
        enter(made, session_id=made.made.days[1])
    assert len(shares_of(enter(made, session_id=made.made.days[0]))) == 11


# --- how many check -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "amount", "needed"),
    [
        ({}, SESSION, 1),
        ({"checkers": 2}, SESSION, 2),
        ({"two_checkers_over": SESSION}, SESSION, 1),
        ({"two_checkers_over": SESSION - 1}, SESSION, 2),
        ({"new_payee_two": True}, 100, 2),
        ({"new_payee_two": True, "two_checkers_over": 1, "checkers": 2}, SESSION, 3),
    ],
)
def test_the_rules_of_the_group_say_how_many_check(database, terms, amount, needed):
    assert enter(hub(terms=terms), amount=amount).checkers == needed


def test_small_bills_to_one_payee_count_together_for_thirty_days(database):
    made = hub(terms={"two_checkers_over": 50000})
    assert enter(made, amount=30000).checkers == 1
    assert enter(made, amount=30000).checkers == 2
    assert enter(made, amount=30000, now=making.later(days=31)).checkers == 1
    assert enter(made, amount=30000, payee_id=making.other_payee(made).id).checkers == 1


def test_only_the_first_payment_makes_a_payee_known(database):
    made = hub(terms={"new_payee_two": True})
    bill = enter(made)
    making.approve(made, bill)
    making.approve(made, bill, by=made.organiser)
    assert enter(made).checkers == 2
    making.pay(made, bill)
    assert enter(made).checkers == 1


# --- S1 and S2: maker, checker and payee are three ------------------------------------------------


def test_nobody_approves_what_they_entered(database):
    made = hub()
    bill = enter(made)
    with pytest.raises(bills.OwnBill):
        making.approve(made, bill, by=made.treasurer)
    assert count(Approval) == 0


@pytest.mark.parametrize("who", ["organiser", "checker"])
def test_anybody_else_with_a_job_approves(database, who):
    made = hub()
    bill = enter(made)
    making.approve(made, bill, by=getattr(made, who))
    with db.reading() as session:
        assert checkers.count(session, bill) == 1


def test_a_member_without_a_job_approves_nothing(database):
    made = hub()
    with pytest.raises(access.NotYourJob):
        making.approve(made, enter(made), by=made.people[0])


def test_a_person_of_another_group_finds_no_such_bill(database):
    made, other = hub(), hub("saturday-art")
    with pytest.raises(bills.NoSuchBill):
        making.approve(made, enter(made), by=other.checker)


def test_the_payees_side_neither_enters_nor_approves(database):
    made = hub()
    making.side_with(made, made.payee, made.checker, made.treasurer)
    with pytest.raises(payees.OnTheirSide):
        enter(made)
    bill = enter(made, by=made.organiser)
    with pytest.raises(payees.OnTheirSide):
        making.approve(made, bill)


def test_the_providers_own_people_are_on_its_side_without_saying_so(database):
    made = hub()
    with db.transaction() as session:
        provider = Provider(name="Kiln Shop", made_at=making.NOW)
        session.add(provider)
        session.flush()
        session.add(ProviderPerson(provider_id=provider.id, person_id=made.checker.person_id))
    bill = enter(made, payee_id=making.other_payee(made).id)
    with pytest.raises(payees.OnTheirSide):
        making.approve(made, bill)


def test_a_yes_of_somebody_who_turns_out_to_be_paid_by_it_does_not_count(database):
    made = hub()
    bill = enter(made)
    making.approve(made, bill)
    making.side_with(made, made.payee, made.checker)
    with pytest.raises(bills.NotApproved):
        making.pay(made, bill)


def test_only_another_person_says_that_i_am_no_longer_on_their_side(database):
    made = hub()
    making.side_with(made, made.payee, made.checker, by=made.checker)
    with pytest.raises(payees.NotYourself):
        making.side_with(made, made.payee, by=made.checker)
    making.side_with(made, made.payee, by=made.organiser)
    with db.reading() as session:
        assert payees.on_their_side(session, [made.payee.id]) == frozenset()


# --- S3 and S5: enough people, exactly this bill --------------------------------------------------


def test_one_person_counts_once_however_often_they_press(database):
    made = hub(terms={"checkers": 2})
    bill = enter(made)
    for _ in range(3):
        making.approve(made, bill)
    assert count(Approval) == 1
    with pytest.raises(bills.NotApproved):
        making.pay(made, bill)
    making.approve(made, bill, by=made.organiser)
    assert making.pay(made, bill)


def test_a_bill_that_was_sent_back_can_not_be_approved_or_paid(database):
    made = hub()
    bill = enter(made)
    making.send_back(made, bill)
    with pytest.raises(bills.BillClosed):
        making.approve(made, bill)
    with pytest.raises(bills.BillClosed):
        making.pay(made, bill)


def test_sending_back_needs_a_reason_and_counts_once(database):
    made = hub()
    bill = enter(made)
    with pytest.raises(bills.WhyNeeded):
        making.send_back(made, bill, why="  ")
    making.send_back(made, bill, why="Wrong day")
    making.send_back(made, bill, why="Another reason", by=made.organiser)
    kept = making.again(bill)
    assert (kept.withdrawn_why, kept.withdrawn_by) == ("Wrong day", made.checker.id)


def test_a_paid_bill_can_not_be_sent_back(database):
    made = hub()
    with pytest.raises(bills.PaidAlready):
        making.send_back(made, making.paid(made))


# --- paying ---------------------------------------------------------------------------------------


def test_paying_takes_each_share_from_its_own_fund(database):
    made = hub()
    bill = making.paid(made)
    wanted = {row.fund_id: 16800 - row.amount for row in shares_of(bill)}
    with db.reading() as session:
        assert book.fund_money(session, made.pool.book_id, tuple(wanted)) == wanted
        line = journal.recorded(session, made.pool.book_id, bill.paid_seq)
        assert book.head(session, made.pool.book_id).total == 16800 * 11 - SESSION
    assert (line.kind, line.authority) == ("spending", f"round:{made.standing}")
    assert {one.account for one in line.lines} == {"bank", "day_centre"}


def test_the_same_bank_line_pays_a_bill_once(database):
    made = hub()
    bill = enter(made)
    making.approve(made, bill)
    assert making.pay(made, bill) == making.pay(made, bill)
    with pytest.raises(bills.PaidAlready):
        making.pay(made, bill, key="line-2")
    with db.reading() as session:
        assert book.head(session, made.pool.book_id).seq == 12


def test_a_bill_waits_while_money_is_missing_and_says_for_how_many_not_whose(database):
    made = hub(paid_in=0)
    for one in made.people[:9]:
        making.pay_in(made, one, 5000)
    bill = enter(made)
    making.approve(made, bill)
    with db.reading() as session:
        assert bills.late(session, made.pool, bill.id) == 2
    for one in made.people[9:]:
        making.pay_in(made, one, 5000)
    assert making.pay(made, bill) == 12


def test_a_payment_that_was_put_right_can_be_paid_again_by_the_same_line(database):
    made = hub()
    bill = making.paid(made)
    with pytest.raises(NotPossible, match="can't be changed"), db.transaction() as session:
        bills.unpay(session, made.pool.id, bill.paid_seq)
    with db.transaction() as session:
        journal.reverse(
            session, made.pool.book_id, bill.paid_seq, "Wrong line", by=None, key="fix:1",
            now=making.NOW,
        )  # fmt: skip
        assert bills.unpay(session, made.pool.id, bill.paid_seq).id == bill.id
    for _ in range(2):
        assert making.pay(made, bill, key=f"line-{bill.id}") == 14
    with db.reading() as session:
        assert book.head(session, made.pool.book_id).total == 16800 * 11 - SESSION


def test_a_line_that_paid_no_bill_is_left_alone(database):
    made = hub()
    with db.transaction() as session:
        assert bills.unpay(session, made.pool.id, 1) is None


def test_a_long_name_of_a_bank_line_still_fits_the_book(database):
    made = hub()
    bill = enter(made)
    making.approve(made, bill)
    assert making.pay(made, bill, key="x" * 200) == making.pay(made, bill, key="x" * 200)


def test_what_waits_to_be_paid_is_what_enough_people_approved(database):
    made = hub(terms={"checkers": 2})
    first, second = enter(made, number="1"), enter(made, number="2")
    making.approve(made, first)
    making.approve(made, first, by=made.organiser)
    making.approve(made, second)
    with db.reading() as session:
        (waiting,) = bills.waiting(session, made.pool.id)
    assert (waiting.id, waiting.payee, waiting.number, waiting.amount) == (
        first.id, "Oak Lane Care", "1", SESSION,
    )  # fmt: skip
    making.pay(made, first)
    with db.reading() as session:
        assert bills.waiting(session, made.pool.id) == ()


def test_what_waits_says_for_how_many_shares_money_is_late(database):
    made = hub(paid_in=0)
    for one in made.people[:9]:
        making.pay_in(made, one, 5000)
    making.approve(made, enter(made))
    with db.reading() as session:
        assert bills.waiting(session, made.pool.id)[0].late == 2
    making.side_with(made, made.payee, made.checker)
    with db.reading() as session:
        assert bills.waiting(session, made.pool.id) == ()


def test_a_bill_of_nothing_for_some_still_pays(database):
    made = hub()
    bill = enter(made, amount=5)
    assert sorted(row.amount for row in shares_of(bill)) == [0] * 6 + [1] * 5
    making.approve(made, bill)
    assert making.pay(made, bill)


# --- a vote becomes an authority ------------------------------------------------------------------


def passed_vote(made, **other):
    """Everybody says yes to a kiln, so it closes and becomes an authority."""
    proposal = votes.asked(
        made.pool, made.people[0], draft=votes.kiln(made.pool, **other), now=making.NOW,
        effects=EFFECTS,
    )  # fmt: skip
    for one in made.people:
        votes.say(proposal, one, "yes", now=making.later(hours=1), effects=EFFECTS)
    return proposal


def test_a_passed_vote_allows_a_bill_shared_equally_by_people(database):
    made = hub()
    proposal = passed_vote(made)
    bill = enter(made, authority_id=proposal.id, amount=48000, now=making.later(hours=2))
    assert authority_of(bill).kind == "vote"
    assert sorted({row.amount for row in shares_of(bill)}) == [4363, 4364]
    with db.reading() as session:
        (step,) = SPEND.followed(session, proposal)
    assert step.href == f"/g/thursday-hub/bills/{bill.id}"
    making.approve(made, bill)
    making.pay(made, bill)
    with db.reading() as session:
        (step,) = SPEND.followed(session, proposal)
    assert step.words == "We paid £480 to Oak Lane Care."


def test_applying_a_vote_twice_makes_one_authority(database):
    made = hub()
    proposal = passed_vote(made)
    with db.transaction() as session:
        SPEND.apply(session, proposal, now=making.NOW)
    assert count(Authority, Authority.proposal_id == proposal.id) == 1


def test_a_yes_is_shown_as_my_share_and_what_is_left(database):
    made = hub()
    with db.reading() as session:
        seen = SPEND.preview(session, votes.kiln(made.pool), made.people[0], now=making.NOW)
    share = seen.mine[0].pence
    assert share in {4363, 4364}
    assert [fact.pence for fact in seen.mine[1:]] == [16800, 16800 - share]
    assert [fact.pence for fact in seen.ours] == [16800 * 11, 16800 * 11 - 48000]


def test_a_person_without_a_place_has_no_share(database):
    made = hub()
    with db.reading() as session:
        seen = SPEND.preview(session, votes.kiln(made.pool), made.checker, now=making.NOW)
        ask = SPEND.preview(session, votes.walk(made.pool), made.checker, now=making.NOW)
    assert [fact.pence for fact in seen.mine] == [0, 0, 0]
    assert ask.mine == ()


def test_who_is_on_the_payees_side_has_no_vote_on_it(database):
    made = hub()
    shop = making.other_payee(made, "The Kiln Shop")
    making.side_with(made, shop, made.people[0])
    with db.reading() as session:
        assert SPEND.kept_out(session, votes.kiln(made.pool)) == {made.people[0].id}
        assert SPEND.kept_out(session, votes.kiln(made.pool, payee="Somebody")) == frozenset()


# --- being told -----------------------------------------------------------------------------------


def letters(kind):
    with db.reading() as session:
        rows = session.exec(
            select(Person.name, Letter).join(Letter).where(Letter.kind == kind)
        ).all()
    return dict(iter(rows))


def test_everybody_who_may_check_is_asked_once(database):
    made = hub()
    making.side_with(made, made.payee, made.organiser)
    enter(made)
    assert set(letters("bill_to_approve")) == {made.checker.name}


def test_the_maker_is_told_why_a_bill_came_back(database):
    made = hub()
    making.send_back(made, enter(made), why="The amount is for two days")
    (letter,) = letters("bill_sent_back").values()
    assert letter.person_id == made.treasurer.person_id
    assert "two days" in letter.facts


def test_taking_back_my_own_bill_tells_nobody(database):
    made = hub()
    making.send_back(made, enter(made), by=made.treasurer)
    assert letters("bill_sent_back") == {}


def test_days_of_thirty_are_thirty(database):
    assert timedelta(days=30) == checkers.SPLIT_DAYS
