"""My statement: what was mine, what I paid in, my share of each spending, and what is left.

Only my own funds are read. The closing of one period is the opening of the next.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotValid
from ledger import money, queries, sheets
from ledger.models import Entry
from ledger.queries import Head, MyLine
from members.models import Membership
from pools.clubbing import words as clubbing_words
from pools.models import FundingSource, Pool
from pools.spending import book, telling
from pools.spending.authorities import today_of
from pools.spending.models import BillShare


class WrongWayRound(NotValid):
    """Pick a first day that is not after the last day."""


@dataclass(frozen=True)
class Source:
    """One kind of my money, with its payment reference; pence. `spent` is positive."""

    name: str
    reference: str
    opening: int
    paid_in: int
    spent: int
    moved: int
    put_right: int
    closing: int


@dataclass(frozen=True)
class Line:
    """What one thing did to my money. `rule` says how it was shared, naming nobody."""

    seq: int
    on: date
    what: str
    rule: str
    paid_in: int | None
    paid_out: int | None
    left: int


@dataclass(frozen=True)
class Statement:
    """opening + paid_in - spent + moved + put_right = closing."""

    name: str
    since: date
    until: date
    sources: tuple[Source, ...]
    lines: tuple[Line, ...]
    opening: int
    paid_in: int
    spent: int
    moved: int
    put_right: int
    closing: int
    head: Head
    choices: tuple[tuple[str, date, date], ...]

    @property
    def sentence(self) -> str:
        """You paid in £168. Your share of spending was £161.35. £6.65 is left."""
        return (
            f"You paid in {money.say(self.paid_in)}. "
            f"Your share of what we spent was {money.say(self.spent)}. "
            f"{money.say(self.closing)} of your money is in the group."
        )


def statement(
    session: Session, pool: Pool, me: Membership, since: date, until: date, *, now: datetime
) -> Statement:
    """From `since` to `until`, both days included."""
    if since > until:
        raise WrongWayRound
    sources = my_sources(session, me)
    funds = [one.fund_id for one in sources]
    found = queries.statement(session, pool.book_id, funds, since, until)
    return Statement(
        name=me.name,
        since=since,
        until=until,
        sources=tuple(_source(session, pool, one, since, until) for one in sources),
        lines=tuple(_lines(session, pool, found.opening, found.lines)),
        opening=found.opening,
        paid_in=found.paid_in,
        spent=found.spent,
        moved=found.moved,
        put_right=found.put_right,
        closing=found.closing,
        head=queries.head(session, pool.book_id),
        choices=choices(session, pool, today_of(pool, now)),
    )


def my_sources(session: Session, me: Membership) -> Sequence[FundingSource]:
    return session.exec(
        select(FundingSource)
        .where(FundingSource.membership_id == me.id)
        .order_by(col(FundingSource.made_at), col(FundingSource.id))
    ).all()


def _source(session: Session, pool: Pool, one: FundingSource, since: date, until: date) -> Source:
    found = queries.statement(session, pool.book_id, [one.fund_id], since, until)
    return Source(
        clubbing_words.SOURCES[one.kind],
        one.reference,
        found.opening,
        found.paid_in,
        found.spent,
        found.moved,
        found.put_right,
        found.closing,
    )


def _lines(session: Session, pool: Pool, opening: int, lines: Sequence[MyLine]) -> Iterator[Line]:
    people = _sharers(session, lines)
    left = opening
    for line in lines:
        left += line.share
        about = telling.About(line.kind, line.words, line.kind in book.PERSONAL, mine=True)
        rule = ""
        if count := people.get(line.seq):
            whole = money.say(abs(line.group), pool.currency)
            rule = f"{count} {'person' if count == 1 else 'people'} shared {whole}."
        right = "Put right: " if line.kind == "reversal" else ""
        yield Line(
            line.seq,
            line.happened_on,
            right + telling.what(about),
            rule,
            line.share if line.share > 0 else None,
            -line.share if line.share < 0 else None,
            left,
        )


def _sharers(session: Session, lines: Sequence[MyLine]) -> dict[int, int]:
    """How many people shared each line that paid a bill."""
    bills = {UUID(id_): line.seq for line in lines if (id_ := book.bill_of(line.key))}
    rows = session.exec(
        select(BillShare.bill_id, sa.func.count(sa.distinct(col(BillShare.membership_id))))
        .where(col(BillShare.bill_id).in_(bills), BillShare.amount > 0)
        .group_by(col(BillShare.bill_id))
    )
    counts: dict[UUID, int] = {bill: int(count) for bill, count in rows}
    return {
        line.seq: counts[UUID(id_)]
        for line in lines
        if (id_ := book.bill_of(line.key)) and UUID(id_) in counts
    }


# --- periods --------------------------------------------------------------------------------------


def choices(session: Session, pool: Pool, today: date) -> tuple[tuple[str, date, date], ...]:
    """The periods one press away."""
    first = today.replace(day=1)
    before = first - timedelta(days=1)
    return (
        ("This month", first, today),
        ("Last month", before.replace(day=1), before),
        ("This year", today.replace(month=1, day=1), today),
        ("Everything", beginning(session, pool, today), today),
    )


def beginning(session: Session, pool: Pool, today: date) -> date:
    """The day of the first line of the book."""
    month = session.exec(
        select(sa.func.min(Entry.month)).where(Entry.book_id == pool.book_id)
    ).one()
    return min(today, date(month // 12, month % 12 + 1, 1)) if month else today


# --- as a file ------------------------------------------------------------------------------------


def csv(found: Statement, currency: str) -> Iterator[str]:
    return sheets.lines(_cells(found, currency))


def _cells(found: Statement, currency: str) -> Iterator[Collection[str]]:
    def sum_(on: date, words: str, pence: int) -> Collection[str]:
        return ("", sheets.day(on), words, "", "", "", sheets.amount(pence, currency))

    yield ("Line", "Date", "What for", "How it was shared", "Paid in", "My share", "My money")
    yield sum_(found.since, "At the start", found.opening)
    for line in found.lines:
        yield (
            str(line.seq),
            sheets.day(line.on),
            sheets.text(line.what),
            sheets.text(line.rule),
            sheets.amount(line.paid_in, currency),
            sheets.amount(line.paid_out, currency),
            sheets.amount(line.left, currency),
        )
    yield sum_(found.until, "At the end", found.closing)
