"""The copy of my data: one zip with a page to read, the same as JSON by room, and my own files.

Made as it is sent, file after file, so that its size does not matter.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jinja2
from sqlmodel import Session

from members.mine import File, Room, Rooms
from members.models import Person

TEMPLATES = Path(__file__).parent.parent / "templates"
FILES = "files"
STYLE = """\
body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 0 auto; padding: 1rem; }
dl { border-top: 1px solid; padding-top: 0.5rem; }
dt { font-weight: bold; }
dd { margin: 0 0 0.5rem; overflow-wrap: anywhere; }
"""
page = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class _Pipe(io.RawIOBase):
    """Holds what was written since it was last asked. It can't go back, so the zip never does."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def pieces(session: Session, rooms: Rooms, person: Person, *, now: datetime) -> Iterator[bytes]:
    pipe = _Pipe()
    files: list[File] = []
    parts: list[tuple[str, dict[str, object]]] = []
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as zipped:
        for room in reversed(rooms):
            told = room.my_data(session, person, now=now)
            parts.append((room.name, told))
            files += _files(told)
            text = json.dumps(told, default=_plain, ensure_ascii=False, indent=1)
            zipped.writestr(f"{name_of(room)}.json", text)
            yield pipe.taken()
        zipped.writestr("index.html", index(parts, person, now))
        zipped.writestr("style.css", STYLE)
        yield pipe.taken()
        for file in files:
            zipped.writestr(f"{FILES}/{file.name}", file.body())
            yield pipe.taken()
    yield pipe.taken()


def name_of(room: Room) -> str:
    return room.name.lower().replace(" ", "-")


def _files(told: Any) -> Iterator[File]:
    if isinstance(told, File):
        yield told
    elif isinstance(told, dict | list | tuple):
        for one in told.values() if isinstance(told, dict) else told:
            yield from _files(one)


def _plain(value: object) -> str:
    """What JSON has no form for."""
    if isinstance(value, File):
        return f"{FILES}/{value.name}"
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


# --- the page -------------------------------------------------------------------------------------


def index(parts: list[tuple[str, dict[str, object]]], person: Person, now: datetime) -> str:
    shown = [
        (room, [(heading, _table(value)) for heading, value in told.items()])
        for room, told in parts
    ]
    return page.get_template("data/copy.html").render(
        name=person.name, now=f"{now:%-d %B %Y, %H:%M} UTC", parts=shown
    )


def _table(value: Any) -> list[list[tuple[str, str]]]:
    """Each thing as its questions and answers; a lone value as one without a question."""
    things = value if isinstance(value, list | tuple) else [value]
    return [
        [(str(name), _said(one)) for name, one in thing.items()]
        if isinstance(thing, dict)
        else [("", _said(thing))]
        for thing in things
    ]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%-d %B %Y, %H:%M} UTC"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_said(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(map(_said, value))
    return str(value) if isinstance(value, str | int) else _plain(value)
