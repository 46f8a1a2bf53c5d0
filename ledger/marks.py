"""A month that was closed or opened again: what is sealed of it, how it is read back. Pure.

docs/formats/chain.md says the same for people who want to check it without this code.
"""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

import orjson

from ledger import chain

VERSION = "1"
WORDS = "words"  # the field of its text
CLOSE, OPEN = "close", "open"
BANK = "bank"  # the account that must be what the bank says

Held = tuple[str, str, str, int]  # fund, account, unit, and what lay there in minor units


class Mark(NamedTuple):
    """Everything that is sealed of it. `by` are the codes of two people. `bank` is what the bank
    said at the end of the month, and what the book said; none where a month was opened again, and
    then there is nothing in `funds`. `words` is the commitment to the reason, if there is one.
    """

    book: str
    number: int
    kind: str
    month: int
    seq: int
    head: str
    recorded_at: str
    by: tuple[str, str]
    bank: tuple[int, int] | None
    funds: tuple[Held, ...]
    words: str | None


class Told(NamedTuple):
    """A mark as it lies there: its bytes and hash, and its words with their salt if they remain."""

    number: int
    content: bytes
    hash: bytes
    salt: bytes | None
    words: str | None


def content(mark: Mark) -> bytes:
    """The sealed bytes: canonical JSON like an entry's, and not one number in it."""
    bank = None
    if mark.bank is not None:
        says, book = mark.bank
        bank = {"book": str(book), "difference": str(says - book), "says": str(says)}
    return orjson.dumps(
        {
            "bank": bank,
            "book": mark.book,
            "by": mark.by,
            "funds": [
                {"account": account, "amount": str(amount), "fund": fund, "unit": unit}
                for fund, account, unit, amount in mark.funds
            ],
            "head": mark.head,
            "kind": mark.kind,
            "month": name(mark.month),
            "number": str(mark.number),
            "recorded_at": mark.recorded_at,
            "seq": str(mark.seq),
            "version": VERSION,
            "words": mark.words,
        }
    )


def sealed(told: bytes) -> Mark | None:
    """What the sealed bytes say, or nothing if they were not written as they should be."""
    try:
        facts = orjson.loads(told)
        bank = facts["bank"]
        first, second = facts["by"]
        mark = Mark(
            book=facts["book"],
            number=int(facts["number"]),
            kind=facts["kind"],
            month=number_of(facts["month"]),
            seq=int(facts["seq"]),
            head=facts["head"],
            recorded_at=facts["recorded_at"],
            by=(str(UUID(first)), str(UUID(second))),
            bank=None if bank is None else (int(bank["says"]), int(bank["book"])),
            funds=tuple(
                (one["fund"], one["account"], one["unit"], int(one["amount"]))
                for one in facts["funds"]
            ),
            words=facts["words"],
        )
        return mark if content(mark) == told else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def genesis(book_id: UUID) -> bytes:
    """hash(0) of the months of a book."""
    return hashlib.sha256(b"clubtogether months:" + book_id.bytes).digest()


def mark_hash(previous: bytes, number: int, told: bytes) -> bytes:
    """Each covers the one before it, and by its content the head of the book at that time."""
    return chain.entry_hash(previous, number, told)


def in_order(held: Iterable[Held]) -> tuple[Held, ...]:
    """As they are sealed: by fund, account and unit, without what is nothing."""
    return tuple(sorted(one for one in held if one[3]))


def name(month: int) -> str:
    """2026-05"""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def number_of(told: str) -> int:
    """The same back, as accounting.month_of counts. Raises ValueError."""
    first = date.fromisoformat(f"{told}-01")
    return first.year * 12 + first.month - 1


def in_words(month: int) -> str:
    """May 2026"""
    return f"{first_day(month):%B %Y}"


def first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    return date.fromordinal(first_day(month + 1).toordinal() - 1)
