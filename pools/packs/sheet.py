"""A statement for a spreadsheet: every part of it in rows, the lines as a table. Pure."""

from collections.abc import Iterator
from datetime import date

from ledger import sheets
from pools.packs import said
from pools.packs.said import Fact
from pools.packs.statement import Line, Statement

HEAD = (
    "Part", "Line", "Date", "What", "Amount", "My money after it", "Supplier", "Bill number",
    "Date on the bill", "Kind of cost", "The whole bill", "How many shared it",
    "How it was shared", "Need in my plan", "Agreed by", "Checked", "At the bank", "Put right",
    "The bill itself",
)  # fmt: skip
Row = tuple[str, ...]


def csv(found: Statement) -> Iterator[str]:
    return sheets.lines(_rows(found))


def _rows(found: Statement) -> Iterator[Row]:
    yield HEAD
    yield from _facts(found, "Who", said.who(found))
    yield from _facts(found, "Sums", said.sums(found))
    yield from _facts(found, "Of what is left", (*said.split(found), *said.weeks(found)))
    for one in found.sources:
        yield from _facts(found, one.name, said.source(found, one))
    yield from (_line(found, line) for line in found.lines)
    yield from _facts(found, "Days", said.service(found))
    if found.words:
        yield _row("What I did and how it helped", "", found.words)
    for check in said.checks(found):
        yield _row("Checks", "", check.words)
    for words in said.method(found):
        yield _row("How we share", "", words)


def _row(part: str, label: str, words: str, pence: str = "") -> Row:
    """A fact: its label stands as a line's date would, its words as what the line was."""
    cells = (sheets.text(part), "", sheets.text(label), sheets.text(words), pence)
    return (*cells, *("" for _ in HEAD[len(cells) :]))


def _facts(found: Statement, part: str, facts: tuple[Fact, ...]) -> Iterator[Row]:
    for one in facts:
        if one.pence is None:
            yield _row(part, one.label, one.words)
        else:
            yield _row(part, one.label, "", sheets.amount(one.pence, found.currency))


def _line(found: Statement, line: Line) -> Row:
    currency = found.currency
    return (
        "Lines",
        str(line.seq),
        sheets.day(line.on),
        sheets.text(line.what),
        sheets.amount(line.share, currency),
        sheets.amount(line.left, currency),
        sheets.text(line.supplier),
        sheets.text(line.bill),
        _day(line.billed_on),
        sheets.text(line.cost),
        sheets.amount(line.whole, currency),
        str(line.people) if line.people else "",
        sheets.text(line.rule),
        sheets.text("; ".join(line.serves)),
        sheets.text(line.agreed),
        sheets.text(line.checked),
        _day(line.bank_on),
        sheets.text(line.put_right),
        sheets.text(said.PAPERS[line.paper.kind] if line.supplier else ""),
    )


def _day(on: date | None) -> str:
    return sheets.day(on) if on else ""
