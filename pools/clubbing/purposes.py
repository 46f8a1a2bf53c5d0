"""What kinds of need a service is for: said by the organiser, with the days from which it holds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotFound, NotValid
from members import access, needs, plans
from members.models import Membership
from members.needs import Fit
from pools import beyond_plan
from pools.clubbing.models import Round, Service, ServiceServes


class NoSuchService(NotFound):
    """The group has no such service."""


class NoSuchKind(NotValid):
    """Pick from the list what it is for."""


def of_service(session: Session, service_id: UUID) -> frozenset[str]:
    """None: nobody said yet, so it counts as being for everyone."""
    return frozenset(
        session.exec(
            select(ServiceServes.kind).where(
                ServiceServes.service_id == service_id, col(ServiceServes.until).is_(None)
            )
        )
    )


@dataclass(frozen=True)
class ServesPage:
    """The group's service and what it is for."""

    service_id: UUID
    name: str
    kinds: frozenset[str]


def serves_page(session: Session, pool_id: UUID) -> ServesPage:
    """Of the service that the group asked about last; it has one at the start."""
    service = session.exec(
        select(Service)
        .join(Round, col(Round.service_id) == Service.id, isouter=True)
        .where(Service.pool_id == pool_id)
        .order_by(col(Round.opened_at).desc())
        .limit(1)
    ).first()
    if service is None:
        raise NoSuchService
    return ServesPage(service.id, service.name, of_service(session, service.id))


def of_pool(session: Session, pool_id: UUID, *, at: datetime | None = None) -> frozenset[str]:
    """What any of the group's services is for, now or at that moment."""
    wanted = (
        select(ServiceServes.kind)
        .join(Service, col(Service.id) == ServiceServes.service_id)
        .where(Service.pool_id == pool_id)
    )
    if at is None:
        wanted = wanted.where(col(ServiceServes.until).is_(None))
    else:
        ends = col(ServiceServes.until)
        wanted = wanted.where(col(ServiceServes.since) <= at, ends.is_(None) | (ends > at))
    return frozenset(session.exec(wanted))


def held_beside(session: Session, me: Membership, service_id: UUID) -> dict[str, Fit]:
    """How a service fits each plan that I wrote down, by the money it is for. Mine alone."""
    serves = of_service(session, service_id)
    anyway = beyond_plan.said(session, me.id, service_id=service_id) is not None
    held = plans.open_plans(session, me.person_id)
    known = plans.needs_of(session, [plan.id for plan in held])
    return {plan.source: needs.fit(known[plan.id], serves, anyway=anyway) for plan in held}


def say(
    session: Session, service_id: UUID, kinds: Collection[str], by: Membership, *, now: datetime
) -> None:
    """From now on it is for these. What was before stays written, for the statements of then."""
    access.must_hold(session, by, "organiser")
    service = session.get(Service, service_id, with_for_update=True)
    if service is None or service.pool_id != by.pool_id:
        raise NoSuchService
    if not set(kinds) <= set(needs.KINDS):
        raise NoSuchKind
    write(session, service_id, kinds, now=now)


def write(session: Session, service_id: UUID, kinds: Collection[str], *, now: datetime) -> None:
    held = session.exec(
        select(ServiceServes).where(
            ServiceServes.service_id == service_id, col(ServiceServes.until).is_(None)
        )
    ).all()
    for one in held:
        if one.kind not in kinds:
            one.until = now
            session.add(one)
    known = {one.kind for one in held}
    session.add_all(
        ServiceServes(service_id=service_id, kind=kind, since=now)
        for kind in needs.KINDS
        if kind in kinds and kind not in known
    )
    session.flush()
