"""Which days a statement is for: the ready choices, and the ones it opens on."""

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger.accounting import month_of
from ledger.models import MonthTotal
from members.models import Membership
from pools.models import FundingSource, Pool
from pools.packs.statement import Days

A_QUARTER = timedelta(weeks=13)


def opens_on(session: Session, pool: Pool, me: Membership, today: date) -> Days:
    """This month if anything touched my money in it; else the last month with something in it."""
    month = _edge(session, pool, me, today, last=True)
    if month is None or month == month_of(today):
        return Days(today.replace(day=1), today)
    first = _first_of(month)
    return Days(first, _end_of(first))


def choices(
    session: Session, pool: Pool, me: Membership, today: date
) -> tuple[tuple[str, date, date], ...]:
    """The periods one press away. Councils ask by the quarter or from April on."""
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    month = _edge(session, pool, me, today, last=False)
    april = date(today.year if today.month > 3 else today.year - 1, 4, 1)
    found = [
        ("This month", first, today),
        ("Last month", before.replace(day=1), before),
        ("Last 13 weeks", today - A_QUARTER + timedelta(days=1), today),
        ("Since April", april, today),
        ("This year", today.replace(month=1, day=1), today),
        ("Everything", min(_first_of(month), today) if month else first, today),
    ]
    return tuple(found)


def _edge(session: Session, pool: Pool, me: Membership, today: date, *, last: bool) -> int | None:
    """The first or last month that touched my money, up to now."""
    funds: list[UUID] = list(
        session.exec(select(FundingSource.fund_id).where(FundingSource.membership_id == me.id))
    )
    edge = sa.func.max if last else sa.func.min
    found = session.exec(
        select(edge(MonthTotal.month)).where(
            MonthTotal.book_id == pool.book_id,
            MonthTotal.month <= month_of(today),
            col(MonthTotal.fund_id).in_(funds),
        )
    ).one()
    return int(found) if found is not None else None


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _end_of(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
