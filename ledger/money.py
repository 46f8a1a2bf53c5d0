"""Words to minor units and back, and a sum shared out without losing a penny. Pure.

Money is an integer of a currency's smallest unit (pence for GBP, whole yen for JPY), never a float.
"""

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from babel.numbers import get_currency_precision, get_currency_symbol

from errors import NotValid

MOST_UNITS = 10_000_000  # typed amounts beyond ten million pounds are slips of the finger
MINUTES = "minutes"  # the unit of time that was given, beside the currencies
LOOKALIKES = str.maketrans("OoIlSB", "001158")


class NotMoney(NotValid):
    """Write the amount in numbers, like {example}."""


class LooksLike(NotValid):
    """Did you mean {meant}?"""


class NoMinus(NotValid):
    """Write the amount without a minus."""


class TooFine(NotValid):
    """Write at most {digits} numbers after the point, like {example}."""


class NoPennies(NotValid):
    """Write a whole number, like {example}."""


class TooMuch(NotValid):
    """That is more than {most}. Count the noughts again."""


class NothingToShareBy(NotValid):
    """There is nobody to share this between."""


@lru_cache
def digits(currency: str) -> int:
    """How many figures stand after the point: GBP 2, JPY 0, KWD 3."""
    return get_currency_precision(currency)


@lru_cache
def symbol(currency: str) -> str:
    return get_currency_symbol(currency, locale="en_GB")


@lru_cache
def _signs(currency: str) -> tuple[str, ...]:
    """What may stand beside an amount: £ or GBP; A$, $ or AUD."""
    written = symbol(currency)
    return (written, currency) if written[-1].isalnum() else (written, written[-1], currency)


def pence_of(words: str, currency: str = "GBP") -> int:
    """Minor units of what a person typed: "£1,950.50" is 195050. Never negative.

    Raises a NotValid whose sentence says what to type instead.
    """
    typed = " ".join(words.split())
    if typed[:1] in {"-", "\N{MINUS SIGN}", "\N{EN DASH}"}:
        raise NoMinus
    pence = _read(typed, currency)
    if pence is None:
        raise _refusal(typed, currency)
    return pence


def _read(typed: str, currency: str) -> int | None:
    """The amount, or nothing if it is not written as one."""
    sign = "|".join(map(re.escape, _signs(currency)))
    number = r"(?P<whole>[0-9]+|[0-9]{1,3}(?:[, ][0-9]{3})+)(?:\.(?P<part>[0-9]+))?"
    match = re.fullmatch(rf"(?:{sign})? ?{number}(?: ?(?:{sign}))?", typed)
    if not match:
        return None
    after = digits(currency)
    part = match["part"] or ""
    if len(part) > after:
        refusal = TooFine if after else NoPennies
        raise refusal(digits=after, example=_example(currency))
    whole = match["whole"].replace(",", "").replace(" ", "").lstrip("0") or "0"
    if len(whole) > len(str(MOST_UNITS)) or int(whole) > MOST_UNITS:
        raise TooMuch(most=say(MOST_UNITS * 10**after, currency))
    scale: int = 10**after
    return int(whole) * scale + int(part.ljust(after, "0") or "0")


def _refusal(typed: str, currency: str) -> NotValid:
    """What it looks like, if it looks like an amount: 4O, full-width digits, 12,50."""
    folded = unicodedata.normalize("NFKC", typed)
    guesses = [folded.translate(LOOKALIKES), re.sub(r",(\d{1,2})$", r".\1", folded)]
    for guess in guesses:
        meant = _read(guess, currency)
        if meant is not None:
            return LooksLike(meant=say(meant, currency))
    return NotMoney(example=_example(currency))


def _example(currency: str) -> str:
    return say(4250 if digits(currency) == 2 else 42 * 10 ** digits(currency), currency)


def say(pence: int, currency: str = "GBP") -> str:
    """As in a sentence: £40, £1,950, £6.65, −£4. Pennies only if there are any."""
    if currency == MINUTES:
        return f"{'−' if pence < 0 else ''}{abs(pence):,} minutes"
    whole, part = divmod(abs(pence), 10 ** digits(currency))
    tail = f".{part:0{digits(currency)}d}" if part else ""
    return f"{'−' if pence < 0 else ''}{symbol(currency)}{whole:,}{tail}"


def column(pence: int, currency: str = "GBP") -> str:
    """As in a column of figures: 1,046.64, without the sign of the currency."""
    after = digits(currency)
    whole, part = divmod(abs(pence), 10**after)
    tail = f".{part:0{after}d}" if after else ""
    return f"{'−' if pence < 0 else ''}{whole:,}{tail}"


class Shares(NamedTuple):
    """`shares` sum exactly to the total. `carry` is what each has been charged too little so far,
    in parts of a penny; it sums to what it summed to before.
    """

    shares: tuple[int, ...]
    carry: tuple[Fraction, ...]


def share(
    total: int, weights: Sequence[int | Fraction], *, carry: Sequence[Fraction] | None = None
) -> Shares:
    """Share `total` pence by `weights`: largest remainder with a carried fraction (Hamilton's
    method; design/mechanisms.md 3.4). Every share is its exact target rounded up or down, and the
    odd pennies go to those who were charged least so far, so that over time nobody pays more.
    """
    before = tuple(carry) if carry is not None else (Fraction(0),) * len(weights)
    if len(before) != len(weights):
        raise ValueError("carry must have one fraction for each weight")
    whole = sum(weights)
    if any(weight < 0 for weight in weights) or (whole == 0 and total != 0):
        raise NothingToShareBy
    if whole == 0:
        return Shares((0,) * len(weights), before)
    sign = -1 if total < 0 else 1
    targets = [Fraction(abs(total) * weight) / whole for weight in weights]
    shares = _rounded(targets, [sign * owed for owed in before])
    after = (c + sign * (t - s) for c, t, s in zip(before, targets, shares, strict=True))
    return Shares(tuple(sign * s for s in shares), tuple(after))


def _rounded(targets: list[Fraction], owed: list[Fraction]) -> list[int]:
    shares = [int(target) for target in targets]
    odd = int(sum(targets)) - sum(shares)
    between = [i for i, target in enumerate(targets) if target != shares[i]]
    between.sort(key=lambda i: shares[i] - targets[i] - owed[i])
    for i in between[:odd]:
        shares[i] += 1
    return shares
