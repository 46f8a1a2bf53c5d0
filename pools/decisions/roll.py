"""Who may vote on a question. Fixed when it opens: nobody can be brought in to turn a vote."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from members.models import Membership, Person
from pools.clubbing.models import Place, Promise, Round
from pools.decisions.models import Roll


def may_vote(session: Session, pool_id: UUID, *, on: date) -> list[Membership]:
    """Everyone in the pool with a place. Before the first round has run: with a promise that
    stands. Where there is neither, everyone. One person one vote, whatever they put in.
    """
    for holders in (_with_a_place(pool_id, on), _with_a_promise(pool_id)):
        found = _members(session, pool_id, holders)
        if found:
            return found
    return _members(session, pool_id, None)


def _with_a_place(pool_id: UUID, on: date) -> SelectOfScalar[UUID]:
    return select(Place.membership_id).where(
        Place.pool_id == pool_id,
        Place.ends_on > on,
        col(Place.left_on).is_(None) | (col(Place.left_on) > on),
    )


def _with_a_promise(pool_id: UUID) -> SelectOfScalar[UUID]:
    ran = select(Round.id).where(Round.pool_id == pool_id, col(Round.runs).is_(True))
    return (
        select(Promise.membership_id)
        .join(Round, col(Round.id) == Promise.round_id)
        .where(
            Promise.pool_id == pool_id,
            col(Promise.withdrawn_at).is_(None),
            col(Round.closed_at).is_(None),
            ~ran.exists(),
        )
    )


def _members(
    session: Session, pool_id: UUID, holders: SelectOfScalar[UUID] | None
) -> list[Membership]:
    inside = select(Membership).where(
        Membership.pool_id == pool_id, col(Membership.left_at).is_(None)
    )
    if holders is not None:
        inside = inside.where(col(Membership.id).in_(holders))
    return list(session.exec(inside.order_by(col(Membership.id))))


def write(session: Session, proposal_id: UUID, members: Iterable[Membership]) -> None:
    session.add_all(Roll(proposal_id=proposal_id, membership_id=one.id) for one in members)
    session.flush()


def all_voted(session: Session, proposal_id: UUID) -> bool:
    """Whoever left the group can't vote any more, so nobody waits for them."""
    return session.exec(_people(proposal_id, waiting=True).limit(1)).first() is None


def people(session: Session, proposal_id: UUID, *, waiting: bool = False) -> list[Person]:
    """Those on the roll who are still in the group; or those of them who have not voted."""
    return list(session.exec(_people(proposal_id, waiting=waiting).order_by(col(Person.id))))


def _people(proposal_id: UUID, *, waiting: bool) -> SelectOfScalar[Person]:
    wanted = (
        select(Person)
        .join(Membership, col(Membership.person_id) == Person.id)
        .join(Roll, col(Roll.membership_id) == Membership.id)
        .where(Roll.proposal_id == proposal_id, col(Membership.left_at).is_(None))
    )
    return wanted.where(col(Roll.voted).is_(False)) if waiting else wanted
