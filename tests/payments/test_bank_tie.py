"""Does the book agree with the bank, to the penny? If not, exactly what differs."""

from datetime import date, timedelta
from itertools import pairwise, product

import pytest
from bank_making import (
    COLUMNS,
    DAY,
    Bank,
    csv,
    hubs,
    leave_out,
    lines,
    match,
    move,
    ofx,
    reference,
    source,
    take_in,
    waiting,
)
from databases import forget
from hypothesis import given, settings
from hypothesis import strategies as st

import db
from payments import reconciliation


def day(number: int) -> date:
    return date(2026, 12, number)


def tie(hub: Bank):
    with db.reading() as session:
        return reconciliation.tie(session, hub.pool, hub.account.id)


def of(hub, person, amount, number):
    return move(amount, reference(hub, person), on=day(number))


def test_before_any_statement_nothing_is_said(hub):
    assert tie(hub) is None
    take_in(hub, csv(move(100)), columns=COLUMNS)
    assert tie(hub) is None


def test_the_book_agrees_when_every_line_has_its_place(hub):
    take_in(hub, ofx(of(hub, 0, 4200, 1), of(hub, 1, 4200, 2)))
    found = tie(hub)
    assert found.agrees
    assert (found.bank, found.book, found.difference, found.on) == (8400, 8400, 0, day(2))


def test_lines_that_wait_make_the_difference(hub):
    take_in(hub, ofx(of(hub, 0, 4200, 1), move(1000, on=day(2)), move(-300, on=day(3))))
    found = tie(hub)
    assert not found.agrees
    assert (found.bank, found.book, found.difference, found.waiting) == (4900, 4200, 700, 700)
    assert found.unexplained == 0


def test_lines_that_wait_and_sum_to_nothing_still_keep_it_from_agreeing(hub):
    """In and out of the same amount: the difference is nought, and the lines still wait."""
    take_in(hub, ofx(of(hub, 0, 4200, 1), move(1000, on=day(2)), move(-1000, on=day(2))))
    assert tie(hub).difference == 0
    assert len(waiting(hub)) == 2
    assert not tie(hub).agrees


def test_what_was_in_the_bank_before_our_first_file_is_named(hub):
    take_in(hub, ofx(of(hub, 0, 4200, 1), closing=14200))
    found = tie(hub)
    assert (found.difference, found.before, found.start, found.gaps) == (10000, 10000, day(1), ())


def test_a_gap_between_statements_is_named_with_its_days_and_its_money(hub):
    take_in(hub, ofx(of(hub, 0, 4200, 3), closing=4200))
    take_in(hub, ofx(of(hub, 1, 4200, 7), closing=4200 - 1500 + 4200))
    found = tie(hub)
    assert (found.difference, found.before) == (-1500, 0)
    (gap,) = found.gaps
    assert (gap.since, gap.until, gap.amount) == (day(4), day(6), -1500)


def test_days_without_a_file_are_no_gap_when_the_balances_join(hub):
    take_in(hub, ofx(of(hub, 0, 4200, 3)))
    take_in(hub, ofx(of(hub, 1, 4200, 7), closing=8400))
    assert tie(hub).agrees


def test_bringing_in_the_missing_file_closes_the_gap(hub):
    take_in(hub, ofx(of(hub, 0, 4200, 3)))
    take_in(hub, ofx(of(hub, 1, 4200, 7), closing=9900))
    take_in(hub, ofx(of(hub, 2, 1500, 5), closing=5700))
    found = tie(hub)
    assert found.agrees
    assert (found.bank, found.on) == (9900, day(7))


def test_files_that_touch_but_do_not_join_are_named_without_days(hub):
    take_in(hub, ofx(of(hub, 0, 4200, 3)))
    take_in(hub, ofx(of(hub, 1, 4200, 4), closing=8500))
    (gap,) = tie(hub).gaps
    assert (gap.since, gap.until, gap.amount, gap.before) == (None, None, 100, day(4))


def test_the_second_half_of_a_day_belongs_to_the_later_file(hub):
    """A file saved at noon states a balance that knows nothing of the afternoon."""
    noon, later = of(hub, 0, 4200, 3), of(hub, 1, 4200, 3)
    take_in(hub, ofx(noon, closing=4200), now=hubs.NOW)
    take_in(hub, ofx(noon, later, closing=8400), now=hubs.later(hours=5))
    assert tie(hub).agrees


def test_lines_after_the_newest_balance_are_not_counted_against_it(hub):
    take_in(hub, ofx(of(hub, 0, 4200, 3)))
    take_in(
        hub,
        csv(of(hub, 1, 4200, 5), move(100, on=day(6))),
        columns=COLUMNS,
        now=hubs.later(hours=1),
    )
    found = tie(hub)
    assert found.agrees
    assert (found.bank, found.book, found.on) == (4200, 4200, day(3))


def test_a_line_left_out_is_not_counted(hub):
    one = of(hub, 0, 4200, 3)
    take_in(hub, ofx(one))
    take_in(hub, csv(one), columns=COLUMNS)
    for line in waiting(hub):
        leave_out(hub, line)
    assert tie(hub).agrees


def test_a_balance_of_a_day_to_come_counts_as_todays(hub):
    take_in(hub, ofx(of(hub, 0, 4200, 3), on=hubs.NOW.date() + timedelta(days=400)))
    take_in(
        hub, ofx(of(hub, 1, 4200, 5), closing=8400, on=hubs.NOW.date()), now=hubs.later(hours=1)
    )
    assert tie(hub).agrees


def test_an_overdrawn_bank_is_said_as_it_is(hub):
    take_in(hub, ofx(move(-500, "FEE", on=day(3)), closing=-500))
    match(hub, waiting(hub)[0], "other:charge")
    found = tie(hub)
    assert found.agrees
    assert found.bank == -500


def test_only_the_last_year_of_statements_is_looked_through(hub):
    """Older than those is one figure."""
    for number in range(1, 18):
        closing = 100 + number * 10 + (5 if number > 1 else 0)
        take_in(hub, ofx(move(10, f"L{number}", on=day(number)), closing=closing))
    found = tie(hub)
    assert found.gaps == ()
    assert (found.before, found.start) == (105, day(5))


def test_a_payment_that_the_bank_dates_back_is_no_gap(hub):
    """The file of the 5th knew nothing of a payment that the file of the 7th dates on the 4th."""
    take_in(hub, ofx(of(hub, 0, 4200, 3)))
    take_in(hub, ofx(of(hub, 1, 4200, 5), closing=8400), now=hubs.later(hours=1))
    late = of(hub, 2, 1000, 4), of(hub, 3, 4200, 7)
    take_in(hub, ofx(*late, closing=13600 + 55), now=hubs.later(hours=2))
    (gap,) = tie(hub).gaps
    assert (gap.since, gap.until, gap.amount) == (None, None, 55)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=7))
def test_the_steadiest_reading_changes_as_seldom_as_any(readings):
    def changes(path):
        return sum(one != after for one, after in pairwise(path))

    path = reconciliation.steadiest(readings)
    assert all(number in pair for number, pair in zip(path, readings, strict=True))
    assert changes(path) == min(map(changes, product(*readings)))


MONTHS = st.lists(
    st.lists(st.integers(-5000, 5000).filter(bool), min_size=1, max_size=4), min_size=1, max_size=5
)


@settings(max_examples=25, deadline=None)
@given(months=MONTHS, opening=st.integers(-9999, 9999), data=st.data())
def test_the_parts_of_a_difference_always_make_the_whole(made_hub, months, opening, data):
    """Whichever files come in, in whatever order: bank - book = waiting + gaps + before."""
    hub, copy = made_hub
    url = copy()
    db.connect(url)
    balance, statements = opening, []
    for month, amounts in enumerate(months):
        moves = [
            move(amount, f"M{month} {n}", on=DAY - timedelta(days=7 * (5 - month)))
            for n, amount in enumerate(amounts)
        ]
        balance += sum(amounts)
        statements.append(ofx(*moves, closing=balance))
    order = data.draw(st.permutations(range(len(months))))
    some = order[: data.draw(st.integers(1, len(order)))]
    for n, number in enumerate(some):
        take_in(hub, statements[number], now=hubs.later(minutes=n))
    for line in lines(hub):
        if line.amount > 0 and data.draw(st.booleans()):
            match(hub, line, f"source:{source(hub, 0).id}")
    found = tie(hub)
    assert found.waiting == sum(line.amount for line in waiting(hub))
    parts = found.waiting + sum(gap.amount for gap in found.gaps) + found.before
    assert found.bank - found.book == parts
    if len(some) == len(months):
        assert found.gaps == ()
        assert found.before == opening
    forget(url)


@pytest.mark.parametrize("amount", [1, -1])
def test_one_penny_is_a_difference(hub, amount):
    take_in(hub, ofx(of(hub, 0, 4200, 3), closing=4200 + amount))
    assert tie(hub).difference == amount
