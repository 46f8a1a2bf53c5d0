"""The whole money book as a file for a spreadsheet, as its reader may see it."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from ledger import queries, sheets
from members.models import Membership
from pools.models import Pool
from pools.spending import book

CSV_STEP = 1000


def csv(session: Session, pool: Pool, me: Membership, *, step: int = CSV_STEP) -> Iterator[str]:
    """The whole book, newest first, `step` lines at a time so that it can be of any length."""
    heads = ("Line", "Date", "What for", "In", "Out", "We have", "Agreed by", "Puts right line")
    return sheets.lines(_cells(session, pool, me, heads, step))


def _cells(
    session: Session, pool: Pool, me: Membership, heads: Sequence[str], step: int
) -> Iterator[Sequence[str]]:
    yield heads
    before: int | None = None
    while True:
        page = queries.book_page(session, pool.book_id, before=before, size=step)
        for line, row in zip(page.lines, book.told(session, pool, me, page.lines), strict=True):
            agreed = (line.authority or "").partition(":")[0]
            yield (
                str(line.seq),
                sheets.day(line.happened_on),
                sheets.text(row.what),
                sheets.amount(row.paid_in, pool.currency),
                sheets.amount(row.paid_out, pool.currency),
                sheets.amount(row.left, pool.currency),
                {"vote": "Vote", "round": "Agreement"}.get(agreed, ""),
                str(line.reverses or ""),
            )
        if page.older is None:
            return
        before = page.older
