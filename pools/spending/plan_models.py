"""What ties the money book to what people's plans say. Each row is about one person, is read by
that person only, and can be deleted for them: bills, shares and lines do not change by it.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

import db


class ShareNeed(db.Table, table=True):
    """A share of a bill was for this need. Written with the bill, so a plan that changes later
    changes nothing behind it.
    """

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["bill_id", "fund_id"], ["bill_share.bill_id", "bill_share.fund_id"]
        ),
    )
    bill_id: UUID = Field(primary_key=True)
    fund_id: UUID = Field(primary_key=True)
    need_id: UUID = Field(primary_key=True, foreign_key="need.id", index=True)


class WeeksWarning(db.Table, table=True):
    """The person was told that they hold much of what they may: once for each of `parts` hundredths
    of the limit, and again only after it fell below.
    """

    __table_args__ = (
        sa.CheckConstraint("parts IN (75, 100)", name="parts"),
        db.index_where("uq_weeks_warning_once", "plan_id", "parts", where="fell_at IS NULL"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    plan_id: UUID = Field(foreign_key="plan.id", index=True)
    parts: int
    warned_at: datetime
    fell_at: datetime | None = None


db.sentences.update(
    {
        "uq_weeks_warning_once": "We told you about this already.",
    }
)
