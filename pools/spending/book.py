"""The money book as a member reads it: what a month did, its lines and the why of each.

Names of people stand on no line. What touched my own money is marked for me alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger import money, queries
from ledger.accounting import month_of
from ledger.models import Account, Entry, MonthTotal
from ledger.queries import BookLine, Head
from members.models import Membership
from pools.models import Pool
from pools.spending import came_back, checked, mended, question_queries, telling
from pools.spending.authorities import today_of
from pools.spending.checked import Checked
from pools.spending.known import PERSONAL, Known, bill_of, known_of
from pools.spending.mended import Mended
from pools.spending.models import Bill

__all__ = ["PERSONAL", "bill_of", "card", "money_page", "told"]
MONTHS = 120
Link = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """One line as this reader sees it. `mine` is what it did to my own money, in pence. `mended` is
    the story of its being put right, by two people.
    """

    seq: int
    on: date
    what: str
    right: str
    paid_in: int | None
    paid_out: int | None
    left: int
    links: tuple[Link, ...]
    mine: int
    href: str
    mended: Mended | None = None
    rule: str = ""  # how a bill was shared, naming nobody


@dataclass(frozen=True)
class Month:
    """One month in words and in three bars. `coins` say what ten pounds of it went on."""

    value: str
    name: str
    sentences: tuple[str, ...]
    paid_in: int
    paid_out: int
    left: int
    coins: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class MoneyPage:
    """`chosen` is the month picked, or nothing for all; `older` and `newer` are `before`s."""

    month: Month
    chosen: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    older: int | None
    newer: int | None
    head: Head
    unpaid: int
    checked: Checked

    @property
    def free(self) -> int:
        return self.head.total - self.unpaid

    @property
    def mixed(self) -> bool:
        """Lines stand in the order of writing; does one's day lie before that of the one below?"""
        return any(upper.on < lower.on for upper, lower in pairwise(self.rows))


@dataclass(frozen=True)
class Card:
    have: int
    rows: tuple[Row, ...]


_POOL: sa.BindParameter[UUID] = sa.bindparam("pool")
_BOOK: sa.BindParameter[UUID] = sa.bindparam("book")
_UNPAID = select(sa.func.coalesce(sa.func.sum(Bill.amount), 0)).where(
    Bill.pool_id == _POOL, col(Bill.paid_seq).is_(None), col(Bill.withdrawn_at).is_(None)
)
_EDGES = sa.select(  # the first and the last month of the book: one step in the index each
    *(
        sa.select(edge(col(Entry.month))).where(col(Entry.book_id) == _BOOK).scalar_subquery()
        for edge in (sa.func.min, sa.func.max)
    )
)
_AT_END = (
    select(sa.func.coalesce(sa.func.sum(MonthTotal.amount), 0))
    .join(
        Account,
        sa.and_(
            col(Account.book_id) == MonthTotal.book_id, col(Account.code) == MonthTotal.account
        ),
    )
    .where(
        MonthTotal.book_id == _BOOK,
        MonthTotal.month <= sa.bindparam("month"),
        MonthTotal.unit != "minutes",
        Account.kind == "asset",
    )
)


# --- the pages ------------------------------------------------------------------------------------


def money_page(
    session: Session,
    pool: Pool,
    me: Membership,
    *,
    month: str = "",
    kind: str = "",
    before: int | None = None,
    now: datetime,
) -> MoneyPage:
    today, head = today_of(pool, now), queries.head(session, pool.book_id)
    choices = months(session, pool, today)
    chosen = month if month in dict(choices) else ""
    kind = kind if kind in telling.KINDS else ""
    number = number_of(chosen) if chosen else None
    page = queries.book_page(
        session,
        pool.book_id,
        before=before,
        month=number,
        kind=telling.KINDS[kind][0] if kind else None,
    )
    looked = checked.of_all(session, pool, today)
    if number is not None:
        looked = checked.of_month(session, pool, number, today)
    return MoneyPage(
        month=one_month(session, pool, chosen or value_of(month_of(today)), head, today),
        chosen=chosen,
        kind=kind,
        choices=choices,
        rows=told(session, pool, me, page.lines),
        older=page.older,
        newer=page.newer,
        head=head,
        unpaid=unpaid(session, pool.id),
        checked=looked,
    )


def card(session: Session, pool: Pool, membership: Membership, *, now: datetime) -> Card | None:
    """For the group's page: what we have, and the last three lines."""
    _ = now
    page = queries.book_page(session, pool.book_id, size=3)
    if not page.lines:
        return None
    return Card(page.lines[0].total, told(session, pool, membership, page.lines))


def unpaid(session: Session, pool_id: UUID) -> int:
    """All bills that were entered and not paid yet, in pence."""
    return int(session.exec(_UNPAID, params={"pool": pool_id}).one())


# --- months ---------------------------------------------------------------------------------------


def value_of(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def number_of(value: str) -> int:
    return int(value[:4]) * 12 + int(value[5:]) - 1


def name_of(number: int, today: date) -> str:
    """May; with the year where it is not this one."""
    first = date(number // 12, number % 12 + 1, 1)
    return f"{first:%B}" + ("" if first.year == today.year else f" {first.year}")


def months(session: Session, pool: Pool, today: date) -> tuple[tuple[str, str], ...]:
    """Every month from the first line to this one, newest first."""
    this = month_of(today)
    first, last = session.execute(_EDGES, {"book": pool.book_id}).one()
    top = max(last or this, this)
    low = max(min(first or this, this), top - MONTHS + 1)
    return tuple((value_of(one), name_of(one, today)) for one in range(top, low - 1, -1))


def one_month(session: Session, pool: Pool, value: str, head: Head, today: date) -> Month:
    number = number_of(value)
    totals = queries.totals(session, pool.book_id, number)
    is_now = number >= month_of(today)
    left = head.total if is_now else at_end_of(session, pool.book_id, number)
    name = name_of(number, today)
    said = {**totals.paid_in, "out": totals.all_out}
    return Month(
        value=value,
        name=name,
        sentences=telling.headline(name, said, left, now=is_now),
        paid_in=totals.all_in,
        paid_out=totals.all_out,
        left=left,
        coins=telling.coins(totals.spent),
    )


def at_end_of(session: Session, book_id: UUID, number: int) -> int:
    """What we had when that month was over, by the days on which things happened."""
    return int(session.exec(_AT_END, params={"book": book_id, "month": number}).one())


# --- lines ----------------------------------------------------------------------------------------


def told(
    session: Session, pool: Pool, me: Membership, lines: Sequence[BookLine]
) -> tuple[Row, ...]:
    """Lines as `me` may read them."""
    known = known_of(session, pool, me, lines)
    return tuple(row_of(line, known, pool.currency) for line in lines)


def row_of(line: BookLine, known: Known, currency: str) -> Row:
    about_seq = line.reverses or line.seq
    about = telling.About(
        line.kind, line.words, known.is_personal(about_seq), known.is_mine(about_seq)
    )
    return Row(
        seq=line.seq,
        on=line.happened_on,
        what=telling.what(about),
        right="Put right" if line.kind == "reversal" else "",
        paid_in=line.money_in or None,
        paid_out=line.money_out or None,
        left=line.total,
        links=tuple(links_of(line, known, currency)),
        mine=known.mine.get(line.seq, 0),
        href=f"/g/{known.slug}/money/{line.seq}",
        mended=known.mended.get(line.seq),
        rule=known.bills.get(bill_of(line.key) or "", ""),
    )


def links_of(line: BookLine, known: Known, currency: str) -> Iterator[Link]:
    """The why of a line: what allowed it, its bill, my share, and how it was put right."""
    home = f"/g/{known.slug}"
    kind, _, id_ = (line.authority or "").partition(":")
    if kind == "vote" and (vote := known.votes.get(id_)):
        when = f", {short(vote.closed_at.date())}" if vote.closed_at else ""
        yield f"Agreed by vote{when}", f"{home}/votes/{vote.id}"
    elif kind == "round" and known.rounds:
        yield "What we agreed together", f"{home}/round"
    bill = bill_of(line.key)
    if kind == "override" and bill in known.bills:
        yield "Two people decided", f"{home}/bills/{bill}"
    elif bill in known.bills:
        yield "see the bill", f"{home}/bills/{bill}"
    if line.kind == "spending" and (mine := -known.mine.get(line.seq, 0)) > 0:
        yield f"see your share, {money.say(mine, currency)}", f"{home}/money/{line.seq}"
    if line.reverses:
        yield "see the first line", f"{home}/money/{line.reverses}"
    if line.reversed_by:
        yield "put right later", f"{home}/money/{line.reversed_by}"
    if story := known.mended.get(line.seq):
        yield from mended.links(line.seq, story, home)
    yield from came_back.links(line.key, known.came_back.get(line.seq), home)
    yield from question_queries.links(
        known.asked.get(line.seq), f"{home}/money/{line.seq}#questions"
    )


def short(on: date) -> str:
    return f"{on.day} {on:%b}"
