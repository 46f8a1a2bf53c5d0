"""Rows for a spreadsheet that can do no harm when it is opened in one. Pure.

RFC 4180, and no cell of words can start a formula; money is plain figures with a point.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from ledger import money

# Excel reads UTF-8 only if the file begins with this.
BEGINS = "\N{ZERO WIDTH NO-BREAK SPACE}"
STARTS_A_FORMULA = re.compile(r"[=+\-@|%]")
UNSEEN = {"Cc", "Cs", "Zl", "Zp"}


def text(words: str | None) -> str:
    """Words as a cell: on one line, and marked as words where they look like a formula. Full-width
    signs count as the plain ones, since a spreadsheet takes them so.
    """
    plain = one_line(words or "")
    first = plain[:1] if plain.isascii() else unicodedata.normalize("NFKC", plain[:1])
    return f"'{plain}" if STARTS_A_FORMULA.match(first) else plain


def one_line(words: str) -> str:
    """Words without what breaks a line or can't be seen as anything: tab, NUL, new lines."""
    if words.isascii() and words.isprintable():
        return words.strip()
    kept = (" " if unicodedata.category(one) in UNSEEN else one for one in words)
    return "".join(kept).strip()


def amount(pence: int | None, currency: str = "GBP") -> str:
    """1046.64, -4.00; nothing where there is no amount."""
    if pence is None:
        return ""
    digits = money.digits(currency)
    whole, part = divmod(abs(pence), 10**digits)
    tail = f".{part:0{digits}d}" if digits else ""
    return f"{'-' if pence < 0 else ''}{whole}{tail}"


def day(on: date) -> str:
    return on.isoformat()


def lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Each row as a line of the file."""
    yield BEGINS
    kept = io.StringIO()
    write = csv.writer(kept).writerow
    for row in rows:
        write(row)
        yield kept.getvalue()
        kept.seek(0)
        kept.truncate()
