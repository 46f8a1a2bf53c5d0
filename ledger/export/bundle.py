"""A whole book as one file: a zip of JSON lines and of the files that show what happened.

docs/formats/bundle.md says what is in it. It is written as a stream, and the same book is always
the same bytes.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
from sqlmodel import Session

from ledger import chain
from ledger.export import reading
from ledger.export.reading import Told, Whole

FORMAT, VERSION = "clubtogether-bundle", "1"
SUMS, MONTHS = "SHA256SUMS", "months.jsonl"
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
ENOUGH = 64 * 1024  # bytes that are gathered before they are sent on
LEVEL = 1  # half of a book is hashes, which nothing makes shorter

Fact = str | None


class Paper(NamedTuple):
    """A file that shows what happened. `added_by` is the code of a person. An entry that it belongs
    to has the digest, in hexadecimal, as its text `evidence`.
    """

    media: str
    name: str
    added_at: str
    added_by: str
    digest: bytes
    body: Callable[[], bytes]


@dataclass(frozen=True)
class Beside:
    """What those who keep the book may add: about the group, its people, its papers."""

    group: Mapping[str, Fact] = field(default_factory=dict)
    people: Iterable[Mapping[str, Fact]] = ()
    papers: Iterable[Paper] = ()


class _Sink(io.RawIOBase):
    """Takes what the zip writes, and hands it on."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, some: bytes) -> int:  # type: ignore[override]
        self._kept += some
        return len(some)

    def take(self, least: int) -> Iterator[bytes]:
        if self._kept and len(self._kept) >= least:
            yield bytes(self._kept)
            self._kept.clear()


class _Writer:
    """Writes the files of the zip one after the other, and remembers their sums."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._zip = ZipFile(self._sink, "w", ZIP_DEFLATED, compresslevel=LEVEL)
        self.sums: dict[str, str] = {}

    def lines(self, name: str, lines: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
        """A file of JSON, an object a line."""
        kept = (orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)
        return self.file(name, kept)

    def file(self, name: str, body: Iterable[bytes], *, packed: bool = True) -> Iterator[bytes]:
        """A file named by its text is packed; one named by a ZipInfo lies as it is. Both bear the
        first day that a zip knows, so that none tells when it was made.
        """
        named = name if packed else ZipInfo(name)
        digest = hashlib.sha256()
        with self._zip.open(named, "w", force_zip64=packed) as inside:
            for some in gathered(body):
                digest.update(some)
                inside.write(some)
                yield from self._sink.take(ENOUGH)
        self.sums[name] = digest.hexdigest()

    def end(self) -> Iterator[bytes]:
        self._zip.close()
        return self._sink.take(1)


def gathered(body: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth sending."""
    kept = bytearray()
    for some in body:
        kept += some
        if len(kept) >= ENOUGH:
            yield bytes(kept)
            kept.clear()
    if kept:
        yield bytes(kept)


def zipped(session: Session, book: Whole, beside: Beside, *, personal: bool) -> Iterator[bytes]:
    """The bundle, piece by piece. Words about one person's money go in only if `personal`."""
    write = _Writer()
    yield from write.lines("bundle.json", [_about(book, beside, personal=personal)])
    accounts = ({"code": code, "kind": kind} for code, kind in sorted(book.accounts.items()))
    yield from write.lines("accounts.jsonl", accounts)
    yield from write.lines("funds.jsonl", _funds(book))
    yield from write.lines("balances.jsonl", _balances(book))
    yield from write.lines("book.jsonl", _book(session, book, personal=personal))
    yield from write.lines(MONTHS, _months(session, book, personal=personal))
    yield from write.lines("people.jsonl", beside.people)
    papers: dict[str, Mapping[str, str]] = {}
    for paper in beside.papers:
        file = f"evidence/{paper.digest.hex()}.{ENDINGS[paper.media]}"
        if file not in papers:
            papers[file] = {
                "added_at": paper.added_at,
                "added_by": paper.added_by,
                "file": file,
                "media": paper.media,
                "name": paper.name,
            }
            yield from write.file(file, [paper.body()], packed=False)
    yield from write.lines("evidence.jsonl", papers.values())
    sums = "".join(f"{digest}  {name}\n" for name, digest in write.sums.items())
    yield from write.file(SUMS, [sums.encode()])
    yield from write.end()


def _about(book: Whole, beside: Beside, *, personal: bool) -> dict[str, object]:
    return {
        "book": {
            "id": str(book.book_id),
            "opened_at": book.opened_at,
            "salt": book.salt.hex(),
            "unit": book.unit,
        },
        "format": FORMAT,
        "group": dict(beside.group),
        "head": {
            "hash": book.hash.hex(),
            "seq": str(book.seq),
            "total": str(book.total),
            "words": chain.words(book.hash),
        },
        "names": personal,
        "version": VERSION,
    }


def _funds(book: Whole) -> Iterator[dict[str, Fact]]:
    for fund in book.funds.values():
        yield {
            "fund": fund.fund_id,
            "kind": fund.kind,
            "owner": fund.owner,
            "salt": fund.salt.hex(),
            "source": fund.source,
        }


def _balances(book: Whole) -> Iterator[dict[str, str]]:
    for fund_id, account, unit, amount in book.balances:
        yield {"account": account, "amount": str(amount), "fund": fund_id, "unit": unit}


def _book(session: Session, book: Whole, *, personal: bool) -> Iterator[dict[str, object]]:
    """The dump of docs/formats/chain.md."""
    yield {"book": str(book.book_id), "unit": book.unit}
    for told in reading.entries(session, book, personal=personal):
        yield _sealed(told)


def _months(session: Session, book: Whole, *, personal: bool) -> Iterator[dict[str, object]]:
    """Each month that was closed or opened again, sealed as its lines are."""
    for told in reading.months(session, book, personal=personal):
        words = None
        if told.salt is not None and told.words is not None:
            words = {"salt": told.salt.hex(), "text": told.words}
        yield {
            "content": told.content.decode(),
            "hash": told.hash.hex(),
            "number": str(told.number),
            "words": words,
        }


def _sealed(told: Told) -> dict[str, object]:
    texts = {text.field: {"salt": text.salt.hex(), "text": text.text} for text in told.texts}
    return {
        "content": told.content.decode(),
        "hash": told.hash.hex(),
        "seq": str(told.seq),
        "texts": texts,
    }


def digests(session: Session, book_id: UUID) -> Iterator[str]:
    """For any member: of each entry only its digest and its hash. It tells nothing of anybody, and
    is enough to see that the chain holds and ends at the head of one's letter.
    """
    book = reading.whole(session, book_id)
    yield "Line,Digest of the sealed line,Hash\r\n"
    for told in reading.entries(session, book, personal=False):
        sealed = hashlib.sha256(told.content).hexdigest()
        yield f"{told.seq},{sealed},{told.hash.hex()}\r\n"
