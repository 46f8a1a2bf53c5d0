"""What is mine: the copy of all that is kept about a person, and deleting it when they ask.

Each room says its own part, as a `Room`; app.py gathers them into app.extensions["mine"], the rooms
that stand on others first.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from members.models import Membership, NamedWords, Person

GONE = "Words taken away"  # as migrations/guards have it


class MyData(Protocol):
    """All that a room keeps about a person: a heading in plain words -> what stands under it. That
    is words, a number, a date, a dict of these, or a list of such dicts (`told` makes one from a
    row), in which a `File` may stand. Never another person's money or choice.
    """

    def __call__(self, session: Session, person: Person, *, now: datetime) -> dict[str, object]: ...


class Erase(Protocol):
    """Delete whatever of the room's tells who this person was or what they said. What the group's
    sums or proofs need stays, with no name. Doing it twice is fine.
    """

    def __call__(self, session: Session, person: Person, *, now: datetime) -> None: ...


@dataclass(frozen=True)
class First:
    """Something that must happen before a person can leave a group; `href` is where to do it."""

    words: str
    href: str


@dataclass(frozen=True)
class Stays:
    """What stays of a person when their details went, and until when, if it ever goes."""

    words: str
    until: date | None = None


@dataclass(frozen=True)
class Found:
    """Words in which a name was found: which row, or which line of the money book."""

    text: str
    row_id: UUID | None = None
    seq: int | None = None


@dataclass(frozen=True)
class Words:
    """A place where people write freely, and so may name others. `take` takes words away and says
    if it could: what is still open can't be changed yet.
    """

    place: str
    called: str
    find: Callable[[Session, UUID, str], Iterable[Found]]
    read: Callable[[Session, NamedWords], str]
    take: Callable[[Session, NamedWords, datetime], bool]


Firsts = Callable[[Session, Membership, datetime], Iterable[First]]
Stay = Callable[[Session, Person, datetime], Iterable[Stays]]
Cut = Callable[[Session, Person], None]


def nothing(*_: object) -> tuple[()]:
    return ()


def nothing_to_cut(_session: Session, _person: Person) -> None:
    return


@dataclass(frozen=True)
class Room:
    """`name` is the heading of this room's part of the copy. `first` is asked of each membership,
    those that ended too. `cut` takes away the last link to the money book, once no council may ask
    any more.
    """

    name: str
    my_data: MyData
    erase: Erase
    first: Firsts = nothing
    stays: Stay = nothing
    cut: Cut = nothing_to_cut
    words: tuple[Words, ...] = ()


Rooms = tuple[Room, ...]


# --- for the rooms ---


@dataclass(frozen=True)
class File:
    """A file that the person added: it lies in the copy as it is, read only when it is written."""

    name: str
    body: Callable[[], bytes]


def told(row: SQLModel, *without: str) -> dict[str, object]:
    """A row as its columns say it, in words a person can read: `joined_at` is "joined at"."""
    return {
        name.replace("_", " "): value
        for name, value in row
        if name not in without and value is not None
    }


def rows(
    session: Session, table: type[SQLModel], *conditions: Any, without: tuple[str, ...] = ()
) -> list[dict[str, object]]:
    """Every row of a table for which this holds, oldest first."""
    wanted = select(table).where(*conditions).order_by(*sa.inspect(table).primary_key)
    return [told(row, *without) for row in session.exec(wanted)]


def memberships(person: Person) -> sa.ScalarSelect[UUID]:
    """The ids of all their memberships, for a condition."""
    return (
        sa.select(col(Membership.id)).where(col(Membership.person_id) == person.id)
    ).scalar_subquery()


def words_in(
    table: type[SQLModel],
    column: str,
    called: str,
    *,
    gone: str = GONE,
    over: Callable[[Any], bool] = lambda _: True,
) -> Words:
    """The usual place: a column of a table with `id` and `pool_id`."""
    text: Any = getattr(table, column)
    key, pool = (getattr(table, name) for name in ("id", "pool_id"))

    def find(session: Session, pool_id: UUID, name: str) -> Iterable[Found]:
        wanted = select(key, text).where(pool == pool_id, text.icontains(name, autoescape=True))
        return [Found(words, row_id=row_id) for row_id, words in session.exec(wanted)]

    def read(session: Session, found: NamedWords) -> str:
        return getattr(session.get(table, found.row_id), column, None) or ""

    def take(session: Session, found: NamedWords, _now: datetime) -> bool:
        row = session.get(table, found.row_id)
        if row is not None and not over(row):
            return False
        session.exec(sa.update(table).where(key == found.row_id).values({column: gone}))
        return True

    return Words(f"{table.__tablename__}.{column}", called, find, read, take)
