"""This room's part of what is mine: votes I took part in, and questions I put. Never what I chose:
nobody can be asked to show it.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from members.mine import Room, Stays, memberships, rows, words_in
from members.models import Person
from pools.decisions.models import Ballot, Proposal, Roll


def my_data(session: Session, person: Person, *, now: datetime) -> dict[str, object]:
    del now
    mine = memberships(person)
    asked = session.exec(
        select(Proposal.title, Proposal.opened_at, Proposal.closes_at, Roll.voted)
        .join(Roll, col(Roll.proposal_id) == Proposal.id)
        .where(col(Roll.membership_id).in_(mine))
        .order_by(col(Proposal.opened_at), col(Proposal.id))
    )
    return {
        "Votes I was asked in": [
            {"question": title, "opened": opened, "closes": closes, "I voted": voted}
            for title, opened, closes, voted in asked
        ],
        "Votes I started": rows(session, Proposal, col(Proposal.proposed_by).in_(mine)),
        "Votes I took back": rows(session, Proposal, col(Proposal.cancelled_by).in_(mine)),
    }


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """A ballot in a vote that is still open goes; in a closed one nobody can tell which it was."""
    del now
    for ballot in session.exec(
        select(Ballot).where(col(Ballot.membership_id).in_(memberships(person)))
    ):
        seat = session.get_one(Roll, (ballot.proposal_id, ballot.membership_id))
        session.delete(ballot)
        session.flush()
        seat.voted = False
        session.add(seat)
    session.flush()


def stays(session: Session, person: Person, _now: datetime) -> Iterator[Stays]:
    if session.exec(
        select(Roll.proposal_id).where(col(Roll.membership_id).in_(memberships(person))).limit(1)
    ).first():
        yield Stays("That a past member was asked in a vote. What you chose has no link to you.")


def _over(proposal: Proposal) -> bool:
    return proposal.closed_at is not None or proposal.cancelled_at is not None


ROOM = Room(
    "My votes",
    my_data,
    erase,
    stays=stays,
    words=(
        words_in(Proposal, "title", "What a vote was about", over=_over),
        words_in(Proposal, "words", "What a vote said", over=_over),
        words_in(Proposal, "payee", "Who a vote would pay", over=_over),
    ),
)
