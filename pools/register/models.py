"""Who came on which day, as somebody with a job wrote it down."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

import db


class Attendance(db.Table, table=True):
    """One tick: this person came, did not come, or told us before. A tick is never changed: a later
    one takes its place (`replaced_at`), so who said what, and when, is kept.
    """

    __table_args__ = (
        db.index_where(
            "uq_attendance_once",
            "session_id",
            "happened_on",
            "membership_id",
            where="replaced_at IS NULL",
        ),
        sa.Index("ix_attendance_person", "membership_id", "happened_on"),
        sa.CheckConstraint("said IN ('came', 'missed', 'told')", name="said"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    session_id: UUID = Field(foreign_key="service_session.id")
    happened_on: date
    membership_id: UUID = Field(foreign_key="membership.id")
    said: str = Field(max_length=10)
    marked_by: UUID = Field(foreign_key="membership.id")
    marked_at: datetime
    replaced_at: datetime | None = None


db.sentences.update(
    {
        "attendance_by_role": "Only a person with a job in the group can fill in the register.",
        "attendance_same_group": "This mixes up two groups. Nothing was saved.",
        "attendance_frozen": "A tick can't be changed. Tick again, and the newer one counts.",
        "uq_attendance_once": "Somebody ticked the same person just now. Look again.",
    }
)
