"""What the database itself refuses of a correction, past every page and use case (S7)."""

import uuid

import bank_making as making
import pytest
from bank_making import hubs
from bills_making import NOW
from sqlalchemy import text
from test_corrections import confirm, paid_in, propose, to

import db
from ledger import journal
from pools.spending.models import Correction


def raw(statement, **values):
    bound = {
        name: (value.hex if db.is_sqlite() else str(value))
        if isinstance(value, uuid.UUID)
        else value
        for name, value in values.items()
    }
    with db.transaction() as session:
        session.connection().execute(text(statement), bound)


def refused(sentence, statement, **values):
    with pytest.raises(db.Broken) as refusal:
        raw(statement, **values)
    assert sentence in refusal.value.sentence, refusal.value.sentence


def add_refused(sentence, row):
    with pytest.raises(db.Broken) as refusal, db.transaction() as session:
        session.add(row)
    assert sentence in refusal.value.sentence, refusal.value.sentence


def row(hub, seq, **other):
    facts = {
        "pool_id": hub.pool.id, "book_id": hub.pool.book_id, "seq": seq, "why": "Wrong",
        "proposed_by": hub.treasurer.id, "proposed_at": NOW,
    }  # fmt: skip
    return Correction(**(facts | other))


YES = (
    "UPDATE correction SET confirmed_by = :who, confirmed_at = :now, reversal_seq = :seq"
    " WHERE id = :id"
)


def test_s7_one_person_is_never_both(hub):
    one = propose(hub, paid_in(hub))
    seq = undone(hub)
    refused("Another person must look", YES, who=hub.treasurer.id, now=NOW, seq=seq, id=one.id)


def undone(hub):
    """The first line turned round past the use case, as a thief inside would."""
    with db.transaction() as session:
        return journal.reverse(
            session, hub.pool.book_id, 1, "x", by=None, key="undo:1", now=NOW
        ).seq


def test_a_yes_needs_a_job_and_a_line_that_turned_this_one_round(hub):
    one = propose(hub, paid_in(hub))
    refused("no such line", YES, who=hub.hub.checker.id, now=NOW, seq=1, id=one.id)
    seq = undone(hub)
    somebody = hub.hub.people[5].id
    refused("Only a person with a job", YES, who=somebody, now=NOW, seq=seq, id=one.id)
    raw(YES, who=hub.hub.checker.id, now=NOW, seq=seq, id=one.id)


def test_a_yes_is_not_of_the_one_whose_money_it_is(hub):
    with db.transaction() as session:
        session.add(
            hubs.Role(
                pool_id=hub.pool.id, person_id=hub.hub.people[0].person_id, kind="checker",
                since=NOW,
            )
        )  # fmt: skip
    one = propose(hub, paid_in(hub, 0))
    seq = undone(hub)
    refused("your own money", YES, who=hub.hub.people[0].id, now=NOW, seq=seq, id=one.id)


def test_a_correction_starts_open_in_its_own_group_by_somebody_with_a_job(hub):
    seq = paid_in(hub)
    add_refused("can't be changed", row(hub, seq, confirmed_at=NOW))
    add_refused("Only a person with a job", row(hub, seq, proposed_by=hub.hub.people[3].id))
    with pytest.raises(Exception, match=r"FOREIGN KEY|foreign key|mixes up"):
        add_refused("", row(hub, 99))
    propose(hub, seq)
    add_refused("putting this line right already", row(hub, seq))


def test_what_was_said_and_done_cant_be_changed(hub):
    one = propose(hub, paid_in(hub), to(hub, 1))
    for change in ("seq = 2", "again = ''", "why = 'other'", "proposed_at = '2020-01-01'"):
        refused("can't be changed", f"UPDATE correction SET {change} WHERE id = :id", id=one.id)
    confirm(hub, one)
    for change in (
        "confirmed_at = NULL, confirmed_by = NULL, reversal_seq = NULL, again_seq = NULL",
        "again_seq = 1",
        "dropped_at = confirmed_at, dropped_by = confirmed_by",
    ):
        refused("can't be changed", f"UPDATE correction SET {change} WHERE id = :id", id=one.id)
    refused("can't be changed", "DELETE FROM correction WHERE id = :id", id=one.id)
    raw("UPDATE correction SET why = '' WHERE id = :id", id=one.id)


def test_a_payment_of_a_bill_names_the_bill(hub):
    for person in hub.hub.people:
        hubs.pay_in(hub.hub, person, 4200)
    bill = hubs.enter(hub.hub)
    hubs.approve(hub.hub, bill)
    seq = hubs.pay(hub.hub, bill)
    add_refused("mixes up", row(hub, seq))
    hubs.side_with(hub.hub, hub.hub.payee, hub.hub.checker)
    one = propose(hub, seq)
    with db.transaction() as session:
        back = journal.reverse(
            session, hub.pool.book_id, seq, "x", by=None, key="undo", now=NOW
        ).seq
    refused("side of who got", YES, who=hub.hub.checker.id, now=NOW, seq=back, id=one.id)
    assert making.entries(hub) == back
