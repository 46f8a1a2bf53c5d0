"""A file of several statements: those of one account, joined where their balances meet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from payments.statements import refusals
from payments.statements.statement import Statement, oldest_first, pounds, total

TELLING = 8  # an account number in the UK; what banks put before it differs from file to file
FEWEST = 4
MOST_PAGES = 2_000


@dataclass(frozen=True, slots=True)
class Page:
    """One statement of a file, or one page of it, and the line where it begins.

    `name` and `number` are the bank's own.
    """

    line: int
    statement: Statement
    name: str = ""
    number: tuple[int, ...] = ()


def plain(number: str) -> str:
    """An account number as it can be compared: capitals and figures, without what masks it."""
    return re.sub(r"[^0-9A-Z]", "", number.upper()).lstrip("X")


def asked_for(numbers: Sequence[str], asked: str | None) -> list[int]:
    """Which of these account numbers may be the one asked for: the same to the last sign, else
    those that end alike. All of them if there is nothing to choose by.
    """
    every = list(range(len(numbers)))
    if asked is None or len(numbers) < 2:
        return every
    ours = plain(asked)
    exact = [place for place in every if plain(numbers[place]) == ours]
    return exact or [place for place in every if _ends_alike(plain(numbers[place]), ours)] or every


def _ends_alike(theirs: str, ours: str) -> bool:
    told = min(len(theirs), len(ours), TELLING)
    return told >= FEWEST and theirs[-told:] == ours[-told:]


def joined(pages: Sequence[Page], account: str | None) -> Statement:
    """The statement of one account out of all pages of a file.

    Each page must add up by itself, and begin with what the page before it ended with.
    """
    ours = _without_copies(_of_account(pages, account))
    for page in ours:
        _adds_up(page)
    ours = _in_order(ours)
    first, last = ours[0].statement, ours[-1].statement
    return Statement(
        first.account,
        first.currency,
        tuple(line for page in ours for line in oldest_first(page.statement.lines)),
        first.opening,
        last.closing,
        last.closing_on,
        sum(page.statement.left_out for page in ours),
    )


def _of_account(pages: Sequence[Page], account: str | None) -> list[Page]:
    if not pages:
        raise refusals.NoStatement
    found: dict[tuple[str, str], list[Page]] = {}
    for page in pages:
        key = plain(page.statement.account or ""), page.statement.currency or ""
        found.setdefault(key, []).append(page)
    keys = list(found)
    chosen = asked_for([number for number, _ in keys], account)
    if len(chosen) > 1:
        raise refusals.SeveralAccounts(count=len(chosen))
    return found[keys[chosen[0]]]


def _without_copies(pages: Sequence[Page]) -> list[Page]:
    """Some banks put the same statement in a file twice, under the same name and number."""
    once: dict[tuple[object, ...], Page] = {}
    for page in pages:
        once.setdefault((page.name, page.number, page.statement), page)
    return list(once.values())


def _adds_up(page: Page) -> None:
    one = page.statement
    if one.opening is None or one.closing is None:
        return
    stated, found = one.closing - one.opening, total(one.lines)
    if stated != found:
        raise refusals.PageDiffers(line=page.line, stated=pounds(stated), found=pounds(found))


def _in_order(pages: Sequence[Page]) -> list[Page]:
    """By their days and numbers, else as they stand, else from the end: as the balances meet."""
    by_day = sorted(pages, key=lambda page: (page.statement.closing_on or date.min, page.number))
    for order in (by_day, list(pages), list(reversed(pages))):
        if not any(map(_apart, pairwise(order))):
            return order
    before, after = next(pair for pair in pairwise(by_day) if _apart(pair))
    raise refusals.PagesApart(
        line=after.line,
        said=pounds(after.statement.opening or 0),
        other=pounds(before.statement.closing or 0),
    )


def _apart(pair: tuple[Page, Page]) -> bool:
    ended, begins = pair[0].statement.closing, pair[1].statement.opening
    return ended is not None and begins is not None and ended != begins
