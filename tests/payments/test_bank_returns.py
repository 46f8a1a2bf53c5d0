"""Money that came back: returned by the bank, given back by us, refunded by a seller."""

from datetime import timedelta
from uuid import UUID

import pytest
from bank_making import (
    DAY,
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
)  # fmt: skip
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

import db
from ledger import journal
from members.models import Letter
from payments import answers, corrections, posting, returning, split_queries
from payments.giving_back import MoreThanPaid, shared_back


def offered(hub, line):
    with db.reading() as session:
        return answers.answers(session, hub.pool, line)


def line_of(hub, amount, words="SOMEBODY", *, on=DAY):
    take_in(hub, ofx(move(amount, words, on=on), closing=0))
    return next(one for one in lines(hub) if one.words == words and one.amount == amount)


def paid_and_returned(hub, words="RETURNED DD"):
    ref = reference(hub, 0)
    take_in(hub, ofx(move(4200, f"MIA {ref}"), closing=0))
    return line_of(hub, -4200, f"{words} {ref}", on=DAY + timedelta(days=3))


def a_paid_bill(hub):
    for one in hub.hub.people:
        hubs.pay_in(hub.hub, one, 4200 * 4)
    bill = hubs.enter(hub.hub, number="OLC-101")
    hubs.approve(hub.hub, bill)
    take_in(hub, ofx(move(-hubs.SESSION, "OAK LANE CARE OLC-101", on=hubs.BILLED), closing=0))
    assert hubs.again(bill).paid_seq
    return bill


def put_right(hub, seq, again=""):
    """Two people turn a line of the book round."""
    said = corrections.Said(key=db.new_id(), seq=seq, why="It is another one", again=again)
    with db.transaction() as session:
        corrections.propose(session, said, hub.treasurer, now=hubs.NOW)
    with db.transaction() as session:
        corrections.confirm(session, said.key, hub.hub.checker, now=hubs.NOW)


# --- a payment in that the bank returned ----------------------------------------------------------


def test_a_returned_payment_is_offered_first_with_its_reason(hub):
    best = offered(hub, paid_and_returned(hub))[0]
    assert best.value.startswith("returned:")
    assert best.words.startswith("The £42 from ")
    assert best.words.endswith(" of 10 December came back")
    ref = reference(hub, 0).split("-")[1]
    assert best.why == f"The same amount 3 days later, the bank says RETURNED, and both say {ref}"


def test_what_came_back_leaves_the_fund_even_below_nought_and_tells_the_person_alone(hub):
    line = paid_and_returned(hub)
    fund = source(hub, 0).fund_id
    with db.transaction() as session:
        draft = posting.accounting.paid_back(
            fund, 4000, posting.accounting.Facts(on=DAY, key="spent")
        )
        journal.post(session, hub.pool.book_id, draft, now=hubs.NOW)
    seq = match(hub, line, offered(hub, line)[0].value)
    assert money_of(hub, 0) == -4000
    assert in_book(hub) == -4000
    with db.reading() as session:
        (letter,) = session.exec(select(Letter).where(Letter.kind == "payment_came_back")).all()
        assert letter.person_id == hub.hub.people[0].person_id
        entry = journal.recorded(session, hub.pool.book_id, seq)
        assert (entry.kind, entry.reverses) == ("returned", None)
        assert entry.key.startswith("back:")


def test_the_same_payment_comes_back_once(hub):
    ref = reference(hub, 0)
    line = paid_and_returned(hub)
    answer = offered(hub, line)[0].value
    match(hub, line, answer)
    again = line_of(hub, -4200, f"RETURNED AGAIN {ref}", on=DAY + timedelta(days=4))
    assert not [one for one in offered(hub, again) if one.value.startswith("returned")]
    with pytest.raises(returning.NotThatPayment):
        match(hub, again, answer)


@pytest.mark.parametrize(("amount", "days"), [(-4100, 3), (4200, 3), (-4200, -1), (-4200, 61)])
def test_another_amount_way_or_day_is_not_that_payment(hub, amount, days):
    take_in(hub, ofx(move(4200, reference(hub, 0)), closing=0))
    first = lines(hub)[0]
    other = line_of(hub, amount, "RETURNED", on=min(DAY + timedelta(days=days), hubs.NOW.date()))
    if days == 61:
        return
    assert not [one for one in offered(hub, other) if one.value.startswith("returned")]
    with pytest.raises(returning.NotThatPayment):
        match(hub, other, f"returned:{first.id}")


def test_a_payment_that_came_back_can_not_be_put_right_before_what_undid_it(hub):
    line = paid_and_returned(hub)
    match(hub, line, offered(hub, line)[0].value)
    first = lines(hub)[0]
    with pytest.raises(posting.CameBack):
        put_right(hub, first.entry_seq)


def test_a_return_that_was_none_is_put_right_and_its_line_waits_again(hub):
    line = paid_and_returned(hub)
    seq = match(hub, line, offered(hub, line)[0].value)
    put_right(hub, seq)
    assert money_of(hub, 0) == 4200
    assert [one.id for one in waiting(hub)] == [line.id]
    match(hub, line, offered(hub, waiting(hub)[0])[0].value)  # and it is one after all
    assert money_of(hub, 0) == 0


# --- a bill's payment that came back --------------------------------------------------------------


def test_a_bills_payment_that_came_back_makes_the_bill_wait_again(hub):
    bill = a_paid_bill(hub)
    before = [money_of(hub, n) for n in range(11)]
    line = line_of(hub, hubs.SESSION, "UNPAID OAK LANE CARE", on=hubs.BILLED)
    best = offered(hub, line)[0]
    assert best.value.startswith("returned:")
    match(hub, line, best.value)
    assert hubs.again(bill).paid_seq is None
    assert [money_of(hub, n) for n in range(11)] == [4200 * 4] * 11
    out = line_of(hub, -hubs.SESSION, "OAK LANE CARE AGAIN OLC-101", on=hubs.NOW.date())
    assert hubs.again(bill).paid_seq == lines(hub)[-1].entry_seq
    assert out.entry_seq
    assert [money_of(hub, n) for n in range(11)] == before
    assert in_book(hub) == 11 * 4200 * 4 - hubs.SESSION


def test_a_bill_whose_return_was_none_is_paid_after_all(hub):
    bill = a_paid_bill(hub)
    paid = hubs.again(bill).paid_seq
    line = line_of(hub, hubs.SESSION, "UNPAID OAK LANE CARE", on=hubs.BILLED)
    seq = match(hub, line, offered(hub, line)[0].value)
    put_right(hub, seq)
    assert hubs.again(bill).paid_seq == paid


# --- a seller's refund ----------------------------------------------------------------------------


def test_a_refund_goes_to_those_who_paid_the_bill_as_they_paid(hub):
    bill = a_paid_bill(hub)
    before = [money_of(hub, n) for n in range(11)]
    line = line_of(hub, 11001, "REFUND OAK LANE CARE", on=hubs.NOW.date())
    best = offered(hub, line)[0]
    assert (best.value, best.why) == (f"refund:{bill.id}", "The bank says Oak Lane Care")
    match(hub, line, best.value)
    back = [money_of(hub, n) - was for n, was in enumerate(before)]
    assert sum(back) == 11001
    assert set(back) == {1000, 1001}
    assert in_book(hub) == 11 * 4200 * 4 - hubs.SESSION + 11001


def test_no_more_than_the_bill_comes_back(hub):
    bill = a_paid_bill(hub)
    match(hub, line_of(hub, 40000, "REFUND ONE", on=hubs.NOW.date()), f"refund:{bill.id}")
    with pytest.raises(MoreThanPaid):
        match(hub, line_of(hub, 4373, "REFUND TWO", on=hubs.NOW.date()), f"refund:{bill.id}")
    match(hub, line_of(hub, 4372, "REFUND THREE", on=hubs.NOW.date()), f"refund:{bill.id}")
    assert [money_of(hub, n) for n in range(11)] == [4200 * 4] * 11


def test_nothing_of_an_unpaid_bill_can_come_back(hub):
    bill = hubs.enter(hub.hub)
    with pytest.raises(returning.NotPaid):
        match(hub, line_of(hub, 100, "REFUND"), f"refund:{bill.id}")


SHARES = st.dictionaries(st.uuids(), st.integers(1, 10**7), min_size=1, max_size=8)


@given(paid=SHARES, data=st.data())
def test_refunds_sum_exactly_and_never_give_anybody_more_than_they_paid(paid, data):
    before: dict[UUID, int] = {}
    left = sum(paid.values())
    while left:
        amount = data.draw(st.integers(1, left)) if data.draw(st.booleans()) else left
        shares = shared_back(amount, paid, before)
        assert sum(shares.values()) == amount
        for fund, share in shares.items():
            of_all = left and amount * (paid[fund] - before.get(fund, 0)) / left
            assert abs(share - of_all) < 1.001
            before[fund] = before.get(fund, 0) + share
            assert before[fund] <= paid[fund]
        left -= amount
    assert before == paid
    with pytest.raises(MoreThanPaid):
        shared_back(1, paid, before)


# --- we gave a payment back -----------------------------------------------------------------------


def test_money_back_to_a_person_names_the_payment_it_gives_back(hub):
    take_in(hub, ofx(move(16800, reference(hub, 0)), closing=0))
    line = line_of(hub, -4200, "REFUND TO MIA")
    with db.reading() as session:
        page = split_queries.back_page(session, hub.pool, line.id, source(hub, 0).id)
    assert [words for _, words in page.choices] == [
        "£168 of 10 December 2026", "No one payment: money that was left over",
    ]  # fmt: skip
    assert not page.too_much
    match(hub, line, page.choices[0][0])
    assert money_of(hub, 0) == 16800 - 4200


def test_more_than_the_person_has_is_said_and_posts_since_the_bank_says_so(hub):
    take_in(hub, ofx(move(4200, reference(hub, 0)), closing=0))
    line = line_of(hub, -9000, "REFUND TO MIA")
    with db.reading() as session:
        page = split_queries.back_page(session, hub.pool, line.id, source(hub, 0).id)
    assert page.too_much
    match(hub, line, page.choices[-1][0])
    assert money_of(hub, 0) == 4200 - 9000


def test_another_persons_payment_can_not_be_the_one_that_goes_back(hub):
    take_in(hub, ofx(move(4200, reference(hub, 0)), closing=0))
    line = line_of(hub, -4300, "REFUND")
    with pytest.raises(returning.NotThatPayment):
        match(hub, line, f"back:{lines(hub)[0].id}")


# --- words and sums -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "words", "answer", "why"),
    [
        (212, "GROSS INTEREST TO 30 NOV", "other:interest", "The bank says INTEREST"),
        (-250, "MONTHLY ACCOUNT CHARGES", "other:charge", "The bank says CHARGES"),
        (5000, "MAYOR'S DONATION", "other:grant", "The bank says DONATION"),
    ],
)
def test_interest_charges_and_gifts_are_known_by_their_words(hub, amount, words, answer, why):
    best = offered(hub, line_of(hub, amount, words))[0]
    assert (best.value, best.why) == (answer, why)


def test_one_transfer_for_two_months_is_said_to_be_that(hub):
    for days in (60, 30):
        on = DAY - timedelta(days=days)
        take_in(hub, ofx(move(16800, f"A {reference(hub, 0)}", on=on), closing=0))
    line = line_of(hub, 33600, "SOMEBODY WITHOUT A NAME")
    best = next(one for one in offered(hub, line) if "twice" in one.why)
    assert best.value == f"source:{source(hub, 0).id}"
    assert "£336 is twice £168: two months of " in best.why
    match(hub, line, best.value)
    assert money_of(hub, 0) == 4 * 16800


def test_a_correction_that_was_asked_for_before_it_came_back_is_not_done_after(hub):
    line = paid_and_returned(hub)
    said = corrections.Said(key=db.new_id(), seq=lines(hub)[0].entry_seq, why="It is another one")
    with db.transaction() as session:
        corrections.propose(session, said, hub.treasurer, now=hubs.NOW)
    match(hub, line, offered(hub, line)[0].value)
    with pytest.raises(posting.CameBack), db.transaction() as session:
        corrections.confirm(session, said.key, hub.hub.checker, now=hubs.NOW)
    assert money_of(hub, 0) == 0
