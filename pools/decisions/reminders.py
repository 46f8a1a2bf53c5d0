"""One letter to those who have not voted, when a day is left."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col

from pools.decisions import proposals, telling
from pools.decisions.models import Proposal

BEFORE = timedelta(hours=24)
NONE_UNDER = timedelta(hours=48)


def due(session: Session, now: datetime) -> list[UUID]:
    """Open for two days or more, a day or less to go, and nobody reminded yet."""
    soon = proposals.open_ones().where(
        col(Proposal.reminded_at).is_(None),
        col(Proposal.closes_at) > now,
        col(Proposal.closes_at) <= now + BEFORE,
        col(Proposal.opened_at) <= now - NONE_UNDER,
    )
    return list(session.exec(soon))


def remind(session: Session, proposal_id: UUID, *, now: datetime) -> None:
    """Tell those who have not voted that a day is left; once."""
    proposal = proposals.locked(session, proposal_id)
    if proposals.ended(proposal) or proposal.reminded_at is not None or now > proposal.closes_at:
        return
    proposal.reminded_at = now
    session.add(proposal)
    session.flush()
    telling.tell(
        session, proposal, "vote_reminder", now=now, waiting=True, until=proposal.closes_at
    )
