"""The fraction of a penny that each fund or person was charged too little by their last bill, from
where the next bill goes on.
"""

from collections.abc import Collection
from fractions import Fraction
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from pools.spending.models import Bill, BillShare


def of_funds(session: Session, fund_ids: Collection[UUID]) -> dict[UUID, Fraction]:
    """Where each place is paid from its own fund."""
    return _newest(session, col(BillShare.fund_id), fund_ids)


def of_people(session: Session, members: Collection[UUID]) -> dict[UUID, Fraction]:
    """Where a person's share is reckoned once, whatever funds it is taken from."""
    return _newest(session, col(BillShare.membership_id), members)


def _newest(session: Session, whose: Any, wanted: Collection[UUID]) -> dict[UUID, Fraction]:
    """The sum of what each one's newest bill carries. A bill that was sent back moves no penny."""
    place = sa.func.rank().over(
        partition_by=whose, order_by=(col(Bill.entered_at).desc(), col(Bill.id).desc())
    )
    rows = (
        select(whose.label("whose"), BillShare.carry, place.label("place"))
        .join(Bill, col(Bill.id) == BillShare.bill_id)
        .where(whose.in_(set(wanted)), col(Bill.withdrawn_at).is_(None))
        .subquery()
    )
    carried: dict[UUID, Fraction] = {}
    last = sa.select(rows.c.whose, rows.c.carry).where(rows.c.place == 1)
    for one, carry in session.connection().execute(last):
        carried[one] = carried.get(one, Fraction(0)) + Fraction(carry)
    return carried
