"""Who answers a question about a line, and their answer: somebody with a job, never the asker, and
nobody who got that money.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotAllowed, NotFound, NotPossible, NotValid
from ledger import journal
from ledger.models import Fund
from members import access, notices, typed
from members.models import Membership, Person, Role
from pools.locking import lock_pool
from pools.models import Pool
from pools.spending import payees
from pools.spending.models import Answer, Bill, QuestionAsked

READY = {
    "what": "What was this for?",
    "amount": "Is the amount right?",
    "happened": "Did this really happen?",
}
JOBS = ("organiser", "treasurer", "checker")
FIRST, AFTERWARDS = ("treasurer", "checker", "organiser"), ("checker", "organiser", "treasurer")
LONGEST_ANSWER = 1000


class NoSuchQuestion(NotFound):
    """We could not find that question."""


class TooLong(NotValid):
    """Use fewer words. There is room for {most} letters."""


class AnswerNeeded(NotValid):
    """Type your answer."""


class NobodyToAsk(NotPossible):
    """Nobody here can answer that yet. Talk to the organiser."""


class OwnQuestion(NotAllowed):
    """You asked this. Another person must answer."""


class PaidByIt(NotAllowed):
    """You are the one who got this money. Another person must answer."""


class QuestionDone(NotPossible):
    """This question is answered already."""


class AnsweredJustNow(NotPossible):
    """Somebody answered already. Now the person who asked decides."""


class FormUsed(NotPossible):
    """You used this form for something else already. Open the page again."""


# --- whose turn it is -----------------------------------------------------------------------------


def paid_by_it(session: Session, question: QuestionAsked) -> frozenset[UUID]:
    """The members who got that money: on the payee's side, or paid back to themselves."""
    found: set[UUID] = set()
    if question.bill_id is not None:
        payee = session.get_one(Bill, question.bill_id).payee_id
        found |= payees.on_their_side(session, [payee])
    entry = journal.recorded(session, question.book_id, question.seq)
    if entry.kind == "paid_back":
        funds = {line.fund_id for line in entry.lines}
        found.update(
            session.exec(
                select(Membership.id)
                .join(Fund, col(Fund.owner_code) == Membership.code)
                .where(Fund.book_id == question.book_id, col(Fund.fund_id).in_(funds))
            )
        )
    return frozenset(found)


def first_of(
    session: Session, question: QuestionAsked, order: tuple[str, ...], kept_out: Collection[UUID]
) -> UUID:
    """Whose turn it is, by their jobs; never the asker, nor who was paid."""
    found = next_one(session, question, order, kept_out)
    if found is None:
        raise NobodyToAsk
    return found


def next_one(
    session: Session, question: QuestionAsked, order: tuple[str, ...], kept_out: Collection[UUID]
) -> UUID | None:
    never = {*kept_out, question.asked_by, *paid_by_it(session, question)}
    held = sa.and_(
        col(Role.pool_id) == Membership.pool_id,
        col(Role.person_id) == Membership.person_id,
        col(Role.until).is_(None),
    )
    rows = session.exec(
        select(Membership.id, Role.kind)
        .join(Role, held)
        .where(Membership.pool_id == question.pool_id, col(Membership.left_at).is_(None))
        .order_by(col(Role.since), col(Membership.id))
    )
    able = [(order.index(kind), id_) for id_, kind in rows if id_ not in never]
    return min(able, key=lambda one: one[0])[1] if able else None


def answer(
    session: Session,
    question_id: UUID,
    by: Membership,
    words: str,
    *,
    key: UUID,
    now: datetime,
) -> Answer:
    """Somebody with a job says how it was. The asker decides if that answers it."""
    pool = lock_pool(session, by.pool_id)
    access.must_hold(session, by, *JOBS)
    question = locked(session, pool, question_id)
    said = tidy(words, LONGEST_ANSWER)
    if not said:
        raise AnswerNeeded
    if made := session.get(Answer, key):
        if (made.question_id, made.answered_by, made.words) != (question.id, by.id, said):
            raise FormUsed
        return made
    must_be_able(session, question, by)
    if question.closed_at is not None:
        raise QuestionDone
    if waiting_answer(session, question) is not None:
        raise AnsweredJustNow
    made = Answer(
        id=key,
        question_id=question.id,
        asked_by=question.asked_by,
        answered_by=by.id,
        words=said,
        answered_at=now,
    )
    session.add(made)
    session.flush()
    _tell_who_asked(session, pool, question, made, now=now)
    return made


def locked(session: Session, pool: Pool, question_id: UUID) -> QuestionAsked:
    found = session.get(QuestionAsked, question_id, with_for_update=True, populate_existing=True)
    if found is None or found.pool_id != pool.id:
        raise NoSuchQuestion
    return found


def must_be_able(session: Session, question: QuestionAsked, by: Membership) -> None:
    """Anybody with a job may answer what everybody sees; what one person sees, only they."""
    if question.asked_by == by.id:
        raise OwnQuestion
    if question.seen_by != "group" and question.answer_by != by.id:
        raise NoSuchQuestion
    if by.id in paid_by_it(session, question):
        raise PaidByIt


def waiting_answer(session: Session, question: QuestionAsked) -> Answer | None:
    """The answer of which the asker has not said yet whether it answers the question."""
    return session.exec(
        select(Answer).where(Answer.question_id == question.id, col(Answer.good).is_(None))
    ).first()


def tidy(words: str, most: int) -> str:
    """What was typed, in lines, without what can't be seen."""
    said = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    if typed.is_strange(said.replace("\n", " ").replace("\t", " ")):
        raise typed.StrangeLetters
    if len(said) > most:
        raise TooLong(most=most)
    return said


def _tell_who_asked(
    session: Session, pool: Pool, question: QuestionAsked, said: Answer, *, now: datetime
) -> None:
    """By email only: a letter on paper goes through other hands, and would tell who asked."""
    asker = session.get_one(Membership, question.asked_by)
    person = session.get_one(Person, asker.person_id)
    if person.email is None:
        return
    notices.tell_people(
        session,
        [person],
        "question_answered",
        key=f"answered:{said.id}",
        now=now,
        pool_id=pool.id,
        asks=READY[question.kind],
        words=said.words,
        who=session.get_one(Membership, said.answered_by).name,
        link=f"/g/{pool.slug}/questions/{question.id}",
    )
