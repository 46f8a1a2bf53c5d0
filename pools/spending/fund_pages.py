"""What we have by kind of fund, and one of the group's own funds: what is left, what it may pay."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from ledger import money, queries, reports
from ledger.accounting import month_of
from pools.funds import funds
from pools.funds.funds import OurFund
from pools.models import Pool
from pools.spending import purses, telling

MOST_LINES = 200


@dataclass(frozen=True)
class FundsPage:
    """`members` is everybody's own money together, and nobody's alone."""

    have: int
    members: int
    ours: tuple[tuple[OurFund, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Line:
    seq: int
    on: date
    what: str
    amount: int


@dataclass(frozen=True)
class FundPage:
    """`promised` is for bills that were entered and not paid yet."""

    fund: OurFund
    sentences: tuple[str, ...]
    promised: int
    lines: tuple[Line, ...]


def funds_page(session: Session, pool: Pool, today: date) -> FundsPage:
    ours = funds.all_of(session, pool)
    have = queries.head(session, pool.book_id).total
    told = tuple((one, tuple(sentences(one, pool, today))) for one in ours)
    return FundsPage(have, have - sum(one.has for one in ours), told)


def fund_page(session: Session, pool: Pool, fund_id: UUID, today: date) -> FundPage:
    fund = funds.find(session, pool, fund_id)
    first, _ = reports.span(session, pool.book_id) or (month_of(today), 0)
    since = min(date(first // 12, first % 12 + 1, 1), today)
    found = queries.statement(session, pool.book_id, [fund.id], since, today)
    lines = [
        Line(line.seq, line.happened_on, _what(line), line.share)
        for line in found.lines
        if line.share
    ]
    return FundPage(
        fund,
        tuple(sentences(fund, pool, today)),
        purses.committed(session, pool, [fund.id])[fund.id],
        tuple(reversed(lines))[:MOST_LINES],
    )


def sentences(fund: OurFund, pool: Pool, today: date) -> Iterator[str]:
    """This money may only pay for transport. £300 left until 31 March."""
    if fund.giver:
        yield f"From {fund.giver}."
    if fund.costs:
        yield f"This money may only pay for {fund.may_pay}."
    elif fund.noted:
        yield "This money may pay for anything the group needs."
    else:
        yield "It is used only after a vote."
    if fund.words:
        yield f"It was given for: {fund.words}"
    left = money.say(fund.has, pool.currency)
    if fund.has < 0:
        yield f"{money.say(-fund.has, pool.currency)} is missing here. Money must come in for it."
    elif fund.until is None:
        yield f"{left} left."
    elif fund.until >= today:
        yield f"{left} left until {_day(fund.until, today)}."
    else:
        yield f"Its time was over on {_day(fund.until, today)}. {left} was not spent."


def _day(on: date, today: date) -> str:
    return f"{on.day} {on:%B}" + ("" if on.year == today.year else f" {on.year}")


def _what(line: queries.MyLine) -> str:
    """What it was for. Of money that moved between funds nothing more is told."""
    if line.kind == "spending":
        return line.words or "We paid a bill"
    personal = line.kind not in {"contribution", "reversal"}
    return telling.what(telling.About(line.kind, None, personal=personal, mine=False))
