"""What allows spending: the standing agreement of a round that runs, and votes that passed.

A standing one is written down when the first bill needs it; until then the round itself says it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from errors import NotPossible
from ledger import accounting, money
from pools.clubbing import queries as clubbing
from pools.clubbing import words
from pools.clubbing.models import Round, ServiceSession
from pools.decisions.models import Proposal
from pools.models import Pool
from pools.spending.models import Authority

SERVICE_COST = "day_centre"
OTHER_COST = "activities"
ARREARS = timedelta(days=60)  # a bill for the last days comes after the last day
LONGEST_TERM = timedelta(weeks=53)


class NoAuthority(NotPossible):
    """The group has not agreed to this spending. Ask the group to vote first."""


class OverTheAuthority(NotPossible):
    """This bill is more than was agreed. {left} is left. Ask the group to vote first."""


class AgreementEnded(NotPossible):
    """That agreement has ended. Ask the group to vote first."""


@dataclass(frozen=True)
class Allowed:
    """Spending that is allowed, in pence. `since` and `until` are the days of a standing one."""

    id: UUID
    kind: str
    words: str
    cost: str
    amount: int
    left: int
    since: date | None = None
    until: date | None = None
    service_id: UUID | None = None

    @property
    def standing(self) -> bool:
        return self.kind == "standing"


def today_of(pool: Pool, now: datetime) -> date:
    return now.astimezone(ZoneInfo(pool.time_zone)).date()


def open_to_spend(session: Session, pool_id: UUID, now: datetime) -> tuple[Allowed, ...]:
    """All that the group may spend on now, with money left in it; standing ones first."""
    pool = session.get_one(Pool, pool_id)
    today = today_of(pool, now)
    rows = session.exec(
        select(Authority).where(
            Authority.pool_id == pool_id, col(Authority.committed) < col(Authority.amount)
        )
    ).all()
    written = [allowed_of(session, row) for row in rows]
    known = set(
        session.exec(
            select(Authority.round_id).where(
                Authority.pool_id == pool_id, col(Authority.round_id).is_not(None)
            )
        )
    )
    running = [one for one in _running(session, pool_id, today) if one.id not in known]
    found = [one for one in (*running, *written) if not _over(one, today)]
    return tuple(sorted(found, key=lambda one: (not one.standing, one.words)))


def find(session: Session, pool: Pool, authority_id: UUID, now: datetime) -> Allowed:
    """The one that a form named, written down or not yet. A caller that holds the pool sees what is
    truly left.
    """
    row = session.get(Authority, authority_id, populate_existing=True)
    if row is None:
        allowed = _of_round(session, pool.id, authority_id)
    elif row.pool_id == pool.id:
        allowed = allowed_of(session, row)
    else:
        raise NoAuthority
    if _over(allowed, today_of(pool, now)):
        raise AgreementEnded
    return allowed


def write_down(session: Session, allowed: Allowed, pool: Pool, *, now: datetime) -> None:
    """The row for a bill to stand on, if this is the first. The caller holds the pool."""
    if session.get(Authority, allowed.id) is not None:
        return
    session.add(
        Authority(
            id=allowed.id,
            pool_id=pool.id,
            kind="standing",
            round_id=allowed.id,
            words=allowed.words,
            cost=allowed.cost,
            amount=allowed.amount,
            made_at=now,
            until=allowed.until,
        )
    )
    session.flush()


def must_have_left(allowed: Allowed, amount: int, currency: str) -> None:
    if amount > allowed.left:
        raise OverTheAuthority(left=money.say(allowed.left, currency))


def from_vote(session: Session, proposal: Proposal, *, now: datetime) -> None:
    """A vote to spend has passed: from now on bills may stand on it. Twice changes nothing."""
    session.flush()
    if session.get(Authority, proposal.id) is not None or proposal.amount is None:
        return
    cost = proposal.cost if proposal.cost in accounting.COSTS else None
    session.add(
        Authority(
            id=proposal.id,
            pool_id=proposal.pool_id,
            kind="vote",
            proposal_id=proposal.id,
            words=proposal.title,
            cost=cost or OTHER_COST,
            amount=proposal.amount,
            made_at=now,
        )
    )
    session.flush()


# --- from the row, or from the round --------------------------------------------------------------


def allowed_of(session: Session, row: Authority) -> Allowed:
    found = session.get(Round, row.round_id) if row.round_id else None
    return Allowed(
        row.id,
        row.kind,
        row.words,
        row.cost,
        row.amount,
        row.amount - row.committed,
        found.starts_on if found else None,
        row.until,
        found.service_id if found else None,
    )


def _running(session: Session, pool_id: UUID, today: date) -> Iterator[Allowed]:
    rounds = session.exec(
        select(Round).where(
            Round.pool_id == pool_id,
            col(Round.runs).is_(True),
            col(Round.starts_on) >= today - LONGEST_TERM - ARREARS,
        )
    )
    for found in rounds:
        yield _standing(session, found)


def _of_round(session: Session, pool_id: UUID, round_id: UUID) -> Allowed:
    found = session.get(Round, round_id)
    if found is None or found.pool_id != pool_id or not found.runs:
        raise NoAuthority
    return _standing(session, found)


def _standing(session: Session, found: Round) -> Allowed:
    said = clubbing.standing(session, found.id)
    return Allowed(
        found.id,
        "standing",
        said.words,
        SERVICE_COST,
        said.amount,
        said.amount,
        found.starts_on,
        said.until,
        found.service_id,
    )


def _over(allowed: Allowed, today: date) -> bool:
    return allowed.until is not None and allowed.until + ARREARS < today


def by_id(session: Session, authority_id: UUID) -> Allowed:
    """One that a bill stands on, ended or not."""
    return allowed_of(session, session.get_one(Authority, authority_id))


def days_of(session: Session, allowed: Allowed) -> dict[UUID, str]:
    """The days that a standing agreement pays for, by name; none for a vote."""
    if allowed.service_id is None:
        return {}
    days = session.exec(
        select(ServiceSession)
        .where(ServiceSession.service_id == allowed.service_id)
        .order_by(col(ServiceSession.day), col(ServiceSession.starts))
    ).all()
    names = words.names([(day.day, day.starts, day.ends) for day in days])
    return {day.id: name for day, name in zip(days, names, strict=True)}


def day_name(session: Session, allowed: Allowed, session_id: UUID | None) -> str:
    """The day a bill is for; nothing where it is for all that was agreed."""
    return days_of(session, allowed).get(session_id, "") if session_id else ""
