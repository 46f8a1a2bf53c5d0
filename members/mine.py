"""What is mine: the copy of all that is kept about a person, and deleting it when they ask.

Each room says its own part, as a `Room`; app.py gathers them into app.extensions["mine"].
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session, SQLModel

from members.models import Membership, Person


class MyData(Protocol):
    """All that a room keeps about a person: a heading in plain words -> what stands under it. That
    is words, a number, a date, a dict of these, a list of such dicts (`told` makes one from a row),
    or a `File`. Never another person's name, money or choice.
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


Firsts = Callable[[Session, Membership, datetime], Iterable[First]]


def nothing_first(_session: Session, _mine: Membership, _now: datetime) -> tuple[First, ...]:
    return ()


@dataclass(frozen=True)
class Room:
    """`name` is the heading of this room's part of the copy. `first` is asked of each membership,
    those that ended too.
    """

    name: str
    my_data: MyData
    erase: Erase
    first: Firsts = nothing_first


@dataclass(frozen=True)
class File:
    """A file that the person added: it lies in the copy as it is."""

    name: str
    body: bytes


def told(row: SQLModel, *without: str) -> dict[str, object]:
    """A row as its columns say it, in words a person can read: `joined_at` is "joined at"."""
    return {
        name.removesuffix("_").replace("_", " "): value
        for name, value in row
        if name not in without and value is not None
    }
