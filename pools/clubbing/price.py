"""Who is in a round, at what price, and what each pays. Pure: promises in, outcomes out, pence.

Source of the method: docs/formats/round.md. Without steps, equal shares are the Moulin mechanism.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pools.clubbing.cost import (
    Cost,
    CostNotRight,
    OneMore,
    Size,
    cost_of,
    dead_zone,
    least_people,
    price_at,
    saw,
    with_one_more,
    workers,
)
from pools.clubbing.largest import (
    Call,
    ListPriceMissing,
    Party,
    Promised,
    PromisedTwice,
    Rule,
    RuleNotKnown,
    SeedMissing,
    Week,
    call_of,
    exact,
    largest,
    members,
    party_of,
    price_each,
)

__all__ = [
    "Cost",
    "CostNotRight",
    "ListPriceMissing",
    "OneMore",
    "Out",
    "Outcome",
    "Promised",
    "PromisedTwice",
    "Rule",
    "RuleNotKnown",
    "SeedMissing",
    "Session",
    "Size",
    "cost_of",
    "count",
    "count_round",
    "dead_zone",
    "least_people",
    "moulin",
    "price_at",
    "saw",
    "with_one_more",
    "workers",
]


@dataclass(frozen=True, slots=True)
class Session:
    cost: Cost
    promises: tuple[Promised, ...]


@dataclass(frozen=True, slots=True)
class Out:
    """Not in: the most they said, and the price that would have let them in (None: it is full)."""

    most: int
    needed: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a round decided for one session. At `size` 0 nobody is in and nobody owes.

    `price` is the price decided for a person of weight 1, rounded up, or the list price. `dues` is
    what each place owes a session, flat; `shares` sum exactly to `cost`, none above its due.
    """

    size: int
    price: int | None
    cost: int
    shares: dict[str, int]
    out: dict[str, Out]
    dues: dict[str, int] = field(default_factory=dict)


def moulin(fixed: int, variable: int, mosts: Mapping[str, int]) -> frozenset[str]:
    """Who is in when there are no steps and no capacity, by the textbook (Moulin and Shenker 2001):
    start with everyone, work out the price, let those drop out who can't pay, until nobody does.
    """
    inside = frozenset(mosts)
    while inside:
        price = variable - (-fixed // len(inside))
        staying = frozenset(who for who in inside if mosts[who] >= price)
        if staying == inside:
            break
        inside = staying
    return inside


def count_round(
    cost: Cost,
    promises: Iterable[Promised],
    *,
    rule: str = "equal",
    order: str = "earliest",
    list_price: int | None = None,
    seed: str | None = None,
) -> Outcome:
    """The largest group that can all afford one session, and what each of them pays."""
    whole = Rule(rule, order, list_price, seed)
    return count({"": Session(cost, tuple(promises))}, whole)[""]


def count(sessions: Mapping[str, Session], rule: Rule, overhead: int = 0) -> dict[str, Outcome]:
    """Count all sessions of a week that share `overhead` pence. Same promises, same answer.

    From above: with the overhead a place at the most places there could be, find each session's
    largest group; then again at the places that were found, until nothing changes.
    """
    calls = {key: call_of(one.cost, one.promises, rule) for key, one in sorted(sessions.items())}
    tops = {key: call.top for key, call in calls.items()}
    while True:
        week = Week(overhead, max(1, sum(tops.values())))
        found = {key: largest(call, week, tops[key]) for key, call in calls.items()}
        sizes = {key: one.people for key, one in found.items()}
        if not overhead or sum(sizes.values()) >= sum(tops.values()):
            break
        tops = sizes
    parts = _spread(overhead, sizes.values())
    week = Week(overhead, sum(sizes.values()))
    return {
        key: _outcome(call, members(call, found[key]), week, part)
        for (key, call), part in zip(calls.items(), parts, strict=True)
    }


def _spread(total: int, sizes: Iterable[int]) -> list[int]:
    """Whole pence by size, largest remainder first, earlier ones first among equals."""
    sizes = list(sizes)
    places = sum(sizes) or 1
    parts = [total * size // places for size in sizes]
    rests = sorted(range(len(sizes)), key=lambda i: (-(total * sizes[i] % places), i))
    if any(sizes):
        for i in rests[: total - sum(parts)]:
            parts[i] += 1
    return parts


def _outcome(call: Call, group: Sequence[Promised], week: Week, overhead: int) -> Outcome:
    """`overhead` is this session's whole pence of the week's."""
    party = party_of(group)
    inside = {one.id for one in group}
    outside = sorted((one for one in call.everyone if one.id not in inside), key=lambda one: one.id)
    needed = {w: _needed(call, party, week, w) for w in {one.weight for one in outside}}
    out = {one.id: Out(one.most, needed[one.weight]) for one in outside}
    if not group:
        return Outcome(0, None, 0, {}, out)
    cost = cost_of(call.cost, party.people, party.weight) + overhead
    price = {w: call.floor or price_each(call, party, week, w) for w in (1, *call.by_weight)}
    dues = {one.id: price[one.weight] for one in group}
    return Outcome(party.people, price[1], cost, _shares(call, group, week, cost), out, dues)


def _shares(call: Call, group: Sequence[Promised], week: Week, cost: int) -> dict[str, int]:
    """Largest remainder; among equals the lower pennies go to the earlier, then the smaller id."""
    party = party_of(group)
    parts = {weight: exact(call, party, week, weight) for weight in call.by_weight}
    whole = {weight: share // over for weight, (share, over) in parts.items()}
    rest = {weight: share % over for weight, (share, over) in parts.items()}
    shares = {one.id: whole[one.weight] for one in group}
    rests = sorted(((rest[one.weight], one.at, one.id) for one in group), reverse=True)
    for _, _, who in rests[: cost - sum(shares.values())]:
        shares[who] += 1
    return shares


def _needed(call: Call, party: Party, week: Week, weight: int) -> int | None:
    """The price each at one more than are in; with nobody in, the lowest price of any size."""
    if party.people == call.cost.capacity:
        return None
    if party.people:
        joined = Party(party.people + 1, party.weight + weight)
        more = Week(week.overhead, week.places + 1)
        return max(call.floor, price_each(call, joined, more, weight))
    prices, total = [], 0
    for people, one in enumerate(call.everyone[: call.cost.capacity], start=1):
        total += one.weight
        more = Week(week.overhead, week.places + people)
        prices.append(price_each(call, Party(people, total), more, weight))
    return max(call.floor, min(prices))
