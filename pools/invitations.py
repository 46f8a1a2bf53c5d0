"""What the pages about invitations show, to those who are asked and to those who ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from members import access
from members.models import Invitation, Membership, Person
from pools import agreement, inviting
from pools.models import Pool

NEWEST = 100
LONGEST_TITLE, LONGEST_LINE = 24, 90  # letters that fit on the sheet beside the square


@dataclass(frozen=True)
class Asked:
    """What somebody who was asked may see: never who else is in, nor whom the letter was for."""

    state: str
    personal: bool
    by: str
    pool_id: UUID
    slug: str
    group: str
    about: str
    phone: str | None
    rules: tuple[str, ...]
    in_already: bool


def invitation(session: Session, token: str, me: Person | None, *, now: datetime) -> Asked:
    found, pool = inviting.find(session, token)
    by = session.get(Membership, found.made_by)
    return Asked(
        state=inviting.state_of(found, pool, now),
        personal=found.email is not None,
        by=by.name if by else "Somebody",
        pool_id=pool.id,
        slug=pool.slug,
        group=pool.name,
        about=pool.about or pool.place,
        phone=pool.phone,
        rules=agreement.in_words(agreement.current(session, pool.id)),
        in_already=bool(me and access.membership_of(session, pool.id, me.id)),
    )


@dataclass(frozen=True)
class Sent:
    """A letter to one address. `state` is open, used, ended or old."""

    id: UUID
    email: str
    made_at: datetime
    ends_at: datetime
    state: str


@dataclass(frozen=True)
class Invites:
    """The organiser's page. `link` is a path, or None while there is no open link."""

    link: str | None
    link_id: UUID | None
    link_ends: datetime | None
    sent: tuple[Sent, ...]
    left_today: int


def invites(session: Session, pool: Pool, *, now: datetime) -> Invites:
    shared = inviting.open_link_of(session, pool.id, now)
    letters = session.exec(
        select(Invitation)
        .where(Invitation.pool_id == pool.id, col(Invitation.email).is_not(None))
        .order_by(col(Invitation.made_at).desc(), col(Invitation.id).desc())
        .limit(NEWEST)
    )
    today = inviting.sent_since(session, pool.id, now - timedelta(days=1))
    return Invites(
        link=f"/join/{shared.token}" if shared else None,
        link_id=shared.id if shared else None,
        link_ends=shared.ends_at if shared else None,
        sent=tuple(_sent(one, pool, now) for one in letters),
        left_today=max(inviting.MOST_A_DAY - today, 0),
    )


def _sent(one: Invitation, pool: Pool, now: datetime) -> Sent:
    state = inviting.state_of(one, pool, now)
    return Sent(one.id, one.email or "", one.made_at, one.ends_at, state)


@dataclass(frozen=True)
class Poster:
    """The words of one sheet of paper; short enough that it stays one."""

    title: str
    lines: tuple[str, ...]


def poster(pool: Pool) -> Poster:
    short = len(pool.name) <= LONGEST_TITLE
    before, found, _ = pool.about.partition(pool.place)
    about = next((one for one in (before + found, pool.place) if len(one) <= LONGEST_LINE), "")
    lines = (
        "" if short else pool.name,
        f"{about}." if about else "",
        "We pay for it together. Joining is free.",
        "You can say no. You can leave later.",
    )
    title = f"Come and join {pool.name}" if short else "Come and join us"
    return Poster(title, tuple(line for line in lines if line))
