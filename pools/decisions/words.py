"""How questions, costs and choices are said. Pure: short sentences, one idea each."""

from collections.abc import Mapping

from ledger.money import say

COSTS: Mapping[str, str] = {
    "day_centre": "The centre",
    "staff": "Staff",
    "building": "A room or a building",
    "transport": "Transport",
    "meals": "Food and drink",
    "activities": "Trips and activities",
    "equipment": "Things we use",
    "insurance": "Insurance",
    "running_costs": "Running the group",
    "card_fees": "Card fees",
}


def about(amount: int | None, currency: str = "GBP") -> Mapping[str, str]:
    """What each choice means, under its name. Equal length, no side taken."""
    if amount is None:
        yes, no = "Let us do it", "Leave it as it is"
    else:
        yes, no = f"Spend {say(amount, currency)} on this", f"Do not spend {say(amount, currency)}"
    return {"yes": yes, "no": no, "unsure": "Count me, I have no side"}


def paragraphs(words: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in words.splitlines() if line.strip())
