"""Questions put to a pool, who may vote, and the ballots.

The roll (who took part) and the ballots (what was said) can't be joined once a vote is closed: the
link on a ballot is there only so that it can be changed while the vote is open. What may happen to
these rows, and when, the database holds as well (migrations/guards/votes.py).
"""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field

import db
from ledger.models import one_of
from members.needs import KINDS

CHOICES = ("yes", "no", "unsure")
OPEN = "closed_at IS NULL AND cancelled_at IS NULL"


class Proposal(db.Table, table=True):
    """A question. Words, amount, roll, rule and deadline are frozen from the moment it opens."""

    __table_args__ = (
        db.index_where("ix_proposal_open", "closes_at", where=OPEN, unique=False),
        sa.CheckConstraint("kind IN ('spend', 'ask')", name="kind"),
        sa.CheckConstraint("rule IN ('yes_no', 'big_yes_no')", name="rule"),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name="amount"),
        sa.CheckConstraint("(kind = 'spend') = (amount IS NOT NULL)", name="spend"),
        sa.CheckConstraint("closes_at > opened_at", name="open_for_a_while"),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (passed IS NULL) AND (closed_at IS NULL) = (yes IS NULL)"
            " AND (closed_at IS NULL) = (no IS NULL) AND (closed_at IS NULL) = (unsure IS NULL)",
            name="closed",
        ),
        sa.CheckConstraint("closed_at IS NULL OR cancelled_at IS NULL", name="one_end"),
        sa.CheckConstraint("(cancelled_at IS NULL) = (cancelled_by IS NULL)", name="cancelled"),
        # The same sum as in counting/, so that no result can be stored that its rule does not give.
        sa.CheckConstraint(
            "passed IS NULL OR passed = (yes >= quorum AND (CASE rule WHEN 'yes_no' THEN yes > no"
            " ELSE 3 * yes >= 2 * (yes + no) END))",
            name="outcome",
        ),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    kind: str = Field(max_length=10)
    rule: str = Field(default="yes_no", max_length=10)
    title: str = Field(max_length=80)
    words: str = Field(max_length=600)
    amount: int | None = Field(default=None, sa_type=sa.BigInteger)
    cost: str | None = Field(default=None, max_length=40)  # the account it would be spent on
    payee: str | None = Field(default=None, max_length=80)
    proposed_by: UUID = Field(foreign_key="membership.id")
    opened_at: datetime
    closes_at: datetime
    roll_size: int
    quorum: int  # yes votes needed at least
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_by: UUID | None = Field(default=None, foreign_key="membership.id")
    reminded_at: datetime | None = None
    passed: bool | None = None
    yes: int | None = None
    no: int | None = None
    unsure: int | None = None


class ProposalServes(db.Table, table=True):
    """A kind of need that a spending is for, as asked: frozen with the question."""

    __table_args__ = (sa.CheckConstraint(one_of("kind", KINDS), name="kind"),)
    proposal_id: UUID = Field(primary_key=True, foreign_key="proposal.id")
    kind: str = Field(primary_key=True, max_length=10)


class Roll(db.Table, table=True):
    """Who may vote on a question, fixed at its opening, and whether they did. Nothing else."""

    proposal_id: UUID = Field(primary_key=True, foreign_key="proposal.id")
    membership_id: UUID = Field(primary_key=True, foreign_key="membership.id")
    voted: bool = False


class Ballot(db.Table, table=True):
    """What was said. The id is random, there is no time on it, and the link goes at the close.

    Its key to the roll refuses whoever is not on it; a ballot without a link has none to check.
    """

    __table_args__ = (
        sa.UniqueConstraint("proposal_id", "membership_id"),
        sa.ForeignKeyConstraint(
            ["proposal_id", "membership_id"], ["roll.proposal_id", "roll.membership_id"]
        ),
        sa.CheckConstraint("choice IN ('yes', 'no', 'unsure')", name="choice"),
    )
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    proposal_id: UUID = Field(foreign_key="proposal.id", index=True)
    membership_id: UUID | None = None
    choice: str = Field(max_length=10)


db.sentences.update(
    {
        "vote_closed": "This vote has closed. Your choice was not counted.",
        "vote_too_soon": "This vote is still open. Nobody can close it early.",
        "vote_adds_up": "The votes do not add up. Nothing was saved.",
        "fk_ballot_proposal_id_membership_id": "You have no vote in this question.",
        "vote_frozen": "A question can't be changed once it is open. Cancel it and ask again.",
    }
)
