"""Takes a book that was kept elsewhere out of its bundle: the same lines, hashes and balances.

Whole or not at all. The bundle is proved before anything is written, the rows are built from what
was sealed, and what stands in the database at the end is proved again.
"""

from collections import defaultdict
from collections.abc import Container, Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session

from errors import NotPossible
from ledger import audit, chain, closing, differences, driver, marks
from ledger.accounting import month_of
from ledger.audit import Progress, Verified
from ledger.driver import Door, Row, Rows
from ledger.export import checking, parts
from ledger.export.opening import Bundle, NotABundle
from ledger.export.parts import Sealed
from ledger.models import LARGEST_SUM, Account, Book, Fund

LINES_AT_ONCE = 2_000  # postings that go to the database together


class DoesNotVerify(NotPossible):
    """This bundle is not as it was written: {finding} Nothing was brought in."""


class BookThere(NotPossible):
    """This money book is here already. Nothing was brought in."""


class Standing(NamedTuple):
    """Where the book stands after the entries so far."""

    seq: int
    hash: bytes
    total: int


def bring_in(session: Session, bundle: Bundle, *, progress: Progress | None = None) -> Verified:
    """Write the bundle's book. Raises DoesNotVerify, BookThere or NotABundle, and writes nothing
    that outlives the transaction then.
    """
    proved = checking.verified(bundle, progress=progress)
    _refuse_findings(proved)
    book_id = UUID(bundle.about["book"]["id"])
    if session.get(Book, book_id) is not None:
        raise BookThere
    _open(session, bundle, book_id)
    door = driver.door(session)
    closings = _closings(bundle)
    for rows in _batches(door, bundle, book_id, closings):
        door.write(door.uuid(book_id), rows)
        for mark, told in closings.get(rows.head[0], ()):
            closing.keep(session, book_id, mark, told)
    written = audit.verify(session, book_id)
    _refuse_findings(written)
    if written.head != proved.head:  # the file was changed while it was read
        raise DoesNotVerify(finding="It changed while we read it.")
    return written


def _closings(bundle: Bundle) -> dict[int, list[tuple[marks.Mark, marks.Told]]]:
    """By the line that each stands behind."""
    found: dict[int, list[tuple[marks.Mark, marks.Told]]] = defaultdict(list)
    for told in parts.months(bundle):
        mark = marks.sealed(told.content)
        if mark is None:
            raise NotABundle(why=f"closing {told.number} can't be read")
        found[mark.seq].append((mark, told))
    return found


def _refuse_findings(proved: Verified) -> None:
    if proved.findings:
        raise DoesNotVerify(finding=proved.findings[0].sentence)


def _open(session: Session, bundle: Bundle, book_id: UUID) -> None:
    """The book's own row, its accounts and its funds."""
    told = bundle.about["book"]
    book = Book(
        book_id=book_id,
        salt=bytes.fromhex(told["salt"]),
        unit=told["unit"],
        opened_at=parts.moment_of(told["opened_at"]),
        head_hash=chain.genesis(book_id),
    )
    session.add(book)
    session.flush()
    session.expunge(book)
    accounts = [
        {"book_id": book_id, "code": code, "kind": kind}
        for code, kind in parts.accounts(bundle).items()
    ]
    funds = [
        {
            "book_id": book_id,
            "fund_id": UUID(fund.fund_id),
            "salt": fund.salt,
            "kind": fund.kind,
            "owner_code": None if fund.owner is None else UUID(fund.owner),
            "source": fund.source,
        }
        for fund in parts.funds(bundle).values()
    ]
    for table, rows in ((Account, accounts), (Fund, funds)):
        if rows:
            session.execute(insert(table), rows)


def _batches(door: Door, bundle: Bundle, book_id: UUID, stops: Container[int]) -> Iterator[Rows]:
    """The entries, many at once, but for the lines of `stops`, which are the last of theirs."""
    at = Standing(0, chain.genesis(book_id), 0)
    batch: list[tuple[Sealed, chain.Entry]] = []
    lines = 0
    for sealed in parts.entries(bundle):
        entry = differences.sealed_entry(sealed.content)
        if entry is None:
            raise NotABundle(why=f"line {sealed.seq} can't be read")
        batch.append((sealed, entry))
        lines += len(entry.parts)
        if lines >= LINES_AT_ONCE or sealed.seq in stops:
            rows = _rows(door, book_id, bundle.about["book"]["unit"], batch, at)
            at = Standing(*rows.head)
            batch, lines = [], 0
            yield rows
    if batch:
        yield _rows(door, book_id, bundle.about["book"]["unit"], batch, at)


def _rows(
    door: Door,
    book_id: UUID,
    unit: str,
    batch: list[tuple[Sealed, chain.Entry]],
    at: Standing,
) -> Rows:
    """The rows of these entries, as posting them would have made them."""
    book = door.uuid(book_id)
    seq, digest, total = at
    entries: list[Row] = []
    postings: list[Row] = []
    texts: list[Row] = []
    months: dict[Row, int] = defaultdict(int)
    balances: dict[Row, int] = defaultdict(int)
    for sealed, entry in batch:
        draft = parts.draft_of(entry, {})
        month, net = month_of(draft.happened_on), 0
        for number, (account, kind, fund_id, of, amount) in enumerate(entry.parts, 1):
            fund = door.uuid(parts.uuid_of(fund_id))
            postings.append((book, sealed.seq, number, account, fund, month, of, amount))
            months[month, fund, account, of] += amount
            balances[fund, account, of] += amount
            if kind == "asset" and of == unit:
                net += amount
        texts += [(book, sealed.seq, field, *kept) for field, kept in sealed.texts.items()]
        seq, digest, total = sealed.seq, sealed.hash, total + net
        at_moment = door.moment(parts.moment_of(entry.recorded_at))
        by = None if draft.recorded_by is None else door.uuid(draft.recorded_by)
        facts = (book, seq, draft.kind, door.day(draft.happened_on), month, at_moment, by)
        more = (draft.key, draft.authority, draft.reverses, max(net, 0), max(-net, 0), total)
        entries.append((*facts, *more, sealed.content, digest))
    return Rows(
        entries,
        postings,
        texts,
        [(book, *place, _kept(amount)) for place, amount in balances.items()],
        [(book, *place, _kept(amount)) for place, amount in months.items()],
        (seq, digest, total),
    )


def _kept(amount: int) -> int:
    if abs(amount) > LARGEST_SUM:
        raise NotABundle(why="a sum is larger than a book can hold")
    return amount
