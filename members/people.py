"""A person's own row: made, found, and changed by themselves."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

import db
from errors import NotFound
from members import typed
from members.models import Membership, Person


def by_email(session: Session, email: str) -> Person | None:
    return session.exec(select(Person).where(Person.email == email)).first()


def make_person(
    session: Session,
    name: str,
    *,
    now: datetime,
    email: str | None = None,
    phone: str | None = None,
    person_id: UUID | None = None,
) -> Person:
    """Somebody new, with or without an email. An email that somebody has already is refused by the
    database, in its own sentence.
    """
    person = Person(
        id=person_id or db.new_id(),
        name=typed.name_of(name),
        email=typed.email_of(email) if email else None,
        phone=typed.phone_of(phone or ""),
        made_at=now,
    )
    session.add(person)
    session.flush()
    return person


def change(session: Session, person_id: UUID, *, name: str, phone: str) -> None:
    """A person's own name and phone. Groups that know them by the old name follow; a group in which
    they go by another name keeps that one.
    """
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound
    new_name = typed.name_of(name)
    session.exec(
        sa.update(Membership)
        .where(
            col(Membership.person_id) == person_id,
            col(Membership.name) == person.name,
            col(Membership.left_at).is_(None),
        )
        .values(name=new_name)
    )
    person.name, person.phone = new_name, typed.phone_of(phone)
