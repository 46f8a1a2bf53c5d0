"""What every reader gives: a statement and its lines, and the prints that tell a line again.

Amounts are pence, money in above zero. Lines come oldest first.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Protocol
from unicodedata import normalize

from payments.statements import refusals

MOST_LINES = 5_000
MOST_LETTERS = 10_000
# Money that is not counted in hundredths. We keep pennies, so a file in these is refused.
OTHER_PENNIES = frozenset(
    {
        "BHD", "BIF", "CLF", "CLP", "DJF", "GNF", "IQD", "ISK", "JOD", "JPY", "KMF", "KRW", "KWD",
        "LYD", "OMR", "PYG", "RWF", "TND", "UGX", "UYI", "UYW", "VND", "VUV", "XAF", "XOF", "XPF",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One payment. `bank_id` is the bank's own name for it, if the file gives one."""

    happened_on: date
    amount: int
    words: str
    bank_id: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says. None: it does not say. `left_out`: how many payments it names that the bank
    has not booked yet.
    """

    account: str | None
    currency: str | None
    lines: tuple[Line, ...]
    opening: int | None = None
    closing: int | None = None
    closing_on: date | None = None
    left_out: int = 0


def total(lines: Iterable[Line]) -> int:
    return sum(line.amount for line in lines)


def checked(statement: Statement) -> Statement:
    """Refuse a statement whose lines do not add up to what its balances say."""
    if statement.currency in OTHER_PENNIES:
        raise refusals.OtherPennies(said=statement.currency)
    if statement.opening is not None and statement.closing is not None:
        stated = statement.closing - statement.opening
        found = total(statement.lines)
        if stated != found:
            raise refusals.SumsDiffer(stated=pounds(stated), found=pounds(found))
    return statement


def oldest_first(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Turned round if the file has the newest first; otherwise as it stands."""
    days = [line.happened_on for line in lines]
    newest_first = days == sorted(days, reverse=True) and len(set(days)) > 1
    return tuple(reversed(lines)) if newest_first else tuple(lines)


def fingerprints(statement: Statement) -> tuple[str, ...]:
    """One for each line, the same whenever the bank sends that line again.

    By the bank's own id, else by the text, and always with the date and the amount: some banks
    number their lines afresh in each file. Lines that are alike in all that are counted, so that
    two twins stay two.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    prints = []
    for line in statement.lines:
        kind, name = ("id", line.bank_id) if line.bank_id else ("text", _plain(line.words))
        key = (kind, line.happened_on.isoformat(), str(line.amount), name)
        content = "\x1f".join((*key, str(seen[key])))
        prints.append(f"{kind}:{sha256(content.encode()).hexdigest()}")
        seen[key] += 1
    return tuple(prints)


class Booked(Protocol):
    """Anything with the day and the pence of a payment: a Line, or one that was kept."""

    @property
    def happened_on(self) -> date: ...
    @property
    def amount(self) -> int: ...


def alike(one: Booked, other: Booked) -> bool:
    """Whether two lines of different files may be one payment: the same day and the same amount.

    Each kind of file has its own words and its own ids for a payment, so these can't tell two
    apart. Somebody is asked; nothing is dropped for being alike.
    """
    return (one.happened_on, one.amount) == (other.happened_on, other.amount)


def _plain(words: str) -> str:
    return " ".join(normalize("NFKC", words).casefold().split())


def tidy(*parts: str) -> str:
    """Texts as one line to read: no control signs, no double spaces, nothing said twice."""
    said: list[str] = []
    for part in parts:
        words = " ".join("".join(sign if sign.isprintable() else " " for sign in part).split())
        if words and not any(_within(words, before) for before in said):
            said = [before for before in said if not _within(before, words)]
            said.append(words)
    return " ".join(said)


def _within(words: str, others: str) -> bool:
    return f" {words.casefold()} " in f" {others.casefold()} "


def bare(text: str) -> str:
    """Without the tricks that keep a spreadsheet from changing a value: ="1.00" and '1.00."""
    words = " ".join(text.split())
    if words.startswith('="') and words.endswith('"'):
        words = words[2:-1]
    return words.strip(" '")


def shown(text: str) -> str:
    """What stood in the file, short enough to stand in a sentence."""
    words = tidy(text)
    return words if len(words) <= 30 else f"{words[:29]}…"


def pounds(pence: int) -> str:
    minus = "-" if pence < 0 else ""
    return f"{minus}{abs(pence) // 100:,}.{abs(pence) % 100:02}"
