"""What of free words and sums may stand in one person's papers, so that they tell of nobody else.
Pure.
"""

import re
from collections.abc import Iterable

FEWEST_SUMS = 5  # people with money here; with fewer, what all have together would tell of one
FEWEST_SHARING = 3  # people who share a bill; of two, the whole tells the other's share
SOMEBODY = "Somebody in the group"


class Others:
    """The names of everybody else in the group, to be found in words that somebody typed."""

    def __init__(self, names: Iterable[str], me: str) -> None:
        mine = {me.casefold(), *me.casefold().split()[:1]}
        parts = {part for name in names for part in _parts(name)} - mine
        self._any = re.compile(
            "|".join(rf"(?<!\w){re.escape(part)}(?!\w)" for part in sorted(parts, key=len)[::-1])
            or r"(?!)",
            re.IGNORECASE,
        )

    def named_in(self, words: str) -> bool:
        return bool(self._any.search(words.casefold()))

    def unless_named(self, words: str, instead: str) -> str:
        """These words, or others where these name somebody."""
        return instead if self.named_in(words) else words


def _parts(name: str) -> Iterable[str]:
    """The whole name, its first word, and its last one if that is no initial or number."""
    words = name.casefold().split()
    yield " ".join(words)
    yield from words[:1]
    yield from (word for word in words[1:][-1:] if len(word) > 3)


def whole_of_bill(amount: int, people: int) -> int | None:
    """What all of us paid, where it does not tell what the only other one paid."""
    return amount if people == 1 or people >= FEWEST_SHARING else None
