"""Support bands: how much of a worker a person needs, and who is in which band."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

import db


class Band(db.Table, table=True):
    """A band of the group. `weight` is an exact fraction as text ("1", "3/2"); 1 is ordinary."""

    __table_args__ = (db.index_where("uq_band_name", "pool_id", "name", where="ended_at IS NULL"),)
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    name: str = Field(max_length=40)
    weight: str = Field(max_length=10)
    made_by: UUID = Field(foreign_key="membership.id")
    made_at: datetime
    ended_at: datetime | None = None


class BandHeld(db.Table, table=True):
    """This person is in that band: one with a job says it, another confirms it, neither is the
    person. It counts from then on. A new one takes the place of the old.
    """

    __table_args__ = (
        db.index_where(
            "uq_band_held_now",
            "membership_id",
            where="confirmed_at IS NOT NULL AND ended_at IS NULL",
        ),
        db.index_where(
            "uq_band_held_asked",
            "membership_id",
            where="confirmed_at IS NULL AND ended_at IS NULL",
        ),
        sa.CheckConstraint("confirmed_by <> set_by", name="two_people"),
        sa.CheckConstraint("set_by <> membership_id", name="not_own"),
        sa.CheckConstraint("confirmed_by <> membership_id", name="not_own_either"),
        sa.CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="whole"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    membership_id: UUID = Field(foreign_key="membership.id")
    band_id: UUID = Field(foreign_key="band.id")
    set_by: UUID = Field(foreign_key="membership.id")
    set_at: datetime
    confirmed_by: UUID | None = Field(default=None, foreign_key="membership.id")
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None


NOT_OWN = "This is about yourself. Two other people must say it."
db.sentences.update(
    {
        "band_by_role": "Only a person with a job in the group can set a band.",
        "band_same_group": "This mixes up two groups. Nothing was saved.",
        "band_frozen": "A band can't be changed. End it, and make a new one.",
        "uq_band_name": "The group has a band with that name already.",
        "ck_band_held_two_people": "You said this yourself. Another person must confirm it.",
        "ck_band_held_not_own": NOT_OWN,
        "ck_band_held_not_own_either": NOT_OWN,
        "uq_band_held_now": "Somebody confirmed another band just now. Look again.",
        "uq_band_held_asked": "Another band waits for this person already.",
    }
)
