"""Lines put right at the same moment, with real threads on PostgreSQL (A8)."""

import bank_making as making
import pytest
from bank_making import bank, entries, hubs, in_book, match, money_of, move, ofx, take_in
from sqlmodel import select
from test_bank_races import at_once, refusals
from test_corrections import confirm, drop, paid_in, propose, to

import db
from ledger import journal
from payments.corrections import BeingPutRight, DoneAlready
from pools.spending.models import Correction

pytestmark = pytest.mark.postgres


def test_a8_twenty_who_say_yes_at_once_turn_the_line_round_once(on_postgres):
    hub = bank()
    one = propose(hub, paid_in(hub, 0), to(hub, 1))
    who = [hub.hub.checker, hub.hub.organiser] * 10
    results = at_once([lambda by=by: confirm(hub, one, by=by) for by in who])
    refused = refusals(results)
    assert len(refused) == 10
    assert {type(each) for each in refused} == {DoneAlready}
    assert entries(hub) == 3
    assert (money_of(hub, 0), money_of(hub, 1), in_book(hub)) == (0, 4200, 4200)


def test_a8_each_of_forty_lines_turned_round_by_twenty_is_turned_round_once(on_postgres):
    hub = bank()
    take_in(hub, ofx(*[move(100, making.reference(hub, n % 11)) for n in range(40)], closing=0))

    def undo(worker):
        done = 0
        for seq in range(1, 41):
            try:
                with db.transaction() as session:
                    journal.reverse(
                        session, hub.pool.book_id, seq, "Wrong", by=None,
                        key=f"undo:{seq}:{worker}", now=hubs.NOW,
                    )  # fmt: skip
                done += 1
            except journal.AlreadyPutRight:
                pass
        return done

    assert sum(at_once([lambda n=n: undo(n) for n in range(20)])) == 40
    assert (entries(hub), in_book(hub)) == (80, 0)


def test_twenty_who_say_it_at_once_say_it_once(on_postgres):
    hub = bank()
    seq = paid_in(hub)
    results = at_once([lambda: propose(hub, seq)] * 20)
    refused = refusals(results)
    assert len(refused) == 19
    assert {type(each) for each in refused} == {BeingPutRight}
    with db.reading() as session:
        assert len(session.exec(select(Correction)).all()) == 1


def test_a_yes_and_a_no_at_once_are_one_of_them(on_postgres):
    hub = bank()
    for n in range(4):
        seq = paid_in(hub, 0, words=f"LINE {n}")
        one = propose(hub, seq)
        results = at_once([
            lambda one=one: confirm(hub, one),
            lambda one=one: drop(hub, one, by=hub.hub.organiser),
        ])  # fmt: skip
        assert len(refusals(results)) == 1
        with db.reading() as session:
            kept = session.get_one(Correction, one.id)
        assert (kept.confirmed_at is None) != (kept.dropped_at is None)
        for line in making.waiting(hub):
            match(hub, line, to(hub, 2))


def test_putting_right_while_lines_are_matched_and_bills_checked_never_locks_up(on_postgres):
    hub = bank()
    for person in hub.hub.people:
        hubs.pay_in(hub.hub, person, 4200 * 3)
    bill = hubs.enter(hub.hub)
    hubs.approve(hub.hub, bill)
    ones = [propose(hub, paid_in(hub, 0, words=f"LINE {n}"), to(hub, 1)) for n in range(4)]
    take_in(hub, ofx(move(-hubs.SESSION, "OAK"), move(100, "X"), move(200, "Y"), closing=0))
    waiting = {line.amount: line for line in making.waiting(hub)}
    works = [
        *[lambda one=one: confirm(hub, one) for one in ones],
        lambda: match(hub, waiting[-hubs.SESSION], f"bill:{bill.id}"),
        lambda: match(hub, waiting[100], to(hub, 3)),
        lambda: match(hub, waiting[200], to(hub, 4)),
        lambda: hubs.enter(hub.hub),
        lambda: take_in(
            hub, ofx(*[move(50, making.reference(hub, n)) for n in range(5)], closing=0)
        ),
    ]
    assert refusals(at_once(works)) == []
    assert money_of(hub, 0) < money_of(hub, 1)
    assert making.waiting(hub) == []
