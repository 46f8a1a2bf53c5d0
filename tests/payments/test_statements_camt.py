"""CAMT.053 as banks really write it: read with the sums that it states, or refused whole."""

from datetime import date

import pytest

from payments.statements import refusals
from payments.statements.read import Line, Statement, is_table, read
from tests.payments import bank_writers as write

ANN = Line(date(2026, 1, 5), 4200, "ANN SMITH T4K2P", "A1")
HALL = Line(date(2026, 1, 13), -7250, "HALL HIRE", "A2")
SAID = Statement("12345678", "GBP", (ANN, HALL), 100000, 96950, date(2026, 1, 31))


def camt(said: Statement = SAID, version: int = 2, more: str = "") -> str:
    return write.camt(write.stmt(said, version, more), version=version)


def with_entry(inside: str, pence: int = 4200) -> bytes:
    """A file of one entry, with this in it; its closing balance is its opening and the pence."""
    said = Statement("12345678", "GBP", (), 100000, 100000 + pence, date(2026, 1, 31))
    return write.camt(write.stmt(said).replace("</Stmt>", f"<Ntry>{inside}</Ntry></Stmt>")).encode()


BOOKED = '<Amt Ccy="GBP">42.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
DAY = "<BookgDt><Dt>2026-01-05</Dt></BookgDt>"


def words(details: str, pence: int = 4200) -> str:
    side = BOOKED if pence > 0 else BOOKED.replace("CRDT", "DBIT")
    return read(with_entry(side + DAY + details, pence)).lines[0].words


def one(details: str) -> str:
    return f"<NtryDtls><TxDtls>{details}</TxDtls></NtryDtls>"


# --- What is read --------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(1, 14))
def test_every_version_is_read_alike(version):
    body = camt(version=version).encode()
    assert read(body) == SAID
    assert not is_table(body)


def test_the_oldest_root_and_an_envelope_around_it_are_read():
    old = camt().replace("BkToCstmrStmt>", "BkToCstmrStmtV01>")
    assert read(old.encode()) == SAID
    start, rest = camt().split("\n", 1)
    assert read(f"{start}<Envelope><Body>{rest}</Body></Envelope>".encode()) == SAID


def test_blanks_before_the_first_line_and_a_mark_do_no_harm():
    assert read(b"\xef\xbb\xbf" + camt().encode()) == SAID
    assert read(b"\n\n " + camt().encode()) == SAID
    zoe = camt().replace("ANN", "ZOË").replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert read(zoe).lines[0].words == "ZOË SMITH T4K2P"


def test_what_is_not_booked_is_left_out_and_counted():
    for version in (2, 8):
        coming = Line(date(2026, 1, 30), 9900, "STILL TO COME")
        more = "".join(
            write.entry(coming, "GBP", version, status) for status in ("PDNG", "INFO", "FUTR")
        )
        text = write.stmt(SAID, version).replace("</Stmt>", more + "</Stmt>")
        found = read(write.camt(text, version=version).encode())
        assert (found.lines, found.left_out) == (SAID.lines, 3)


def test_a_reversal_goes_the_way_that_the_bank_says():
    """CdtDbtInd is what happened to the account, also where RvslInd says that it undoes."""
    undone = "<RvslInd>true</RvslInd>"
    back = one("<RltdPties><Dbtr><Nm>US</Nm></Dbtr><Cdtr><Nm>HALL</Nm></Cdtr></RltdPties>")
    line = read(with_entry(BOOKED + undone + DAY + back)).lines[0]
    assert (line.amount, line.words) == (4200, "HALL")
    with pytest.raises(refusals.PageDiffers):
        read(with_entry(BOOKED + undone + DAY, pence=-4200))


def test_an_entry_without_details_has_the_words_of_the_bank():
    assert words("<AddtlNtryInf>CHARGES</AddtlNtryInf>") == "CHARGES"
    assert words("<BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd>") == "TRF"
    domain = "<Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>"
    assert words(f"<BkTxCd>{domain}</BkTxCd>") == "PMNT RCDT ESCT"
    assert words("") == ""
    framed = "<AddtlNtryInf>/TRTP/SEPA/IBAN/NL1/NAME/ANN SMITH/REMI/T4K2P</AddtlNtryInf>"
    assert words(framed) == "ANN SMITH T4K2P"
    assert words(one("<RmtInf><Ustrd>T4K2P</Ustrd></RmtInf>") + framed) == "T4K2P"


def test_the_words_are_the_other_side_and_what_was_written():
    parties = (
        "<RltdPties><Dbtr><Nm>ANN SMITH</Nm></Dbtr><UltmtDbtr><Nm>ZOE</Nm></UltmtDbtr>"
        "<Cdtr><Nm>OUR CLUB</Nm></Cdtr></RltdPties>"
    )
    loose = "<RmtInf><Ustrd>T4K2P</Ustrd><Ustrd>for May</Ustrd></RmtInf>"
    assert words(one(parties + loose)) == "ANN SMITH ZOE T4K2P for May"
    assert words(one(parties + loose), -4200) == "OUR CLUB T4K2P for May"
    newer = parties.replace("<Nm>", "<Pty><Nm>").replace("</Nm>", "</Nm></Pty>")
    assert words(one(newer)) == "ANN SMITH ZOE"
    strict = (
        "<RmtInf><Strd><RfrdDocInf><Nb>INV 7</Nb></RfrdDocInf>"
        "<CdtrRefInf><Ref>RF18539</Ref></CdtrRefInf><AddtlRmtInf>Thanks</AddtlRmtInf></Strd></RmtInf>"
    )
    assert words(one(strict)) == "RF18539 INV 7 Thanks"
    assert words(one("<Refs><EndToEndId>JO-4X7K</EndToEndId></Refs>")) == "JO-4X7K"
    assert words(one("<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>")) == ""


def test_a_batch_stays_one_line_as_it_was_booked_and_names_its_payments():
    parts = "".join(
        f'<TxDtls><Amt Ccy="GBP">{much}</Amt><RltdPties><Dbtr><Nm>{who}</Nm></Dbtr></RltdPties>'
        f"<RmtInf><Ustrd>{ref}</Ustrd></RmtInf></TxDtls>"
        for much, who, ref in (("20.00", "ANN", "T4K2P"), ("22.00", "BOB", "W9RRC"))
    )
    assert words(f"<NtryDtls>{parts}</NtryDtls>") == (
        "2 payments: 20.00 ANN T4K2P; 22.00 BOB W9RRC"
    )
    many = read(with_entry(BOOKED + DAY + f"<NtryDtls>{parts * 500}</NtryDtls>")).lines[0]
    assert many.words.startswith("1000 payments: 20.00 ANN")
    assert len(many.words) <= 1000


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("<NtryRef>7</NtryRef><AcctSvcrRef>S1</AcctSvcrRef>", "S1"),
        ("<NtryRef>7</NtryRef>", "7"),
        ("<AcctSvcrRef>NOTPROVIDED</AcctSvcrRef><NtryRef>7</NtryRef>", "7"),
        ("<AcctSvcrRef>NONREF</AcctSvcrRef>", None),
        (one("<Refs><AcctSvcrRef>T1</AcctSvcrRef></Refs>"), "T1"),
        ("<NtryDtls><TxDtls/><TxDtls/></NtryDtls>", None),
    ],
)
def test_the_banks_own_name_for_a_payment_is_kept(said, name):
    assert read(with_entry(BOOKED + DAY + said)).lines[0].bank_id == name


@pytest.mark.parametrize(
    "said",
    [
        "<BookgDt><Dt>2026-01-05</Dt></BookgDt><ValDt><Dt>2026-01-07</Dt></ValDt>",
        "<BookgDt><DtTm>2026-01-05T23:59:59.999+01:00</DtTm></BookgDt>",
        "<BookgDt><DtTm>2026-01-05T00:00:00Z</DtTm></BookgDt>",
        "<ValDt><Dt>2026-01-05</Dt></ValDt>",
        "<BookgDt><Dt>2026-01-05+01:00</Dt></BookgDt>",
    ],
)
def test_the_day_is_the_day_of_booking_as_the_bank_wrote_it(said):
    assert read(with_entry(BOOKED + said)).lines[0].happened_on == date(2026, 1, 5)


def test_the_account_is_its_iban_or_the_banks_number():
    iban = Statement("GB29NWBK60161331926819", *[getattr(SAID, n) for n in SAID.__slots__[1:]])
    assert read(camt(iban).encode()).account == "GB29NWBK60161331926819"
    assert read(camt().replace("Othr", "PrtryAcct").encode()).account == "12345678"


def test_an_entry_of_nothing_is_left_out():
    assert read(with_entry(BOOKED.replace("42.00", "0.00") + DAY, pence=0)).lines == ()


def test_a_statement_with_nothing_booked_is_read():
    none = Statement("12345678", "GBP", (), 5000, 5000, date(2026, 1, 31))
    assert read(camt(none).encode()) == none


# --- Balances ------------------------------------------------------------------------------------


def balanced(*kinds: tuple[str, int, int]) -> Statement:
    """A file with 42.00 in, and balances of these kinds on these days of January."""
    balances = "".join(
        write.balance(kind, pence, "GBP", date(2026, 1, day)) for kind, pence, day in kinds
    )
    text = (
        f"<Stmt><Id>S</Id><Acct><Id><IBAN>GB1</IBAN></Id></Acct>{balances}"
        f"{write.entry(ANN, 'GBP')}</Stmt>"
    )
    return read(write.camt(text).encode())


@pytest.mark.parametrize(
    ("kinds", "ends"),
    [
        ([("PRCD", 100, 1), ("CLBD", 4300, 5)], (100, 4300)),
        ([("CLBD", 4300, 5), ("OPBD", 100, 5), ("CLAV", 9, 5), ("FWAV", 8, 6)], (100, 4300)),
        ([("OPBD", 100, 5), ("ITBD", 4300, 5)], (100, 4300)),
        ([("ITBD", 100, 5), ("CLBD", 4300, 5)], (100, 4300)),
        ([("ITBD", 100, 5), ("ITBD", 4300, 5)], (100, 4300)),
        ([("OPBD", 100, 1), ("CLBD", 100, 1), ("OPBD", 100, 5), ("CLBD", 4300, 5)], (100, 4300)),
        ([("CLBD", 4300, 5)], (None, 4300)),
        ([("OPBD", -100, 5), ("CLBD", 4100, 5)], (-100, 4100)),
        ([("CLAV", 4300, 5)], (None, None)),
        ([], (None, None)),
    ],
)
def test_where_a_statement_opens_and_closes(kinds, ends):
    found = balanced(*kinds)
    assert (found.opening, found.closing) == ends
    assert (found.closing_on == date(2026, 1, 5)) is (found.closing is not None)


@pytest.mark.parametrize(
    ("kinds", "refusal"),
    [
        ([("OPBD", 100, 5), ("CLBD", 4301, 5)], refusals.PageDiffers),
        ([("OPBD", 100, 5), ("OPBD", 101, 5), ("CLBD", 4300, 5)], refusals.BalanceNotRead),
    ],
)
def test_balances_that_can_not_be_are_refused_with_their_line(kinds, refusal):
    with pytest.raises(refusal, match=r"line|Line"):
        balanced(*kinds)


def summary(inward: str, outward: str) -> bytes:
    return camt(
        more=f"<TxsSummry><TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>{inward}</Sum>"
        f"</TtlCdtNtries><TtlDbtNtries><Sum>{outward}</Sum></TtlDbtNtries></TxsSummry>"
    ).encode()


def test_what_the_bank_counted_itself_must_be_there():
    assert read(summary("42.00", "72.5")) == SAID
    for wrong in (("43.00", "72.50"), ("42.00", "0")):
        with pytest.raises(refusals.SummaryDiffers, match=r"^Line 4 says"):
            read(summary(*wrong))


# --- Several in one file -------------------------------------------------------------------------

FEBRUARY = Statement(
    "12345678", "GBP", (Line(date(2026, 2, 2), 100, "C"),), 96950, 97050, date(2026, 2, 28)
)
OTHER = Statement("87654321", "GBP", (ANN,), 0, 4200, date(2026, 1, 31))


def test_statements_of_one_account_are_joined_in_whatever_order_they_come():
    january, february = write.stmt(SAID, name="1"), write.stmt(FEBRUARY, name="2")
    for both in ((january, february), (february, january)):
        found = read(write.camt(*both).encode())
        assert [line.amount for line in found.lines] == [4200, -7250, 100]
        assert (found.opening, found.closing) == (100000, 97050)
        assert found.closing_on == date(2026, 2, 28)


def test_the_same_statement_twice_in_a_file_is_one():
    assert read(write.camt(write.stmt(SAID), write.stmt(SAID)).encode()) == SAID


def test_a_statement_missing_between_two_is_found_out():
    late = Statement("12345678", "GBP", (), 97000, 97000, date(2026, 2, 28))
    with pytest.raises(refusals.PagesApart, match=r"begins with 970\.00.*ended with 969\.50"):
        read(write.camt(write.stmt(SAID), write.stmt(late)).encode())


def test_the_account_asked_for_is_chosen_out_of_several():
    body = write.camt(write.stmt(SAID), write.stmt(OTHER)).encode()
    with pytest.raises(refusals.SeveralAccounts, match="2 accounts"):
        read(body)
    assert read(body, account="20-00-00 12345678") == SAID
    assert read(body, account="87654321") == OTHER
    with pytest.raises(refusals.SeveralAccounts):
        read(body, account="11112222")


def test_one_number_in_two_currencies_is_two_accounts():
    euros = Statement("12345678", "EUR", (ANN,), 0, 4200, date(2026, 1, 31))
    with pytest.raises(refusals.SeveralAccounts):
        read(write.camt(write.stmt(SAID), write.stmt(euros)).encode(), account="12345678")


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("refusal", "inside"),
    [
        (refusals.NotSaid, BOOKED),
        (refusals.NotSaid, BOOKED.replace("CdtDbtInd", "Other") + DAY),
        (refusals.NotSaid, BOOKED.replace("CRDT", "X") + DAY),
        (refusals.NotSaid, DAY + "<CdtDbtInd>CRDT</CdtDbtInd>"),
        (refusals.NotMoney, BOOKED.replace("42.00", "-42.00") + DAY),
        (refusals.NotMoney, BOOKED.replace("42.00", "42,00") + DAY),
        (refusals.NotMoney, BOOKED.replace("42.00", "4.2e1") + DAY),
        (refusals.NotMoney, BOOKED.replace("42.00", "NaN") + DAY),
        (refusals.NotMoney, BOOKED.replace("42.00", "1,042.00") + DAY),
        (refusals.PartPenny, BOOKED.replace("42.00", "42.005") + DAY),
        (refusals.AmountTooBig, BOOKED.replace("42.00", "9" * 12) + DAY),
        (refusals.NoSuchDay, BOOKED + DAY.replace("01-05", "02-30")),
        (refusals.NoSuchDay, BOOKED + DAY.replace("2026", "0001")),
        (refusals.NotADay, BOOKED + DAY.replace("2026-01-05", "05/01/2026")),
        (refusals.SeveralCurrencies, BOOKED.replace("GBP", "EUR") + DAY),
        (refusals.SaidTwice, BOOKED + DAY + '<Amt Ccy="GBP">1.00</Amt>'),
        (refusals.SaidTwice, BOOKED + DAY + DAY),
        (refusals.SaidTwice, BOOKED + DAY + "<CdtDbtInd>DBIT</CdtDbtInd>"),
        (refusals.Broken, BOOKED.replace("BOOK", "PERHAPS") + DAY),
        (refusals.CellTooLong, BOOKED + DAY + f"<AddtlNtryInf>{'A' * 10_001}</AddtlNtryInf>"),
        (refusals.Damaged, BOOKED + DAY + "<AddtlNtryInf>Smith & Son</AddtlNtryInf>"),
        (refusals.Damaged, BOOKED + DAY + "<AddtlNtryInf>&nbsp;</AddtlNtryInf>"),
        (refusals.Damaged, BOOKED + DAY + "</Ntry></Stmt>"),
        (refusals.Broken, "<A>" * 50 + "</A>" * 50),
    ],
)
def test_an_entry_that_can_not_be_read_rightly_is_refused_with_its_line(refusal, inside):
    with pytest.raises(refusal, match=r"\bline \d|\bLine \d") as refused:
        read(with_entry(inside))
    assert type(refused.value) is refusal


@pytest.mark.parametrize(
    ("refusal", "body"),
    [
        (refusals.OtherKind, camt().replace("BkToCstmrStmt", "BkToCstmrAcctRpt")),
        (refusals.OtherKind, camt().replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")),
        (refusals.OtherKind, camt().replace("BkToCstmrStmt", "CstmrCdtTrfInitn")),
        (refusals.NoStatement, write.camt()),
        (refusals.BalanceNotRead, camt().replace("CdtDbtInd", "Other", 2)),
        (refusals.OtherPennies, camt().replace("GBP", "JPY")),
        (refusals.CutShort, camt()[:-40]),
        (refusals.CutShort, camt()[:-5]),
        (refusals.Damaged, camt() + "<again/>"),
    ],
)
def test_what_is_no_statement_is_refused_by_name(refusal, body):
    with pytest.raises(refusal) as refused:
        read(body.encode())
    assert type(refused.value) is refusal
    assert "{" not in refused.value.sentence


def test_reports_and_notices_are_told_by_name():
    for root, name in (("BkToCstmrAcctRpt", "052"), ("BkToCstmrDbtCdtNtfctn", "054")):
        with pytest.raises(refusals.OtherKind, match=name):
            read(camt().replace("BkToCstmrStmt", root).encode())


@pytest.mark.parametrize(
    "orders",
    [
        '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE d SYSTEM "file:///etc/passwd">',
        '<!doctype d [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]>',
        "<!-- --><!DOCTYPE d []>",
    ],
)
def test_orders_to_our_computer_are_refused_before_they_are_read(orders):
    start, rest = camt().split("\n", 1)
    for body in (f"{start}{orders}\n{rest}".encode(), f"{start}{orders}\n{rest}".encode("utf-16")):
        with pytest.raises(refusals.Unsafe, match="Line 1"):
            read(body)


def test_the_line_of_a_fault_is_the_line_in_the_file():
    text = "\n\n" + camt().replace("2026-01-13", "2026-02-30", 1)
    line = next(n for n, row in enumerate(text.split("\n"), start=1) if "02-30" in row)
    with pytest.raises(refusals.NoSuchDay, match=f"^Line {line} says"):
        read(text.encode())


def test_a_payment_that_was_returned_says_so_with_the_banks_reason():
    one = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf><RmtInf>"
    text = write.camt(write.stmt(SAID)).replace("<RmtInf>", one, 1)
    assert read(text.encode()).lines[0].words.endswith(" RETURNED AC04")
