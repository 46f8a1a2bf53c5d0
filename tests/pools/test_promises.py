"""Promising: set, changed, taken back, counted once, and private."""

from datetime import timedelta

import pytest
import rounds_making as making
from sqlmodel import select

import db
from members.models import Letter
from pools.clubbing import promises
from pools.clubbing.models import Promise
from pools.models import FundingSource


def standing(made, who):
    with db.reading() as session:
        return promises.live_of(session, made.round_id, who.id)


def letters(kind):
    with db.reading() as session:
        return list(session.exec(select(Letter).where(Letter.kind == kind)))


def every_promise():
    with db.reading() as session:
        return list(session.exec(select(Promise)))


@pytest.fixture
def hub(database):
    return making.group(days=(1, 3))


@pytest.fixture
def jo(hub):
    return making.member(hub.pool_id, "Jo")


def test_a_promise_says_the_day_the_most_and_the_source(hub, jo):
    making.promise(hub, jo, 4200, days=hub.days, source="isf")
    found = standing(hub, jo)
    assert {one.session_id for one in found} == set(hub.days)
    assert {one.most for one in found} == {4200}
    with db.reading() as session:
        source = session.get(FundingSource, found[0].source_id)
    assert (source.kind, source.membership_id) == ("isf", jo.id)


def test_a_promise_can_be_changed_and_keeps_its_place_in_the_queue(hub, jo):
    making.promise(hub, jo, 4200)
    making.promise(hub, jo, 5000, source="own_money", now=making.NOW + timedelta(hours=1))
    (one,) = standing(hub, jo)
    assert (one.most, one.made_at) == (5000, making.NOW)
    assert one.changed_at == making.NOW + timedelta(hours=1)


def test_days_that_are_not_named_any_more_are_taken_back(hub, jo):
    making.promise(hub, jo, 4200, days=hub.days)
    making.promise(hub, jo, 4200, days=hub.days[1:])
    assert [one.session_id for one in standing(hub, jo)] == hub.days[1:]


def test_a_promise_can_be_taken_back_and_made_again_at_the_end_of_the_queue(hub, jo):
    making.promise(hub, jo, 4200)
    assert making.withdraw(hub, jo, now=making.NOW + timedelta(hours=1)) == 1
    assert standing(hub, jo) == ()
    assert making.withdraw(hub, jo, now=making.NOW + timedelta(hours=2)) == 0
    making.promise(hub, jo, 4200, now=making.NOW + timedelta(hours=3))
    (one,) = standing(hub, jo)
    assert one.made_at == making.NOW + timedelta(hours=3)
    assert len(every_promise()) == 2
    assert len(letters("promise_back")) == 1


def test_a_form_sent_twice_counts_once(hub, jo):
    key = db.new_id()
    making.promise(hub, jo, 4200, key=key)
    making.promise(hub, jo, 6000)
    making.promise(hub, jo, 4200, key=key)
    assert [one.most for one in standing(hub, jo)] == [6000]
    assert len(letters("promise_saved")) == 2


def test_a_form_sent_again_with_other_answers_is_refused(hub, jo):
    key = db.new_id()
    making.promise(hub, jo, 4200, key=key)
    with pytest.raises(promises.FormUsed):
        making.promise(hub, jo, 4300, key=key)


def test_the_same_form_id_from_two_people_is_two_promises(hub, jo):
    key, ann = db.new_id(), making.member(hub.pool_id, "Ann")
    making.promise(hub, jo, 4200, key=key)
    making.promise(hub, ann, 4200, key=key)
    assert len(standing(hub, jo)) == len(standing(hub, ann)) == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"most": 0}, promises.TypeTheMost),
        ({"most": -1}, promises.TypeTheMost),
        ({"most": promises.MOST + 1}, promises.TypeTheMost),
        ({"source": "the moon"}, promises.PickASource),
        ({"days": [making.db.new_id()]}, promises.NotOurDay),
        ({"now": making.CLOSES}, promises.TooLate),
    ],
)
def test_what_is_not_right_is_refused_and_nothing_is_saved(hub, jo, change, refusal):
    with pytest.raises(refusal):
        making.promise(hub, jo, **{"most": 4200, **change})
    assert every_promise() == []


def test_a_promise_needs_a_day(hub, jo):
    with pytest.raises(promises.PickADay), db.transaction() as session:
        promises.promise(session, hub.round_id, jo, {}, "isf", key=db.new_id(), now=making.NOW)


def test_only_people_of_the_group_can_promise(hub, jo):
    other = making.group("saturday-art")
    with pytest.raises(promises.NotInGroup):
        making.promise(other, jo, 4200)


def test_a_day_of_another_group_is_not_ours(hub, jo):
    other = making.group("saturday-art")
    with pytest.raises(promises.NotOurDay):
        making.promise(hub, jo, 4200, days=other.days)


def test_after_the_close_a_promise_is_told_that_it_is_too_late(hub, jo):
    making.close(hub)
    for act in (lambda: making.promise(hub, jo, 4200), lambda: making.withdraw(hub, jo)):
        with pytest.raises(promises.TooLate):
            act()


def test_the_letter_says_what_was_promised_to_the_person_alone(hub, jo):
    making.promise(hub, jo, 4237)
    (letter,) = letters("promise_saved")
    assert letter.person_id == jo.person_id
    assert "Tuesdays: the most you could pay is £42.37 a day." in letter.facts
