"""One line of the bank that is several things: split over people, cut up, put together again."""

from datetime import timedelta

import pytest
from bank_making import (
    COLUMNS,
    DAY,
    bank,
    csv,
    entries,
    hubs,
    in_book,
    lines,
    match,
    money_of,
    move,
    ofx,
    reference,
    source,
    take_in,
    waiting,
)  # fmt: skip
from hypothesis import given
from hypothesis import strategies as st

import db
from ledger import journal
from members import access
from payments import answers, payers, places, reconciliation, splitting
from payments import lines as finding
from payments.splitting import Part


def line_of(hub, amount, words="LEEDS CITY COUNCIL", *, on=DAY):
    take_in(hub, ofx(move(amount, words, on=on), closing=0))
    return lines(hub)[-1]


def person(hub, number, amount):
    return Part(f"source:{source(hub, number).id}", amount)


def split(hub, line, *parts, by=None):
    with db.transaction() as session:
        return splitting.split(
            session, hub.pool, line.id, parts, by=by or hub.treasurer, now=hubs.NOW
        )


def together(hub, line):
    with db.transaction() as session:
        return splitting.put_together(session, hub.pool, line.id, by=hub.treasurer)


def offered(hub, line):
    with db.reading() as session:
        return answers.answers(session, hub.pool, line)


def test_a_councils_transfer_for_five_is_one_line_of_the_book_with_five_funds(hub):
    line = line_of(hub, 16800 * 5)
    seq = split(hub, line, *[person(hub, n, 16800) for n in range(5)])
    assert (lines(hub)[0].entry_seq, entries(hub), waiting(hub)) == (seq, 1, [])
    assert [money_of(hub, n) for n in range(6)] == [16800] * 5 + [0]
    assert in_book(hub) == 16800 * 5
    with db.reading() as session:
        entry = journal.recorded(session, hub.pool.book_id, seq)
        assert (entry.key, len(entry.lines)) == (f"bank:{line.id}", 10)
        assert [part.amount for part in splitting.parts_of(session, line.id)] == [16800] * 5


@pytest.mark.parametrize(
    ("amounts", "refusal"),
    [
        ((4200, 4100), splitting.NotTheWhole),
        ((4200, 4300), splitting.NotTheWhole),
        ((8400,), splitting.TooFewParts),
        ((), splitting.TooFewParts),
    ],
)
def test_parts_that_do_not_make_the_whole_are_refused(hub, amounts, refusal):
    line = line_of(hub, 8400)
    with pytest.raises(refusal):
        split(hub, line, *[person(hub, n, amount) for n, amount in enumerate(amounts)])
    assert (entries(hub), len(waiting(hub))) == (0, 1)


def test_the_refusal_says_how_much_is_missing():
    with pytest.raises(splitting.NotTheWhole) as refused:
        splitting.must_be_the_whole(8400, [Part("source:a", 4200), Part("source:b", 4000)])
    assert refused.value.sentence == "The parts make £82. The line is £84. £2 is missing."


def test_the_same_person_twice_is_refused(hub):
    with pytest.raises(splitting.Twice):
        split(hub, line_of(hub, 8400), person(hub, 0, 4200), person(hub, 0, 4200))


def test_a_line_is_split_once(hub):
    line = line_of(hub, 8400)
    split(hub, line, person(hub, 0, 4200), person(hub, 1, 4200))
    with pytest.raises(finding.LineDone):
        split(hub, line, person(hub, 0, 4200), person(hub, 1, 4200))


def test_only_a_treasurer_or_organiser_splits(hub):
    line = line_of(hub, 8400)
    with pytest.raises(access.NotYourJob):
        split(hub, line, person(hub, 0, 4200), person(hub, 1, 4200), by=hub.hub.checker)


def test_the_next_line_of_the_same_payer_is_offered_split_as_last_time(hub):
    """The payer's words differ in their figures and month only."""
    first = line_of(hub, 33600, "LEEDS CITY COUNCIL NOV 00123", on=DAY - timedelta(days=30))
    split(hub, first, person(hub, 0, 16800), person(hub, 1, 16800))
    line = line_of(hub, 33600, "LEEDS CITY COUNCIL DEC 00177")
    best = offered(hub, line)[0]
    assert best.words.startswith("Split as last time: ")
    assert best.words.count("£168") == 2
    assert best.why == "The same payer and the same sum as on 10 November"
    match(hub, line, best.value)
    assert [money_of(hub, n) for n in (0, 1)] == [33600, 33600]


def test_another_sum_or_payer_is_not_offered_the_old_split(hub):
    first = line_of(hub, 33600, "LEEDS CITY COUNCIL", on=DAY - timedelta(days=30))
    split(hub, first, person(hub, 0, 16800), person(hub, 1, 16800))
    for amount, words in [(33700, "LEEDS CITY COUNCIL"), (33600, "YORK COUNCIL"), (33600, "123")]:
        line = line_of(hub, amount, words)
        assert not [one for one in offered(hub, line) if one.value.startswith("again")]


def test_a_bill_and_the_banks_charge_in_one_line_are_two_lines_of_the_book(hub):
    for one in hub.hub.people:
        hubs.pay_in(hub.hub, one, 4200 * 4)
    bill = hubs.enter(hub.hub)
    hubs.approve(hub.hub, bill)
    line = line_of(hub, -hubs.SESSION - 250, "OAK LANE", on=hubs.BILLED)
    split(hub, line, Part(f"bill:{bill.id}", hubs.SESSION), Part("other:charge", 250))
    assert hubs.again(bill).paid_seq
    assert sorted(one.amount for one in lines(hub)) == [-hubs.SESSION, -250]
    assert in_book(hub) == 11 * 4200 * 4 - hubs.SESSION - 250
    assert waiting(hub) == []


def test_two_bills_in_one_transfer_keep_their_own_line_and_authority(hub):
    for one in hub.hub.people:
        hubs.pay_in(hub.hub, one, 4200 * 4)
    both = [hubs.enter(hub.hub) for _ in range(2)]
    for bill in both:
        hubs.approve(hub.hub, bill)
    line = line_of(hub, -2 * hubs.SESSION, on=hubs.BILLED)
    split(hub, line, *[Part(f"bill:{bill.id}", hubs.SESSION) for bill in both])
    paid = [hubs.again(bill).paid_seq for bill in both]
    assert len(set(paid)) == 2
    assert {one.entry_seq for one in lines(hub)} == set(paid)


def test_a_split_that_fails_in_one_part_changes_nothing(hub):
    bill = hubs.enter(hub.hub)
    hubs.approve(hub.hub, bill)
    line = line_of(hub, -hubs.SESSION - 250, on=hubs.BILLED)
    with pytest.raises(places.NotTheBill):
        split(hub, line, Part("other:charge", 251), Part(f"bill:{bill.id}", hubs.SESSION - 1))
    assert [one.amount for one in waiting(hub)] == [-hubs.SESSION - 250]
    assert entries(hub) == 0


def test_a_line_that_was_cut_up_still_is_the_line_of_its_file(hub):
    """The same file again brings nothing; another kind of file of it is held as maybe the same."""
    one = move(5000, "GIFT AND DUES")
    take_in(hub, ofx(one))
    split(hub, lines(hub)[0], person(hub, 0, 4200), Part("other:grant", 800))
    assert (entries(hub), len(lines(hub))) == (2, 2)
    assert take_in(hub, ofx(one)).new == 0
    assert take_in(hub, csv(one), columns=COLUMNS).alike == 1
    with db.reading() as session:
        assert reconciliation.tie(session, hub.pool, hub.account.id).book == 5000


def test_what_was_cut_up_is_put_together_only_while_all_of_it_waits(hub):
    line = line_of(hub, 5000)
    split(hub, line, person(hub, 0, 4200), Part("other:grant", 800))
    with db.transaction() as session:
        for one in lines(hub):
            found = finding.line_of(session, hub.pool.id, one.id)
            seq = journal.reverse(
                session, hub.pool.book_id, found.entry_seq, "Wrong", by=None,
                key=f"undo:{found.entry_seq}", now=hubs.NOW,
            ).seq  # fmt: skip
            if one.amount == 800:
                grant, its = found.id, seq
            else:
                splitting.posting.free(session, found, seq)
    with pytest.raises(splitting.PartDone):
        together(hub, line)
    with db.transaction() as session:
        splitting.posting.free(session, finding.line_of(session, hub.pool.id, grant), its)
    assert together(hub, line).amount == 5000
    assert [one.amount for one in lines(hub)] == [5000]
    match(hub, line, f"source:{source(hub, 1).id}")
    assert in_book(hub) == 5000


def test_a_line_that_was_never_cut_up_can_not_be_put_together(hub):
    with pytest.raises(splitting.NotApart):
        together(hub, line_of(hub, 100))


def test_money_and_lines_of_another_group_are_not_there(hub):
    other = bank("saturday-art")
    line = line_of(hub, 8400)
    with pytest.raises(finding.NoSuchSource):
        split(hub, line, person(hub, 0, 4200), person(other, 1, 4200))
    with pytest.raises(finding.NoLine):
        split(other, line, person(other, 0, 4200), person(other, 1, 4200))


def test_one_reference_still_matches_by_itself(hub):
    assert take_in(hub, ofx(move(4200, reference(hub, 0)))).matched == 1


@given(st.text(max_size=60))
def test_a_payer_is_the_same_whatever_figures_and_months_come_with_it(words):
    named = payers.payer(words)
    assert payers.payer(f"{words} 0042 NOV 7X") == named
    assert payers.payer(named) == named
