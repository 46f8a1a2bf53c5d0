"""What the pages of closing months show, and whose turn it is."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from ledger import closing, marks, queries
from ledger.accounting import month_of
from ledger.closing import Marked
from members.models import Membership
from payments import accounts, closings, month_end
from payments.models import BankImport
from payments.month_end import MonthEnd, Part
from pools.jobs import Job
from pools.models import Pool
from pools.spending.authorities import today_of

GONE = "Somebody who was here before"
MOST = 120  # closings in the list: ten years


@dataclass(frozen=True)
class Next:
    """The month that closes next. `end` is what bank and book say, if the bank's files reach it;
    else `reached` is how far they go, if there are any.
    """

    month: int
    name: str
    last: date
    over: bool
    has_account: bool
    end: MonthEnd | None
    reached: date | None
    empty: bool

    @property
    def value(self) -> str:
        return marks.name(self.month)

    @property
    def state(self) -> str:
        """The first thing that stands in the way, or whether it agrees."""
        if not self.over:
            return "going"
        if not self.has_account:
            return "no-account"
        if self.end is None:
            return "short"
        return "agrees" if self.end.agrees else "differs"


@dataclass(frozen=True)
class Asked:
    """What waits for a second person. `same`: the numbers are still what the first one saw."""

    id: UUID
    kind: str
    month: int
    name: str
    words: str
    parts: tuple[Part, ...]
    by: str
    at: datetime
    mine: bool
    same: bool


@dataclass(frozen=True)
class Listed:
    """One time that a month was closed or opened again. `value`: it can be opened again."""

    name: str
    kind: str
    by: tuple[str, str]
    at: datetime
    difference: int
    words: str
    value: str


@dataclass(frozen=True)
class MonthsPage:
    next: Next | None
    asked: Asked | None
    until: str
    listed: tuple[Listed, ...]


@dataclass(frozen=True)
class OpenPage:
    """A closed month, and those after it that would be opened with it."""

    value: str
    name: str
    later: tuple[str, ...]


def months_page(session: Session, pool: Pool, me: Membership, *, now: datetime) -> MonthsPage:
    today = today_of(pool, now)
    found = _next(session, pool, today)
    history = closing.history(session, pool.book_id, most=MOST)
    until = closing.closed_until(session, pool.book_id)
    return MonthsPage(
        next=found,
        asked=_asked(session, pool, me, found, today),
        until="" if until is None else month_end.name(until, today),
        listed=_listed(session, pool, history, until, today),
    )


def _next(session: Session, pool: Pool, today: date) -> Next | None:
    month = closing.next_month(session, pool.book_id)
    if month is None:
        return None
    account = accounts.of_pool(session, pool.id)
    over = month < month_of(today)
    totals = queries.totals(session, pool.book_id, month)
    return Next(
        month=month,
        name=month_end.name(month, today),
        last=marks.last_day(month),
        over=over,
        has_account=account is not None,
        end=month_end.month_end(session, pool, month) if over else None,
        reached=_reached(session, account.id) if account else None,
        empty=not (totals.paid_in or totals.spent),
    )


def _reached(session: Session, account_id: UUID) -> date | None:
    """The day of the newest balance that the bank's files state."""
    newest = session.exec(
        select(BankImport)
        .where(BankImport.account_id == account_id, col(BankImport.closing).is_not(None))
        .order_by(col(BankImport.last_on).desc())
        .limit(1)
    ).first()
    return (newest.closing_on or newest.last_on) if newest else None


def _asked(
    session: Session, pool: Pool, me: Membership, found: Next | None, today: date
) -> Asked | None:
    one = closings.waiting(session, pool.id)
    if one is None:
        return None
    end = found.end if found and found.month == one.month else None
    return Asked(
        id=one.id,
        kind=one.kind,
        month=one.month,
        name=month_end.name(one.month, today),
        words=one.words,
        parts=month_end.seen_parts(one.seen) if one.seen else (),
        by=session.get_one(Membership, one.asked_by).name,
        at=one.asked_at,
        mine=one.asked_by == me.id,
        same=one.kind == "open" or (end is not None and end.seen == one.seen),
    )


def _listed(
    session: Session, pool: Pool, history: tuple[Marked, ...], until: int | None, today: date
) -> tuple[Listed, ...]:
    """Newest first. Only where a month was closed last can it be opened again."""
    codes = {code for one in history for code in (one.first_by, one.second_by)}
    rows = session.exec(
        select(Membership.code, Membership.name).where(
            Membership.pool_id == pool.id, col(Membership.code).in_(codes)
        )
    )
    names: dict[UUID, str] = {code: name for code, name in rows}  # noqa: C416 - no plain pairs
    found: list[Listed] = []
    seen: set[int] = set()
    for one in history:
        newest = one.kind == "close" and until is not None and one.month <= until
        opens = newest and one.month not in seen
        seen.add(one.month)
        found.append(
            Listed(
                name=month_end.name(one.month, today),
                kind=one.kind,
                by=(names.get(one.first_by, GONE), names.get(one.second_by, GONE)),
                at=one.recorded_at,
                difference=one.difference,
                words=one.words or "",
                value=marks.name(one.month) if opens else "",
            )
        )
    return tuple(found)


def open_page(session: Session, pool: Pool, value: str, *, now: datetime) -> OpenPage:
    """Raises NoSuchMonth for a month that is not closed."""
    month, today = month_of_value(value), today_of(pool, now)
    until = closing.closed_until(session, pool.book_id)
    if until is None or month > until or closing.last_of(session, pool.book_id, month) is None:
        raise closings.NoSuchMonth
    later = range(month + 1, until + 1)
    names = tuple(month_end.name(one, today) for one in later)
    return OpenPage(value, month_end.name(month, today), names)


def month_of_value(value: str) -> int:
    try:
        return marks.number_of(value)
    except ValueError:
        raise closings.NoSuchMonth from None


def jobs(
    session: Session, pool: Pool, me: Membership, roles: frozenset[str], *, now: datetime
) -> tuple[Job, ...]:
    """A month waits for this person's look; or it is over and agrees, so that it can be closed."""
    if not roles:
        return ()
    href, today = f"/g/{pool.slug}/bank/close", today_of(pool, now)
    if one := closings.waiting(session, pool.id):
        if one.asked_by == me.id:
            return ()
        what = "Check and close" if one.kind == "close" else "Look: open again"
        return (Job(f"{what} {month_end.name(one.month, today)}", href),)
    if not roles & set(closings.SAYERS):
        return ()
    month = closing.next_month(session, pool.book_id)
    if month is None or month >= month_of(today):
        return ()
    end = month_end.month_end(session, pool, month)
    due = end is not None and end.agrees
    return (Job(f"Close {month_end.name(month, today)}", href),) if due else ()
