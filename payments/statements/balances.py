"""The running balance beside each payment: if it does not follow, a line is missing or misread."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from payments.statements import refusals


@dataclass(frozen=True, slots=True)
class Step:
    """One row: what it moved, and the balance that stands beside it, if one does."""

    line: int
    amount: int
    balance: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """What the balances say. `newest_first` None: they follow either way."""

    opening: int | None = None
    closing: int | None = None
    newest_first: bool | None = None


def run_of(steps: Sequence[Step]) -> Run:
    """Where the balances begin and end. They may follow downwards, upwards, or (some banks shuffle
    the payments of a day) in some other order; if in none, the file is refused.
    """
    if all(step.balance is None for step in steps):
        return Run()
    down, up = _chain(steps), _chain(reversed(steps))
    if isinstance(down, Run):
        return Run(down.opening, down.closing, None if isinstance(up, Run) else False)
    if isinstance(up, Run):
        return Run(up.opening, up.closing, newest_first=True)
    loose = _in_some_order(steps)
    if loose is not None:
        return loose
    if len({step.balance for step in steps}) == 1:
        return Run()  # the same everywhere: the balance of today, not of the line
    raise refusals.BalanceBreaks(line=max(down, up))


def _chain(steps: Iterable[Step]) -> Run | int:
    """The run, or the line where it breaks."""
    opening, moved = None, 0
    for step in steps:
        moved += step.amount
        if step.balance is None:
            continue
        if opening is None:
            opening = step.balance - moved
        elif opening + moved != step.balance:
            return step.line
    return Run(opening, None if opening is None else opening + moved)


def _in_some_order(steps: Sequence[Step]) -> Run | None:
    """Each payment leads from a balance to a balance. If they can be laid end to end, every balance
    is left as often as it is reached, but for the first and the last.
    """
    left: Counter[int] = Counter()
    reached: Counter[int] = Counter()
    for step in steps:
        if step.balance is None:
            return None
        left[step.balance - step.amount] += 1
        reached[step.balance] += 1
    first, last = list((left - reached).elements()), list((reached - left).elements())
    if len(first) > 1 or len(steps) == 1:
        return None
    return Run(first[0], last[0]) if first else Run()
