"""How accounts, units and amounts are written in plain-text accounting.

Each of our accounts is parted by fund: `bank` of one fund is Assets:Bank:Member-1A2B3C4D. Two
names of ours never become one of theirs.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from ledger import money
from ledger.export.reading import Fund

ROOTS = {"asset": "Assets", "income": "Income", "cost": "Expenses", "transfer": "Equity"}
_PLAIN = re.compile(r"[a-z][a-z0-9_]*")


class Accounts(dict[tuple[str, str, str], str]):
    """The name of an account by its code, its kind and its fund; made once."""

    def __init__(self, funds: Mapping[str, Fund]) -> None:
        self._funds = funds

    def __missing__(self, place: tuple[str, str, str]) -> str:
        code, kind, fund_id = place
        self[place] = name = f"{ROOTS[kind]}:{part(code)}:{self._funds[fund_id].code}"
        return name


def part(code: str) -> str:
    """day_centre -> Day-Centre. A code that is not plain is written as its bytes."""
    if _PLAIN.fullmatch(code):
        return "-".join(word.capitalize() for word in code.split("_"))
    return f"0X{code.encode().hex().upper()}"


@lru_cache
def digits(unit: str) -> int:
    return 0 if unit == money.MINUTES else money.digits(unit)


def figures(amount: int, unit: str) -> str:
    """Plain figures with a point: 1046.64, -4.00; 90 for minutes."""
    after = digits(unit)
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    if not after:
        return f"{sign}{amount}"
    written = str(amount).zfill(after + 1)
    return f"{sign}{written[:-after]}.{written[-after:]}"
