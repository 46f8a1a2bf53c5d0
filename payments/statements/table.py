"""Any bank's table (CSV), read by the columns that the treasurer chose once.

What the file says besides (balances, a currency, a column of in and out) is used to take a sign
from it, or to refuse a file that does not add up. Never to guess.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from payments.statements import amounts, days, refusals
from payments.statements.balances import Run, Step, run_of
from payments.statements.columns import Columns
from payments.statements.rows import Row, rows_of
from payments.statements.statement import (
    MOST_LINES,
    Line,
    Statement,
    bare,
    oldest_first,
    shown,
    tidy,
)

OUT = {"d", "dr", "debit", "dbit", "out", "money out", "paid out", "withdrawal", "af", "s", "soll"}
IN = {"c", "cr", "credit", "crdt", "in", "money in", "paid in", "deposit", "bij", "h", "haben"}
BALANCES = ("balance", "saldo", "solde")
BALANCE = re.compile(r"(?:balance|saldo|solde)(?: \(\w+\))?$")
CURRENCIES = {"currency", "ccy", "currency code", "devise", "währung", "waehrung", "munt"}
HEADED = re.compile(r"\b(?:amount|balance|bedrag|in|out) \(([a-z]{3})\)")
STATES = {"state", "status"}
# What a bank says in such a column of a payment that did not happen, or not yet.
WAITING = {
    "pending", "reverted", "declined", "failed", "cancelled", "canceled", "rejected", "vorgemerkt",
}  # fmt: skip
FEES = {"fee", "fees"}
WHOLE = ("total", "net")  # an amount called so has its fee in it
ACCOUNTS = {"account number", "account no", "account no.", "account", "iban"}


@dataclass(frozen=True, slots=True)
class Head:
    """The heading, and where it names a balance, a currency, an account, a state and a fee."""

    cells: tuple[str, ...]
    balance: int | None
    currency: int | None
    account: int | None
    state: int | None
    fee: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that counts: a payment, or (with no money moved) a balance brought forward.
    `more` is text that ran over into the rows below.
    """

    row: Row
    date: days.Written | None
    moves: bool
    more: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Money:
    """Of each entry, pence: what it moved, and the balance beside it."""

    moved: list[int]
    balances: list[int | None]
    currency: str | None


def read_table(text: str, columns: Columns) -> Statement:
    """Every payment, oldest first; those of nothing are left out. Refuses what it can't place."""
    rows = rows_of(text)
    body = rows[columns.skip :]
    head = _head(rows[columns.skip - 1] if 0 < columns.skip <= len(rows) else None, columns)
    _starts_there(rows[: columns.skip], columns)
    _measure(body, head, columns)
    happened = [row for row in body if row.cell(head.state).casefold() not in WAITING]
    entries = _entries(happened, head, columns)
    payments = [one for one in entries if one.moves]
    when = days.days_of([one.date for one in payments if one.date], columns.day_first)
    money = _money(entries, head, columns)
    run, money = _followed(entries, money, head)
    moved = [amount for one, amount in zip(entries, money.moved, strict=True) if one.moves]
    lines = [
        Line(day, amount, tidy(*_words(one.row, columns), *one.more))
        for day, amount, one in zip(when, moved, payments, strict=True)
        if amount
    ]
    return Statement(
        _account([one.row for one in payments], head),
        money.currency,
        _ordered(lines, run),
        run.opening,
        run.closing,
        max(when, default=None) if run.closing is not None else None,
        len(body) - len(happened),
    )


def _followed(entries: Sequence[Entry], money: Money, head: Head) -> tuple[Run, Money]:
    """The run of the balances. Where they follow only when the fee beside each amount is taken off,
    the fee left the account too. Where they follow both ways, we can't tell.
    """
    written = [amounts.written(one.row.line, one.row.cell(head.fee)) for one in entries]
    fees = [abs(fee or 0) for fee in amounts.pence_of(written)]
    if not any(fees) or all(balance is None for balance in money.balances):
        return run_of(_steps(entries, money)), money
    moved = [amount - fee for amount, fee in zip(money.moved, fees, strict=True)]
    with_fees = replace(money, moved=moved)
    try:
        run = run_of(_steps(entries, with_fees))
    except refusals.BalanceBreaks:
        return run_of(_steps(entries, money)), money
    try:
        run_of(_steps(entries, money))
    except refusals.BalanceBreaks:
        return run, with_fees
    line = next(one.row.line for one, fee in zip(entries, fees, strict=True) if fee)
    raise refusals.FeeUnclear(line=line)


def _steps(entries: Sequence[Entry], money: Money) -> list[Step]:
    triples = zip(entries, money.moved, money.balances, strict=True)
    return [Step(one.row.line, moved, balance) for one, moved, balance in triples]


def _head(row: Row | None, columns: Columns) -> Head:
    cells = tuple(" ".join(cell.casefold().split()) for cell in row.cells) if row else ()
    if any(BALANCE.search(cells[place]) for place in columns.money if place < len(cells)):
        raise refusals.ColumnNotThere
    free = [(place, name) for place, name in enumerate(cells) if place not in columns.used]
    running = [p for p, name in free if any(word in name for word in BALANCES)]
    whole = any(word in cells[p] for p in columns.money if p < len(cells) for word in WHOLE)
    best = [place for place in running if "available" not in cells[place]]
    return Head(
        cells,
        next(iter(best or running), None),
        next((place for place, name in free if name in CURRENCIES), None),
        next((place for place, name in enumerate(cells) if name in ACCOUNTS), None),
        next((place for place, name in free if name in STATES), None),
        None if whole else next((place for place, name in free if name in FEES), None),
    )


def _starts_there(above: Iterable[Row], columns: Columns) -> None:
    """No payment may stand above the line where they were said to start: it would be lost."""
    for row in above:
        money = [row.cell(column) for column in columns.money]
        if days.looks_like_a_day(row.cell(columns.date)) and any(map(_is_amount, money)):
            raise refusals.StartsElsewhere(line=row.line)


def _is_amount(text: str) -> bool:
    try:
        return amounts.written(0, text) is not None
    except refusals.FileRefused:
        return False


def _measure(body: Sequence[Row], head: Head, columns: Columns) -> None:
    """A row wider than its heading has a comma too many, and its amount may be something else."""
    if len(body) > MOST_LINES:
        raise refusals.TooManyLines
    widths = [_width(row.cells) for row in body]
    wide = _width(head.cells) if head.cells else max(widths, default=0, key=widths.count)
    for row, width in zip(body, widths, strict=True):
        if width > wide:
            raise refusals.RowTooWide(line=row.line)
    if body and max(columns.used) >= max(len(head.cells), *(len(row.cells) for row in body)):
        raise refusals.ColumnNotThere


def _width(cells: Sequence[str]) -> int:
    return max((place for place, cell in enumerate(cells, start=1) if cell), default=0)


def _entries(body: Iterable[Row], head: Head, columns: Columns) -> list[Entry]:
    found: list[Entry] = []
    for row in body:
        if tuple(" ".join(cell.casefold().split()) for cell in row.cells) == head.cells:
            continue  # the heading again, on the next page
        money = any(not amounts.is_nothing(row.cell(column)) for column in columns.money)
        carried = bool(row.cell(head.balance))
        if row.cell(columns.date):
            entry = _dated(row, columns, moves=money, carried=carried)
        elif money:
            raise refusals.RowNotRead(line=row.line)
        else:
            _run_over(row, found, head, columns)
            entry = Entry(row, None, moves=False) if carried else None
        if entry is not None:
            found.append(entry)
    return found


def _dated(row: Row, columns: Columns, *, moves: bool, carried: bool) -> Entry | None:
    said = row.cell(columns.date)
    if not moves and not any(sign.isdigit() for cell in row.cells for sign in cell):
        return None  # "End of statement"
    date = days.written(row.line, said)
    if not moves and not carried:
        raise refusals.AmountMissing(line=row.line)
    return Entry(row, date, moves)


def _run_over(row: Row, found: Sequence[Entry], head: Head, columns: Columns) -> None:
    """Text alone belongs to the payment above; figures without a date belong nowhere."""
    said = _words(row, columns)
    places = {place for place, cell in enumerate(row.cells) if cell}
    if places - {head.balance} <= set(columns.words):
        if found and not any(word in tidy(*said).casefold() for word in BALANCES):
            found[-1].more.extend(said)
    elif any(sign.isdigit() for cell in row.cells for sign in cell):
        raise refusals.RowNotRead(line=row.line)


def _words(row: Row, columns: Columns) -> list[str]:
    return [bare(row.cell(column)) for column in columns.words]


def _money(entries: Sequence[Entry], head: Head, columns: Columns) -> Money:
    """All amounts of the file together, so that they settle what their commas and dots mean."""

    def written(column: int | None) -> list[amounts.Written | None]:
        return [amounts.written(one.row.line, one.row.cell(column)) for one in entries]

    first, second = written(columns.money[0]), written(columns.money_out)
    balance, count = written(head.balance), len(entries)
    pence = amounts.pence_of([*first, *second, *balance])
    if columns.amount is None:
        moved = _in_and_out(entries, pence[:count], pence[count : 2 * count])
    else:
        outward = _outward(entries, first, columns)
        moved = [-(one or 0) if out else one or 0 for one, out in zip(pence, outward, strict=False)]
    return Money(moved, pence[2 * count :], _currency(entries, [*first, *second], head))


def _in_and_out(
    entries: Sequence[Entry], come: Sequence[int | None], gone: Sequence[int | None]
) -> list[int]:
    """Banks write money out with a minus or without; a file that does both can't be read."""
    minus = [bool(out and out < 0) for out in gone]
    plain = [bool(out and out > 0) for out in gone]
    moved = []
    for place, (one, into, out) in enumerate(zip(entries, come, gone, strict=True)):
        if into and out:
            raise refusals.InAndOut(line=one.row.line)
        if minus[place] and any(plain):
            raise refusals.SignsMixed(line=one.row.line)
        moved.append((into or 0) - abs(out or 0))
    return moved


def _outward(
    entries: Sequence[Entry], found: Sequence[amounts.Written | None], columns: Columns
) -> list[bool]:
    """Which amounts went out by a column of their own, where no amount has a sign itself."""
    payments = [one for one in entries if one.moves]
    if payments and not any(one is not None and one.marked for one in found):
        for column in range(max(len(one.row.cells) for one in payments)):
            said = [one.row.cell(column).casefold() for one in payments]
            if column not in columns.money and all(word in OUT | IN for word in said):
                return [one.row.cell(column).casefold() in OUT for one in entries]
            for one, word in zip(payments, said, strict=True):
                if word in OUT and len(word) > 1:
                    raise refusals.SignsUnclear(line=one.row.line)
    return [False] * len(entries)


def _currency(
    entries: Sequence[Entry], found: Iterable[amounts.Written | None], head: Head
) -> str | None:
    """The one currency of the file, by its column or by the signs beside its amounts."""
    said = [(one.row.line, bare(one.row.cell(head.currency)).upper()) for one in entries]
    said += [(one.line, one.currency or "") for one in found if one is not None]
    named = [(line, name) for line, name in said if name]
    for line, name in named:
        if name != named[0][1]:
            raise refusals.SeveralCurrencies(line=line, said=shown(name), other=shown(named[0][1]))
    heading = HEADED.search(" ".join(head.cells))
    said_there = heading[1].upper() if heading else ""
    currency = named[0][1] if named else said_there
    return currency if len(currency) == 3 else None


def _account(rows: Iterable[Row], head: Head) -> str | None:
    """The account that the lines name, if the heading has one and they name a whole number."""
    named = {bare(row.cell(head.account)) for row in rows} - {""}
    if any(sum(sign.isdigit() for sign in name) < 6 for name in named):
        return None
    if len(named) > 1:
        raise refusals.SeveralAccounts(count=len(named))
    return next(iter(named), None)


def _ordered(lines: Sequence[Line], run: Run) -> tuple[Line, ...]:
    """By the way in which the balances follow; where they do not say, by the dates."""
    if run.newest_first is None:
        return oldest_first(lines)
    return tuple(reversed(lines)) if run.newest_first else tuple(lines)
