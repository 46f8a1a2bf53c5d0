"""A round with its days, in numbers: what every page and card about it reads.

The number of promises is all that is read of other people's; never a most.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from members.models import Membership
from pools.clubbing import promises, rounds, words
from pools.clubbing.models import Place, Promise, Round, Service, ServiceSession
from pools.clubbing.preview import Asked
from pools.clubbing.promises import NoSuchRound
from pools.models import Agreement, Pool


@dataclass(frozen=True)
class Day:
    """One day of a round in numbers: `promised` while it is asked, `inside` once it is closed.
    `price` is pence each: decided, agreed, or not known yet.
    """

    id: UUID
    name: str
    times: str
    promised: int
    inside: int
    price: int | None
    me: bool
    asked: Asked

    @property
    def needed(self) -> int | None:
        return self.asked.needed

    @property
    def capacity(self) -> int:
        return self.asked.cost.capacity

    @property
    def enough(self) -> bool:
        return self.needed is not None and max(self.promised, self.inside) >= self.needed


@dataclass(frozen=True)
class Board:
    """A round with all its days, read in a few questions whatever their number.

    `state` is open, counting (its time is over and it closes within a minute), runs, over (its term
    has passed) or ended (it never ran).
    """

    held: Round
    service: Service
    terms: Agreement
    sessions: tuple[ServiceSession, ...]
    days: tuple[Day, ...]
    state: str

    @property
    def ends_on(self) -> date:
        return rounds.term_end(self.held, self.terms)

    @property
    def last_day(self) -> date:
        """The last day on which people go. `ends_on` itself is no longer in the term."""
        week = [self.ends_on - timedelta(days=back) for back in range(1, 8)]
        return next(day for day in week if day.weekday() in {one.day for one in self.sessions})

    @property
    def running(self) -> tuple[Day, ...]:
        return tuple(day for day in self.days if day.inside)


# Asked on the group's page each time, so each is built once.
_POOL: sa.BindParameter[UUID] = sa.bindparam("pool")
_ROUND: sa.BindParameter[UUID] = sa.bindparam("round")
_NEWEST = (
    select(Round)
    .where(Round.pool_id == _POOL)
    .order_by(col(Round.opened_at).desc(), col(Round.id).desc())
    .limit(1)
)
_RUNNING = (
    select(Round)
    .join(Place, col(Place.round_id) == Round.id)
    .where(
        Round.pool_id == _POOL,
        col(Place.left_on).is_(None),
        col(Place.ends_on) > sa.bindparam("on"),
    )
    .order_by(col(Place.starts_on))
    .limit(1)
)
_INSIDE = (
    select(Place.session_id, sa.func.count())
    .where(Place.round_id == _ROUND, col(Place.left_on).is_(None))
    .group_by(col(Place.session_id))
)
_PLACES = (
    select(Place)
    .where(
        Place.round_id == _ROUND,
        Place.membership_id == sa.bindparam("member"),
        col(Place.left_on).is_(None),
    )
    .order_by(col(Place.session_id))
)


def newest_round(session: Session, pool_id: UUID) -> Round | None:
    return session.exec(_NEWEST, params={"pool": pool_id}).first()


def running_round(session: Session, pool_id: UUID, on: date) -> Round | None:
    """The one whose term is on, or is the next to start."""
    return session.exec(_RUNNING, params={"pool": pool_id, "on": on}).first()


def board_of(
    session: Session, held: Round | None, membership: Membership | None, *, now: datetime | None
) -> Board:
    """`now` is only needed for a round that is not closed."""
    if held is None:
        raise NoSuchRound
    sessions = rounds.days_of(session, held.service_id)
    terms = session.get_one(Agreement, held.agreement_id)
    service = session.get_one(Service, held.service_id)
    state = _state(held, terms, now)
    mine = _mine(session, held, membership) if membership else frozenset()
    numbers = _numbers(session, held, terms)
    days = _days(sessions, terms, service, numbers, mine)
    return Board(held, service, terms, sessions, days, state)


def _state(held: Round, terms: Agreement, now: datetime | None) -> str:
    if held.closed_at is None:
        return "open" if now is None or now < held.closes_at else "counting"
    if not held.runs:
        return "ended"
    past = now is not None and now.date() >= rounds.term_end(held, terms)
    return "over" if past else "runs"


@dataclass(frozen=True)
class _Numbers:
    promised: Mapping[UUID, int]
    inside: Mapping[UUID, int]
    prices: Mapping[UUID, int]


def _numbers(session: Session, held: Round, terms: Agreement) -> _Numbers:
    """Only what its state shows is asked for."""
    asking = held.closed_at is None
    return _Numbers(
        promised=_promised(session, held) if asking else {},
        inside={} if asking else _inside(session, held),
        prices={} if terms.list_price else rounds.decided_prices(session, held),
    )


def _days(
    sessions: tuple[ServiceSession, ...],
    terms: Agreement,
    service: Service,
    numbers: _Numbers,
    mine: frozenset[UUID],
) -> tuple[Day, ...]:
    names = words.names([(one.day, one.starts, one.ends) for one in sessions])
    part = rounds.share_of_week(service, sessions)

    def day(one: ServiceSession, name: str) -> Day:
        decided = numbers.prices.get(one.id)
        return Day(
            id=one.id,
            name=name,
            times=words.times(one.starts, one.ends),
            promised=numbers.promised.get(one.id, 0),
            inside=numbers.inside.get(one.id, 0),
            price=terms.list_price or decided,
            me=one.id in mine,
            asked=Asked(name, rounds.cost_of(one, part), terms.list_price, decided),
        )

    return tuple(day(one, name) for one, name in zip(sessions, names, strict=True))


def _promised(session: Session, held: Round) -> dict[UUID, int]:
    """How many promise each day. The number is all that anybody may see of them."""
    found = (
        select(Promise.session_id, sa.func.count())
        .join(Membership, col(Membership.id) == Promise.membership_id)
        .where(
            Promise.round_id == held.id,
            col(Promise.withdrawn_at).is_(None),
            col(Membership.left_at).is_(None),
        )
        .group_by(col(Promise.session_id))
    )
    return dict(session.exec(found).all())


def _inside(session: Session, held: Round) -> dict[UUID, int]:
    return dict(session.exec(_INSIDE, params={"round": held.id}).all())


def _mine(session: Session, held: Round, membership: Membership) -> frozenset[UUID]:
    """The days that I promised, or in which I have a place once it is closed."""
    if held.closed_at is None:
        standing_ones = promises.live_of(session, held.id, membership.id)
        return frozenset(one.session_id for one in standing_ones)
    return frozenset(one.session_id for one in places_of(session, held.id, membership.id))


def places_of(session: Session, round_id: UUID, membership_id: UUID) -> tuple[Place, ...]:
    return tuple(session.exec(_PLACES, params={"round": round_id, "member": membership_id}))


def local_day(pool: Pool, now: datetime) -> date:
    return now.astimezone(ZoneInfo(pool.time_zone)).date()
