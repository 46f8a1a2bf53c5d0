"""A whole book as lines of JSON, for people who check it without this code.

docs/formats/chain.md says what is in it and holds a verifier. It tells everything about the book,
so it is for the treasurer and for an auditor whom the group chose.
"""

from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

import orjson
from sqlalchemy import BindParameter, and_, bindparam, select
from sqlmodel import Session

from ledger import queries
from ledger.models import Book

_entry, _text = (Book.metadata.tables[name] for name in ("entry", "entry_text"))
_BOOK: BindParameter[UUID] = bindparam("book")
_OF_ENTRY = and_(_text.c.book_id == _entry.c.book_id, _text.c.seq == _entry.c.seq)
_ENTRIES = (
    select(
        *(_entry.c.seq, _entry.c.content, _entry.c.hash),
        *(_text.c.field, _text.c.salt, _text.c.text),
    )
    .join_from(_entry, _text, _OF_ENTRY, isouter=True)
    .where(_entry.c.book_id == _BOOK)
    .order_by(_entry.c.seq, _text.c.field)
)


def lines(session: Session, book_id: UUID) -> Iterator[bytes]:
    """One line for the book, then one for each entry, oldest first, each with its newline."""
    unit = queries.head(session, book_id).unit
    yield _line({"book": str(book_id), "unit": unit})
    rows = session.execute(_ENTRIES, {"book": book_id}, execution_options={"yield_per": 1000})
    for (seq, content, digest), parts in groupby(rows, key=lambda row: tuple(row[:3])):
        texts = {
            field: {"salt": salt.hex(), "text": text}
            for *_, field, salt, text in parts
            if field is not None
        }
        sealed = {"content": content.decode(), "hash": digest.hex(), "seq": str(seq)}
        yield _line(sealed | {"texts": texts})


def _line(facts: dict[str, object]) -> bytes:
    return orjson.dumps(facts, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS)
