"""What only a real PostgreSQL can show: many at once close a round, or promise while it closes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import rounds_making as making
from sqlmodel import col, select

import db
from members.models import Letter
from pools.clubbing import rounds
from pools.clubbing.models import Place, Promise
from pools.clubbing.promises import TooLate

pytestmark = pytest.mark.postgres
AT_ONCE = 16


def together(*acts):
    """Run them all at the same moment; what each gave back or raised."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except TooLate as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def all_of(kind):
    with db.reading() as session:
        return list(session.exec(select(kind)))


def test_sixteen_who_close_at_once_close_it_once(on_postgres):
    hub = making.group()
    making.promised(hub, [4200] * 11)
    closed = together(*[lambda: making.close(hub).closed_at] * AT_ONCE)
    assert set(closed) == {making.LATER}
    assert len(all_of(Place)) == 11
    with db.reading() as session:
        told = select(Letter).where(col(Letter.key).startswith("round:"))
        assert len(list(session.exec(told))) == 12


def test_a_promise_while_it_closes_is_counted_or_told_that_it_is_too_late(on_postgres):
    hub = making.group(capacity=30)
    making.promised(hub, [4200] * 11)
    late = making.members(hub, 8, name="Late")
    acts = [lambda who=who: making.promise(hub, who, 4200) for who in late]
    acts.insert(4, lambda: making.close(hub, now=making.NOW, by=hub.organiser))
    outcomes = together(*acts)
    refused = sum(isinstance(one, TooLate) for one in outcomes)
    assert len(all_of(Promise)) == 11 + len(late) - refused
    kept = making.the_round(hub)
    assert rounds.counts_again(kept)
    assert kept.given.count('"at":') == len(all_of(Promise))


def test_one_person_on_two_devices_has_one_promise(on_postgres):
    hub = making.group()
    jo = making.member(hub.pool_id, "Jo")
    acts = [lambda most=most: making.promise(hub, jo, 4200 + most) for most in range(8)]
    together(*acts)
    (one,) = all_of(Promise)
    assert 4200 <= one.most < 4208


def test_two_rounds_opened_at_once_are_one(on_postgres):
    hub = making.group()
    making.close(hub)

    def again():
        try:
            return again_once()
        except db.Broken as refusal:
            return refusal

    def again_once():
        with db.transaction() as session:
            rules = making.agreement.current(session, hub.pool_id)
            return rounds.open_round(
                session, hub.service_id, rules, closes_at=making.LATER + making.timedelta(days=7),
                starts_on=making.date(2027, 1, 7), now=making.LATER,
            )  # fmt: skip

    outcomes = together(*[again] * 6)
    assert sum(not isinstance(one, db.Broken) for one in outcomes) == 1
