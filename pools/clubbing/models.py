"""What a pool buys, what it costs, who promised what, and who has a place."""

from datetime import date, datetime, time
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

import db
from ledger.models import one_of
from members.needs import KINDS


class Service(db.Table, table=True):
    """The place, by its name. `overhead` is pence a week, shared over all places of the week."""

    __table_args__ = (sa.CheckConstraint("overhead >= 0", name="overhead"),)
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    name: str = Field(max_length=60)
    provider_id: UUID | None = Field(default=None, foreign_key="provider.id")
    overhead: int = Field(default=0, sa_type=sa.BigInteger)


class ServiceServes(db.Table, table=True):
    """A kind of need that a service is for, from a day until it is taken off. None: nobody said."""

    __table_args__ = (
        sa.CheckConstraint(one_of("kind", KINDS), name="kind"),
        db.index_where("uq_service_serves", "service_id", "kind", where="until IS NULL"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    service_id: UUID = Field(foreign_key="service.id", index=True)
    kind: str = Field(max_length=10)
    since: datetime
    until: datetime | None = None


class ServiceSession(db.Table, table=True):
    """One day of a service. Costs in pence a session; staff come whole, one to `ratio` people."""

    __table_args__ = (
        sa.UniqueConstraint("service_id", "day", "starts"),
        sa.CheckConstraint("day BETWEEN 0 AND 6", name="day"),
        sa.CheckConstraint("fixed >= 0 AND wage >= 0 AND variable >= 0", name="costs"),
        sa.CheckConstraint("ratio > 0 AND min_staff >= 0", name="staff"),
        sa.CheckConstraint("capacity > 0", name="capacity"),
        sa.CheckConstraint("ends > starts", name="times"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    service_id: UUID = Field(foreign_key="service.id", index=True)
    day: int  # 0 is Monday
    starts: time
    ends: time
    fixed: int = Field(sa_type=sa.BigInteger)
    wage: int = Field(sa_type=sa.BigInteger)
    ratio: int
    min_staff: int
    variable: int = Field(sa_type=sa.BigInteger)
    capacity: int


class Round(db.Table, table=True):
    """A dated all-or-nothing call that fixes the price. `given` and `result` are the canonical JSON
    of what was counted and what came out, so that anyone can count again.
    """

    __table_args__ = (
        db.index_where("uq_round_one_open", "service_id", where="closed_at IS NULL"),
        sa.CheckConstraint("(closed_at IS NULL) = (result IS NULL)", name="closed"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    service_id: UUID = Field(foreign_key="service.id", index=True)
    agreement_id: UUID = Field(foreign_key="agreement.id")
    opened_at: datetime
    closes_at: datetime
    starts_on: date
    closed_at: datetime | None = None
    runs: bool | None = None
    given: str | None = Field(default=None, sa_type=sa.Text)
    result: str | None = Field(default=None, sa_type=sa.Text)


class Promise(db.Table, table=True):
    """I want this day, and the most I could pay for it (pence a session). Nothing is owed.

    One that was taken back stays as it was; to promise again is a new row. So the rows say who
    wanted what at any moment, which is what the numbers for providers are made from.
    """

    __table_args__ = (
        db.index_where(
            "uq_promise_once",
            "round_id",
            "session_id",
            "membership_id",
            where="withdrawn_at IS NULL",
        ),
        sa.CheckConstraint("most > 0 AND most <= 100000000", name="most"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    round_id: UUID = Field(foreign_key="round.id", index=True)
    session_id: UUID = Field(foreign_key="service_session.id")
    membership_id: UUID = Field(foreign_key="membership.id", index=True)
    source_id: UUID = Field(foreign_key="funding_source.id")
    most: int = Field(sa_type=sa.BigInteger)
    made_at: datetime
    changed_at: datetime
    withdrawn_at: datetime | None = None


class Place(db.Table, table=True):
    """A promise that became firm. `price` is pence a session, flat for the term."""

    __table_args__ = (
        sa.UniqueConstraint("round_id", "session_id", "membership_id"),
        sa.CheckConstraint("price > 0", name="price"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    round_id: UUID = Field(foreign_key="round.id", index=True)
    session_id: UUID = Field(foreign_key="service_session.id")
    membership_id: UUID = Field(foreign_key="membership.id", index=True)
    source_id: UUID = Field(foreign_key="funding_source.id")
    price: int = Field(sa_type=sa.BigInteger)
    starts_on: date
    ends_on: date
    left_on: date | None = None


db.sentences.update(
    {
        "uq_service_serves": "That is said already.",
        "uq_round_one_open": "A round is open already. It must close before the next one.",
        "uq_promise_once": "You promised that day already. You can change it.",
    }
)
