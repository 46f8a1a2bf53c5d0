"""The money before our first file: one says whose it was, another looks, and the book agrees."""

import pytest
from bank_making import DAY, bank, hubs, in_book, money_of, move, ofx, reference, source, take_in
from sqlalchemy import text
from sqlmodel import select

import db
from ledger import journal
from ledger.accounting import NoMoney
from members import access
from payments import opening, reconciliation
from payments.models import OpeningMoney
from payments.opening import SAFETY, Part


def begun(hub, there=50000):
    take_in(hub, ofx(move(4200, reference(hub, 0)), closing=4200 + there))


def person(hub, number, amount):
    return Part(f"source:{source(hub, number).id}", amount)


def say(hub, *parts, by=None, key=None, shown_by="The paper statement of November"):
    with db.transaction() as session:
        said = opening.Said(key=key or db.new_id(), parts=parts, shown_by=shown_by)
        return opening.say(session, hub.pool, said, by or hub.treasurer, now=hubs.NOW)


def confirm(hub, one, by=None):
    with db.transaction() as session:
        return opening.confirm(session, hub.pool, one.id, by or hub.hub.checker, now=hubs.NOW)


def drop(hub, one, by=None):
    with db.transaction() as session:
        return opening.drop(session, hub.pool, one.id, by or hub.treasurer, now=hubs.NOW)


def tie(hub):
    with db.reading() as session:
        return reconciliation.tie(session, hub.pool, hub.account.id)


def test_until_it_is_told_it_is_not_explained(hub):
    begun(hub)
    assert (tie(hub).before, tie(hub).agrees) == (50000, False)
    say(hub, person(hub, 0, 50000))
    assert tie(hub).before == 50000


def test_two_people_say_whose_it_was_and_the_difference_is_nought(hub):
    begun(hub)
    one = say(hub, person(hub, 0, 16800), person(hub, 1, 20000), Part(SAFETY, 13200))
    done = confirm(hub, one)
    assert (tie(hub).difference, tie(hub).agrees) == (0, True)
    assert (money_of(hub, 0), money_of(hub, 1), in_book(hub)) == (16800 + 4200, 20000, 54200)
    with db.reading() as session:
        entry = journal.recorded(session, hub.pool.book_id, done.entry_seq)
        assert entry.kind == "opening"
        assert (DAY - entry.happened_on).days == 1


@pytest.mark.parametrize(
    ("amounts", "refusal"),
    [((40000,), opening.NotAll), ((60000,), opening.NotAll), ((), opening.NobodyNamed),
     ((50000, 0), NoMoney)],
)  # fmt: skip
def test_it_must_be_exactly_what_was_there(hub, amounts, refusal):
    begun(hub)
    with pytest.raises(refusal):
        say(hub, *[person(hub, n, amount) for n, amount in enumerate(amounts)])


def test_nobody_checks_their_own_word(hub):
    begun(hub)
    one = say(hub, person(hub, 0, 50000))
    with pytest.raises(opening.OwnWord):
        confirm(hub, one, by=hub.treasurer)
    with pytest.raises(access.NotYourJob):
        confirm(hub, one, by=hub.hub.people[2])
    assert in_book(hub) == 4200


def test_what_changed_meanwhile_is_not_confirmed(hub):
    """An older file came in and explains some of it."""
    begun(hub)
    one = say(hub, person(hub, 0, 50000))
    older = move(20000, reference(hub, 1), on=DAY.replace(day=1))
    take_in(hub, ofx(older, closing=50000))
    with pytest.raises(opening.NotAll):
        confirm(hub, one)


def test_it_is_said_once_and_confirmed_once(hub):
    begun(hub)
    key = db.new_id()
    one = say(hub, person(hub, 0, 50000), key=key)
    assert say(hub, person(hub, 0, 50000), key=key).id == one.id
    with pytest.raises(opening.SaidAlready):
        say(hub, person(hub, 1, 50000))
    assert confirm(hub, one).entry_seq == confirm(hub, one).entry_seq
    with pytest.raises(opening.DoneAlready):
        drop(hub, one)
    with pytest.raises(opening.NothingBefore):
        say(hub, person(hub, 1, 50000))
    assert in_book(hub) == 54200


def test_what_was_stopped_can_be_said_anew(hub):
    begun(hub)
    one = say(hub, person(hub, 0, 50000))
    drop(hub, one, by=hub.hub.checker)
    with pytest.raises(opening.StoppedAlready):
        confirm(hub, one)
    confirm(hub, say(hub, person(hub, 1, 50000)))
    assert money_of(hub, 1) == 50000


def test_another_groups_is_not_there(hub):
    begun(hub)
    other = bank("saturday-art")
    one = say(hub, person(hub, 0, 50000))
    with pytest.raises(opening.NoSuchOpening):
        confirm(other, one, by=other.hub.checker)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE opening_part SET amount = amount - 1",
        "DELETE FROM opening_part",
        "UPDATE opening_money SET amount = 1",
        "UPDATE opening_money SET confirmed_by = said_by, confirmed_at = said_at, entry_seq = 1",
        "DELETE FROM opening_money",
    ],
)
def test_the_database_lets_nobody_change_what_was_said(hub, change):
    begun(hub)
    say(hub, person(hub, 0, 50000))
    with pytest.raises(Exception, match=r"opening|two_people|two people|person|parts|changed"):  # noqa: SIM117
        with db.transaction() as session:
            session.execute(text(change))
    with db.reading() as session:
        assert session.exec(select(OpeningMoney.confirmed_at)).one() is None
