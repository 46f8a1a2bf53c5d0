"""A band's weight as people write it and as an exact fraction. Pure."""

import re
from fractions import Fraction

from errors import NotValid

LEAST, MOST = Fraction(1, 4), Fraction(20)
LARGEST_PART = 100
_SHAPE = re.compile(r"(?:(\d{1,3}) ?)?(?:(\d{1,3})/(\d{1,3}))?|(\d{1,3})\.(\d{1,2})")
_SIGNS = {"½": " 1/2", "¼": " 1/4", "¾": " 3/4"}


class NotAWeight(NotValid):
    """Type a number from a quarter to 20, like 1, or 1 1/2."""


def read(typed: str) -> Fraction:
    """1 1/2, 1½, 3/2 and 1.5 are the same."""
    for sign, words in _SIGNS.items():
        typed = typed.replace(sign, words)
    words = " ".join(typed.split())
    found = _SHAPE.fullmatch(words) if words.isascii() else None
    if not words or found is None:
        raise NotAWeight
    whole, top, bottom, units, part = found.groups()
    if units is not None:
        weight = Fraction(f"{units}.{part}")
    elif top is not None and int(bottom) == 0:
        raise NotAWeight
    else:
        weight = Fraction(int(whole or 0)) + (Fraction(int(top), int(bottom)) if top else 0)
    if not LEAST <= weight <= MOST or weight.denominator > LARGEST_PART:
        raise NotAWeight
    return weight


def say(weight: Fraction) -> str:
    """1 1/2"""
    whole, rest = divmod(weight.numerator, weight.denominator)
    part = f"{rest}/{weight.denominator}" if rest else ""
    return f"{whole} {part}".strip() if whole else part
