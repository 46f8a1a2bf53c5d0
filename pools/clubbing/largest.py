"""The largest group that can all afford a session. Pure: promises and costs in, a group out, pence.

Everything is sorted once and asked by bisection. The fair order alone decides who gets a place.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import errors
from pools.clubbing.cost import Cost, cost_of, workers


class RuleNotKnown(errors.NotValid):
    """A round shares the cost by "equal", "band" or "list", and takes people by "earliest", "held"
    or "lot". It can't use "{word}".
    """


class ListPriceMissing(errors.NotValid):
    """The rule "list" needs the list price, in pence and above zero."""


class SeedMissing(errors.NotValid):
    """The order "lot" needs the seed that was published before the draw."""


class PromisedTwice(errors.NotValid):
    """Two promises by "{who}" are for the same session. Keep one."""


@dataclass(frozen=True, slots=True)
class Promised:
    """One person's promise for one session: the most they could pay for it, pence.
    `weight` is their need of support (1 is ordinary); `held` says that they have a place now.
    """

    id: str
    at: datetime
    most: int
    weight: int = 1
    held: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """How the agreement shares the cost (`name`) and who comes first when places are short."""

    name: str = "equal"
    order: str = "earliest"
    list_price: int | None = None
    seed: str | None = None

    def __post_init__(self) -> None:
        if self.name not in {"equal", "band", "list"}:
            raise RuleNotKnown(word=self.name)
        if self.order not in {"earliest", "held", "lot"}:
            raise RuleNotKnown(word=self.order)
        if self.name == "list" and (self.list_price or 0) < 1:
            raise ListPriceMissing
        if self.order == "lot" and not self.seed:
            raise SeedMissing


@dataclass(frozen=True, slots=True)
class Week:
    """Overhead in pence a week, spread over all the places of the week."""

    overhead: int
    places: int


@dataclass(frozen=True, slots=True)
class Party:
    """How many, and what their support weighs: all that a cost depends on."""

    people: int
    weight: int


@dataclass(frozen=True, slots=True)
class Call:
    """One session's promises, sorted once: `everyone` in the fair order, those of them `ready` to
    pay at all, their `mosts` highest first, and `by_weight` lowest first for each weight.
    """

    cost: Cost
    rule: Rule
    everyone: list[Promised]
    ready: list[Promised]
    mosts: list[int]
    by_weight: dict[int, list[int]]

    @property
    def top(self) -> int:
        return min(self.cost.capacity, len(self.ready))

    @property
    def floor(self) -> int:
        """The least that anyone pays: the list price, if that is the rule."""
        return (self.rule.list_price or 0) if self.rule.name == "list" else 0


@dataclass(frozen=True, slots=True)
class Found:
    """A size that works: the most that each weight must be able to pay, and the weight it holds."""

    people: int
    limits: Mapping[int, int]
    room: int


NOBODY = Found(0, {}, 0)


def call_of(cost: Cost, promises: Iterable[Promised], rule: Rule) -> Call:
    """Under a list price those who could pay it count as saying just that; nobody else counts."""
    everyone = sorted(promises, key=lambda one: (one.at, one.id))
    twice = [who for who, times in Counter(one.id for one in everyone).items() if times > 1]
    if twice:
        raise PromisedTwice(who=min(twice))
    if rule.order == "held":
        everyone.sort(key=lambda one: not one.held)
    elif rule.order == "lot":
        everyone.sort(key=lambda one: (sha256(f"{rule.seed}:{one.id}".encode()).digest(), one.id))
    call = Call(cost, rule, everyone, [], [], {})
    call.ready.extend(one for one in everyone if one.most >= call.floor)
    for one in call.ready:
        most = call.floor or one.most
        call.mosts.append(most)
        call.by_weight.setdefault(one.weight, []).append(most)
    call.mosts.sort(reverse=True)
    for mosts in call.by_weight.values():
        mosts.sort()
    return call


def party_of(group: Sequence[Promised]) -> Party:
    return Party(len(group), sum(one.weight for one in group))


def exact(call: Call, party: Party, week: Week, weight: int) -> tuple[int, int]:
    """What a person of `weight` would pay in this party: pence, as numerator and denominator."""
    staff = call.cost.fixed + call.cost.wage * workers(call.cost, party.weight)
    part, whole = (weight, party.weight) if call.rule.name == "band" else (1, party.people)
    over = whole * week.places
    return call.cost.variable * over + week.overhead * whole + staff * part * week.places, over


def price_each(call: Call, party: Party, week: Week, weight: int) -> int:
    share, over = exact(call, party, week, weight)
    return -(-share // over)


def _able(call: Call, limits: Mapping[int, int]) -> dict[int, int]:
    """For each weight, how many could pay its limit."""
    return {w: len(mosts) - bisect_left(mosts, limits[w]) for w, mosts in call.by_weight.items()}


def _lightest(counts: Mapping[int, int], people: int) -> int:
    """The weight of the lightest `people` of them."""
    total = 0
    for weight in sorted(counts):
        taken = min(people, counts[weight])
        total, people = total + weight * taken, people - taken
    return total


def largest(call: Call, week: Week, top: int) -> Found:
    """The largest size up to `top` that enough people can pay, then the fewest workers."""
    if call.rule.name == "band":
        return _largest_by_band(call, week)
    cost, places, overhead = call.cost, week.places, week.overhead
    for people in range(top, 0, -1):
        # First the bare question: could so many pay it if nobody weighed more than one?
        least = cost_of(cost, people) * places + overhead * people
        if call.mosts[people - 1] * people * places >= least:
            found = _of_size(call, week, people)
            if found.people:
                return found
    return NOBODY


def members(call: Call, found: Found) -> list[Promised]:
    """Who has the places, in the fair order: never who can pay more."""
    if call.rule.name == "band":
        return _fill(call, found.limits, found.room)
    able = [one for one in call.ready if found.people and one.most >= found.limits[one.weight]]
    return _first(able, found.people, found.room)


def _of_size(call: Call, week: Week, people: int) -> Found:
    able = {weight: len(mosts) for weight, mosts in call.by_weight.items()}
    staff, limits = -1, dict.fromkeys(able, 0)
    while sum(able.values()) >= people:
        # More workers cost more and so leave fewer who could pay: their least weight only grows.
        weight = _lightest(able, people)
        if staff * call.cost.ratio >= weight:
            return Found(people, limits, staff * call.cost.ratio)
        staff = workers(call.cost, weight)
        limit = price_each(call, Party(people, weight), week, 1)
        limits = dict.fromkeys(call.by_weight, limit)
        able = _able(call, limits)
    return NOBODY


def _first(queue: Sequence[Promised], places: int, room: int) -> list[Promised]:
    """In the fair order, each who leaves enough room for the other places to be filled."""
    if party_of(queue[:places]).weight <= room:
        return list(queue[:places])
    chosen: list[Promised] = []
    later = Counter(one.weight for one in queue)
    for one in queue:
        if len(chosen) == places:
            break
        later[one.weight] -= 1
        if one.weight + _lightest(later, places - len(chosen) - 1) <= room:
            chosen.append(one)
            room -= one.weight
    return chosen


def _largest_by_band(call: Call, week: Week) -> Found:
    """For each total of weights: in the fair order those who can pay and fit, if they fill it."""
    best, staff = NOBODY, 0
    heaviest = sorted((one.weight for one in call.ready), reverse=True)[: call.cost.capacity]
    for total in range(sum(heaviest), 0, -1):
        if total < best.people:
            break
        party = Party(total, total)
        limits = {weight: price_each(call, party, week, weight) for weight in call.by_weight}
        fewer = workers(call.cost, total) < staff
        if _at_most(call, limits, total) >= best.people + (not fewer):
            people = len(_fill(call, limits, total))
            if people > best.people or (fewer and people == best.people):
                best, staff = Found(people, limits, total), workers(call.cost, total)
    return best


def _at_most(call: Call, limits: Mapping[int, int], room: int) -> int:
    """An upper bound on how many could pay and fit, to save most of the looking."""
    able = _able(call, limits)
    if sum(weight * many for weight, many in able.items()) < room:
        return 0
    people = 0
    for weight in sorted(able):
        taken = min(able[weight], room // weight)
        people, room = people + taken, room - weight * taken
    return min(people, call.cost.capacity)


def _fill(call: Call, limits: Mapping[int, int], room: int) -> list[Promised]:
    """In the fair order, each who can pay and still fits; nobody unless they fill the room exactly,
    because the price was worked out for a full one.
    """
    group: list[Promised] = []
    for one in call.ready:
        if not room or len(group) == call.cost.capacity:
            break
        if one.weight <= room and one.most >= limits[one.weight]:
            group.append(one)
            room -= one.weight
    return [] if room else group
