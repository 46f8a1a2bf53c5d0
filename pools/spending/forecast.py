"""What our money will be if everybody goes on as now, and if two people leave. Pure: whole pence.

Every day of a service that is still to come brings in what its places owe and takes what it costs
at that number of people (staff come whole). Nothing here knows what anybody could pay at most.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from ledger import money
from ledger.accounting import month_of
from pools.clubbing.cost import Cost, cost_of

MONTHS = 6
WEEKS_OF_A_MONTH = 4  # "a month" in a sentence; the picture counts every day
SAFETY_WEEKS = 4
LEAVERS = 2


@dataclass(frozen=True)
class Place:
    """What one person owes for a day, in pence each time. `until` is the first day without it."""

    person: UUID
    fund_id: UUID
    price: int
    starts: date
    until: date | None = None


@dataclass(frozen=True)
class Day:
    """One day a week of a service (0 is Monday), what it costs at each size, and who is in."""

    weekday: int
    cost: Cost
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Now:
    """Where we stand, in pence: what we have, what we must still pay, and what people have paid
    for days to come. `notice_ends` is when somebody who leaves today would stop paying.
    """

    today: date
    have: int
    owed: int
    ahead: int
    notice_ends: date


@dataclass(frozen=True)
class Point:
    """The end of a month (accounting.month_of). `fewer` is what it would be without two people."""

    month: int
    have: int
    fewer: int | None


@dataclass(frozen=True)
class Forecast:
    """`pace` is what four weeks add once all is settled (below zero: take); `keep` is the safety
    money, `owed` what must be paid first.
    """

    points: tuple[Point, ...]
    pace: int
    fewer_pace: int | None
    keep: int
    owed: int


Paid = tuple[UUID, date, int]  # the fund, the day, pence

# --- the sums -------------------------------------------------------------------------------------


def forecast(now: Now, days: Sequence[Day]) -> Forecast:
    """The ends of this month and the five after it."""
    fewer = without(days, leavers(days), now.notice_ends)
    ends = month_ends(now.today)
    having = ahead(now, days, ends)
    having_fewer = ahead(now, fewer, ends) if fewer else (None,) * len(ends)
    return Forecast(
        tuple(
            Point(month_of(end), have, less)
            for end, have, less in zip(ends, having, having_fewer, strict=True)
        ),
        WEEKS_OF_A_MONTH * weekly(days, ends[-1]),
        WEEKS_OF_A_MONTH * weekly(fewer, ends[-1]) if fewer else None,
        safety(days, settled(days, now.today)),
        now.owed,
    )


def ahead(now: Now, days: Sequence[Day], ends: Iterable[date]) -> tuple[int, ...]:
    """What we have at each of these ends. What people paid for days to come does not come again."""
    found, since, came, went = [], now.today, 0, 0
    for end in ends:
        for day in days:
            for on in dates(day.weekday, since, end):
                came += dues(day.places, on)
                went += cost_on(day, on)
        since = end
        found.append(now.have - now.owed + came - min(now.ahead, came) - went)
    return tuple(found)


def dates(weekday: int, after: date, until: date) -> Iterator[date]:
    """Each such day of the week after the one date, up to and with the other."""
    on = after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)
    while on <= until:
        yield on
        on += timedelta(days=7)


def month_ends(today: date, months: int = MONTHS) -> tuple[date, ...]:
    first = month_of(today) + 1
    starts = (date(n // 12, n % 12 + 1, 1) for n in range(first, first + months))
    return tuple(one - timedelta(days=1) for one in starts)


def live(place: Place, on: date) -> bool:
    return place.starts <= on and (place.until is None or on < place.until)


def inside(day: Day, on: date) -> int:
    """How many have a place on that date."""
    return sum(1 for place in day.places if live(place, on))


def dues(places: Iterable[Place], on: date) -> int:
    return sum(place.price for place in places if live(place, on))


def cost_on(day: Day, on: date) -> int:
    return cost_of(day.cost, inside(day, on))


def weekly(days: Iterable[Day], on: date) -> int:
    """What a week adds, with those who have a place on that date: £18.28 with eleven at £42."""
    return sum(dues(day.places, on) - cost_on(day, on) for day in days)


def settled(days: Iterable[Day], today: date) -> date:
    """Today; or when the last of the places has begun."""
    return max([today, *(place.starts for day in days for place in day.places)])


def safety(days: Iterable[Day], on: date) -> int:
    """The safety money: four weeks of what stays the same however many come (staff as
    on that date).
    """
    week = 0
    for day in days:
        people = inside(day, on)
        week += cost_of(day.cost, people) - day.cost.variable * people
    return SAFETY_WEEKS * week


def leavers(days: Iterable[Day], people: int = LEAVERS) -> frozenset[UUID]:
    """The two who pay most in a week: the hardest to lose. Those who are leaving anyhow are not
    among them.
    """
    pays: dict[UUID, int] = {}
    for place in (place for day in days for place in day.places if place.until is None):
        pays[place.person] = pays.get(place.person, 0) + place.price
    return frozenset(sorted(pays, key=lambda person: (-pays[person], person))[:people])


def without(days: Iterable[Day], persons: Collection[UUID], ends: date) -> tuple[Day, ...] | None:
    """The days once these persons have left; nothing where nobody else would be in."""

    def kept(place: Place) -> Place:
        goes = place.person in persons and place.until is None
        return replace(place, until=ends) if goes else place

    fewer = tuple(replace(day, places=tuple(map(kept, day.places))) for day in days)
    some = any(place.until is None for day in fewer for place in day.places)
    return fewer if some else None


def paid_ahead(paid: Iterable[Paid], days: Iterable[Day], since: date, today: date) -> int:
    """What people have paid for days to come: what each fund was paid since that date, less what it
    owed. Who was in before then had no debt at the first of these pay-ins (oldest first).
    """
    funds: dict[UUID, list[tuple[int, Place]]] = {}
    for day in days:
        for place in day.places:
            funds.setdefault(place.fund_id, []).append((day.weekday, place))
    left: dict[UUID, int] = {}
    for fund, on, amount in paid:
        if fund not in left:
            mine = funds.get(fund, [])
            new = all(place.starts >= since for _, place in mine)
            begins = since - timedelta(days=1) if new else on
            left[fund] = -owed_by(mine, begins, today)
        left[fund] += amount
    return sum(max(rest, 0) for rest in left.values())


def owed_by(places: Iterable[tuple[int, Place]], after: date, until: date) -> int:
    """What these places owe for the days after one date, up to and with another."""
    return sum(
        dues((place,), on) for weekday, place in places for on in dates(weekday, after, until)
    )


def had(days: Iterable[Day], since: date, today: date) -> int:
    """What the days from `since` to today, both included, have cost."""
    before = since - timedelta(days=1)
    return sum(cost_on(day, on) for day in days for on in dates(day.weekday, before, today))


# --- in words -------------------------------------------------------------------------------------


def runs_out(points: Iterable[Point], *, fewer: bool = False) -> int | None:
    """The first month that ends below nothing."""
    for point in points:
        have = point.fewer if fewer else point.have
        if have is not None and have < 0:
            return point.month
    return None


def headline(found: Forecast, currency: str = "GBP") -> str:
    """Money lasts until about February. Our money grows by about £73 a month."""
    out = runs_out(found.points)
    if out is not None:
        return f"Money lasts until about {month_name(out)}."
    sum_ = about(found.pace, currency)
    way = "grows" if found.pace > 0 else "goes down"
    said = f"our money {way} by about {sum_} a month."
    if not sum_:
        said = "our money stays about the same."
    return f"Once our bills are paid, {said}" if found.owed else f"O{said[1:]}"


def more_words(found: Forecast, currency: str = "GBP") -> Iterator[str]:
    """What else the picture shows: the end of six months, the safety money, two people fewer."""
    last = found.points[-1]
    if found.pace < 0 and runs_out(found.points) is None:
        yield f"It lasts longer than {month_name(last.month)}."
    if found.owed:
        yield f"We still have to pay {money.say(found.owed, currency)}."
    yield _safe(found, currency)
    if found.fewer_pace is not None:
        yield _if_two_leave(found, found.fewer_pace, currency)


def _safe(found: Forecast, currency: str) -> str:
    low = next((point.month for point in found.points if point.have < found.keep), None)
    keep = money.say(found.keep, currency)
    if low is None:
        return f"We keep our safety money of {keep}."
    if low == found.points[0].month:
        first = "Then we" if found.owed else "We"
        return f"{first} have less than our safety money of {keep}."
    return f"From {month_name(low)} we have less than our safety money of {keep}."


def _if_two_leave(found: Forecast, pace: int, currency: str) -> str:
    out = runs_out(found.points, fewer=True)
    if out is not None:
        return f"If {LEAVERS} people leave, money lasts until about {month_name(out)}."
    sum_ = about(pace, currency)
    if not sum_:
        return f"If {LEAVERS} people leave, it stays about the same."
    way = "grows" if pace > 0 else "goes down"
    return f"If {LEAVERS} people leave, it {way} by about {sum_} a month."


def month_name(month: int) -> str:
    return f"{date(month // 12, month % 12 + 1, 1):%B}"


def about(pence: int, currency: str = "GBP") -> str:
    """£73 of 7312; nothing where it rounds to nothing."""
    unit = 10 ** money.digits(currency)
    whole = (abs(pence) + unit // 2) // unit
    return money.say(whole * unit, currency) if whole else ""
