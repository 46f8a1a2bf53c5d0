"""Money that is nobody's own: what a grant is called, who gave it, and what it may pay for."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

import db
from ledger.accounting import COSTS
from ledger.models import one_of


class GrantFund(db.Table, table=True):
    """A gift with a purpose. `fund_id` is its fund in the book. What was agreed with who gave it
    is never changed; without a row in GrantCost it may pay for anything.
    """

    __table_args__ = (sa.UniqueConstraint("pool_id", "name"),)
    fund_id: UUID = Field(primary_key=True)
    key: UUID = Field(unique=True)  # the form it came by
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    name: str = Field(max_length=60)
    giver: str = Field(max_length=80)
    words: str = Field(default="", max_length=200)
    until: date | None = None
    made_by: UUID = Field(foreign_key="membership.id")
    made_at: datetime


class GrantCost(db.Table, table=True):
    """One kind of cost that a grant may pay for."""

    __table_args__ = (sa.CheckConstraint(one_of("cost", COSTS), name="cost"),)
    fund_id: UUID = Field(primary_key=True, foreign_key="grant_fund.fund_id")
    cost: str = Field(primary_key=True, max_length=40)


db.sentences.update(
    {
        "grant_frozen": "What a grant may pay for can't be changed. Add a new one.",
        "grant_by_role": "Only the treasurer or the organiser can add a grant.",
        "grant_same_group": "This mixes up two groups. Nothing was saved.",
        "uq_grant_fund_pool_id_name": "The group has money with that name already.",
        "fund_may_pay": "That money was given for something else. It can't pay for this.",
    }
)
