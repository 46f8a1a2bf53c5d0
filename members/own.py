"""The members' room's part of what is mine: my details, groups, jobs, devices and letters."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from members import groups, notices
from members.mine import First, Room, Stays, memberships, rows, told
from members.models import (
    EmailChange,
    Erasure,
    Invitation,
    Letter,
    Membership,
    PaperLink,
    Person,
    ProviderPerson,
    Role,
    SignIn,
    SignInLink,
)

PAST = "A past member"
JOBS = {"organiser": "organiser", "treasurer": "treasurer", "checker": "second checker"}
SECRET = ("token_hash",)


def my_data(session: Session, person: Person, *, now: datetime) -> dict[str, object]:
    del now
    by_me = col(Invitation.made_by).in_(memberships(person))
    return {
        "My details": told(person),
        "Groups I am or was in": rows(session, Membership, Membership.person_id == person.id),
        "Jobs I have or had": rows(session, Role, Role.person_id == person.id),
        "Centres I sign in for": rows(
            session, ProviderPerson, ProviderPerson.person_id == person.id
        ),
        "Devices that signed in": rows(
            session, SignIn, SignIn.person_id == person.id, without=SECRET
        ),
        "Links to sign in": rows(
            session, SignInLink, SignInLink.email == person.email, without=SECRET
        ),
        "Letters to sign in with": rows(
            session, PaperLink, PaperLink.person_id == person.id, without=SECRET
        ),
        "Letters to sign in with that I made": rows(
            session,
            PaperLink,
            col(PaperLink.made_by).in_(memberships(person)),
            without=("person_id", *SECRET),
        ),
        "Changes of my email": rows(
            session, EmailChange, EmailChange.person_id == person.id, without=SECRET
        ),
        "Invitations to me": rows(
            session, Invitation, Invitation.email == person.email, without=("token", "made_by")
        ),
        "Invitations I made": rows(session, Invitation, by_me, without=("token", "email")),
        "Letters to me": [_letter(one) for one in session.exec(_letters(person))],
        "When I asked to be deleted": rows(session, Erasure, Erasure.person_id == person.id),
    }


def _letter(letter: Letter) -> dict[str, object]:
    """What a secret letter says is a way in, or goes to nobody else: it is not for a copy."""
    secret = letter.kind in notices.SECRET_KINDS
    facts = {} if secret else notices.facts_of(letter.facts)
    return told(letter, "facts", "key", "tries") | {"it says": facts}


def _letters(person: Person) -> SelectOfScalar[Letter]:
    mine = sa.or_(
        col(Letter.person_id) == person.id,
        sa.and_(col(Letter.address).is_not(None), col(Letter.address) == person.email),
    )
    return select(Letter).where(mine).order_by(col(Letter.made_at), col(Letter.id))


# --- deleting ---


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """Their rows stay as a number for the group's sums and proofs; nothing in them says who."""
    del now
    _from_others_letters(session, person)
    for letter in session.exec(_letters(person)):
        session.delete(letter)
    for table in (SignIn, EmailChange, PaperLink, ProviderPerson):
        session.exec(sa.delete(table).where(col(table.person_id) == person.id))
    if person.email:
        session.exec(sa.delete(SignInLink).where(col(SignInLink.email) == person.email))
        session.exec(sa.delete(Invitation).where(col(Invitation.email) == person.email))
        session.exec(sa.delete(EmailChange).where(col(EmailChange.email) == person.email))
    session.exec(
        sa.update(Membership).where(col(Membership.person_id) == person.id).values(name=PAST)
    )
    person.name, person.email, person.phone = PAST, None, None
    session.add(person)
    session.flush()


def _from_others_letters(session: Session, person: Person) -> None:
    """Letters of their groups to other people: wherever one says their name, or how to reach them,
    it says "a past member" from now on.
    """
    named = names_of(session, person)
    if not named:
        return
    groups_ = sa.select(col(Membership.pool_id)).where(col(Membership.person_id) == person.id)
    wanted = sa.or_(*(col(Letter.facts).icontains(name, autoescape=True) for name in named))
    for letter in session.exec(
        select(Letter).where(
            wanted, sa.or_(col(Letter.pool_id).in_(groups_), col(Letter.pool_id).is_(None))
        )
    ):
        letter.facts = notices.facts_text(_without(notices.facts_of(letter.facts), named))
        session.add(letter)


def _without(value: Any, named: frozenset[str]) -> Any:
    if isinstance(value, str):
        for name in named:
            value = whole_word(name).sub(PAST, value)
        return value
    if isinstance(value, list):
        return [_without(one, named) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, named) for key, one in value.items()}
    return value


def names_of(session: Session, person: Person) -> frozenset[str]:
    """All that one would know them by: their names here and in each group, email and phone."""
    called = session.exec(select(Membership.name).where(Membership.person_id == person.id))
    return frozenset(
        name for name in (person.name, person.email, person.phone, *called) if name
    ) - {PAST}


def whole_word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)


# --- before and after ---


def first(session: Session, mine: Membership, _now: datetime) -> Iterator[First]:
    """A job that nobody else holds goes to somebody else first, while there is anybody else."""
    if mine.left_at is not None or not _others(session, mine):
        return
    group = groups.group_of(session, mine.pool_id)
    for kind in session.exec(_held(mine)).all():
        if not _held_by_others(session, mine, kind):
            words = f"You are the only {JOBS[kind]} of {group.name}. Give that job to somebody."
            yield First(words, f"/g/{group.slug}/people")


def _held(mine: Membership) -> SelectOfScalar[str]:
    return select(Role.kind).where(
        Role.pool_id == mine.pool_id, Role.person_id == mine.person_id, col(Role.until).is_(None)
    )


def _others(session: Session, mine: Membership) -> bool:
    others = select(Membership.id).where(
        Membership.pool_id == mine.pool_id,
        Membership.id != mine.id,
        col(Membership.left_at).is_(None),
    )
    return session.exec(others.limit(1)).first() is not None


def _held_by_others(session: Session, mine: Membership, kind: str) -> bool:
    here = sa.and_(
        col(Membership.pool_id) == Role.pool_id, col(Membership.person_id) == Role.person_id
    )
    others = (
        select(Role.id)
        .join(Membership, here)
        .where(
            Role.pool_id == mine.pool_id,
            Role.kind == kind,
            Role.person_id != mine.person_id,
            col(Role.until).is_(None),
            col(Membership.left_at).is_(None),
        )
    )
    return session.exec(others.limit(1)).first() is not None


def stays(session: Session, person: Person, _now: datetime) -> Iterator[Stays]:
    if session.exec(select(Role.id).where(Role.person_id == person.id).limit(1)).first():
        yield Stays("The jobs you had, and what you checked. It says: a past member.")


def cut(session: Session, person: Person) -> None:
    """The number that stood for them in a money book stands for nobody."""
    for mine in session.exec(select(Membership).where(Membership.person_id == person.id)):
        mine.code = uuid4()
        session.add(mine)
    session.flush()


ROOM = Room("Me", my_data, erase, first, stays, cut)
