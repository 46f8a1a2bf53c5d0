"""How safe a running day is, as its page shows it: what if some leave, and the year ahead.

It stands on the costs, the price that was agreed and the number of people alone. What anybody could
pay at most is not read here at all, so nothing on the page can tell it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger import queries as ledger
from ledger.models import Fund
from ledger.money import say
from members.models import Membership
from pools.clubbing import words, year
from pools.clubbing.board import board_of, local_day, running_round
from pools.clubbing.cost import Cost, cost_of, least_people, price_at
from pools.clubbing.models import Place
from pools.clubbing.resilience import put_aside, weeks_to_find
from pools.models import Pool

LOSING, FOR_WEEKS = 2, 4  # the sentence about safety money
NEWCOMERS_PRIOR = 52  # before we know better: somebody new comes once a year
BOXES = 12  # so many sizes below and above where we are
SPANS = ("In 3 months", "In 6 months", "In a year")


@dataclass(frozen=True)
class Step:
    """One size: what a week leaves over at the price that was agreed (below zero: is short)."""

    people: int
    left: int

    @property
    def enough(self) -> bool:
        return self.left >= 0


@dataclass(frozen=True)
class WhatIf:
    """If `leave` people leave: what that does, in sentences. `verdict` is safe, short or closes."""

    leave: int
    stay: int
    verdict: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Alive:
    """One day. `spare` is how many can leave, whoever they are, with the cost still covered.
    `tens` are how many of ten groups like this still run, after 3, 6 and 12 months.
    """

    name: str
    people: int
    price: int
    needed: int | None
    spare: int
    steps: tuple[Step, ...]
    what_if: WhatIf
    safety: int
    tens: tuple[tuple[str, int], ...]
    aside: tuple[str, ...]


@dataclass(frozen=True)
class Running:
    """A day that runs, with what its sums need. `price` is what a place pays a day."""

    name: str
    cost: Cost
    people: int
    price: int
    notice_weeks: int


def alive(session: Session, pool: Pool, leave: int, *, now: datetime) -> tuple[Alive, ...]:
    """Each day that runs now or next; none if nothing does."""
    today = local_day(pool, now)
    safety = safety_money(session, pool)
    past = history(session, pool, today)
    return tuple(_alive(one, leave, safety, past) for one in running(session, pool, now))


def running(session: Session, pool: Pool, now: datetime) -> tuple[Running, ...]:
    held = running_round(session, pool.id, local_day(pool, now))
    if held is None:
        return ()
    board = board_of(session, held, None, now=now)
    return tuple(
        Running(day.name, day.asked.cost, day.inside, day.price, board.terms.notice_weeks)
        for day in board.running
        if day.price
    )


def safety_money(session: Session, pool: Pool) -> int:
    """What lies in the group's safety money, in pence."""
    funds = session.exec(
        select(Fund.fund_id).where(Fund.book_id == pool.book_id, Fund.kind == "reserve")
    ).all()
    return sum(ledger.fund_money(session, pool.book_id, funds).values())


@dataclass(frozen=True)
class Past:
    """The group's own past, with a stated guess for what it can't tell yet: week's chances."""

    leave: float
    join: float


def history(session: Session, pool: Pool, today: date) -> Past:
    places = session.exec(
        select(col(Place.starts_on), col(Place.ends_on), col(Place.left_on)).where(
            Place.pool_id == pool.id, col(Place.starts_on) <= today
        )
    ).all()
    left = sum(gone is not None and gone <= today for _, _, gone in places)
    held = sum((min(today, ends, gone or ends) - starts).days // 7 for starts, ends, gone in places)
    began = min((starts for starts, _, _ in places), default=today)
    later = datetime.combine(began, time.max, ZoneInfo(pool.time_zone))
    joined = session.exec(
        select(sa.func.count()).where(
            Membership.pool_id == pool.id, col(Membership.joined_at) > later
        )
    ).one()
    weeks = max(0, (today - began).days // 7)
    return Past(year.leaving_chance(left, held), min(0.9, (joined + 1) / (weeks + NEWCOMERS_PRIOR)))


# --- one day --------------------------------------------------------------------------------------


def _alive(day: Running, leave: int, safety: int, past: Past) -> Alive:
    left = [_left(day, people) for people in range(day.cost.capacity + 1)]
    leave = min(max(leave, 0), day.people)
    told = year.running(
        year.Course(
            size=day.people,
            surplus=tuple(left),
            reserve=safety,
            leave=past.leave,
            join=past.join,
            keep=safety,
            notice_weeks=day.notice_weeks,
        )
    )
    return Alive(
        name=day.name,
        people=day.people,
        price=day.price,
        needed=least_people(day.cost, day.price),
        spare=_spare(left, day.people),
        steps=tuple(Step(people, left[people]) for people in _near(day)),
        what_if=_what_if(day, leave, safety, left),
        safety=safety,
        tens=tuple(zip(SPANS, (round(10 * chance) for chance in told), strict=True)),
        aside=tuple(_aside(day, left)),
    )


def _near(day: Running) -> range:
    """The sizes to draw: all of a small place, else those around where we are."""
    if day.cost.capacity <= 2 * BOXES:
        return range(1, day.cost.capacity + 1)
    return range(max(1, day.people - BOXES), min(day.cost.capacity, day.people + BOXES) + 1)


def _left(day: Running, people: int) -> int:
    return day.price * people - cost_of(day.cost, people)


def _spare(left: Sequence[int], people: int) -> int:
    """As long as every size on the way down is covered too."""
    spare = 0
    while people - spare > 1 and left[people - spare - 1] >= 0:
        spare += 1
    return spare if left[people] >= 0 else 0


def _what_if(day: Running, leave: int, safety: int, left: Sequence[int]) -> WhatIf:
    stay = day.people - leave
    if stay < 1:
        return WhatIf(leave, 0, "closes", ("Then nobody is left, and it closes.",))
    gap = -left[stay]
    if gap <= 0:
        verdict, lines = "safe", tuple(_covered(day, stay, left[stay]))
    else:
        verdict, lines = "short", tuple(_short(day, leave, stay, safety, left))
    return WhatIf(leave, stay, verdict, (*lines, *_next_term(day, stay)))


def _covered(day: Running, stay: int, over: int) -> Iterator[str]:
    yield f"{words.people(stay)} pay {say(day.price * stay)} a day. That is enough."
    if over:
        yield f"{say(over)} a day is left over."


def _short(day: Running, leave: int, stay: int, safety: int, left: Sequence[int]) -> Iterator[str]:
    gap = -left[stay]
    paid = day.price * stay
    yield f"{words.people(stay)} pay {say(paid)} a day. It costs {say(paid + gap)}."
    yield f"{say(gap)} a day is missing."
    notice = leave * day.price * day.notice_weeks
    weeks = weeks_to_find(safety, notice, gap) or 0
    if notice:
        yield f"Who leaves still pays for {words.weeks(day.notice_weeks)}."
    yield f"So we have {words.weeks(weeks)} to find others."
    others = next((n for n in range(stay + 1, day.cost.capacity + 1) if left[n] >= 0), None)
    if others is not None:
        yield f"We would need {others - stay} more."


def _next_term(day: Running, stay: int) -> Iterator[str]:
    """What the round counts next time if all who stay can pay it; nobody's most is asked."""
    price = price_at(day.cost, stay)
    if price > day.price:
        yield f"For the next time, a day would cost {say(price)} each."
        yield "Nobody has to pay more than they say."


def _aside(day: Running, left: Sequence[int]) -> Iterator[str]:
    """What safety money could do, in one sentence with one sum."""
    stay = day.people - LOSING
    if stay < 1 or left[stay] >= 0:
        return
    aside = put_aside(-left[stay], FOR_WEEKS)
    yield f"{say(aside)} put aside would carry us through losing two people for four weeks."
    yield f"Each week {say(-left[stay])} would be missing."
