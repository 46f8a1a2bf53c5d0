"""How money that a seller gives back is shared: to the same funds, as they paid. Pure."""

from collections.abc import Mapping
from uuid import UUID

from errors import NotPossible
from ledger import money


class MoreThanPaid(NotPossible):
    """That is more than the bill. {most} of it can still come back."""


def shared_back(
    amount: int, paid: Mapping[UUID, int], before: Mapping[UUID, int], currency: str = "GBP"
) -> dict[UUID, int]:
    """`amount` pence over the funds that `paid`, in proportion to what each still has in the bill
    after what came back `before`. It sums exactly; no fund gets more than it paid, and when all has
    come back, each has all of its own.
    """
    left = {fund: paid[fund] - before.get(fund, 0) for fund in sorted(paid)}
    if amount > sum(left.values()):
        raise MoreThanPaid(most=money.say(sum(left.values()), currency))
    shares = money.share(amount, list(left.values())).shares
    return {fund: share for fund, share in zip(left, shares, strict=True) if share}
