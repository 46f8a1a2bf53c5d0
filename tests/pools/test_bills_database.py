"""What the database itself refuses, tried by hand past every page and use case (A7, S1 to S5)."""

import uuid

import bills_making as making
import making_votes as votes
import pytest
from bills_making import SESSION, enter, hub
from sqlalchemy import text

import db
from ledger import accounting, journal
from pools import joining
from pools.models import Evidence
from pools.spending import bills
from pools.spending.models import Approval, Authority, Bill, BillShare, Interest, Payee

KINDS = {"hex": lambda value: value.hex if db.is_sqlite() else str(value)}


def raw(statement, **values):
    """As somebody with the app's own password would, in one statement."""
    bound = {
        name: KINDS["hex"](value) if isinstance(value, uuid.UUID) else value
        for name, value in values.items()
    }
    with db.transaction() as session:
        session.connection().execute(text(statement), bound)


def refused(sentence, statement, **values):
    with pytest.raises(db.Broken) as refusal:
        raw(statement, **values)
    assert sentence in refusal.value.sentence, refusal.value.sentence


def added(row):
    with db.transaction() as session:
        session.add(row)


def add_refused(sentence, row):
    with pytest.raises(db.Broken) as refusal:
        added(row)
    assert sentence in refusal.value.sentence, refusal.value.sentence


def copy_of(bill, **other):
    facts = bill.model_dump() | {"id": db.new_id(), "number": db.new_id().hex[:20]} | other
    return Bill(**facts)


def yes(bill, who, **other):
    facts = {
        "bill_id": bill.id, "entered_by": bill.entered_by, "digest": bill.digest,
        "approved_by": who.id, "approved_at": making.NOW,
    }  # fmt: skip
    return Approval(**(facts | other))


# --- no authority, no bill; over the authority, refused ----------------------------------------


def test_s_no_bill_without_an_authority(database):
    made = hub()
    bill = enter(made)
    with pytest.raises(Exception, match=r"FOREIGN KEY|foreign key"):
        added(copy_of(bill, authority_id=db.new_id()))


def test_no_bill_over_its_authority(database):
    made = hub()
    bill = enter(made)
    add_refused("more than was agreed", copy_of(bill, amount=SESSION * 12, checkers=1))
    added(copy_of(bill, amount=SESSION * 11, checkers=1))


def test_an_authority_comes_only_from_a_decision(database):
    made = hub()
    asked = votes.asked(
        made.pool, made.people[0], now=making.NOW, effects={"spend": votes.Effect()}
    )
    facts = {
        "pool_id": made.pool.id, "kind": "vote", "words": "A kiln", "cost": "equipment",
        "amount": 48000, "made_at": making.NOW,
    }  # fmt: skip
    add_refused("not agreed", Authority(**facts, proposal_id=asked.id))
    for one in made.people:
        votes.say(asked, one, "yes", now=making.later(hours=1))
    add_refused("not agreed", Authority(**(facts | {"amount": 48001}), proposal_id=asked.id))
    added(Authority(**facts, proposal_id=asked.id))


def test_no_standing_authority_from_a_round_that_did_not_run(database):
    made = hub()
    facts = {
        "pool_id": made.pool.id, "kind": "standing", "words": "x", "cost": "staff",
        "amount": 1, "made_at": making.NOW,
    }  # fmt: skip
    other = making.rounds.group("still-open")
    add_refused("not agreed", Authority(**facts, round_id=other.round_id))
    add_refused("not agreed", Authority(**facts, round_id=made.standing, committed=1))


@pytest.mark.parametrize(
    "change",
    ["amount = 99999999", "committed = 0", "until = '2030-01-01'", "cost = 'staff'", "words = 'x'"],
)
def test_an_authority_stays_as_it_was_agreed(database, change):
    made = hub()
    bill = enter(made)
    refused(
        "can't be changed", f"UPDATE authority SET {change} WHERE id = :id", id=bill.authority_id
    )
    refused("can't be changed", "DELETE FROM authority")


# --- S1, S2: maker, checker and payee are three -------------------------------------------------


def test_s1_the_maker_is_not_a_checker(database):
    made = hub()
    bill = enter(made)
    add_refused("Another person must check it", yes(bill, made.treasurer))
    with pytest.raises(Exception, match=r"FOREIGN KEY|foreign key"):
        added(yes(bill, made.treasurer, entered_by=made.checker.id))


def test_s2_nobody_on_the_payees_side_checks(database):
    made = hub()
    bill = enter(made)
    added(Interest(payee_id=made.payee.id, membership_id=made.checker.id))
    add_refused("on the side of who gets paid", yes(bill, made.checker))


def test_s2_nobody_on_the_payees_side_enters(database):
    made = hub()
    bill = enter(made)
    added(Interest(payee_id=made.payee.id, membership_id=made.treasurer.id))
    add_refused("on the side of who gets paid", copy_of(bill))


def test_only_somebody_with_a_job_here_enters_or_checks(database):
    made, other = hub(), hub("saturday-art")
    bill = enter(made)
    for stranger in (made.people[0], other.treasurer):
        add_refused("Only the treasurer or the organiser", copy_of(bill, entered_by=stranger.id))
        add_refused("Only a person with a job", yes(bill, stranger))
    making.take_job(made, made.checker)
    add_refused("Only a person with a job", yes(bill, made.checker))


def test_a_bill_does_not_mix_two_groups(database):
    made, other = hub(), hub("saturday-art")
    bill, theirs = enter(made), enter(other)
    file = making.file(other)
    for column, value in (
        ("payee_id", other.payee.id),
        ("authority_id", theirs.authority_id),
        ("evidence_id", file.id),
    ):
        add_refused("two groups", copy_of(bill, **{column: value}))


# --- S3: enough people --------------------------------------------------------------------------


def test_s3_no_bill_with_fewer_checkers_than_the_rules_say(database):
    made = hub(terms={"checkers": 1, "two_checkers_over": 50000})
    bill = enter(made)
    add_refused("More people must check", copy_of(bill, amount=50001, checkers=1))
    added(copy_of(bill, amount=50001, checkers=2))


@pytest.mark.parametrize("said_yes", [0, 1])
def test_s3_a_bill_without_enough_yeses_is_not_paid(database, said_yes):
    made = hub(terms={"checkers": 2})
    bill = enter(made)
    if said_yes:
        making.approve(made, bill)
    facts = accounting.Facts(on=making.BILLED, key="by-hand")
    with db.transaction() as session:
        shared = bills.shares_of(session, bill.id)
        line = journal.post(
            session, made.pool.book_id, accounting.spending(shared, "staff", facts), now=making.NOW
        )
    move = "UPDATE bill SET paid_seq = :seq WHERE id = :id"
    refused("not approved yet", move, seq=line.seq, id=bill.id)


def test_a_bill_is_paid_only_by_a_line_of_the_book_for_its_amount(database):
    made = hub()
    bill = enter(made)
    making.approve(made, bill)
    refused("no such payment", "UPDATE bill SET paid_seq = 1 WHERE id = :id", id=bill.id)
    refused("no such payment", "UPDATE bill SET paid_seq = 99 WHERE id = :id", id=bill.id)


def test_one_line_of_the_book_pays_one_bill(database):
    made = hub()
    first, second = making.paid(made), enter(made)
    making.approve(made, second)
    refused(
        "belongs to another bill",
        "UPDATE bill SET paid_seq = :seq WHERE id = :id",
        seq=first.paid_seq, id=second.id,
    )  # fmt: skip


# --- S5: what was approved is what is paid ------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "amount = 1", "number = 'x'", "words = 'x'", "cost = 'staff'", "checkers = 2",
        "billed_on = '2026-01-01'", "digest = 'x'", "entered_at = '2026-01-01 00:00:00'",
    ],
)  # fmt: skip
def test_s5_a_bill_stays_as_it_was_entered(database, change):
    if not db.is_sqlite():
        change = change.replace("'x'", "'\\x00'") if "digest" in change else change
    made = hub()
    bill = enter(made)
    refused("can't be changed", f"UPDATE bill SET {change} WHERE id = :id", id=bill.id)
    refused("can't be changed", "DELETE FROM bill WHERE id = :id", id=bill.id)


def test_s5_a_yes_is_to_exactly_this_bill(database):
    made = hub()
    bill = enter(made)
    with pytest.raises(Exception, match=r"FOREIGN KEY|foreign key"):
        added(yes(bill, made.checker, digest=b"something else"))


def test_s5_shares_stay_and_add_up(database):
    made = hub()
    bill = enter(made)
    refused("can't be changed", "UPDATE bill_share SET amount = 0")
    refused("can't be changed", "DELETE FROM bill_share")
    with db.transaction() as session:
        more = joining.source_of(session, made.checker, "own_money", now=making.NOW)
    one_more = {"fund_id": more.fund_id, "membership_id": made.checker.id, "carry": "0"}
    added(BillShare(bill_id=bill.id, amount=1, **one_more))
    add_refused("do not add up", yes(bill, made.checker))
    other = enter(made)
    making.approve(made, other)
    add_refused("can't be changed", BillShare(bill_id=other.id, amount=1, **one_more))


def test_s5_the_file_and_the_payee_stay(database):
    made = hub()
    file = making.file(made)
    enter(made, evidence_id=file.id)
    refused("can't be changed", "UPDATE evidence SET media = 'text/html'")
    with pytest.raises(db.Broken), db.transaction() as session:
        session.get_one(Evidence, file.id).body = b"another"
    refused("Who we pay can't be changed", "UPDATE payee SET last4 = '9999'")
    refused("Who we pay can't be changed", "DELETE FROM payee")
    with pytest.raises(db.Broken), db.transaction() as session:
        session.get_one(Payee, made.payee.id).name = "Somebody"


def test_a_yes_is_not_taken_back_or_given_to_another(database):
    made = hub()
    making.approve(made, enter(made))
    refused("can't be changed", "DELETE FROM approval")
    refused("can't be changed", "UPDATE approval SET approved_at = '2026-01-01 00:00:00'")


def test_a_closed_bill_is_not_approved(database):
    made = hub()
    bill = enter(made)
    making.send_back(made, bill)
    add_refused("taken back or paid", yes(bill, made.checker))
    refused("can't be changed", "UPDATE bill SET withdrawn_at = NULL WHERE id = :id", id=bill.id)


def test_a_bill_is_not_entered_paid(database):
    made = hub()
    add_refused("can't be changed", copy_of(making.paid(made)))


def test_a_paid_bill_keeps_its_line(database):
    made = hub()
    bill = making.paid(made)
    for change in ("paid_seq = NULL", "paid_seq = 1", "withdrawn_at = '2026-01-01 00:00:00'"):
        refused("can't be changed", f"UPDATE bill SET {change} WHERE id = :id", id=bill.id)


def test_what_was_sealed_is_checked_before_it_is_approved_or_paid(database):
    """Somebody who owns the database drops the guards and changes a file: the seal still tells."""
    made = hub()
    file = making.file(made)
    bill = enter(made, evidence_id=file.id)
    making.approve(made, bill)
    drop = "DROP TRIGGER bill_frozen_evidence_update" + ("" if db.is_sqlite() else " ON evidence")
    raw(drop)
    with db.transaction() as session:
        session.get_one(Evidence, file.id).body = making.PDF + b"%%EOF"
    with pytest.raises(bills.Changed):
        making.pay(made, bill)
    with pytest.raises(bills.Changed):
        making.approve(made, bill, by=made.organiser)
