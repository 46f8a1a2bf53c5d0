"""The saw and the round: worked cases that must come out to the penny."""

from datetime import UTC, datetime, timedelta

import pytest

from pools.clubbing import price
from pools.clubbing.price import Cost, Out, Promised, Rule, Session, count, count_round

START = datetime(2026, 10, 1, 9, tzinfo=UTC)
HUB = Cost(fixed=13069, wage=9151, ratio=4, min_staff=2, variable=350, capacity=12)
THREE_STAFF = Cost(fixed=40522, wage=0, ratio=1, min_staff=0, variable=350, capacity=12)


def said(*mosts: int, **more: object) -> list[Promised]:
    """People m01, m02 … who promised a minute apart, in this order."""
    return [
        Promised(f"m{i:02}", START + timedelta(minutes=i), most, **more)
        for i, most in enumerate(mosts, start=1)
    ]


# --- The saw -------------------------------------------------------------------------------------


def test_the_thursday_hub_costs_what_the_worked_table_says():
    saw = {size.people: size for size in price.saw(HUB, 4200)}
    assert {n: saw[n].price for n in range(8, 13)} == {
        8: 4272,
        9: 4853,
        10: 4403,
        11: 4034,
        12: 3727,
    }
    assert [saw[n].staff for n in (1, 8, 9, 12)] == [2, 2, 3, 3]
    assert (saw[11].cost, saw[8].cost) == (44372, 34171)
    assert [saw[n].surplus for n in (12, 11, 10, 9)] == [5678, 1828, -2022, -5872]
    assert len(saw) == 12


def test_nine_and_ten_people_are_worse_off_than_eight():
    assert price.dead_zone(HUB) == (9, 10)
    assert price.dead_zone(HUB, 4300) == (9, 10)
    assert price.dead_zone(HUB, 4200) == ()
    assert price.dead_zone(THREE_STAFF) == ()


@pytest.mark.parametrize(
    ("cost", "each", "people"),
    [
        (THREE_STAFF, 2500, None),
        (THREE_STAFF, 3130, None),
        (THREE_STAFF, 3745, 12),
        (THREE_STAFF, 4200, 11),
        (THREE_STAFF, 4800, 10),
        (THREE_STAFF, 6000, 8),
        (HUB, 4200, 11),
        (HUB, 4300, 8),
        (Cost(40000, 0, 1, 0, 1500, 12), 6000, 9),
    ],
)
def test_the_least_people_at_a_price(cost, each, people):
    assert price.least_people(cost, each) == people


def test_the_lunch_hub_can_never_pay_its_way_at_five_pounds():
    lunch = Cost(fixed=21000, wage=0, ratio=1, min_staff=0, variable=0, capacity=30)
    assert price.least_people(lunch, 500) is None
    assert price.least_people(lunch, 700) == 30


def test_one_more_promise_shows_its_effect_from_numbers_alone():
    assert price.with_one_more(HUB, 10) == price.OneMore(4403, 4034, dead=False)
    assert price.with_one_more(HUB, 8) == price.OneMore(4272, 4853, dead=True)
    assert price.with_one_more(HUB, 0) == price.OneMore(None, 31721, dead=False)
    assert price.with_one_more(HUB, 12) == price.OneMore(3727, None, dead=False)
    level = Cost(0, 0, 1, 0, 100, 5)
    assert price.with_one_more(level, 2) == price.OneMore(100, 100, dead=False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fixed": -1},
        {"wage": -1},
        {"ratio": 0},
        {"min_staff": -1},
        {"variable": -1},
        {"capacity": 0},
        {"capacity": 100_001},
    ],
)
def test_a_cost_that_can_not_be_is_refused(wrong):
    right = {
        "fixed": 1, "wage": 1, "ratio": 1, "min_staff": 1, "variable": 1, "capacity": 1,
    }  # fmt: skip
    with pytest.raises(price.CostNotRight):
        Cost(**(right | wrong))


# --- The round, worked ---------------------------------------------------------------------------


def test_twelve_at_forty_two_pounds_pay_thirty_seven_twenty_seven():
    outcome = count_round(HUB, said(*[4200] * 12))
    assert (outcome.size, outcome.price, outcome.cost) == (12, 3727, 44722)
    assert sorted(outcome.shares.values()) == [3726] * 2 + [3727] * 10


def test_eleven_pay_forty_thirty_four_and_the_lower_pennies_go_to_the_earliest():
    outcome = count_round(HUB, said(*[4200] * 11))
    assert (outcome.size, outcome.price, outcome.cost) == (11, 4034, 44372)
    assert list(outcome.shares.values()) == [4033] * 2 + [4034] * 9
    assert set(outcome.dues.values()) == {4034}
    assert outcome.out == {}


def test_ten_at_forty_two_pounds_can_not_run_it_and_nobody_owes():
    outcome = count_round(HUB, said(*[4200] * 10))
    assert (outcome.size, outcome.price, outcome.cost, outcome.shares) == (0, None, 0, {})
    assert set(outcome.out.values()) == {Out(4200, 4272)}
    assert len(outcome.out) == 10


def test_ten_run_it_only_at_the_price_rounded_up():
    assert count_round(HUB, said(*[4402] * 10)).size == 8
    assert count_round(HUB, said(*[4403] * 10)).size == 10


def test_ten_who_could_pay_forty_three_make_eight_places():
    outcome = count_round(HUB, said(*[4300] * 10))
    assert outcome.size == 8
    assert set(outcome.shares.values()) == {4271, 4272}
    assert list(outcome.shares) == [f"m{i:02}" for i in range(1, 9)]
    assert outcome.out == {"m09": Out(4300, 4853), "m10": Out(4300, 4853)}


def test_with_steps_shading_can_pay_so_the_page_must_not_promise_otherwise():
    assert count_round(HUB, said(*[6000] * 9)).price == 4853
    shaded = count_round(HUB, said(4500, *[6000] * 8))
    assert (shaded.size, shaded.price) == (8, 4272)
    assert "m01" in shaded.shares


def test_who_is_out_learns_the_price_at_one_more_or_that_it_is_full():
    assert count_round(HUB, said(*[4200] * 11, 3500)).out == {"m12": Out(3500, 3727)}
    assert count_round(HUB, said(*[4200] * 13)).out == {"m13": Out(4200, None)}


def test_a_list_price_is_due_flat_and_the_cost_is_still_shared_exactly():
    outcome = count_round(HUB, said(*[4200] * 11, 4199), rule="list", list_price=4200)
    assert (outcome.size, outcome.price) == (11, 4200)
    assert set(outcome.dues.values()) == {4200}
    assert sum(outcome.shares.values()) == outcome.cost == 44372
    assert outcome.out == {"m12": Out(4199, 4200)}


def test_a_list_price_that_does_not_cover_the_cost_runs_nothing():
    outcome = count_round(HUB, said(*[9000] * 10), rule="list", list_price=4200)
    assert outcome.size == 0
    assert set(outcome.out.values()) == {Out(9000, 4272)}


def test_a_list_price_skips_the_sizes_that_it_does_not_cover():
    outcome = count_round(HUB, said(*[9000] * 10), rule="list", list_price=4300)
    assert (outcome.size, outcome.price) == (8, 4300)
    assert set(outcome.out.values()) == {Out(9000, 4853)}


# The tables of the Moulin rule: eight people with these mosts, variable 1500.
EIGHT = (9000, 9000, 8000, 8000, 7500, 6500, 5500, 3000)


def test_the_first_moulin_table_keeps_six():
    outcome = count_round(Cost(30000, 0, 1, 0, 1500, 8), said(*EIGHT))
    assert list(outcome.shares.values()) == [6500] * 6
    assert outcome.out == {"m07": Out(5500, 5786), "m08": Out(3000, 5786)}


def test_the_second_moulin_table_closes():
    outcome = count_round(Cost(40000, 0, 1, 0, 1500, 8), said(*EIGHT))
    assert outcome.size == 0
    assert {out.needed for out in outcome.out.values()} == {6500}


def test_bands_share_the_fixed_cost_by_weight():
    people = [
        Promised(f"m{i}", START, 20000, weight) for i, weight in enumerate((3, 3, 2, 2, 1, 1))
    ]
    outcome = count_round(Cost(40000, 0, 1, 0, 1200, 6), people, rule="band")
    assert list(outcome.shares.values()) == [11200, 11200, 7867, 7867, 4533, 4533]
    assert outcome.price == 4534
    assert outcome.dues["m0"] == 11200


def test_overhead_is_shared_over_all_places_of_the_week():
    """Sessions taken 5, 3, 3, 2, 1, 1; 30000 a week and 900 a place: 2900 a session."""
    taken = {"a": 5, "b": 3, "c": 3, "d": 2, "e": 1, "f": 1}
    cost = Cost(0, 0, 1, 0, 900, 6)
    sessions = {
        str(day): Session(
            cost, tuple(Promised(w, START, 2900) for w, n in taken.items() if n > day)
        )
        for day in range(5)
    }
    outcomes = count(sessions, Rule(), 30000)
    paid = {who: sum(o.shares.get(who, 0) for o in outcomes.values()) for who in taken}
    assert paid == {"a": 14500, "b": 8700, "c": 8700, "d": 5800, "e": 2900, "f": 2900}
    assert sum(outcome.cost for outcome in outcomes.values()) == 43500


def test_a_session_that_closes_leaves_its_overhead_to_the_others():
    tue = Session(Cost(1000, 0, 1, 0, 0, 9), tuple(said(1100)))
    thu = Session(Cost(1000, 0, 1, 0, 0, 9), tuple(said(1100, 1100)))
    outcomes = count({"tue": tue, "thu": thu}, Rule(), 600)
    assert [outcomes[day].size for day in ("tue", "thu")] == [0, 2]
    assert outcomes["thu"].cost == 1600
    assert outcomes["tue"].out == {"m01": Out(1100, 1200)}


# --- Orders and weights --------------------------------------------------------------------------

TWO = Cost(0, 0, 1, 0, 100, 2)


def test_places_go_to_the_earliest_then_to_the_smaller_id():
    late, b, a = (
        Promised("a0", START + timedelta(1), 900),
        Promised("b", START, 100),
        Promised("a", START, 100),
    )
    assert set(count_round(TWO, [late, b, a]).shares) == {"a", "b"}


def test_places_go_first_to_those_who_have_one():
    people = [*said(100, 100), Promised("m03", START + timedelta(9), 100, held=True)]
    assert set(count_round(TWO, people, order="held").shares) == {"m01", "m03"}


def test_a_lot_is_drawn_alike_on_every_machine():
    people = said(*[100] * 9)
    drawn = [set(count_round(TWO, people, order="lot", seed=seed).shares) for seed in "123"]
    assert drawn == [{"m01", "m05"}, {"m04", "m06"}, {"m03", "m04"}]


def test_the_penny_order_is_by_time_even_when_places_go_by_lot():
    outcome = count_round(Cost(101, 0, 1, 0, 0, 9), said(99, 99), order="lot", seed="x")
    assert outcome.shares == {"m01": 50, "m02": 51}


def test_a_person_who_needs_a_worker_to_themselves_weighs_like_four():
    """Five with one who weighs four are nine: three workers, and £71.04 each."""
    one = Promised("zz", START + timedelta(9), 9000, weight=4)
    outcome = count_round(HUB, [*said(*[7104] * 5), one])
    assert (outcome.size, outcome.cost, outcome.price) == (6, 42622, 7104)
    outcome = count_round(HUB, [*said(*[7103] * 5), one])
    assert (outcome.size, outcome.cost) == (5, 33121)
    assert outcome.out == {"zz": Out(9000, 7104)}


def test_the_largest_group_is_not_missed_for_an_early_heavy_promise():
    """The first two fill the room, but can't pay for it; four lighter people can."""
    cost = Cost(fixed=400, wage=0, ratio=4, min_staff=1, variable=0, capacity=9)
    heavy = Promised("a", START, 100, weight=3)
    outcome = count_round(cost, [heavy, *said(100, 100, 100, 100)])
    assert set(outcome.shares) == {"a", "m01", "m02", "m03", "m04"}
    steps = Cost(fixed=0, wage=400, ratio=4, min_staff=1, variable=0, capacity=9)
    outcome = count_round(steps, [heavy, *said(100, 100, 100, 100)])
    assert set(outcome.shares) == {"m01", "m02", "m03", "m04"}


# --- Refusals ------------------------------------------------------------------------------------


def test_a_rule_that_is_not_known_is_refused():
    with pytest.raises(price.RuleNotKnown):
        Rule("auction")
    with pytest.raises(price.RuleNotKnown):
        Rule("equal", "richest")


@pytest.mark.parametrize("list_price", [None, 0, -1])
def test_a_list_rule_without_a_price_is_refused(list_price):
    with pytest.raises(price.ListPriceMissing):
        Rule("list", list_price=list_price)


def test_a_lot_without_a_seed_is_refused():
    with pytest.raises(price.SeedMissing):
        Rule("equal", "lot")


def test_two_promises_by_one_person_for_one_session_are_refused():
    with pytest.raises(price.PromisedTwice, match="m01"):
        count_round(HUB, [*said(4200), *said(4300)])
