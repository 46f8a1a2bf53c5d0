"""Which column is which: chosen once, remembered, and asked again when the bank's files changed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from bank_making import (
    COLUMNS,
    DAY,
    bank,
    bring_in,
    csv,
    entries,
    files,
    hubs,
    in_book,
    lines,
    move,
    reference,
    take_upload,
)
from sqlmodel import select

import db
from members import access
from payments import layouts, queries
from payments.imports import Asked
from payments.models import BankAccount, BankUpload
from payments.statements import refusals


def uploads():
    with db.reading() as session:
        return list(session.exec(select(BankUpload)))


def remembered(hub):
    with db.reading() as session:
        return layouts.of_account(session.get_one(BankAccount, hub.account.id))


def chosen(hub, body=None, columns=COLUMNS):
    """The first table came in and its columns were chosen."""
    asked = bring_in(hub, body or csv(move(100, "FIRST", on=DAY - timedelta(days=9))))
    return take_upload(hub, asked.upload_id, columns)


def test_the_first_table_waits_until_its_columns_are_chosen(hub):
    asked = bring_in(hub, csv(move(4200, reference(hub, 0))))
    assert asked.why is None
    assert lines(hub) == []
    taken = take_upload(hub, asked.upload_id)
    assert (taken.new, taken.matched) == (1, 1)
    assert in_book(hub) == 4200
    assert uploads() == []


def test_the_next_table_comes_in_at_once(hub):
    chosen(hub)
    assert bring_in(hub, csv(move(200, "SECOND"))).new == 1


def test_pressed_twice_it_comes_in_once(hub):
    asked = bring_in(hub, csv(move(100)))
    assert take_upload(hub, asked.upload_id) == take_upload(hub, asked.upload_id)
    assert len(lines(hub)) == 1


def test_the_same_form_asked_twice_keeps_the_file_once(hub):
    key = db.new_id()
    assert bring_in(hub, csv(move(100)), key=key) == bring_in(hub, csv(move(100)), key=key)
    assert len(uploads()) == 1


def test_a_table_whose_headings_changed_is_asked_about_again_in_plain_words(hub):
    chosen(hub)
    body = csv(move(4200)).replace(b"Date,Description,Amount", b"Date,Description,Balance")
    asked = bring_in(hub, body)
    assert asked.why == (
        "The columns of this file have other names than before. Choose them again."
    )
    assert len(lines(hub)) == 1


def test_columns_that_changed_places_are_never_read_as_before(hub):
    chosen(hub)
    body = b"Date,Amount,Description\n10/12/2026,42.00,12\n"
    assert isinstance(bring_in(hub, body), Asked)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("12/31/2026,X,1.00", "That does not go with how dates were said to be written."),
        ("10/12/2026,X,forty", "where an amount should be"),
        ("10/12/2026,X,1.234", "not in whole pennies"),
        ("10/12/2026,X,", "has a date but no amount"),
        ("total,X,1.00", "where the date should be"),
    ],
)
def test_a_table_that_the_columns_do_not_fit_is_no_dead_end(hub, row, said):
    chosen(hub)
    asked = bring_in(hub, csv(move(100)) + row.encode() + b"\n")
    assert isinstance(asked, Asked)
    assert said in asked.why
    assert len(lines(hub)) == 1


def test_a_broken_table_is_refused_and_not_asked_about(hub):
    chosen(hub)
    with pytest.raises(refusals.QuoteOpen):
        bring_in(hub, csv(move(100)) + b'10/12/2026,"X,1.00\n')
    assert uploads() == []


def test_how_many_lines_stand_above_is_taken_from_each_file(hub):
    chosen(hub)
    above = b"Account name,Club account\nFrom,1 December,\n\n"
    assert bring_in(hub, above + csv(move(200, "SECOND"))).new == 1


def test_a_column_more_at_the_end_does_not_matter(hub):
    chosen(hub)
    body = b"Date,Description,Amount,Category\n10/12/2026,SECOND,2.00,Care\n"
    assert bring_in(hub, body).new == 1


def test_a_table_without_headings_is_remembered_too(hub):
    columns = replace(COLUMNS, skip=0)
    chosen(hub, b"01/12/2026,FIRST,1.00\n", columns)
    assert bring_in(hub, b"02/12/2026,SECOND,2.00\n03/12/2026,THIRD,3.00\n").new == 2


def test_a_refused_choice_remembers_nothing_and_can_be_made_again(hub):
    asked = bring_in(hub, csv(move(4200)))
    wrong = replace(COLUMNS, amount=1, words=(2,))
    with pytest.raises(refusals.NotMoney):
        take_upload(hub, asked.upload_id, wrong)
    assert remembered(hub) is None
    assert files(hub) == []
    assert entries(hub) == 0
    assert take_upload(hub, asked.upload_id).new == 1


def test_the_columns_can_be_forgotten(hub):
    chosen(hub)
    with db.transaction() as session:
        layouts.forget(session, hub.pool.id, hub.treasurer)
    assert isinstance(bring_in(hub, csv(move(200))), Asked)


def test_only_a_treasurer_or_organiser_forgets_the_columns(hub):
    chosen(hub)
    with db.transaction() as session, pytest.raises(access.NotYourJob):
        layouts.forget(session, hub.pool.id, hub.hub.checker)


def test_chosen_anew_the_lines_we_had_are_held_not_doubled(hub):
    """Other columns give a line other words, so that it looks new."""
    body = b"Date,Who,Description,Amount\n10/12/2026,MS CANARY,%s,42.00\n"
    body %= reference(hub, 0).encode()
    chosen(hub, body, replace(COLUMNS, words=(1, 2), amount=3))
    with db.transaction() as session:
        layouts.forget(session, hub.pool.id, hub.treasurer)
    taken = chosen(hub, body, replace(COLUMNS, words=(2,), amount=3))
    assert (taken.new, taken.alike) == (1, 1)
    assert in_book(hub) == 4200


def test_a_file_that_nobody_came_back_for_goes(hub):
    bring_in(hub, csv(move(100)))
    bring_in(hub, csv(move(200)), now=hubs.later(days=2))
    assert len(uploads()) == 1


def test_what_a_file_that_waits_is_called_can_hurt_nothing(hub):
    bring_in(hub, csv(move(100)), name="a\0\x1f\ud800" + "b" * 500)
    assert [one.name for one in uploads()] == [("a" + "b" * 500)[:120]]


def test_a_file_that_waits_belongs_to_its_group(hub):
    other = bank("saturday-art")
    asked = bring_in(hub, csv(move(100)))
    with pytest.raises(layouts.NoUpload):
        take_upload(other, asked.upload_id)
    with db.reading() as session, pytest.raises(layouts.NoUpload):
        queries.choosing(session, other.pool, asked.upload_id)


def test_what_is_read_is_shown_before_it_comes_in(hub):
    asked = bring_in(hub, csv(move(4200, "A"), move(-150, "B"), *[move(1)] * 9))
    with db.reading() as session:
        shown = queries.choosing(session, hub.pool, asked.upload_id)
        read = queries.read_as(session, hub.pool, asked.upload_id, COLUMNS)
    assert shown.headings[0] == ("Date", "10/12/2026")
    assert (read.count, read.came_in, read.went_out, len(read.lines)) == (11, 4209, -150, 8)
    assert lines(hub) == []
