"""What a line's words, amount and date tell about what it is. Each clue is a reason people read."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger import journal, money
from payments import hints
from payments.models import BankLine
from pools import reference
from pools.clubbing.queries import places
from pools.models import FundingSource, Pool
from pools.spending.bills import BillWaiting
from pools.spending.models import Bill

LONG_NUMBER = 4  # a shorter bill number may stand in a line by chance
SHORT_NAME = 3
REMEMBERED = timedelta(days=400)
ABOUT = timedelta(days=14)
MOST_WEEKS = 26
Condition = sa.ColumnElement[bool]
WORDS = re.compile(r"[^\W_]+")


class Clue(NamedTuple):
    """The lower the rank, the more it tells."""

    rank: int
    words: str


def says(text: str, wanted: str) -> bool:
    """Whether these words stand whole in the text, however they are spaced: OLC101 is OLC-101."""
    there, target = WORDS.findall(text.casefold()), "".join(WORDS.findall(wanted.casefold()))
    for first in range(len(there) if target else 0):
        found = ""
        for word in there[first:]:
            found += word
            if found == target:
                return True
            if len(found) >= len(target):
                break
    return False


# --- bills ---------------------------------------------------------------------------------------


def the_bill(
    session: Session, waiting: Iterable[BillWaiting], line: BankLine
) -> BillWaiting | None:
    """The one approved bill of that amount that the line means beyond doubt: it names its number;
    or its payee, with no other number, on or after the day of the bill.
    """
    of_amount = [bill for bill in waiting if bill.amount == -line.amount]
    numbered = [bill for bill in of_amount if _names_number(line, bill)]
    if numbered:
        return numbered[0] if len(numbered) == 1 else None
    named = [bill for bill in of_amount if says(line.words, bill.payee)]
    if len(named) != 1 or _has_figures(line.words, named[0].payee):
        return None
    billed = session.get_one(Bill, named[0].id).billed_on
    return named[0] if billed <= line.happened_on else None


def _names_number(line: BankLine, bill: BillWaiting) -> bool:
    letters = "".join(WORDS.findall(bill.number))
    long = len(letters) >= LONG_NUMBER and any(sign.isdigit() for sign in letters)
    return says(line.words, bill.number) and (long or says(line.words, bill.payee))


def _has_figures(text: str, payee: str) -> bool:
    """Figures that are not part of the payee's name may be the number of another bill."""
    rest = set(WORDS.findall(text.casefold())) - set(WORDS.findall(payee.casefold()))
    return any(sign.isdigit() for word in rest for sign in word)


def of_bill(line: BankLine, bill: BillWaiting) -> Clue | None:
    if bill.amount != -line.amount:
        return None
    if says(line.words, bill.number):
        return Clue(0, "The same amount, and the bank names its number")
    if says(line.words, bill.payee):
        return Clue(1, f"The same amount, and the bank says {bill.payee}")
    return Clue(3, "The same amount")


# --- people --------------------------------------------------------------------------------------


def of_sources(
    session: Session, pool: Pool, line: BankLine, sources: Sequence[tuple[FundingSource, str]]
) -> dict[UUID, list[Clue]]:
    """For each member's money (with the member's name) whatever speaks for it, the best first."""
    clues: dict[UUID, list[Clue]] = defaultdict(list)
    named = set(reference.found_in(line.words))
    before, dues = _same_words(session, line), _same_dues(session, pool, line)
    usual = _paid(session, line)
    for source, name in sources:
        if source.reference in named:
            clues[source.id].append(Clue(0, f"It has the reference {source.reference}"))
        if source.id in before:
            clues[source.id].append(Clue(1, "The same words as a line you matched before"))
        if (word := _name_in(line, name)) is not None:
            clues[source.id].append(Clue(2, f"The bank says {word}"))
        if said := hints.times(line.amount, usual.get(source.id, []), name):
            clues[source.id].append(Clue(3, said))
        if source.id in dues:
            clues[source.id].append(Clue(3, f"The same amount as {dues[source.id]}"))
    return clues


def _name_in(line: BankLine, name: str) -> str | None:
    words = [word for word in WORDS.findall(name) if len(word) >= SHORT_NAME]
    return next((word for word in words if says(line.words, word)), None)


def _same_words(session: Session, line: BankLine) -> set[UUID]:
    """Whose money lines with the very same words were before."""
    found = session.exec(
        select(BankLine.source_id).where(
            *_lately(line), BankLine.words == line.words, col(BankLine.source_id).is_not(None)
        )
    )
    return {source for source in found if source is not None}


def _paid(session: Session, line: BankLine) -> dict[UUID, list[tuple[date, int]]]:
    """What each paid in before this line: the day and the pence, newest first."""
    rows = session.exec(
        select(BankLine)
        .where(
            *_lately(line),
            col(BankLine.source_id).is_not(None),
            BankLine.amount > 0,
            col(BankLine.happened_on) <= line.happened_on,
        )
        .order_by(col(BankLine.happened_on).desc(), col(BankLine.id).desc())
    )
    paid: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    for one in rows:
        if one.source_id is not None:
            paid[one.source_id].append((one.happened_on, one.amount))
    return paid


def _lately(line: BankLine) -> tuple[Condition, ...]:
    return (
        col(BankLine.account_id) == line.account_id,
        col(BankLine.id) != line.id,
        col(BankLine.happened_on) >= line.happened_on - REMEMBERED,
        col(BankLine.entry_seq).is_not(None),
    )


def _same_dues(session: Session, pool: Pool, line: BankLine) -> dict[UUID, str]:
    """Whose weeks this amount pays for, and who paid no such amount around that day."""
    if line.amount < 0:
        return {}
    paid = set(
        session.exec(
            select(BankLine.source_id).where(
                *_lately(line),
                BankLine.amount == line.amount,
                col(BankLine.happened_on).between(
                    line.happened_on - ABOUT, line.happened_on + ABOUT
                ),
            )
        )
    )
    found = {}
    for source_id, prices in _weekly(session, pool, line).items():
        words = dues_in_words(line.amount, prices)
        if words and source_id not in paid:
            found[source_id] = words
    return found


def _weekly(session: Session, pool: Pool, line: BankLine) -> dict[UUID, list[int]]:
    """The price of each place a week, by whose money pays. Dues are paid before the first day."""
    prices: dict[UUID, list[int]] = defaultdict(list)
    held = places(session, pool.id, line.happened_on) or places(
        session, pool.id, line.happened_on + ABOUT
    )
    for place in held:
        prices[place.source_id].append(place.price)
    return prices


def dues_in_words(amount: int, prices: Sequence[int]) -> str | None:
    """4 days at £42: how many whole weeks of these places the amount pays for, if it does."""
    week = sum(prices)
    weeks, over = divmod(amount, week)
    if over or not 0 < weeks <= MOST_WEEKS:
        return None
    if len(set(prices)) > 1:
        return f"{weeks} {'week' if weeks == 1 else 'weeks'} at {money.say(week)}"
    days = weeks * len(prices)
    return f"{days} {'day' if days == 1 else 'days'} at {money.say(prices[0])}"


# --- neither -------------------------------------------------------------------------------------


def account_before(session: Session, pool: Pool, line: BankLine) -> str | None:
    """The account (interest, grants) to which a line with the very same words went before, if it
    was neither a member's nor a bill's.
    """
    seq = session.exec(
        select(BankLine.entry_seq)
        .where(
            *_lately(line),
            BankLine.words == line.words,
            col(BankLine.source_id).is_(None),
        )
        .order_by(col(BankLine.happened_on).desc(), col(BankLine.id).desc())
        .limit(1)
    ).first()
    if seq is None:
        return None
    entry = journal.recorded(session, pool.book_id, seq)
    if not entry.key.startswith("bank:"):
        return None  # it paid a bill
    return next((one.account for one in entry.lines if one.account != "bank"), None)
