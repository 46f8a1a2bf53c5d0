"""Who we pay, what allows it, the bills, each person's share, and the second pair of eyes.

Two people and an authority are needed for every bill. The page says so, the use cases say so, and
the constraints here and the triggers in migrations/guards make anything else impossible.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

import db


class Payee(db.Table, table=True):
    """Who we pay. Name and account stay as they are: a new account is a new payee, so that the
    first bill to it gets the extra look that every new payee gets.
    """

    __table_args__ = (sa.UniqueConstraint("pool_id", "name", "last4"),)
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id")
    name: str = Field(max_length=80)
    last4: str = Field(default="", max_length=4)
    provider_id: UUID | None = Field(default=None, foreign_key="provider.id")
    made_by: UUID = Field(foreign_key="membership.id")
    made_at: datetime


class Interest(db.Table, table=True):
    """A member who is on the payee's side (is it, owns it, works for it, lives with it)."""

    payee_id: UUID = Field(primary_key=True, foreign_key="payee.id")
    membership_id: UUID = Field(primary_key=True, foreign_key="membership.id")


class Authority(db.Table, table=True):
    """What allows spending: a passed vote, or the standing agreement of a round. It has the id of
    what gave it, so that it is the same one whoever needs it first.

    `committed` is kept by a trigger on bills and can't pass `amount`, so a bill over the authority
    can't be stored.
    """

    __table_args__ = (
        sa.CheckConstraint("kind IN ('vote', 'standing')", name="kind"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("committed >= 0 AND committed <= amount", name="enough"),
        sa.CheckConstraint("(kind = 'vote') = (proposal_id IS NOT NULL)", name="vote"),
        sa.CheckConstraint("(kind = 'standing') = (round_id IS NOT NULL)", name="standing"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    kind: str = Field(max_length=10)
    proposal_id: UUID | None = Field(default=None, foreign_key="proposal.id", unique=True)
    round_id: UUID | None = Field(default=None, foreign_key="round.id", unique=True)
    words: str = Field(max_length=120)
    cost: str = Field(max_length=40)
    amount: int = Field(sa_type=sa.BigInteger)
    committed: int = Field(default=0, sa_type=sa.BigInteger)
    made_at: datetime
    until: date | None = None


class Bill(db.Table, table=True):
    """A bill to pay. `digest` covers payee, amount, authority, file and shares: what a checker
    approves is exactly this. `checkers` is how many people besides the one who entered it.
    `session_id` is the day it is for, under a standing agreement; none means all of its days.
    `rule` is how it is shared (none for bills that are older than the choice: by days under a
    standing agreement, else by people); by attendance, of the days from `since` to `until`.
    """

    __table_args__ = (
        sa.UniqueConstraint("id", "entered_by"),
        sa.UniqueConstraint("id", "digest"),
        db.index_where(
            "uq_bill_number", "pool_id", "payee_id", "number", where="withdrawn_at IS NULL"
        ),
        db.index_where("uq_bill_line", "pool_id", "paid_seq", where="paid_seq IS NOT NULL"),
        db.index_where(
            "ix_bill_open",
            "pool_id",
            where="paid_seq IS NULL AND withdrawn_at IS NULL",
            unique=False,
        ),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("checkers BETWEEN 1 AND 3", name="checkers"),
        sa.CheckConstraint(
            "rule IN ('people', 'days', 'attendance', 'band', 'named')", name="rule"
        ),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    authority_id: UUID = Field(foreign_key="authority.id", index=True)
    payee_id: UUID = Field(foreign_key="payee.id", index=True)
    number: str = Field(max_length=40)
    billed_on: date
    amount: int = Field(sa_type=sa.BigInteger)
    cost: str = Field(max_length=40)
    words: str = Field(max_length=120)
    session_id: UUID | None = Field(default=None, foreign_key="service_session.id")
    evidence_id: UUID | None = Field(default=None, foreign_key="evidence.id", index=True)
    checkers: int
    digest: bytes = Field(sa_type=sa.LargeBinary)
    entered_by: UUID = Field(foreign_key="membership.id")
    entered_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: UUID | None = Field(default=None, foreign_key="membership.id")
    withdrawn_why: str | None = Field(default=None, max_length=200)
    paid_seq: int | None = Field(default=None, sa_type=sa.BigInteger)
    paid_on: date | None = None
    rule: str | None = Field(default=None, max_length=10)
    since: date | None = None
    until: date | None = None


class BillShare(db.Table, table=True):
    """One fund's part of a bill, in pence, for so many days a week. The parts sum exactly to the
    bill. `carry` is what this fund was charged too little so far, as a fraction of a penny, from
    where the next bill goes on.
    """

    __table_args__ = (sa.CheckConstraint("amount >= 0", name="amount"),)
    bill_id: UUID = Field(primary_key=True, foreign_key="bill.id")
    fund_id: UUID = Field(primary_key=True, index=True)
    membership_id: UUID | None = Field(default=None, foreign_key="membership.id", index=True)
    days: int = 1
    amount: int = Field(sa_type=sa.BigInteger)
    carry: str = Field(sa_type=sa.Text)


class Approval(db.Table, table=True):
    """A second person looked, and said yes to exactly this bill."""

    __table_args__ = (
        sa.ForeignKeyConstraint(["bill_id", "entered_by"], ["bill.id", "bill.entered_by"]),
        sa.ForeignKeyConstraint(["bill_id", "digest"], ["bill.id", "bill.digest"]),
        sa.UniqueConstraint("bill_id", "approved_by"),
        sa.CheckConstraint("approved_by <> entered_by", name="two_people"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    bill_id: UUID = Field(foreign_key="bill.id", index=True)
    entered_by: UUID
    digest: bytes = Field(sa_type=sa.LargeBinary)
    approved_by: UUID = Field(foreign_key="membership.id")
    approved_at: datetime


class Override(db.Table, table=True):
    """Two people with jobs decide that a bill is paid though money is late: one asks and says why,
    another agrees. Neither is whose money is short, nor on the payee's side.
    """

    __table_args__ = (
        db.index_where("uq_override_bill", "bill_id", where="dropped_at IS NULL"),
        sa.CheckConstraint("agreed_by <> asked_by", name="two_people"),
        sa.CheckConstraint(
            "(agreed_at IS NULL) = (agreed_by IS NULL)"
            " AND (dropped_at IS NULL) = (dropped_by IS NULL)",
            name="whole",
        ),
        sa.CheckConstraint("agreed_at IS NULL OR dropped_at IS NULL", name="one_end"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    bill_id: UUID = Field(foreign_key="bill.id", index=True)
    why: str = Field(max_length=200)
    asked_by: UUID = Field(foreign_key="membership.id")
    asked_at: datetime
    agreed_by: UUID | None = Field(default=None, foreign_key="membership.id")
    agreed_at: datetime | None = None
    dropped_by: UUID | None = Field(default=None, foreign_key="membership.id")
    dropped_at: datetime | None = None


class Correction(db.Table, table=True):
    """Somebody says that a line of the book is wrong, and another person looks: only then is it
    turned round. `again` is how it is entered again in the same step (an answer as the bank pages
    have them, or `amount:<pence>`), or nothing. `bill_id` is the bill that the line paid.
    """

    __table_args__ = (
        sa.ForeignKeyConstraint(["book_id", "seq"], ["entry.book_id", "entry.seq"]),
        sa.ForeignKeyConstraint(["book_id", "reversal_seq"], ["entry.book_id", "entry.seq"]),
        sa.ForeignKeyConstraint(["book_id", "again_seq"], ["entry.book_id", "entry.seq"]),
        db.index_where("uq_correction_line", "book_id", "seq", where="dropped_at IS NULL"),
        db.index_where(
            "ix_correction_open",
            "pool_id",
            where="confirmed_at IS NULL AND dropped_at IS NULL",
            unique=False,
        ),
        db.index_where(
            "uq_correction_again", "book_id", "again_seq", where="again_seq IS NOT NULL"
        ),
        sa.CheckConstraint("confirmed_by <> proposed_by", name="two_people"),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)"
            " AND (confirmed_at IS NULL) = (reversal_seq IS NULL)"
            " AND (dropped_at IS NULL) = (dropped_by IS NULL)",
            name="whole",
        ),
        sa.CheckConstraint("confirmed_at IS NULL OR dropped_at IS NULL", name="one_end"),
        sa.CheckConstraint("again_seq IS NULL OR reversal_seq IS NOT NULL", name="order"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id")
    book_id: UUID
    seq: int = Field(sa_type=sa.BigInteger)
    bill_id: UUID | None = Field(default=None, foreign_key="bill.id")
    why: str = Field(max_length=200)
    again: str = Field(default="", max_length=60)
    proposed_by: UUID = Field(foreign_key="membership.id")
    proposed_at: datetime
    confirmed_by: UUID | None = Field(default=None, foreign_key="membership.id")
    confirmed_at: datetime | None = None
    reversal_seq: int | None = Field(default=None, sa_type=sa.BigInteger)
    again_seq: int | None = Field(default=None, sa_type=sa.BigInteger)
    dropped_by: UUID | None = Field(default=None, foreign_key="membership.id")
    dropped_at: datetime | None = None


class QuestionAsked(db.Table, table=True):
    """A question about a line of the book. Nobody reads who asked, but for the one who answers
    where only they may see it. `answer_by` answers until `answer_until`; then it is late, everybody
    sees that, and another person answers. `bill_id` is the bill behind the line.
    """

    __table_args__ = (
        sa.ForeignKeyConstraint(["book_id", "seq"], ["entry.book_id", "entry.seq"]),
        sa.UniqueConstraint("id", "asked_by"),
        sa.Index("ix_question_asked_line", "book_id", "seq"),
        db.index_where(
            "ix_question_asked_open", "pool_id", where="closed_at IS NULL", unique=False
        ),
        sa.CheckConstraint("kind IN ('what', 'amount', 'happened')", name="kind"),
        sa.CheckConstraint("seen_by IN ('group', 'answerer')", name="seen_by"),
        sa.CheckConstraint("answer_by <> asked_by", name="another"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    book_id: UUID
    seq: int = Field(sa_type=sa.BigInteger)
    bill_id: UUID | None = Field(default=None, foreign_key="bill.id")
    asked_by: UUID = Field(foreign_key="membership.id", index=True)
    kind: str = Field(max_length=10)
    words: str = Field(default="", max_length=400)
    seen_by: str = Field(default="group", max_length=10)
    asked_at: datetime
    answer_by: UUID = Field(foreign_key="membership.id")
    answer_until: datetime
    late_at: datetime | None = None
    closed_at: datetime | None = None


class Answer(db.Table, table=True):
    """What somebody with a job said. `good` is what the asker said of it; only that closes it."""

    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["question_id", "asked_by"], ["question_asked.id", "question_asked.asked_by"]
        ),
        db.index_where("uq_answer_one", "question_id", where="good IS NULL"),
        sa.CheckConstraint("answered_by <> asked_by", name="two_people"),
        sa.CheckConstraint("(good IS NULL) = (decided_at IS NULL)", name="decided"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    question_id: UUID = Field(index=True)
    asked_by: UUID
    answered_by: UUID = Field(foreign_key="membership.id")
    words: str = Field(max_length=1000)
    answered_at: datetime
    good: bool | None = None
    decided_at: datetime | None = None


db.sentences.update(
    {
        "ck_authority_enough": "This bill is more than was agreed. Ask the group to vote first.",
        "authority_from_decision": "The group has not agreed to this spending. "
        "Ask the group to vote first.",
        "authority_frozen": "What the group agreed can't be changed. Ask the group to vote again.",
        "ck_approval_two_people": "You entered this bill. Another person must check it.",
        "approval_not_payee": "You are on the side of who gets paid. Another person must check it.",
        "approval_by_role": "Only a person with a job in the group can check bills.",
        "approval_open_bill": "This bill was taken back or paid already.",
        "bill_by_role": "Only the treasurer or the organiser can enter bills.",
        "bill_not_payee": "You are on the side of who gets paid. Another person must enter it.",
        "bill_same_group": "This bill mixes up two groups. Nothing was saved.",
        "bill_checkers": "More people must check this bill. Nothing was saved.",
        "bill_needs_approval": "This bill is not approved yet. It can't be paid.",
        "bill_paid_by_line": "The money book has no such payment. Nothing was saved.",
        "bill_shares": "The shares of this bill do not add up to it. Nothing was saved.",
        "bill_frozen": "A bill can't be changed. Take it back and enter it again.",
        "payee_frozen": "Who we pay can't be changed. Add them again with the new account.",
        "uq_bill_number": "You entered a bill with that number from them already.",
        "uq_bill_line": "That payment belongs to another bill already.",
        "uq_approval_bill_id_approved_by": "You approved this bill already.",
        "ck_override_two_people": "You asked for this. Another person must agree.",
        "override_by_role": "Only a person with a job in the group can decide this.",
        "override_not_payee": "You are on the side of who gets paid. Another person must decide.",
        "override_not_own": "This is about your own money too. Another person must decide.",
        "override_same_group": "This mixes up two groups. Nothing was saved.",
        "override_frozen": "What two people decided can't be changed.",
        "override_open_bill": "This bill was taken back or paid already.",
        "override_by_two": "Two people must decide this first. Nothing was saved.",
        "uq_override_bill": "Somebody asked for this already.",
        "spending_paused": "A share is late. No new bill can be approved until it comes.",
        "uq_payee_pool_id_name_last4": "We have them with that account already.",
        "ck_correction_two_people": "You said that this line is wrong. Another person must look.",
        "correction_by_role": "Only a person with a job in the group can put a line right.",
        "correction_not_payee": "You are on the side of who got this money. "
        "Another person must look.",
        "correction_not_own": "This is about your own money. Another person must look.",
        "correction_same_group": "This mixes up two groups. Nothing was saved.",
        "correction_frozen": "What was said about this line can't be changed.",
        "correction_by_line": "The money book has no such line. Nothing was saved.",
        "uq_correction_line": "Somebody is putting this line right already.",
        "question_frozen": "A question can't be changed. Ask a new one.",
        "question_needs_answer": "Only an answer that was a good one can end a question.",
        "question_not_payee": "You are on the side of who got this money. "
        "Talk to the organiser about it.",
        "question_same_group": "This mixes up two groups. Nothing was saved.",
        "answer_by_role": "Only a person with a job in the group can answer.",
        "answer_not_payee": "You are on the side of who got this money. "
        "Another person must answer.",
        "answer_frozen": "An answer can't be changed.",
        "answer_open_question": "This question is answered already.",
        "ck_answer_two_people": "You asked this. Another person must answer.",
        "uq_answer_one": "Somebody answered just now. Look at the question again.",
    }
)
