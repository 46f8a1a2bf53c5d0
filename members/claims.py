"""An email that somebody typed when they joined. It is theirs once a link that was mailed to it was
used; until then it signs nobody in, no letter but the first goes to it, and it tells nobody that it
was typed. It is kept as the change of a person's email that was made in the moment they came.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from members.models import EmailChange, Letter, Membership, Person

LASTS = timedelta(days=28)
Condition = sa.ColumnElement[bool]


def claim(session: Session, person: Person, email: str, *, now: datetime) -> None:
    """`person` came in this moment and says that `email` is theirs. Others may say it too."""
    session.add(
        EmailChange(
            person_id=person.id,
            email=email,
            token_hash=secrets.token_bytes(
                32
            ),  # no link carries it: any link to the address will do
            made_at=now,
            ends_at=now + LASTS,
        )
    )
    session.flush()


def _waits(now: datetime) -> tuple[Condition, ...]:
    return (
        col(EmailChange.person_id) == Person.id,
        col(EmailChange.made_at) == Person.made_at,
        col(EmailChange.starts_at).is_(None),
        col(EmailChange.done_at).is_(None),
        col(EmailChange.stopped_at).is_(None),
        col(EmailChange.ends_at) > now,
        col(Person.email).is_(None),
    )


def waiting(person_id: Any, now: datetime) -> Condition:
    """Whether an address of theirs (an id, or a column) still waits: then their letters wait
    too, and none is printed.
    """
    return sa.exists().where(col(Person.id) == person_id, *_waits(now))


def waits(session: Session, person_id: UUID, now: datetime) -> bool:
    return bool(session.exec(select(waiting(person_id, now))).one())


def claimant(session: Session, email: str, *, now: datetime) -> Person | None:
    """Who came first of those who say that this address is theirs."""
    said = (
        select(Person).join(EmailChange, sa.true()).where(EmailChange.email == email, *_waits(now))
    )
    return session.exec(said.order_by(col(EmailChange.made_at), col(EmailChange.id))).first()


def prove(session: Session, person: Person, email: str, *, now: datetime) -> None:
    """A link to the address was used: it counts, and the letters that waited for it leave."""
    session.exec(
        sa.update(EmailChange)
        .where(col(EmailChange.person_id) == person.id, col(EmailChange.email) == email)
        .values(starts_at=now, done_at=now)
    )
    session.exec(
        sa.update(Letter)
        .where(
            col(Letter.person_id) == person.id,
            col(Letter.address).is_(None),
            col(Letter.sent_at).is_(None),
        )
        .values(address=email, due_at=now)
    )
    person.email = email
    session.add(person)
    session.flush()


def unproven(session: Session, pool_id: UUID, now: datetime) -> tuple[str, ...]:
    """Whose letters wait in this pool, until they open the first one."""
    names = select(Membership.name).where(
        Membership.pool_id == pool_id,
        col(Membership.left_at).is_(None),
        waiting(col(Membership.person_id), now),
    )
    return tuple(session.exec(names.order_by(Membership.name)))
