"""How a group's money is doing: what it bought, what came in and went out, where it came from, what
running the group costs, and what lies ahead. Sums only; no person stands on this page.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from errors import NotFound
from ledger import money, queries, reports, sheets
from ledger.accounting import month_of
from ledger.reports import Source, Sum
from pools.models import Pool
from pools.spending import book, checked, forecast, telling
from pools.spending.authorities import today_of
from pools.spending.checked import Checked
from pools.spending.outlook import Outlook, outlook

YEARS = 5  # in the picture of years
MOST_YEARS = 50  # to choose from
BACK = 5  # months before now in the picture of the balance
COINS, PENCE = 10, 100
RUNNING = {
    "running_costs": "forms, letters and the like",
    "insurance": "insurance",
    "card_fees": "card fees",
}
FROM_MEMBERS = {
    "direct_payment": "direct payments",
    "isf": "budgets that somebody holds for people",
    "health_budget": "personal health budgets",
    "own_money": "people’s own money",
    "grant": "grants to people",
    "ndis": "NDIS plans",
    reports.OTHER: "other money from people",
    reports.EVERYONE: "all of us together",
}
FROM_NOBODY = {
    "reserve": "our safety money",
    "solidarity": "money to help each other",
    "grant": "gifts and grants to the group",
    "custody": "money on its way",
}


class NoSuchReport(NotFound):
    """We have no such file."""


@dataclass(frozen=True)
class Part:
    """What some of the money bought: coins of every ten pounds, pence of every pound."""

    name: str
    coins: int
    pence: int
    amount: int


@dataclass(frozen=True)
class Flow:
    """What came in and went out in a month or a year, in pence."""

    name: str
    paid_in: int
    spent: int


@dataclass(frozen=True)
class From:
    name: str
    paid_in: int
    spent: int


@dataclass(frozen=True)
class Stand:
    """What we had, or think we shall have, in pence. `fewer` is that with two people fewer."""

    name: str
    have: int
    fewer: int | None


@dataclass(frozen=True)
class Balance:
    """Points up to `now` are known, those after it are the forecast."""

    headline: str
    more: tuple[str, ...]
    stands: tuple[Stand, ...]
    now: int
    keep: int

    @property
    def points(self) -> tuple[tuple[str, int], ...]:
        return tuple((one.name, one.have) for one in self.stands)

    @property
    def fewer(self) -> tuple[int, ...]:
        """After `now`; nothing where there is no such picture."""
        return tuple(one.fewer for one in self.stands[self.now + 1 :] if one.fewer is not None)


@dataclass(frozen=True)
class Reports:
    """All of it for one year. `of_hundred` is what of every £100 ran the group, in pence."""

    year: int
    years: tuple[int, ...]
    came_in: int
    spent: int
    bought: tuple[Part, ...]
    months: tuple[Flow, ...]
    by_year: tuple[Flow, ...]
    sources: tuple[From, ...]
    folded: bool
    running: tuple[tuple[str, int], ...]
    of_hundred: int
    balance: Balance
    outlook: Outlook | None
    currency: str
    checked: Checked

    @property
    def moved(self) -> bool:
        return any(one.paid_in or one.spent for one in self.months)

    @property
    def flow_words(self) -> str:
        if not self.moved:
            return f"No money moved in {self.year}."
        came, spent = money.say(self.came_in, self.currency), money.say(self.spent, self.currency)
        return f"In {self.year}, {came} came in. We spent {spent}."

    @property
    def bought_words(self) -> str:
        """About £7 of every £10 paid the centre."""
        if not self.bought:
            return f"We spent no money in {self.year}."
        if len(self.bought) == 1:
            return f"Every £1 we spent in {self.year} paid for {self.bought[0].name}."
        first = self.bought[0]
        return f"About £{first.coins} of every £10 paid for {first.name}."

    @property
    def year_words(self) -> str:
        """We spent most in 2026."""
        most = max(self.by_year, key=lambda one: one.spent)
        return f"We spent most in {most.name}: {money.say(most.spent, self.currency)}."

    @property
    def source_words(self) -> str:
        if not self.sources or self.sources[0].paid_in <= 0:
            return f"In {self.year} no money came in."
        first = self.sources[0]
        most = "Most of our money" if 2 * first.paid_in > self.came_in else "The largest part"
        return f"{most} came from {first.name}."

    @property
    def running_words(self) -> str:
        if self.spent <= 0:
            return f"We spent no money in {self.year}."
        if not self.of_hundred:
            return "We spent nothing on running the group."
        said = money.say(self.of_hundred, self.currency)
        return f"For every £100 we spent, {said} ran the group."


# --- the page -------------------------------------------------------------------------------------


def page(session: Session, pool: Pool, year: str, *, now: datetime) -> Reports:
    """`year` as it was asked for; one that there is not is the newest."""
    today = today_of(pool, now)
    span = reports.span(session, pool.book_id) or (month_of(today), month_of(today))
    first, top = min(span[0], month_of(today)), max(span[1], month_of(today))
    years = tuple(range(top // 12, max(first // 12, top // 12 - MOST_YEARS + 1) - 1, -1))
    chosen = next((one for one in years if str(one) == year), years[0])
    recent = _sums(session, pool, max(first, (years[0] - YEARS + 1) * 12), top)
    january = chosen * 12
    if january // 12 <= years[0] - YEARS:
        of_year = _sums(session, pool, january, january + 11)
    else:
        of_year = tuple(one for one in recent if one.month // 12 == chosen)
    spent = reports.by_account(of_year, "cost")
    sources = reports.by_source(session, pool.book_id, january, january + 11)
    head, unpaid = queries.head(session, pool.book_id), book.unpaid(session, pool.id)
    ahead = outlook(session, pool, head.total, unpaid, now=now)
    return Reports(
        year=chosen,
        years=years,
        came_in=sum(reports.by_account(of_year, "income").values()),
        spent=sum(spent.values()),
        bought=parts(spent),
        months=_flows(of_year, range(max(first, january), min(top, january + 11) + 1)),
        by_year=_years(recent),
        sources=tuple(_from(one) for one in sources),
        folded=any(one.kind in {reports.OTHER, reports.EVERYONE} for one in sources),
        running=tuple((name, spent[code]) for code, name in RUNNING.items() if spent.get(code)),
        of_hundred=of_hundred(spent, pool.currency),
        balance=balance(session, pool, head.total, ahead, first=first, today=today),
        outlook=ahead,
        currency=pool.currency,
        checked=checked.of_all(session, pool, today),
    )


def _sums(session: Session, pool: Pool, first: int, last: int) -> tuple[Sum, ...]:
    return reports.sums(session, pool.book_id, first, last)


def parts(spent: Mapping[str, int]) -> tuple[Part, ...]:
    """What the money bought, largest first; the smallest parts together are "other things"."""
    some = sorted(((n, code) for code, n in spent.items() if n > 0), reverse=True)
    named = [(telling.COST_WORDS.get(code, "other things"), n) for n, code in some]
    if len(named) > telling.MOST_PARTS + 1:
        rest = sum(n for _, n in named[telling.MOST_PARTS :])
        named = [*named[: telling.MOST_PARTS], ("other things", rest)]
    amounts = [n for _, n in named]
    coins, pence = (money.share(whole, amounts).shares if some else () for whole in (COINS, PENCE))
    return tuple(
        Part(name, n, p, amount) for (name, amount), n, p in zip(named, coins, pence, strict=True)
    )


def of_hundred(spent: Mapping[str, int], currency: str = "GBP") -> int:
    """What of every £100 that was spent ran the group itself, in pence: 210 is £2.10."""
    running = sum(spent.get(code, 0) for code in RUNNING)
    rest = sum(spent.values()) - running
    if running <= 0 or rest < 0:
        return 0
    return money.share(100 * 10 ** money.digits(currency), [running, rest]).shares[0]


def _flows(found: Sequence[Sum], months: Sequence[int]) -> tuple[Flow, ...]:
    came, went = reports.by_month(found, "income"), reports.by_month(found, "cost")
    return tuple(
        Flow(forecast.month_name(month), came.get(month, 0), went.get(month, 0)) for month in months
    )


def _years(found: Sequence[Sum]) -> tuple[Flow, ...]:
    """Oldest first."""
    by_year: dict[int, dict[str, int]] = {}
    for one in found:
        kinds = by_year.setdefault(one.month // 12, {})
        kinds[one.kind] = kinds.get(one.kind, 0) + one.amount
    return tuple(
        Flow(str(year), kinds.get("income", 0), kinds.get("cost", 0))
        for year, kinds in sorted(by_year.items())
    )


def _from(one: Source) -> From:
    names = FROM_MEMBERS if one.members else FROM_NOBODY
    return From(names[one.kind], one.paid_in, one.spent)


# --- the balance ----------------------------------------------------------------------------------


def balance(
    session: Session, pool: Pool, have: int, ahead: Outlook | None, *, first: int, today: date
) -> Balance:
    """The ends of the last months, worked back from what we have; now; and the forecast."""
    this = month_of(today)
    known = list(_known(session, pool, have, range(max(first, this - BACK), this)))
    stands = [*known, Stand("Now", have, None)]
    if ahead is None:
        said = f"We have {money.say(have, pool.currency)}."
        return Balance(said, (), tuple(stands), len(known), 0)
    found = ahead.forecast
    stands += [
        Stand(forecast.month_name(one.month)[:3], one.have, one.fewer) for one in found.points
    ]
    return Balance(
        headline=forecast.headline(found, pool.currency),
        more=tuple(forecast.more_words(found, pool.currency)),
        stands=tuple(stands),
        now=len(known),
        keep=found.keep,
    )


def _known(session: Session, pool: Pool, have: int, months: range) -> Iterator[Stand]:
    if not months:
        return
    grew = reports.by_month(_sums(session, pool, months.start, LAST_MONTH), "asset")
    for month in months:
        later = sum(amount for one, amount in grew.items() if one > month)
        yield Stand(forecast.month_name(month)[:3], have - later, None)


LAST_MONTH = 9999 * 12 + 11


# --- as files -------------------------------------------------------------------------------------

Cell = str | int | None


def csv(found: Reports, kind: str) -> Iterator[str]:
    """One report as rows. Words can start no formula; amounts have a point and no sign."""
    if kind not in SHEETS:
        raise NoSuchReport
    heads, rows = SHEETS[kind](found)
    return sheets.lines([heads, *([_cell(cell, found) for cell in row] for row in rows)])


def _cell(cell: Cell, found: Reports) -> str:
    return sheets.text(cell) if isinstance(cell, str) else sheets.amount(cell, found.currency)


def _flow_rows(flows: Sequence[Flow]) -> list[list[Cell]]:
    return [[one.name, one.paid_in, one.spent, one.paid_in - one.spent] for one in flows]


def _balance_rows(found: Balance) -> list[list[Cell]]:
    return [
        [one.name, "We think" if n > found.now else "We had", one.have, one.fewer]
        for n, one in enumerate(found.stands)
    ]


Heads = tuple[str, ...]
Sheet = tuple[Heads, list[list[Cell]]]
IN_OUT: Heads = ("Came in", "We spent", "Left over")


def _bought(found: Reports) -> Sheet:
    rows: list[list[Cell]] = [
        [one.name, one.amount, str(one.pence), str(one.coins)] for one in found.bought
    ]
    return ("What for", "We spent", "Pence of each £1", "Coins of ten"), rows


def _running(found: Reports) -> Sheet:
    rows: list[list[Cell]] = [[name, amount] for name, amount in found.running]
    return ("What for", "We spent"), [*rows, ["All we spent", found.spent]]


def _sources(found: Reports) -> Sheet:
    rows: list[list[Cell]] = [[one.name, one.paid_in, one.spent] for one in found.sources]
    return ("Where from", "Came in", "Paid for"), rows


SHEETS: dict[str, Callable[[Reports], Sheet]] = {
    "bought": _bought,
    "months": lambda found: ((str(found.year), *IN_OUT), _flow_rows(found.months)),
    "years": lambda found: (("Year", *IN_OUT), _flow_rows(found.by_year)),
    "sources": _sources,
    "running": _running,
    "balance": lambda found: (
        ("End of", "Known?", "We have", "If 2 people leave"),
        _balance_rows(found.balance),
    ),
}
