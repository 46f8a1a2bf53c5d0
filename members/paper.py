"""A way in for people without email: a letter that an organiser prints and hands over.

Whoever prints it could use it, so it is never made for somebody with a job, it stands on the
person's own page for ever, and they read of it when they next come in.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotFound, NotPossible
from members import access, claims, signing_in
from members.models import Membership, PaperLink, Person, Role
from members.signing_in import SignedIn

LASTS = timedelta(days=14)
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is mistaken for another
GROUPS, EACH = 4, 4  # a guess finds one in a million million million million


class HasEmail(NotPossible):
    """{name} has an email. They can ask for a link to it themselves."""


class HasAJob(NotPossible):
    """{name} has a job in a group, so they need an email to sign in with."""


class NoSuchMember(NotFound):
    """We could not find that person in your group."""


class LetterUsed(NotPossible):
    """This letter was used before. Ask your organiser for a new one."""


class LetterOld(NotPossible):
    """This letter is too old. Ask your organiser for a new one."""


class Printed(NamedTuple):
    """The letter as it is shown, once: only the hash of its code is kept."""

    name: str
    code: str
    ends_at: datetime


@dataclass(frozen=True)
class Waiting:
    """Somebody without email, and the letter that was made for them and not used yet."""

    membership_id: UUID
    name: str
    made_at: datetime | None


@dataclass(frozen=True)
class Made:
    """For the person: who made a letter for them, and when it was used, if it was."""

    by: str
    made_at: datetime
    used_at: datetime | None


def make(session: Session, by: Membership, membership_id: UUID, *, now: datetime) -> Printed:
    """A new letter; the one before it stops working."""
    access.must_hold(session, by, "organiser")
    member = session.get(Membership, membership_id)
    if member is None or member.pool_id != by.pool_id or member.left_at is not None:
        raise NoSuchMember
    person = session.get_one(Person, member.person_id, with_for_update=True)
    _must_need_one(session, person)
    if claims.waits(session, person.id, now):
        raise HasEmail(name=person.name)
    end(session, person.id, now=now)
    code = "-".join("".join(secrets.choice(LETTERS) for _ in range(EACH)) for _ in range(GROUPS))
    made = PaperLink(
        pool_id=by.pool_id,
        person_id=person.id,
        made_by=by.id,
        token_hash=signing_in.hashed(code),
        made_at=now,
        ends_at=now + LASTS,
    )
    session.add(made)
    session.flush()
    return Printed(member.name, code, made.ends_at)


def _must_need_one(session: Session, person: Person) -> None:
    if person.email is not None:
        raise HasEmail(name=person.name)
    held = select(Role.id).where(Role.person_id == person.id, col(Role.until).is_(None))
    if session.exec(held.limit(1)).first() is not None:
        raise HasAJob(name=person.name)


def end(session: Session, person_id: UUID, *, now: datetime) -> None:
    session.exec(
        sa.update(PaperLink)
        .where(
            col(PaperLink.person_id) == person_id,
            col(PaperLink.used_at).is_(None),
            col(PaperLink.ended_at).is_(None),
        )
        .values(ended_at=now)
    )


# --- using it ---


def state_of(session: Session, code: str, *, now: datetime) -> str:
    """good, used or old; looking uses nothing."""
    link = _link(session, code, lock=False)
    if link.used_at is not None:
        return "used"
    return "old" if link.ended_at is not None or link.ends_at <= now else "good"


def use(
    session: Session, code: str, device: str, *, now: datetime, shared: bool, replacing: str | None
) -> SignedIn:
    """Sign in, once. Who has an email or a job by now comes in by their email."""
    link = _link(session, code, lock=True)
    if link.used_at is not None:
        raise LetterUsed
    if link.ended_at is not None or link.ends_at <= now:
        raise LetterOld
    person = session.get_one(Person, link.person_id)
    _must_need_one(session, person)
    link.used_at = now
    session.add(link)
    if replacing:
        signing_in.sign_out(session, replacing, now=now)
    return SignedIn(person, signing_in.sign_in_as(session, person, device, now, shared=shared))


def _link(session: Session, code: str, *, lock: bool) -> PaperLink:
    wanted = select(PaperLink).where(PaperLink.token_hash == signing_in.hashed(plain(code)))
    link = session.exec(wanted.with_for_update() if lock else wanted).first()
    if link is None:
        raise signing_in.LinkUnknown
    return link


def plain(code: str) -> str:
    """However it was typed from the paper: in capitals, with gaps, without dashes."""
    marks = "".join(mark for mark in code.lower() if mark in LETTERS)
    return "-".join(marks[at : at + EACH] for at in range(0, len(marks), EACH))


# --- pages ---


def without_email(session: Session, pool_id: UUID, *, now: datetime) -> tuple[Waiting, ...]:
    """Who in the group needs a letter to come in with."""
    held = select(Role.person_id).where(col(Role.until).is_(None))
    open_ = sa.and_(
        col(PaperLink.person_id) == Person.id,
        col(PaperLink.used_at).is_(None),
        col(PaperLink.ended_at).is_(None),
    )
    rows = session.exec(
        select(Membership.id, Membership.name, PaperLink.made_at)
        .join(Person, col(Person.id) == Membership.person_id)
        .outerjoin(PaperLink, open_)
        .where(
            Membership.pool_id == pool_id,
            col(Membership.left_at).is_(None),
            col(Person.email).is_(None),
            sa.not_(claims.waiting(col(Membership.person_id), now)),
            col(Person.id).not_in(held),
        )
        .order_by(Membership.name, col(Membership.id))
    )
    return tuple(Waiting(*row) for row in rows)


def made_for(session: Session, person_id: UUID) -> tuple[Made, ...]:
    """Every letter that was ever made for me, newest first."""
    rows = session.exec(
        select(Membership.name, PaperLink.made_at, PaperLink.used_at)
        .join(Membership, col(Membership.id) == PaperLink.made_by)
        .where(PaperLink.person_id == person_id)
        .order_by(col(PaperLink.made_at).desc())
    )
    return tuple(Made(*row) for row in rows)
