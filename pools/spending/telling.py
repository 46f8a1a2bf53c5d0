"""How lines of the money book are said to a member. Pure.

A line that is about one person's money names nobody: only that person reads that it is theirs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ledger import money

COST_WORDS = {
    "day_centre": "the centre",
    "staff": "staff",
    "building": "rooms",
    "transport": "getting there",
    "meals": "food",
    "activities": "things we do",
    "equipment": "things we use",
    "insurance": "insurance",
    "running_costs": "running the group",
    "card_fees": "card fees",
}
# How a line about my own money is said, about another person's, and about all of ours.
SAID = {
    "contribution": ("You paid in", "Pay in", "Money came in"),
    "paid_back": (
        "Your money went back to where it came from",
        "Money went back",
        "Money went back",
    ),
    "returned": ("Your payment came back", "A payment came back", "A payment came back"),
    "refund": ("We got money back", "We got money back", "We got money back"),
    "opening": ("What we had when the book began",) * 3,
    "transfer": ("Our own money moved", "Our own money moved", "Our own money moved"),
    "reversal": ("A line was put right", "A line was put right", "A line was put right"),
    "moved": ("Money changed its place", "Money changed its place", "Money changed its place"),
}
BILL = ("We paid a bill", "We paid a bill", "We paid a bill")
OWN_WORDS = ("transfer", "reversal")
KINDS = {
    "in": ("contribution",),
    "out": ("spending",),
    "back": ("paid_back",),
    "right": ("reversal",),
}
# Behind it stands the bank's own day, of a line that came after its month was closed.
LATE = ". The bank says "
_DAY = re.compile(r"[1-3]?\d [A-Z][a-z]{2,8}( \d{4})?")
MOST_PARTS = 4
COINS = 10


@dataclass(frozen=True)
class About:
    """What is known of a line: its words, whether it is one person's money, whether it is mine."""

    kind: str
    words: str | None
    personal: bool
    mine: bool


def what(line: About) -> str:
    """What a line was for, as this reader may know it."""
    mine, anothers, nobodys = SAID.get(line.kind, BILL)
    if not line.personal:
        return line.words or nobodys
    if line.words and line.mine and line.kind in OWN_WORDS:
        return line.words
    day = (line.words or "").partition(LATE)[2]
    return (mine if line.mine else anothers) + (LATE + day if _DAY.fullmatch(day) else "")


def headline(month: str, totals: Mapping[str, int], left: int, *, now: bool) -> tuple[str, ...]:
    """What a month did, in sentences. `totals` has contributions, grants, interest and out."""
    paid_in, out = totals.get("contributions", 0), totals.get("out", 0)
    have = f"We have {money.say(left)}." if now else f"At its end we had {money.say(left)}."
    if not any(totals.values()):
        return (f"No money moved in {month}{' yet' if now else ''}.", have)
    said = []
    if paid_in >= 0:
        said.append(f"In {month}, people paid in {money.say(paid_in)}.")
    else:
        said.append(f"In {month}, {money.say(-paid_in)} went back to people.")
    if totals.get("grants"):
        said.append(f"We got {money.say(totals['grants'])} in gifts and grants.")
    if totals.get("interest"):
        said.append(f"The bank gave us {money.say(totals['interest'])}.")
    said.append(f"We spent {money.say(out)}.")
    return (*said, have)


def coins(spent: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """What ten pounds went on, largest first; the smallest parts together are "other things"."""
    parts = sorted(((n, code) for code, n in spent.items() if n > 0), reverse=True)
    if len(parts) < 2:
        return ()
    named = [(COST_WORDS.get(code, "other things"), n) for n, code in parts]
    if len(named) > MOST_PARTS:
        named = [*named[:MOST_PARTS], ("other things", sum(n for _, n in named[MOST_PARTS:]))]
    shared = money.share(COINS, [n for _, n in named]).shares
    return tuple((name, n) for (name, _), n in zip(named, shared, strict=True) if n)


def put_right(wrong: int, right: int | None) -> str:
    """We wrote £950. It should be £590. (No amount, if money only moved from one to another.)"""
    if not wrong:
        return "We wrote that money moved. It did not."
    if right is None:
        return f"We wrote {money.say(wrong)}. It should not be there."
    if right == wrong:
        return f"We wrote {money.say(wrong)} in the wrong place."
    return f"We wrote {money.say(wrong)}. It should be {money.say(right)}."
