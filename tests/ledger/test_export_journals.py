"""Others read our books: Beancount and hledger find them right, and reckon the same balances."""

import csv
import io
import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal

import any_book
import pytest
from beancount import loader
from beancount.core import data
from books import Shelf
from hypothesis import given, settings

import db
from ledger import audit, queries
from ledger.export import beancount, hledger, reading
from ledger.export.names import Accounts
from ledger.sheets import one_line


def journal(book, form, people=None) -> str:
    with db.reading() as session:
        return "".join(form.journal(session, reading.whole(session, book.id), people))


def our_balances(book, form) -> dict[tuple[str, str], Decimal]:
    """What the book keeps, by the names that the journal has for accounts; nothing of zeros."""
    with db.reading() as session:
        whole = reading.whole(session, book.id)
    accounts = Accounts(whole.funds)
    return {
        (accounts[code, whole.accounts[code], fund], form.unit_name(unit)): Decimal(amount)
        / (1 if unit == "minutes" else 100)
        for fund, code, unit, amount in whole.balances
        if amount
    }


def read_by_beancount(text: str) -> tuple[list, Counter]:
    """Its entries, and what it reckons of each account and unit. It must find nothing wrong."""
    entries, errors, _ = loader.load_string(text)
    assert errors == []
    sums: Counter = Counter()
    for entry in entries:
        for posting in entry.postings if isinstance(entry, data.Transaction) else ():
            sums[posting.account, posting.units.currency] += posting.units.number
    return entries, sums


def run_hledger(text: str, *arguments: str) -> str:
    command = ["hledger", *arguments, "-f", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def read_by_hledger(text: str) -> dict[tuple[str, str], Decimal]:
    run_hledger(text, "check", "--strict")
    rows = csv.reader(io.StringIO(run_hledger(text, "balance", "--flat", "-N", "-O", "csv")))
    sums = {}
    for account, held in list(rows)[1:]:
        for amount in held.split(", "):
            number, _, unit = amount.partition(" ")
            sums[account, unit] = Decimal(number)
    return {place: amount for place, amount in sums.items() if amount}


@settings(max_examples=25)
@given(happened=any_book.happenings())
def test_beancount_finds_any_book_right_and_reckons_our_balances(database, happened):
    book = Shelf().new_book()
    any_book.write(book, happened)
    entries, sums = read_by_beancount(journal(book, beancount, {}))
    reckoned = {place: amount for place, amount in sums.items() if amount}
    assert reckoned == our_balances(book, beancount)
    told = [
        (entry.meta["seq"], entry.narration)
        for entry in entries
        if isinstance(entry, data.Transaction)
    ]
    with db.reading() as session:
        lines = queries.book_page(session, book.id, size=100).lines
        assert audit.findings(session, book.id) == []
    assert sorted(told) == sorted((ln.seq, one_line(ln.words or "") or ln.kind) for ln in lines)


@pytest.mark.hledger
@settings(max_examples=25)
@given(happened=any_book.happenings())
def test_hledger_finds_any_book_right_and_reckons_our_balances(database, happened):
    book = Shelf().new_book()
    any_book.write(book, happened)
    assert read_by_hledger(journal(book, hledger, {})) == our_balances(book, hledger)


@pytest.fixture
def short(book):
    book.paid_in("anna", 40, "bank:1")
    book.paid_in("ben", 50, "bank:2")
    book.spent({"anna": 10, "ben": 10}, "bill:1")
    book.undone(1, "undo:1")
    return book


def test_bean_check_is_silent(short, tmp_path):
    path = tmp_path / "book.beancount"
    path.write_text(journal(short, beancount))
    command = [sys.executable, "-m", "beancount.scripts.check", "--no-cache", path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def with_a_penny_more(text: str) -> str:
    text = text.replace("  40.00 GBP", "  40.01 GBP", 1)
    return text.replace("  -40.00 GBP", "  -40.01 GBP", 1)


def test_a_penny_that_is_changed_is_found_by_beancount(short):
    _, errors, _ = loader.load_string(with_a_penny_more(journal(short, beancount)))
    assert len(errors) == 2


@pytest.mark.hledger
def test_a_penny_that_is_changed_is_found_by_hledger(short):
    text = with_a_penny_more(journal(short, hledger))
    check = ["hledger", "check", "-f", "-"]
    done = subprocess.run(check, input=text, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "assert" in done.stderr


def test_what_each_fund_has_can_be_asked_of_beancount(short):
    """By the fund's id, which the journal keeps beside each account."""
    entries, sums = read_by_beancount(journal(short, beancount))
    funds = {one.account: one.meta["fund"] for one in entries if isinstance(one, data.Open)}
    money: Counter = Counter()
    for (account, _), amount in sums.items():
        if account.startswith("Assets:"):
            money[funds[account]] += amount
    anna, ben = (str(short.fund(name)) for name in ("anna", "ben"))
    assert (money[anna], money[ben]) == (Decimal(-10), Decimal(40))


def test_nobody_is_named_without_leave_and_their_words_stay_at_home(short):
    for form in (beancount, hledger):
        text = journal(short, form)
        assert "anna" not in text.lower()
        assert "A slip" not in text
        assert "A bill" in text


def test_names_stand_beside_the_accounts_for_whoever_may_see_them(short):
    with db.reading() as session:
        funds = reading.whole(session, short.id).funds
    people = {funds[str(short.fund("anna"))].owner: 'Anna "Ace"; Lee, [2026-01-01]\n'}
    entries, _ = read_by_beancount(journal(short, beancount, people))
    named = {one.meta.get("name") for one in entries if isinstance(one, data.Open)}
    assert named == {None, 'Anna "Ace"; Lee, [2026-01-01]'}


@pytest.mark.hledger
def test_hledger_reads_names_of_any_letters(short):
    with db.reading() as session:
        funds = reading.whole(session, short.id).funds
    people = {funds[str(short.fund("anna"))].owner: 'Anna "Ace"; Lee, [2026-01-01]\n'}
    text = journal(short, hledger, people)
    assert 'name:Anna "Ace"  Lee  [2026-01-01]' in text
    read_by_hledger(text)


def test_an_empty_book_is_right_for_beancount(book):
    read_by_beancount(journal(book, beancount))


@pytest.mark.hledger
def test_an_empty_book_is_right_for_hledger(book):
    assert read_by_hledger(journal(book, hledger)) == {}


def test_beancount_refuses_years_that_it_can_not_read_before_a_line_is_written(book):
    book.paid_in("anna", 40, "bank:1", date(2101, 1, 1))
    with pytest.raises(beancount.NotInBeancount):
        journal(book, beancount)
