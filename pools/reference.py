"""The words a member puts beside a bank payment, so that the line finds its owner. Pure.

JO-4X7K: two letters of the name, three by chance (one of them a figure), and one that checks.
"""

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator

TAIL = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 characters that are not mistaken for another
FIGURES = frozenset("23456789")
_VALUES = {mark: value for value, mark in enumerate(TAIL)} | {"I": 0, "O": 1}  # only in names
_FIELD = 0b100101  # x^5 + x^2 + 1: what makes 32 values a field, so that doubling loses nothing

_GAP = r"[\s\-–—]{0,2}"
_WRITTEN = re.compile(
    r"(?<![A-Z0-9])(?=" + _GAP.join(["([A-Z])"] * 2 + [f"([{TAIL}])"] * 4) + r"(?![A-Z0-9]))",
    re.IGNORECASE | re.ASCII,
)


def make(name: str, choose: Callable[[str], str] = secrets.choice) -> str:
    """A new reference for somebody of that name. The caller sees that its pool has no other."""
    while True:
        chosen = "".join(choose(TAIL) for _ in range(3))
        if FIGURES & set(chosen):
            break
    start = _letters(name) + chosen
    check_mark = next(mark for mark in TAIL if _sum(start + mark) == 0)
    return f"{start[:2]}-{start[2:]}{check_mark}"


def check(reference: str) -> bool:
    """Whether it is whole. One wrong character, or two that changed places, is always noticed."""
    if not re.fullmatch(rf"[A-Z]{{2}}-[{TAIL}]{{4}}", reference):
        return False
    return bool(FIGURES & set(reference[3:6])) and _sum(reference.replace("-", "")) == 0


def found_in(text: str) -> tuple[str, ...]:
    """Every whole reference in a bank line's words, however it was spaced or written."""
    return tuple(dict.fromkeys(ref for ref in _written(text) if check(ref)))


def _written(text: str) -> Iterator[str]:
    for match in _WRITTEN.finditer(text):
        marks = "".join(match.groups()).upper()
        yield f"{marks[:2]}-{marks[2:]}"


def _letters(name: str) -> str:
    """The first two letters from A to Z; X where the name has none."""
    plain = unicodedata.normalize("NFKD", name).upper()
    return (re.sub(r"[^A-Z]", "", plain) + "XX")[:2]


def _sum(marks: str) -> int:
    """Double and add, in the field of 32. Nought for a whole reference.

    Doubling never comes back to where it was within six characters, so each place counts
    differently: a changed character or a swap of any two can't leave the sum as it was.
    """
    total = 0
    for mark in marks:
        total <<= 1
        total = (total ^ _FIELD if total > 31 else total) ^ _VALUES[mark]
    return total
