"""The letters about a question: to those who may vote on it. None carries a choice or a count."""

from datetime import datetime

from sqlmodel import Session

from members import notices
from members.typed import WEB_ADDRESS
from pools.decisions import roll
from pools.decisions.models import Proposal
from pools.models import Pool


def tell(
    session: Session,
    proposal: Proposal,
    kind: str,
    *,
    now: datetime,
    waiting: bool = False,
    **facts: object,
) -> None:
    """Tell those on the roll. A letter never carries a choice, and no web address but its own."""
    pool = session.get_one(Pool, proposal.pool_id)
    notices.tell_people(
        session,
        roll.people(session, proposal.id, waiting=waiting),
        kind,
        key=f"{kind}:{proposal.id}",
        pool_id=pool.id,
        now=now,
        question="" if WEB_ADDRESS.search(proposal.title) else proposal.title,
        link=f"/g/{pool.slug}/votes/{proposal.id}",
        **facts,
    )
