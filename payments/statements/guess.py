"""A first look at a table: its headings, a few rows, and a proposal of which column is which.

Only ever proposed to the treasurer, who chooses; never used by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from payments.statements import amounts, days, refusals
from payments.statements.balances import Step, run_of
from payments.statements.columns import Columns
from payments.statements.rows import Row, rows_of
from payments.statements.table import BALANCES

# Words in the headings of banks. One that begins with "=" must be the whole heading.
DATES = ("date", "datum", "valuta", "dato", "fecha", "buchung")
AMOUNTS = (
    "amount", "value", "betrag", "bedrag", "montant", "belopp", "beløb", "importe", "importo",
)  # fmt: skip
INS = (
    "credit", "crédit", "paid in", "money in", "deposit", "receipt", "payments in", "haben", "=in",
    "=abono", "=entrate", "=avere",
)  # fmt: skip
OUTS = (
    "debit", "débit", "paid out", "money out", "withdraw", "payments out", "spent", "soll", "=out",
    "=payments", "=cargo", "=uscite", "=dare",
)  # fmt: skip
OTHERS = ("local", "foreign", "orig", "fee", "vat", "tax", *BALANCES)
WORDS = (
    "description", "detail", "narrative", "memo", "reference", "payee", "payer", "party", "name",
    "merchant", "note", "particular", "text", "zweck", "beguenstigter", "begünstigter",
    "auftraggeber", "empfänger", "zahlungspflichtig", "omschrijving", "mededeling", "naam",
    "libell",
)  # fmt: skip
NOT_WORDS = ("account", "code", "date", "currency", "location")
SEEN = 100


@dataclass(frozen=True, slots=True)
class Preview:
    """The headings (made up where the file has none), the first rows, and where they start."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    skip: int


def preview_of(text: str, most: int = 8) -> Preview:
    rows = rows_of(text)
    skip = _start(rows)
    width = max(len(row.cells) for row in rows[:SEEN])
    head = rows[skip - 1].cells if skip else ()
    names = [head[place] if place < len(head) else "" for place in range(width)]
    headings = tuple(name or f"Column {place}" for place, name in enumerate(names, start=1))
    shown = tuple(
        tuple(row.cell(place) for place in range(width)) for row in rows[skip : skip + most]
    )
    return Preview(headings, shown, skip)


def guess_of(text: str) -> Columns | None:
    """None: the file does not make it plain enough even for a proposal."""
    rows = rows_of(text)
    skip = _start(rows)
    head = [_plain(cell) for cell in rows[skip - 1].cells] if skip else []
    seen = rows[skip : skip + SEEN]
    body = [row for row in seen if any(map(days.looks_like_a_day, row.cells))]
    width = max((len(row.cells) for row in body), default=0)
    dates = [place for place in range(width) if _all_days(body, place)]
    date = next(iter(_named(head, dates, DATES, ("value", "valuta", "started")) or dates), None)
    money = _money(head, body, [place for place in range(width) if place not in dates])
    if date is None or money is None:
        return None
    words = _words(head, body, {*dates, *(column for column in money if column is not None)})
    dated = [row for row in rows[skip:] if days.looks_like_a_day(row.cell(date))]
    try:
        return Columns(date, *money, words, _day_first(dated, date), skip)
    except refusals.FileRefused:
        return None


def _start(rows: Sequence[Row]) -> int:
    """Below the row that names a date and an amount; else at the first row that has both."""
    for place, row in enumerate(rows[:SEEN]):
        names = [_plain(cell) for cell in row.cells]
        dates = {p for p, name in enumerate(names) if _has(name, DATES)}
        money = {p for p, name in enumerate(names) if _has(name, (*AMOUNTS, *INS, *OUTS))}
        if dates and money and len(dates | money) > 1 and not any(map(_is_money, row.cells)):
            return place + 1
    for place, row in enumerate(rows[:SEEN]):
        if any(map(days.looks_like_a_day, row.cells)) and any(map(_is_money, row.cells)):
            return place
    return min(1, len(rows) - 1)


def _plain(cell: str) -> str:
    return " ".join(cell.casefold().split())


def _is_money(cell: str) -> bool:
    return amounts.looks_like_money(cell) and not days.looks_like_a_day(cell)


def _named(
    head: Sequence[str], places: Sequence[int], wanted: Sequence[str], unwanted: Sequence[str]
) -> list[int]:
    """The columns of these whose name has a wanted word in it and no unwanted one."""
    return [
        place
        for place in places
        if place < len(head) and _has(head[place], wanted) and not _has(head[place], unwanted)
    ]


def _has(name: str, words: Sequence[str]) -> bool:
    return any(word in name if word[0] != "=" else word[1:] == name for word in words)


def _all_days(body: Sequence[Row], place: int) -> bool:
    filled = [row.cell(place) for row in body if row.cell(place)]
    return bool(filled) and all(map(days.looks_like_a_day, filled))


def _all_money(body: Sequence[Row], place: int) -> bool:
    try:
        for row in body:
            amounts.written(row.line, row.cell(place))
    except refusals.FileRefused:
        return False
    return True


Choice = tuple[int | None, int | None, int | None]


def _money(head: Sequence[str], body: Sequence[Row], places: Sequence[int]) -> Choice | None:
    """The columns of amount, money in, money out: by name, else by what stands in them."""
    money = [place for place in places if _all_money(body, place)]
    come, gone = _named(head, money, INS, OUTS), _named(head, money, OUTS, INS)
    one = _named(head, money, AMOUNTS, (*INS, *OUTS, *OTHERS))
    if len(one) > 1:
        balances = _named(head, money, BALANCES, ("available",))
        one = [p for p in one if any(_follows(body, p, other) for other in balances)] or one
        one = [p for p in one if "total" in head[p]] or one
    if len(one) == 1:
        return one[0], None, None
    if len(come) == len(gone) == 1:
        return None, come[0], gone[0]
    plain = [p for p in money if any(_is_money(row.cell(p)) for row in body)]
    plain = [p for p in plain if p >= len(head) or not _has(head[p], OTHERS)]
    if len(plain) == 1 or (len(plain) == 2 and not head and _follows(body, *plain)):
        return plain[0], None, None
    return None


def _follows(body: Sequence[Row], amount: int, balance: int) -> bool:
    """Is the second column the running balance of the first?"""
    found = [
        amounts.written(row.line, row.cell(place)) for place in (amount, balance) for row in body
    ]
    try:
        pence = amounts.pence_of(found)
        moved, beside = pence[: len(body)], pence[len(body) :]
        steps = zip(body, moved, beside, strict=True)
        run = run_of([Step(row.line, one or 0, other) for row, one, other in steps])
    except refusals.FileRefused:
        return False
    return run.opening is not None


def _words(head: Sequence[str], body: Sequence[Row], taken: set[int]) -> tuple[int, ...]:
    """By name; else whatever holds words."""
    free = [p for p in range(max(len(row.cells) for row in body)) if p not in taken]
    filled = [p for p in free if any(row.cell(p) for row in body)]
    letters = [p for p in filled if any(sign.isalpha() for row in body for sign in row.cell(p))]
    return tuple(_named(head, filled, WORDS, NOT_WORDS) or letters)


def _day_first(body: Sequence[Row], date: int) -> bool | None:
    try:
        return days.settled([days.written(row.line, row.cell(date)) for row in body])
    except refusals.FileRefused:
        return None
