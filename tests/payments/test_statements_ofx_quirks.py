"""OFX as it comes from banks that did not read its description: several sections, cards, zones."""

from datetime import date

import pytest

from payments.statements import refusals
from payments.statements.read import Line, fingerprints, read
from tests.payments.test_statements_ofx import (
    BALANCE,
    FIRST,
    HEADER,
    SECOND,
    amounts,
    ofx,
    one,
    payment,
    section,
)

BARE = "<TRNAMT>1.00<FITID>A9<NAME>X"


def test_a_payment_in_two_sections_of_one_account_is_one():
    """Banks that send a month at a time let the times overlap."""
    body = ofx(section(FIRST, SECOND), section(SECOND, payment(f"<DTPOSTED>20260114{BARE}")))
    assert amounts(body) == [4200, -7250, 100]


def test_twins_within_a_section_stay_two():
    assert amounts(ofx(section(FIRST, FIRST))) == [4200, 4200]
    assert amounts(ofx(section(FIRST, FIRST), section(FIRST))) == [4200, 4200]
    statement = read(ofx(section(FIRST, FIRST, payment(f"<DTPOSTED>20260106{BARE}"))))
    assert len(set(fingerprints(statement))) == 3


def test_one_id_for_different_payments_loses_none():
    other = SECOND.replace("A2", "A1")
    statement = read(ofx(section(FIRST, other)))
    assert [line.bank_id for line in statement.lines] == ["A1", "A1"]
    assert len(set(fingerprints(statement))) == 2


@pytest.mark.parametrize("fitid", ["<FITID>", "<FITID></FITID>", "<FITID> ", ""])
def test_an_id_that_is_empty_is_none(fitid):
    assert one(payment(f"<DTPOSTED>20260105<TRNAMT>1.00{fitid}<NAME>X")).bank_id is None


def test_the_latest_balance_of_several_is_the_closing_one():
    late, early = BALANCE, BALANCE.replace("969.50", "1042.00").replace("0114", "0105")
    for body in (
        ofx(section(FIRST, after=early), section(SECOND, after=late)),
        ofx(section(SECOND, after=late), section(FIRST, after=early)),
    ):
        statement = read(body)
        assert (statement.closing, statement.closing_on) == (96950, date(2026, 1, 14))
        assert [line.amount for line in statement.lines] == [4200, -7250]
    assert read(ofx(section(FIRST, after=""), section(SECOND))).closing == 96950


def test_an_account_is_chosen_by_the_whole_number_before_its_ending():
    body = ofx(section(FIRST, number="12345678"), section(SECOND, number="9912345678"))
    assert [line.amount for line in read(body, account="12345678").lines] == [4200]
    assert [line.amount for line in read(body, account="99-12345678").lines] == [-7250]
    with pytest.raises(refusals.SeveralAccounts):
        read(body, account="20-00-00 12345678")
    hidden = ofx(section(FIRST, number="xxxx5678"), section(SECOND, number="xxxx4321"))
    assert [line.amount for line in read(hidden, account="12345678").lines] == [4200]


def test_a_card_statement_is_read():
    body = ofx(section(FIRST, SECOND)).replace(b"STMTRS", b"CCSTMTRS")
    body = body.replace(b"BANKACCTFROM", b"CCACCTFROM").replace(b"<BANKID>200000", b"")
    statement = read(body)
    assert [line.amount for line in statement.lines] == [4200, -7250]
    assert statement.account == "12345678"


@pytest.mark.parametrize(
    "written",
    [
        "20260105230000[-8:PST]", "20260105230000.000[-8.5:XX]", "20260105000000[+9:JST]",
        "20260105100000+0100", "2026-01-05T10:00:00+01:00", "20260105100000-08", "20260105Z",
        "20260105120000[0:GMT", "20260105 120000", "20260105120000.000[0]",
    ],
)  # fmt: skip
def test_a_zone_does_not_move_the_day_that_the_bank_wrote(written):
    assert one(payment(f"<DTPOSTED>{written}{BARE}")).happened_on == date(2026, 1, 5)


@pytest.mark.parametrize("written", ["2026010", "20261305", "20260105junk", "²0260105"])
def test_a_day_that_is_none_is_refused(written):
    with pytest.raises(refusals.NoSuchDay):
        one(payment(f"<DTPOSTED>{written}x{BARE}"))


def test_a_minus_before_nothing_says_nothing_of_the_others():
    """Only a real minus shows that this bank writes them."""
    nothing = payment("<TRNTYPE>FEE<DTPOSTED>20260105<TRNAMT>-0.00")
    assert amounts(ofx(section(nothing, FIRST))) == [4200]
    with pytest.raises(refusals.SignsUnclear):
        read(ofx(section(nothing, SECOND.replace("-", ""))))
    assert amounts(ofx(section(payment("<TRNTYPE>FEE<DTPOSTED>20260105<TRNAMT>0"), FIRST))) == [
        4200
    ]


def test_a_balance_that_is_none_or_missing_is_not_known():
    for after in ("", "<LEDGERBAL><BALAMT>None<DTASOF>20260105</LEDGERBAL>"):
        statement = read(ofx(section(FIRST, after=after)))
        assert (statement.closing, statement.closing_on) == (None, None)


@pytest.mark.parametrize(
    "words", ["Saldo Anterior", "S A L D O", "BALANCE BROUGHT FORWARD", "Closing balance."]
)
def test_a_balance_among_the_payments_is_refused_with_its_line(words):
    with pytest.raises(refusals.BalanceAmongPayments, match="line 13"):
        read(ofx(section(FIRST, payment(f"<DTPOSTED>20260105<TRNAMT>9.00<MEMO>{words}"))))


def test_money_in_another_currency_is_refused_unless_the_bank_changed_it():
    ours = "<CURRENCY><CURRATE>1.0<CURSYM>GBP</CURRENCY>"
    assert one(payment(f"<DTPOSTED>20260105{BARE}{ours}")).amount == 100
    theirs = "<ORIGCURRENCY><CURRATE>0.85<CURSYM>EUR</ORIGCURRENCY>"
    assert one(payment(f"<DTPOSTED>20260105{BARE}{theirs}")).amount == 100
    with pytest.raises(refusals.SeveralCurrencies, match=r"line|Line"):
        one(payment(f"<DTPOSTED>20260105{BARE}{ours.replace('GBP', 'USD')}"))


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        HEADER.replace("USASCII", "UTF-8").replace("1252", "NONE"),
        HEADER.replace("USASCII", "UNICODE"),
        HEADER.replace("\n", "\r\n"),
        HEADER.replace("\n", " "),
        "",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_letters_are_read_whatever_the_header_says_of_them(header, encoding):
    body = ofx(section(FIRST.replace("ANN", "ZOË")), header=header).decode().encode(encoding)
    assert read(body).lines == (Line(date(2026, 1, 5), 4200, "ZOË SMITH T4K2P", "A1"),)


def test_ends_left_off_everywhere_in_one_line():
    body = ofx(section(FIRST, SECOND), header="").replace(b"\n", b"")
    for end in (b"</STMTTRN>", b"</BANKACCTFROM>", b"</LEDGERBAL>", b"</STMTTRNRS>"):
        body = body.replace(end, b"")
    assert amounts(body) == [4200, -7250]
