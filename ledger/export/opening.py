"""Opens a bundle from anywhere without believing it: what is no bundle is refused at once.

Nothing is unpacked to disk. A name that is not expected, a size that lies, or a line that is too
long ends it, before it takes time or room.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import orjson

from errors import NotValid
from ledger.export.bundle import FORMAT, MONTHS, SUMS, VERSION

LINES = ("accounts.jsonl", "funds.jsonl", "balances.jsonl", "book.jsonl")
MORE_LINES = ("people.jsonl", "evidence.jsonl")
FILES = ("bundle.json", *LINES, *MORE_LINES, SUMS)
SINCE = (MONTHS,)  # what bundles of the first days do not have
EVIDENCE = re.compile(r"evidence/([0-9a-f]{64})\.(?:pdf|jpg|png)")
MOST_FILES = 40_000
LARGEST_PAPER = 6 * 1024 * 1024
LONGEST_LINE = 1_000_000  # an entry of 5,000 parts, all as long as can be, has 940,000
MOST_ROWS = {"accounts.jsonl": 1_000, "funds.jsonl": 50_000, "people.jsonl": 50_000, MONTHS: 5_000}
MOST_ROOM = 200  # times what is packed; a book comes to about four
AT_ONCE = 64 * 1024

_END = struct.Struct("<4s4H2LH")  # the end record of a zip, and its larger fellow with its locator
_LOCATOR = struct.Struct("<4sLQL")
_END_64 = struct.Struct("<4sQ2H2L4Q")


class NotABundle(NotValid):
    """This file is not a bundle of a money book: {why}. Nothing was changed."""


class Line(NamedTuple):
    """One line of a file of JSON lines, with where it stands."""

    number: int
    facts: dict[str, Any]


class Bundle:
    """An opened bundle. What is read of it is summed on the way (`sums`), each file in full."""

    def __init__(self, inside: ZipFile) -> None:
        self._zip = inside
        self.sums: dict[str, str] = {}
        self.papers = {
            match[1]: name for name in inside.namelist() if (match := EVIDENCE.fullmatch(name))
        }
        self.has_months = MONTHS in inside.namelist()
        self.about = self._about()

    def _about(self) -> dict[str, Any]:
        (first, *more) = list(self.lines("bundle.json", ABOUT))
        told = first.facts
        if more or (told["format"], told["version"]) != (FORMAT, VERSION):
            raise NotABundle(why="it is of another kind, or of a later version")
        for part, keys in (("book", BOOK), ("head", HEAD)):
            must_be(told[part], keys, f"its {part} is not told as it should be")
        if not isinstance(told["group"], dict) or type(told["names"]) is not bool:
            raise NotABundle(why="bundle.json is not as it should be")
        return told

    def lines(
        self, name: str, keys: Collection[str], *, first: Collection[str] | None = None
    ) -> Iterator[Line]:
        """The lines of one file, each an object of just these `keys` (the first of `first`)."""
        digest, most = hashlib.sha256(), MOST_ROWS.get(name)
        with self._open(name) as inside:
            number = 0
            while line := inside.readline(LONGEST_LINE + 1):
                number += 1
                digest.update(line)
                wanted = first if first and number == 1 else keys
                yield Line(number, _facts(line, wanted, f"line {number} of {name}"))
                if number == most:
                    raise NotABundle(why=f"{name} is too long")
        self.sums[name] = digest.hexdigest()

    def paper(self, name: str) -> bytes:
        with self._open(name) as inside:
            body = inside.read()
        self.sums[name] = hashlib.sha256(body).hexdigest()
        return body

    def listed_sums(self) -> dict[str, str]:
        """What the bundle says of the sums of its files."""
        with self._open(SUMS) as inside:
            words = inside.read(MOST_FILES * 200).decode("ascii", "replace")
        listed = (line.partition("  ") for line in words.splitlines())
        return {name: digest for digest, _, name in listed}

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with BufferedReader(self._zip.open(name), AT_ONCE) as inside:  # type: ignore[type-var]
                yield inside
        except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise NotABundle(why=f"{name} can't be unpacked") from error


ABOUT = ("book", "format", "group", "head", "names", "version")
BOOK = ("id", "opened_at", "salt", "unit")
HEAD = ("hash", "seq", "total", "words")


def must_be(told: object, keys: Collection[str], why: str) -> dict[str, str]:
    """An object of just these keys, whose values are texts."""
    if not isinstance(told, dict) or told.keys() != set(keys):
        raise NotABundle(why=why)
    if not all(isinstance(value, str) for value in told.values()):
        raise NotABundle(why=why)
    return told


def _facts(line: bytes, keys: Collection[str], where: str) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise NotABundle(why=f"{where} is too long")
    try:
        facts = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise NotABundle(why=f"{where} can't be read") from error
    if not isinstance(facts, dict) or facts.keys() != set(keys):
        raise NotABundle(why=f"{where} is not as it should be")
    return facts


@contextmanager
def opened(path: Path) -> Iterator[Bundle]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise NotABundle(why="it can't be opened") from error
    with file:
        _look_at_the_end(file)
        try:
            inside = ZipFile(file)
        except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise NotABundle(why="it can't be unpacked") from error
        _look_at_the_list(inside.infolist(), file.seek(0, 2))
        yield Bundle(inside)


def _look_at_the_end(file: IO[bytes]) -> None:
    """A zip says at its end how many files it lists. Listing them takes room, so ask that first."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - _LOCATOR.size - _END_64.size))
    tail = file.read()
    if len(tail) < _END.size or tail[-_END.size :][:4] != b"PK\5\6":
        raise NotABundle(why="it is no zip file")
    *_, listed, room, _, _ = _END.unpack(tail[-_END.size :])
    counts = [(listed, room)]
    if tail[-_END.size - _LOCATOR.size :][:4] == b"PK\6\7":
        larger = tail[: _END_64.size] if len(tail) > _END.size + _LOCATOR.size else b""
        if larger[:4] != b"PK\6\6" or len(larger) != _END_64.size:
            raise NotABundle(why="its end is not that of a zip file")
        *_, listed, room, _ = _END_64.unpack(larger)
        counts.append((listed, room))
    if any(listed > MOST_FILES or room > MOST_FILES * 300 for listed, room in counts):
        raise NotABundle(why="it lists too many files")


def _look_at_the_list(listed: list[ZipInfo], size: int) -> None:
    names = [info.filename for info in listed]
    for info in listed:
        _look_at(info)
    if len(set(names)) != len(names):
        raise NotABundle(why="it has two files of one name")
    for name in FILES:
        if name not in names:
            raise NotABundle(why=f"it has no {name}")
    if sum(info.compress_size for info in listed) > size:
        raise NotABundle(why="it says that it holds more than it does")


def _look_at(info: ZipInfo) -> None:
    paper = EVIDENCE.fullmatch(info.filename)
    how = {ZIP_STORED} if paper else {ZIP_STORED, ZIP_DEFLATED}
    if info.filename not in (*FILES, *SINCE) and not paper:
        raise NotABundle(why=f"it holds a file called {info.filename[:80]!a}")
    if info.flag_bits & 1 or info.compress_type not in how:
        raise NotABundle(why=f"{info.filename} is packed in another way")
    if paper and not info.file_size == info.compress_size <= LARGEST_PAPER:
        raise NotABundle(why=f"{info.filename} is too large")
    if info.file_size > MOST_ROOM * info.compress_size:
        raise NotABundle(why=f"{info.filename} unpacks to too much")
