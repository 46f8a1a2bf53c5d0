"""What holds in a round for any promises at all."""

import itertools
import random
import time
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pools.clubbing import price
from pools.clubbing.price import Cost, Promised, Rule, Session, count, count_round, moulin

START = datetime(2026, 10, 1, 9, tzinfo=UTC)

money = st.integers(0, 400)
costs = st.builds(
    Cost,
    fixed=st.integers(0, 900),
    wage=st.integers(0, 300),
    ratio=st.integers(1, 4),
    min_staff=st.integers(0, 2),
    variable=st.integers(0, 60),
    capacity=st.integers(1, 9),
)
flat_costs = st.builds(
    Cost,
    fixed=st.integers(0, 900),
    wage=st.just(0),
    ratio=st.just(1),
    min_staff=st.just(0),
    variable=st.integers(0, 60),
    capacity=st.just(50),
)
rules = st.builds(
    Rule,
    name=st.sampled_from(["equal", "band", "list"]),
    order=st.sampled_from(["earliest", "held", "lot"]),
    list_price=st.integers(1, 300),
    seed=st.sampled_from(["a", "b"]),
)


any_weight = st.integers(1, 4)


@st.composite
def crowds(draw, most_people=8, weights=any_weight):
    count = draw(st.integers(0, most_people))
    return tuple(
        Promised(
            f"m{i:02}",
            START + timedelta(minutes=draw(st.integers(0, 3))),
            draw(money),
            draw(weights),
            held=draw(st.booleans()),
        )
        for i in range(count)
    )


plain = crowds(weights=st.just(1))
weeks = st.tuples(
    st.dictionaries(st.sampled_from("abc"), st.builds(Session, costs, crowds()), min_size=1),
    rules,
    st.integers(0, 500),
)


@given(weeks)
def test_nobody_pays_more_than_their_most_and_shares_sum_to_the_cost(week):
    sessions, rule, overhead = week
    outcomes = count(sessions, rule, overhead)
    for key, outcome in outcomes.items():
        most = {one.id: one.most for one in sessions[key].promises}
        assert sum(outcome.shares.values()) == outcome.cost
        assert outcome.shares.keys() == outcome.dues.keys()
        assert len(outcome.shares) == outcome.size <= sessions[key].cost.capacity
        assert outcome.shares.keys() | outcome.out.keys() == most.keys()
        assert not outcome.shares.keys() & outcome.out.keys()
        for who, share in outcome.shares.items():
            assert 0 <= share <= outcome.dues[who] <= most[who]
        if rule.name == "equal" and outcome.size:
            assert set(outcome.shares.values()) <= {outcome.price, (outcome.price or 0) - 1}
    if any(outcome.size for outcome in outcomes.values()):
        bare = sum(
            price.cost_of(
                sessions[key].cost,
                outcome.size,
                sum(one.weight for one in sessions[key].promises if one.id in outcome.shares),
            )
            for key, outcome in outcomes.items()
        )
        assert sum(outcome.cost for outcome in outcomes.values()) == bare + overhead


@given(weeks, st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(week, shuffler):
    sessions, rule, overhead = week
    shuffled = {}
    for key in shuffler.sample(sorted(sessions), len(sessions)):
        people = list(sessions[key].promises)
        shuffler.shuffle(people)
        shuffled[key] = Session(sessions[key].cost, tuple(people))
    assert count(shuffled, rule, overhead) == count(sessions, rule, overhead)


@given(costs, plain, rules)
def test_the_size_is_the_largest_feasible_by_trying_every_size(cost, people, rule):
    if rule.name == "band":
        return

    def feasible(size: int) -> bool:
        each = price.price_at(cost, size)
        if rule.name == "list":
            each = rule.list_price if each <= rule.list_price else 10**9
        return sum(one.most >= each for one in people) >= size

    sizes = range(1, min(cost.capacity, len(people)) + 1)
    assert count({"a": Session(cost, people)}, rule)["a"].size == max(
        filter(feasible, sizes), default=0
    )


@given(costs, crowds(most_people=7))
def test_no_group_of_any_weights_is_larger_by_trying_every_group(cost, people):
    """A group is feasible if each can pay the price of the group that it is."""

    def feasible(group: tuple[Promised, ...]) -> bool:
        total = price.cost_of(cost, len(group), sum(one.weight for one in group))
        return all(one.most * len(group) >= total for one in group)

    sizes = range(1, min(cost.capacity, len(people)) + 1)
    best = max(
        (n for n in sizes if any(map(feasible, itertools.combinations(people, n)))), default=0
    )
    outcome = count_round(cost, people)
    assert outcome.size == best
    if best:
        staff = price.workers(cost, sum(p.weight for p in people if p.id in outcome.shares))
        fewest = min(
            price.workers(cost, sum(one.weight for one in group))
            for group in itertools.combinations(people, best)
            if feasible(group)
        )
        assert staff == fewest


@given(costs, plain)
def test_bands_of_equal_weights_are_equal_shares(cost, people):
    band, equal = count_round(cost, people, rule="band"), count_round(cost, people)
    assert (band.size, band.cost, band.shares, band.dues) == (
        equal.size,
        equal.cost,
        equal.shares,
        equal.dues,
    )


@given(flat_costs, plain)
def test_without_steps_the_round_is_the_moulin_mechanism(cost, people):
    inside = moulin(cost.fixed, cost.variable, {one.id: one.most for one in people})
    assert frozenset(count_round(cost, people).shares) == inside


@given(flat_costs, plain)
def test_without_steps_nobody_out_could_have_been_added(cost, people):
    inside = count_round(cost, people).shares
    for one in people:
        if one.id not in inside:
            group = [p for p in people if p.id in inside] + [one]
            total = price.cost_of(cost, len(group))
            assert any(p.most * len(group) < total for p in group)


@given(flat_costs, plain, money)
def test_without_steps_one_more_promise_raises_no_price_and_puts_nobody_out(cost, people, most):
    before = count_round(cost, people)
    after = count_round(cost, [*people, Promised("new", START, most)])
    assert before.shares.keys() <= after.shares.keys()
    if before.size:
        assert after.price <= before.price


@given(flat_costs, crowds(most_people=6, weights=st.just(1)), st.data())
def test_without_steps_nobody_gains_by_a_false_most(cost, people, data):
    if not people:
        return
    liar = data.draw(st.sampled_from(people))
    false = Promised(liar.id, liar.at, data.draw(money))

    def gain(outcome: price.Outcome) -> int:
        return liar.most - outcome.price if liar.id in outcome.shares else 0

    told = [false if one is liar else one for one in people]
    assert gain(count_round(cost, told)) <= gain(count_round(cost, people))


@given(costs, crowds(), st.sampled_from(["earliest", "held", "lot"]), st.data())
def test_raising_your_most_never_puts_you_out(cost, people, order, data):
    inside = count_round(cost, people, order=order, seed="s").shares
    if not inside:
        return
    who = data.draw(st.sampled_from(sorted(inside)))
    more = data.draw(st.integers(0, 300))
    raised = [
        Promised(one.id, one.at, one.most + more * (one.id == who), one.weight, one.held)
        for one in people
    ]
    assert who in count_round(cost, raised, order=order, seed="s").shares


@given(costs, plain, st.data())
def test_a_lower_most_of_somebody_who_is_out_changes_nothing(cost, people, data):
    outcome = count_round(cost, people)
    if not outcome.out:
        return
    who = data.draw(st.sampled_from(sorted(outcome.out)))
    lower = data.draw(st.integers(0, outcome.out[who].most))
    told = [
        Promised(one.id, one.at, lower if one.id == who else one.most, 1, one.held)
        for one in people
    ]
    again = count_round(cost, told)
    assert (again.size, again.price, again.shares) == (outcome.size, outcome.price, outcome.shares)


@given(st.lists(plain, min_size=1, max_size=3), st.integers(0, 600), st.lists(flat_costs))
def test_overhead_finds_the_most_places_by_trying_all(crowd, overhead, costs):
    """The largest number of places a week at which each session's size is its largest."""
    cost = (costs or [Cost(300, 0, 1, 0, 10, 50)])[0]
    sessions = {str(i): Session(cost, people) for i, people in enumerate(crowd)}

    def sizes_at(places: int) -> list[int]:
        def feasible(people: tuple[Promised, ...], size: int) -> bool:
            total = price.cost_of(cost, size) * places + overhead * size
            return sum(one.most * size * places >= total for one in people) >= size

        return [
            max(n for n in range(len(people) + 1) if not n or feasible(people, n))
            for people in crowd
        ]

    most = sum(len(people) for people in crowd)
    stable = [sizes for p in range(most, 0, -1) if sum(sizes := sizes_at(p)) == p]
    expected = stable[0] if stable else [0] * len(crowd)
    outcomes = count(sessions, Rule(), overhead)
    assert [outcomes[str(i)].size for i in range(len(crowd))] == expected


@given(costs, st.integers(0, 500))
def test_the_saw_agrees_with_the_least_people_and_the_dead_zone(cost, each):
    sizes = price.saw(cost, each)
    works = [size.people for size in sizes if size.surplus >= 0]
    assert price.least_people(cost, each) == min(works, default=None)
    assert price.dead_zone(cost) == tuple(
        size.people
        for size in sizes
        if any(other.price < size.price for other in sizes[: size.people - 1])
    )
    assert set(price.dead_zone(cost, each)) == {
        size.people for size in sizes if size.surplus < 0 and works and works[0] < size.people
    }


def test_ten_thousand_promises_are_counted_in_a_blink():
    dice = random.Random(1)  # noqa: S311 - the same crowd each time
    people = tuple(
        Promised(f"p{i:05}", START + timedelta(seconds=dice.randrange(10**6)), dice.randrange(9000))
        for i in range(10_000)
    )
    began = time.process_time()
    outcome = count_round(Cost(5_000_000, 9000, 4, 2, 350, 10_000), people)
    assert 0 < outcome.size < 10_000
    assert time.process_time() - began < 0.5
