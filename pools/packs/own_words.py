"""What a person says they did in some days and how it helped. Theirs alone until they send it."""

from datetime import date, datetime

from sqlmodel import Session, select

import db
from errors import NotValid
from members import typed
from members.models import Membership
from pools.packs.hiding import Others
from pools.packs.models import LONGEST_WORDS, OwnWords


class TooLong(NotValid):
    """Use fewer words. There is room for {most} letters."""


class NamesSomebody(NotValid):
    """Say it without the names of other people in the group."""


def save(
    session: Session, me: Membership, since: date, until: date, words: str, *, others: Others,
    now: datetime,
) -> None:  # fmt: skip
    """Keep these words for these days in place of what was said before; empty takes them away."""
    said = "\n".join(" ".join(line.split()) for line in words.splitlines()).strip()
    if typed.is_strange(said.replace("\n", " ")):
        raise typed.StrangeLetters
    if len(said) > LONGEST_WORDS:
        raise TooLong(most=LONGEST_WORDS)
    if others.named_in(said):
        raise NamesSomebody
    before = _row(session, me, since, until)
    if before is None:
        before = OwnWords(
            id=db.new_id(), membership_id=me.id, since=since, until=until, words="", changed_at=now
        )
    before.words, before.changed_at = said, now
    session.add(before)
    session.flush()


def of(session: Session, me: Membership, since: date, until: date) -> str:
    found = _row(session, me, since, until)
    return found.words if found else ""


def _row(session: Session, me: Membership, since: date, until: date) -> OwnWords | None:
    return session.exec(
        select(OwnWords).where(
            OwnWords.membership_id == me.id, OwnWords.since == since, OwnWords.until == until
        )
    ).first()
