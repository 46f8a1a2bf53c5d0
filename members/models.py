"""People, which pools they are in, what they do there, signing in, and letters waiting to go out.

Keyed by `pool_id` alone: who may do what is decided here, without looking up into `pools`.
"""

from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field

import db
from ledger.models import SOURCES, one_of
from members.needs import KINDS

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


class Plan(db.Table, table=True):
    """What a person's plan says about money from one source. It is theirs alone: no page, letter or
    file for anybody else is made from it. One is open for each source.
    """

    __table_args__ = (
        sa.CheckConstraint(one_of("source", SOURCES), name="source"),
        sa.CheckConstraint("weekly > 0 AND weekly <= 10000000", name="weekly"),
        sa.CheckConstraint("elsewhere >= 0 AND elsewhere <= 10000000", name="elsewhere"),
        sa.CheckConstraint("limit_weeks BETWEEN 1 AND 52", name="limit_weeks"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="dates"),
        db.index_where("uq_plan_one_open", "person_id", "source", where="ended_at IS NULL"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    source: str = Field(max_length=20)
    name_there: str = Field(max_length=80)  # my name as the funder has it
    funder: str = Field(max_length=80)
    reference: str = Field(default="", max_length=40)
    weekly: int = Field(sa_type=sa.BigInteger)  # pence
    limit_weeks: int = 8  # more than so many weeks' money may have to go back
    elsewhere: int = Field(default=0, sa_type=sa.BigInteger)  # pence a week spent on other things
    starts_on: date
    ends_on: date | None = None
    managed_by: str = Field(max_length=120)  # "Myself", or who and with what authority
    made_at: datetime
    ended_at: datetime | None = None


class Need(db.Table, table=True):
    """One need of a plan in the person's own words. It is never changed: what was bought for it
    goes on naming it. It is ended, and another takes its place.
    """

    __table_args__ = (sa.CheckConstraint(one_of("kind", KINDS), name="kind"),)
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    plan_id: UUID = Field(foreign_key="plan.id", index=True)
    words: str = Field(max_length=200)
    kind: str = Field(max_length=10)
    made_at: datetime
    ended_at: datetime | None = None


class OwnAccount(db.Table, table=True):
    """What a person says is left of a plan's money in their own account, on a day. The newest
    counts; the older ones stay for the statements made with them.
    """

    __table_args__ = (sa.CheckConstraint("amount >= 0 AND amount <= 1000000000", name="amount"),)
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    plan_id: UUID = Field(foreign_key="plan.id", index=True)
    amount: int = Field(sa_type=sa.BigInteger)  # pence
    on_day: date
    made_at: datetime


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


class PaperLink(db.Table, table=True):
    """A way in for somebody without email: printed by an organiser and handed over. Works once, for
    14 days. The row stays, so that the person sees who made one, when, and when it was used.
    """

    __table_args__ = (
        db.index_where(
            "uq_paper_link_one", "person_id", where="used_at IS NULL AND ended_at IS NULL"
        ),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    made_by: UUID = Field(foreign_key="membership.id")
    token_hash: bytes = Field(sa_type=sa.LargeBinary, unique=True)
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None
    ended_at: datetime | None = None


class Erasure(db.Table, table=True):
    """Somebody asked us to delete what we know of them. They are out at once; it is done after 14
    days, if they do not change their mind. The row then says what was kept, and until when: it is
    the stone over a person who is no longer named anywhere.
    """

    __table_args__ = (
        db.index_where("uq_erasure_one", "person_id", where="undone_at IS NULL"),
        sa.CheckConstraint("undone_at IS NULL OR done_at IS NULL", name="one_end"),
        sa.CheckConstraint("(done_at IS NULL) = (kept IS NULL)", name="kept"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    asked_at: datetime
    due_at: datetime
    told_at: datetime | None = None  # the last letter was written
    undone_at: datetime | None = None
    done_at: datetime | None = None
    kept: str | None = Field(default=None, max_length=400)  # in plain words
    kept_until: date | None = None
    listed_at: datetime | None = None  # it stands in the file that lies apart from the backups
    cut_at: datetime | None = None  # after kept_until: the money book's number is nobody's now


class NamedWords(db.Table, table=True):
    """Words that somebody else wrote and that hold the name of a person who is gone: which row, not
    what it says. Somebody with a job looks; after 30 days they go by themselves.
    """

    __table_args__ = (
        db.index_where("ix_named_words_open", "pool_id", where="decided_at IS NULL", unique=False),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    erasure_id: UUID = Field(foreign_key="erasure.id", index=True)
    pool_id: UUID = Field(foreign_key="pool.id")
    place: str = Field(max_length=60)  # table.column
    row_id: UUID | None = None
    seq: int | None = Field(default=None, sa_type=sa.BigInteger)  # of a line of the money book
    found_at: datetime
    ends_at: datetime
    decided_by: UUID | None = Field(default=None, foreign_key="membership.id")
    decided_at: datetime | None = None
    taken: bool | None = None


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
        "need_frozen": "A need can't be changed. End it and write another.",
        "uq_plan_one_open": "You told us about that money's plan already. You can change it.",
        "ck_plan_weekly": "Write how much you get each week, above £0.",
        "ck_plan_elsewhere": "Check how much you spend on other things.",
        "ck_plan_limit_weeks": "Write how many weeks, from 1 to 52.",
        "ck_plan_dates": "The last day must come after the first.",
        "ck_own_account_amount": "Check that amount. It is too big or too small.",
        "uq_paper_link_one": "Somebody made a letter for them just now. Look at the page again.",
        "uq_erasure_one": "You asked us to delete your details already.",
        "erasure_frozen": "What was deleted stays deleted.",
        "uq_role_one_job": "That person has a job here already. Each job needs another person.",
    }
)
