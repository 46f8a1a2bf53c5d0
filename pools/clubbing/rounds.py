"""A round: opened with a date, closed once, all or nothing; then places, and a letter to everybody.

The count itself is pure (price.py). Here it is stored with what it was counted from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

import db
from errors import NotFound, NotPossible, NotValid
from members import access, notices
from members.models import Membership
from pools.clubbing import price, price_file, words
from pools.clubbing.models import Place, Promise, Round, Service, ServiceSession
from pools.clubbing.preview import Asked
from pools.clubbing.promises import FormUsed, NoSuchRound, locked
from pools.models import Agreement, FundingSource, Pool

LONGEST_WAIT = timedelta(days=366)


class NoSuchService(NotFound):
    """We could not find that day or place. Go to your group's page and start from there."""


class NotYet(NotPossible):
    """It is not time yet. Only the organiser can close it before its date."""


class CloseLater(NotValid):
    """Pick a last day for promises that is after today."""


class StartLater(NotValid):
    """Pick a first day that is not before the last day for promises."""


class TooFarAway(NotValid):
    """Pick days within the next year."""


class StillRunning(NotPossible):
    """It still runs. The next time can start on {until}, or later."""


def open_round(
    session: Session,
    service_id: UUID,
    agreement: Agreement,
    *,
    closes_at: datetime,
    starts_on: date,
    now: datetime,
    key: UUID | None = None,
) -> Round:
    """Ask "are enough of us in?". Promises may come until `closes_at`; it would start `starts_on`.

    `key` is the id of the form that asked: sent twice, it opens one.
    """
    if key is not None and (before := session.get(Round, key)) is not None:
        if (before.service_id, before.starts_on) != (service_id, starts_on):
            raise FormUsed
        return before
    service = session.get(Service, service_id)
    if service is None or service.pool_id != agreement.pool_id:
        raise NoSuchService
    if closes_at <= now:
        raise CloseLater
    if starts_on < closes_at.date():
        raise StartLater
    if starts_on - now.date() > LONGEST_WAIT:
        raise TooFarAway
    running = last_day(session, service_id)
    if running is not None and running > starts_on:
        raise StillRunning(until=words.date_words(running))
    made = Round(
        id=key or db.new_id(),
        pool_id=service.pool_id,
        service_id=service_id,
        agreement_id=agreement.id,
        opened_at=now,
        closes_at=closes_at,
        starts_on=starts_on,
    )
    session.add(made)
    session.flush()
    return made


def last_day(session: Session, service_id: UUID) -> date | None:
    """When the newest term that runs ends, if any runs."""
    found = (
        select(Place)
        .join(Round, col(Round.id) == Place.round_id)
        .where(Round.service_id == service_id, col(Place.left_on).is_(None))
    )
    last = session.exec(found.order_by(col(Place.ends_on).desc()).limit(1)).first()
    return last.ends_on if last else None


def term_end(held: Round, terms: Agreement) -> date:
    """The day after the last week: the next term may start on it."""
    return held.starts_on + timedelta(weeks=terms.term_weeks)


def due(session: Session, now: datetime) -> list[UUID]:
    """Rounds whose time is over and that nobody closed."""
    waiting = select(Round.id).where(col(Round.closed_at).is_(None), col(Round.closes_at) <= now)
    return list(session.exec(waiting.order_by(col(Round.closes_at))))


def close(
    session: Session, round_id: UUID, *, now: datetime, by: Membership | None = None
) -> Round:
    """Count, give the places and tell everybody. Again, or by many at once, changes nothing more.

    Without `by` (the tick) only when its time has come; `by` must be the organiser.
    """
    held = locked(session, round_id)
    if by is not None:
        if by.pool_id != held.pool_id:
            raise NoSuchRound
        access.must_hold(session, by, "organiser")
    if held.closed_at is not None:
        return held
    if by is None and now < held.closes_at:
        raise NotYet
    called = _called(session, held, now)
    given = price_file.given_json(_given(called))
    outcomes = price_file.from_json(given).count()
    held.closed_at, held.given, held.result = now, given, price_file.to_json(outcomes)
    held.runs = any(outcome.size for outcome in outcomes.values())
    session.add(held)
    _give_places(session, called, outcomes)
    _tell(session, called, outcomes, now=now)
    session.flush()
    return held


def counts_again(held: Round) -> bool:
    """Does what was stored still give the stored result, byte for byte?"""
    if held.given is None or held.result is None:
        return False
    return price_file.to_json(price_file.from_json(held.given).count()) == held.result


# --- what is counted --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Called:
    """All that a close needs, read once under the lock. `holders` have a place: (member, day)."""

    round: Round
    pool: Pool
    service: Service
    agreement: Agreement
    days: tuple[ServiceSession, ...]
    promises: tuple[Promise, ...]
    holders: frozenset[tuple[UUID, UUID]]
    prices: Mapping[UUID, int]

    @property
    def names(self) -> dict[UUID, str]:
        said = words.names([(day.day, day.starts, day.ends) for day in self.days])
        return {day.id: name for day, name in zip(self.days, said, strict=True)}


def _called(session: Session, held: Round, now: datetime) -> _Called:
    days = days_of(session, held.service_id)
    promises = session.exec(
        select(Promise)
        .join(Membership, col(Membership.id) == Promise.membership_id)
        .where(
            Promise.round_id == held.id,
            col(Promise.withdrawn_at).is_(None),
            col(Membership.left_at).is_(None),
        )
    )
    holders = session.exec(
        select(Place.membership_id, Place.session_id).where(
            Place.pool_id == held.pool_id,
            col(Place.left_on).is_(None),
            col(Place.ends_on) >= now.date(),
        )
    )
    order = {day.id: number for number, day in enumerate(days)}
    return _Called(
        held,
        session.get_one(Pool, held.pool_id),
        session.get_one(Service, held.service_id),
        session.get_one(Agreement, held.agreement_id),
        days,
        tuple(sorted(promises, key=lambda one: order[one.session_id])),
        frozenset((one[0], one[1]) for one in holders),
        decided_prices(session, held),
    )


_DAYS = (
    select(ServiceSession)
    .where(ServiceSession.service_id == sa.bindparam("service"))
    .order_by(col(ServiceSession.day), col(ServiceSession.starts))
)


def days_of(session: Session, service_id: UUID) -> tuple[ServiceSession, ...]:
    return tuple(session.exec(_DAYS, params={"service": service_id}))


def decided_prices(session: Session, held: Round) -> dict[UUID, int]:
    """What was decided for each day; for a round that is open, what the last one decided."""
    found = select(Place.session_id, Place.price, Round.opened_at).join(
        Round, col(Round.id) == Place.round_id
    )
    if held.closed_at is not None:
        found = found.where(Round.id == held.id)
    found = found.where(Round.service_id == held.service_id).distinct()
    rows = session.exec(found.order_by(col(Round.opened_at)))
    return {day: price for day, price, _ in rows}


def share_of_week(service: Service, days: Sequence[ServiceSession]) -> int:
    """What each day carries of the cost of the whole week, for a picture."""
    return -(-service.overhead // max(1, len(days)))


def cost_of(day: ServiceSession, overhead: int = 0) -> price.Cost:
    """`overhead` is this day's part of the week's, for a picture; the count spreads it itself."""
    return price.Cost(
        day.fixed + overhead, day.wage, day.ratio, day.min_staff, day.variable, day.capacity
    )


def _given(called: _Called) -> price_file.Given:
    """The promises stand under their own ids: the stored text names nobody. The lot's seed is the
    round's id, known to all from its opening.
    """
    terms = called.agreement
    seed = str(called.round.id) if terms.order_rule == "lot" else None
    rule = price.Rule(terms.price_rule, terms.order_rule, terms.list_price, seed)
    promised: dict[UUID, list[price.Promised]] = {day.id: [] for day in called.days}
    for one in called.promises:
        held = (one.membership_id, one.session_id) in called.holders
        promised[one.session_id].append(
            price.Promised(str(one.id), one.made_at, one.most, held=held)
        )
    sessions = {
        str(day.id): price.Session(cost_of(day), tuple(promised[day.id])) for day in called.days
    }
    return price_file.Given(rule, called.service.overhead, sessions)


# --- what comes of it ---------------------------------------------------------------------------


def _give_places(session: Session, called: _Called, outcomes: Mapping[str, price.Outcome]) -> None:
    starts_on, ends_on = called.round.starts_on, term_end(called.round, called.agreement)
    for one in called.promises:
        due = outcomes[str(one.session_id)].dues.get(str(one.id))
        if due is not None:
            session.add(
                Place(
                    pool_id=one.pool_id,
                    round_id=one.round_id,
                    session_id=one.session_id,
                    membership_id=one.membership_id,
                    source_id=one.source_id,
                    price=due,
                    starts_on=starts_on,
                    ends_on=ends_on,
                )
            )


def _tell(
    session: Session, called: _Called, outcomes: Mapping[str, price.Outcome], *, now: datetime
) -> None:
    """One letter each, with their own reason; people who promised nothing are told as well."""
    mine: dict[UUID, list[Promise]] = {}
    for one in called.promises:
        mine.setdefault(one.membership_id, []).append(one)
    everyone = session.exec(
        select(Membership).where(
            Membership.pool_id == called.pool.id, col(Membership.left_at).is_(None)
        )
    )
    for member in everyone:
        kind, facts = _letter(session, called, outcomes, mine.get(member.id, []))
        notices.tell(
            session, member.person_id, kind,
            key=f"round:{called.round.id}", pool_id=called.pool.id, now=now, **facts,
        )  # fmt: skip


def _letter(
    session: Session,
    called: _Called,
    outcomes: Mapping[str, price.Outcome],
    mine: Sequence[Promise],
) -> tuple[str, dict[str, object]]:
    facts: dict[str, object] = {
        "group": called.pool.name,
        "link": f"/g/{called.pool.slug}/round/{called.round.id}",
        "lines": [line for one in mine for line in _reason(called, outcomes, one)],
        "starts": words.date_words(called.round.starts_on),
        "weeks": called.agreement.term_weeks,
    }
    if not called.round.runs:
        return "round_ended", {**facts, "counts": [*_counts(called)]}
    inside = [one for one in mine if str(one.id) in outcomes[str(one.session_id)].dues]
    if inside:
        source = session.get_one(FundingSource, inside[0].source_id)
        return "round_result_in", {**facts, "reference": source.reference}
    return ("round_result_out" if mine else "round_runs"), facts


def _counts(called: _Called) -> Iterator[str]:
    """How many promised each day and how many it needs, as every page said while it was asked."""
    part = share_of_week(called.service, called.days)
    for day in called.days:
        terms, name = called.agreement, called.names[day.id]
        asked = Asked(name, cost_of(day, part), terms.list_price, called.prices.get(day.id))
        count = sum(one.session_id == day.id for one in called.promises)
        yield words.too_few(name, count, asked.needed, asked.known)


def _reason(
    called: _Called, outcomes: Mapping[str, price.Outcome], one: Promise
) -> tuple[str, ...]:
    outcome = outcomes[str(one.session_id)]
    day = next(day for day in called.days if day.id == one.session_id)
    decided = words.Decided(
        called.names[day.id],
        outcome.size,
        outcome.price,
        cost_of(day),
        called.agreement.price_rule,
        called.agreement.order_rule,
        overhead=called.service.overhead > 0,
    )
    due = outcome.dues.get(str(one.id))
    if due is not None:
        return words.inside(decided, due)
    return words.outside(decided, one.most, outcome.out[str(one.id)].needed)
