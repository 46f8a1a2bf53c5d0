"""What any outsider may know of the days that groups want: each made safe by itself, once a week.

Whatever is added up from these parts is safe as well, and two centres that put together what they
see know no more than one.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from members.models import Membership
from pools.clubbing import rounds
from pools.clubbing.models import Place, Promise, Round, Service, ServiceSession
from pools.clubbing.preview import Asked
from pools.demand import hiding
from pools.demand.hiding import Spell
from pools.models import Agreement, Pool

NOON = time(12)
AFTERNOON = time(13)


@dataclass(frozen=True)
class Cell:
    """One day of one group as any outsider may know it: rounded people (0: few), pence a week."""

    place: str
    day: int
    morning: bool
    afternoon: bool
    people: int
    money: int


def open_cells(session: Session, provider_id: UUID, now: datetime) -> Iterator[Cell]:
    """Each day of each group that this centre does not serve, as it stood on Monday."""
    week = hiding.monday(now)
    spells, prices = _spells(session), _prices(session, week)
    for one, pool, terms in _days_at(session, provider_id, week):
        people = hiding.rounded(hiding.frozen(spells.get(one.id, ()), now))
        asked = Asked("", rounds.cost_of(one), terms.list_price, prices.get(one.id))
        yield Cell(
            place=pool.place,
            day=one.day,
            morning=one.starts < NOON,
            afternoon=one.ends > AFTERNOON,
            people=people,
            money=hiding.money_of(people, asked.known),
        )


def _days_at(session: Session, provider_id: UUID, week: datetime) -> Any:
    """With the rules of the newest round that was open by then."""
    newest = (
        sa.select(col(Round.service_id), sa.func.max(col(Round.opened_at)).label("opened_at"))
        .where(col(Round.opened_at) <= week)
        .group_by(col(Round.service_id))
        .subquery()
    )
    its_rules = sa.and_(
        col(Round.service_id) == newest.c.service_id, col(Round.opened_at) == newest.c.opened_at
    )
    found = (
        select(ServiceSession, Pool, Agreement)
        .join(Service, col(Service.id) == ServiceSession.service_id)
        .join(Pool, col(Pool.id) == Service.pool_id)
        .join(newest, newest.c.service_id == Service.id)
        .join(Round, its_rules)
        .join(Agreement, col(Agreement.id) == Round.agreement_id)
        .where(
            sa.or_(col(Service.provider_id).is_(None), col(Service.provider_id) != provider_id),
            sa.or_(col(Pool.ended_at).is_(None), col(Pool.ended_at) > week),
        )
    )
    return session.exec(found.order_by(col(Pool.place), col(ServiceSession.id)))


def _spells(session: Session) -> Mapping[UUID, list[Spell]]:
    """By day: everybody who ever promised it or had a place in it, from when until when."""
    found: dict[UUID, list[Spell]] = defaultdict(list)
    promised = (
        select(Promise, Round, Membership)
        .join(Round, col(Round.id) == Promise.round_id)
        .join(Membership, col(Membership.id) == Promise.membership_id)
    )
    for promise, held, who in session.exec(promised):
        until = _first(promise.withdrawn_at, held.closed_at, who.left_at)
        found[promise.session_id].append(Spell(who.id, promise.made_at, until))
    placed = (
        select(Place, Round, Membership)
        .join(Round, col(Round.id) == Place.round_id)
        .join(Membership, col(Membership.id) == Place.membership_id)
    )
    for place, held, who in session.exec(placed):
        until = _first(_midnight(place.ends_on), _midnight(place.left_on), who.left_at)
        if held.closed_at is not None:
            found[place.session_id].append(Spell(who.id, held.closed_at, until))
    return found


def _first(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _midnight(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None


def _prices(session: Session, week: datetime) -> dict[UUID, int]:
    """The last price that was decided for each day by then."""
    found = (
        select(Place.session_id, Place.price, Round.closed_at)
        .join(Round, col(Round.id) == Place.round_id)
        .where(col(Round.closed_at) <= week)
        .distinct()
    )
    return {day: price for day, price, _ in session.exec(found.order_by(col(Round.closed_at)))}
