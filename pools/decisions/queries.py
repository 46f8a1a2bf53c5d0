"""What the pages of votes show: one function a page, one frozen value each.

Nothing here reads a ballot. A running vote tells how many took part, never what was said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from members import access, needs
from members.models import Membership
from pools.decisions import drafts, words
from pools.decisions.counting import RULES
from pools.decisions.counting.result import Tally
from pools.decisions.effects import Draft, Effects, Preview, Step, effect_of
from pools.decisions.models import Proposal, Roll
from pools.decisions.proposals import NoSuchVote
from pools.jobs import Job
from pools.models import Pool

PAGE = 20
MOST_PAGES = 500
TELLS_TURNOUT = 5  # under five on the roll not even that
NEARLY_OVER = timedelta(hours=72)
NONE = Preview()


@dataclass(frozen=True)
class Line:
    """One question in a list. `state` is open, counting, passed, failed or cancelled; `mine` is
    needed, in, or none where I have no vote in it.
    """

    id: UUID
    title: str
    state: str
    when: datetime
    mine: str


@dataclass(frozen=True)
class VotesPage:
    open: tuple[Line, ...]
    done: tuple[Line, ...]
    number: int
    more: bool


@dataclass(frozen=True)
class Turnout:
    voted: int
    roll: int


@dataclass(frozen=True)
class VotePage:
    """`state` and `mine` as in Line. `turnout` is none where so few may vote that it would tell.
    `told` says why, as far as it may be said; `shown` has the numbers only if they may be shown.
    """

    id: UUID
    draft: Draft
    paragraphs: tuple[str, ...]
    about: Mapping[str, str]
    cost: str
    serves: str
    asked_by: str
    asked_at: datetime
    closes_at: datetime
    ended_at: datetime | None
    state: str
    mine: str
    rule: str
    roll: int
    turnout: Turnout | None
    preview: Preview
    told: tuple[str, ...]
    shown: Tally | None
    followed: tuple[Step, ...]
    may_cancel: bool
    cancelled_by: str

    @property
    def may_vote(self) -> bool:
        return self.state == "open" and self.mine != ""

    @property
    def template(self) -> str:
        return "vote.html" if self.state in {"open", "counting"} else "result.html"


@dataclass(frozen=True)
class Card:
    """For the group's page: what waits for my vote, and what was decided last."""

    needed: tuple[Line, ...]
    last: Line | None


# --- lists ---


def votes_page(
    session: Session, pool: Pool, membership: Membership, *, number: int, now: datetime
) -> VotesPage:
    """Open ones first, the next to close on top; then those that are over, newest first."""
    number = min(max(number, 1), MOST_PAGES)
    over = (
        _MINE.where(_over())
        .order_by(col(Proposal.opened_at).desc(), col(Proposal.id))
        .offset((number - 1) * PAGE)
        .limit(PAGE + 1)
    )
    done = _told(session.execute(over, _who(pool, membership)), now)
    first = _open_lines(session, pool, membership, now) if number == 1 else ()
    return VotesPage(first, done[:PAGE], number, more=len(done) > PAGE)


def card(session: Session, pool: Pool, membership: Membership, *, now: datetime) -> Card:
    waiting = _open_lines(session, pool, membership, now)
    last = _told(session.execute(_NEWEST, _who(pool, membership)), now)
    needed = tuple(one for one in waiting if (one.state, one.mine) == ("open", "needed"))
    return Card(needed, last[0] if last else None)


def jobs(
    session: Session,
    pool: Pool,
    _membership: Membership,
    roles: frozenset[str],
    *,
    now: datetime,
) -> tuple[Job, ...]:
    """For the organiser: a vote that closes soon, and so few have voted that it can't pass yet."""
    if "organiser" not in roles:
        return ()
    voted = sa.func.count().filter(col(Roll.voted))
    rows = session.exec(
        select(Proposal, voted)
        .join(Roll, col(Roll.proposal_id) == Proposal.id)
        .where(
            Proposal.pool_id == pool.id,
            ~_over(),
            col(Proposal.closes_at) >= now,
            col(Proposal.closes_at) <= now + NEARLY_OVER,
            Proposal.roll_size >= TELLS_TURNOUT,
        )
        .group_by(col(Proposal.id))
        .having(voted < col(Proposal.quorum))
        .order_by(col(Proposal.closes_at))
    ).all()
    return tuple(
        Job("Few have voted. Ask people to vote", f"/g/{pool.slug}/votes/{one.id}")
        for one, _ in rows
    )


def _over() -> sa.ColumnElement[bool]:
    return col(Proposal.closed_at).is_not(None) | col(Proposal.cancelled_at).is_not(None)


# Questions of the pool, and whether I voted: none where I am not on the roll. Built once.
_MINE: sa.Select[Proposal, bool] = (
    sa.select(Proposal, col(Roll.voted))
    .join(
        Roll,
        sa.and_(
            col(Roll.proposal_id) == Proposal.id, col(Roll.membership_id) == sa.bindparam("me")
        ),
        isouter=True,
    )
    .where(col(Proposal.pool_id) == sa.bindparam("pool"))
)
_OPEN = _MINE.where(~_over()).order_by(col(Proposal.closes_at)).limit(PAGE * 3)
_NEWEST = (
    _MINE.where(col(Proposal.closed_at).is_not(None))
    .order_by(col(Proposal.closed_at).desc())
    .limit(1)
)


def _who(pool: Pool, membership: Membership) -> dict[str, UUID]:
    return {"me": membership.id, "pool": pool.id}


def _open_lines(
    session: Session, pool: Pool, membership: Membership, now: datetime
) -> tuple[Line, ...]:
    return _told(session.execute(_OPEN, _who(pool, membership)), now)


def _told(rows: Iterable[Any], now: datetime) -> tuple[Line, ...]:
    return tuple(
        Line(one.id, one.title, state_of(one, now), _when(one), _my_part(voted))
        for one, voted in rows
    )


def state_of(proposal: Proposal, now: datetime) -> str:
    if proposal.cancelled_at is not None:
        return "cancelled"
    if proposal.closed_at is not None:
        return "passed" if proposal.passed else "failed"
    return "open" if now <= proposal.closes_at else "counting"


def _when(proposal: Proposal) -> datetime:
    return proposal.closed_at or proposal.cancelled_at or proposal.closes_at


def _my_part(voted: bool | None) -> str:
    return {None: "", True: "in", False: "needed"}[voted]


# --- one question ---


def vote_page(
    session: Session,
    pool: Pool,
    membership: Membership,
    proposal_id: UUID,
    *,
    effects: Effects,
    now: datetime,
) -> VotePage:
    asked = _MINE.where(col(Proposal.id) == proposal_id)
    found = session.execute(asked, _who(pool, membership)).first()
    if found is None:
        raise NoSuchVote
    proposal, voted = found
    draft, state = drafts.of(session, proposal), state_of(proposal, now)
    effect = effect_of(effects, proposal.kind)
    told, shown = _result(proposal)
    return VotePage(
        id=proposal.id,
        draft=draft,
        paragraphs=words.paragraphs(proposal.words),
        about=words.about(proposal.amount, pool.currency),
        cost=words.COSTS.get(proposal.cost or "", ""),
        serves=needs.named(draft.serves),
        asked_by=_name(session, proposal.proposed_by),
        asked_at=proposal.opened_at,
        closes_at=proposal.closes_at,
        ended_at=proposal.closed_at or proposal.cancelled_at,
        state=state,
        mine=_my_part(voted),
        rule=RULES[proposal.rule].in_words(proposal.quorum),
        roll=proposal.roll_size,
        turnout=_turnout(session, proposal),
        preview=effect.preview(session, draft, membership, now=now) if state == "open" else NONE,
        told=told,
        shown=shown,
        followed=effect.followed(session, proposal) if state == "passed" else (),
        may_cancel=state == "open" and _may_cancel(session, proposal, membership),
        cancelled_by=_name(session, proposal.cancelled_by),
    )


def _name(session: Session, membership_id: UUID | None) -> str:
    found = session.get(Membership, membership_id) if membership_id else None
    return found.name if found else ""


def _turnout(session: Session, proposal: Proposal) -> Turnout | None:
    if proposal.roll_size < TELLS_TURNOUT:
        return None
    voted = session.exec(
        select(sa.func.count()).where(Roll.proposal_id == proposal.id, col(Roll.voted))
    ).one()
    return Turnout(voted, proposal.roll_size)


def _result(proposal: Proposal) -> tuple[tuple[str, ...], Tally | None]:
    """Judged again from the stored numbers by the frozen rule; only what may be told of it."""
    if proposal.yes is None or proposal.no is None or proposal.unsure is None:
        return (), None
    said = Tally(proposal.yes, proposal.no, proposal.unsure)
    result = RULES[proposal.rule].judge(said, proposal.quorum)
    return ((result.why,), said) if said.may_be_told else (result.told, None)


def _may_cancel(session: Session, proposal: Proposal, membership: Membership) -> bool:
    mine = proposal.proposed_by == membership.id
    return mine or "organiser" in access.roles_of(session, membership.pool_id, membership.person_id)
