"""The weekly letter, on Friday morning: what came in, what went out, what we have, which votes are
open. The seal of the book stands under it, so that every member is a witness of the past.

A week in which the book did not move has no letter. Who has no email is not written to each week:
printing it would be a job for somebody.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger import queries as book
from ledger.models import Book, Entry
from members import notices
from members.models import Membership, Person
from pools.decisions.models import Proposal
from pools.locking import lock_pool
from pools.models import Pool
from pools.spending.weekly_models import NoWeekly, WeeklyLetter

FRIDAY, MORNING = 4, time(9)
MOST_VOTES = 3


def due(session: Session, now: datetime) -> list[UUID]:
    """Groups whose newest Friday was not looked at yet."""
    found: list[UUID] = []
    for zone in session.exec(select(Pool.time_zone).distinct()).all():
        looked = sa.exists(
            select(WeeklyLetter.pool_id).where(
                WeeklyLetter.pool_id == Pool.id, WeeklyLetter.friday == last_friday(now, zone)
            )
        )
        found += session.exec(
            select(Pool.id)
            .join(Book, col(Book.book_id) == Pool.book_id)
            .where(
                Pool.time_zone == zone,
                col(Pool.ended_at).is_(None),
                Book.head_seq > 0,
                sa.not_(looked),
            )
        )
    return found


def last_friday(now: datetime, zone: str) -> date:
    """The Friday whose morning was the last to come, in the group's own time."""
    here = now.astimezone(ZoneInfo(zone))
    on = here.date() - timedelta(days=(here.weekday() - FRIDAY) % 7)
    begun = datetime.combine(on, MORNING, ZoneInfo(zone)) <= here
    return on if begun else on - timedelta(days=7)


def send(session: Session, pool_id: UUID, *, now: datetime) -> None:
    """Look at the week, and tell everybody who wants to be told. Once a week, whoever asks."""
    pool = lock_pool(session, pool_id)
    friday = last_friday(now, pool.time_zone)
    if session.get(WeeklyLetter, (pool_id, friday)) is not None:
        return
    before = _last(session, pool_id)
    head = book.head(session, pool.book_id)
    session.add(WeeklyLetter(pool_id=pool_id, friday=friday, seq=head.seq, told_at=now))
    session.flush()
    if before is None or head.seq == before:
        return  # the first week is only where it starts from
    came, went = _moved(session, pool.book_id, before, head.seq)
    notices.tell_people(
        session,
        _readers(session, pool_id),
        "weekly",
        key=f"weekly:{pool_id}:{friday}",
        now=now,
        pool_id=pool_id,
        came_in=came,
        went_out=went,
        have=head.total,
        votes=_votes(session, pool_id, now),
        link=f"/g/{pool.slug}/money",
        stop=f"/g/{pool.slug}/weekly",
    )


def _last(session: Session, pool_id: UUID) -> int | None:
    return session.exec(
        select(WeeklyLetter.seq)
        .where(WeeklyLetter.pool_id == pool_id)
        .order_by(col(WeeklyLetter.friday).desc())
        .limit(1)
    ).first()


def _moved(session: Session, book_id: UUID, after: int, until: int) -> tuple[int, int]:
    came, went = session.exec(
        select(
            sa.func.coalesce(sa.func.sum(Entry.money_in), 0),
            sa.func.coalesce(sa.func.sum(Entry.money_out), 0),
        ).where(Entry.book_id == book_id, Entry.seq > after, Entry.seq <= until)
    ).one()
    return int(came), int(went)


def _votes(session: Session, pool_id: UUID, now: datetime) -> list[str]:
    return list(
        session.exec(
            select(Proposal.title)
            .where(
                Proposal.pool_id == pool_id,
                col(Proposal.closed_at).is_(None),
                col(Proposal.cancelled_at).is_(None),
                Proposal.closes_at > now,
            )
            .order_by(col(Proposal.closes_at))
            .limit(MOST_VOTES)
        )
    )


def _readers(session: Session, pool_id: UUID) -> list[Person]:
    stopped = select(NoWeekly.membership_id)
    return list(
        session.exec(
            select(Person)
            .join(Membership, col(Membership.person_id) == Person.id)
            .where(
                Membership.pool_id == pool_id,
                col(Membership.left_at).is_(None),
                col(Membership.id).not_in(stopped),
                col(Person.email).is_not(None),
            )
            .order_by(col(Person.id))
        )
    )


# --- wanting it or not ----------------------------------------------------------------------------


def wanted(session: Session, me: Membership) -> bool:
    return session.get(NoWeekly, me.id) is None


def want(session: Session, me: Membership, *, yes: bool, now: datetime) -> None:
    """Saying it twice changes nothing."""
    stopped = session.get(NoWeekly, me.id, with_for_update=True)
    if yes and stopped is not None:
        session.delete(stopped)
    elif not yes and stopped is None:
        session.add(NoWeekly(membership_id=me.id, stopped_at=now))
    session.flush()
