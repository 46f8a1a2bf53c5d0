"""What the database itself refuses of questions and answers, past every page and use case."""

import uuid

import bills_making as making
import pytest
from bills_making import NOW, hub
from sqlalchemy import text
from test_questions import answer, ask, decide

import db
from pools.spending.models import Answer, QuestionAsked


@pytest.fixture
def made(database):
    return hub()


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


def question(made, **other):
    facts = {
        "pool_id": made.pool.id, "book_id": made.pool.book_id, "seq": 1, "kind": "what",
        "asked_by": made.people[3].id, "asked_at": NOW, "answer_by": made.treasurer.id,
        "answer_until": NOW,
    }  # fmt: skip
    return QuestionAsked(**(facts | other))


def reply(one, who, **other):
    facts = {
        "question_id": one.id, "asked_by": one.asked_by, "answered_by": who.id, "words": "So",
        "answered_at": NOW,
    }  # fmt: skip
    return Answer(**(facts | other))


CLOSE = "UPDATE question_asked SET closed_at = :now WHERE id = :id"


def test_no_question_ends_without_an_answer_that_was_a_good_one(made):
    one = ask(made)
    refused("good one", CLOSE, now=NOW, id=one.id)
    answer(made, one)
    refused("good one", CLOSE, now=NOW, id=one.id)
    decide(made, one, good=False)
    refused("good one", CLOSE, now=NOW, id=one.id)


def test_a_question_stays_as_it_was_asked(made):
    one = ask(made, words="Why?")
    for change in ("seq = 2", "kind = 'amount'", "seen_by = 'answerer'", "words = 'Other'"):
        refused("can't be changed", f"UPDATE question_asked SET {change} WHERE id = :id", id=one.id)
    refused(
        "can't be changed",
        "UPDATE question_asked SET asked_by = :who WHERE id = :id",
        who=made.people[4].id, id=one.id,
    )  # fmt: skip
    refused("can't be changed", "DELETE FROM question_asked WHERE id = :id", id=one.id)
    answer(made, one)
    decide(made, one)
    refused(
        "can't be changed", "UPDATE question_asked SET closed_at = NULL WHERE id = :id", id=one.id
    )
    raw("UPDATE question_asked SET words = '' WHERE id = :id", id=one.id)


def test_the_paid_side_gets_no_question_or_answer_in(made):
    bill = making.paid(made)
    making.side_with(made, made.payee, made.treasurer, made.people[4])
    add_refused(
        "side of who got",
        question(made, seq=bill.paid_seq, bill_id=bill.id, asked_by=made.people[4].id),
    )
    one = ask(made, bill.paid_seq)
    add_refused("side of who got", reply(one, made.treasurer))


def test_an_answer_is_of_another_person_with_a_job_and_one_at_a_time(made):
    own = ask(made, by=made.treasurer)
    add_refused("Another person must answer", reply(own, made.treasurer))
    one = ask(made)
    add_refused("with a job", reply(one, made.people[5]))
    add_refused("can't be changed", reply(one, made.treasurer, good=True, decided_at=NOW))
    with db.transaction() as session:
        session.add(reply(one, made.treasurer))
    add_refused("just now", reply(one, made.checker))
    with pytest.raises(Exception, match=r"FOREIGN KEY|foreign key"):
        add_refused("", reply(ask(made), made.treasurer, asked_by=made.people[5].id))


def test_an_answer_stays_as_it_was_given(made):
    said = answer(made, one := ask(made))
    for change in ("words = 'No'", "answered_at = '2020-01-01'"):
        refused("can't be changed", f"UPDATE answer SET {change} WHERE id = :id", id=said.id)
    decide(made, one)
    refused(
        "can't be changed",
        "UPDATE answer SET good = NULL, decided_at = NULL WHERE id = :id", id=said.id,
    )  # fmt: skip
    refused("can't be changed", "DELETE FROM answer WHERE id = :id", id=said.id)
    add_refused("answered already", reply(one, made.checker))
    raw("UPDATE answer SET words = '' WHERE id = :id", id=said.id)


def test_a_question_starts_open_and_in_its_own_group(made):
    add_refused("can't be changed", question(made, late_at=NOW))
    add_refused("mixes up", question(made, book_id=db.new_id()))
