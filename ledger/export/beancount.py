"""A book as a Beancount journal, which ends by asserting every balance to the penny."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache

from sqlmodel import Session

from errors import NotPossible
from ledger import money
from ledger.export import reading
from ledger.export.names import Accounts, figures
from ledger.export.reading import Fund, Told, Whole
from ledger.sheets import one_line

FIRST, LAST = date(1700, 1, 1), date(2099, 12, 30)
_CURRENCY = re.compile(r"[A-Z]{3}")


class NotInBeancount(NotPossible):
    """Beancount knows the years 1700 to 2099 only. This book has a line on {on}."""


def journal(session: Session, book: Whole, people: Mapping[str, str] | None) -> Iterator[str]:
    """The journal, piece by piece. `people` are names by code; without it nobody is named."""
    for on in (book.first, book.last):
        if on is not None and not FIRST <= on <= LAST:
            raise NotInBeancount(on=on.isoformat())
    return _pieces(session, book, people)


def _pieces(session: Session, book: Whole, people: Mapping[str, str] | None) -> Iterator[str]:
    accounts = Accounts(book.funds)
    yield (
        f"; Line {book.seq} is the last one. Its hash: {book.hash.hex()}\n"
        f'option "title" "Money book {book.book_id}"\n'
        f'option "operating_currency" "{unit_name(book.unit)}"\n\n'
    )
    yield from _opened(book, accounts, people)
    for told in reading.entries(session, book, personal=people is not None):
        yield _entry(told, accounts)
    if book.last is not None:
        after = (book.last + timedelta(days=1)).isoformat()
        for fund_id, code, unit, amount in book.balances:
            name = accounts[code, book.accounts[code], fund_id]
            yield f"{after} balance {name} {figures(amount, unit)} ~ 0 {unit_name(unit)}\n"


def _opened(book: Whole, accounts: Accounts, people: Mapping[str, str] | None) -> Iterator[str]:
    """Each account of each fund, from the first day on, with whose it is."""
    units: dict[tuple[str, str], set[str]] = defaultdict(set)
    for fund_id, code, unit, _ in book.balances:
        units[code, fund_id].add(unit_name(unit))
    for (code, fund_id), used in sorted(units.items()):
        name = accounts[code, book.accounts[code], fund_id]
        yield f"{book.first} open {name} {','.join(sorted(used))}\n"
        yield from _whose(book.funds[fund_id], people)
    yield "\n"


def _whose(fund: Fund, people: Mapping[str, str] | None) -> Iterator[str]:
    yield f'  fund: "{fund.fund_id}"\n'
    if fund.owner is not None:
        yield f'  owner: "{fund.owner}"\n  source: "{fund.source}"\n'
        if people is not None and fund.owner in people:
            yield f"  name: {quoted(people[fund.owner])}\n"


def _entry(told: Told, accounts: Accounts) -> str:
    facts = told.facts
    words = next((text.text for text in told.texts if text.field == "words"), "")
    said = [f"{facts['happened_on']} * {quoted(one_line(words) or facts['kind'])}"]
    said.append(f"  seq: {told.seq}")
    said.append(f'  kind: "{facts["kind"]}"')
    said.append(f"  key: {quoted(facts['key'])}")
    if facts["authority"] is not None:
        said.append(f"  agreed: {quoted(facts['authority'])}")
    if facts["reverses"] is not None:
        said.append(f"  reverses: {facts['reverses']}")
    said.append(f'  hash: "{told.hash.hex()}"')
    for part in facts["postings"]:
        unit = part["unit"]
        name = accounts[part["account"], part["kind"], part["fund"]]
        said.append(f"  {name}  {figures(int(part['amount']), unit)} {unit_name(unit)}")
    return "\n".join(said) + "\n\n"


def quoted(words: str) -> str:
    plain = one_line(words).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


@lru_cache
def unit_name(unit: str) -> str:
    """Beancount's units are capitals: GBP, MINUTES; anything else as its bytes."""
    if _CURRENCY.fullmatch(unit):
        return unit
    return "MINUTES" if unit == money.MINUTES else f"X{unit.encode().hex().upper()}"
