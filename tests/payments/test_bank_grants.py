"""A line of the bank that is a grant: into its own fund, apart from other gifts, and back."""

import pytest
from bank_making import hubs, in_book, lines, match, move, ofx, take_in

import db
from payments import answers, ours
from payments.lines import WrongWay
from pools.funds import funds


def line_of(hub, amount, words):
    take_in(hub, ofx(move(amount, words), closing=0))
    return lines(hub)[-1]


def grant(hub, name="Bus money", giver="Ash Trust"):
    with db.transaction() as session:
        new = funds.NewGrant(
            key=db.new_id(), name=name, giver=giver, costs=frozenset({"transport"})
        )  # fmt: skip
        return funds.add(session, new, hub.treasurer, now=hubs.NOW).fund_id


def has(hub, fund_id):
    with db.reading() as session:
        return funds.find(session, hub.pool, fund_id).has


def offered(hub, line):
    with db.reading() as session:
        return {one.value: one for one in answers.answers(session, hub.pool, line)}


def test_a_grant_is_offered_by_who_gave_it_and_comes_into_its_own_fund(hub):
    fund_id = grant(hub)
    line = line_of(hub, 30000, "ASH TRUST GRANT 2026")
    answer = offered(hub, line)[f"fund:{fund_id}"]
    assert answer.words == "Bus money, from Ash Trust"
    assert answer.why == "The bank names who gave it"
    match(hub, line, answer.value)
    assert has(hub, fund_id) == 30000
    assert in_book(hub) == 30000


def test_a_gift_for_anything_never_lands_in_a_grant_with_a_purpose(hub):
    fund_id = grant(hub)
    match(hub, line_of(hub, 5000, "A FRIEND"), "other:grant")
    assert has(hub, fund_id) == 0


def test_what_was_not_spent_goes_back_to_who_gave_it(hub):
    fund_id = grant(hub)
    match(hub, line_of(hub, 30000, "ASH TRUST"), f"fund:{fund_id}")
    back = line_of(hub, -10000, "ASH TRUST")
    assert offered(hub, back)[f"fund:{fund_id}"].words == "Money back to Ash Trust (Bus money)"
    match(hub, back, f"fund:{fund_id}")
    assert has(hub, fund_id) == 20000


def test_a_gift_to_help_each_other_opens_its_fund_once(hub):
    for _ in range(2):
        match(hub, line_of(hub, 1000, "A FRIEND"), "fund:solidarity")
    with db.reading() as session:
        (one,) = [f for f in funds.all_of(session, hub.pool) if f.kind == "solidarity"]
    assert one.has == 2000


@pytest.mark.parametrize("chosen", ["x", "solidarity", "01900000-0000-7000-8000-000000000000"])
def test_no_money_goes_out_to_a_fund_that_is_none(hub, chosen):
    with pytest.raises((ours.NotThatFund, WrongWay)):
        match(hub, line_of(hub, -1000, "SOMEBODY"), f"fund:{chosen}")
