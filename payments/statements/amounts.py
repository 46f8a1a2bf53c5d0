"""From the amounts of a whole file to pence. Comma or dot is settled by all of them together."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from payments.statements import refusals
from payments.statements.statement import bare, shown

MOST_PENCE = 10**12
NOTHING = {"", "-", "--", "n/a", "none", "null"}
# One number with its sign, currency and CR or DR in any of the places where banks put them.
MONEY = re.compile(
    r"(?P<open>\()?(?P<sign1>[+-])? ?(?P<money1>[£$€]|[A-Z]{3})? ?(?P<sign2>[+-])? ?"
    r"(?P<number>\d[\d.,' ]*|[.,]\d+) ?(?P<money2>[£$€]|[A-Z]{3})? ?(?P<sign3>[+-])?"
    r" ?(?P<side>CR|DR|C|D)?(?P<close>\))?",
    re.IGNORECASE | re.ASCII,
)
GROUPED = re.compile(
    r"\d+|\d{1,3}(?P<by>[.,' ])\d{3}(?:(?P=by)\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}", re.ASCII
)
# A number whose format says which sign stands before the pennies, and allows no thousands.
EXACT = re.compile(r"\d{1,18}(?:[.,]\d{0,5})?|[.,]\d{1,5}", re.ASCII)
MINUSES = str.maketrans("−–—‐‑\u00a0\u202f\u2009’`", "-----   ''")


@dataclass(frozen=True, slots=True)
class Written:
    """An amount as it was written: its number still with commas and dots, its sign, its currency.
    `marked` says that a sign stood there.
    """

    line: int
    said: str
    number: str
    minus: bool
    marked: bool
    currency: str | None


def is_nothing(text: str) -> bool:
    return bare(text.translate(MINUSES)).casefold() in NOTHING


def written(line: int, text: str) -> Written | None:
    """None: the place is empty. Refuses what is no amount."""
    if is_nothing(text):
        return None
    words = bare(text.translate(MINUSES))
    found = MONEY.fullmatch(words) if len(words) <= 40 else None
    if found is None:
        raise refusals.NotMoney(line=line, said=shown(text))
    signs = [found[name] for name in ("sign1", "sign2", "sign3") if found[name]]
    side = (found["side"] or "")[:1].upper()
    around = (found["open"] is not None, found["close"] is not None)
    if len(signs) + bool(side) + any(around) > 1 or any(around) != all(around):
        raise refusals.NotMoney(line=line, said=shown(text))
    minus = "-" in signs or side == "D" or all(around)
    marked = bool(signs or side or any(around))
    currency = _currency(found["money1"], found["money2"])
    return Written(line, shown(text), found["number"].strip(" '"), minus, marked, currency)


def _currency(*marks: str | None) -> str | None:
    names = {"£": "GBP", "€": "EUR", "$": None}
    found = [names.get(mark, mark.upper()) for mark in marks if mark]
    return found[0] if found else None


def looks_like_money(text: str) -> bool:
    """With something that only money has: pennies, a sign, or a currency."""
    try:
        one = written(0, text)
    except refusals.FileRefused:
        return False
    return one is not None and (one.marked or one.currency is not None or _decimal(one) is not None)


def _decimal(one: Written) -> str | None:
    """The sign before the pennies, where the number itself leaves no doubt."""
    marks = [sign for sign in one.number if sign in ".,"]
    if not marks:
        return None
    last = marks[-1]
    if len(set(marks)) == 2:
        return last
    if len(marks) > 1:
        return "." if last == "," else ","
    before, after = one.number.split(last)
    thousands = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
    return None if thousands else last


def pence_of(found: Sequence[Written | None]) -> list[int | None]:
    """All amounts of a file in pence, signs and all. Empty places stay None."""
    decimal = _settled(one for one in found if one is not None)
    return [None if one is None else _pence(one, decimal) for one in found]


def exact(line: int, text: str, decimal: str) -> int:
    """Pence of a plain number in a format that says itself that `decimal` is before the pennies."""
    other = "," if decimal == "." else "."
    if not EXACT.fullmatch(text) or other in text:
        raise refusals.NotMoney(line=line, said=shown(text))
    return _pence(Written(line, shown(text), text, False, False, None), decimal)


def _settled(found: Iterable[Written]) -> str | None:
    decimal = None
    for one in found:
        mark = _decimal(one)
        if mark is not None and decimal not in {None, mark}:
            raise refusals.AmountsMixed(line=one.line, said=one.said)
        decimal = decimal or mark
    return decimal


def _pence(one: Written, decimal: str | None) -> int:
    if decimal is None and "." in one.number:
        raise refusals.AmountUnclear(line=one.line, said=one.said)
    whole, _, part = one.number.partition(decimal or ".")
    if not GROUPED.fullmatch(whole or "0") or (part and not part.isdecimal()):
        raise refusals.NotMoney(line=one.line, said=one.said)
    if part[2:].strip("0"):
        raise refusals.PartPenny(line=one.line, said=one.said)
    pounds = int(re.sub(r"\D", "", whole) or 0)
    pence = pounds * 100 + int(part[:2].ljust(2, "0"))
    if pence >= MOST_PENCE:
        raise refusals.AmountTooBig(line=one.line, said=one.said)
    return -pence if one.minus else pence
