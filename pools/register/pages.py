"""What the pages of the register show: one day of it for those with a job, my own line for me."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from members.models import Membership
from pools.clubbing.models import Place, Service, ServiceSession
from pools.clubbing.words import DAYS
from pools.models import Pool
from pools.register import attendance
from pools.register.models import Attendance

Day = tuple[date, UUID]  # a day of the register: when, and which session
MINE_SHOWN = timedelta(weeks=26)


@dataclass(frozen=True)
class Tick:
    """What was said of somebody, by whom and when."""

    said: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Line:
    """One person on one day. `now` counts; `before` was said earlier, newest first."""

    membership_id: UUID
    name: str
    now: Tick | None
    before: tuple[Tick, ...]


@dataclass(frozen=True)
class DayPage:
    """`older` and `newer` are the days before and after this one, or none."""

    session_id: UUID
    on: date
    place: str
    lines: tuple[Line, ...]
    older: Day | None
    newer: Day | None

    @property
    def came(self) -> int:
        return sum(line.now is not None and line.now.said == "came" for line in self.lines)

    @property
    def left(self) -> int:
        return sum(line.now is None for line in self.lines)


@dataclass(frozen=True)
class MyDay:
    on: date
    said: str  # came, missed, told; or nothing yet


@dataclass(frozen=True)
class MyPage:
    """You came 3 of 4 Thursdays. `days` newest first."""

    sentence: str
    days: tuple[MyDay, ...]


# --- one day -------------------------------------------------------------------------------------


def day_page(
    session: Session, pool: Pool, today: date, *, on: date | None = None, day: UUID | None = None
) -> DayPage | None:
    """The day that was asked for; without it the newest, which is today's where we meet today.
    Nothing before the first day of all.
    """
    days = _sessions(session, pool)
    chosen = days.get(day) if day else None
    if chosen is not None and on is not None:
        if on > today or on.weekday() != chosen.day:
            raise attendance.NotADay
        at: Day | None = (on, chosen.id)
    else:
        at = _beside(days, _first(session, pool), (on or today, None), today=today, step=-1)
    if at is None:
        return None
    first = _first(session, pool)
    return DayPage(
        at[1],
        at[0],
        session.get_one(Service, days[at[1]].service_id).name,
        tuple(_lines(session, pool, at)),
        _beside(days, first, at, today=today, step=-1),
        _beside(days, first, at, today=today, step=1),
    )


def _sessions(session: Session, pool: Pool) -> dict[UUID, ServiceSession]:
    found = session.exec(select(ServiceSession).where(ServiceSession.pool_id == pool.id))
    return {one.id: one for one in found}


def _first(session: Session, pool: Pool) -> date | None:
    """The first day on which anybody had a place."""
    return session.exec(select(sa.func.min(Place.starts_on)).where(Place.pool_id == pool.id)).one()


def _beside(
    days: dict[UUID, ServiceSession],
    first: date | None,
    at: tuple[date, UUID | None],
    *,
    today: date,
    step: int,
) -> Day | None:
    """The nearest day of the group before (-1) or after (1) this one. Without a session in `at`,
    that date itself may be it.
    """
    on, here = at

    def key(day: date, one: ServiceSession) -> tuple[object, ...]:
        return (day, one.starts, one.id)

    near = {
        (on + timedelta(days=offset), one.id): key(on + timedelta(days=offset), one)
        for one in days.values()
        for offset in range(-7, 8)
        if (on + timedelta(days=offset)).weekday() == one.day
    }
    inside = {day: k for day, k in near.items() if first and first <= day[0] <= today}
    if here is None:
        before = [day for day in inside if day[0] <= on]
    else:
        mine = key(on, days[here])
        before = [day for day, k in inside.items() if (k < mine if step < 0 else k > mine)]
    pick = max if step < 0 else min
    return pick(before, key=lambda day: inside[day]) if before else None


def _lines(session: Session, pool: Pool, at: Day) -> Iterator[Line]:
    """Everybody with a place on that day, and whoever was ticked when they still had one."""
    on, session_id = at
    ticks = _ticks(session, session_id, on)
    listed = {
        place.membership_id: place.name
        for place in attendance.on_the_list(session, pool.id, session_id, on)
    }
    others = ticks.keys() - listed.keys()
    rows = session.exec(select(Membership).where(col(Membership.id).in_(others)))
    names = listed | {one.id: one.name for one in rows}
    for who, name in sorted(names.items(), key=lambda one: (one[1].lower(), one[0])):
        said = ticks.get(who, ())
        yield Line(who, name, said[0] if said else None, tuple(said[1:]))


def _ticks(session: Session, session_id: UUID, on: date) -> dict[UUID, list[Tick]]:
    """Everything that was said of each, newest first."""
    rows = session.exec(
        select(Attendance, Membership.name)
        .join(Membership, col(Membership.id) == Attendance.marked_by)
        .where(Attendance.session_id == session_id, Attendance.happened_on == on)
        .order_by(col(Attendance.marked_at).desc(), col(Attendance.id).desc())
    )
    found: dict[UUID, list[Tick]] = {}
    for tick, name in rows:
        found.setdefault(tick.membership_id, []).append(Tick(tick.said, name, tick.marked_at))
    return found


# --- my own --------------------------------------------------------------------------------------


def my_page(session: Session, me: Membership, today: date) -> MyPage:
    """My own days of the last half year, and nobody else's."""
    since = today - MINE_SHOWN
    rows = session.exec(
        select(Attendance).where(
            Attendance.membership_id == me.id,
            col(Attendance.happened_on).between(since, today),
            col(Attendance.replaced_at).is_(None),
        )
    )
    said = {(row.session_id, row.happened_on): row.said for row in rows}
    planned = set(attendance.planned_days(session, me.id, since, today)) | said.keys()
    days = sorted(planned, key=lambda day: (day[1], day[0]), reverse=True)
    return MyPage(
        sentence(attendance.of(session, me.id, since, today), {on.weekday() for _, on in planned}),
        tuple(MyDay(on, said.get((session_id, on), "")) for session_id, on in days),
    )


def sentence(came: attendance.Came, weekdays: set[int]) -> str:
    """You came 3 of 4 Thursdays. Only the days whose register is filled in count."""
    counted = came.attended + came.missed
    if not counted:
        return "Nobody has filled in the register for you yet."
    name = DAYS[weekdays.copy().pop()] if len(weekdays) == 1 else "day"
    many = f"{name}s" if counted > 1 else name
    return f"You came {came.attended} of {counted} {many}."
