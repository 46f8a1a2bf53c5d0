"""A book as an hledger journal, strict, which ends by asserting every balance to the penny."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from sqlmodel import Session

from ledger.export import names, reading
from ledger.export.names import Accounts, figures
from ledger.export.reading import Fund, Told, Whole
from ledger.sheets import one_line


def journal(session: Session, book: Whole, people: Mapping[str, str] | None) -> Iterator[str]:
    """The journal, piece by piece. `people` are names by code; without it nobody is named."""
    accounts = Accounts(book.funds)
    yield f"; Money book {book.book_id}\n"
    yield f"; Line {book.seq} is the last one. Its hash: {book.hash.hex()}\n\ndecimal-mark .\n"
    for unit in sorted({book.unit, *(held.unit for held in book.balances)}):
        yield f"commodity 1000.{'0' * names.digits(unit)} {unit_name(unit)}\n"
    for code, fund_id in sorted({(held.account, held.fund_id) for held in book.balances}):
        name = accounts[code, book.accounts[code], fund_id]
        yield f"account {name}  ; {_whose(book.funds[fund_id], people)}\n"
    yield "\n"
    for told in reading.entries(session, book, personal=people is not None):
        yield _entry(told, accounts)
    if book.balances:
        yield f"{book.last} * Balances\n"
    for fund_id, code, unit, amount in book.balances:
        name = accounts[code, book.accounts[code], fund_id]
        yield f"    {name}  0 {unit_name(unit)} = {figures(amount, unit)} {unit_name(unit)}\n"


def _whose(fund: Fund, people: Mapping[str, str] | None) -> str:
    said = [f"fund:{fund.fund_id}"]
    if fund.owner is not None:
        said += [f"owner:{fund.owner}", f"source:{fund.source}"]
        if people is not None and fund.owner in people:
            said.append(f"name:{plain(people[fund.owner]).replace(',', ' ')}")
    return ", ".join(said)


def _entry(told: Told, accounts: Accounts) -> str:
    facts = told.facts
    words = next((text.text for text in told.texts if text.field == "words"), "")
    said = [f"{facts['happened_on']} * ({told.seq}) {plain(words) or facts['kind']}"]
    said.append(f"    ; kind:{facts['kind']}")
    said.append(f"    ; key:{facts['key']}")
    if facts["authority"] is not None:
        said.append(f"    ; agreed:{facts['authority']}")
    if facts["reverses"] is not None:
        said.append(f"    ; reverses:{facts['reverses']}")
    said.append(f"    ; hash:{told.hash.hex()}")
    for part in facts["postings"]:
        unit = part["unit"]
        name = accounts[part["account"], part["kind"], part["fund"]]
        said.append(f"    {name}  {figures(int(part['amount']), unit)} {unit_name(unit)}")
    return "\n".join(said) + "\n\n"


def plain(words: str) -> str:
    """Words on one line. A semicolon would begin a comment."""
    return one_line(words).replace(";", ",")


@lru_cache
def unit_name(unit: str) -> str:
    return unit if unit.isalpha() else f'"{unit}"'
