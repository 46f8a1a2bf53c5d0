"""Changing the address that links go to: a link to the new one, word to the old one, and a wait.

The wait is for somebody whose phone is in another's hands: the old address hears of it in time.
"""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

import db
from errors import NotPossible, NotValid
from members import notices, people, signing_in, typed
from members.models import EmailChange, Person

WAIT = timedelta(hours=72)


class SameEmail(NotValid):
    """That is your email already."""


class EmailTaken(NotPossible):
    """Somebody signs in with that email already. Use a different one."""


def ask_email(
    session: Session, person: Person, email: str, network: str, *, secret: str, now: datetime
) -> UUID:
    """Mail a link to the new address, and word of it to the old one. The answer is the same
    whether the new one is somebody's or not. The newest wish counts.
    """
    email = typed.email_of(email)
    if email == person.email:
        raise SameEmail
    signing_in.count_asking(session, email, network, secret=secret, now=now)
    stop(session, person, now=now)
    token = signing_in.new_token()
    change = EmailChange(
        id=db.new_id(),
        person_id=person.id,
        email=email,
        token_hash=signing_in.hashed(token),
        made_at=now,
        ends_at=now + signing_in.LINK_LASTS,
    )
    session.add(change)
    session.flush()
    key, link = f"email_confirm:{change.id}", f"/me/email/{token}"
    notices.write_to(session, email, "email_confirm", key=key, now=now, name=person.name, link=link)
    _warn(session, person, "email_asked", change, now)
    return change.id


def stop(session: Session, person: Person, *, now: datetime) -> None:
    """Keep the old address. Stopping what is not there is fine."""
    session.exec(
        sa.update(EmailChange)
        .where(
            col(EmailChange.person_id) == person.id,
            col(EmailChange.done_at).is_(None),
            col(EmailChange.stopped_at).is_(None),
        )
        .values(stopped_at=now)
    )


def confirm(session: Session, token: str, *, wait: timedelta, now: datetime) -> EmailChange:
    """Whoever reads the new address's mail says yes. It counts after `wait`."""
    change = session.exec(
        select(EmailChange)
        .where(EmailChange.token_hash == signing_in.hashed(token))
        .with_for_update()
    ).first()
    if change is None:
        raise signing_in.LinkUnknown
    if change.starts_at is not None:
        raise signing_in.LinkUsed
    if change.stopped_at is not None or change.ends_at <= now:
        raise signing_in.LinkOld
    if people.by_email(session, change.email) is not None:
        raise EmailTaken
    change.starts_at = now + wait
    session.flush()
    finish(session, change.id, now=now)
    return change


def due(session: Session, now: datetime) -> list[UUID]:
    """Changes whose wait is over."""
    return list(session.exec(select(EmailChange.id).where(*_ready(now))))


def finish(session: Session, change_id: UUID, *, now: datetime) -> None:
    """The new address counts from here on, and both are told. Too early, or done: nothing happens.
    Taken by somebody else meanwhile: it is stopped.
    """
    change = session.exec(
        select(EmailChange).where(EmailChange.id == change_id, *_ready(now)).with_for_update()
    ).first()
    if change is None:
        return
    if people.by_email(session, change.email) is not None:
        change.stopped_at = now
        return
    person = session.get_one(Person, change.person_id, with_for_update=True)
    _warn(session, person, "email_changed", change, now)
    if person.email:
        signing_in.end_links(session, person.email, now=now)
    person.email, change.done_at = change.email, now
    session.flush()
    key = f"email_changed:{change.id}"
    notices.tell(session, person.id, "email_changed", key=key, now=now, link="/worried")


def _ready(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(EmailChange.starts_at) <= now,
        col(EmailChange.done_at).is_(None),
        col(EmailChange.stopped_at).is_(None),
    )


def _warn(session: Session, person: Person, kind: str, change: EmailChange, now: datetime) -> None:
    """To the address that is theirs until now. It does not say the new one."""
    if person.email:
        key = f"{kind}_old:{change.id}"
        link = "/me" if kind == "email_asked" else "/worried"
        notices.write_to(session, person.email, kind, key=key, now=now, name=person.name, link=link)
