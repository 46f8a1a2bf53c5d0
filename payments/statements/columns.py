"""Which column of a bank's table is which: chosen once by the treasurer, kept as JSON."""

import json
from dataclasses import asdict, dataclass

from payments.statements import refusals
from payments.statements.rows import MOST_COLUMNS
from payments.statements.statement import MOST_LINES


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns are counted from 0. `skip`: how many rows stand above the first payment, blank ones
    not counted. `day_first` None: each file must settle by itself how it writes its dates.
    """

    date: int
    amount: int | None
    money_in: int | None
    money_out: int | None
    words: tuple[int, ...]
    day_first: bool | None
    skip: int

    def __post_init__(self) -> None:
        both = self.money_in is not None and self.money_out is not None
        either = self.money_in is not None or self.money_out is not None
        own = (self.date, *self.money)
        right = both if self.amount is None else not either
        apart = len(set(own)) == len(own) and bool(self.words)
        there = all(0 <= column < MOST_COLUMNS for column in (*own, *self.words))
        if not (right and apart and there and 0 <= self.skip <= MOST_LINES):
            raise refusals.ColumnsNotRight

    @property
    def money(self) -> tuple[int, ...]:
        columns = (self.amount, self.money_in, self.money_out)
        return tuple(column for column in columns if column is not None)

    @property
    def used(self) -> frozenset[int]:
        return frozenset((self.date, *self.money, *self.words))

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Columns":
        """What to_json wrote. Refuses anything else."""
        try:
            found = json.loads(text)
            found["words"] = tuple(found["words"])
            day_first = found["day_first"]
            numbers = [found[key] for key in ("date", "skip", "amount", "money_in", "money_out")]
            whole = all(type(one) is int for one in (*numbers[:2], *found["words"]))
            maybe = all(one is None or type(one) is int for one in numbers[2:])
            if not whole or not maybe or not (day_first is None or isinstance(day_first, bool)):
                raise refusals.ColumnsNotRight
            return cls(**found)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise refusals.ColumnsNotRight from error
