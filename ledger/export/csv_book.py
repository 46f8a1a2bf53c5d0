"""A book as a table for a spreadsheet: one row for each part of each line of it."""

from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session

from ledger import sheets
from ledger.export import reading
from ledger.export.names import figures
from ledger.export.reading import Told, Whole
from ledger.money import MINUTES

HEADS = (
    *("Line", "Part", "Date", "Kind", "What for", "Account", "Account kind", "Fund", "Whose"),
    *("Source", "Unit", "Amount", "Minutes", "We have", "Agreed by", "Puts right line"),
    *("Written at", "Written by", "Key", "Hash"),
)


def table(session: Session, book: Whole, people: Mapping[str, str] | None) -> Iterator[str]:
    """The table, line by line. `people` are names by code; without it nobody is named.

    Amounts are signed as in the book: what an account of ours has is positive, what came in stands
    against it as negative. Each line sums to zero. Minutes have a column of their own.
    """
    return sheets.lines(_rows(session, book, people))


def _rows(
    session: Session, book: Whole, people: Mapping[str, str] | None
) -> Iterator[Sequence[str]]:
    yield HEADS
    named = dict(people or {})
    whose = {fund_id: _whose(fund, named) for fund_id, fund in book.funds.items()}
    for told in reading.entries(session, book, personal=people is not None):
        yield from _parts(told, book, whose, named)


def _whose(fund: reading.Fund, named: Mapping[str, str]) -> tuple[str, str, str]:
    owner = "" if fund.owner is None else named.get(fund.owner, fund.owner)
    return fund.code, sheets.text(owner), fund.source or ""


def _parts(
    told: Told, book: Whole, whose: Mapping[str, tuple[str, str, str]], named: Mapping[str, str]
) -> Iterator[Sequence[str]]:
    facts = told.facts
    words = next((text.text for text in told.texts if text.field == "words"), "")
    by = facts["recorded_by"] or ""
    line, have = str(told.seq), figures(told.total, book.unit)
    what = (facts["happened_on"], facts["kind"], sheets.text(words))
    last = (
        have,
        sheets.text(facts["authority"]),
        facts["reverses"] or "",
        facts["recorded_at"],
        sheets.text(named.get(by, by)),
        sheets.text(facts["key"]),
        told.hash.hex(),
    )
    for number, part in enumerate(facts["postings"], 1):
        unit, amount = part["unit"], int(part["amount"])
        money = ("", str(amount)) if unit == MINUTES else (figures(amount, unit), "")
        account = (sheets.text(part["account"]), part["kind"], *whose[part["fund"]])
        yield (line, str(number), *what, *account, unit, *money, *last)
