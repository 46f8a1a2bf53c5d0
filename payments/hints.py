"""What words and sums say of a line that is nobody's plain payment: interest, what came back. Pure.

ISO 20022 reason codes: External Code Sets, "External Return Reason" (AC, AG, AM, MD, MS, RC, RR).
"""

import re
from collections.abc import Sequence
from datetime import date

from ledger import money

WORDS = re.compile(r"[^\W_]+")
KINDS = {
    "interest": frozenset(["interest", "int", "zinsen"]),
    "charge": frozenset(["charge", "charges", "fee", "fees", "commission", "overdraft"]),
    "grant": frozenset(["grant", "donation", "gift", "foundation", "lottery"]),
}
BACK = frozenset(
    {
        "return", "returned", "returns", "rtn", "retd", "rtd", "unpaid", "bounced", "recall",
        "recalled", "reversal", "reversed", "rvsl", "refer", "drawer", "indemnity", "chargeback",
        "dishonoured", "rejected",
    }
)  # fmt: skip
REASON = re.compile(r"\b(?:AC0[1-6]|AC1[34]|AG0[1-3]|AM0[1-9]|MD0[1-7]|MS0[23]|RC01|RR0[1-4])\b")
MONTH = range(25, 36)  # days between payments that come once a month
MOST = 12
TIMES = {2: "twice", 3: "3 times"}


def word_of(text: str, kind: str) -> str | None:
    """The word that says it is that kind of thing (interest, charge, grant), if one does."""
    return next((word for word in WORDS.findall(text) if word.casefold() in KINDS[kind]), None)


def back_in(text: str) -> str | None:
    """The word or the code by which a bank says that a payment came back."""
    found = next((word for word in WORDS.findall(text) if word.casefold() in BACK), None)
    return found or next(iter(REASON.findall(text)), None)


def common(one: str, other: str) -> str | None:
    """The longest word that two lines share, if it is long enough to tell anything."""
    there = {word.casefold() for word in WORDS.findall(other)} - BACK
    shared = [word for word in WORDS.findall(one) if word.casefold() in there and len(word) > 3]
    return max(shared, key=len, default=None)


def times(amount: int, paid: Sequence[tuple[date, int]], name: str) -> str | None:
    """£336 is twice £168: two months of Mia's. `paid` are their payments, newest first."""
    if not paid:
        return None
    usual = paid[0][1]
    count, over = divmod(amount, usual)
    if over or not 1 < count <= MOST:
        return None
    monthly = len(paid) > 1 and (paid[0][0] - paid[1][0]).days in MONTH
    number = {2: "two", 3: "three"}.get(count, str(count))
    said = f"{money.say(amount)} is {TIMES.get(count, f'{count} times')} {money.say(usual)}"
    return f"{said}: {number} {'months' if monthly else 'payments'} of {name}'s"
