"""A line put right: one person says it, another looks, and only then the book changes (S7, A8)."""

from datetime import timedelta

import bank_making as making
import pytest
from bank_making import entries, hubs, in_book, lines, match, money_of, move, ofx, source, take_in
from bills_making import NOW
from sqlmodel import select

import db
from errors import NotAllowed, NotPossible, NotValid
from ledger import accounting, journal
from ledger.models import Entry
from members.access import NotYourJob
from members.models import Letter, Membership
from payments import corrections, posting, remedies
from payments.corrections import Said
from pools.spending import payees
from pools.spending.models import Correction

LATER = NOW + timedelta(days=40)


def propose(hub, seq, again="", *, by=None, why="It is in the wrong place", key=None, now=NOW):
    with db.transaction() as session:
        said = Said(key=key or db.new_id(), seq=seq, why=why, again=again)
        return corrections.propose(session, said, by or hub.treasurer, now=now)


def confirm(hub, one, *, by=None, now=NOW):
    with db.transaction() as session:
        return corrections.confirm(session, one.id, by or hub.hub.checker, now=now)


def drop(hub, one, *, by=None):
    with db.transaction() as session:
        return corrections.drop(session, one.id, by or hub.hub.checker, now=NOW)


def paid_in(hub, person=0, amount=4200, words="SOMEBODY"):
    """A line of the bank that was matched to this person; its number in the book."""
    take_in(hub, ofx(move(amount, words), closing=0))
    (line,) = making.waiting(hub)
    return match(hub, line, f"source:{source(hub, person).id}")


def to(hub, person):
    return f"source:{source(hub, person).id}"


def entry(hub, seq):
    with db.reading() as session:
        return session.get_one(Entry, (hub.pool.book_id, seq))


def letters(kind):
    with db.reading() as session:
        return session.exec(select(Letter).where(Letter.kind == kind)).all()


def test_money_written_for_the_wrong_person_goes_to_the_right_one_in_one_step(hub):
    seq = paid_in(hub, 0)
    one = propose(hub, seq, to(hub, 1))
    assert (entries(hub), money_of(hub, 0), money_of(hub, 1)) == (1, 4200, 0)
    done = confirm(hub, one)
    assert (done.reversal_seq, done.again_seq) == (2, 3)
    assert (money_of(hub, 0), money_of(hub, 1), in_book(hub)) == (0, 4200, 4200)
    (line,) = lines(hub)
    assert (line.entry_seq, line.source_id) == (3, source(hub, 1).id)
    assert entry(hub, 3).key == "fix:2"
    assert entry(hub, 2).reverses == 1
    assert entry(hub, 2).authority == f"fix:{one.id}"


def test_nothing_moves_until_another_person_looked(hub):
    one = propose(hub, paid_in(hub), to(hub, 1))
    with pytest.raises(corrections.OwnProposal):
        confirm(hub, one, by=hub.treasurer)
    assert entries(hub) == 1


def test_what_is_put_right_is_dated_the_day_it_is_so_that_months_gone_by_stay_as_told(hub):
    one = propose(hub, paid_in(hub), to(hub, 1), now=LATER)
    confirm(hub, one, now=LATER)
    days = [entry(hub, n).happened_on for n in (1, 2, 3)]
    assert days == [making.DAY, LATER.date(), LATER.date()]


def test_a_line_that_is_taken_out_waits_for_its_place_and_finds_it_later(hub):
    one = propose(hub, paid_in(hub))
    done = confirm(hub, one)
    assert done.again_seq is None
    assert in_book(hub) == 0
    (line,) = making.waiting(hub)
    assert match(hub, line, to(hub, 2)) == 3
    assert (entry(hub, 3).key, in_book(hub), money_of(hub, 2)) == ("fix:2", 4200, 4200)
    with db.reading() as session:
        assert session.get_one(Correction, one.id).again_seq == 3


def test_a_line_can_be_wrong_twice(hub):
    first = confirm(hub, propose(hub, paid_in(hub, 0), to(hub, 1)))
    second = confirm(hub, propose(hub, first.again_seq, to(hub, 2)))
    assert entry(hub, second.again_seq).key == f"fix:{second.reversal_seq}"
    assert [money_of(hub, n) for n in (0, 1, 2)] == [0, 0, 4200]
    assert in_book(hub) == 4200


def test_interest_that_was_a_members_money_and_the_other_way_round(hub):
    take_in(hub, ofx(move(4200, "INTEREST?"), closing=0))
    (line,) = making.waiting(hub)
    seq = match(hub, line, "other:interest")
    done = confirm(hub, propose(hub, seq, to(hub, 1)))
    assert money_of(hub, 1) == 4200
    again = confirm(hub, propose(hub, done.again_seq, "other:grant"))
    assert money_of(hub, 1) == 0
    assert again.again_seq
    assert in_book(hub) == 4200


def test_a_payment_of_the_wrong_bill_pays_the_right_one(hub):
    for person in hub.hub.people:
        hubs.pay_in(hub.hub, person, 4200 * 2)
    wrong, right = (hubs.enter(hub.hub) for _ in range(2))
    for bill in (wrong, right):
        hubs.approve(hub.hub, bill)
    take_in(hub, ofx(move(-hubs.SESSION, "OAK"), closing=0))
    (line,) = making.waiting(hub)
    seq = match(hub, line, f"bill:{wrong.id}")
    one = propose(hub, seq, f"bill:{right.id}")
    assert one.bill_id == wrong.id
    done = confirm(hub, one)
    assert hubs.again(wrong).paid_seq is None
    assert hubs.again(right).paid_seq == done.again_seq
    assert lines(hub)[-1].entry_seq == done.again_seq
    assert in_book(hub) == 11 * 8400 - hubs.SESSION


def test_a_bill_whose_line_was_taken_out_is_unpaid_and_can_be_paid_again(hub):
    for person in hub.hub.people:
        hubs.pay_in(hub.hub, person, 4200)
    bill = hubs.enter(hub.hub)
    hubs.approve(hub.hub, bill)
    take_in(hub, ofx(move(-hubs.SESSION, "OAK"), closing=0))
    (line,) = making.waiting(hub)
    confirm(hub, propose(hub, match(hub, line, f"bill:{bill.id}")))
    assert hubs.again(bill).paid_seq is None
    (line,) = making.waiting(hub)
    seq = match(hub, line, f"bill:{bill.id}")
    assert hubs.again(bill).paid_seq == seq
    assert in_book(hub) == 11 * 4200 - hubs.SESSION


def cash(hub, amount=95000, kind="contribution"):
    facts = accounting.Facts(on=making.DAY, key=f"cash:{db.new_id()}", words="The raffle")
    with db.transaction() as session:
        fund = posting.fund_of(session, hub.pool.book_id, "reserve")
        draft = accounting.contribution(fund, amount, facts, account="grants", into="cash_tin")
        return journal.post(session, hub.pool.book_id, draft, now=NOW).seq


def test_a_wrong_amount_is_entered_again_as_the_right_one(hub):
    done = confirm(hub, propose(hub, cash(hub), "amount:59000"))
    again = entry(hub, done.again_seq)
    assert (again.money_in, again.key) == (59000, f"fix:{done.reversal_seq}")
    assert again.total == 59000


@pytest.mark.parametrize("again", ["amount:95000", "amount:0", "amount:-5", "amount:x", "what"])
def test_an_amount_that_is_none_or_the_same_is_refused(hub, again):
    with pytest.raises(NotValid):
        propose(hub, cash(hub), again)


def test_the_banks_own_amount_cant_be_changed(hub):
    with pytest.raises(remedies.NoOtherAmount):
        propose(hub, paid_in(hub), "amount:59000")


@pytest.mark.parametrize("again", ["other:charge", "other:", "source:x", "bill:", "source:", "x"])
def test_what_a_line_cant_be_is_refused(hub, again):
    with pytest.raises(NotValid):
        propose(hub, paid_in(hub), again)


def test_where_it_is_now_is_not_right(hub):
    with pytest.raises(remedies.TheSame):
        propose(hub, paid_in(hub, 0), to(hub, 0))


def test_only_a_person_with_a_job_says_or_looks(hub):
    seq = paid_in(hub)
    with pytest.raises(NotYourJob):
        propose(hub, seq, by=hub.hub.people[2])
    one = propose(hub, seq)
    with pytest.raises(NotYourJob):
        confirm(hub, one, by=hub.hub.people[2])
    with pytest.raises(NotYourJob):
        drop(hub, one, by=hub.hub.people[2])


def with_job(hub, person, kind="checker"):
    """This person of the eleven with a job, too."""
    with db.transaction() as session:
        member = session.get_one(Membership, hub.hub.people[person].id)
        session.add(
            hubs.Role(pool_id=hub.pool.id, person_id=member.person_id, kind=kind, since=NOW)
        )
    return hub.hub.people[person]


@pytest.mark.parametrize("person", [0, 1])
def test_whose_money_it_is_or_was_cant_be_the_one_who_looks(hub, person):
    who = with_job(hub, person)
    one = propose(hub, paid_in(hub, 0), to(hub, 1))
    for act in (confirm, drop):
        with pytest.raises(corrections.OwnMoney):
            act(hub, one, by=who)


def test_the_payees_side_cant_be_the_one_who_looks(hub):
    for person in hub.hub.people:
        hubs.pay_in(hub.hub, person, 4200)
    bill = hubs.enter(hub.hub)
    hubs.approve(hub.hub, bill)
    take_in(hub, ofx(move(-hubs.SESSION, "OAK"), closing=0))
    (line,) = making.waiting(hub)
    seq = match(hub, line, f"bill:{bill.id}")
    hubs.side_with(hub.hub, hub.hub.payee, hub.hub.checker)
    one = propose(hub, seq)
    with pytest.raises(payees.OnTheirSide):
        confirm(hub, one)
    assert confirm(hub, one, by=hub.hub.organiser).reversal_seq


def test_a_line_is_put_right_once(hub):
    seq = paid_in(hub)
    one = propose(hub, seq)
    with pytest.raises(corrections.BeingPutRight):
        propose(hub, seq, by=hub.hub.organiser)
    done = confirm(hub, one)
    with pytest.raises(journal.AlreadyPutRight):
        propose(hub, seq)
    with pytest.raises(accounting.NotPutRightTwice):
        propose(hub, done.reversal_seq)
    with pytest.raises(corrections.DoneAlready):
        confirm(hub, one, by=hub.hub.organiser)
    with pytest.raises(corrections.DoneAlready):
        drop(hub, one)


def test_the_same_press_twice_changes_nothing(hub):
    seq, key = paid_in(hub), db.new_id()
    first, second = (propose(hub, seq, to(hub, 1), key=key) for _ in range(2))
    assert first.id == second.id == key
    with pytest.raises(corrections.FormUsed):
        propose(hub, seq, to(hub, 2), key=key)
    confirm(hub, first)
    confirm(hub, first)
    assert entries(hub) == 3


def test_what_is_stopped_changes_nothing_and_the_line_may_be_doubted_again(hub):
    seq = paid_in(hub)
    one = propose(hub, seq)
    drop(hub, one)
    drop(hub, one)
    with pytest.raises(corrections.StoppedAlready):
        confirm(hub, one)
    assert entries(hub) == 1
    own = propose(hub, seq)
    drop(hub, own, by=hub.treasurer)
    assert len(letters("fix_answered")) == 1
    assert confirm(hub, propose(hub, seq)).reversal_seq == 2


def test_a_reason_names_nobody_whose_money_it_is(hub):
    seq = paid_in(hub, 0)
    name = hub.hub.people[1].name
    with pytest.raises(corrections.NameInIt):
        propose(hub, seq, to(hub, 1), why=f"It is {name}’s money")
    with pytest.raises(corrections.NameInIt):
        propose(hub, seq, to(hub, 1), why=f"It is of {source(hub, 1).reference}")
    for why in ("", "  ", "x" * 201, "a\u202eb"):
        with pytest.raises(NotValid):
            propose(hub, seq, why=why)


def test_a_correction_of_another_group_is_not_there(hub, tmp_path):
    with pytest.raises(journal.NoSuchEntry):
        propose(hub, 99)
    with pytest.raises(corrections.NoSuchCorrection):
        confirm(hub, Correction(id=db.new_id()))


def test_those_whose_money_it_is_are_told_and_nobody_is_named(hub):
    one = propose(hub, paid_in(hub, 0), to(hub, 1))
    asked = {letter.person_id for letter in letters("fix_to_check")}
    assert asked == {hub.hub.checker.person_id, hub.hub.organiser.person_id}
    confirm(hub, one)
    told = letters("line_put_right")
    assert {letter.person_id for letter in told} == {hub.hub.people[n].person_id for n in (0, 1)}
    assert not [one for one in told if "Canary" in one.facts]
    assert [letter.person_id for letter in letters("fix_answered")] == [hub.treasurer.person_id]


def test_a_job_that_is_gone_says_no_yes(hub):
    one = propose(hub, paid_in(hub))
    hubs.take_job(hub.hub, hub.hub.checker)
    with pytest.raises((NotAllowed, NotPossible)):
        confirm(hub, one)


def test_a_payment_back_can_be_another_persons(hub):
    paid_in(hub, 0, 9000)
    take_in(hub, ofx(move(-1000, "BACK"), closing=0))
    (line,) = making.waiting(hub)
    seq = match(hub, line, to(hub, 0))
    confirm(hub, propose(hub, seq, to(hub, 1)))
    assert (money_of(hub, 0), money_of(hub, 1)) == (9000, -1000)
    assert in_book(hub) == 8000
