"""The weekly letter: up to which line of the book each went, and who wants none."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

import db


class WeeklyLetter(db.Table, table=True):
    """The week that ended on `friday` was looked at, up to line `seq` of the book. A week in which
    nothing moved has a row too, and no letter.
    """

    pool_id: UUID = Field(primary_key=True, foreign_key="pool.id")
    friday: date = Field(primary_key=True)
    seq: int = Field(sa_type=sa.BigInteger)
    told_at: datetime


class NoWeekly(db.Table, table=True):
    """Somebody stopped their weekly letter."""

    membership_id: UUID = Field(primary_key=True, foreign_key="membership.id")
    stopped_at: datetime
