"""What the forecast of a group's money stands on: its days, who is in, and what is owed already."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from ledger import reports
from pools import agreement
from pools.clubbing import rounds
from pools.clubbing.models import Place, Service, ServiceSession
from pools.models import FundingSource, Pool
from pools.spending import authorities, forecast
from pools.spending.authorities import Allowed, today_of

LOOK_BACK = timedelta(weeks=13)  # a pay-in may be for so long ahead


@dataclass(frozen=True)
class Outlook:
    """The forecast and what it was made of, in pence. `week_in` and `week_out` are a week's dues
    and cost with those who are in now.
    """

    have: int
    unpaid: int
    unbilled: int
    voted: int
    ahead: int
    week_in: int
    week_out: int
    forecast: forecast.Forecast


def outlook(
    session: Session, pool: Pool, have: int, unpaid: int, *, now: datetime
) -> Outlook | None:
    """From what we `have` and the bills that are `unpaid`. Nothing while nobody has a place."""
    today = today_of(pool, now)
    services = days_of(session, pool, today)
    days = [day for found in services.values() for day in found]
    on = forecast.settled(days, today)
    if not any(forecast.inside(day, on) for day in days):
        return None
    allowed = authorities.open_to_spend(session, pool.id, now)
    unbilled = sum(not_billed(one, services, today) for one in allowed)
    voted = sum(one.left for one in allowed if not one.standing)
    since = today - LOOK_BACK
    ahead = forecast.paid_ahead(_paid(session, pool, days, since, today), days, since, today)
    notice = agreement.current(session, pool.id).notice_weeks
    stand = forecast.Now(
        today, have, unpaid + unbilled + voted, ahead, today + timedelta(weeks=notice)
    )
    return Outlook(
        have,
        unpaid,
        unbilled,
        voted,
        ahead,
        sum(forecast.dues(day.places, on) for day in days),
        sum(forecast.cost_on(day, on) for day in days),
        forecast.forecast(stand, days),
    )


def not_billed(allowed: Allowed, services: dict[UUID, list[forecast.Day]], today: date) -> int:
    """What the days of a running agreement have cost and nobody has sent a bill for yet."""
    if allowed.since is None or allowed.until is None or allowed.until <= today:
        return 0
    days = services.get(allowed.service_id, []) if allowed.service_id else []
    billed = allowed.amount - allowed.left
    return max(forecast.had(days, allowed.since, today) - billed, 0)


def days_of(session: Session, pool: Pool, today: date) -> dict[UUID, list[forecast.Day]]:
    """The days that run or will, by service, each with its places."""
    held: dict[UUID, list[tuple[Place, UUID]]] = {}
    for place, fund in _places(session, pool, today):
        held.setdefault(place.session_id, []).append((place, fund))
    found = session.exec(
        select(ServiceSession, Service)
        .join(Service, col(Service.id) == ServiceSession.service_id)
        .where(ServiceSession.pool_id == pool.id)
        .order_by(col(ServiceSession.day), col(ServiceSession.starts), col(ServiceSession.id))
    )
    days: dict[UUID, list[forecast.Day]] = {}
    for one, service in found:
        if one.id not in held:
            continue
        cost = rounds.cost_of(one)
        if service.id not in days:  # the week's own cost comes with its first day
            cost = replace(cost, fixed=cost.fixed + service.overhead)
        day = forecast.Day(one.day, cost, _as_values(held[one.id], today))
        days.setdefault(service.id, []).append(day)
    return days


def _places(session: Session, pool: Pool, today: date) -> Iterable[tuple[Place, UUID]]:
    """Those of every term that is not over, or was not when it was paid for; also of people who
    have left in it.
    """
    return session.exec(
        select(Place, FundingSource.fund_id)
        .join(FundingSource, col(FundingSource.id) == Place.source_id)
        .where(Place.pool_id == pool.id, col(Place.ends_on) > today - LOOK_BACK)
    ).all()


def _as_values(held: Iterable[tuple[Place, UUID]], today: date) -> tuple[forecast.Place, ...]:
    """Places of the newest term go on, unless somebody gave notice; those of an earlier one end
    with it.
    """
    rows = list(held)
    newest = max(place.ends_on for place, _ in rows)

    def until(place: Place) -> date | None:
        if place.ends_on == newest and newest > today:
            return place.left_on
        return min(place.left_on or place.ends_on, place.ends_on)

    return tuple(
        forecast.Place(place.membership_id, fund, place.price, place.starts_on, until(place))
        for place, fund in rows
    )


def _paid(
    session: Session, pool: Pool, days: Iterable[forecast.Day], since: date, today: date
) -> tuple[reports.PaidIn, ...]:
    funds = {place.fund_id for day in days for place in day.places}
    return reports.paid_lately(session, pool.book_id, funds, since, today)
