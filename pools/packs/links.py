"""Sending a kept statement by a link: one person, one statement, until a day. Whoever has the link
may look without signing in; the person sees each time that somebody did.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotFound, NotPossible, NotValid
from members import notices, typed
from members.models import Membership
from members.signing_in import hashed
from pools.models import Pool
from pools.packs import keeping
from pools.packs.keeping import Kept
from pools.packs.models import LONGEST_WHOM, KeptStatement, PackLink, PackLook

USUAL_DAYS, MOST_DAYS = 14, 60
MOST_LOOKS, LOOKS_WITHIN = 120, timedelta(hours=1)
MOST_OPEN = 20
SHOWN = 50


class NoSuchLink(NotFound):
    """This link does not work. Check that you have all of it."""


class LinkEnded(NotFound):
    """This link has ended."""


class ManyLooks(NotPossible):
    """This was opened many times just now. Wait an hour, then open it again."""


class DaysOutOfReach(NotValid):
    """Pick how many days it should work, from 1 to {most}."""


class ManyLinks(NotPossible):
    """You have {most} links that still work. End one first."""


@dataclass(frozen=True)
class ToSend:
    """For whom, in the person's own words, and for how many days."""

    for_whom: str = ""
    days: int = USUAL_DAYS


def make(
    session: Session, kept: KeptStatement, me: Membership, to: ToSend, *, key: UUID, now: datetime
) -> str | None:
    """A link to this statement: its token, which is kept nowhere. The same form again: none."""
    if session.get(PackLink, key) is not None:
        return None
    whom = " ".join(to.for_whom.split())[:LONGEST_WHOM]
    if typed.is_strange(whom):
        raise typed.StrangeLetters
    if not 1 <= to.days <= MOST_DAYS:
        raise DaysOutOfReach(most=MOST_DAYS)
    if kept.membership_id != me.id:
        raise NoSuchLink
    if len([one for one in mine(session, me) if state_of(one, now) == "open"]) >= MOST_OPEN:
        raise ManyLinks(most=MOST_OPEN)
    token = secrets.token_urlsafe(32)
    session.add(
        PackLink(
            id=key,
            pool_id=me.pool_id,
            membership_id=me.id,
            statement_id=kept.id,
            for_whom=whom,
            token_hash=hashed(token),
            made_at=now,
            ends_at=now + timedelta(days=to.days),
        )
    )
    session.flush()
    return token


def withdraw(session: Session, link_id: UUID, me: Membership, *, now: datetime) -> None:
    """From now on it shows nothing. Twice is fine."""
    link = session.get(PackLink, link_id, with_for_update=True)
    if link is None or link.membership_id != me.id:
        raise NoSuchLink
    link.withdrawn_at = link.withdrawn_at or now
    session.add(link)


def state_of(link: PackLink, now: datetime) -> str:
    if link.withdrawn_at is not None:
        return "withdrawn"
    return "open" if link.ends_at > now else "ended"


def mine(session: Session, me: Membership) -> tuple[PackLink, ...]:
    return tuple(
        session.exec(
            select(PackLink)
            .where(PackLink.membership_id == me.id)
            .order_by(col(PackLink.made_at).desc(), col(PackLink.id).desc())
            .limit(SHOWN)
        )
    )


# --- who looked ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """What whoever has the link may see, and until when."""

    kept: Kept
    pool: Pool
    for_whom: str
    ends_at: datetime


def find(session: Session, token: str) -> PackLink:
    """Ended or not. Whether it may be opened is for `look` to say."""
    link = session.exec(select(PackLink).where(PackLink.token_hash == hashed(token))).first()
    if link is None:
        raise NoSuchLink
    return link


def look(session: Session, token: str, what: str, *, now: datetime) -> Opened:
    """Open it, and write down that somebody did. The person is told by letter the first time."""
    link = session.exec(
        select(PackLink).where(PackLink.token_hash == hashed(token)).with_for_update()
    ).first()
    if link is None:
        raise NoSuchLink
    if state_of(link, now) != "open":
        raise LinkEnded
    lately = session.exec(
        select(sa.func.count())
        .select_from(PackLook)
        .where(PackLook.link_id == link.id, PackLook.looked_at > now - LOOKS_WITHIN)
    ).one()
    if lately >= MOST_LOOKS:
        raise ManyLooks
    kept = keeping.as_it_was(session, session.get_one(KeptStatement, link.statement_id))
    pool = session.get_one(Pool, link.pool_id)
    session.add(PackLook(link_id=link.id, what=what, looked_at=now))
    session.flush()
    _tell(session, link, pool, kept, now)
    return Opened(kept, pool, link.for_whom, link.ends_at)


def _tell(session: Session, link: PackLink, pool: Pool, kept: Kept, now: datetime) -> None:
    who = session.get_one(Membership, link.membership_id)
    notices.tell(
        session,
        who.person_id,
        "pack_looked",
        key=f"pack:{link.id}",
        pool_id=pool.id,
        now=now,
        number=kept.found.number,
        whom=link.for_whom,
        at=now,
        link=f"/g/{pool.slug}/packs",
    )


# --- the person's page ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Link:
    """One link as its person sees it: `looks` are the times somebody opened it, newest first."""

    id: UUID
    number: str
    statement_id: UUID
    for_whom: str
    made_at: datetime
    ends_at: datetime
    state: str
    looks: tuple[tuple[datetime, str], ...]
    count: int


@dataclass(frozen=True)
class PacksPage:
    """My kept statements and my links."""

    kept: tuple[KeptStatement, ...]
    numbers: dict[UUID, str]
    links: tuple[Link, ...]


def page(session: Session, me: Membership, *, now: datetime) -> PacksPage:
    kept = keeping.all_of(session, me)
    numbers = {one.id: keeping.number_of(one) for one in kept}
    return PacksPage(
        kept, numbers, tuple(_link(session, one, numbers, now) for one in mine(session, me))
    )


def _link(session: Session, one: PackLink, numbers: dict[UUID, str], now: datetime) -> Link:
    looks = session.exec(
        select(PackLook)
        .where(PackLook.link_id == one.id)
        .order_by(col(PackLook.looked_at).desc(), col(PackLook.id).desc())
        .limit(SHOWN)
    ).all()
    count = session.exec(
        select(sa.func.count()).select_from(PackLook).where(PackLook.link_id == one.id)
    ).one()
    return Link(
        id=one.id,
        number=numbers.get(one.statement_id, ""),
        statement_id=one.statement_id,
        for_whom=one.for_whom,
        made_at=one.made_at,
        ends_at=one.ends_at,
        state=state_of(one, now),
        looks=tuple((look.looked_at, look.what) for look in looks),
        count=count,
    )
