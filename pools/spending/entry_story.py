"""One line of the money book and its story: who wrote it, what allowed it, its bill, my share."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from ledger import chain, queries
from ledger.journal import NoSuchEntry
from ledger.models import Entry
from ledger.queries import BookLine
from members.models import Membership
from pools.models import Pool
from pools.spending import authorities, bill_queries, book, question_queries, telling
from pools.spending.bill_queries import BillPage
from pools.spending.book import Row
from pools.spending.models import Bill
from pools.spending.question_queries import Question

LARGEST = 2**62


@dataclass(frozen=True)
class Story:
    """`sentences` tell how a line was put right; `others` are the lines of that story."""

    sentences: tuple[str, ...]
    others: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class EntryPage:
    row: Row
    kind: str
    recorded_at: datetime
    recorded_by: str | None
    hash: str
    words: str
    bill: BillPage | None
    allowed: authorities.Allowed | None
    story: Story | None
    can_put_right: bool
    questions: tuple[Question, ...]
    newer: int | None
    older: int | None


def entry_page(
    session: Session, pool: Pool, me: Membership, roles: frozenset[str], seq: int
) -> EntryPage:
    line, entry = _line(session, pool, seq)
    bill_id = book.bill_of(line.key)
    bill = session.get(Bill, UUID(bill_id)) if bill_id else None
    found = bill_queries.bill_page(session, pool, me, roles, bill.id) if bill else None
    (row,) = book.told(session, pool, me, [line])
    last = queries.head(session, pool.book_id)
    return EntryPage(
        row=row,
        kind=line.kind,
        recorded_at=entry.recorded_at,
        recorded_by=_name(session, pool, entry.recorded_by),
        hash=entry.hash.hex(),
        words=chain.words(entry.hash),
        bill=found,
        allowed=found.allowed if found else None,
        story=_story(session, pool, line, row),
        can_put_right=_can_put_right(line, row),
        questions=question_queries.of_line(session, pool, me, roles, seq),
        newer=seq + 1 if seq < last.seq else None,
        older=seq - 1 if seq > 1 else None,
    )


def _line(session: Session, pool: Pool, seq: int) -> tuple[BookLine, Entry]:
    entry = session.get(Entry, (pool.book_id, seq)) if 0 < seq < LARGEST else None
    if entry is None:
        raise NoSuchEntry
    page = queries.book_page(session, pool.book_id, before=seq + 1, size=1)
    return page.lines[0], entry


def _can_put_right(line: BookLine, row: Row) -> bool:
    """Once only; and not while somebody says that it is wrong already."""
    said = row.mended is not None and row.mended.mended is None
    return not (line.reverses or line.reversed_by or said)


def _name(session: Session, pool: Pool, code: UUID | None) -> str | None:
    if code is None:
        return None
    return session.exec(
        select(Membership.name).where(Membership.pool_id == pool.id, Membership.code == code)
    ).first()


def _story(session: Session, pool: Pool, line: BookLine, row: Row) -> Story | None:
    """For a line that was put right, and for the one that puts it right, the same story."""
    told = row.mended
    wrong = line.reverses or (told.wrong if told else line.seq)
    mended = line.seq if line.reverses else line.reversed_by or (told.mended if told else None)
    if mended is None:
        return None
    first = session.get_one(Entry, (pool.book_id, wrong))
    again = _again(session, pool, first, mended, row)
    amount = first.money_in or first.money_out
    right = (again.money_in or again.money_out) if again else None
    others = [
        ("The first line", wrong),
        ("The line that put it right", mended),
        *([("The right line", again.seq)] if again else []),
    ]
    return Story(
        (telling.put_right(amount, right), *_why(line, row)),
        tuple((words, seq) for words, seq in others if seq != line.seq),
    )


def _why(line: BookLine, row: Row) -> tuple[str, ...]:
    """Only for whom it may say more than that a line was put right."""
    known = line.reverses is not None and row.what == line.words
    return (f"Why: {row.what}",) if known else ()


def _again(session: Session, pool: Pool, first: Entry, mended: int, row: Row) -> Entry | None:
    """The line that was entered again in place of a wrong one, if there is one."""
    if row.mended and row.mended.again:
        return session.get(Entry, (pool.book_id, row.mended.again))
    keys = [f"fix:{mended}", f"fix:{first.seq}"]
    found = session.exec(
        select(Entry).where(Entry.book_id == pool.book_id, col(Entry.key).in_(keys)).limit(1)
    ).first()
    if found is not None:
        return found
    bill_id = book.bill_of(first.key)
    bill = session.get(Bill, UUID(bill_id)) if bill_id else None
    if bill is None or bill.paid_seq in {None, first.seq}:
        return None
    return session.get(Entry, (pool.book_id, bill.paid_seq))
