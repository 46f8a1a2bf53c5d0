"""A payment that the bank sent back: the line that says so, and the one it undoes, lead to each
other. The later line carries the number of the first in its key.
"""

from collections.abc import Collection, Iterator
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.models import Entry

_undo = aliased(Entry)
_LATER = select(Entry.seq, Entry.key).where(
    Entry.book_id == sa.bindparam("book"),
    col(Entry.key).in_(sa.bindparam("keys", expanding=True)),
    ~sa.exists().where(col(_undo.book_id) == Entry.book_id, col(_undo.reverses) == Entry.seq),
)


def first_of(key: str) -> int | None:
    """The line that came back, from the key of the line that says so."""
    kind, _, rest = key.partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == "back" and number.isascii() and number.isdigit() else None


def later_of(session: Session, book_id: UUID, seqs: Collection[int]) -> dict[int, int]:
    """For each of these lines that came back, the line that says so. One that was turned round
    itself does not count.
    """
    if not seqs:
        return {}
    keys = [f"back:{seq}" for seq in seqs]
    found = session.exec(_LATER, params={"book": book_id, "keys": keys})
    return {first: seq for seq, key in found if (first := first_of(key)) is not None}


def links(key: str, later: int | None, home: str) -> Iterator[tuple[str, str]]:
    if later is not None:
        yield "it came back", f"{home}/money/{later}"
    first = first_of(key)
    if first is not None:
        yield "see the payment that came back", f"{home}/money/{first}"
