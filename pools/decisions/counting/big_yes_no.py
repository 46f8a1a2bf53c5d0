"""A big yes or no, for rules, prices, providers and closing: two yes for each no, and enough yes.

Pure; whole numbers only. 3 yes >= 2 (yes + no) is the same as yes >= 2 no, which is how it is told.
"""

from pools.decisions.counting.result import Result, Rule, Tally


def quorum(roll: int) -> int:
    """A third of those who may vote, rounded up, and never under two."""
    return max(2, -(-roll // 3))


def in_words(needed: int) -> str:
    return f"We need at least {needed} people to say yes, and two yes for each no."


def judge(said: Tally, needed: int) -> Result:
    passed = 3 * said.yes >= 2 * (said.yes + said.no) and said.yes >= needed
    return Result(passed, said, needed, in_words(needed), _why(said, needed))


def _why(said: Tally, needed: int) -> str:
    if said.yes < needed:
        return f"We needed at least {needed} to say yes."
    if 3 * said.yes < 2 * (said.yes + said.no):
        return "There were not two yes for each no. Then nothing changes."
    return "There were two yes for each no."


RULE = Rule(quorum, in_words, judge)
