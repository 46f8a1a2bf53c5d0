"""A book in a spreadsheet: nothing in it can act, its money is plain, and it adds up."""

import csv
import io
import re
import unicodedata
from collections import Counter
from decimal import Decimal

import any_book
from books import NOW, Shelf
from hypothesis import given, settings

import db
from ledger import accounting, audit, journal
from ledger.accounting import Facts
from ledger.export import csv_book, reading
from ledger.sheets import BEGINS

MONEY = ("Amount", "We have")


def rows(book, people=None) -> list[dict[str, str]]:
    with db.reading() as session:
        whole = reading.whole(session, book.id)
        text = "".join(csv_book.table(session, whole, people))
    assert text.startswith(BEGINS)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BEGINS), newline=""), strict=True))


@settings(max_examples=40)
@given(happened=any_book.happenings())
def test_no_cell_of_words_starts_a_formula_and_columns_of_money_are_plain(database, happened):
    book = Shelf().new_book()
    any_book.write(book, happened)
    for row in rows(book, {}):
        for name, cell in row.items():
            if name in MONEY:
                assert re.fullmatch(r"(-?\d+\.\d\d)?", cell), (name, cell)
            elif name == "Minutes":
                assert re.fullmatch(r"(-?\d+)?", cell)
            else:
                plain = unicodedata.normalize("NFKC", cell[:1])
                assert plain not in {*"=+-@|%\t\r\n\0"} or cell == "", (name, cell)


@settings(max_examples=25)
@given(happened=any_book.happenings())
def test_the_rows_add_up_to_what_the_book_keeps(database, happened):
    book = Shelf().new_book()
    any_book.write(book, happened)
    sums: Counter = Counter()
    for row in rows(book, {}):
        key = row["Fund"], row["Account"], row["Unit"]
        sums[key] += int(Decimal(row["Amount"] or 0) * 100) + int(row["Minutes"] or 0)
    with db.reading() as session:
        whole = reading.whole(session, book.id)
    kept = {(whole.funds[f].code, a, unit): n for f, a, unit, n in whole.balances if n}
    assert {key: amount for key, amount in sums.items() if amount} == kept
    with db.reading() as session:
        assert audit.findings(session, book.id) == []


def test_each_part_of_a_line_is_a_row_with_its_hash(book):
    book.paid_in("anna", 40, "bank:1")
    book.spent({"anna": 10}, "bill:1")
    first, _, third, _ = rows(book, {})
    assert (first["Line"], first["Part"], first["Account"], first["Amount"]) == (
        *("1", "1", "bank", "40.00"),
    )
    assert (third["Kind"], third["What for"], third["Agreed by"]) == (
        *("spending", "A bill", "vote:1"),
    )
    assert third["Hash"] == book.head().hash.hex()
    assert third["We have"] == "30.00"


def test_people_are_codes_unless_the_reader_may_see_names(book):
    book.paid_in("anna", 40, "bank:1")
    (row, _) = rows(book)
    assert re.fullmatch(r"[0-9a-f-]{36}", row["Whose"])
    assert row["What for"] == ""
    (row, _) = rows(book, {row["Whose"]: "=Anna"})
    assert (row["Whose"], row["What for"]) == ("'=Anna", "anna paid in")


def test_a_currency_without_pennies_has_none(database):
    with db.transaction() as session:
        book_id = journal.open_book(session, "JPY", now=NOW).book_id
        fund = journal.open_fund(session, book_id, "reserve")
        facts = Facts(on=NOW.date(), key="bank:1")
        draft = accounting.contribution(fund, 4000, facts, unit="JPY")
        journal.post(session, book_id, draft, now=NOW)
    book = Shelf()
    book.id = book_id
    assert [row["Amount"] for row in rows(book)] == ["4000", "-4000"]
