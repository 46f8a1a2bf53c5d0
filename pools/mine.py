"""This room's part of what is mine: rules I signed, where my money comes from, a group I began."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from ledger import forgetting, queries
from ledger.models import EntryText
from ledger.money import say
from members.mine import First, Found, Room, Stays, Words, memberships, rows, told
from members.models import Membership, NamedWords, Person
from pools import agreement, joining
from pools.locking import lock_pool
from pools.models import FundingSource, GroupDraft, Pool, Signature


def my_data(session: Session, person: Person, *, now: datetime) -> dict[str, object]:
    del now
    mine = memberships(person)
    draft = session.get(GroupDraft, person.id)
    return {
        "Rules I signed": rows(session, Signature, col(Signature.membership_id).in_(mine)),
        "Where my money comes from": rows(
            session, FundingSource, col(FundingSource.membership_id).in_(mine)
        ),
        "A group I began to set up": [told(draft)] if draft else [],
        "Groups that name me to talk to": [
            {"group": pool.name, "name": pool.worry_name, "email": pool.worry_email}
            for pool in session.exec(_naming(person))
        ],
    }


def _naming(person: Person) -> SelectOfScalar[Pool]:
    """Groups in which they are the one outside, to talk to. Known by their email alone."""
    return select(Pool).where(
        col(Pool.worry_email).is_not(None), sa.func.lower(Pool.worry_email) == person.email
    )


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """The first letters of a name stand in a payment reference, so it is another from now on."""
    del now
    if draft := session.get(GroupDraft, person.id):
        session.delete(draft)
    for pool in session.exec(_naming(person)):
        pool.worry_name = pool.worry_email = pool.worry_phone = None
        session.add(pool)
    for source in session.exec(_sources(person)).all():
        if not source.reference.startswith(NOBODY):
            lock_pool(session, source.pool_id)
            source.reference = joining.free_reference(session, source.pool_id, NOBODY)
            session.add(source)
    session.flush()


NOBODY = "XX"  # no name begins like that, and none is needed


def _sources(person: Person) -> SelectOfScalar[FundingSource]:
    return select(FundingSource).where(col(FundingSource.membership_id).in_(memberships(person)))


def first(session: Session, mine: Membership, _now: datetime) -> Iterator[First]:
    """Their money goes back to where it came from first; what is short is settled first."""
    pool = session.get_one(Pool, mine.pool_id)
    funds = session.exec(
        select(FundingSource.fund_id).where(FundingSource.membership_id == mine.id)
    ).all()
    held = queries.fund_money(session, pool.book_id, funds)
    href = f"/g/{pool.slug}/statement" if mine.left_at is None else "/help"
    for amount in held.values():
        if amount > 0:
            words = f"{say(amount)} of your money is in {pool.name}. It must go back first."
            yield First(f"{words} Ask the treasurer.", href)
        elif amount < 0:
            words = f"{say(-amount)} is missing from your money in {pool.name}."
            yield First(f"{words} Pay it in first, or ask the treasurer.", href)


def stays(session: Session, person: Person, now: datetime) -> Iterator[Stays]:
    for pool in session.exec(
        select(Pool)
        .join(FundingSource, col(FundingSource.pool_id) == Pool.id)
        .where(col(FundingSource.membership_id).in_(memberships(person)))
        .distinct()
        .order_by(Pool.name, col(Pool.id))
    ):
        years = agreement.current(session, pool.id).keep_years
        until = date(now.astimezone(ZoneInfo(pool.time_zone)).year + years, 12, 31)
        words = f"Amounts and dates in the money book of {pool.name}, with no name."
        yield Stays(words, until if years else None)


def cut(session: Session, person: Person) -> None:
    for source in session.exec(_sources(person)):
        source.fund_id = uuid4()
        session.add(source)
    session.flush()


# --- words in the money book ---


def _find_lines(session: Session, pool_id: UUID, name: str) -> Iterable[Found]:
    wanted = (
        select(EntryText.seq, EntryText.text)
        .join(Pool, col(Pool.book_id) == EntryText.book_id)
        .where(
            Pool.id == pool_id,
            EntryText.field == forgetting.WORDS,
            col(EntryText.text).icontains(name, autoescape=True),
        )
    )
    return [Found(text, seq=seq) for seq, text in session.exec(wanted)]


def _read_line(session: Session, found: NamedWords) -> str:
    book_id = session.get_one(Pool, found.pool_id).book_id
    there = session.get(EntryText, (book_id, found.seq, forgetting.WORDS))
    return there.text if there else ""


def _take_line(session: Session, found: NamedWords, now: datetime) -> bool:
    book_id = session.get_one(Pool, found.pool_id).book_id
    forgetting.take_words(session, book_id, [found.seq or 0], because=found.erasure_id, now=now)
    return True


LINES = Words("entry_text.words", "A line of the money book", _find_lines, _read_line, _take_line)
ROOM = Room(
    "My groups",
    my_data,
    erase,
    first,
    stays,
    cut,
    words=(LINES,),
)
