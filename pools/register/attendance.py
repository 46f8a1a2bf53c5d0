"""Who came: ticked by somebody with a job, corrected by a newer tick, and counted for others."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotPossible, NotValid
from members import access
from members.models import Membership
from pools.clubbing import queries as clubbing
from pools.clubbing.models import Place, ServiceSession
from pools.locking import lock_pool
from pools.register.models import Attendance

MAY_TICK = ("organiser", "treasurer", "checker")
SAID = ("came", "missed", "told")
WEEK = timedelta(weeks=1)
LONGEST = timedelta(days=366)


class NotADay(NotValid):
    """Pick a day on which the group meets."""


class NotYet(NotPossible):
    """That day is not here yet. Tick who came on the day itself."""


class NotOnTheList(NotPossible):
    """Somebody there has no place on that day. Open the register again."""


class NotASaying(NotValid):
    """Pick for each person: came, did not come, or told us."""


@dataclass(frozen=True)
class Came:
    """One person over some days: on how many they had a place, how often they came or did not. A
    day whose register is not filled in counts as planned only.
    """

    planned: int
    attended: int
    missed: int


def tick(
    session: Session,
    by: Membership,
    session_id: UUID,
    on: date,
    said: Mapping[UUID, str],
    *,
    now: datetime,
) -> int:
    """Write down who came on that day, for those whose tick is new or another than before. Returns
    how many. The same again changes nothing.
    """
    pool = lock_pool(session, by.pool_id)
    access.must_hold(session, by, *MAY_TICK)
    day = session.get(ServiceSession, session_id)
    if day is None or day.pool_id != pool.id or day.day != on.weekday():
        raise NotADay
    if on > now.astimezone(ZoneInfo(pool.time_zone)).date():
        raise NotYet
    if not set(said.values()) <= set(SAID):
        raise NotASaying
    before = ticks_of(session, session_id, on)
    listed = {place.membership_id for place in on_the_list(session, pool.id, session_id, on)}
    if not said.keys() <= listed | before.keys():
        raise NotOnTheList
    changed = {
        who: new for who, new in said.items() if who not in before or before[who].said != new
    }
    for who in changed.keys() & before.keys():
        before[who].replaced_at = now
        session.add(before[who])
    session.flush()
    for who, new in changed.items():
        session.add(
            Attendance(
                pool_id=pool.id, session_id=session_id, happened_on=on, membership_id=who,
                said=new, marked_by=by.id, marked_at=now,
            )
        )  # fmt: skip
    session.flush()
    return len(changed)


def on_the_list(
    session: Session, pool_id: UUID, session_id: UUID, on: date
) -> tuple[clubbing.PlaceHeld, ...]:
    """Who has a place on that day, by name."""
    return tuple(
        place for place in clubbing.places(session, pool_id, on) if place.session_id == session_id
    )


def ticks_of(session: Session, session_id: UUID, on: date) -> dict[UUID, Attendance]:
    """The ticks that count, of one day."""
    found = session.exec(
        select(Attendance).where(
            Attendance.session_id == session_id,
            Attendance.happened_on == on,
            col(Attendance.replaced_at).is_(None),
        )
    )
    return {tick.membership_id: tick for tick in found}


# --- counted -------------------------------------------------------------------------------------


def of(session: Session, membership_id: UUID, since: date, until: date) -> Came:
    """One person's days from `since` to `until`, both included."""
    rows = session.exec(
        select(Attendance.said, sa.func.count())
        .where(
            Attendance.membership_id == membership_id,
            col(Attendance.happened_on).between(since, until),
            col(Attendance.replaced_at).is_(None),
        )
        .group_by(Attendance.said)
    )
    said: dict[str, int] = dict(rows.all())
    planned = len(set(planned_days(session, membership_id, since, until)))
    came, missed = said.get("came", 0), said.get("missed", 0) + said.get("told", 0)
    return Came(max(planned, came + missed), came, missed)


def planned_days(
    session: Session, membership_id: UUID, since: date, until: date
) -> Iterator[tuple[UUID, date]]:
    """Each day on which this person had a place, by session."""
    rows = session.exec(
        select(Place, ServiceSession.day)
        .join(ServiceSession, col(ServiceSession.id) == Place.session_id)
        .where(
            Place.membership_id == membership_id, Place.starts_on <= until, Place.ends_on > since
        )
    )
    for place, weekday in rows:
        last = min(until, (place.left_on or place.ends_on) - timedelta(days=1))
        last = min(last, place.ends_on - timedelta(days=1))
        for on in days_between(max(since, place.starts_on), last, weekday):
            yield place.session_id, on


def days_between(since: date, until: date, weekday: int) -> Iterator[date]:
    """Every Thursday (3) from `since` to `until`, both included."""
    on = since + timedelta(days=(weekday - since.weekday()) % 7)
    while on <= until:
        yield on
        on += WEEK


def times(
    session: Session, session_ids: Collection[UUID], since: date, until: date
) -> dict[UUID, int]:
    """How often each person came on these days; nobody who never came."""
    rows = session.exec(
        select(Attendance.membership_id, sa.func.count())
        .where(
            col(Attendance.session_id).in_(session_ids),
            col(Attendance.happened_on).between(since, until),
            Attendance.said == "came",
            col(Attendance.replaced_at).is_(None),
        )
        .group_by(col(Attendance.membership_id))
    )
    return dict(rows.all())


def unfilled(
    session: Session, pool_id: UUID, session_ids: Collection[UUID], since: date, until: date
) -> tuple[date, ...]:
    """The days in between for which somebody on the list is not ticked yet, oldest first."""
    days = session.exec(
        select(ServiceSession).where(
            ServiceSession.pool_id == pool_id, col(ServiceSession.id).in_(session_ids)
        )
    ).all()
    return tuple(
        sorted(
            {
                on
                for day in days
                for on in days_between(since, min(until, since + LONGEST), day.day)
                if _someone_left(session, pool_id, day.id, on)
            }
        )
    )


def _someone_left(session: Session, pool_id: UUID, session_id: UUID, on: date) -> bool:
    listed = {place.membership_id for place in on_the_list(session, pool_id, session_id, on)}
    return not listed <= ticks_of(session, session_id, on).keys()
