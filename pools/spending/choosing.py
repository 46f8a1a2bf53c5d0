"""Whether I pay for what a question asks though my plan does not name it: said, and taken back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from errors import NotPossible
from members.models import Membership
from members.needs import Why
from pools import beyond_plan
from pools.decisions import proposals
from pools.decisions.models import Proposal
from pools.decisions.proposals import NoSuchVote
from pools.models import FundingSource
from pools.spending import fitting


class Over(NotPossible):
    """This question is over. Nothing was changed."""


class InYourPlan(NotPossible):
    """Nothing in your plan stands against this. You share it like everyone."""


@dataclass(frozen=True)
class ChoicePage:
    """What is asked, its amount in pence, and why I pay if I said so."""

    id: UUID
    title: str
    amount: int
    why: str


def choice_page(session: Session, membership: Membership, proposal_id: UUID) -> ChoicePage:
    asked = session.get(Proposal, proposal_id)
    if asked is None or asked.pool_id != membership.pool_id or asked.amount is None:
        raise NoSuchVote
    said = beyond_plan.said(session, membership.id, proposal_id=proposal_id)
    return ChoicePage(asked.id, asked.title, asked.amount, said.why if said else "")


def pay_anyway(
    session: Session, me: Membership, proposal_id: UUID, why: str, *, now: datetime
) -> None:
    """From now on I share it. A bill that was entered before stays as it is."""
    _still_asked(session, me, proposal_id)
    funds = session.exec(
        select(FundingSource.fund_id).where(FundingSource.membership_id == me.id)
    ).all()
    found = fitting.fits_of(session, proposal_id, funds).values()
    if not {one.why for one in found} & {Why.NOT_IN_PLAN, Why.ANYWAY}:
        raise InYourPlan
    beyond_plan.say(session, me, why, proposal_id=proposal_id, now=now)


def pay_no_more(session: Session, me: Membership, proposal_id: UUID, *, now: datetime) -> None:
    _still_asked(session, me, proposal_id)
    beyond_plan.take_back(session, me, proposal_id, now=now)


def _still_asked(session: Session, me: Membership, proposal_id: UUID) -> None:
    """Open, or passed: then its bill may still come. Held, so that two presses are one."""
    asked = proposals.locked(session, proposal_id, me.pool_id)
    if asked.amount is None:
        raise NoSuchVote
    if asked.cancelled_at is not None or asked.passed is False:
        raise Over
    proposals.still_in(session, me)
