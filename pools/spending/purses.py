"""The funds that people have: what is free in each, and until when it may be spent."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger import queries as book
from members.models import Membership, Plan
from pools.models import FundingSource, Pool
from pools.spending.drawing import Purse
from pools.spending.models import Bill, BillShare


def of_people(
    session: Session, pool: Pool, members: Collection[UUID]
) -> Mapping[UUID, tuple[Purse, ...]]:
    """Every fund of each of these people. What is promised to bills not paid yet is not free."""
    rows = session.exec(
        select(FundingSource)
        .where(col(FundingSource.membership_id).in_(members))
        .order_by(col(FundingSource.made_at), col(FundingSource.id))
    ).all()
    ids = [row.fund_id for row in rows]
    has, promised = book.fund_money(session, pool.book_id, ids), committed(session, pool, ids)
    ends = _ends(session, members)
    found: dict[UUID, tuple[Purse, ...]] = {}
    for row in rows:
        free = has[row.fund_id] - promised[row.fund_id]
        purse = Purse(row.fund_id, free, ends.get((row.membership_id, row.kind)))
        found[row.membership_id] = (*found.get(row.membership_id, ()), purse)
    return found


def _ends(session: Session, members: Collection[UUID]) -> dict[tuple[UUID, str], date | None]:
    """The last day of each person's plan, by what kind of money it gives."""
    rows = session.exec(
        select(Membership.id, Plan)
        .join(Plan, col(Plan.person_id) == Membership.person_id)
        .where(col(Membership.id).in_(members), col(Plan.ended_at).is_(None))
    )
    return {(who, plan.source): plan.ends_on for who, plan in rows}


def committed(session: Session, pool: Pool, fund_ids: Collection[UUID]) -> dict[UUID, int]:
    """What bills that were entered and not paid yet will take from each of these funds."""
    rows = session.exec(
        select(BillShare.fund_id, sa.func.sum(BillShare.amount))
        .join(Bill, col(Bill.id) == BillShare.bill_id)
        .where(
            Bill.pool_id == pool.id,
            col(Bill.paid_seq).is_(None),
            col(Bill.withdrawn_at).is_(None),
            col(BillShare.fund_id).in_(fund_ids),
        )
        .group_by(col(BillShare.fund_id))
    )
    return dict.fromkeys(fund_ids, 0) | {fund: int(amount) for fund, amount in rows}


def first_funds(session: Session, members: Collection[UUID]) -> dict[UUID, UUID]:
    """The first fund that each of these people had in the group."""
    rows = session.exec(
        select(FundingSource)
        .where(col(FundingSource.membership_id).in_(members))
        .order_by(col(FundingSource.made_at).desc(), col(FundingSource.id).desc())
    )
    return {row.membership_id: row.fund_id for row in rows}


def with_money(pool_id: UUID) -> Any:
    """Whoever has a fund in the group, as a condition of another query."""
    return select(FundingSource.membership_id).where(FundingSource.pool_id == pool_id)
