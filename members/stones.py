"""The list of who is gone, as a file beside the database and apart from its backups.

Whoever puts an old backup back brings people back with it. So the list is read at each start,
before anybody is served, and what was deleted is deleted again. It holds ids and days, no name.
"""

import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlmodel import Session, col, select

import db
from errors import NotPossible
from members import going
from members.mine import Rooms
from members.models import Erasure, Membership, Person, Role

FILE = "gone.jsonl"


class NotOurList(NotPossible):
    """{path} is not a list of who is gone. Nothing was changed."""


def line(asked: Erasure) -> str:
    facts = {
        "person": str(asked.person_id),
        "asked": asked.asked_at.isoformat(),
        "due": asked.due_at.isoformat(),
    }
    return json.dumps(facts) + "\n"


def lines(session: Session) -> Iterator[str]:
    """Everybody who is gone."""
    done = select(Erasure).where(col(Erasure.done_at).is_not(None)).order_by(col(Erasure.done_at))
    yield from (line(one) for one in session.exec(done))


# --- kept up by the tick ---


def due(session: Session, _now: datetime) -> list[UUID]:
    """Done, and not in the file yet."""
    return list(
        session.exec(
            select(Erasure.id).where(
                col(Erasure.done_at).is_not(None), col(Erasure.listed_at).is_(None)
            )
        )
    )


def add(erasure_id: UUID, now: datetime) -> None:
    """On disk first, then marked: a crash between writes it twice, which is as good as once."""
    with db.reading() as session:
        words = line(session.get_one(Erasure, erasure_id))
    path = current_app.config["CLUB"].home / FILE
    with path.open("a") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    with db.transaction() as session:
        session.get_one(Erasure, erasure_id, with_for_update=True).listed_at = now


# --- after a restore ---


def again(path: Path, rooms: Rooms, *, now: datetime) -> int:
    """Delete again whoever the list names and this database still knows. Returns how many."""
    if not path.exists():
        return 0
    with db.reading() as session:
        gone = select(Erasure.person_id).where(col(Erasure.done_at).is_not(None))
        known = set(session.exec(gone))
    count = 0
    for person_id, asked_at, due_at in _read(path):
        if person_id not in known:
            known.add(person_id)
            with db.transaction() as session:
                count += _once_more(session, rooms, (person_id, asked_at, due_at), now)
    return count


def _read(path: Path) -> Iterable[tuple[UUID, datetime, datetime]]:
    try:
        told = [json.loads(words) for words in path.read_text().splitlines()]
        return [
            (
                UUID(one["person"]),
                datetime.fromisoformat(one["asked"]),
                datetime.fromisoformat(one["due"]),
            )
            for one in told
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotOurList(path=path) from error


def _once_more(
    session: Session, rooms: Rooms, stone: tuple[UUID, datetime, datetime], now: datetime
) -> bool:
    """Somebody whom the backup is too old to know is not there; that is fine."""
    person_id, asked_at, due_at = stone
    person = session.get(Person, person_id, with_for_update=True)
    if person is None:
        return False
    asked = going.open_one(session, person_id)
    if asked is None:
        asked = Erasure(person_id=person_id, asked_at=asked_at, due_at=due_at)
        session.add(asked)
    for table, ended in ((Membership, Membership.left_at), (Role, Role.until)):
        session.exec(
            sa.update(table)
            .where(col(table.person_id) == person_id, col(ended).is_(None))
            .values({ended: asked_at})
        )
    session.flush()
    going.finish(session, asked, person, rooms=rooms, now=max(now, asked.due_at))
    return True
