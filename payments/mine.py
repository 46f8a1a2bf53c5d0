"""This room's part of what is mine: what came in for me at the bank; and all rooms together."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger import marks
from ledger.models import MonthMark
from ledger.money import say
from members.mine import GONE, First, Room, Stays, Words, memberships, rows, words_in
from members.models import Membership, NamedWords, Person
from payments.models import (
    BankAccount,
    BankImport,
    BankLine,
    BankPart,
    BankUpload,
    Closing,
    OpeningMoney,
    OpeningPart,
)
from pools import reference
from pools.models import FundingSource, Pool
from pools.packs import mine as packs
from pools.spending import mine as spending


def my_data(session: Session, person: Person, *, now: datetime) -> dict[str, object]:
    del now
    mine = memberships(person)
    return {
        "Lines of the bank that were mine": rows(
            session,
            BankLine,
            col(BankLine.source_id).in_(_sources(person)),
            without=("matched_by",),
        ),
        "Lines of the bank that I matched": [
            {"line": line_id, "matched at": at}
            for line_id, at in session.exec(
                select(BankLine.id, BankLine.matched_at).where(col(BankLine.matched_by).in_(mine))
            )
        ],
        "My parts of lines of the bank": rows(
            session, BankPart, col(BankPart.source_id).in_(_sources(person))
        ),
        "My parts of the money we began with": rows(
            session, OpeningPart, col(OpeningPart.source_id).in_(_sources(person))
        ),
        "Months I closed, or asked to": rows(
            session,
            Closing,
            sa.or_(
                *(
                    who.in_(mine)
                    for who in map(col, (Closing.asked_by, Closing.agreed_by, Closing.dropped_by))
                )
            ),
        ),
        "Money we began with that I wrote down or looked at": rows(
            session,
            OpeningMoney,
            sa.or_(
                col(OpeningMoney.said_by).in_(mine),
                col(OpeningMoney.confirmed_by).in_(mine),
                col(OpeningMoney.dropped_by).in_(mine),
            ),
        ),
        "Months I asked to close, or to open again": rows(
            session,
            Closing,
            col(Closing.asked_by).in_(mine),
            without=("agreed_by", "dropped_by", "seen"),
        ),
        "Months I looked at": [
            {"month": marks.in_words(month), "looked at": at}
            for month, at in session.exec(
                select(Closing.month, Closing.agreed_at).where(col(Closing.agreed_by).in_(mine))
            )
        ],
        "Bank files I read in": rows(session, BankImport, col(BankImport.imported_by).in_(mine)),
        "Bank files I added": rows(
            session, BankUpload, col(BankUpload.added_by).in_(mine), without=("body",)
        ),
    }


def _sources(person: Person) -> sa.ScalarSelect[UUID]:
    return (
        sa.select(col(FundingSource.id)).where(
            col(FundingSource.membership_id).in_(memberships(person))
        )
    ).scalar_subquery()


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """What a bank writes beside a payment names who paid. The sum and the day stay."""
    del now
    session.exec(sa.delete(BankUpload).where(col(BankUpload.added_by).in_(memberships(person))))
    parts = select(BankPart.line_id).where(col(BankPart.source_id).in_(_sources(person)))
    own = sa.or_(col(BankLine.source_id).in_(_sources(person)), col(BankLine.id).in_(parts))
    session.exec(sa.update(BankLine).where(own).values(words=GONE, why=None))


def first(session: Session, mine: Membership, _now: datetime) -> Iterator[First]:
    """Money of theirs that came to the bank and is not in the book yet."""
    pool = session.get_one(Pool, mine.pool_id)
    references = set(
        session.exec(select(FundingSource.reference).where(FundingSource.membership_id == mine.id))
    )
    waiting = select(BankLine.amount, BankLine.words).where(
        BankLine.pool_id == pool.id,
        col(BankLine.entry_seq).is_(None),
        col(BankLine.left_out).is_(None),
    )
    for amount, words in session.exec(waiting) if references else ():
        if references & set(reference.found_in(words)):
            said = f"A payment of {say(abs(amount))} waits at the bank of {pool.name}."
            yield First(f"{said} Ask the treasurer.", "/help")

    waits = (
        select(OpeningPart.amount)
        .join(OpeningMoney, col(OpeningMoney.id) == OpeningPart.opening_id)
        .join(FundingSource, col(FundingSource.id) == OpeningPart.source_id)
        .where(
            FundingSource.membership_id == mine.id,
            col(OpeningMoney.confirmed_at).is_(None),
            col(OpeningMoney.dropped_at).is_(None),
        )
    )
    for amount in session.exec(waits):
        said = f"{say(amount)} of the money {pool.name} began with is yours, and waits."
        yield First(f"{said} Ask the treasurer.", "/help")


def stays(session: Session, person: Person, _now: datetime) -> Iterator[Stays]:
    wanted = select(BankLine.id).where(col(BankLine.source_id).in_(_sources(person)))
    if session.exec(wanted.limit(1)).first():
        yield Stays("The day and the amount of what came to the bank, without its words.")


def cut(session: Session, person: Person) -> None:
    session.exec(
        sa.update(BankLine)
        .where(col(BankLine.source_id).in_(_sources(person)))
        .values(source_id=None)
    )


def _reasons() -> Words:
    """Why a month was closed or opened: it stands here, and in the book beside its seal."""
    usual = words_in(Closing, "words", "Why a month was closed or opened again", gone="")

    def take(session: Session, found: NamedWords, now: datetime) -> bool:
        row = session.get(Closing, found.row_id)
        if row is not None and row.agreed_at is None and row.dropped_at is None:
            return False
        if row is not None and row.number is not None:
            of_mark = (
                col(MonthMark.book_id) == row.book_id,
                col(MonthMark.number) == row.number,
            )
            session.exec(sa.update(MonthMark).where(*of_mark).values(words=None, salt=None))
        return usual.take(session, found, now)

    return replace(usual, take=take)


def _matched(line: BankLine) -> bool:
    """Before that, the words are how its owner is found."""
    return line.entry_seq is not None or line.left_out is not None


ROOM = Room(
    "My money at the bank",
    my_data,
    erase,
    first,
    stays,
    cut,
    words=(
        words_in(BankLine, "words", "What the bank wrote", over=_matched),
        words_in(BankLine, "why", "Why a line of the bank was matched"),
        words_in(BankLine, "left_out", "Why a line of the bank was left out"),
        _reasons(),
        words_in(BankImport, "name", "The name of a file from the bank"),
        words_in(Closing, "words", "What was said about a month", gone=""),
        words_in(OpeningMoney, "shown_by", "What shows the money we began with", gone=""),
        words_in(BankAccount, "name", "The name of the bank account"),
    ),
)
ROOMS = (ROOM, packs.ROOM, *spending.ROOMS)
