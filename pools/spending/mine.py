"""This room's part of what is mine: lines of the money book about my money, my shares of bills,
what I did in a job, what I asked, and files I added.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from ledger import forgetting, queries
from members import going, notices, own
from members.mine import (
    GONE,
    File,
    First,
    Found,
    Room,
    Stays,
    Words,
    memberships,
    rows,
    words_in,
)
from members.models import Letter, Membership, NamedWords, Person
from pools import mine as groups
from pools.bands import mine as bands
from pools.clubbing import mine as clubbing
from pools.decisions import mine as decisions
from pools.funds.models import GrantFund
from pools.models import Evidence, FundingSource, Pool
from pools.spending import plan_mine, telling
from pools.spending.models import (
    Answer,
    Approval,
    Authority,
    Bill,
    BillShare,
    Correction,
    Interest,
    Override,
    Payee,
    QuestionAsked,
)
from pools.spending.weekly_models import NoWeekly

ALWAYS = (date(1900, 1, 1), date(2999, 12, 31))
OWN_KINDS = ("contribution", "paid_back", "transfer", "reversal")


def my_data(session: Session, person: Person, *, now: datetime) -> dict[str, object]:
    del now
    mine = memberships(person)
    return {
        "Lines of the money book about my money": list(_lines(session, person)),
        "My shares of bills": rows(session, BillShare, col(BillShare.membership_id).in_(mine)),
        "Who we pay that I am on the side of": rows(
            session, Interest, col(Interest.membership_id).in_(mine)
        ),
        "Questions I asked": rows(
            session, QuestionAsked, col(QuestionAsked.asked_by).in_(mine), without=("answer_by",)
        ),
        "Answers to my questions": rows(
            session, Answer, col(Answer.asked_by).in_(mine), without=("answered_by",)
        ),
        "Questions I was to answer": rows(
            session, QuestionAsked, col(QuestionAsked.answer_by).in_(mine), without=("asked_by",)
        ),
        "Answers I gave": rows(
            session, Answer, col(Answer.answered_by).in_(mine), without=("asked_by",)
        ),
        "Weekly letters I stopped": rows(session, NoWeekly, col(NoWeekly.membership_id).in_(mine)),
        **_done_in_a_job(session, mine),
        "Files I added": [_file(session, one) for one in session.execute(_files(person))],
    }


def _done_in_a_job(session: Session, mine: Any) -> dict[str, object]:
    def of(table: type[SQLModel], *columns: Any, without: tuple[str, ...] = ()) -> object:
        return rows(
            session, table, sa.or_(*(column.in_(mine) for column in columns)), without=without
        )

    return {
        "Bills I entered or took back": of(
            Bill, col(Bill.entered_by), col(Bill.withdrawn_by), without=("digest",)
        ),
        "Bills I checked": of(Approval, col(Approval.approved_by), without=("digest",)),
        "Who we pay that I added": of(Payee, col(Payee.made_by)),
        "Grants I wrote down": of(GrantFund, col(GrantFund.made_by)),
        "Lines I said were wrong, or looked at": of(
            Correction,
            *(col(Correction.proposed_by), col(Correction.confirmed_by)),
            col(Correction.dropped_by),
        ),
        "Times I let a bill be paid though money was late": of(
            Override, col(Override.asked_by), col(Override.agreed_by), col(Override.dropped_by)
        ),
    }


def _funds(session: Session, person: Person) -> list[tuple[Pool, list[UUID]]]:
    found: dict[UUID, list[UUID]] = {}
    for source in session.exec(
        select(FundingSource).where(col(FundingSource.membership_id).in_(memberships(person)))
    ):
        found.setdefault(source.pool_id, []).append(source.fund_id)
    return [(session.get_one(Pool, pool_id), funds) for pool_id, funds in found.items()]


def _lines(session: Session, person: Person) -> Iterator[dict[str, object]]:
    """As my statement tells them: pence, and what was spent is below nought."""
    for pool, funds in _funds(session, person):
        for line in queries.statement(session, pool.book_id, funds, *ALWAYS).lines:
            about = telling.About(line.kind, line.words, line.kind in OWN_KINDS, mine=True)
            yield {
                "group": pool.name,
                "line": line.seq,
                "day": line.happened_on,
                "what": telling.what(about),
                "for": telling.COST_WORDS.get(line.account, line.account),
                "pence of mine": line.share,
            }


def _files(person: Person) -> sa.Select[UUID, str, datetime]:
    return (
        sa.select(col(Evidence.id), col(Evidence.name), col(Evidence.added_at))
        .where(col(Evidence.added_by).in_(memberships(person)))
        .order_by(col(Evidence.added_at), col(Evidence.id))
    )


def _file(session: Session, row: Any) -> dict[str, object]:
    evidence_id, name, added_at = row
    return {
        "added at": added_at,
        "file": File(f"{evidence_id}-{name}", partial(_body, session, evidence_id)),
    }


def _body(session: Session, evidence_id: UUID) -> bytes:
    return session.exec(select(Evidence.body).where(Evidence.id == evidence_id)).one()


# --- deleting -------------------------------------------------------------------------------------


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """What they asked goes, and a question that is open ends, since only they could end it. Files
    that stand with a bill are the group's and stay; others go.
    """
    mine = memberships(person)
    for asked in session.exec(
        select(QuestionAsked).where(col(QuestionAsked.asked_by).in_(mine))
    ).all():
        asked.words, asked.closed_at = "", asked.closed_at or now
        session.add(asked)
        _from_letters(session, asked)
    session.flush()
    session.exec(sa.delete(Evidence).where(col(Evidence.added_by).in_(mine), *_unused(Evidence)))
    session.exec(sa.delete(NoWeekly).where(col(NoWeekly.membership_id).in_(mine)))
    _rename_payees(session, person)
    _take_own_words(session, person, now)


def _from_letters(session: Session, asked: QuestionAsked) -> None:
    """The letters that asked somebody for an answer said the words too."""
    for letter in session.exec(
        select(Letter).where(col(Letter.key).startswith(f"asked:{asked.id}"))
    ):
        facts = notices.facts_of(letter.facts)
        letter.facts = notices.facts_text(facts | {"words": ""})
        session.add(letter)


def _unused(table: type[SQLModel]) -> Iterator[Any]:
    """No row of any table points at this one."""
    here = table.metadata.tables[str(table.__tablename__)]
    for other in table.metadata.tables.values():
        for key in other.foreign_keys:
            if key.column.table is here:
                yield ~sa.exists().where(key.parent == key.column)


def _rename_payees(session: Session, person: Person) -> None:
    """A payee who is this very person, by name and by being on their own side."""
    names = {name.casefold() for name in own.names_of(session, person)}
    for payee in session.exec(
        select(Payee)
        .join(Interest, col(Interest.payee_id) == Payee.id)
        .where(col(Interest.membership_id).in_(memberships(person)))
    ).all():
        if payee.name.casefold() in names:
            payee.name = f"{GONE} {payee.id.hex[-6:]}"
            session.add(payee)
    session.flush()


def _take_own_words(session: Session, person: Person, now: datetime) -> None:
    """Words of lines that are about their money alone, where these name them or their reference."""
    asked = going.open_one(session, person.id)
    references = session.exec(
        select(FundingSource.reference).where(
            col(FundingSource.membership_id).in_(memberships(person))
        )
    )
    named = {*own.names_of(session, person), *references}
    if asked is None:
        return
    for pool, funds in _funds(session, person):
        lines = queries.statement(session, pool.book_id, funds, *ALWAYS).lines
        seqs = {
            line.seq
            for line in lines
            if line.kind in OWN_KINDS
            and any(own.whole_word(name).search(line.words or "") for name in named)
        }
        forgetting.take_words(session, pool.book_id, seqs, because=asked.id, now=now)


# --- before ---------------------------------------------------------------------------------------


def first(session: Session, mine: Membership, _now: datetime) -> Iterator[First]:
    """Nobody goes in the middle of a payment that they have to do with."""
    slug = session.get_one(Pool, mine.pool_id).slug
    open_ = (
        Bill.pool_id == mine.pool_id,
        col(Bill.paid_seq).is_(None),
        col(Bill.withdrawn_at).is_(None),
    )
    for words, bills in _bills_of(mine):
        found = session.exec(select(Bill).where(*open_, col(Bill.id).in_(bills))).first()
        if found is not None:
            href = f"/g/{slug}/bills/{found.id}" if mine.left_at is None else "/help"
            yield First(words, href)
    correction = session.exec(
        select(Correction.id).where(
            Correction.proposed_by == mine.id,
            col(Correction.confirmed_at).is_(None),
            col(Correction.dropped_at).is_(None),
        )
    ).first()
    if correction is not None:
        words = "You said that a line of the money book is wrong. It must be looked at first."
        yield First(words, f"/g/{slug}/fixes/{correction}")


def _bills_of(mine: Membership) -> Iterable[tuple[str, Any]]:
    shares = select(BillShare.bill_id).where(
        BillShare.membership_id == mine.id, BillShare.amount > 0
    )
    checked = select(Approval.bill_id).where(Approval.approved_by == mine.id)
    entered = select(Bill.id).where(Bill.entered_by == mine.id)
    paid_to = (
        select(Bill.id)
        .join(Interest, col(Interest.payee_id) == Bill.payee_id)
        .where(Interest.membership_id == mine.id)
    )
    return (
        ("A bill that you entered is not paid yet. It must be paid or taken back first.", entered),
        ("A bill that you checked is not paid yet. It must be paid or taken back first.", checked),
        ("You have a share in a bill that is not paid yet. That must be over first.", shares),
        ("A bill that you are on the side of is not paid yet. That must be over first.", paid_to),
    )


def stays(session: Session, person: Person, _now: datetime) -> Iterator[Stays]:
    mine = memberships(person)
    if session.exec(select(Evidence.id).where(col(Evidence.added_by).in_(mine)).limit(1)).first():
        yield Stays("Bills that you added for the group, since they show what was paid.")
    if session.exec(
        select(QuestionAsked.id).where(col(QuestionAsked.asked_by).in_(mine)).limit(1)
    ).first():
        yield Stays("That a question was asked, and its answer. Your words go.")


def cut(session: Session, person: Person) -> None:
    session.exec(
        sa.update(BillShare)
        .where(col(BillShare.membership_id).in_(memberships(person)))
        .values(membership_id=None)
    )


# --- words of others ------------------------------------------------------------------------------


def _find_answers(session: Session, pool_id: UUID, name: str) -> Iterable[Found]:
    wanted = (
        select(Answer.id, Answer.words)
        .join(QuestionAsked, col(QuestionAsked.id) == Answer.question_id)
        .where(QuestionAsked.pool_id == pool_id, col(Answer.words).icontains(name, autoescape=True))
    )
    return [Found(text, row_id=row_id) for row_id, text in session.exec(wanted)]


def _read_answer(session: Session, found: NamedWords) -> str:
    there = session.get(Answer, found.row_id)
    return there.words if there else ""


def _take_answer(session: Session, found: NamedWords, _now: datetime) -> bool:
    there = session.get_one(Answer, found.row_id)
    there.words = ""
    session.add(there)
    session.flush()
    return True


def _bill_over(bill: Bill) -> bool:
    """Until then it must stay what was checked."""
    return bill.paid_seq is not None or bill.withdrawn_at is not None


ROOM = Room(
    "My money",
    my_data,
    erase,
    first,
    stays,
    cut,
    words=(
        words_in(Bill, "words", "What a bill was for", over=_bill_over),
        words_in(Bill, "withdrawn_why", "Why a bill was taken back"),
        words_in(Authority, "words", "What the group agreed to spend on"),
        words_in(Correction, "why", "Why a line was wrong", gone=""),
        words_in(QuestionAsked, "words", "What somebody asked", gone=""),
        words_in(Override, "why", "Why a bill was paid though money was late", gone=""),
        Words("answer.words", "What somebody answered", _find_answers, _read_answer, _take_answer),
    ),
)
ROOMS = (ROOM, plan_mine.ROOM, bands.ROOM, decisions.ROOM, clubbing.ROOM, groups.ROOM, own.ROOM)
