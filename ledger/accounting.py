"""Entries before they are posted: how to build them, and what makes one right. Pure.

An asset account is positive when we have the money; what came in stands against it as a negative
income, what went out as a positive cost. So every entry sums to zero in every fund and unit.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple, Protocol
from uuid import UUID

from errors import NotValid

# A line's limits leave room: 5,000 of the largest still sum within 64 bits.
LARGEST = 10**15
MOST_LINES = 5_000
LONGEST_TEXT = 2_000

CHART = (
    ("bank", "asset"),
    ("cash_tin", "asset"),
    ("card_processor", "asset"),
    ("contributions", "income"),
    ("grants", "income"),
    ("interest", "income"),
    ("day_centre", "cost"),
    ("staff", "cost"),
    ("building", "cost"),
    ("transport", "cost"),
    ("meals", "cost"),
    ("activities", "cost"),
    ("equipment", "cost"),
    ("insurance", "cost"),
    ("running_costs", "cost"),
    ("card_fees", "cost"),
    ("between_funds", "transfer"),
)
COSTS = tuple(code for code, kind in CHART if kind == "cost")


class Unbalanced(NotValid):
    """That line does not add up. Nothing was saved."""


class NoMoney(NotValid):
    """That line is about no money. Write an amount above zero."""


class TooFewLines(NotValid):
    """Money has two sides, and that line has only one. Nothing was saved."""


class TooManyLines(NotValid):
    """That line has too many parts. Enter it as several."""


class TooLarge(NotValid):
    """That amount is too large. Count the noughts again."""


class NotWhole(NotValid):
    """That amount is not a whole number of pennies. Nothing was saved."""


class NotACode(NotValid):
    """That line says {what} in a way that can't be kept. Nothing was saved."""


class BadText(NotValid):
    """Those words are too long or hold signs that can't be kept. Use plain letters."""


class NotPutRightTwice(NotValid):
    """That line already puts another right. Enter the money again instead."""


class Line(NamedTuple):
    """One posting to be: `amount` is signed minor units of `unit` (pence; minutes)."""

    account: str
    fund_id: UUID
    amount: int
    unit: str = "GBP"


class Draft(NamedTuple):
    """Something that happened, ready to post. (A tuple, since a batch makes many of them.)

    `key` is a fact that names this movement of money once (`bank:<fingerprint>`, `bill:<id>`).
    `texts` are words for people (`words`); they can be deleted later, nothing else can.
    `outside` says that it is a fact from outside, which posts even if a fund falls below zero. So
    does a decision whose `authority` is an override by two people (`override:<id>`).
    """

    kind: str
    happened_on: date
    lines: tuple[Line, ...]
    key: str
    recorded_by: UUID | None = None
    authority: str | None = None
    texts: Mapping[str, str] = MappingProxyType({})
    reverses: int | None = None
    outside: bool = False

    @property
    def overridden(self) -> bool:
        return self.authority is not None and self.authority.startswith(OVERRIDE)


OVERRIDE = "override:"  # what two people decided: such an entry may take a fund below zero


class InTheBook(Protocol):
    """What a reversal must know of the entry it reverses."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def lines(self) -> tuple[Line, ...]: ...


def month_of(on: date) -> int:
    """Months since the year 0: the year times 12 plus the month less one."""
    return on.year * 12 + on.month - 1


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def is_code(words: str, longest: int) -> bool:
    """Visible ASCII without spaces: a fact, never free text."""
    return (
        0 < len(words) <= longest and words.isascii() and words.isprintable() and " " not in words
    )


def is_name(words: str, longest: int = 20) -> bool:
    return len(words) <= longest and words.isascii() and words.isidentifier()


def check(draft: Draft) -> None:
    """Raise the named error of the first thing that is wrong with a draft by itself."""
    _check_facts(draft)
    if len(draft.lines) < 2:
        raise TooFewLines
    if len(draft.lines) > MOST_LINES:
        raise TooManyLines
    sums: dict[tuple[int, str], int] = defaultdict(int)
    for _, fund_id, amount, unit in draft.lines:
        if type(amount) is not int:
            raise NotWhole
        if amount == 0:
            raise NoMoney
        if not -LARGEST <= amount <= LARGEST:
            raise TooLarge
        sums[fund_id.int, unit] += amount
    for (_, unit), total in sums.items():
        if total:
            raise Unbalanced
        if not is_name(unit, 8):
            raise NotACode(what="its unit")


def _check_facts(draft: Draft) -> None:
    if not is_code(draft.key, 120):
        raise NotACode(what="its key")
    if not is_name(draft.kind):
        raise NotACode(what="its kind")
    if draft.authority is not None and not is_code(draft.authority, 80):
        raise NotACode(what="what allowed it")
    if type(draft.happened_on) is not date:
        raise NotACode(what="its date")
    if (draft.reverses is None) == (draft.kind == "reversal"):
        raise NotACode(what="what it puts right")
    for field, words in draft.texts.items():
        if not is_name(field):
            raise NotACode(what="its words")
        if len(words) > LONGEST_TEXT or _CONTROLS.search(words):
            raise BadText


def pair(debit: str, credit: str, fund_id: UUID, amount: int, unit: str) -> tuple[Line, Line]:
    return Line(debit, fund_id, amount, unit), Line(credit, fund_id, -amount, unit)


class Facts(NamedTuple):
    """What every entry says besides its money."""

    on: date
    key: str
    words: str = ""
    by: UUID | None = None
    authority: str | None = None
    outside: bool = False


def entry(kind: str, lines: Iterable[Line], facts: Facts) -> Draft:
    on, key, words, by, authority, outside = facts
    texts = {"words": words} if words else {}
    return Draft(kind, on, tuple(lines), key, by, authority, texts, None, outside)


def contribution(
    fund_id: UUID,
    amount: int,
    facts: Facts,
    *,
    account: str = "contributions",
    into: str = "bank",
    unit: str = "GBP",
) -> Draft:
    """Money came in for one fund: a member's pay-in, or a grant with account="grants"."""
    if amount <= 0:
        raise NoMoney
    return entry("contribution", pair(into, account, fund_id, amount, unit), facts)


def paid_back(
    fund_id: UUID,
    amount: int,
    facts: Facts,
    *,
    account: str = "contributions",
    out_of: str = "bank",
    unit: str = "GBP",
) -> Draft:
    """Money of one fund went back to where it came from: a leaver's, or a returned debit."""
    if amount <= 0:
        raise NoMoney
    return entry("paid_back", pair(account, out_of, fund_id, amount, unit), facts)


def spending(
    shares: Mapping[UUID, int],
    cost: str,
    facts: Facts,
    *,
    out_of: str = "bank",
    unit: str = "GBP",
) -> Draft:
    """A cost was paid, each fund its share. Shares of nothing are left out."""
    lines = (pair(cost, out_of, fund, amount, unit) for fund, amount in shares.items() if amount)
    return entry("spending", (line for two in lines for line in two), facts)


def transfer(
    giver: UUID, taker: UUID, amount: int, facts: Facts, *, held: str = "bank", unit: str = "GBP"
) -> Draft:
    """Money changed owner and stayed where it lies. `between_funds` nets to zero over all funds."""
    if amount <= 0 or giver == taker:
        raise NoMoney
    out = pair("between_funds", held, giver, amount, unit)
    return entry("transfer", (*out, *pair(held, "between_funds", taker, amount, unit)), facts)


def moved(
    custody: UUID, amount: int, facts: Facts, *, out_of: str, into: str, unit: str = "GBP"
) -> Draft:
    """Money changed place and stayed its owners': the tin taken to the bank, a payout."""
    if amount <= 0 or out_of == into:
        raise NoMoney
    return entry("moved", pair(into, out_of, custody, amount, unit), facts)


def reversal(posted: InTheBook, facts: Facts) -> Draft:
    """The same lines with the signs turned. It names what it puts right; its words say why.

    A correction says what is true, so it posts as facts from outside do; only to undo a transfer
    between funds is a decision, which must not take a fund below zero.
    """
    if posted.kind == "reversal":
        raise NotPutRightTwice
    return Draft(
        kind="reversal",
        happened_on=facts.on,
        lines=tuple(line._replace(amount=-line.amount) for line in posted.lines),
        key=facts.key,
        recorded_by=facts.by,
        authority=facts.authority,
        texts={"words": facts.words} if facts.words else {},
        reverses=posted.seq,
        outside=posted.kind != "transfer",
    )
