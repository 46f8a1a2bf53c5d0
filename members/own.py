"""The members' room's part of what is mine: my details, groups, jobs, devices and letters."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from members import notices
from members.mine import Room, told
from members.models import (
    EmailChange,
    Invitation,
    Letter,
    Membership,
    Person,
    ProviderPerson,
    Role,
    SignIn,
    SignInLink,
)

PAST = "A past member"


def my_data(session: Session, person: Person, *, now: datetime) -> dict[str, object]:
    del now
    return {
        "My details": told(person),
        "Groups I am or was in": _rows(session, Membership, Membership.person_id == person.id),
        "Jobs I have or had": _rows(session, Role, Role.person_id == person.id),
        "Providers I sign in for": _rows(
            session, ProviderPerson, ProviderPerson.person_id == person.id
        ),
        "Devices that signed in": _rows(
            session, SignIn, SignIn.person_id == person.id, without=("token_hash",)
        ),
        "Links to sign in that I asked for": _rows(
            session, SignInLink, SignInLink.email == person.email, without=("token_hash",)
        ),
        "Changes of my email": _rows(
            session, EmailChange, EmailChange.person_id == person.id, without=("token_hash",)
        ),
        "Invitations to me": _rows(
            session, Invitation, Invitation.email == person.email, without=("token", "made_by")
        ),
        "Invitations I made": _rows(
            session,
            Invitation,
            col(Invitation.made_by).in_(memberships(person)),
            without=("token", "email"),
        ),
        "Letters to me": [_letter(one) for one in session.exec(_letters(person))],
    }


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """Their rows stay as a number for the group's sums and proofs; nothing in them says who."""
    del now
    for letter in session.exec(_letters(person)):
        session.delete(letter)
    session.exec(sa.delete(SignIn).where(col(SignIn.person_id) == person.id))
    session.exec(sa.delete(EmailChange).where(col(EmailChange.person_id) == person.id))
    session.exec(sa.delete(ProviderPerson).where(col(ProviderPerson.person_id) == person.id))
    if person.email:
        session.exec(sa.delete(SignInLink).where(col(SignInLink.email) == person.email))
        session.exec(sa.delete(Invitation).where(col(Invitation.email) == person.email))
    session.exec(
        sa.update(Membership).where(col(Membership.person_id) == person.id).values(name=PAST)
    )
    person.name, person.email, person.phone = PAST, None, None
    session.flush()


def _letter(letter: Letter) -> dict[str, object]:
    """What a secret letter said is wiped already, or is a way in that is not for a copy."""
    secret = letter.kind in notices.SECRET_KINDS
    facts = {} if secret else notices.facts_of(letter.facts)
    return told(letter, "facts", "key", "tries") | {"it says": facts}


def memberships(person: Person) -> sa.ScalarSelect[UUID]:
    """The ids of all their memberships, for a condition."""
    return (
        sa.select(col(Membership.id))
        .where(col(Membership.person_id) == person.id)
        .scalar_subquery()
    )


def _rows(
    session: Session, table: type[SQLModel], condition: object, *, without: tuple[str, ...] = ()
) -> list[dict[str, object]]:
    return [told(row, *without) for row in session.exec(select(table).where(condition))]  # type: ignore[arg-type]


def _letters(person: Person) -> SelectOfScalar[Letter]:
    mine = sa.or_(
        col(Letter.person_id) == person.id,
        sa.and_(col(Letter.address).is_not(None), col(Letter.address) == person.email),
    )
    return select(Letter).where(mine).order_by(col(Letter.made_at), col(Letter.id))


ROOM = Room("Me", my_data, erase)
