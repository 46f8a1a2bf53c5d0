"""Going: out of one group, where nothing is left to settle; and having one's details deleted.

Who asks is out at once, everywhere. For 14 days they can still change their mind; then it is done
by the tick, and a stone stays that says what was kept and until when (docs/decisions/0004).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotFound, NotPossible
from members import contact, naming, notices, signing_in
from members.mine import First, Rooms, Stays
from members.models import Erasure, Letter, Membership, Person, Role, SignIn

WAIT = timedelta(days=14)
FRESH = timedelta(minutes=10)  # how new a sign-in must be to ask
LETTER_WAITS = timedelta(days=1)  # for the last letter to leave; then it is done without
LONGEST = 400


class FirstThis(NotPossible):
    """{words}"""


class SignInAgain(NotPossible):
    """Sign in again first. It shows that it is you."""


class NotAsked(NotFound):
    """You did not ask us to delete your details. Nothing was changed."""


# --- out of a group ---


def firsts(
    session: Session, rooms: Rooms, memberships: Iterable[Membership], now: datetime
) -> tuple[First, ...]:
    """What must happen before somebody can go, each with where to do it."""
    return tuple(
        one for mine in memberships for room in rooms for one in room.first(session, mine, now)
    )


def leave(session: Session, rooms: Rooms, membership_id: UUID, *, now: datetime) -> None:
    """Out of one group. Twice is fine. Who left can join again, and is who they were."""
    mine = session.get_one(Membership, membership_id, with_for_update=True)
    if mine.left_at is not None:
        return
    if found := firsts(session, rooms, [mine], now):
        raise FirstThis(words=found[0].words)
    _out(session, mine, now)


def _out(session: Session, mine: Membership, now: datetime) -> None:
    mine.left_at = now
    session.add(mine)
    session.exec(
        sa.update(Role)
        .where(
            col(Role.pool_id) == mine.pool_id,
            col(Role.person_id) == mine.person_id,
            col(Role.until).is_(None),
        )
        .values(until=now)
    )
    session.flush()


# --- asking, and changing one's mind ---


def fresh(session: Session, token: str | None, now: datetime) -> bool:
    """Did whoever sits here sign in just now?"""
    signed = select(SignIn.id).where(
        SignIn.token_hash == signing_in.hashed(token or ""), SignIn.made_at > now - FRESH
    )
    return session.exec(signed).first() is not None


def open_one(session: Session, person_id: UUID) -> Erasure | None:
    return session.exec(
        select(Erasure).where(Erasure.person_id == person_id, col(Erasure.undone_at).is_(None))
    ).first()


def memberships_of(session: Session, person: Person) -> list[Membership]:
    return list(
        session.exec(
            select(Membership)
            .where(Membership.person_id == person.id)
            .order_by(col(Membership.id))
            .with_for_update()
        )
    )


def ask(
    session: Session, rooms: Rooms, person_id: UUID, *, token: str | None, now: datetime
) -> Erasure:
    """Out of every group and signed out everywhere, now; the rest goes after the wait."""
    person = session.get_one(Person, person_id, with_for_update=True)
    if made := open_one(session, person.id):
        return made
    if not fresh(session, token, now):
        raise SignInAgain
    mine = memberships_of(session, person)
    if found := firsts(session, rooms, mine, now):
        raise FirstThis(words=found[0].words)
    for one in mine:
        if one.left_at is None:
            _out(session, one, now)
    made = Erasure(person_id=person.id, asked_at=now, due_at=now + WAIT)
    session.add(made)
    session.exec(
        sa.update(SignIn)
        .where(col(SignIn.person_id) == person.id, col(SignIn.ended_at).is_(None))
        .values(ended_at=now)
    )
    contact.stop(session, person, now=now)
    if person.email:
        signing_in.end_links(session, person.email, now=now)
    session.flush()
    _tell(session, made, "erase_asked", now, until=made.due_at)
    return made


def keep(session: Session, person_id: UUID, *, now: datetime) -> None:
    """They changed their mind: they are back in every group that they went out of by asking. A job
    that they had is not.
    """
    session.get_one(Person, person_id, with_for_update=True)
    asked = open_one(session, person_id)
    if asked is None or asked.done_at is not None:
        raise NotAsked
    asked.undone_at = now
    session.add(asked)
    session.exec(
        sa.update(Membership)
        .where(col(Membership.person_id) == person_id, col(Membership.left_at) == asked.asked_at)
        .values(left_at=None)
    )
    session.flush()


def _tell(session: Session, asked: Erasure, kind: str, now: datetime, **facts: Any) -> None:
    notices.tell(
        session, asked.person_id, kind, key=f"{kind}:{asked.id}", now=now,
        link="/me/data/erase", **facts,
    )  # fmt: skip


# --- when the wait is over ---


def due(session: Session, now: datetime) -> list[UUID]:
    """Whose 14 days are over."""
    return list(
        session.exec(
            select(Erasure.id).where(
                Erasure.due_at <= now,
                col(Erasure.undone_at).is_(None),
                col(Erasure.done_at).is_(None),
            )
        )
    )


def go_on(session: Session, erasure_id: UUID, *, rooms: Rooms, now: datetime) -> None:
    """First a last letter, while there is an address; then it is done. Who joined a group again
    changed their mind. Where money came in meanwhile, it must go back first, and they are told.
    """
    asked = session.get_one(Erasure, erasure_id, with_for_update=True)
    person = session.get_one(Person, asked.person_id, with_for_update=True)
    if asked.undone_at is not None or asked.done_at is not None or asked.due_at > now:
        return
    mine = memberships_of(session, person)
    if any(one.left_at is None for one in mine):
        asked.undone_at = now
        session.add(asked)
    elif found := firsts(session, rooms, mine, now):
        _tell(session, asked, "erase_waits", now, why=found[0].words)
    elif asked.told_at is None and person.email:
        asked.told_at = now
        session.add(asked)
        kept = stays(session, rooms, person, now)
        _tell(session, asked, "erase_now", now, kept=[one.words for one in kept])
    elif _letter_is_gone(session, asked, now):
        finish(session, asked, person, rooms=rooms, now=now)


def _letter_is_gone(session: Session, asked: Erasure, now: datetime) -> bool:
    if asked.told_at is None or asked.told_at + LETTER_WAITS <= now:
        return True
    waits = select(Letter.id).where(
        Letter.key == notices.own_key(f"erase_now:{asked.id}", asked.person_id),
        col(Letter.sent_at).is_(None),
        col(Letter.refused_at).is_(None),
    )
    return session.exec(waits).first() is None


def stays(session: Session, rooms: Rooms, person: Person, now: datetime) -> tuple[Stays, ...]:
    """What stays of a person, for the page that asks and for the stone."""
    return tuple(one for room in reversed(rooms) for one in room.stays(session, person, now))


def finish(
    session: Session, asked: Erasure, person: Person, *, rooms: Rooms, now: datetime
) -> None:
    """Everything that says who they were goes, in one transaction. Run again, it changes nothing;
    so it is also what is done after an old backup was put back.
    """
    kept, known_by = stays(session, rooms, person, now), naming.known_by(session, person)
    for room in rooms:
        room.erase(session, person, now=now)
    naming.find(session, rooms, asked, known_by, now)
    until: list[date] = [one.until for one in kept if one.until]
    asked.done_at = now
    asked.kept = " ".join(one.words for one in kept)[:LONGEST]
    asked.kept_until = max(until, default=None)
    session.add(asked)
    session.flush()


# --- when no council may ask any more ---


def to_cut(session: Session, now: datetime) -> list[UUID]:
    return list(
        session.exec(
            select(Erasure.id).where(
                col(Erasure.done_at).is_not(None),
                col(Erasure.cut_at).is_(None),
                sa.or_(col(Erasure.kept_until).is_(None), col(Erasure.kept_until) < now.date()),
            )
        )
    )


def cut(session: Session, erasure_id: UUID, *, rooms: Rooms, now: datetime) -> None:
    """Nothing leads from a line of the money book to a person any more, not even to a past one."""
    asked = session.get_one(Erasure, erasure_id, with_for_update=True)
    if asked.cut_at is not None:
        return
    person = session.get_one(Person, asked.person_id)
    for room in rooms:
        room.cut(session, person)
    asked.cut_at = now
    session.add(asked)
