"""Who shares a bill: read from places, the register and bands; reckoned in shares and drawing.

The same reckoning draws the preview and makes the bill, so what was seen is what is saved.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotPossible, NotValid
from ledger import money
from members.models import Membership
from members.needs import Fit
from pools import agreement
from pools.bands import bands
from pools.clubbing import purposes
from pools.clubbing import queries as clubbing
from pools.clubbing.models import ServiceSession
from pools.funds import funds
from pools.models import Pool
from pools.register import attendance
from pools.spending import authorities, carrying, drawing, fitting, purses, shares
from pools.spending.authorities import Allowed
from pools.spending.drawing import Purse
from pools.spending.shares import Held, Part, Share


class NoSuchDay(NotValid):
    """Pick a day that the agreement pays for."""


class NoSuchRule(NotValid):
    """Pick how the bill is shared."""


class DaysNeeded(NotValid):
    """Pick the first and the last day, so that we can see who came."""


class DaysWrong(NotValid):
    """Pick a first day that is not after the last, and at most a year before it."""


class RegisterNotFull(NotPossible):
    """The register of {day} is not filled in. Tick who came first."""


class NobodyCame(NotPossible):
    """The register says that nobody came on those days."""


class PeopleNeeded(NotValid):
    """Tick the people who share this bill."""


class NotOneOfUs(NotPossible):
    """Somebody there has no money in the group. Pick again who shares this bill."""


class MoreThanTheBill(NotValid):
    """Type no more than the bill is."""


class NotThatMuch(NotPossible):
    """{name} has {left} left for this."""


@dataclass(frozen=True)
class How:
    """How a bill is shared, as it was chosen. No rule is the usual one: by the days people have for
    what was agreed by being in, equally by people for what was voted. `from_fund` pence come from
    one of the group's own funds first; nothing means all that it has.
    """

    rule: str = ""
    session_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    people: frozenset[UUID] = frozenset()
    fund_id: UUID | None = None
    from_fund: int | None = None


USUAL = How()


def rule_of(how: How, allowed: Allowed) -> str:
    """The rule by its name."""
    if not how.rule:
        return usual(allowed.standing)
    if how.rule not in shares.RULES:
        raise NoSuchRule
    return how.rule


def usual(standing: bool) -> str:
    return "days" if standing else "people"


def share_out(
    session: Session, pool: Pool, allowed: Allowed, amount: int, *, on: date, how: How
) -> tuple[Share, ...]:
    """Each fund's share of `amount` pence."""
    reckon, bill = RECKONED[rule_of(how, allowed)], Bill(session, pool, allowed, on, how)
    ours = _from_our_fund(bill, amount)
    left = amount - sum(share.amount for share in ours)
    return (*ours, *reckon(bill, left)) if left else ours


# --- each rule -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bill:
    """What a rule needs to know of the bill to share."""

    session: Session
    pool: Pool
    allowed: Allowed
    on: date
    how: How

    def days(self) -> Collection[UUID]:
        """The days it is for: those of the agreement, or the chosen one; all, after a vote."""
        chosen = self.how.session_id
        if not self.allowed.standing:
            return _all_days(self.session, self.pool)
        days = authorities.days_of(self.session, self.allowed).keys()
        if chosen is not None and chosen not in days:
            raise NoSuchDay
        return {chosen} if chosen else days

    def places(self) -> tuple[Held, ...]:
        """Whoever has a place on those days; after a vote, whose money may pay for it."""
        on = within(self.on, self.allowed) if self.allowed.standing else self.on
        return self.paying(places(self.session, self.pool.id, on, self.days()))

    def paying(self, held: Iterable[Held]) -> tuple[Held, ...]:
        if self.allowed.standing:
            return tuple(held)
        return fitting.who_pays(self.session, self.allowed.id, held)

    def fits(self, fund_ids: Collection[UUID]) -> Mapping[UUID, Fit]:
        """Which funds may pay for it, by the plans behind them."""
        if not self.allowed.standing:
            return fitting.fits_of(self.session, self.allowed.id, fund_ids)
        service = self.allowed.service_id
        serves = purposes.of_service(self.session, service) if service else ()
        return fitting.fits(self.session, fund_ids, serves)


def _from_our_fund(bill: Bill, amount: int) -> tuple[Share, ...]:
    """What one of the group's own funds takes of it first."""
    how, pool = bill.how, bill.pool
    if how.fund_id is None:
        return ()
    fund = funds.find(bill.session, pool, how.fund_id)
    funds.must_pay(fund, bill.allowed.cost, bill.on, voted=not bill.allowed.standing)
    if how.from_fund is not None and how.from_fund > amount:
        raise MoreThanTheBill
    free = fund.has - purses.committed(bill.session, pool, [fund.id])[fund.id]
    wanted = min(amount, free) if how.from_fund is None else how.from_fund
    if wanted > free or free <= 0:
        raise NotThatMuch(name=fund.name, left=money.say(max(free, 0), pool.currency))
    return (Share(fund.id, None, wanted, 0, Fraction(0)),) if wanted else ()


def _by_places(bill: Bill, amount: int, divide: shares.Divide) -> tuple[Share, ...]:
    held = bill.places()
    if agreement.current(bill.session, bill.pool.id).pays_first == "place":
        carried = carrying.of_funds(bill.session, [one.fund_id for one in held])
        return shares.split(amount, divide(held, carried))
    return _drawn(bill, amount, _one_fund_each(held), divide)


def _by_people(bill: Bill, amount: int) -> tuple[Share, ...]:
    return _by_places(bill, amount, shares.by_people)


def _by_days(bill: Bill, amount: int) -> tuple[Share, ...]:
    return _by_places(bill, amount, shares.by_days)


def _by_attendance(bill: Bill, amount: int) -> tuple[Share, ...]:
    since, until = bill.how.since, bill.how.until
    if since is None or until is None:
        raise DaysNeeded
    if not timedelta() <= until - since <= attendance.LONGEST:
        raise DaysWrong
    days = bill.days()
    if missing := attendance.unfilled(bill.session, bill.pool.id, days, since, until):
        raise RegisterNotFull(day=f"{missing[0]:%A} {missing[0].day} {missing[0]:%B}")
    came = attendance.times(bill.session, days, since, until)
    if not came:
        raise NobodyCame
    return _by_weight(bill, amount, came, came)


def _by_band(bill: Bill, amount: int) -> tuple[Share, ...]:
    days: dict[UUID, int] = {}
    for place in bill.places():
        days[place.membership_id] = days.get(place.membership_id, 0) + 1
    weights = bands.weights_of(bill.session, days)
    counted = days if bill.allowed.standing else dict.fromkeys(days, 1)
    return _by_weight(bill, amount, {who: weights[who] * n for who, n in counted.items()}, days)


def _by_name(bill: Bill, amount: int) -> tuple[Share, ...]:
    if not bill.how.people:
        raise PeopleNeeded
    if not bill.how.people <= can_share(bill.session, bill.pool.id).keys():
        raise NotOneOfUs
    return _by_weight(bill, amount, dict.fromkeys(bill.how.people, 1), {})


RECKONED: Mapping[str, Callable[[Bill, int], tuple[Share, ...]]] = {
    "people": _by_people,
    "days": _by_days,
    "attendance": _by_attendance,
    "band": _by_band,
    "named": _by_name,
}


def _by_weight(
    bill: Bill, amount: int, weights: Mapping[UUID, int | Fraction], days: Mapping[UUID, int]
) -> tuple[Share, ...]:
    """Each person by a weight of their own; the fund of their place stands for them."""
    own = purses.first_funds(bill.session, weights)
    held = places(bill.session, bill.pool.id, bill.on)
    named = {one.membership_id: one.fund_id for one in _one_fund_each(held)}
    chosen = {who: named.get(who, own[who]) for who in weights}
    members = bill.paying(Held(who, fund, 0) for who, fund in chosen.items())
    paying = {one.membership_id: weights[one.membership_id] for one in members}

    def divide(_: Iterable[Held], carried: Mapping[UUID, Fraction]) -> tuple[Part, ...]:
        return shares.by_weight(paying, chosen, carried, days=days)

    if agreement.current(bill.session, bill.pool.id).pays_first == "place":
        return shares.split(
            amount, divide(members, carrying.of_funds(bill.session, list(chosen.values())))
        )
    return _drawn(bill, amount, members, divide)


def _drawn(
    bill: Bill, amount: int, held: Collection[Held], divide: shares.Divide
) -> tuple[Share, ...]:
    """A share for each person, then taken from the funds they have."""
    funds_of = {one.membership_id: one.fund_id for one in held}
    carried = carrying.of_people(bill.session, funds_of)
    split = shares.split(amount, divide(held, {funds_of[who]: c for who, c in carried.items()}))
    return drawing.draw(split, _purses(bill, funds_of), bill.on)


def _purses(bill: Bill, funds_of: Mapping[UUID, UUID]) -> Mapping[UUID, Sequence[Purse]]:
    """Every fund of these people that may pay for this; that of their place always may."""
    found = purses.of_people(bill.session, bill.pool, funds_of)
    fits = bill.fits({purse.fund_id for mine in found.values() for purse in mine})
    return {
        who: [p for p in mine if p.fund_id == funds_of[who] or fits[p.fund_id].pays]
        for who, mine in found.items()
    }


def _one_fund_each(held: Iterable[Held]) -> tuple[Held, ...]:
    """As if each person had one fund: that of their first place."""
    first: dict[UUID, UUID] = {}
    ordered = sorted(held, key=lambda one: (one.membership_id, one.fund_id))
    return tuple(
        replace(one, fund_id=first.setdefault(one.membership_id, one.fund_id)) for one in ordered
    )


# --- who could ------------------------------------------------------------------------------------


def equally(session: Session, places_: Iterable[Held], amount: int) -> tuple[Share, ...]:
    """What everybody with one of these places would pay of something the group votes for; nothing
    before anybody has one.
    """
    held = _one_fund_each(places_)
    if not held:
        return ()
    funds_of = {one.membership_id: one.fund_id for one in held}
    carried = carrying.of_people(session, funds_of)
    by_fund = {funds_of[who]: carry for who, carry in carried.items()}
    return shares.split(amount, shares.by_people(held, by_fund))


def can_share(session: Session, pool_id: UUID) -> dict[UUID, str]:
    """Who can be named: everybody in the group who has money in it, by name."""
    rows = session.exec(
        select(Membership)
        .where(
            Membership.pool_id == pool_id,
            col(Membership.left_at).is_(None),
            col(Membership.id).in_(purses.with_money(pool_id)),
        )
        .order_by(col(Membership.name), col(Membership.id))
    )
    return {one.id: one.name for one in rows}


def within(on: date, allowed: Allowed) -> date:
    """A bill may come before the first day or after the last; the places are those of the term."""
    first = max(on, allowed.since or on)
    last = allowed.until - timedelta(days=1) if allowed.until else first
    return min(first, last)


def places(
    session: Session, pool_id: UUID, on: date, days: Collection[UUID] | None = None
) -> tuple[Held, ...]:
    return tuple(
        Held(place.membership_id, place.fund_id, place.price)
        for place in clubbing.places(session, pool_id, on)
        if days is None or place.session_id in days
    )


def _all_days(session: Session, pool: Pool) -> frozenset[UUID]:
    return frozenset(
        session.exec(select(ServiceSession.id).where(ServiceSession.pool_id == pool.id))
    )
