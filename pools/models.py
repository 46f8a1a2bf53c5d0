"""A pool, the agreement it lives by, and where each member's money comes from."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

import db
from ledger.models import SOURCES, one_of


class Pool(db.Table, table=True):
    """People sharing money for services. Members read "group"."""

    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    slug: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=60)
    place: str = Field(max_length=120)
    about: str = Field(default="", max_length=400)
    currency: str = Field(default="GBP", max_length=3)
    time_zone: str = Field(default="Europe/London", max_length=40)
    phone: str | None = Field(default=None, max_length=30)  # who to ring for help
    # Somebody outside the group, for whoever is worried. What is told to them goes to nobody else.
    worry_name: str | None = Field(default=None, max_length=60)
    worry_email: str | None = Field(default=None, max_length=254)
    worry_phone: str | None = Field(default=None, max_length=30)
    book_id: UUID = Field(foreign_key="book.book_id", unique=True)
    started_at: datetime
    ended_at: datetime | None = None


class GroupDraft(db.Table, table=True):
    """A group that somebody is still setting up: what they typed, page by page, as JSON. One a
    person. It outlives signing out, and goes when the group starts.
    """

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    answers: str = Field(sa_type=sa.Text)
    changed_at: datetime


class Agreement(db.Table, table=True):
    """The rules, one row a version. Rows are added, never changed."""

    __table_args__ = (
        sa.UniqueConstraint("pool_id", "version"),
        sa.CheckConstraint("price_rule IN ('equal', 'list')", name="price_rule"),
        sa.CheckConstraint("(price_rule = 'list') = (list_price IS NOT NULL)", name="list_price"),
        sa.CheckConstraint("order_rule IN ('earliest', 'held', 'lot')", name="order_rule"),
        sa.CheckConstraint("notice_weeks BETWEEN 0 AND 12", name="notice"),
        sa.CheckConstraint("term_weeks BETWEEN 1 AND 52", name="term"),
        sa.CheckConstraint("checkers BETWEEN 1 AND 2", name="checkers"),
        sa.CheckConstraint("vote_hours BETWEEN 0 AND 1440", name="vote_hours"),
        sa.CheckConstraint("keep_years BETWEEN 0 AND 20", name="keep_years"),
        sa.CheckConstraint("pays_first IN ('soonest', 'place')", name="pays_first"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id")
    version: int
    made_at: datetime
    price_rule: str = Field(default="equal", max_length=10)
    list_price: int | None = Field(default=None, sa_type=sa.BigInteger)  # pence a session
    order_rule: str = Field(default="earliest", max_length=10)
    term_weeks: int = 12
    notice_weeks: int = 4
    hospital_weeks: int = 4
    vote_hours: int = 336  # how long a vote stays open
    checkers: int = 1  # people besides the one who enters a bill
    two_checkers_over: int = Field(default=50000, sa_type=sa.BigInteger)  # pence; then one more
    new_payee_two: bool = True  # the first bill of a payee also needs one more
    keep_years: int = 6  # after this one: how long sums of past members are kept for councils
    # Of somebody's several funds, which pays first: what ends soonest, or what the place says.
    pays_first: str = Field(default="soonest", max_length=10)


class Signature(db.Table, table=True):
    """A member agreed to a version of the rules."""

    agreement_id: UUID = Field(primary_key=True, foreign_key="agreement.id")
    membership_id: UUID = Field(primary_key=True, foreign_key="membership.id")
    signed_at: datetime


class FundingSource(db.Table, table=True):
    """Where a member's money comes from. Each has its own fund in the book, and its own payment
    reference with a check character, so that a bank line finds its owner.
    """

    __table_args__ = (
        sa.CheckConstraint(one_of("kind", SOURCES), name="kind"),
        sa.UniqueConstraint("membership_id", "kind"),
        sa.UniqueConstraint("pool_id", "reference"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id")
    membership_id: UUID = Field(foreign_key="membership.id", index=True)
    kind: str = Field(max_length=20)
    fund_id: UUID = Field(unique=True)
    reference: str = Field(max_length=12)
    made_at: datetime


class PaysAnyway(db.Table, table=True):
    """A member pays for something that their plan does not name, and says why. For a service, or
    for what a vote asks. Only they see it; it can be taken back.
    """

    __table_args__ = (
        sa.CheckConstraint("(service_id IS NULL) <> (proposal_id IS NULL)", name="one"),
        db.index_where(
            "uq_pays_anyway_service",
            "service_id",
            "membership_id",
            where="ended_at IS NULL AND service_id IS NOT NULL",
        ),
        db.index_where(
            "uq_pays_anyway_proposal",
            "proposal_id",
            "membership_id",
            where="ended_at IS NULL AND proposal_id IS NOT NULL",
        ),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    membership_id: UUID = Field(foreign_key="membership.id", index=True)
    service_id: UUID | None = Field(default=None, foreign_key="service.id")
    proposal_id: UUID | None = Field(default=None, foreign_key="proposal.id")
    why: str = Field(max_length=200)
    made_at: datetime
    ended_at: datetime | None = None


class Evidence(db.Table, table=True):
    """A file that shows what happened: a bill, a receipt. Kept with its digest, never changed."""

    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    name: str = Field(max_length=120)
    media: str = Field(max_length=40)
    digest: bytes = Field(sa_type=sa.LargeBinary)
    body: bytes = Field(sa_type=sa.LargeBinary)
    added_by: UUID = Field(foreign_key="membership.id")
    added_at: datetime


db.sentences.update(
    {
        "agreement_frozen": "Rules that were agreed can't be changed. Agree on new ones instead.",
        "uq_pays_anyway_service": "You told us already that you pay for this.",
        "uq_pays_anyway_proposal": "You told us already that you pay for this.",
        "uq_pool_slug": "Another group has that name. Choose a different one.",
        "uq_funding_source_membership_id_kind": "You told us about that money already.",
    }
)
