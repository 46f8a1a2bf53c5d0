"""What is sealed in the book and how: canonical content, salted commitments, hashes, words. Pure.

docs/formats/chain.md says the same for people who want to check a book without this code.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import orjson
from mnemonic import Mnemonic

VERSION = "1"
SALT_BYTES = 32


# One posting as it is sealed: account, its kind, fund, unit, and the amount in minor units.
Part = tuple[str, str, str, str, int]


class Entry(NamedTuple):
    """Everything that is sealed of an entry: identifiers, days and moments as their texts."""

    book: str
    kind: str
    happened_on: str
    recorded_at: str
    recorded_by: str | None
    key: str
    authority: str | None
    reverses: int | None
    parts: Sequence[Part]
    texts: Mapping[str, str]  # field -> commitment


def content(entry: Entry) -> bytes:
    """The sealed bytes of an entry, the same when it is posted and when it is verified.

    Canonical JSON (RFC 8785): keys in order (as they are written here), no space, and not one
    number, since JSON's numbers are floats: amounts are strings of digits.
    """
    book, kind, on, at, by, key, authority, reverses, parts, texts = entry
    return orjson.dumps(
        {
            "authority": authority,
            "book": book,
            "happened_on": on,
            "key": key,
            "kind": kind,
            "postings": [
                {"account": account, "amount": str(amount), "fund": fund, "kind": of, "unit": unit}
                for account, of, fund, unit, amount in parts
            ],
            "recorded_at": at,
            "recorded_by": by,
            "reverses": None if reverses is None else str(reverses),
            "texts": texts if len(texts) < 2 else dict(sorted(texts.items())),
            "version": VERSION,
        }
    )


def moment(at: datetime) -> str:
    """RFC 3339 in UTC, always with six digits of a second."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def day(on: date) -> str:
    return on.isoformat()


def commitment(salt: bytes, field: str, text: str) -> str:
    """Binds a text without telling it: delete text and salt, and nobody can guess it back."""
    return hashlib.sha256(salt + field.encode() + b"\0" + text.encode()).hexdigest()


def genesis(book_id: UUID) -> bytes:
    """hash(0), the root that entry 1 of this book stands on."""
    return hashlib.sha256(b"clubtogether:" + book_id.bytes).digest()


def entry_hash(previous: bytes, seq: int, sealed: bytes) -> bytes:
    """hash(n) = sha256(hash(n-1) | n as 8 bytes | sha256(content(n)))."""
    inner = hashlib.sha256(sealed).digest()
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + inner).digest()


def book_name(salt: bytes, unit: str, opened_at: str) -> UUID:
    """A book's id is the fingerprint of what its row says, so that the row can't be changed."""
    return _fingerprint("book", salt, unit, opened_at)


def fund_name(salt: bytes, book: str, kind: str, owner: str | None, source: str | None) -> UUID:
    """A fund's id is the fingerprint of whose it is: the chain holds the id, and so the owner."""
    return _fingerprint("fund", salt, book, kind, owner or "", source or "")


def _fingerprint(what: str, salt: bytes, *facts: str) -> UUID:
    """A UUID of version 8 (RFC 9562: made to a rule of one's own) from a hash of the facts."""
    digest = hashlib.sha256("\0".join([what, salt.hex(), *facts]).encode()).digest()
    number = int.from_bytes(digest[:16], "big") & ~(0xF << 76) & ~(0x3 << 62)
    return UUID(int=number | 0x8 << 76 | 0x2 << 62)


@lru_cache
def _words() -> list[str]:
    return Mnemonic("english").wordlist


def meant_by(seal: str) -> tuple[bytes, bytes] | None:
    """The least and the greatest hash that somebody may mean who types it off a letter: all of it
    in hexadecimal, or its three words. None if it can't be either.
    """
    typed = seal.lower().split()
    figures = "".join(typed)
    if len(figures) == 64 and set(figures) <= set("0123456789abcdef"):
        return bytes.fromhex(figures), bytes.fromhex(figures)
    if len(typed) != 3 or not set(typed) <= set(_words()):
        return None
    bits = 0
    for word in typed:
        bits = bits << 11 | _words().index(word)
    return (bits << 223).to_bytes(32, "big"), ((bits + 1 << 223) - 1).to_bytes(32, "big")


def words(digest: bytes) -> str:
    """The first 33 bits as three words of BIP-39's list: for a glance, never the check."""
    bits = int.from_bytes(digest[:5], "big") >> 7
    return " ".join(_words()[bits >> shift & 0x7FF] for shift in (22, 11, 0))
