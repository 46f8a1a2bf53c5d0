"""Bank files and lines at the same moment, with real threads on PostgreSQL (trust.md B8)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from bank_making import (
    DAY,
    bank,
    bring_in,
    csv,
    entries,
    files,
    hubs,
    in_book,
    leave_out,
    lines,
    match,
    money_of,
    move,
    ofx,
    reference,
    source,
    take_in,
    take_upload,
    waiting,
)

import db
from errors import Refusal
from payments import accounts, splitting

pytestmark = pytest.mark.postgres


def at_once(works):
    """Start all at the same moment; what each gave or how it was refused."""
    ready = threading.Barrier(len(works))

    def run(work):
        ready.wait()
        try:
            return work()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def refusals(results):
    return [one for one in results if isinstance(one, Refusal)]


def test_b8_one_file_eight_times_at_once_gives_each_line_once(on_postgres):
    hub = bank()
    body = ofx(*[move(4200, reference(hub, n)) for n in range(11)], move(100))
    results = at_once([lambda: take_in(hub, body)] * 8)
    assert refusals(results) == []
    assert sorted(one.new for one in results) == [0] * 7 + [12]
    assert len(lines(hub)) == 12
    assert len(files(hub)) == 1
    assert in_book(hub) == 11 * 4200


def test_b8_overlapping_files_at_once_give_each_line_once(on_postgres):
    hub = bank()
    moves = [
        move(100 + n, reference(hub, n % 11), on=DAY - timedelta(days=20 - n)) for n in range(20)
    ]
    works = [
        lambda start=start: take_in(hub, ofx(*moves[start : start + 8], closing=0))
        for start in (0, 2, 4, 6, 8, 10, 12)
    ]
    assert refusals(at_once(works)) == []
    assert sorted(line.amount for line in lines(hub)) == [100 + n for n in range(20)]
    assert in_book(hub) == sum(100 + n for n in range(20))


def test_the_same_form_many_times_at_once_is_one_import(on_postgres):
    hub = bank()
    body, key = ofx(move(4200, reference(hub, 0))), db.new_id()
    results = at_once([lambda: take_in(hub, body, key=key)] * 8)
    assert refusals(results) == []
    assert len(set(results)) == 1
    assert in_book(hub) == 4200


def test_two_treasurers_who_match_one_line_at_once_make_one_entry(on_postgres):
    hub = bank()
    for round_ in range(4):
        take_in(hub, ofx(move(4200, f"LINE {round_}"), closing=0))
        (line,) = waiting(hub)
        answers = [f"source:{source(hub, n).id}" for n in (0, 1)] * 2
        by = [hub.treasurer, hub.hub.organiser] * 2
        works = [
            lambda line=line, answer=answer, who=who: match(hub, line, answer, by=who)
            for answer, who in zip(answers, by, strict=True)
        ]
        results = at_once(works)
        assert len(refusals(results)) == 3
        assert entries(hub) == round_ + 1
    assert in_book(hub) == 4 * 4200
    assert money_of(hub, 0) + money_of(hub, 1) == 4 * 4200


def test_one_bill_and_two_lines_at_once_are_paid_once(on_postgres):
    hub = bank()
    for person in hub.hub.people:
        hubs.pay_in(hub.hub, person, 4200 * 2)
    bill = hubs.enter(hub.hub)
    hubs.approve(hub.hub, bill)
    take_in(hub, ofx(move(-hubs.SESSION), move(-hubs.SESSION), closing=0))
    one, two = waiting(hub)
    results = at_once(
        [lambda line=line: match(hub, line, f"bill:{bill.id}") for line in (one, two)] * 2
    )
    assert len(refusals(results)) == 3
    assert len(waiting(hub)) == 1
    assert in_book(hub) == 11 * 8400 - hubs.SESSION


def test_leaving_out_and_matching_at_once_does_one_of_them(on_postgres):
    hub = bank()
    take_in(hub, ofx(move(4200, reference(hub, 0))))
    for n in range(4):
        take_in(hub, ofx(move(4200, reference(hub, 0), ref=f"AGAIN{n}")))
        (line,) = waiting(hub)
        results = at_once([
            lambda line=line: leave_out(hub, line),
            lambda line=line: match(hub, line, f"source:{source(hub, 0).id}"),
        ])  # fmt: skip
        assert len(refusals(results)) == 1
        assert waiting(hub) == []


def test_a_first_account_named_many_times_at_once_is_one_account(on_postgres):
    made = hubs.hub()

    def name(number):
        with db.transaction() as session:
            return accounts.set_up(
                session, made.pool, made.treasurer, "Club account", number,
                key=db.new_id(), now=hubs.NOW,
            )  # fmt: skip

    results = at_once([lambda: name("12344471")] * 8)
    assert refusals(results) == []
    assert len({one.id for one in results}) == 1


def test_columns_chosen_many_times_at_once_bring_the_file_in_once(on_postgres):
    hub = bank()
    asked = bring_in(hub, csv(move(4200, reference(hub, 0))))
    results = at_once([lambda: take_upload(hub, asked.upload_id)] * 8)
    assert refusals(results) == []
    assert len(set(results)) == 1
    assert in_book(hub) == 4200


def test_an_import_while_bills_are_checked_and_paid_never_locks_up(on_postgres):
    hub = bank()
    for person in hub.hub.people:
        hubs.pay_in(hub.hub, person, 4200 * 8)
    made = [hubs.enter(hub.hub, number=f"OLC-{100 + n}") for n in range(4)]
    for bill in made[:2]:
        hubs.approve(hub.hub, bill)
    out = [move(-hubs.SESSION, f"OLC-{100 + n}", on=hubs.BILLED) for n in range(4)]
    works = [
        lambda: take_in(hub, ofx(*out, closing=0)),
        *[lambda bill=bill: hubs.approve(hub.hub, bill) for bill in made[2:]],
        lambda: take_in(hub, ofx(*[move(100, reference(hub, n)) for n in range(11)], closing=0)),
        lambda: hubs.enter(hub.hub),
    ]
    assert refusals(at_once(works)) == []
    paid = sum(hubs.again(bill).paid_seq is not None for bill in made)
    assert 2 <= paid <= 4
    assert len(waiting(hub)) == 4 - paid


def parts_for(hub, first, second):
    return [splitting.Part(f"source:{source(hub, n).id}", 4200) for n in (first, second)]


def split(hub, line, parts, by):
    with db.transaction() as session:
        return splitting.split(session, hub.pool, line.id, parts, by=by, now=hubs.NOW)


def test_one_line_split_and_matched_by_two_treasurers_at_once_has_one_place(on_postgres):
    hub = bank()
    take_in(hub, ofx(move(8400, "COUNCIL"), closing=0))
    (line,) = waiting(hub)
    works = [
        lambda: split(hub, line, parts_for(hub, 0, 1), hub.treasurer),
        lambda: split(hub, line, parts_for(hub, 0, 1), hub.treasurer),
        lambda: split(hub, line, parts_for(hub, 2, 3), hub.hub.organiser),
        lambda: match(hub, line, f"source:{source(hub, 4).id}"),
    ]
    assert len(refusals(at_once(works))) == 3
    assert (entries(hub), in_book(hub)) == (1, 8400)


def test_two_lines_that_say_one_payment_came_back_undo_it_once(on_postgres):
    hub = bank()
    take_in(hub, ofx(move(4200, reference(hub, 0)), closing=0))
    (first,) = lines(hub)
    take_in(hub, ofx(move(-4200, "RETURNED ONE"), move(-4200, "RETURNED TWO"), closing=0))
    works = [
        lambda line=line: match(hub, line, f"returned:{first.id}") for line in waiting(hub)
    ] * 2
    assert len(refusals(at_once(works))) == 3
    assert (money_of(hub, 0), len(waiting(hub))) == (0, 1)


def test_refunds_of_one_bill_at_once_never_give_back_more_than_it_was(on_postgres):
    hub = bank()
    for person in hub.hub.people:
        hubs.pay_in(hub.hub, person, 4200 * 4)
    bill = hubs.enter(hub.hub)
    hubs.approve(hub.hub, bill)
    take_in(hub, ofx(move(-hubs.SESSION, on=hubs.BILLED), closing=0))
    match(hub, waiting(hub)[0], f"bill:{bill.id}")
    half = hubs.SESSION // 2
    moves = [move(half, f"REFUND {n}", on=hubs.NOW.date()) for n in range(4)]
    take_in(hub, ofx(*moves, closing=0))
    works = [lambda line=line: match(hub, line, f"refund:{bill.id}") for line in waiting(hub)]
    assert len(refusals(at_once(works))) == 2
    assert in_book(hub) == 11 * 4200 * 4


def test_a_refund_while_another_bill_is_checked_and_paid_never_locks_up(on_postgres):
    hub = bank()
    for person in hub.hub.people:
        hubs.pay_in(hub.hub, person, 4200 * 8)
    one, two = (hubs.enter(hub.hub, number=f"OLC-{100 + n}") for n in range(2))
    hubs.approve(hub.hub, one)
    out = [move(-hubs.SESSION, f"OLC-{100 + n}", on=hubs.BILLED) for n in range(2)]
    take_in(hub, ofx(out[0], move(100, "REFUND", on=hubs.NOW.date()), closing=0))
    (refund,) = waiting(hub)
    works = [
        lambda: match(hub, refund, f"refund:{one.id}"),
        lambda: hubs.approve(hub.hub, two),
        lambda: take_in(hub, ofx(out[1], closing=0)),
    ]
    assert refusals(at_once(works)) == []
    assert in_book(hub) in {11 * 33600 - n * hubs.SESSION + 100 for n in (1, 2)}
