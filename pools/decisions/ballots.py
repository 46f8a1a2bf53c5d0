"""Casting a ballot, and changing it while the vote is open. What was said is never read back."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from errors import NotPossible, NotValid
from members.models import Membership
from pools.decisions import proposals, roll
from pools.decisions.effects import Effects
from pools.decisions.models import CHOICES, Ballot, Proposal, Roll


class NotCounted(NotPossible):
    """This vote has closed. Your choice was not counted."""


class TakenBack(NotPossible):
    """This question was taken back. Nobody's choice was counted."""


class NotOnTheRoll(NotPossible):
    """You have no vote in this question. You can read it, and see the answer."""


class PickOne(NotValid):
    """Pick one choice."""


def cast(
    session: Session,
    proposal_id: UUID,
    membership: Membership,
    choice: str,
    *,
    now: datetime,
    effects: Effects,
) -> Proposal:
    """My ballot is in, or the one I had says this now. Sent many times it is one ballot.

    Counted if the vote is open and `now` is not past its end, looked at while its row is held. The
    last one of the roll closes the vote.
    """
    proposal = proposals.locked(session, proposal_id, membership.pool_id)
    if choice not in CHOICES:
        raise PickOne
    if proposal.cancelled_at is not None:
        raise TakenBack
    if proposal.closed_at is not None or now > proposal.closes_at:
        raise NotCounted
    proposals.still_in(session, membership)
    seat = session.get(Roll, (proposal_id, membership.id), populate_existing=True)
    if seat is None:
        raise NotOnTheRoll
    _write(session, seat, choice)
    if roll.all_voted(session, proposal_id):
        proposals.close(session, proposal_id, now=now, effects=effects)
    return proposal


def _write(session: Session, seat: Roll, choice: str) -> None:
    ballot = session.exec(
        select(Ballot).where(
            Ballot.proposal_id == seat.proposal_id, Ballot.membership_id == seat.membership_id
        )
    ).first() or Ballot(proposal_id=seat.proposal_id, membership_id=seat.membership_id, choice="")
    ballot.choice, seat.voted = choice, True
    session.add_all([ballot, seat])
    session.flush()
