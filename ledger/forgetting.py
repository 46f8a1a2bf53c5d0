"""Taking words of the money book away for a person who asked. Sums, chain and head stay the same:
what is sealed is only a commitment to the words, and the salt that could prove a guess goes too.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger.models import EntryText, TextGone

WORDS = "words"


def take_words(
    session: Session, book_id: UUID, seqs: Collection[int], *, because: UUID, now: datetime
) -> int:
    """Take away the words of these lines. `because` is who asked, and stands in the book instead:
    without that the database refuses. Returns how many went; what is gone already is left.
    """
    if not seqs:
        return 0
    there = (
        col(EntryText.book_id) == book_id,
        col(EntryText.field) == WORDS,
        col(EntryText.seq).in_(seqs),
    )
    found = session.exec(select(EntryText.seq).where(*there)).all()
    known = set(session.exec(select(TextGone.seq).where(TextGone.book_id == book_id)))
    session.add_all(
        TextGone(book_id=book_id, seq=seq, field=WORDS, because=because, gone_at=now)
        for seq in found
        if seq not in known
    )
    session.flush()
    session.exec(sa.delete(EntryText).where(*there))
    return len(found)
