"""Paying for what my plan does not name, because I say so: with a reason, until I take it back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotFound, NotValid
from members import plans
from members.models import Membership
from pools.models import PaysAnyway

LONGEST_WHY = 200


class SayWhy(NotValid):
    """Write why you want to pay for it."""


class NothingSaid(NotFound):
    """You did not say that you pay for this."""


def say(
    session: Session,
    me: Membership,
    why: str,
    *,
    service_id: UUID | None = None,
    proposal_id: UUID | None = None,
    now: datetime,
) -> PaysAnyway:
    """I pay for this service, or for what this question asks. The newest reason holds."""
    reason = plans.line(why, LONGEST_WHY)
    if not reason:
        raise SayWhy
    held = said(session, me.id, service_id=service_id, proposal_id=proposal_id)
    if held is not None and held.why == reason:
        return held
    if held is not None:
        held.ended_at = now
        session.add(held)
        session.flush()
    made = PaysAnyway(
        membership_id=me.id, service_id=service_id, proposal_id=proposal_id, why=reason, made_at=now
    )
    session.add(made)
    session.flush()
    return made


def take_back(session: Session, me: Membership, proposal_id: UUID, *, now: datetime) -> None:
    held = said(session, me.id, proposal_id=proposal_id)
    if held is None:
        raise NothingSaid
    held.ended_at = now
    session.add(held)
    session.flush()


def said(
    session: Session,
    membership_id: UUID,
    *,
    service_id: UUID | None = None,
    proposal_id: UUID | None = None,
) -> PaysAnyway | None:
    """What I said of it, if it still holds."""
    return session.exec(
        select(PaysAnyway).where(
            PaysAnyway.membership_id == membership_id,
            PaysAnyway.service_id == service_id,
            PaysAnyway.proposal_id == proposal_id,
            col(PaysAnyway.ended_at).is_(None),
        )
    ).first()


def who_pay(
    session: Session, proposal_id: UUID, membership_ids: Collection[UUID]
) -> frozenset[UUID]:
    return frozenset(
        session.exec(
            select(PaysAnyway.membership_id).where(
                PaysAnyway.proposal_id == proposal_id,
                col(PaysAnyway.membership_id).in_(membership_ids),
                col(PaysAnyway.ended_at).is_(None),
            )
        )
    )
