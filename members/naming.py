"""Words that other people wrote and that may name somebody who is gone.

A name is also a word (Will, Grace, Art), so a person with a job looks, or time does it. What is
certain, an email or a phone, goes at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotFound, NotPossible
from members import access, own
from members.mine import Rooms, Words
from members.models import Erasure, Membership, NamedWords, Person

KEPT = timedelta(days=30)  # for somebody to look; then the words go by themselves
LATER = timedelta(days=7)
JOBS = ("organiser", "treasurer", "checker")


class NoSuchWords(NotFound):
    """We could not find these words. Somebody may have looked at them just now."""


class StillOpen(NotPossible):
    """This is still open, so its words can't change. Look again when it is over."""


@dataclass(frozen=True)
class Line:
    id: UUID
    called: str
    words: str
    until: datetime


@dataclass(frozen=True)
class Gone:
    """What somebody was known by, read before it goes. `certain` is nobody else's."""

    names: frozenset[str]
    certain: frozenset[str]
    pools: tuple[UUID, ...]


def known_by(session: Session, person: Person) -> Gone:
    pools = session.exec(select(Membership.pool_id).where(Membership.person_id == person.id))
    certain = frozenset(one for one in (person.email, person.phone) if one)
    return Gone(own.names_of(session, person), certain, tuple(pools))


def find(session: Session, rooms: Rooms, erasure: Erasure, gone: Gone, now: datetime) -> None:
    """Where else a name stands, in the groups that they were in."""
    for place in _places(rooms).values():
        for pool_id in gone.pools:
            for (row_id, seq), sure in _rows(session, place, pool_id, gone).items():
                made = NamedWords(
                    erasure_id=erasure.id,
                    pool_id=pool_id,
                    place=place.place,
                    row_id=row_id,
                    seq=seq,
                    found_at=now,
                    ends_at=now if sure else now + KEPT,
                )
                session.add(made)
                session.flush()
                if sure:
                    _take(session, place, made, now)


def _rows(
    session: Session, place: Words, pool_id: UUID, gone: Gone
) -> dict[tuple[UUID | None, int | None], bool]:
    """Each row or line that holds a name, and whether it is beyond doubt."""
    rows: dict[tuple[UUID | None, int | None], bool] = {}
    for name in gone.names:
        for one in place.find(session, pool_id, name):
            if own.whole_word(name).search(one.text):
                at = (one.row_id, one.seq)
                rows[at] = rows.get(at, False) or name in gone.certain
    return rows


def _places(rooms: Rooms) -> dict[str, Words]:
    return {place.place: place for room in rooms for place in room.words}


def _take(session: Session, place: Words, found: NamedWords, now: datetime) -> bool:
    if not place.take(session, found, now):
        found.ends_at = now + LATER
        return False
    found.decided_at, found.taken = now, True
    session.add(found)
    session.flush()
    return True


# --- looking ---


def waiting(session: Session, rooms: Rooms, pool_id: UUID) -> tuple[Line, ...]:
    places = _places(rooms)
    found = select(NamedWords).where(
        NamedWords.pool_id == pool_id, col(NamedWords.decided_at).is_(None)
    )
    return tuple(
        Line(one.id, places[one.place].called, places[one.place].read(session, one), one.ends_at)
        for one in session.exec(found.order_by(col(NamedWords.ends_at), col(NamedWords.id)))
    )


def count(session: Session, pool_id: UUID) -> int:
    return session.exec(
        select(sa.func.count()).where(
            NamedWords.pool_id == pool_id, col(NamedWords.decided_at).is_(None)
        )
    ).one()


def decide(
    session: Session,
    rooms: Rooms,
    words_id: UUID,
    by: Membership,
    *,
    take: bool,
    now: datetime,
) -> None:
    """Somebody with a job looked: these words go, or they are not about who is gone."""
    access.must_hold(session, by, *JOBS)
    found = session.get(NamedWords, words_id, with_for_update=True)
    if found is None or found.pool_id != by.pool_id:
        raise NoSuchWords
    if found.decided_at is not None:
        return
    if take and not _take(session, _places(rooms)[found.place], found, now):
        raise StillOpen
    found.decided_at, found.taken, found.decided_by = now, take, by.id
    session.add(found)


def due(session: Session, now: datetime) -> list[UUID]:
    """Nobody looked in time."""
    return list(
        session.exec(
            select(NamedWords.id).where(
                NamedWords.ends_at <= now, col(NamedWords.decided_at).is_(None)
            )
        )
    )


def take_unlooked(session: Session, words_id: UUID, *, rooms: Rooms, now: datetime) -> None:
    found = session.get(NamedWords, words_id, with_for_update=True)
    if found is not None and found.decided_at is None and found.ends_at <= now:
        _take(session, _places(rooms)[found.place], found, now)
