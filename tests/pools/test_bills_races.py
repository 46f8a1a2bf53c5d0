"""Bills at the same moment, with real threads on PostgreSQL (trust.md B1, B4, B9)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import bills_making as making
import pytest
from bills_making import SESSION, enter, hub
from sqlmodel import func, select

import db
from errors import Refusal
from members import access
from pools.spending import bills
from pools.spending.models import Approval, Authority, Bill

pytestmark = pytest.mark.postgres


def at_once(works):
    """Start all at the same moment; what each gave or how it was refused."""
    ready = threading.Barrier(len(works))

    def run(work):
        ready.wait()
        try:
            return work()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def refusals(results):
    return [one for one in results if isinstance(one, Refusal)]


def count(model):
    with db.reading() as session:
        return session.exec(select(func.count()).select_from(model)).one()


def test_b4_sixteen_bills_race_for_ten_bills_worth(on_postgres):
    made = hub()
    enter(made, amount=SESSION * 2)
    results = at_once([lambda: enter(made)] * 16)
    assert len(refusals(results)) == 6
    assert all("more than was agreed" in one.sentence for one in refusals(results))
    with db.reading() as session:
        authority = session.get_one(Authority, made.standing)
    assert authority.committed == authority.amount == SESSION * 12
    assert count(Bill) == 11


def test_the_first_bills_at_once_write_one_standing_authority(on_postgres):
    made = hub()
    assert refusals(at_once([lambda: enter(made)] * 6)) == []
    assert (count(Authority), count(Bill)) == (1, 6)


def test_b1_the_same_form_many_times_at_once_makes_one_bill(on_postgres):
    made = hub()
    key = db.new_id()
    results = at_once([lambda: enter(made, key=key, number="1")] * 20)
    assert refusals(results) == []
    assert {one.id for one in results} == {key}
    assert count(Bill) == 1


def test_b1_one_person_approving_many_times_at_once_says_one_yes(on_postgres):
    made = hub(terms={"checkers": 2})
    bill = enter(made)
    results = at_once([lambda: making.approve(made, bill)] * 20)
    assert refusals(results) == []
    assert count(Approval) == 1


def test_two_people_approving_at_once_are_two(on_postgres):
    made = hub(terms={"checkers": 2})
    bill = enter(made)
    at_once([
        lambda: making.approve(made, bill),
        lambda: making.approve(made, bill, by=made.organiser),
    ])  # fmt: skip
    assert count(Approval) == 2
    assert making.pay(made, bill)


def test_sending_back_and_paying_at_once_does_one_of_them(on_postgres):
    made = hub()
    for _ in range(5):
        bill = enter(made)
        making.approve(made, bill)
        key = f"line-{bill.id}"
        results = at_once([
            lambda bill=bill, key=key: making.pay(made, bill, key=key),
            lambda bill=bill: making.send_back(made, bill),
        ])  # fmt: skip
        assert len(refusals(results)) == 1
        kept = making.again(bill)
        assert (kept.paid_seq is None) != (kept.withdrawn_at is None)


def test_one_bank_line_matched_twice_at_once_pays_once(on_postgres):
    made = hub()
    bill = enter(made)
    making.approve(made, bill)
    results = at_once([lambda: making.pay(made, bill)] * 8)
    assert refusals(results) == []
    assert set(results) == {making.again(bill).paid_seq}


def test_b9_no_yes_is_given_after_the_job_is_gone(on_postgres):
    """Whichever commits first decides: either the yes came first, or it was refused."""
    made = hub()
    for round_ in range(8):
        checker = making.rounds.member(made.pool.id, f"Checker {round_}", role="checker")
        bill = enter(made, amount=100)
        times = {}

        def say_yes(bill=bill, checker=checker, times=times):
            with db.transaction() as session:
                bills.approve(session, bill.id, checker, now=making.NOW)
            times["yes"] = True

        _, gone = at_once([say_yes, lambda checker=checker: making.take_job(made, checker)])
        assert gone is None
        with db.reading() as session:
            yes = session.exec(select(Approval).where(Approval.bill_id == bill.id)).first()
        assert (yes is not None) == times.get("yes", False)
        with pytest.raises(access.NotYourJob):
            making.approve(made, enter(made, amount=100), by=checker)
