"""Who shares a bill: read from the places people have and the pennies carried; reckoned in shares.

The same reckoning draws the preview and makes the bill, so what was seen is what is saved.
"""

from collections.abc import Collection
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotValid
from pools.clubbing import queries as clubbing
from pools.models import Pool
from pools.spending import authorities, fitting, shares
from pools.spending.authorities import Allowed
from pools.spending.models import Bill, BillShare
from pools.spending.shares import Held, Share


class NoSuchDay(NotValid):
    """Pick a day that the agreement pays for."""


def share_out(
    session: Session,
    pool: Pool,
    allowed: Allowed,
    amount: int,
    *,
    on: date,
    session_id: UUID | None = None,
) -> tuple[Share, ...]:
    """Each fund's share of `amount` pence. A standing agreement's bill is shared by the days people
    have, on `session_id` or on all its days; what was voted for is shared equally by people.
    """
    if not allowed.standing:
        held = fitting.who_pays(session, allowed.id, places(session, pool.id, on))
        return shares.split(amount, shares.by_people(held, carried(session, held)))
    days = authorities.days_of(session, allowed).keys()
    if session_id is not None and session_id not in days:
        raise NoSuchDay
    held = places(session, pool.id, within(on, allowed), {session_id} if session_id else days)
    return shares.split(amount, shares.by_days(held, carried(session, held)))


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


def carried(session: Session, held: Collection[Held]) -> dict[UUID, Fraction]:
    """What each fund was charged too little by its last bill, in parts of a penny."""
    newest = (
        sa.func.row_number()
        .over(
            partition_by=col(BillShare.fund_id),
            order_by=(col(Bill.entered_at).desc(), col(Bill.id).desc()),
        )
        .label("place")
    )
    rows = (
        select(BillShare.fund_id, BillShare.carry, newest)
        .join(Bill, col(Bill.id) == BillShare.bill_id)
        .where(
            col(BillShare.fund_id).in_({one.fund_id for one in held}),
            col(Bill.withdrawn_at).is_(None),
        )
        .subquery()
    )
    last = sa.select(rows.c.fund_id, rows.c.carry).where(rows.c.place == 1)
    return {fund: Fraction(carry) for fund, carry in session.connection().execute(last)}
