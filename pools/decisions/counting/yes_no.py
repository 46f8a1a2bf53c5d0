"""Yes or no: more yes than no, and enough yes. A tie changes nothing. Pure; whole numbers only.

The quorum counts yes votes, not voters, so that staying away can never stop what a no could not:
an extra yes never hurts, an extra no never helps (Maniquet and Morelli 2015; design/mechanisms.md
1.3 and 4.6).
"""

from pools.decisions.counting.result import Result, Rule, Tally


def quorum(roll: int) -> int:
    """A quarter of those who may vote, rounded up, and never under two."""
    return max(2, -(-roll // 4))


def in_words(needed: int) -> str:
    return f"We need at least {needed} people to say yes, and more yes than no."


def judge(said: Tally, needed: int) -> Result:
    passed = said.yes > said.no and said.yes >= needed
    return Result(passed, said, needed, in_words(needed), _why(said, needed))


def _why(said: Tally, needed: int) -> str:
    if said.yes < needed:
        return f"We needed at least {needed} to say yes."
    if said.yes == said.no:
        return "As many said yes as no. Then nothing changes."
    more = "yes than no" if said.yes > said.no else "no than yes"
    return f"More people said {more}."


RULE = Rule(quorum, in_words, judge)
