"""Yes, send it: the statement that was looked at is kept, and a link to it is made, in one step."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from members.models import Membership
from pools.models import Pool
from pools.packs import gathering, keeping, links
from pools.packs.gathering import BankReader
from pools.packs.keeping import Parts
from pools.packs.links import ToSend
from pools.packs.models import PackLink
from pools.packs.statement import Days


@dataclass(frozen=True)
class Wanted:
    """What was looked at (`seen` is its print), and for whom it is."""

    days: Days
    parts: Parts
    seen: str
    to: ToSend


@dataclass(frozen=True)
class Sent:
    """`token` is there once only: it is kept nowhere."""

    token: str | None
    number: str
    ends_at: datetime


def send(
    session: Session, pool: Pool, me: Membership, wanted: Wanted, *, bank: BankReader, key: UUID,
    now: datetime,
) -> Sent:  # fmt: skip
    """Keep what was looked at and make a link to it. The same form again makes no second one."""
    kept = keeping.keep(
        session,
        pool,
        me,
        lambda: keeping.only(
            gathering.statement(session, pool, me, wanted.days, bank=bank), wanted.parts
        ),
        looked_at=wanted.seen,
        now=now,
    )
    token = links.make(session, kept, me, wanted.to, key=key, now=now)
    link = session.get_one(PackLink, key)
    return Sent(token, keeping.number_of(kept), link.ends_at)


def keep(
    session: Session, pool: Pool, me: Membership, wanted: Wanted, *, bank: BankReader, now: datetime
) -> UUID:
    """Keep it without a link: to print, or for my own papers."""
    return keeping.keep(
        session,
        pool,
        me,
        lambda: keeping.only(
            gathering.statement(session, pool, me, wanted.days, bank=bank), wanted.parts
        ),
        looked_at=wanted.seen,
        now=now,
    ).id
