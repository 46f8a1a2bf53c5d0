"""How one bill is shared between people, exact to the penny. Pure.

Equal for each person, by the days they have, by how often they came, by support, or only by some;
the odd pennies go round from bill to bill.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from errors import NotPossible
from ledger import money
from pools.spending import words

RULES = ("people", "days", "attendance", "band", "named")


class NobodyToShare(NotPossible):
    """Nobody has a place on that day. So there is nobody to share this between."""


@dataclass(frozen=True)
class Part:
    """What one fund takes of the whole: `weight` is relative to the others, `days` how many days
    a week it pays for. `carry` is the fraction of a penny it was charged too little so far.
    """

    fund_id: UUID
    membership_id: UUID
    weight: int | Fraction
    days: int = 1
    carry: Fraction = Fraction(0)


@dataclass(frozen=True)
class Share:
    """One fund's share in pence, and what it carries to the next bill. A share of nobody comes from
    the group's own money.
    """

    fund_id: UUID
    membership_id: UUID | None
    amount: int
    days: int
    carry: Fraction


@dataclass(frozen=True)
class Held:
    """A place, as sharing sees it: whose, paid from which fund, at what price a session."""

    membership_id: UUID
    fund_id: UUID
    price: int


Divide = Callable[[Iterable[Held], Mapping[UUID, Fraction]], tuple[Part, ...]]


def split(total: int, parts: Sequence[Part]) -> tuple[Share, ...]:
    """`total` pence over the parts; the shares sum exactly to it. The order does not matter."""
    if not parts:
        raise NobodyToShare
    ordered = sorted(parts, key=lambda part: part.fund_id)
    weights = [part.weight for part in ordered]
    shared = money.share(total, weights, carry=[part.carry for part in ordered])
    return tuple(
        Share(part.fund_id, part.membership_id, amount, part.days, carry)
        for part, amount, carry in zip(ordered, shared.shares, shared.carry, strict=True)
    )


def by_days(places: Iterable[Held], carried: Mapping[UUID, Fraction]) -> tuple[Part, ...]:
    """For the service itself: every place pays, in proportion to the price of its day. On one day
    that is the same for everybody.
    """
    funds: dict[UUID, list[Held]] = defaultdict(list)
    for place in places:
        funds[place.fund_id].append(place)
    return tuple(
        Part(
            fund,
            held[0].membership_id,
            sum(place.price for place in held),
            days=len(held),
            carry=carried.get(fund, Fraction(0)),
        )
        for fund, held in funds.items()
    )


def by_people(places: Iterable[Held], carried: Mapping[UUID, Fraction]) -> tuple[Part, ...]:
    """For what the group voted to buy: every person pays the same, however many days they have.
    A person with several funds takes it from each in proportion to its days.
    """
    days: dict[UUID, dict[UUID, int]] = defaultdict(lambda: defaultdict(int))
    for place in places:
        days[place.membership_id][place.fund_id] += 1
    return tuple(
        Part(
            fund,
            member,
            Fraction(count, sum(funds.values())),
            carry=carried.get(fund, Fraction(0)),
        )
        for member, funds in days.items()
        for fund, count in funds.items()
    )


def by_weight(
    weights: Mapping[UUID, int | Fraction],
    funds: Mapping[UUID, UUID],
    carried: Mapping[UUID, Fraction],
    *,
    days: Mapping[UUID, int] | None = None,
) -> tuple[Part, ...]:
    """Each person by their own weight: how often they came, how much support they have, or one for
    each who is named. `funds` says which fund stands for the person.
    """
    told = days or {}
    return tuple(
        Part(funds[who], who, weight, told.get(who, 1), carried.get(funds[who], Fraction(0)))
        for who, weight in weights.items()
        if weight
    )


def of_person(shares: Iterable[Share], membership_id: UUID) -> int:
    """What one person pays in all, in pence."""
    return sum(share.amount for share in shares if share.membership_id == membership_id)


def in_words(
    shares: Iterable[Share], currency: str = "GBP", *, alike: bool = False
) -> tuple[str, ...]:
    """What each person pays, naming nobody. `alike` for what is shared by people, not by days."""
    people: dict[UUID, tuple[int, int]] = {}
    for share in shares:
        if share.membership_id is None:
            continue
        days, pence = people.get(share.membership_id, (0, 0))
        people[share.membership_id] = (1 if alike else days + share.days, pence + share.amount)
    return words.each_pays(people.values(), currency)
