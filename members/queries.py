"""What the pages about oneself show. One function a page; each returns one frozen dataclass."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from errors import NotFound
from members import claims, groups, mail, notices, people, signing_in
from members.models import EmailChange, Letter, Membership, Person, SignInLink

MOST_LETTERS = 100


@dataclass(frozen=True)
class LinkPage:
    """`state` is good, used or old. `newcomer`: nobody has that address yet, so ask for a name.
    `joined` is the name of who said that it is theirs, where no link to it was used yet.
    """

    state: str
    newcomer: bool
    link_id: UUID
    joined: str


@dataclass(frozen=True)
class EmailPage:
    """The new address that a link would confirm. `state` is good, used or old."""

    state: str
    email: str


@dataclass(frozen=True)
class Device:
    id: UUID
    name: str
    since: datetime
    this_one: bool


@dataclass(frozen=True)
class Changing:
    """An email that waits: for its link to be used, or (with `starts_at`) for the wait to end.
    `first`: it was typed when they joined.
    """

    email: str
    starts_at: datetime | None
    first: bool


@dataclass(frozen=True)
class MePage:
    name: str
    email: str | None
    phone: str | None
    changing: Changing | None
    devices: tuple[Device, ...]
    groups: tuple[groups.Group, ...]


@dataclass(frozen=True)
class LetterLine:
    id: UUID
    to: str
    subject: str
    written_at: datetime
    gone_at: datetime | None


@dataclass(frozen=True)
class LettersPage:
    """Letters to print and hand over; who can't be reached by the email that they gave; and whose
    letters wait until they open the first one.
    """

    letters: tuple[LetterLine, ...]
    given: tuple[LetterLine, ...]
    unreached: tuple[str, ...]
    unproven: tuple[str, ...]


@dataclass(frozen=True)
class LetterPage:
    """`body` is None for a letter that is not kept: it held a link to sign in."""

    line: LetterLine
    paragraphs: tuple[str, ...] | None


def link_page(session: Session, token: str, *, now: datetime) -> LinkPage:
    """Looks at the link and does not use it: mail scanners open links too."""
    hashed = signing_in.hashed(token)
    link = session.exec(select(SignInLink).where(SignInLink.token_hash == hashed)).first()
    if link is None:
        raise signing_in.LinkUnknown
    state = "used" if link.used_at else "old" if link.ends_at <= now else "good"
    nobodys = people.by_email(session, link.email) is None
    came = claims.claimant(session, link.email, now=now) if nobodys else None
    return LinkPage(state, nobodys and came is None, link.id, came.name if came else "")


def email_page(session: Session, token: str, *, now: datetime) -> EmailPage:
    hashed = signing_in.hashed(token)
    change = session.exec(select(EmailChange).where(EmailChange.token_hash == hashed)).first()
    if change is None:
        raise signing_in.LinkUnknown
    over = change.stopped_at is not None or change.ends_at <= now
    return EmailPage("used" if change.starts_at else "old" if over else "good", change.email)


def me_page(session: Session, me: Person, token: str | None, *, now: datetime) -> MePage:
    this_one = signing_in.hashed(token or "")
    return MePage(
        name=me.name,
        email=me.email,
        phone=me.phone,
        changing=_changing(session, me, now),
        devices=tuple(
            Device(one.id, one.device, one.made_at, one.token_hash == this_one)
            for one in signing_in.devices(session, me, now=now)
        ),
        groups=groups.groups_of(session, me.id),
    )


def _changing(session: Session, me: Person, now: datetime) -> Changing | None:
    change = session.exec(
        select(EmailChange).where(
            EmailChange.person_id == me.id,
            col(EmailChange.done_at).is_(None),
            col(EmailChange.stopped_at).is_(None),
        )
    ).first()
    if change is None or (change.starts_at is None and change.ends_at <= now):
        return None
    return Changing(change.email, change.starts_at, change.made_at == me.made_at)


# --- letters ---


def letters_page(session: Session, pool_id: UUID, *, now: datetime) -> LettersPage:
    """For the organiser: letters of the pool to people without email, newest first."""
    lines = [_line(session, letter) for letter in session.exec(_paper(pool_id, now))]
    return LettersPage(
        letters=tuple(one for one in lines if one.gone_at is None),
        given=tuple(one for one in lines if one.gone_at is not None),
        unreached=_unreached(session, pool_id),
        unproven=claims.unproven(session, pool_id, now),
    )


def letter_page(session: Session, pool_id: UUID, letter_id: UUID, *, now: datetime) -> LetterPage:
    letter = session.exec(_paper(pool_id, now).where(Letter.id == letter_id)).first()
    if letter is None:
        raise NotFound
    return _page(session, letter)


def letters_waiting(session: Session, pool_id: UUID, *, now: datetime) -> int:
    """How many letters an organiser has yet to print and give."""
    waiting = _paper(pool_id, now).where(col(Letter.sent_at).is_(None))
    return len(session.exec(waiting).all())


def every_letter(session: Session) -> tuple[LetterLine, ...]:
    """The demo's own mail, newest first."""
    shown = col(Letter.kind).not_in(notices.UNSEEN_KINDS)
    newest = select(Letter).where(shown).order_by(col(Letter.made_at).desc(), col(Letter.id).desc())
    return tuple(_line(session, one) for one in session.exec(newest.limit(MOST_LETTERS)))


def any_letter(session: Session, letter_id: UUID) -> LetterPage:
    letter = session.get(Letter, letter_id)
    if letter is None or letter.kind in notices.UNSEEN_KINDS:
        raise NotFound
    return _page(session, letter)


def _paper(pool_id: UUID, now: datetime) -> SelectOfScalar[Letter]:
    return (
        select(Letter)
        .where(
            Letter.pool_id == pool_id,
            col(Letter.address).is_(None),
            col(Letter.person_id).is_not(None),
            sa.not_(claims.waiting(col(Letter.person_id), now)),
        )
        .order_by(col(Letter.made_at).desc(), col(Letter.id).desc())
        .limit(MOST_LETTERS)
    )


def _unreached(session: Session, pool_id: UUID) -> tuple[str, ...]:
    """Whose present address sends our letters back. Only that; not what they said."""
    return tuple(
        session.exec(
            select(Membership.name)
            .join(Person, col(Person.id) == Membership.person_id)
            .join(Letter, col(Letter.person_id) == Person.id)
            .where(
                Membership.pool_id == pool_id,
                col(Membership.left_at).is_(None),
                Letter.address == Person.email,
                col(Letter.refused_at).is_not(None),
            )
            .distinct()
            .order_by(Membership.name)
        )
    )


def _said(session: Session, letter: Letter) -> mail.Written | None:
    """None for what was wiped once it was sent."""
    wiped = letter.facts == "{}" and letter.sent_at is not None
    return None if wiped else mail.written_letter(session, letter)


def _line(session: Session, letter: Letter) -> LetterLine:
    person = session.get(Person, letter.person_id) if letter.person_id else None
    said = _said(session, letter)
    return LetterLine(
        letter.id,
        to=person.name if person else letter.address or "",
        subject=said.subject if said else "A link to sign in",
        written_at=letter.made_at,
        gone_at=letter.sent_at,
    )


def _page(session: Session, letter: Letter) -> LetterPage:
    said: Any = _said(session, letter)
    paragraphs = tuple(said.body.strip().split("\n\n")) if said else None
    return LetterPage(_line(session, letter), paragraphs)
