"""A bank statement comes in: whole or not at all, each line once."""

from datetime import timedelta

import bank_writers as writers
import pytest
from bank_making import (
    COLUMNS,
    DAY,
    NUMBER,
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
    put_back,
    reference,
    source,
    take_in,
    waiting,
)  # fmt: skip
from databases import forget
from hypothesis import given, settings
from hypothesis import strategies as st

import db
from errors import NotPossible
from members import access
from payments import accounts, imports, matching
from payments import lines as finding
from payments.statements import refusals
from payments.statements.read import Line, Statement


def nothing_came(one):
    return lines(one) == [] and files(one) == [] and entries(one) == 0


def test_a_line_with_a_reference_goes_into_its_owners_fund(hub):
    taken = take_in(hub, ofx(move(4200, f"MS CANARY {reference(hub, 0)}"), move(1000, "NOBODY")))
    assert (taken.new, taken.old, taken.matched) == (2, 0, 1)
    assert money_of(hub, 0) == in_book(hub) == 4200
    (left,) = waiting(hub)
    assert left.words == "NOBODY"


def test_a_reference_is_found_however_the_bank_spaced_it(hub):
    ref = reference(hub, 0)
    take_in(hub, ofx(move(100, ref.replace("-", " ").lower()), move(200, ref.replace("-", ""))))
    assert money_of(hub, 0) == 300


def test_a_line_that_names_two_people_waits(hub):
    take_in(hub, ofx(move(4200, f"{reference(hub, 0)} {reference(hub, 1)}")))
    assert len(waiting(hub)) == 1
    assert entries(hub) == 0


def test_money_that_goes_out_is_never_given_to_a_member_by_itself(hub):
    take_in(hub, ofx(move(-4200, reference(hub, 0)), closing=0))
    assert len(waiting(hub)) == 1


def test_the_same_file_again_adds_nothing_and_says_when_it_came(hub):
    body = ofx(move(4200, reference(hub, 0)), move(100))
    take_in(hub, body)
    taken = take_in(hub, body, now=hubs.later(days=3))
    assert (taken.new, taken.old, taken.before) == (0, 2, hubs.NOW.date())
    assert len(lines(hub)) == 2
    assert len(files(hub)) == 1
    assert in_book(hub) == 4200


def test_the_same_form_sent_twice_is_one_import_and_gives_the_same_answer(hub):
    body, key = ofx(move(4200, reference(hub, 0)), move(100)), db.new_id()
    assert take_in(hub, body, key=key) == take_in(hub, body, key=key)
    assert len(files(hub)) == 1


def test_a_forms_id_used_for_another_file_or_another_group_is_refused(hub):
    other = bank("saturday-art")
    key = db.new_id()
    take_in(hub, ofx(move(100)), key=key)
    with pytest.raises(accounts.FormUsed):
        take_in(hub, ofx(move(200)), key=key)
    with pytest.raises(accounts.FormUsed):
        take_in(other, ofx(move(100)), key=key)
    assert len(lines(hub)) == 1
    assert lines(other) == []


def test_of_overlapping_files_each_line_is_kept_once(hub):
    moves = [move(100 + n, f"LINE {n}", on=DAY - timedelta(days=9 - n)) for n in range(10)]
    for start in (0, 3, 5):
        take_in(hub, ofx(*moves[start : start + 5], closing=0))
    assert [line.amount for line in lines(hub)] == [100 + n for n in range(10)]
    assert [line.like_id for line in lines(hub)] == [None] * 10


@pytest.mark.parametrize("write", [ofx, csv])
def test_twin_lines_of_one_file_are_two_payments(hub, write):
    ref = reference(hub, 0)
    twins = write(move(4200, ref, ref="A"), move(4200, ref, ref="B" if write is ofx else "A"))
    columns = COLUMNS if write is csv else None
    take_in(hub, twins, columns=columns)
    take_in(hub, twins, columns=columns)
    assert money_of(hub, 0) == 8400
    assert len(lines(hub)) == 2


@pytest.mark.parametrize(
    ("body", "refusal", "words"),
    [
        (ofx(move(100)).replace(NUMBER.encode(), b"87654321"), accounts.AnotherAccount,
         "This file is for another account. It ends in 4321. Ours ends in 4471."),
        (ofx(move(100)).replace(b"GBP", b"EUR"), accounts.AnotherCurrency,
         "This file is in EUR. Our account is in GBP."),
        (ofx(move(100, on=hubs.NOW.date() + timedelta(days=1))), imports.FromTheFuture,
         "This file has lines after today. Check that it is the right file."),
        (ofx(move(100), move(200))[:-120], refusals.CutShort, "stops in the middle"),
        (b"", refusals.Empty, "This file is empty. Save it again at the bank."),
        (b"%PDF-1.7 bank", refusals.OtherKind, "This is a PDF."),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_whole_and_says_why(hub, body, refusal, words):
    with pytest.raises(refusal) as said:
        bring_in(hub, body)
    assert words in said.value.sentence
    assert nothing_came(hub)


def test_a_file_with_one_bad_line_keeps_none_of_the_good_ones(hub):
    good = csv(move(4200, reference(hub, 0)), move(4200, reference(hub, 1)))
    with pytest.raises(refusals.NotMoney):
        take_in(hub, good + b"11/12/2026,SOMEBODY,forty\n", columns=COLUMNS)
    assert nothing_came(hub)


def test_a_file_without_payments_is_refused(hub):
    empty = ofx(move(100))
    start, end = empty.index(b"<STMTTRN>"), empty.index(b"</BANKTRANLIST>")
    with pytest.raises(imports.NoLines):
        take_in(hub, empty[:start] + empty[end:])
    assert nothing_came(hub)


def test_of_a_file_with_several_accounts_only_ours_is_read(hub):
    ours, theirs = (
        ofx(move(100, "OURS")),
        ofx(move(999, "THEIRS")).replace(NUMBER.encode(), b"87654321"),
    )
    begin, end = b"<STMTTRNRS>", b"</STMTTRNRS>"
    other = theirs[theirs.index(begin) : theirs.index(end) + len(end)]
    take_in(hub, ours.replace(begin, other + begin, 1))
    assert [line.words for line in lines(hub)] == ["OURS"]


@pytest.mark.parametrize(
    "said", ["12344471", "00-00-00 12344471", "GB33BUKB00000012344471", "****4471", "XXXX4471"]
)
def test_our_account_is_known_however_a_bank_writes_it(hub, said):
    with db.reading():
        accounts.must_be_ours(hub.account, said, "gbp")


@pytest.mark.parametrize("said", ["12344472", "4472", "471", "GB33BUKB00000012344470"])
def test_an_account_that_ends_otherwise_or_tells_too_little_is_another(hub, said):
    with pytest.raises(accounts.AnotherAccount):
        accounts.must_be_ours(hub.account, said, None)


def test_only_a_treasurer_or_organiser_brings_files_in(hub):
    for by in (hub.hub.checker, hub.hub.people[0]):
        with pytest.raises(access.NotYourJob):
            bring_in(hub, ofx(move(100)), by=by)
    assert nothing_came(hub)
    assert bring_in(hub, ofx(move(100)), by=hub.hub.organiser).new == 1


def test_without_an_account_no_file_comes_in(database):
    made = hubs.hub()
    with db.transaction() as session, pytest.raises(accounts.NoAccount):
        imports.bring_in(
            session, made.pool, made.treasurer, accounts.File("x", ofx(move(100))),
            key=db.new_id(), now=hubs.NOW,
        )  # fmt: skip


def test_what_a_file_is_called_can_hurt_nothing(hub):
    bring_in(hub, ofx(move(100)), name="../a\0\n\ud800" + "b" * 500)
    assert files(hub)[0].name == ("../a" + "b" * 500)[:120]


# --- the account ----------------------------------------------------------------------------------


def set_up(hub, name="Club account", number="12344471", *, key=None, by=None):
    with db.transaction() as session:
        return accounts.set_up(
            session, hub.pool, by or hub.treasurer, name, number,
            key=key or db.new_id(), now=hubs.NOW,
        )  # fmt: skip


def test_an_account_is_named_once_and_a_slip_put_right_until_a_file_came(database):
    hub = bank(number="11111111")
    set_up(hub, number="12 34 44 71")
    take_in(hub, ofx(move(100)))
    assert set_up(hub, number="12 34 44 71").id == hub.account.id
    with pytest.raises(accounts.HasAccount):
        set_up(hub, number="99999999")


@pytest.mark.parametrize("number", ["", "12", "12345", "abcdefgh", "XXXXXXXX"])
def test_an_account_number_is_asked_for_whole(database, number):
    made = hubs.hub()
    with pytest.raises(accounts.ShortNumber):
        set_up(made, number=number)


@pytest.mark.parametrize("typed", ["a\0b", "a\u202eb", "\ud800"])
def test_a_name_that_cannot_be_kept_is_refused(database, typed):
    with pytest.raises(NotPossible):
        set_up(hubs.hub(), name=typed)


def test_a_forms_id_of_another_groups_account_is_refused(hub):
    other = hubs.hub("saturday-art")
    with pytest.raises(accounts.FormUsed):
        set_up(other, key=hub.account.id)


# --- the same payment by another way --------------------------------------------------------------


def test_a_payment_that_comes_in_another_format_is_held_and_not_counted_twice(hub):
    words = f"MS CANARY {reference(hub, 0)}"
    take_in(hub, ofx(move(4200, words)))
    taken = take_in(hub, csv(move(4200, f"FASTER PAYMENT {words}")), columns=COLUMNS)
    assert (taken.new, taken.matched, taken.alike) == (1, 0, 1)
    (held,) = waiting(hub)
    assert held.like_id == lines(hub)[0].id
    assert money_of(hub, 0) == 4200


def test_of_three_where_we_had_two_one_is_new(hub):
    ref = reference(hub, 0)
    take_in(hub, ofx(*[move(4200, ref) for _ in range(2)]))
    taken = take_in(hub, csv(*[move(4200, f"FP {ref}")] * 3), columns=COLUMNS)
    assert (taken.alike, taken.matched) == (2, 1)
    assert money_of(hub, 0) == 3 * 4200


def test_two_people_who_pay_the_same_on_one_day_are_not_held(hub):
    take_in(hub, ofx(move(4200, reference(hub, 0))))
    taken = take_in(hub, csv(move(4200, reference(hub, 1))), columns=COLUMNS)
    assert (taken.alike, taken.matched) == (0, 1)


def test_a_line_that_the_bank_numbered_afresh_is_held(hub):
    ref = reference(hub, 0)
    take_in(hub, ofx(move(4200, ref, ref="A1")))
    assert take_in(hub, ofx(move(4200, ref, ref="B7"))).alike == 1
    assert take_in(hub, ofx(move(4200, f"BY TRANSFER {ref}", ref="C3"))).alike == 1
    assert money_of(hub, 0) == 4200


def test_a_second_payment_beside_one_we_had_is_new(hub):
    ref = reference(hub, 0)
    first = move(4200, ref, ref="A1")
    take_in(hub, ofx(first))
    taken = take_in(hub, ofx(first, move(4200, ref, ref="A2")))
    assert (taken.alike, taken.matched) == (0, 1)
    assert money_of(hub, 0) == 8400


def test_a_held_line_is_left_out_or_has_its_place_as_the_treasurer_says(hub):
    ref = reference(hub, 0)
    take_in(hub, ofx(move(4200, ref)))
    take_in(hub, csv(*[move(4200, f"FP {ref}")]), columns=COLUMNS)
    (held,) = waiting(hub)
    leave_out(hub, held)
    assert waiting(hub) == []
    with pytest.raises(finding.LineDone):
        match(hub, held, f"source:{source(hub, 0).id}")
    put_back(hub, held)
    match(hub, held, f"source:{source(hub, 0).id}")
    assert money_of(hub, 0) == in_book(hub) == 8400
    with pytest.raises(matching.NotLeftOut):
        put_back(hub, held)


def test_a_line_that_is_here_once_cannot_be_left_out(hub):
    """Nobody can make a payment out of the account disappear."""
    take_in(hub, ofx(move(-5000, "CASH"), closing=0))
    with pytest.raises(matching.NotTwice):
        leave_out(hub, waiting(hub)[0])


def test_a_line_left_out_is_not_what_another_may_be_again(hub):
    take_in(hub, ofx(move(100, "A")))
    take_in(hub, csv(move(100, "B")), columns=COLUMNS)
    leave_out(hub, waiting(hub)[1])
    assert take_in(hub, csv(move(100, "C")), columns=COLUMNS).alike == 1
    assert waiting(hub)[1].like_id == waiting(hub)[0].id


# --- whatever comes in whatever order -------------------------------------------------------------

PAYMENTS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(1, 3), st.sampled_from(["", "TOM", "INTEREST"])),
    min_size=1,
    max_size=12,
)


@settings(max_examples=20, deadline=None)
@given(PAYMENTS, st.data())
def test_files_cut_anyhow_give_each_payment_once(made_hub, payments, data):
    hub, copy = made_hub
    url = copy()
    db.connect(url)
    moves = sorted(
        (
            move(amount * 100, words or reference(hub, amount), on=DAY - timedelta(days=6 - day))
            for day, amount, words in payments
        ),
        key=lambda one: one.on,
    )
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(moves) - 1))
        end = data.draw(st.integers(start + 1, len(moves)))
        take_in(hub, ofx(*moves[start:end], closing=0))
    take_in(hub, ofx(*moves))
    assert sum(line.amount for line in lines(hub)) == sum(one.amount for one in moves)
    matched = sum(line.amount for line in lines(hub) if line.entry_seq is not None)
    assert in_book(hub) == matched
    forget(url)


LONG = "STANDING ORDER FROM THE DIRECT PAYMENTS TEAM OF A COUNCIL WITH A VERY LONG NAME " * 3


def test_a_reference_at_the_end_of_a_long_text_still_finds_its_owner(hub):
    words = LONG + f"INVOICE OLC-2026-101 REF {reference(hub, 0)}"
    assert take_in(hub, ofx(move(4200, words))).matched == 1
    (line,) = lines(hub)
    assert len(line.words) <= 200
    assert line.words.startswith("STANDING ORDER FROM")
    assert "OLC-2026-101" in line.words


@given(st.text(max_size=600))
def test_words_that_are_kept_are_short(words):
    kept = imports.shortened(words)
    assert len(kept) <= 200
    assert kept == words or len(words) > 200


def test_what_the_bank_has_not_booked_is_counted_and_said(hub):
    said = Statement("12344471", "GBP", (Line(DAY, 4200, "ONE"),), 0, 4200, DAY)
    coming = writers.entry(Line(DAY, 9900, "TWO"), "GBP", status="PDNG")
    both = writers.stmt(said).replace("</Stmt>", f"{coming}</Stmt>")
    taken = take_in(hub, writers.camt(both).encode())
    assert (taken.new, taken.left_out) == (1, 1)
    assert files(hub)[0].left_out == 1


def test_a_file_of_which_nothing_is_booked_says_so(hub):
    said = Statement("12344471", "GBP", (), 0, 0, DAY)
    coming = writers.entry(Line(DAY, 9900, "TWO"), "GBP", status="PDNG")
    only = writers.stmt(said).replace("</Stmt>", f"{coming}</Stmt>")
    with pytest.raises(imports.NoneBooked):
        take_in(hub, writers.camt(only).encode())
