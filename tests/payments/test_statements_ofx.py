"""OFX and QFX as banks really write them, and what is refused for which reason."""

from datetime import date

import pytest

from payments.statements import refusals
from payments.statements.read import Line, read

HEADER = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

"""
FIRST = (
    "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260105120000[0:GMT]<TRNAMT>42.00"
    "<FITID>A1<NAME>ANN SMITH<MEMO>T4K2P</STMTTRN>"
)
SECOND = "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260113<TRNAMT>-72.50<FITID>A2<NAME>HALL HIRE</STMTTRN>"
BALANCE = "<LEDGERBAL><BALAMT>969.50<DTASOF>20260114</LEDGERBAL>"


def section(*payments: str, number: str = "12345678", after: str = BALANCE) -> str:
    return (
        "<STMTTRNRS><STMTRS><CURDEF>GBP"
        f"<BANKACCTFROM><BANKID>200000<ACCTID>{number}<ACCTTYPE>CHECKING</BANKACCTFROM>"
        f"<BANKTRANLIST><DTSTART>20260101<DTEND>20260131\n{chr(10).join(payments)}\n</BANKTRANLIST>"
        f"{after}</STMTRS></STMTTRNRS>"
    )


def ofx(*sections: str, header: str = HEADER) -> bytes:
    signon = "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS></SONRS>"
    body = f"{signon}</SIGNONMSGSRSV1><BANKMSGSRSV1>{''.join(sections)}</BANKMSGSRSV1></OFX>"
    return (header + body).encode()


def amounts(body: bytes) -> list[int]:
    return [line.amount for line in read(body).lines]


def one(payment: str) -> Line:
    return read(ofx(section(payment))).lines[0]


def payment(said: str) -> str:
    return f"<STMTTRN>{said}</STMTTRN>"


def test_an_ofx_file_is_read_whole():
    statement = read(ofx(section(FIRST, SECOND)))
    assert (statement.account, statement.currency) == ("12345678", "GBP")
    assert statement.lines == (
        Line(date(2026, 1, 5), 4200, "ANN SMITH T4K2P", "A1"),
        Line(date(2026, 1, 13), -7250, "HALL HIRE", "A2"),
    )
    assert (statement.opening, statement.closing) == (None, 96950)
    assert statement.closing_on == date(2026, 1, 14)


XML = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>1</TRNUID><STMTRS>
  <CURDEF>GBP</CURDEF>
  <BANKACCTFROM><BANKID>200000</BANKID><ACCTID>12345678</ACCTID></BANKACCTFROM>
  <BANKTRANLIST>
    <STMTTRN>
      <TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20260105</DTPOSTED><TRNAMT>+42.00</TRNAMT>
      <FITID>A1</FITID><NAME>Ann &amp; Zo&#233; &lt;3</NAME><MEMO><![CDATA[T<4]]></MEMO>
    </STMTTRN><!-- <STMTTRN> -->
  </BANKTRANLIST>
  <LEDGERBAL><BALAMT>42.00</BALAMT><DTASOF>20260105</DTASOF></LEDGERBAL>
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"""


def test_the_xml_kind_is_read_alike():
    statement = read(XML.encode())
    assert statement.lines == (Line(date(2026, 1, 5), 4200, "Ann & Zoé <3 T<4", "A1"),)
    assert statement.closing == 4200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (XML.replace("UTF-8", "ISO-8859-1").encode("latin-1"), "Ann & Zoé <3 T<4"),
        (XML.replace("Ann", "Añn").encode("utf-16"), "Añn & Zoé <3 T<4"),
        (b"\xef\xbb\xbf" + XML.replace("Ann", "Añn").encode(), "Añn & Zoé <3 T<4"),
        (ofx(section(FIRST.replace("ANN", "JOSÉ"))), "JOSÉ SMITH T4K2P"),
        (ofx(section(FIRST.replace("ANN", "JOSÉ"))).decode().encode("cp1252"), "JOSÉ SMITH T4K2P"),
        (
            ofx(section(FIRST), header=HEADER.replace("1252", "ISO-8859-15"))
            .replace(b"ANN", b"\xa4\xbd")
            .replace(b"SMITH", b"\xe9"),
            "€œ é T4K2P",
        ),
    ],
)
def test_what_the_header_says_of_letters_is_followed(body, words):
    assert read(body).lines[0].words == words


def test_a_file_without_line_breaks_or_header_is_read():
    bare = ofx(section(FIRST, SECOND), header="").replace(b"\n", b"")
    assert amounts(bare) == [4200, -7250]
    assert amounts(ofx(section(FIRST)).replace(b"\n", b"\r")) == [4200]
    assert amounts(ofx(section(FIRST), header=HEADER.replace("\n", ""))) == [4200]


def test_a_header_in_a_comment_and_odd_spaces_do_no_harm():
    body = ofx(section(FIRST), header=f"<!--\n{HEADER}-->\n").replace(b"<OFX>", b"<OFX >")
    assert amounts(body) == [4200]


def test_ends_left_off_are_made_good():
    """No end of the payments, nor of the sections above; a wrong end of the section of the card."""
    body = ofx(section(FIRST, SECOND)).replace(b"</STMTTRN>", b"")
    assert amounts(body) == [4200, -7250]
    assert amounts(body.replace(b"</BANKMSGSRSV1></OFX>", b"")) == [4200, -7250]
    card = ofx(section(FIRST)).replace(b"<STMTRS>", b"<CCSTMTRS>")
    assert amounts(card) == [4200]


def test_tags_that_may_be_missing_may_be_missing():
    bare = payment("<DTPOSTED>20260105<TRNAMT>1.00")
    statement = read(ofx(section(bare, after="").replace("<CURDEF>GBP", "")))
    assert statement.lines == (Line(date(2026, 1, 5), 100, "", None),)
    assert (statement.currency, statement.closing, statement.closing_on) == (None, None, None)
    body = b"<OFX><BANKTRANLIST>" + bare.encode() + b"</BANKTRANLIST></OFX>"
    assert read(body).account is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("20260105", date(2026, 1, 5)),
        ("202601051200", date(2026, 1, 5)),
        ("20260105235959.999", date(2026, 1, 5)),
        ("20260105000000[-5:EST]", date(2026, 1, 5)),
        ("20260105000000.000[+1:BST]", date(2026, 1, 5)),
        ("20260105000000[-03:EST]", date(2026, 1, 5)),
        ("2026-01-05T10:00:00Z", date(2026, 1, 5)),
    ],
)
def test_a_day_is_the_day_the_bank_wrote(written, day):
    assert one(payment(f"<DTPOSTED>{written}<TRNAMT>1.00")).happened_on == day


@pytest.mark.parametrize(
    ("written", "pence"),
    [
        ("42", 4200),
        ("+42.5", 4250),
        ("-1234.56", -123456),
        ("-1,234.56", -123456),
        ("-1234,56", -123456),
        ("1.234,56", 123456),
        ("0.10", 10),
        ("-.10", -10),
        ("42.0000", 4200),
    ],
)
def test_an_amount_may_have_comma_or_dot(written, pence):
    assert one(payment(f"<DTPOSTED>20260105<TRNAMT>{written}")).amount == pence


def test_a_payment_of_nothing_is_left_out():
    nothing = payment("<DTPOSTED>20260105<TRNAMT>0.00<FITID>A0")
    assert amounts(ofx(section(nothing, FIRST))) == [4200]


def test_the_newest_first_is_turned_round():
    assert amounts(ofx(section(SECOND, FIRST))) == [4200, -7250]


def test_words_are_name_and_memo_and_nothing_twice():
    said = "<DTPOSTED>20260105<TRNAMT>1.00<PAYEE><NAME>Ann<ADDR1>Road</PAYEE><MEMO>Ann  \n T4"
    assert one(payment(said)).words == "Ann T4"
    said = "<DTPOSTED>20260105<TRNAMT>1.00<NAME>ANN SMITH<MEMO>ann smith"
    assert one(payment(said)).words == "ANN SMITH"
    said = "<TRNTYPE>CHECK<DTPOSTED>20260105<TRNAMT>1.00<CHECKNUM>101"
    assert one(payment(said)).words == "CHECK 101"


def test_one_account_of_several_can_be_asked_for():
    body = ofx(section(FIRST), section(SECOND, number="87654321"))
    with pytest.raises(refusals.SeveralAccounts, match="has 2 accounts"):
        read(body)
    asked = read(body, account="20-00-00 8765 4321")
    assert [line.amount for line in asked.lines] == [-7250]
    with pytest.raises(refusals.SeveralAccounts):
        read(body, account="11112222")


def test_one_account_in_two_sections_is_one():
    assert amounts(ofx(section(FIRST), section(SECOND))) == [4200, -7250]


def test_payments_still_to_come_are_left_out():
    coming = "<BANKTRANLISTP><STMTTRNP><TRNAMT>9.00</STMTTRNP></BANKTRANLISTP>"
    assert amounts(ofx(section(FIRST, after=coming + BALANCE))) == [4200]


@pytest.mark.parametrize(
    ("refusal", "body"),
    [
        (refusals.CutShort, ofx(section(FIRST, SECOND))[:-200]),
        (refusals.CutShort, ofx(section(FIRST)).partition(b"</STMTTRN>")[0]),
        (refusals.NotSaid, ofx(section(payment("<TRNAMT>1.00")))),
        (refusals.NotSaid, ofx(section(payment("<DTPOSTED>20260105")))),
        (refusals.NoSuchDay, ofx(section(payment("<DTPOSTED>20260230<TRNAMT>1.00")))),
        (refusals.NoSuchDay, ofx(section(payment("<DTPOSTED>00000000<TRNAMT>1.00")))),
        (refusals.NoSuchDay, ofx(section(payment("<DTPOSTED>5 January<TRNAMT>1.00")))),
        (refusals.NotMoney, ofx(section(payment("<DTPOSTED>20260105<TRNAMT>1e9")))),
        (refusals.NotMoney, ofx(section(payment("<DTPOSTED>20260105<TRNAMT>NaN")))),
        (refusals.AmountUnclear, ofx(section(payment("<DTPOSTED>20260105<TRNAMT>1.005")))),
        (refusals.PartPenny, ofx(section(FIRST, payment("<DTPOSTED>20260105<TRNAMT>1.005")))),
        (refusals.AmountTooBig, ofx(section(payment("<DTPOSTED>20260105<TRNAMT>" + "9" * 13)))),
        (
            refusals.SaidTwice,
            ofx(section(payment("<DTPOSTED>20260105<TRNAMT>1.00<NAME>x<TRNAMT>9999.00"))),
        ),
        (
            refusals.SeveralCurrencies,
            ofx(section(payment("<DTPOSTED>20260105<TRNAMT>1<CURRENCY><CURSYM>EUR</CURRENCY>"))),
        ),
        (refusals.SignsUnclear, ofx(section(SECOND.replace("-", "")))),
        (refusals.Broken, ofx(section(FIRST, "</STMTRS>"))),
        (refusals.Broken, ofx(section(FIRST, "</PAYEE>"))),
        (refusals.NoStatement, b"<OFX><SIGNONMSGSRSV1></SIGNONMSGSRSV1></OFX>"),
        (refusals.OtherKind, b"<OFX><INVSTMTMSGSRSV1><INVSTMTRS></INVSTMTRS></OFX>"),
        (refusals.CellTooLong, ofx(section(FIRST.replace("ANN", "A" * 10_001)))),
        (refusals.TooManyLines, ofx(section(*[FIRST] * 5001))),
        (refusals.Broken, b"<OFX>" * 50),
        (refusals.Broken, b"<OFX><STMTTRN><STMTRS><PAYEE><NAME>x"),
        (refusals.Broken, ofx(section(FIRST + "<!--", SECOND, "-->"))),
        (refusals.Broken, ofx(section(FIRST.replace("ANN", "<![CDATA["), SECOND + "]]>"))),
    ],
)
def test_what_can_not_be_read_rightly_is_refused_with_its_reason(refusal, body):
    with pytest.raises(refusal) as refused:
        read(body)
    assert type(refused.value) is refusal
    assert "{" not in refused.value.sentence


def test_a_refusal_names_the_line():
    body = ofx(section(FIRST, payment("<DTPOSTED>20260230<TRNAMT>1.00")))
    with pytest.raises(refusals.NoSuchDay, match=r'^Line 13 says "20260230"'):
        read(body)


def test_an_amount_that_was_in_another_currency_and_changed_is_ours():
    changed = "<DTPOSTED>20260105<TRNAMT>1.00<ORIGCURRENCY><CURSYM>EUR</ORIGCURRENCY>"
    assert one(payment(changed)).amount == 100


def test_a_refund_that_the_bank_calls_debit_is_read_where_others_have_a_minus():
    refund = payment("<TRNTYPE>DEBIT<DTPOSTED>20260106<TRNAMT>5.00")
    assert amounts(ofx(section(FIRST, refund, SECOND))) == [4200, 500, -7250]
