"""Coming into a group by an invitation, and where a member's money comes from."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

import db
from errors import NotAllowed, NotPossible, NotValid
from ledger import journal
from ledger.models import SOURCES
from members import claims, notices, people, signing_in, typed
from members.models import Membership, Person
from pools import agreement, inviting, reference
from pools.locking import lock_pool
from pools.models import FundingSource, Pool

TRIES = 50


class InAlready(NotPossible):
    """You are in this group already. Go to your first page to open it."""


class KnownAddress(NotPossible):
    """We wrote to that address. Open the letter and press the button in it."""


class FormUsed(NotPossible):
    """You used this form before, for another group. Open the invitation again."""


class NoSuchSource(NotValid):
    """Pick where your money comes from."""


class NotInGroup(NotAllowed):
    """Only people in the group can do this."""


@dataclass(frozen=True)
class Asked:
    """From where on the internet; the secret keys what is kept of it to count."""

    network: str
    secret: str


@dataclass(frozen=True)
class Stranger:
    name: str
    email: str | None
    phone: str | None
    asked: Asked


def join(
    session: Session,
    token: str,
    *,
    name: str,
    person: Person | None = None,
    email: str | None = None,
    phone: str | None = None,
    key: UUID | None = None,
    now: datetime,
) -> Membership:
    """Join the pool that `token` invites to, as `person` or as somebody new, and sign its rules.

    `name` is what the group calls them. An email that somebody has already is never taken as
    theirs: they must sign in first; any other is theirs once they used the link that is mailed to
    it. `key` becomes the membership's id: sent twice, it counts once.
    A personal invitation lets one in; the rest of those who press at once are told that it is used.
    """
    invitation, pool = inviting.find(session, token, lock=True)
    key = key or db.new_id()
    if made := _made_already(session, key, pool):
        return made
    inviting.must_be_open(invitation, pool, now)
    called = typed.name_of(name)
    who = person or _somebody_new(session, called, email, phone, now=now)
    membership = _enter(session, pool, who, called, key=key, now=now)
    agreement.sign(session, agreement.current(session, pool.id), membership, now=now)
    if invitation.email is not None:
        invitation.used_at = now
        session.add(invitation)
    session.flush()
    if person is None and email:
        _welcome_by_email(session, pool, membership, typed.email_of(email), now)
    else:
        _welcome(session, pool, membership, now)
    return membership


@dataclass(frozen=True)
class Arrived:
    """In, and on which device it may be signed in; or else the sign-in link that was mailed."""

    membership: Membership | None = None
    link_id: UUID | None = None


def arrive(
    session: Session, token: str, stranger: Stranger, *, key: UUID, now: datetime
) -> Arrived:
    """Somebody joins on a device where nobody is signed in. If the address is somebody's already,
    nobody joins and they are sent a link to sign in with. What the page says must be the same
    either way, or it would tell who is here.
    """
    invitation, pool = inviting.find(session, token, lock=True)
    if stranger.email and session.get(Membership, key) is None:
        inviting.must_be_open(invitation, pool, now)
        email, asked = typed.email_of(stranger.email), stranger.asked
        if people.by_email(session, email):
            return Arrived(
                link_id=signing_in.ask_link(
                    session, email, asked.network, secret=asked.secret, now=now
                )
            )
        signing_in.count_asking(session, email, asked.network, secret=asked.secret, now=now)
    return Arrived(
        join(
            session,
            token,
            name=stranger.name,
            email=stranger.email,
            phone=stranger.phone,
            key=key,
            now=now,
        )
    )


def _made_already(session: Session, key: UUID, pool: Pool) -> Membership | None:
    made = session.get(Membership, key)
    if made is not None and made.pool_id != pool.id:
        raise FormUsed
    return made


def _somebody_new(
    session: Session, name: str, email: str | None, phone: str | None, *, now: datetime
) -> Person:
    if email and people.by_email(session, typed.email_of(email)):
        raise KnownAddress
    made = people.make_person(session, name, phone=phone, now=now)
    if email:
        claims.claim(session, made, typed.email_of(email), now=now)
    return made


def _enter(
    session: Session, pool: Pool, who: Person, name: str, *, key: UUID, now: datetime
) -> Membership:
    """A new membership; for somebody who left and comes back, the one they had."""
    before = session.exec(
        select(Membership)
        .where(Membership.pool_id == pool.id, Membership.person_id == who.id)
        .with_for_update()
    ).first()
    if before is not None and before.left_at is None:
        raise InAlready
    made = before or Membership(id=key, pool_id=pool.id, person_id=who.id, name=name, joined_at=now)
    made.name, made.joined_at, made.left_at = name, now, None
    session.add(made)
    session.flush()
    return made


def _welcome(session: Session, pool: Pool, membership: Membership, now: datetime) -> None:
    notices.tell(
        session,
        membership.person_id,
        "joined",
        key=f"joined:{membership.id}:{now:%Y%m%dT%H%M%S}",
        pool_id=pool.id,
        now=now,
        link=f"/g/{pool.slug}",
    )


def _welcome_by_email(
    session: Session, pool: Pool, membership: Membership, email: str, now: datetime
) -> None:
    """The only letter that goes to an address before it is proven; its link proves it."""
    lasts = signing_in.FIRST_LINK_LASTS
    _, link = signing_in.new_link(session, email, lasts, now=now)
    notices.write_to(
        session, email, "welcome", key=f"welcome:{membership.id}", pool_id=pool.id,
        person_id=membership.person_id, now=now, link=link, days=lasts.days,
    )  # fmt: skip


def said(session: Session, membership: Membership) -> str:
    """What somebody reads who has just come in. Who else is here is only told to who is in."""
    name = membership.name
    told = f"You joined. You are number {number_of(session, membership)}."
    others = select(Membership.id).where(
        Membership.pool_id == membership.pool_id,
        col(Membership.left_at).is_(None),
        Membership.id != membership.id,
        sa.func.lower(Membership.name) == name.lower(),
    )
    if session.exec(others.limit(1)).first() is None:
        return told
    return (
        f"{told} There is a {name} already. On your own page you can add a letter, like {name} B."
    )


def number_of(session: Session, membership: Membership) -> int:
    """You are number 11: how many in the group came no later than this member."""
    earlier = sa.or_(
        col(Membership.joined_at) < membership.joined_at,
        sa.and_(
            col(Membership.joined_at) == membership.joined_at,
            col(Membership.id) <= membership.id,
        ),
    )
    return session.exec(
        select(sa.func.count()).where(
            Membership.pool_id == membership.pool_id,
            col(Membership.left_at).is_(None),
            earlier,
        )
    ).one()


# --- where the money comes from ------------------------------------------------------------------


def source_of(
    session: Session, membership: Membership, kind: str, *, now: datetime
) -> FundingSource:
    """A member's money of one kind: its fund in the book and its payment reference, made at the
    first need. Asked for twice, it is the same one.
    """
    if kind not in SOURCES:
        raise NoSuchSource
    mine = session.exec(
        select(Membership).where(Membership.id == membership.id).with_for_update(key_share=True)
    ).one()
    if mine.left_at is not None:
        raise NotInGroup
    found = session.exec(
        select(FundingSource).where(
            FundingSource.membership_id == mine.id, FundingSource.kind == kind
        )
    ).first()
    return found or _new_source(session, mine, kind, now)


def _new_source(
    session: Session, membership: Membership, kind: str, now: datetime
) -> FundingSource:
    pool = lock_pool(session, membership.pool_id)
    fund_id = journal.open_fund(
        session, pool.book_id, "member", owner_code=membership.code, source=kind
    )
    made = FundingSource(
        pool_id=pool.id,
        membership_id=membership.id,
        kind=kind,
        fund_id=fund_id,
        reference=free_reference(session, pool.id, membership.name),
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def free_reference(session: Session, pool_id: UUID, name: str) -> str:
    """One that nobody in the pool has. The pool is locked, so nobody takes it meanwhile."""
    taken = set(
        session.exec(select(FundingSource.reference).where(FundingSource.pool_id == pool_id))
    )
    made = (reference.make(name) for _ in range(TRIES))
    return next(one for one in made if one not in taken)
