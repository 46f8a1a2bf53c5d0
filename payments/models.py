"""The pool's bank account, the statements that came in, and each line of them."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

import db


class BankAccount(db.Table, table=True):
    """`number` is as the bank writes it in its files; members see the last four digits.
    `columns` is the JSON of how this bank's CSV is read (see layouts), chosen once.
    """

    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", unique=True)
    name: str = Field(max_length=60)
    number: str = Field(max_length=34)
    currency: str = Field(max_length=3)
    columns: str | None = Field(default=None, sa_type=sa.Text)
    made_at: datetime


class BankUpload(db.Table, table=True):
    """A file whose columns are still to be chosen. It goes when they are, or after a day."""

    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    account_id: UUID = Field(foreign_key="bank_account.id", index=True)
    name: str = Field(max_length=120)
    body: bytes = Field(sa_type=sa.LargeBinary)
    added_by: UUID = Field(foreign_key="membership.id")
    added_at: datetime


class BankImport(db.Table, table=True):
    """One statement file that was read in. `closing` is the balance that it states, if any."""

    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    account_id: UUID = Field(foreign_key="bank_account.id", index=True)
    name: str = Field(max_length=120)
    digest: bytes = Field(sa_type=sa.LargeBinary)
    imported_by: UUID = Field(foreign_key="membership.id")
    imported_at: datetime
    new_lines: int
    old_lines: int
    first_on: date
    last_on: date
    closing: int | None = Field(default=None, sa_type=sa.BigInteger)
    closing_on: date | None = None
    left_out: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class BankLine(db.Table, table=True):
    """One line of the bank's statement, pence, in is positive. It backs one entry at most.
    `like_id` is a line that came before by another way and may be the same payment. `mended_seq` is
    the line of the book that turned round the wrong place it had before.
    """

    __table_args__ = (
        sa.UniqueConstraint("account_id", "fingerprint"),
        sa.Index("ix_bank_line_account_id_happened_on", "account_id", "happened_on"),
        sa.CheckConstraint("left_out IS NULL OR like_id IS NOT NULL", name="left_out"),
        sa.CheckConstraint("amount <> 0", name="amount"),
        sa.CheckConstraint("entry_seq IS NULL OR left_out IS NULL", name="one_answer"),
        db.index_where(
            "ix_bank_line_waiting",
            "pool_id",
            "happened_on",
            where="entry_seq IS NULL AND left_out IS NULL",
            unique=False,
        ),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    account_id: UUID = Field(foreign_key="bank_account.id")
    import_id: UUID = Field(foreign_key="bank_import.id", index=True)
    happened_on: date
    amount: int = Field(sa_type=sa.BigInteger)
    words: str = Field(max_length=200)
    fingerprint: str = Field(max_length=100)
    like_id: UUID | None = Field(default=None, foreign_key="bank_line.id")
    entry_seq: int | None = Field(default=None, sa_type=sa.BigInteger)
    source_id: UUID | None = Field(default=None, foreign_key="funding_source.id")
    matched_by: UUID | None = Field(default=None, foreign_key="membership.id")
    matched_at: datetime | None = None
    why: str | None = Field(default=None, max_length=120)
    left_out: str | None = Field(default=None, max_length=120)
    mended_seq: int | None = Field(default=None, sa_type=sa.BigInteger)


class Closing(db.Table, table=True):
    """One person says that a month can be closed (or must be opened again, and why); another looks
    and does it, which is mark `number` of the book. `seen` is the JSON of what the two saw differ.
    """

    __table_args__ = (
        sa.ForeignKeyConstraint(["book_id", "number"], ["month_mark.book_id", "month_mark.number"]),
        db.index_where(
            "uq_closing_open", "pool_id", where="agreed_at IS NULL AND dropped_at IS NULL"
        ),
        sa.CheckConstraint("kind IN ('close', 'open')", name="kind"),
        sa.CheckConstraint("agreed_by <> asked_by", name="two_people"),
        sa.CheckConstraint(
            "(agreed_at IS NULL) = (agreed_by IS NULL)"
            " AND (agreed_at IS NULL) = (number IS NULL)"
            " AND (dropped_at IS NULL) = (dropped_by IS NULL)",
            name="whole",
        ),
        sa.CheckConstraint("agreed_at IS NULL OR dropped_at IS NULL", name="one_end"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    book_id: UUID
    kind: str = Field(max_length=5)
    month: int
    words: str = Field(default="", max_length=400)
    seen: str = Field(default="", sa_type=sa.Text)
    asked_by: UUID = Field(foreign_key="membership.id")
    asked_at: datetime
    agreed_by: UUID | None = Field(default=None, foreign_key="membership.id")
    agreed_at: datetime | None = None
    number: int | None = None
    dropped_by: UUID | None = Field(default=None, foreign_key="membership.id")
    dropped_at: datetime | None = None


class BankPart(db.Table, table=True):
    """A line that is several people's money: how much of it is whose. One line of the book."""

    __table_args__ = (
        sa.CheckConstraint("amount <> 0", name="amount"),
        sa.UniqueConstraint("line_id", "source_id"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    line_id: UUID = Field(foreign_key="bank_line.id")
    source_id: UUID = Field(foreign_key="funding_source.id")
    amount: int = Field(sa_type=sa.BigInteger)


class BankApart(db.Table, table=True):
    """A line that was cut off another one, since one transfer paid for several things. Their
    amounts together are what the bank's statement says.
    """

    line_id: UUID = Field(primary_key=True, foreign_key="bank_line.id")
    of_id: UUID = Field(foreign_key="bank_line.id", index=True)


class BankReturn(db.Table, table=True):
    """What a line gives back: a payment that the bank returned, a person's payment that we gave
    back, or part of a bill. Without `of_id` the bill was given back by who was paid.
    """

    __table_args__ = (
        sa.CheckConstraint("kind IN ('returned', 'given_back', 'refund')", name="kind"),
        sa.CheckConstraint("(kind = 'refund') = (of_id IS NULL)", name="of"),
        sa.CheckConstraint("kind <> 'refund' OR bill_id IS NOT NULL", name="bill"),
        db.index_where("uq_bank_return_once", "of_id", where="kind = 'returned'"),
    )
    line_id: UUID = Field(primary_key=True, foreign_key="bank_line.id")
    kind: str = Field(max_length=10)
    of_id: UUID | None = Field(default=None, foreign_key="bank_line.id", index=True)
    bill_id: UUID | None = Field(default=None, foreign_key="bill.id", index=True)


class OpeningMoney(db.Table, table=True):
    """Whose the money was that lay in the bank before our first file. One person says so, another
    looks; only then is it written. One at a time.
    """

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("confirmed_by <> said_by", name="two_people"),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)"
            " AND (confirmed_at IS NULL) = (entry_seq IS NULL)"
            " AND (dropped_at IS NULL) = (dropped_by IS NULL)",
            name="whole",
        ),
        sa.CheckConstraint("confirmed_at IS NULL OR dropped_at IS NULL", name="one_end"),
        db.index_where(
            "uq_opening_money_one", "pool_id", where="confirmed_at IS NULL AND dropped_at IS NULL"
        ),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    pool_id: UUID = Field(foreign_key="pool.id", index=True)
    happened_on: date
    amount: int = Field(sa_type=sa.BigInteger)
    shown_by: str = Field(max_length=200)
    evidence_id: UUID | None = Field(default=None, foreign_key="evidence.id")
    said_by: UUID = Field(foreign_key="membership.id")
    said_at: datetime
    confirmed_by: UUID | None = Field(default=None, foreign_key="membership.id")
    confirmed_at: datetime | None = None
    dropped_by: UUID | None = Field(default=None, foreign_key="membership.id")
    dropped_at: datetime | None = None
    entry_seq: int | None = Field(default=None, sa_type=sa.BigInteger)


class OpeningPart(db.Table, table=True):
    """How much of it was whose. Without `source_id` it is the group's safety money."""

    __table_args__ = (
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.UniqueConstraint("opening_id", "source_id"),
    )
    id: UUID = Field(default_factory=db.new_id, primary_key=True)
    opening_id: UUID = Field(foreign_key="opening_money.id")
    source_id: UUID | None = Field(default=None, foreign_key="funding_source.id")
    amount: int = Field(sa_type=sa.BigInteger)


FORM_USED = "This form was used before. Open the page again."
db.sentences.update(
    {
        "uq_bank_line_account_id_fingerprint": "That bank line is here already.",
        "uq_closing_open": "Another month waits for a second person already. Look at that first.",
        "ck_closing_two_people": "You asked for this. Another person must look.",
        "closing_by_role": "Only people with a job in the group can close a month.",
        "closing_same_group": "This mixes up two groups. Nothing was saved.",
        "closing_frozen": "What was said about this month can't be changed.",
        "closing_by_mark": "The money book does not say so. Nothing was saved.",
        "uq_bank_return_once": "That payment came back once already.",
        "uq_bank_part_line_id_source_id": "The same person stands there twice. "
        "Write one amount for each.",
        "uq_opening_part_opening_id_source_id": "The same person stands there twice. "
        "Write one amount for each.",
        "uq_opening_money_one": "Somebody said whose it was already. Another person must look.",
        "ck_opening_money_two_people": "You said whose it was. Another person must look.",
        "opening_by_role": "Only a person with a job in the group can say whose it was.",
        "opening_frozen": "What was said about this money can't be changed.",
        "opening_adds_up": "The parts do not make the whole. Nothing was saved.",
        "pk_opening_money": FORM_USED,
        "pk_bank_account": FORM_USED,
        "pk_bank_import": FORM_USED,
        "pk_bank_upload": FORM_USED,
    }
)
