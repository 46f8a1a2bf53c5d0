"""What a count gives: how many said what, whether it passed, and why, in words. Pure.

A small number is a signature: counts are told only with ten ballots or more and every shown number
three or more (design/decisions.md). Otherwise a result says that it passed or not, and no more.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

LEAST_BALLOTS = 10
LEAST_NUMBER = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """How many ballots said each thing. Not sure takes part, and takes no side."""

    yes: int
    no: int
    unsure: int

    @property
    def ballots(self) -> int:
        return self.yes + self.no + self.unsure

    @property
    def may_be_told(self) -> bool:
        least = min(self.yes, self.no, self.unsure)
        return self.ballots >= LEAST_BALLOTS and least >= LEAST_NUMBER


def tally(choices: Iterable[str]) -> Tally:
    """Choices in any order; anything that is not one of the three helps nobody."""
    said = Counter(choices)
    return Tally(said["yes"], said["no"], said["unsure"])


@dataclass(frozen=True, slots=True)
class Result:
    """`rule` is the sentence that everyone read before they voted. `why` says what decided it, and
    with `numbers` it is only for those who may see the counts; `told` is what everybody may read.
    """

    passed: bool
    tally: Tally
    quorum: int
    rule: str
    why: str

    @property
    def numbers(self) -> tuple[str, str, str]:
        """The three counts, a sentence each."""
        said = self.tally
        were = "was" if said.unsure == 1 else "were"
        return f"{said.yes} said yes.", f"{said.no} said no.", f"{said.unsure} {were} not sure."

    @property
    def told(self) -> tuple[str, ...]:
        if self.tally.may_be_told:
            return (*self.numbers, self.why)
        return ("We do not show the numbers. They could tell who said what.",)


@dataclass(frozen=True, slots=True)
class Rule:
    """A way of counting. `quorum` is the yes votes needed at least among so many who may vote;
    `in_words` says it with that number; `count` judges choices by it.
    """

    quorum: Callable[[int], int]
    in_words: Callable[[int], str]
    judge: Callable[[Tally, int], Result]

    def count(self, choices: Iterable[str], quorum: int) -> Result:
        return self.judge(tally(choices), quorum)
