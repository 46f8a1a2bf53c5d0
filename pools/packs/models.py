"""Statements that were made for keeping, what is said beside them, and the links they are sent by.

A statement tells of one person. Whom it goes to is theirs to say, and they see who looked.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

import db

LONGEST_WORDS, LONGEST_WHOM = 1500, 60
LOOKS = ("page", "pdf", "csv", "zip", "paper")


class BillNames(db.Table, table=True):
    """Somebody with a job looked at the paper of a bill: does it name people of the group? Without
    a row nobody looked. `evidence_id` is the same paper with the names blacked out. The newest row
    counts; rows are added, never changed.
    """

    __table_args__ = (
        sa.CheckConstraint("names OR evidence_id IS NULL", name="blacked_out"),
        sa.Index("ix_bill_names_bill_id", "bill_id", "marked_at"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id")
    bill_id: UUID = Field(foreign_key="bill.id")
    names: bool
    evidence_id: UUID | None = Field(default=None, foreign_key="evidence.id", index=True)
    marked_by: UUID = Field(foreign_key="membership.id")
    marked_at: datetime


class OwnWords(db.Table, table=True):
    """What a person says they did in some days and how it helped. Only they read it, until they
    send it with a statement.
    """

    __table_args__ = (
        sa.UniqueConstraint("membership_id", "since", "until"),
        sa.CheckConstraint("since <= until", name="days"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    membership_id: UUID = Field(foreign_key="membership.id")
    since: date
    until: date
    words: str = Field(max_length=LONGEST_WORDS)
    changed_at: datetime


class KeptStatement(db.Table, table=True):
    """A statement with a number: 1, 2, 3 ... for each person, without gaps. `content` is all that
    it says, as canonical JSON; it can be deleted for a person who asks, and the digest stays.
    """

    __table_args__ = (
        sa.UniqueConstraint("membership_id", "number"),
        sa.CheckConstraint("number > 0", name="number"),
        sa.CheckConstraint("since <= until", name="days"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id")
    membership_id: UUID = Field(foreign_key="membership.id")
    number: int
    since: date
    until: date
    digest: bytes = Field(sa_type=sa.LargeBinary)
    content: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    made_at: datetime


class StatementReplaced(db.Table, table=True):
    """An older statement stands no more: a newer one says what changed."""

    __table_args__ = (sa.CheckConstraint("old_id <> new_id", name="another"),)
    old_id: UUID = Field(primary_key=True, foreign_key="kept_statement.id")
    new_id: UUID = Field(foreign_key="kept_statement.id", index=True)


class PackLink(db.Table, table=True):
    """A link to one kept statement and its papers, for whoever has it, until it ends. Only the hash
    of its token is kept.
    """

    __table_args__ = (sa.CheckConstraint("ends_at > made_at", name="ends"),)
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id")
    membership_id: UUID = Field(foreign_key="membership.id", index=True)
    statement_id: UUID = Field(foreign_key="kept_statement.id", index=True)
    for_whom: str = Field(default="", max_length=LONGEST_WHOM)
    token_hash: bytes = Field(sa_type=sa.LargeBinary, unique=True)
    made_at: datetime
    ends_at: datetime
    withdrawn_at: datetime | None = None


class PackLook(db.Table, table=True):
    """Somebody with the link opened something of it."""

    __table_args__ = (
        sa.CheckConstraint("what IN ('page', 'pdf', 'csv', 'zip', 'paper')", name="what"),
        sa.Index("ix_pack_look_link_id", "link_id", "looked_at"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    link_id: UUID = Field(foreign_key="pack_link.id")
    what: str = Field(max_length=10)
    looked_at: datetime


db.sentences.update(
    {
        "statement_frozen": "A statement that was kept can't be changed. Make a new one.",
        "statement_same_group": "This mixes up two groups. Nothing was saved.",
        "pack_link_own": "Only the person whose statement it is can send it.",
        "pack_look_frozen": "Who looked can't be changed.",
        "bill_names_frozen": "What was said about this paper can't be changed. Say it again.",
        "bill_names_by_role": "Only a person with a job in the group can say this.",
        "uq_kept_statement_membership_id_number": "Somebody made a statement just now. Try again.",
        "uq_own_words_membership_id_since_until": "Your words were saved just now. Look again.",
        "pk_kept_statement": "This form was used before. Open the page again.",
        "pk_pack_link": "This form was used before. Open the page again.",
        "ck_pack_link_ends": "Pick an end that is still to come.",
    }
)
