"""From which of a person's several funds their share is taken: what ends soonest first. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from uuid import UUID

from pools.spending.shares import Share


@dataclass(frozen=True)
class Purse:
    """One fund of a person: what is free in it, in pence, and its last day, if it has one."""

    fund_id: UUID
    free: int
    ends_on: date | None = None


def draw(
    shares: Iterable[Share], purses: Mapping[UUID, Sequence[Purse]], on: date
) -> tuple[Share, ...]:
    """Each person's share, taken from the fund that ends soonest, may still pay on that day and has
    money; then from the next. What none of them has falls on the fund that the share names, or, if
    that has ended, on the one that ends last. The sums of each person stay as they are.
    """
    return tuple(part for share in shares for part in _of_one(share, purses, on))


def _of_one(share: Share, purses: Mapping[UUID, Sequence[Purse]], on: date) -> Iterator[Share]:
    mine = purses.get(share.membership_id, ()) if share.membership_id else ()
    usable = [purse for purse in mine if purse.ends_on is None or purse.ends_on >= on]
    usable.sort(key=lambda p: (p.ends_on or date.max, p.fund_id != share.fund_id, p.fund_id))
    taken: dict[UUID, int] = {}
    left = share.amount
    for purse in usable:
        part = min(left, max(purse.free, 0))
        if part:
            taken[purse.fund_id] = part
            left -= part
    rest = _falls_on(share, usable)
    if left or not taken:
        taken[rest] = taken.get(rest, 0) + left
    days, carry = share.days, share.carry
    for fund_id, amount in taken.items():
        yield replace(share, fund_id=fund_id, amount=amount, days=days, carry=carry)
        days, carry = 0, Fraction(0)  # what is told of the person stands with the first


def _falls_on(share: Share, usable: Sequence[Purse]) -> UUID:
    if not usable or any(purse.fund_id == share.fund_id for purse in usable):
        return share.fund_id
    return usable[-1].fund_id
