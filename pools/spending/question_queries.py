"""What a reader sees of questions: on a line, in the book, on their own page, among the jobs.

What only the one who answers may see is shown to nobody else; not even that it is there, until it
is late: then everybody sees that, and nothing of what it says.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from members.models import Membership
from pools.jobs import Job
from pools.models import Pool
from pools.spending import answering
from pools.spending.answering import NoSuchQuestion
from pools.spending.models import Answer, QuestionAsked

MOST = 50
DONE_SHOWN = 20
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Said:
    """An answer. `good` is what the asker said of it, if they did."""

    name: str
    when: datetime
    words: str
    good: bool | None


@dataclass(frozen=True)
class Question:
    """One question as this reader sees it. `state` is looking, answered or done. `hidden`: it is
    late, but only the one who answers may read it. `asker` is a name only where it may be read.
    """

    id: UUID
    seq: int
    asks: str
    words: str
    asked_at: datetime
    state: str
    late: bool
    hidden: bool
    private: bool
    mine: bool
    asker: str
    answerer: str
    until: datetime
    done_at: datetime | None
    answers: tuple[Said, ...]
    may_answer: bool

    @property
    def may_decide(self) -> bool:
        return self.mine and self.state == "answered"


@dataclass(frozen=True)
class Count:
    """Of one line: open questions without an answer (`late` of them), and answers."""

    questions: int
    answers: int
    late: int


@dataclass(frozen=True)
class QuestionsPage:
    mine: tuple[Question, ...]
    open: tuple[Question, ...]
    done: tuple[Question, ...]


# --- who sees what --------------------------------------------------------------------------------


def _seen_by(me: UUID | sa.BindParameter[UUID]) -> Condition:
    answered = select(Answer.id).where(
        Answer.question_id == QuestionAsked.id, Answer.answered_by == me
    )
    return sa.or_(
        col(QuestionAsked.seen_by) == "group",
        col(QuestionAsked.asked_by) == me,
        col(QuestionAsked.answer_by) == me,
        sa.exists(answered),
    )


def _late_for_all() -> Condition:
    return sa.and_(col(QuestionAsked.late_at).is_not(None), _is_open())


def _is_open() -> Condition:
    return col(QuestionAsked.closed_at).is_(None)


def _told(
    session: Session, me: Membership, roles: frozenset[str], rows: Collection[QuestionAsked]
) -> tuple[Question, ...]:
    said = _answers(session, [one.id for one in rows])
    people = {one.answer_by for one in rows} | {one.asked_by for one in rows}
    found = session.exec(
        select(Membership.id, Membership.name).where(col(Membership.id).in_(people))
    )
    names = {id_: name for id_, name in found}  # noqa: C416 - rows are not plain pairs
    return tuple(_one(session, (me, roles), one, said.get(one.id, []), names=names) for one in rows)


def _answers(session: Session, ids: Collection[UUID]) -> dict[UUID, list[tuple[Answer, str]]]:
    rows = session.exec(
        select(Answer, Membership.name)
        .join(Membership, col(Membership.id) == Answer.answered_by)
        .where(col(Answer.question_id).in_(ids))
        .order_by(col(Answer.answered_at), col(Answer.id))
    )
    found: dict[UUID, list[tuple[Answer, str]]] = {}
    for one, name in rows:
        found.setdefault(one.question_id, []).append((one, name))
    return found


def _one(
    session: Session,
    who: tuple[Membership, frozenset[str]],
    one: QuestionAsked,
    said: list[tuple[Answer, str]],
    *,
    names: Mapping[UUID, str],
) -> Question:
    me, roles = who
    mine, private = one.asked_by == me.id, one.seen_by != "group"
    reader = not private or me.id in {
        one.asked_by,
        one.answer_by,
        *(a.answered_by for a, _ in said),
    }
    waits = any(answer.good is None for answer, _ in said)
    state = "done" if one.closed_at else "answered" if waits else "looking"
    may = bool(roles) and state == "looking" and reader and not mine
    return Question(
        id=one.id,
        seq=one.seq,
        asks=answering.READY[one.kind] if reader else "",
        words=one.words if reader else "",
        asked_at=one.asked_at,
        state=state,
        late=one.late_at is not None and state == "looking",
        hidden=not reader,
        private=private,
        mine=mine,
        asker=names[one.asked_by] if private and reader and not mine else "",
        answerer=names[one.answer_by],
        until=one.answer_until,
        done_at=one.closed_at,
        answers=_said(said) if reader else (),
        may_answer=may and _able(session, one, me),
    )


def _said(said: list[tuple[Answer, str]]) -> tuple[Said, ...]:
    return tuple(Said(name, one.answered_at, one.words, one.good) for one, name in said)


def _able(session: Session, one: QuestionAsked, me: Membership) -> bool:
    private = one.seen_by != "group" and one.answer_by != me.id
    return not private and me.id not in answering.paid_by_it(session, one)


# --- pages ----------------------------------------------------------------------------------------


def question_page(
    session: Session, pool: Pool, me: Membership, roles: frozenset[str], question_id: UUID
) -> Question:
    found = session.exec(
        select(QuestionAsked).where(
            QuestionAsked.id == question_id, QuestionAsked.pool_id == pool.id, _seen_by(me.id)
        )
    ).first()
    if found is None:
        raise NoSuchQuestion
    return _told(session, me, roles, [found])[0]


def of_line(
    session: Session, pool: Pool, me: Membership, roles: frozenset[str], seq: int
) -> tuple[Question, ...]:
    """What was asked about one line, the newest first."""
    rows = session.exec(
        select(QuestionAsked)
        .where(
            QuestionAsked.book_id == pool.book_id,
            QuestionAsked.seq == seq,
            sa.or_(_seen_by(me.id), _late_for_all()),
        )
        .order_by(col(QuestionAsked.asked_at).desc(), col(QuestionAsked.id).desc())
        .limit(MOST)
    ).all()
    return _told(session, me, roles, rows)


def questions_page(
    session: Session, pool: Pool, me: Membership, roles: frozenset[str]
) -> QuestionsPage:
    open_ = _told(session, me, roles, _rows(session, pool, me, _is_open(), MOST))
    closed = sa.not_(_is_open())
    return QuestionsPage(
        mine=tuple(one for one in open_ if one.mine),
        open=tuple(one for one in open_ if not one.mine),
        done=_told(session, me, roles, _rows(session, pool, me, closed, DONE_SHOWN)),
    )


def _rows(
    session: Session, pool: Pool, me: Membership, which: Condition, most: int
) -> list[QuestionAsked]:
    found = session.exec(
        select(QuestionAsked)
        .where(QuestionAsked.pool_id == pool.id, which, sa.or_(_seen_by(me.id), _late_for_all()))
        .order_by(col(QuestionAsked.asked_at).desc(), col(QuestionAsked.id).desc())
        .limit(most)
    )
    return list(found)


# --- beside the lines of the book -----------------------------------------------------------------


def _counts() -> Any:
    me: sa.BindParameter[UUID] = sa.bindparam("me")
    waits = sa.exists(
        select(Answer.id).where(
            Answer.question_id == QuestionAsked.id,
            sa.or_(col(Answer.good).is_(None), col(Answer.good).is_(True)),
        )
    )
    asked = sa.and_(_is_open(), sa.not_(waits))
    late = sa.and_(asked, col(QuestionAsked.late_at).is_not(None))
    return (
        select(
            QuestionAsked.seq,
            sa.func.sum(sa.case((asked, 1), else_=0)),
            sa.func.sum(sa.case((sa.and_(_seen_by(me), waits), 1), else_=0)),
            sa.func.sum(sa.case((late, 1), else_=0)),
        )
        .where(
            QuestionAsked.book_id == sa.bindparam("book"),
            col(QuestionAsked.seq).in_(sa.bindparam("seqs", expanding=True)),
            sa.or_(_seen_by(me), _late_for_all()),
        )
        .group_by(col(QuestionAsked.seq))
    )


_COUNTS = _counts()


def counts(
    session: Session, pool: Pool, me: Membership, seqs: Collection[int]
) -> Mapping[int, Count]:
    """By line: what stands beside it in the book, as this reader may know it."""
    rows = session.execute(_COUNTS, {"book": pool.book_id, "seqs": list(seqs), "me": me.id})
    return {seq: Count(int(open_), int(said), int(late)) for seq, open_, said, late in rows}


def links(count: Count | None, href: str) -> Iterator[tuple[str, str]]:
    if count is None:
        return
    if count.questions:
        words = "1 question" if count.questions == 1 else f"{count.questions} questions"
        yield words + (", late" if count.late else ""), href
    if count.answers:
        yield "1 answer" if count.answers == 1 else f"{count.answers} answers", href


# --- the jobs and the group's page ----------------------------------------------------------------


def jobs(
    session: Session, pool: Pool, me: Membership, roles: frozenset[str], *, now: datetime
) -> tuple[Job, ...]:
    """Questions whose turn to answer is this person's."""
    _ = now
    if not roles:
        return ()
    waits = sa.exists(
        select(Answer.id).where(Answer.question_id == QuestionAsked.id, col(Answer.good).is_(None))
    )
    rows = session.exec(
        select(QuestionAsked.id)
        .where(
            QuestionAsked.pool_id == pool.id,
            QuestionAsked.answer_by == me.id,
            _is_open(),
            sa.not_(waits),
        )
        .order_by(col(QuestionAsked.answer_until), col(QuestionAsked.id))
    ).all()
    home = f"/g/{pool.slug}/questions"
    if not rows:
        return ()
    if len(rows) == 1:
        return (Job("Answer a question", f"{home}/{rows[0]}"),)
    return (Job("Answer questions", home, len(rows)),)


@dataclass(frozen=True)
class Card:
    """Answers of which I have still to say if they answer my questions."""

    answered: tuple[Question, ...]


def card(session: Session, pool: Pool, membership: Membership, *, now: datetime) -> Card | None:
    _ = now
    rows = session.exec(
        select(QuestionAsked)
        .join(Answer, col(Answer.question_id) == QuestionAsked.id)
        .where(
            QuestionAsked.pool_id == pool.id,
            QuestionAsked.asked_by == membership.id,
            col(Answer.good).is_(None),
        )
        .order_by(col(Answer.answered_at).desc())
    ).all()
    return Card(_told(session, membership, frozenset(), rows)) if rows else None
