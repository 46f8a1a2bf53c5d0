"""A question's life: put, and so open; closed and counted, once; or taken back.

Everything about it is frozen at the opening. Whoever votes, closes or takes back holds the row of
the question meanwhile, so what a person is told is what the count uses.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from errors import NotAllowed, NotFound, NotPossible
from members import access
from members.models import Membership
from pools import agreement
from pools.decisions import drafts, roll, telling
from pools.decisions.counting import RULES
from pools.decisions.effects import Draft, Effects, effect_of
from pools.decisions.models import Ballot, Proposal, ProposalServes, Roll
from pools.locking import lock_pool
from pools.models import Pool

LEAST_OPEN = timedelta(minutes=1)  # where the agreement says no hours at all (the demo)
MOST_AT_ONCE = 5
DIE = secrets.SystemRandom()


class NoSuchVote(NotFound):
    """We could not find that vote. Look at all the votes of your group."""


class VoteClosed(NotPossible):
    """This vote has closed. Nothing was changed."""


class StillOpen(NotPossible):
    """This vote is still open. Nobody can close it early."""


class NotInGroup(NotAllowed):
    """Only people in the group can do this."""


class GroupEnded(NotPossible):
    """The group has come to its end. Nobody can start a vote now."""


class TooFewToVote(NotPossible):
    """A vote needs at least two people. Ask again when more are in."""


class TooManyAtOnce(NotPossible):
    """You have {most} votes open. Wait until one has closed, then ask the next."""


class AskedBefore(NotPossible):
    """You used this form before, for another question. Open a new one and ask again."""


def propose(
    session: Session,
    by: Membership,
    draft: Draft,
    *,
    key: UUID,
    effects: Effects,
    now: datetime,
) -> Proposal:
    """Put a question to the group; the vote on it opens at once. `key` is the form's own id: sent
    twice, it is one question.
    """
    drafts.check(draft)
    pool = _pool_of(session, draft, by)
    if before := session.get(Proposal, key):
        return _the_same(session, before, draft, by)
    if _open_by(session, by) >= MOST_AT_ONCE:
        raise TooManyAtOnce(most=MOST_AT_ONCE)
    zone = ZoneInfo(pool.time_zone)
    voters = roll.may_vote(session, pool.id, on=now.astimezone(zone).date())
    kept_out = effect_of(effects, draft.kind).kept_out(session, draft)
    voters = [one for one in voters if one.id not in kept_out]
    if len(voters) < 2:
        raise TooFewToVote
    made = Proposal(
        id=key,
        **{name: getattr(draft, name) for name in drafts.FROZEN},
        proposed_by=by.id,
        opened_at=now,
        closes_at=deadline(now, agreement.current(session, pool.id).vote_hours, zone),
        roll_size=len(voters),
        quorum=RULES[draft.rule].quorum(len(voters)),
    )
    session.add(made)
    session.flush()
    session.add_all(ProposalServes(proposal_id=made.id, kind=kind) for kind in draft.serves)
    session.flush()
    roll.write(session, made.id, voters)
    telling.tell(session, made, "vote_opened", now=now, until=made.closes_at)
    return made


def deadline(now: datetime, hours: int, zone: ZoneInfo) -> datetime:
    """A whole minute, since that is what people are shown; never one that their clock shows twice
    (the night it is put back).
    """
    ends = now + max(timedelta(hours=hours), LEAST_OPEN)
    whole = ends.replace(second=0, microsecond=0)
    ends = whole if whole == ends else whole + timedelta(minutes=1)
    while _shown_twice(ends.astimezone(zone)):
        ends += timedelta(minutes=30)
    return ends


def _shown_twice(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def _pool_of(session: Session, draft: Draft, by: Membership) -> Pool:
    """The pool, held, so that the same form sent twice at once is one question."""
    if still_in(session, by).pool_id != draft.pool_id:
        raise NotInGroup
    held = lock_pool(session, draft.pool_id)
    if held.ended_at is not None:
        raise GroupEnded
    return held


def still_in(session: Session, membership: Membership) -> Membership:
    """The member as the database has them now, held: who is being put out waits, or is out."""
    found = session.exec(
        select(Membership)
        .where(Membership.id == membership.id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).first()
    if found is None or found.left_at is not None:
        raise NotInGroup
    return found


def _the_same(session: Session, before: Proposal, draft: Draft, by: Membership) -> Proposal:
    if before.proposed_by != by.id or drafts.of(session, before) != draft:
        raise AskedBefore
    return before


def _open_by(session: Session, by: Membership) -> int:
    mine = sa.func.count(col(Proposal.id))
    return session.exec(
        select(mine).where(
            Proposal.proposed_by == by.id,
            col(Proposal.closed_at).is_(None),
            col(Proposal.cancelled_at).is_(None),
        )
    ).one()


# --- while it is open, and its end ---


def locked(session: Session, proposal_id: UUID, pool_id: UUID | None = None) -> Proposal:
    """The question, held until this transaction ends. One of another pool is not there."""
    found = session.exec(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if found is None or pool_id not in {None, found.pool_id}:
        raise NoSuchVote
    return found


def ended(proposal: Proposal) -> bool:
    return proposal.closed_at is not None or proposal.cancelled_at is not None


def due(session: Session, now: datetime) -> list[UUID]:
    """Questions whose time is over and that nobody counted yet."""
    return list(session.exec(open_ones().where(col(Proposal.closes_at) < now)))


def close(session: Session, proposal_id: UUID, *, now: datetime, effects: Effects) -> Proposal:
    """Count it and say what came out. Again, or by many at once, changes nothing more."""
    proposal = locked(session, proposal_id)
    if ended(proposal):
        return proposal
    if now <= proposal.closes_at and not roll.all_voted(session, proposal_id):
        raise StillOpen
    result = RULES[proposal.rule].count(_cut_loose(session, proposal), proposal.quorum)
    proposal.yes, proposal.no, proposal.unsure = (
        result.tally.yes,
        result.tally.no,
        result.tally.unsure,
    )
    proposal.passed, proposal.closed_at = result.passed, now
    session.add(proposal)
    session.flush()
    if result.passed:
        effect_of(effects, proposal.kind).apply(session, proposal, now=now)
    telling.tell(session, proposal, "vote_closed", now=now, passed=result.passed)
    return proposal


def _cut_loose(session: Session, proposal: Proposal) -> list[str]:
    """Take out who left, then write every ballot anew: other ids, an order drawn by lot, no link.
    From here on nobody can tell whose any of them is.
    """
    for seat, ballot in session.exec(_left(proposal.id)).all():
        seat.voted = False
        session.add(seat)
        session.delete(ballot)
    session.flush()
    said = select(Ballot.choice).where(Ballot.proposal_id == proposal.id)
    choices = list(session.exec(said))
    DIE.shuffle(choices)
    _forget(session, proposal.id)
    session.add_all(Ballot(proposal_id=proposal.id, choice=choice) for choice in choices)
    session.flush()
    return choices


def _left(proposal_id: UUID) -> Select[Roll, Ballot]:
    """The seats and ballots of those who left the group while the vote was open."""
    theirs = sa.and_(
        col(Ballot.proposal_id) == Roll.proposal_id, col(Ballot.membership_id) == Roll.membership_id
    )
    return (
        select(Roll, Ballot)
        .join(Ballot, theirs)
        .join(Membership, col(Membership.id) == Roll.membership_id)
        .where(Roll.proposal_id == proposal_id, col(Membership.left_at).is_not(None))
    )


def _forget(session: Session, proposal_id: UUID) -> None:
    session.exec(sa.delete(Ballot).where(col(Ballot.proposal_id) == proposal_id))


def cancel(session: Session, proposal_id: UUID, by: Membership, *, now: datetime) -> Proposal:
    """Take a question back while it is open. The one who asked can, and the organiser. What was
    said is rubbed out unread. Again changes nothing.
    """
    proposal = locked(session, proposal_id, by.pool_id)
    if proposal.proposed_by == by.id:
        still_in(session, by)
    else:
        access.must_hold(session, by, "organiser")
    if proposal.cancelled_at is not None:
        return proposal
    if proposal.closed_at is not None or now > proposal.closes_at:
        raise VoteClosed
    _forget(session, proposal_id)
    proposal.cancelled_at, proposal.cancelled_by = now, by.id
    session.add(proposal)
    session.flush()
    telling.tell(session, proposal, "vote_cancelled", now=now)
    return proposal


def open_ones() -> SelectOfScalar[UUID]:
    return (
        select(Proposal.id)
        .where(col(Proposal.closed_at).is_(None), col(Proposal.cancelled_at).is_(None))
        .order_by(col(Proposal.closes_at))
    )
