"""Questions about a line of the book: asked by anybody in the group, answered by somebody with a
job who was not paid by it, and ended only by the asker. A late one goes on to another person.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotAllowed, NotPossible, NotValid
from ledger import journal
from ledger.journal import Recorded
from members import notices
from members.models import Membership, Role
from pools.locking import lock_pool
from pools.models import Pool
from pools.spending import answering, book, payees
from pools.spending.answering import READY
from pools.spending.models import Answer, Bill, QuestionAsked

SEEN_BY = ("group", "answerer")
WORKING_DAYS = 3
LONGEST = 400
MOST_OPEN = 10
END_OF_DAY = time(23, 59)


class PickAQuestion(NotValid):
    """Pick what you want to ask."""


class PickWhoSees(NotValid):
    """Pick who can see it."""


class ManyOpen(NotPossible):
    """You have {most} open questions. Wait for some answers first."""


class NotInNow(NotAllowed):
    """You are not in this group any more."""


class NoAnswerYet(NotPossible):
    """There is no answer yet."""


@dataclass(frozen=True, kw_only=True)
class New:
    """What somebody asks. `key` is the form's own id."""

    key: UUID
    seq: int
    kind: str
    words: str = ""
    seen_by: str = "group"


# --- asking ---------------------------------------------------------------------------------------


def ask(session: Session, new: New, by: Membership, *, now: datetime) -> QuestionAsked:
    """Ask about a line. Whoever answers is told, and by when."""
    pool = lock_pool(session, by.pool_id)
    _must_be_in(session, by)
    words = answering.tidy(new.words, LONGEST)
    if new.kind not in READY:
        raise PickAQuestion
    if new.seen_by not in SEEN_BY:
        raise PickWhoSees
    if made := session.get(QuestionAsked, new.key):
        return _same_again(made, new, words, by)
    entry = journal.recorded(session, pool.book_id, new.seq)
    bill = bill_behind(session, pool, entry)
    if bill is not None:
        payees.must_not_be_on_their_side(session, bill.payee_id, by)
    _must_not_flood(session, by)
    asked = QuestionAsked(
        id=new.key,
        pool_id=pool.id,
        book_id=pool.book_id,
        seq=new.seq,
        bill_id=bill.id if bill else None,
        asked_by=by.id,
        kind=new.kind,
        words=words,
        seen_by=new.seen_by,
        asked_at=now,
        answer_by=by.id,
        answer_until=until(pool, now),
    )
    asked.answer_by = answering.first_of(session, asked, answering.FIRST, {by.id})
    session.add(asked)
    session.flush()
    _tell_who_answers(session, pool, asked, now=now)
    return asked


def _must_be_in(session: Session, by: Membership) -> None:
    found = session.get(Membership, by.id, populate_existing=True)
    if found is None or found.left_at is not None:
        raise NotInNow


def _same_again(made: QuestionAsked, new: New, words: str, by: Membership) -> QuestionAsked:
    was = (made.seq, made.kind, made.words, made.seen_by, made.asked_by)
    if was != (new.seq, new.kind, words, new.seen_by, by.id):
        raise answering.FormUsed
    return made


def bill_behind(session: Session, pool: Pool, entry: Recorded) -> Bill | None:
    """The bill that a line paid, also if the line was put right since, or is what put it right."""
    if entry.reverses is not None:
        entry = journal.recorded(session, pool.book_id, entry.reverses)
    named = book.bill_of(entry.key)
    return session.get(Bill, UUID(named)) if named else None


def _must_not_flood(session: Session, by: Membership) -> None:
    open_ = session.exec(
        select(sa.func.count())
        .select_from(QuestionAsked)
        .where(QuestionAsked.asked_by == by.id, col(QuestionAsked.closed_at).is_(None))
    ).one()
    if open_ >= MOST_OPEN:
        raise ManyOpen(most=MOST_OPEN)


def until(pool: Pool, now: datetime) -> datetime:
    """The end of the third working day from now, by the group's own clock."""
    zone = ZoneInfo(pool.time_zone)
    day = working_day(now.astimezone(zone).date(), WORKING_DAYS)
    return datetime.combine(day, END_OF_DAY, zone).astimezone(now.tzinfo)


def working_day(day: date, after: int) -> date:
    """So many days from Monday to Friday later. (A bank holiday counts: better early than late.)"""
    while after:
        day += timedelta(days=1)
        after -= day.weekday() < 5
    return day


# --- what becomes of it ---------------------------------------------------------------------------


def decide(
    session: Session, question_id: UUID, by: Membership, *, good: bool, now: datetime
) -> QuestionAsked:
    """The asker says if it answers the question: yes ends it; with no, another person answers."""
    pool = lock_pool(session, by.pool_id)
    question = answering.locked(session, pool, question_id)
    if question.asked_by != by.id:
        raise answering.NoSuchQuestion
    if question.closed_at is not None:
        return question
    said = answering.waiting_answer(session, question)
    if said is None:
        raise NoAnswerYet
    if question.bill_id is not None:
        payee = session.get_one(Bill, question.bill_id).payee_id
        payees.must_not_be_on_their_side(session, payee, by)
    said.good, said.decided_at = good, now
    session.add(said)
    session.flush()
    if good:
        question.closed_at = now
        session.add(question)
        session.flush()
    else:
        _on_to_another(session, pool, question, now=now)
    return question


def _on_to_another(session: Session, pool: Pool, question: QuestionAsked, *, now: datetime) -> None:
    """To the second checker first. Where there is nobody else, it stays with who has it."""
    another = answering.next_one(session, question, answering.AFTERWARDS, {question.answer_by})
    question.answer_by = another or question.answer_by
    question.answer_until = until(pool, now)
    session.add(question)
    session.flush()
    _tell_who_answers(session, pool, question, now=now)


def due(session: Session, now: datetime) -> list[UUID]:
    """Not answered in time; or with somebody who has no job any more."""
    waits = select(Answer.id).where(
        Answer.question_id == QuestionAsked.id, col(Answer.good).is_(None)
    )
    held = (
        select(Role.id)
        .join(
            Membership,
            sa.and_(
                col(Membership.pool_id) == Role.pool_id,
                col(Membership.person_id) == Role.person_id,
            ),
        )
        .where(
            Membership.id == QuestionAsked.answer_by,
            col(Membership.left_at).is_(None),
            col(Role.until).is_(None),
        )
    )
    return list(
        session.exec(
            select(QuestionAsked.id)
            .where(
                col(QuestionAsked.closed_at).is_(None),
                sa.not_(sa.exists(waits)),
                sa.or_(col(QuestionAsked.answer_until) <= now, sa.not_(sa.exists(held))),
            )
            .order_by(col(QuestionAsked.answer_until), col(QuestionAsked.id))
        )
    )


def pass_on(session: Session, question_id: UUID, *, now: datetime) -> None:
    """It is late: everybody sees that, and another person answers by another date."""
    found = session.get_one(QuestionAsked, question_id)
    pool = lock_pool(session, found.pool_id)
    question = answering.locked(session, pool, question_id)
    if question.id not in due(session, now):
        return
    if question.answer_until <= now:
        question.late_at = question.late_at or now
    elif answering.next_one(session, question, answering.AFTERWARDS, {question.answer_by}) is None:
        return
    _on_to_another(session, pool, question, now=now)


# --- telling --------------------------------------------------------------------------------------


def _tell_who_answers(
    session: Session, pool: Pool, question: QuestionAsked, *, now: datetime
) -> None:
    private = question.seen_by == "answerer"
    who = session.get_one(Membership, question.asked_by).name if private else ""
    notices.tell(
        session,
        session.get_one(Membership, question.answer_by).person_id,
        "question_asked",
        key=f"asked:{question.id}:{now:%y%m%d%H%M%S}",
        now=now,
        pool_id=pool.id,
        who=who,
        asks=READY[question.kind],
        words=question.words,
        until=question.answer_until,
        late=question.late_at is not None,
        link=f"/g/{pool.slug}/questions/{question.id}",
    )
