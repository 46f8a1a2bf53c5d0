"""From a line of the bank to an entry in the book, by itself and by hand."""

from datetime import timedelta

import pytest
from bank_making import (
    DAY,
    bank,
    entries,
    hubs,
    in_book,
    lines,
    match,
    money_of,
    move,
    ofx,
    reference,
    source,
    take_in,
    waiting,
)
from sqlalchemy import text
from sqlmodel import select

import db
from ledger import queries
from ledger.models import Fund
from members import access
from payments import lines as finding
from payments import places
from pools.models import Evidence

BILL = hubs.SESSION
NOWHERE = "01900000-0000-7000-8000-000000000000"  # the id of nothing


def paid_in(hub, amount=4200 * 4):
    for person in hub.hub.people:
        hubs.pay_in(hub.hub, person, amount)


def approved(hub, **other):
    bill = hubs.enter(hub.hub, **other)
    hubs.approve(hub.hub, bill)
    return bill


def paid(bill):
    return hubs.again(bill).paid_seq


def line_of(hub, amount, words="SOMEBODY", *, on=DAY):
    take_in(hub, ofx(move(amount, words, on=on), closing=0))
    return lines(hub)[-1]


def fund(hub, kind):
    with db.reading() as session:
        (one,) = session.exec(
            select(Fund.fund_id).where(Fund.book_id == hub.pool.book_id, Fund.kind == kind)
        ).all()
        return queries.fund_money(session, hub.pool.book_id, (one,))[one]


# --- bills, beyond doubt --------------------------------------------------------------------------


def test_a_line_that_names_an_approved_bill_pays_it_with_each_share(hub):
    paid_in(hub)
    bill = approved(hub, number="OLC-101")
    take_in(hub, ofx(move(-BILL, "OAK LANE CARE OLC101", on=hubs.BILLED), closing=0))
    assert paid(bill) == lines(hub)[0].entry_seq
    assert lines(hub)[0].why == "It is for the amount of bill OLC-101"
    assert in_book(hub) == 11 * 4200 * 4 - BILL


def test_the_payee_alone_is_enough_when_no_other_number_stands_there(hub):
    paid_in(hub)
    bill = approved(hub)
    take_in(hub, ofx(move(-BILL, "OAK LANE CARE", on=hubs.BILLED), closing=0))
    assert paid(bill)


@pytest.mark.parametrize(
    ("words", "on", "amount"),
    [
        ("OAK LANE CARE OLC-102", hubs.BILLED, -BILL),
        ("OAK LANE CARE", hubs.BILLED - timedelta(days=1), -BILL),
        ("OAK LANE CARE OLC-101", hubs.BILLED, -BILL + 1),
        ("OAK LANE CARE OLC-1011", hubs.BILLED, -BILL),
        ("OAK LANES CARE", hubs.BILLED, -BILL),
        ("SOMEBODY", hubs.BILLED, -BILL),
        ("OAK LANE CARE OLC-101", hubs.BILLED, BILL),
    ],
)
def test_any_doubt_leaves_the_line_waiting(hub, words, on, amount):
    """Another bill's number, a line older than the bill, another amount, only part of a name."""
    paid_in(hub)
    bill = approved(hub, number="OLC-101")
    take_in(hub, ofx(move(amount, words, on=on), closing=0))
    assert paid(bill) is None
    assert len(waiting(hub)) == 1


def test_a_bill_without_its_second_yes_is_not_paid_by_a_line(hub):
    paid_in(hub)
    bill = hubs.enter(hub.hub, number="OLC-101")
    take_in(hub, ofx(move(-BILL, "OAK LANE CARE OLC-101", on=hubs.BILLED), closing=0))
    assert paid(bill) is None
    with pytest.raises(places.NotTheBill):
        match(hub, waiting(hub)[0], f"bill:{bill.id}")


def test_two_bills_that_a_line_could_be_leave_it_waiting(hub):
    paid_in(hub)
    approved(hub)
    approved(hub)
    take_in(hub, ofx(move(-BILL, "OAK LANE CARE", on=hubs.BILLED), closing=0))
    assert len(waiting(hub)) == 1


def test_two_lines_for_one_bill_pay_it_once(hub):
    paid_in(hub)
    approved(hub, number="OLC-101")
    both = [move(-BILL, "OAK LANE CARE OLC-101", on=hubs.BILLED) for _ in range(2)]
    assert take_in(hub, ofx(*both, closing=0)).matched == 1
    assert in_book(hub) == 11 * 4200 * 4 - BILL


def test_the_shares_that_come_in_the_same_file_pay_the_bill(hub):
    """Whatever the order of the file: money in first."""
    bill = approved(hub, number="OLC-101")
    out = move(-BILL, "OAK LANE CARE OLC-101", on=hubs.BILLED)
    shares = [move(4200, reference(hub, n), on=hubs.BILLED) for n in range(11)]
    assert take_in(hub, ofx(out, *shares)).matched == 12
    assert paid(bill)
    assert waiting(hub) == []


def test_a_bill_that_the_bank_shows_as_paid_is_paid_though_money_is_missing(hub):
    """The money has left: the book says what is so, and whose share is late falls below zero."""
    bill = approved(hub, number="OLC-101")
    out = move(-BILL, "OAK LANE CARE OLC-101", on=hubs.BILLED)
    taken = take_in(hub, ofx(out, move(4200, reference(hub, 0), on=hubs.BILLED)))
    assert (taken.new, taken.matched) == (2, 2)
    assert paid(bill)
    assert in_book(hub) == 4200 - BILL


def test_a_bill_changed_behind_our_back_keeps_its_line_and_lets_the_rest_in(hub):
    """Somebody who owns the database drops the guards and changes a bill's file."""
    paid_in(hub)
    file = hubs.file(hub.hub)
    bill = approved(hub, number="OLC-101", evidence_id=file.id)
    drop = "DROP TRIGGER bill_frozen_evidence_update" + ("" if db.is_sqlite() else " ON evidence")
    with db.transaction() as session:
        session.execute(text(drop))
        session.get_one(Evidence, file.id).body = b"another"
    out, came = move(-BILL, "OLC-101", on=hubs.BILLED), move(100, reference(hub, 0))
    assert take_in(hub, ofx(out, came, closing=0)).matched == 1
    assert paid(bill) is None


# --- by hand --------------------------------------------------------------------------------------


def test_by_hand_a_line_goes_to_a_member(hub):
    seq = match(hub, line_of(hub, 4200), f"source:{source(hub, 3).id}")
    assert money_of(hub, 3) == in_book(hub) == 4200
    assert lines(hub)[0].entry_seq == seq


def test_money_back_to_a_member_leaves_that_members_fund(hub):
    take_in(hub, ofx(move(4200, reference(hub, 0))))
    match(hub, line_of(hub, -1000), f"source:{source(hub, 0).id}")
    assert money_of(hub, 0) == in_book(hub) == 3200


def test_a_returned_debit_always_posts(hub):
    """A fact from outside: the shortfall shows as what it is."""
    match(hub, line_of(hub, -4200), f"source:{source(hub, 0).id}")
    assert money_of(hub, 0) == -4200


def test_interest_and_charges_are_the_reserves(hub):
    match(hub, line_of(hub, 212, "INTEREST"), "other:interest")
    match(hub, line_of(hub, -500, "FEE"), "other:charge")
    assert fund(hub, "reserve") == in_book(hub) == -288


def test_a_grant_opens_its_fund_once(hub):
    match(hub, line_of(hub, 50000, "COUNCIL"), "other:grant")
    match(hub, line_of(hub, 50000, "COUNCIL"), "other:grant")
    assert fund(hub, "grant") == 100000


def test_by_hand_a_line_pays_an_approved_bill(hub):
    paid_in(hub)
    bill = approved(hub)
    match(hub, line_of(hub, -BILL), f"bill:{bill.id}")
    assert paid(bill)


@pytest.mark.parametrize(
    ("amount", "answer", "refusal"),
    [
        (4200, "other:charge", finding.WrongWay),
        (-4200, "other:interest", finding.WrongWay),
        (-4200, "other:grant", finding.WrongWay),
        (4200, "other:holiday", finding.NotAnAnswer),
        (4200, "", finding.NotAnAnswer),
        (4200, "source:x", finding.NotAnAnswer),
        (4200, f"source:{NOWHERE}", finding.NoSuchSource),
        (4200, f"bill:{NOWHERE}", finding.WrongWay),
        (-4200, f"bill:{NOWHERE}", places.NotTheBill),
    ],
)
def test_an_answer_that_cannot_be_changes_nothing(hub, amount, answer, refusal):
    line = line_of(hub, amount)
    with pytest.raises(refusal):
        match(hub, line, answer)
    assert waiting(hub)[0].source_id is None
    assert entries(hub) == 0


def test_a_bill_of_another_amount_is_refused(hub):
    paid_in(hub)
    bill = approved(hub)
    with pytest.raises(places.NotTheBill):
        match(hub, line_of(hub, -BILL + 1), f"bill:{bill.id}")


def test_a_line_has_one_place(hub):
    line = line_of(hub, 4200)
    match(hub, line, f"source:{source(hub, 0).id}")
    with pytest.raises(finding.LineDone):
        match(hub, line, f"source:{source(hub, 1).id}")
    assert in_book(hub) == 4200


def test_money_and_lines_of_another_group_are_not_there(hub):
    other = bank("saturday-art")
    line = line_of(hub, 4200)
    with pytest.raises(finding.NoSuchSource):
        match(hub, line, f"source:{source(other, 0).id}")
    with pytest.raises(finding.NoLine):
        match(other, line, f"source:{source(other, 0).id}")


def test_only_a_treasurer_or_organiser_matches(hub):
    line = line_of(hub, 4200)
    for by in (hub.hub.checker, hub.hub.people[0]):
        with pytest.raises(access.NotYourJob):
            match(hub, line, f"source:{source(hub, 0).id}", by=by)


def test_a_job_taken_away_while_the_page_was_open_matches_nothing(hub):
    line = line_of(hub, 4200)
    hubs.take_job(hub.hub, hub.treasurer)
    with pytest.raises(access.NotYourJob):
        match(hub, line, f"source:{source(hub, 0).id}")
