"""Somebody outside the group, for whoever is worried. What is told to them goes by one letter to
them alone: it stands on no page, in no list, and is wiped once it is sent.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotFound, NotPossible, NotValid
from ledger import money, queries
from members import access, notices, typed
from members.models import Letter, Membership, Person
from pools.locking import lock_pool
from pools.models import Pool

KIND = "talk"
LONGEST, LONGEST_REACH = 2000, 100
A_DAY, MOST_A_DAY = timedelta(days=1), 100


class NeedsAWay(NotValid):
    """Type their email or their phone number."""


class NotOutside(NotValid):
    """Choose somebody who is not in the group."""


class SaySomething(NotValid):
    """Type what you want to say."""


class TooLong(NotValid):
    """Use fewer words. There is room for {most} letters."""


class NobodyNamed(NotFound):
    """Your group has nobody to write to yet. You can ring somebody."""


class ManyLetters(NotPossible):
    """Many letters went out today. Ring them now."""


# --- who it is ------------------------------------------------------------------------------------


def name_somebody(
    session: Session, by: Membership, name: str, email: str, phone: str, *, now: datetime
) -> Pool:
    """The organiser says who it is. Everybody in the group is told. The same again tells nobody."""
    pool = lock_pool(session, by.pool_id)
    access.must_hold(session, by, "organiser")
    called = typed.name_of(name)
    address = typed.email_of(email) if email.strip() else None
    number = typed.phone_of(phone)
    if address is None and number is None:
        raise NeedsAWay
    _must_be_outside(session, pool, address, number)
    if (pool.worry_name, pool.worry_email, pool.worry_phone) == (called, address, number):
        return pool
    pool.worry_name, pool.worry_email, pool.worry_phone = called, address, number
    session.add(pool)
    session.flush()
    notices.tell_pool(
        session,
        pool.id,
        "outside_named",
        key=f"outside:{pool.id}:{int(now.timestamp())}",
        now=now,
        who=called,
        by=by.name,
        phone=number or "",
        link=f"/g/{pool.slug}/talk",
    )
    return pool


def _must_be_outside(session: Session, pool: Pool, address: str | None, number: str | None) -> None:
    """Nobody who is in the group, and not the group's own phone."""
    inside = session.exec(
        select(Person.email, Person.phone)
        .join(Membership, col(Membership.person_id) == Person.id)
        .where(Membership.pool_id == pool.id, col(Membership.left_at).is_(None))
    ).all()
    emails = {email for email, _ in inside if email}
    phones = {_digits(phone) for _, phone in inside if phone} | {_digits(pool.phone or "-")}
    if address in emails or (number and _digits(number) in phones):
        raise NotOutside


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit())[-9:] or "-"


# --- telling them ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What somebody wants to say. It is not shown when the object is printed into a log."""

    key: UUID
    words: str = field(repr=False)
    reach: str = field(default="", repr=False)
    seq: int | None = field(default=None, repr=False)


def tell(session: Session, told: Told, by: Membership, *, now: datetime) -> None:
    """Write to the person outside, and to nobody else. Sent twice, it is one letter."""
    pool = session.get_one(Pool, by.pool_id)
    if pool.worry_email is None:
        raise NobodyNamed
    words = _tidy(told.words, LONGEST)
    if not words:
        raise SaySomething
    _must_not_flood(session, pool.worry_email, now)
    notices.write_to(
        session,
        pool.worry_email,
        KIND,
        key=f"{KIND}:{told.key}",
        now=now,
        to=pool.worry_name,
        who=by.name,
        group=pool.name,
        place=pool.place,
        words=words,
        reach=_tidy(told.reach, LONGEST_REACH),
        line=_line(session, pool, told.seq),
    )


def _tidy(words: str, most: int) -> str:
    said = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    if typed.is_strange(said.replace("\n", " ").replace("\t", " ")):
        raise typed.StrangeLetters
    if len(said) > most:
        raise TooLong(most=most)
    return said


def _must_not_flood(session: Session, address: str, now: datetime) -> None:
    sent = session.exec(
        select(sa.func.count())
        .select_from(Letter)
        .where(Letter.kind == KIND, Letter.address == address, Letter.made_at > now - A_DAY)
    ).one()
    if sent >= MOST_A_DAY:
        raise ManyLetters


def _line(session: Session, pool: Pool, seq: int | None) -> str:
    """Which line of the book it is about, in words."""
    if seq is None or not 0 < seq <= queries.head(session, pool.book_id).seq:
        return ""
    (line,) = queries.book_page(session, pool.book_id, before=seq + 1, size=1).lines
    amount = money.say(line.money_in or line.money_out, pool.currency)
    return f"Line {seq} of the money book: {line.words or line.kind}, {amount}"
