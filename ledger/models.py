"""The tables of the money book: book, account, fund, entry, posting; and what is kept beside them.

Every key begins with `book_id`, so a book never joins to another. Only `journal` writes these
tables; triggers (migrations/guards/ledger.py) refuse whatever else is tried.
"""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

import db

ACCOUNT_KINDS = ("asset", "income", "cost", "transfer")
FUND_KINDS = ("member", "reserve", "solidarity", "grant", "custody")
SOURCES = ("direct_payment", "isf", "health_budget", "own_money", "ndis", "grant")


# SQLite keeps these rows in their key's own tree: one write each instead of two.
CLUSTERED = {"sqlite_with_rowid": False}

# Entries of these kinds are so many that a page of them is found at once without an index, and
# posting them need not write one.
COMMON = ("contribution", "spending")
RARE = f"kind NOT IN ({', '.join(repr(kind) for kind in COMMON)})"

LAST = 2**62  # beyond the end of any book

# Sums stay within 64 bits, and on SQLite integers: a sum beyond them would turn into a float.
LARGEST_SUM = 9 * 10**18


def within(column: str) -> str:
    return f"{column} BETWEEN {-LARGEST_SUM} AND {LARGEST_SUM}"


def one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Book(db.Table, table=True):
    """One pool's set of accounts, and the head of its chain. `total` is what we have, in pence.

    The id is the fingerprint of salt, unit and opened_at (chain.book_name), so they can't change.
    """

    __table_args__ = (CLUSTERED,)
    book_id: UUID = Field(primary_key=True)
    salt: bytes = Field(sa_type=sa.LargeBinary)
    unit: str = Field(max_length=8)
    opened_at: datetime
    head_seq: int = Field(default=0, sa_type=sa.BigInteger)
    head_hash: bytes = Field(sa_type=sa.LargeBinary)
    total: int = Field(default=0, sa_type=sa.BigInteger)


class Account(db.Table, table=True):
    """Where money is, or what it was for."""

    __table_args__ = (sa.CheckConstraint(one_of("kind", ACCOUNT_KINDS), name="kind"), CLUSTERED)
    book_id: UUID = Field(primary_key=True, foreign_key="book.book_id")
    code: str = Field(primary_key=True, max_length=40)
    kind: str = Field(max_length=10)


class Fund(db.Table, table=True):
    """Whose money it is. A person is only a random code here, another one in each book.

    The id is the fingerprint of the row (chain.fund_name): the chain holds the id, so it holds
    whose money it is as well.
    """

    __table_args__ = (
        sa.CheckConstraint(one_of("kind", FUND_KINDS), name="kind"),
        sa.CheckConstraint(one_of("source", SOURCES), name="source"),
        sa.CheckConstraint("(kind = 'member') = (owner_code IS NOT NULL)", name="owner"),
        sa.UniqueConstraint("book_id", "owner_code", "source"),
        CLUSTERED,
    )
    book_id: UUID = Field(primary_key=True, foreign_key="book.book_id")
    fund_id: UUID = Field(primary_key=True)
    salt: bytes = Field(sa_type=sa.LargeBinary)
    kind: str = Field(max_length=10)
    owner_code: UUID | None = None
    source: str | None = Field(default=None, max_length=20)


class Entry(db.Table, table=True):
    """One thing that happened. `content` is its sealed canonical JSON, `hash` covers the last one.

    `money_in`, `money_out` and `total` are pence of the book's own unit, so that a page of the
    book opens without summing the past. `month` (accounting.month_of) is that of happened_on.
    """

    __table_args__ = (
        sa.UniqueConstraint("book_id", "key"),
        db.index_where(
            "uq_entry_book_id_reverses", "book_id", "reverses", where="reverses IS NOT NULL"
        ),
        sa.CheckConstraint(within("total"), name="total"),
        sa.Index("ix_entry_month", "book_id", "month", "seq"),
        db.index_where("ix_entry_kind", "book_id", "kind", "seq", where=RARE, unique=False),
    )
    book_id: UUID = Field(primary_key=True, foreign_key="book.book_id")
    seq: int = Field(primary_key=True, sa_type=sa.BigInteger)
    kind: str = Field(max_length=20)
    happened_on: date
    month: int
    recorded_at: datetime
    recorded_by: UUID | None = None
    key: str = Field(max_length=120)
    authority: str | None = Field(default=None, max_length=80)
    reverses: int | None = Field(default=None, sa_type=sa.BigInteger)
    money_in: int = Field(sa_type=sa.BigInteger)
    money_out: int = Field(sa_type=sa.BigInteger)
    total: int = Field(sa_type=sa.BigInteger)
    content: bytes = Field(sa_type=sa.LargeBinary)
    hash: bytes = Field(sa_type=sa.LargeBinary)


class Posting(db.Table, table=True):
    """One line of an entry: account x fund x unit x amount, signed minor units (pence; minutes)."""

    __table_args__ = (
        sa.ForeignKeyConstraint(["book_id", "seq"], ["entry.book_id", "entry.seq"]),
        sa.ForeignKeyConstraint(["book_id", "account"], ["account.book_id", "account.code"]),
        sa.ForeignKeyConstraint(["book_id", "fund_id"], ["fund.book_id", "fund.fund_id"]),
        sa.CheckConstraint("amount <> 0", name="not_zero"),
        sa.Index("ix_posting_month", "book_id", "month", "fund_id", "seq"),
        CLUSTERED,
    )
    book_id: UUID = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=sa.BigInteger)
    line: int = Field(primary_key=True)
    account: str = Field(max_length=40)
    fund_id: UUID
    month: int
    unit: str = Field(max_length=8)
    amount: int = Field(sa_type=sa.BigInteger)


class EntryText(db.Table, table=True):
    """Words of an entry with their salt. The sealed content holds only a commitment to them, so
    they can be deleted for a person who asks, and the chain still verifies.
    """

    __table_args__ = (
        sa.ForeignKeyConstraint(["book_id", "seq"], ["entry.book_id", "entry.seq"]),
        CLUSTERED,
    )
    book_id: UUID = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=sa.BigInteger)
    field: str = Field(primary_key=True, max_length=20)
    salt: bytes = Field(sa_type=sa.LargeBinary)
    text: str = Field(sa_type=sa.Text)


class TextGone(db.Table, table=True):
    """Words that were taken away, and nothing of what they were. `because` is who asked: the id of
    an erasure. Only what stands here may be deleted from the words of the book.
    """

    __table_args__ = (
        sa.ForeignKeyConstraint(["book_id", "seq"], ["entry.book_id", "entry.seq"]),
        CLUSTERED,
    )
    book_id: UUID = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_type=sa.BigInteger)
    field: str = Field(primary_key=True, max_length=20)
    because: UUID
    gone_at: datetime


class Balance(db.Table, table=True):
    """What each account holds of each fund, kept in the transaction that posts."""

    __table_args__ = (sa.CheckConstraint(within("amount"), name="amount"), CLUSTERED)
    book_id: UUID = Field(primary_key=True)
    fund_id: UUID = Field(primary_key=True)
    account: str = Field(primary_key=True, max_length=40)
    unit: str = Field(primary_key=True, max_length=8)
    amount: int = Field(sa_type=sa.BigInteger)


class MonthTotal(db.Table, table=True):
    """The same by the month in which it happened, so that a statement need not sum the past.

    The month comes first in the key here and in the index of postings: what is written together
    lies together, and a statement asks for its few months one by one.
    """

    __table_args__ = (sa.CheckConstraint(within("amount"), name="amount"), CLUSTERED)
    book_id: UUID = Field(primary_key=True)
    month: int = Field(primary_key=True)
    fund_id: UUID = Field(primary_key=True)
    account: str = Field(primary_key=True, max_length=40)
    unit: str = Field(primary_key=True, max_length=8)
    amount: int = Field(sa_type=sa.BigInteger)


class MonthMark(db.Table, table=True):
    """A month was closed, or one was opened again, by two people (their codes). Append-only.

    `until` is the last month that is closed from then on, if any is, and `until_on` its last day;
    the book stood at `seq` and `head`. Pence: `bank_says` is what the bank's statements say lay
    there at the end of the month, `bank_book` what the book says. `content` is sealed (marks).
    """

    __table_args__ = (
        sa.CheckConstraint("kind IN ('close', 'open')", name="kind"),
        sa.CheckConstraint("second_by <> first_by", name="two_people"),
        sa.CheckConstraint("(until IS NULL) = (until_on IS NULL)", name="until"),
        sa.CheckConstraint(
            "(kind = 'close') = (bank_says IS NOT NULL)"
            " AND (bank_says IS NULL) = (bank_book IS NULL)",
            name="bank",
        ),
        CLUSTERED,
    )
    book_id: UUID = Field(primary_key=True, foreign_key="book.book_id")
    number: int = Field(primary_key=True)
    kind: str = Field(max_length=5)
    month: int
    seq: int = Field(sa_type=sa.BigInteger)
    head: bytes = Field(sa_type=sa.LargeBinary)
    until: int | None = None
    until_on: date | None = None
    first_by: UUID
    second_by: UUID
    recorded_at: datetime
    bank_says: int | None = Field(default=None, sa_type=sa.BigInteger)
    bank_book: int | None = Field(default=None, sa_type=sa.BigInteger)
    content: bytes = Field(sa_type=sa.LargeBinary)
    hash: bytes = Field(sa_type=sa.LargeBinary)
    salt: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    words: str | None = Field(default=None, max_length=400)


class Checkpoint(db.Table, table=True):
    """What a fund held in one place when a month was closed: the sum of all months up to it."""

    __table_args__ = (sa.CheckConstraint("amount <> 0", name="not_zero"), CLUSTERED)
    book_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    fund_id: UUID = Field(primary_key=True)
    account: str = Field(primary_key=True, max_length=40)
    unit: str = Field(primary_key=True, max_length=8)
    amount: int = Field(sa_type=sa.BigInteger)


db.sentences.update(
    {
        "month_closed": "That month is closed. Write it with a day in a month that is open.",
        "months_append_only": "What was said of a closed month can't be changed.",
        "months_in_order": "Months close one after the other. Close the one before first.",
        "months_add_up": "That is not what lay in the book at the end of the month. "
        "Nothing was closed.",
        "ck_month_mark_two_people": "Two different people must close a month.",
        "ledger_append_only": "The money book can't be changed or rubbed out. "
        "Put a mistake right with a new line.",
        "words_kept": "Words of the money book go only for a person who asked us.",
        "ledger_next_only": "A line can only be added at the end of the money book.",
        "ledger_adds_up": "That line does not add up. Nothing was saved.",
        "uq_fund_book_id_owner_code_source": "This person has money from there already.",
        "ck_balance_amount": "That amount is too large. Count the noughts again.",
        "ck_month_total_amount": "That amount is too large. Count the noughts again.",
        "ck_entry_total": "That amount is too large. Count the noughts again.",
        "uq_entry_book_id_reverses": "That line was put right already.",
        "uq_entry_book_id_key": "That was saved already. Nothing was added twice.",
    }
)
