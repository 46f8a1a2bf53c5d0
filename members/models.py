"""People, which pools they are in, what they do there, signing in, and letters waiting to go out.

Keyed by `pool_id` alone: who may do what is decided here, without looking up into `pools`.
"""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field

import db

WAITING = "sent_at IS NULL AND refused_at IS NULL AND address IS NOT NULL"
ROLES = ("organiser", "treasurer", "checker")


class Person(db.Table, table=True):
    """Somebody who can sign in, or for whom letters are printed. Email is lower case, or none."""

    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    name: str = Field(max_length=60)
    email: str | None = Field(default=None, max_length=254, unique=True)
    phone: str | None = Field(default=None, max_length=30)
    made_at: datetime


class Membership(db.Table, table=True):
    """A person in a pool. `code` stands for them in the money book, and nowhere else."""

    __table_args__ = (sa.UniqueConstraint("pool_id", "person_id"),)
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    name: str = Field(max_length=60)
    code: UUID = Field(default_factory=uuid4, unique=True)
    joined_at: datetime
    left_at: datetime | None = None


class Role(db.Table, table=True):
    """A job in a pool. One person holds one job at most, so that two people are always needed."""

    __table_args__ = (
        sa.CheckConstraint("kind IN ('organiser', 'treasurer', 'checker')", name="kind"),
        db.index_where("uq_role_one_job", "pool_id", "person_id", where="until IS NULL"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    person_id: UUID = Field(foreign_key="person.id")
    kind: str = Field(max_length=10)
    since: datetime
    until: datetime | None = None


class Provider(db.Table, table=True):
    """An organisation that runs services. Its people sign in like anyone, and see only demand."""

    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    name: str = Field(max_length=80, unique=True)
    made_at: datetime


class ProviderPerson(db.Table, table=True):
    provider_id: UUID = Field(primary_key=True, foreign_key="provider.id")
    person_id: UUID = Field(primary_key=True, foreign_key="person.id")


class SignInLink(db.Table, table=True):
    """A link that was mailed to an address, known to us or not: asking looks nobody up, so it tells
    nothing. Only its hash is kept; it works once, for ten minutes.
    """

    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    email: str = Field(max_length=254, index=True)
    token_hash: bytes = Field(sa_type=sa.LargeBinary, unique=True)
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None


class SignIn(db.Table, table=True):
    """A device that is signed in. A person sees theirs and can end each."""

    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    token_hash: bytes = Field(sa_type=sa.LargeBinary, unique=True)
    device: str = Field(max_length=80)
    made_at: datetime
    seen_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None


class EmailChange(db.Table, table=True):
    """A person wants another address. They prove it with a link; then it waits, so that the old
    address hears of it in time. One at a time each.
    """

    __table_args__ = (
        db.index_where(
            "uq_email_change_one", "person_id", where="done_at IS NULL AND stopped_at IS NULL"
        ),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    email: str = Field(max_length=254)
    token_hash: bytes = Field(sa_type=sa.LargeBinary, unique=True)
    made_at: datetime
    ends_at: datetime
    starts_at: datetime | None = None  # set once the link was used
    done_at: datetime | None = None
    stopped_at: datetime | None = None


class LinkAsked(db.Table, table=True):
    """When a link was asked for: for one address (as a keyed hash) or from one network address."""

    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    asked_by: bytes = Field(sa_type=sa.LargeBinary, index=True)
    asked_at: datetime


class Invitation(db.Table, table=True):
    """A way into a pool: for one email (works once), or open (a link to share and a poster)."""

    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    token: str = Field(max_length=43, unique=True)
    made_by: UUID = Field(foreign_key="membership.id")
    email: str | None = Field(default=None, max_length=254)
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None
    ended_at: datetime | None = None


class Letter(db.Table, table=True):
    """The outbox: written in the transaction that causes it, sent after by `tick`."""

    __table_args__ = (
        sa.UniqueConstraint("key"),
        db.index_where("ix_letter_waiting", "due_at", where=WAITING, unique=False),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    key: str = Field(max_length=120)  # one fact, one letter: "round:<id>:<person>"
    kind: str = Field(max_length=30)
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    pool_id: UUID | None = Field(default=None, foreign_key="pool.id")
    address: str | None = Field(
        default=None, max_length=254
    )  # none: a person without email, to print
    facts: str = Field(sa_type=sa.Text)  # JSON for templates/mail/<kind>/, rendered when it leaves
    made_at: datetime
    due_at: datetime
    sent_at: datetime | None = None
    tries: int = 0
    problem: str | None = Field(default=None, max_length=200)
    refused_at: datetime | None = None  # their mail server says that there is no such address


db.sentences.update(
    {
        "uq_person_email": "Somebody has that email address already.",
        "uq_membership_pool_id_person_id": "You are in this group already.",
        "uq_email_change_one": "You are changing your email already. Finish that first.",
        "uq_role_one_job": "That person has a job here already. Each job needs another person.",
    }
)
