"""Tables (CSV) as banks really lay them out: read rightly, or refused with a reason."""

from datetime import date

import pytest

from payments.statements import refusals
from payments.statements.read import (
    Columns,
    Line,
    Statement,
    guess_columns,
    is_table,
    preview,
    read,
)

PLAIN = Columns(0, 2, None, None, (1,), None, 1)
HEAD = "Date,Details,Amount\n"
SPLIT = Columns(0, None, 2, 3, (1,), None, 1)
SPLIT_HEAD = "Date,Details,In,Out\n"
BALANCED = "Date,Details,Amount,Balance\n"


def table(*rows: str, head: str = HEAD) -> bytes:
    return (head + "\n".join(rows) + "\n").encode()


def amounts(body: bytes, columns: Columns = PLAIN) -> list[int]:
    return [line.amount for line in read(body, columns).lines]


def days(body: bytes, columns: Columns = PLAIN) -> list[str]:
    return [line.happened_on.isoformat() for line in read(body, columns).lines]


# --- Real layouts, each found out by itself ------------------------------------------------------

LAYOUTS = {
    "debit and credit columns, newest first": """\
Transaction Date,Transaction Type,Sort Code,Account Number,Transaction Description,\
Debit Amount,Credit Amount,Balance,
30/10/2026,BGC,'01-02-03,12345678,ANN SMITH T4K2P ,,42.00,969.50
29/10/2026,DEB,'01-02-03,12345678,HALL HIRE ,72.50,,927.50
""",
    "signs before the words, a blank first line": """\

Date, Type, Description, Value, Balance, Account Name, Account Number

29/10/2026,D/D,"'HALL HIRE",-72.50,927.50,"'HUB","'010203-12345678",
30/10/2026,BAC,"'ANN SMITH T4K2P",42.00,969.50,"'HUB","'010203-12345678",
""",
    "no heading": """\
30/10/2026,ANN SMITH T4K2P,"42.00"
29/10/2026,HALL HIRE,"-72.50"
""",
    "no heading, with balance": """\
30/10/2026,"+42.00","ANN SMITH T4K2P","+969.50"
29/10/2026,"-72.50","HALL HIRE","+927.50"
""",
    "lines above the heading, pounds signs in a Windows file": """\
"Account Name:","Club ****12345"
"Account Balance:","£969.50"
"Available Balance: ","£969.50"

"Date","Transaction type","Description","Paid out","Paid in","Balance"
"29 Oct 2026","Direct debit","HALL HIRE","£72.50","","£927.50"
"30 Oct 2026","Bank credit","ANN SMITH T4K2P","","£42.00","£969.50"
""".encode("cp1252"),
    "an app with columns for everything": """\
Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,\
Notes and #tags,Address,Description,Money Out,Money In
tx_1,29/10/2026,10:11:12,Faster payment,HALL HIRE,,Bills,-72.50,GBP,-72.50,GBP,,,,-72.50,
tx_2,30/10/2026,10:11:12,Faster payment,ANN SMITH,🎉,Income,42.00,GBP,42.00,GBP,,,T4K2P,,42.00
""",
    "the currency in the heading": """\
Date,Counter Party,Reference,Type,Amount (GBP),Balance (GBP),Spending Category,Notes
29/10/2026,HALL,HIRE,FASTER PAYMENT,-72.50,927.50,BILLS,
30/10/2026,ANN SMITH,T4K2P,FASTER PAYMENT,42.00,969.50,INCOME,
""",
    "years first": """\
Date,Description,Type,Money In,Money Out,Balance
2026-10-29,HALL HIRE,DD,,72.50,927.50
2026-10-30,ANN SMITH T4K2P,CR,42.00,,969.50
""",
    "tabs within the words": """\
Number,Date,Account,Amount,Subcategory,Memo
\t ,30/10/2026,20-00-00 12345678,42.00,Counter Credit,ANN SMITH     \tT4K2P
\t ,29/10/2026,20-00-00 12345678,-72.50,Direct Debit,HALL     \tHIRE
""",
    "months first": """\
Details,Posting Date,Description,Amount,Type,Balance,Check or Slip #
DEBIT,10/29/2026,"HALL HIRE",-72.50,ACH_DEBIT,927.50,,
CREDIT,10/30/2026,"ANN SMITH T4K2P",42.00,ACH_CREDIT,969.50,,
""",
    "semicolons, and commas before the pennies": """\
"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Betrag";"Waehrung"
"DE1234567";"29.10.26";"29.10.26";"LASTSCHRIFT";"HALL HIRE";"-72,50";"EUR"
"DE1234567";"30.10.26";"30.10.26";"GUTSCHRIFT";"ANN SMITH T4K2P";"42,00";"EUR"
""",
    "in and out by a word": """\
"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Code","Af Bij","Bedrag (EUR)",\
"Mededelingen"
"20261029","HALL","NL00INGB0001234567","NL12","GT","Af","72,50","HIRE"
"20261030","ANN SMITH","NL00INGB0001234567","NL11","GT","Bij","42,00","T4K2P"
""",
    "tabs, UTF-16": (
        "Date\tDescription\tAmount\n29/10/2026\tHALL HIRE\t-72.50\n"
        "30/10/2026\tANN SMITH T4K2P\t42.00\n"
    ).encode("utf-16"),
    "UTF-16 without its mark": (
        "Date,Description,Amount\n29/10/2026,HALL HIRE,-72.50\n30/10/2026,ANN SMITH T4K2P,42.00\n"
    ).encode("utf-16-be"),
    "a mark at the front, Windows line ends": (
        "\ufeffDate,Description,Amount\r\n29/10/2026,HALL HIRE,(72.50)\r\n"
        "30/10/2026,ANN SMITH T4K2P,£42.00\r\n"
    ),
    "the separator said first, text that runs over": """\
sep=;
Date;Details;Withdrawals;Deposits;Balance
;BALANCE BROUGHT FORWARD;;;1,000.00
29 Oct 26;HALL HIRE;72.50;;
30 Oct 26;ANN SMITH;;42.00;
;T4K2P;;;969.50
""",
    "values that a spreadsheet must not change": """\
Date,Reference,Amount
="29/10/2026",="HALL HIRE",="-72.50"
="30/10/2026",="ANN SMITH T4K2P",="42.00"
""",
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_real_layouts_are_found_out_and_read(layout):
    body = layout if isinstance(layout, bytes) else layout.encode()
    assert is_table(body)
    columns = guess_columns(body)
    statement = read(body, columns)
    hall, ann = statement.lines
    assert (hall.happened_on, hall.amount) == (date(2026, 10, 29), -7250)
    assert (ann.happened_on, ann.amount) == (date(2026, 10, 30), 4200)
    assert "HALL" in hall.words
    assert "HIRE" in hall.words
    assert "ANN SMITH" in ann.words
    assert "T4K2P" in ann.words
    assert "'" not in hall.words
    assert statement.closing in {None, 96950}
    assert Columns.from_json(columns.to_json()) == columns


def test_what_a_table_says_besides_is_kept():
    body = LAYOUTS["debit and credit columns, newest first"].encode()
    statement = read(body, guess_columns(body))
    assert statement.account == "12345678"
    assert (statement.opening, statement.closing) == (100000, 96950)
    assert statement.closing_on == date(2026, 10, 30)
    german = LAYOUTS["semicolons, and commas before the pennies"].encode()
    assert read(german, guess_columns(german)).currency == "EUR"
    headed = LAYOUTS["the currency in the heading"].encode()
    assert read(headed, guess_columns(headed)).currency == "GBP"


def test_a_preview_shows_the_headings_and_the_first_rows():
    body = LAYOUTS["lines above the heading, pounds signs in a Windows file"]
    seen = preview(body)
    assert seen.skip == 4
    assert seen.headings[0] == "Date"
    assert seen.rows[0][2] == "HALL HIRE"
    assert preview(LAYOUTS["no heading"].encode()).headings == ("Column 1", "Column 2", "Column 3")


# --- In and out -----------------------------------------------------------------------------------


def test_money_in_and_out_may_have_columns_of_their_own():
    rows = ("13/01/2026,A,42.00,", "14/01/2026,B,,72.50", "15/01/2026,C,0.00,1.00")
    assert amounts(table(*rows, head=SPLIT_HEAD), SPLIT) == [4200, -7250, -100]
    minus = ("13/01/2026,A,42.00,-", "14/01/2026,B,,-72.50")
    assert amounts(table(*minus, head=SPLIT_HEAD), SPLIT) == [4200, -7250]


@pytest.mark.parametrize(
    ("refusal", "rows"),
    [
        (refusals.InAndOut, ("13/01/2026,A,1.00,1.00",)),
        (refusals.SignsMixed, ("13/01/2026,A,,1.00", "13/01/2026,A,,-1.00")),
        (refusals.AmountMissing, ("13/01/2026,A,,",)),
    ],
)
def test_money_in_and_out_that_is_not_clear_is_refused(refusal, rows):
    with pytest.raises(refusal):
        read(table(*rows, head=SPLIT_HEAD), SPLIT)


def test_a_column_of_in_and_out_gives_the_sign_that_amounts_lack():
    columns = Columns(0, 2, None, None, (1,), None, 1)
    head = "Date,Details,Amount,Type\n"
    rows = ("13/01/2026,A,42.00,Credit", "14/01/2026,B,72.50,Debit")
    assert amounts(table(*rows, head=head), columns) == [4200, -7250]
    signed = ("13/01/2026,A,42.00,Credit", "14/01/2026,B,-72.50,Debit")
    assert amounts(table(*signed, head=head), columns) == [4200, -7250]
    codes = ("13/01/2026,A,42.00,Credit", "14/01/2026,B,72.50,FPI")
    assert amounts(table(*codes, head=head), columns) == [4200, 7250]
    with pytest.raises(refusals.SignsUnclear, match="Line 2"):
        read(table("13/01/2026,A,42.00,Debit", "14/01/2026,B,72.50,FPI", head=head), columns)


# --- Rows ----------------------------------------------------------------------------------------


def test_blank_lines_and_the_heading_again_are_passed_over():
    rows = ("13/01/2026,A,1.00", "", ",,", "DATE, Details,Amount", "14/01/2026,B,2.00")
    assert amounts(table(*rows)) == [100, 200]


def test_the_newest_first_is_turned_round_and_twins_stay_two():
    rows = ("14/01/2026,B,2.00", "13/01/2026,A,1.00", "13/01/2026,A,1.00")
    assert amounts(table(*rows)) == [100, 100, 200]


def test_a_note_without_figures_is_passed_over():
    assert amounts(table("13/01/2026,A,1.00", "End of statement,,")) == [100]


@pytest.mark.parametrize(
    "total", ["Total,,1.00", ",Total,1.00", ",,1.00", "Total: 1.00,,", ",TOTAL,1.00,,"]
)
def test_a_total_at_the_end_is_refused_with_its_line(total):
    with pytest.raises(refusals.FileRefused, match=r"^Line 3"):
        read(table("13/01/2026,A,1.00", total), PLAIN)


def test_figures_without_a_date_belong_nowhere():
    head = "Date,Details,Amount,Other\n"
    with pytest.raises(refusals.RowNotRead, match="Line 3"):
        read(table("13/01/2026,A,1.00", ",more,,5.00", head=head), PLAIN)


def test_a_comma_in_the_words_is_not_taken_for_an_amount():
    with pytest.raises(refusals.RowTooWide, match="Line 3"):
        read(table("13/01/2026,A,1.00", "14/01/2026,Ann,500,1.00"), PLAIN)


@pytest.mark.parametrize(
    "row",
    ['13/01/2026,"A,1.00', '13/01/2026,"A"B,1.00', '13/01/2026,"A,1.00\n14/01/2026,B",1.00'],
)
def test_quotation_marks_that_do_not_match_are_refused(row):
    with pytest.raises(refusals.QuoteOpen, match="line 2"):
        read(table(row), PLAIN)


def test_text_over_several_lines_within_quotes_is_one_payment():
    body = table('13/01/2026,"Ann\nSmith",1.00', "14/01/2026,B,2.00")
    assert [line.words for line in read(body, PLAIN).lines] == ["Ann Smith", "B"]


def test_chosen_columns_that_are_not_there_are_refused():
    with pytest.raises(refusals.ColumnNotThere):
        read(table("13/01/2026,A,1.00"), Columns(0, 2, None, None, (7,), None, 1))


def test_columns_of_another_layout_lose_no_payment():
    """The bank left off its heading, or put the balance where the amount was."""
    with pytest.raises(refusals.StartsElsewhere, match="line 1"):
        read(table("13/01/2026,A,1.00", "14/01/2026,B,2.00", head=""), PLAIN)
    with pytest.raises(refusals.ColumnNotThere):
        read(table("13/01/2026,A,11.00,1.00", head="Date,Details,Balance,Amount\n"), PLAIN)


def test_a_table_needs_its_columns():
    with pytest.raises(refusals.ColumnsWanted):
        read(table("13/01/2026,A,1.00"))


def test_a_table_with_nothing_in_it_is_an_empty_statement():
    assert read(table(), PLAIN) == Statement(None, None, ())


# --- What the file says besides ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "ends"),
    [
        (("13/01/2026,A,1.00,11.00", "14/01/2026,B,-2.00,9.00"), (1000, 900)),
        (("14/01/2026,B,-2.00,9.00", "13/01/2026,A,1.00,11.00"), (1000, 900)),
        (("13/01/2026,A,1.00,", "13/01/2026,B,1.00,12.00", "14/01/2026,C,2.00,"), (1000, 1400)),
        (
            ("13/01/2026,B,1.00,12.00", "13/01/2026,A,1.00,11.00", "14/01/2026,C,2.00,14.00"),
            (1000, 1400),
        ),
        (("13/01/2026,A,1.00,50.00", "14/01/2026,B,2.00,50.00"), (None, None)),
    ],
)
def test_balances_say_where_the_statement_begins_and_ends(rows, ends):
    """Downwards, upwards, with gaps, shuffled within a day; or all the same, which says nothing."""
    statement = read(table(*rows, head=BALANCED), PLAIN)
    assert (statement.opening, statement.closing) == ends
    assert [line.happened_on for line in statement.lines] == sorted(
        line.happened_on for line in statement.lines
    )


def test_the_balance_is_the_running_one_and_not_what_is_available():
    head = "Date,Details,Amount,Available balance,Balance\n"
    rows = ("13/01/2026,A,1.00,99.00,11.00", "14/01/2026,B,2.00,50.00,13.00")
    assert read(table(*rows, head=head), PLAIN).closing == 1300


def test_newest_first_within_one_day_is_told_by_the_balances():
    rows = ("13/01/2026,B,2.00,13.00", "13/01/2026,A,1.00,11.00")
    assert amounts(table(*rows, head=BALANCED)) == [100, 200]


@pytest.mark.parametrize(
    "rows",
    [
        ("13/01/2026,A,1.00,11.00", "15/01/2026,C,-2.00,19.00"),
        ("13/01/2026,A,1.00,11.00", "14/01/2026,B,2.00,9.00"),
        ("13/01/2026,A,1.00,11.00", "14/01/2026,B,2.00,", "14/01/2026,B,2.00,14.00"),
    ],
)
def test_a_balance_that_does_not_follow_is_refused(rows):
    with pytest.raises(refusals.BalanceBreaks):
        read(table(*rows, head=BALANCED), PLAIN)


def test_two_currencies_or_two_accounts_in_one_table_are_refused():
    rows = ("13/01/2026,A,1.00,GBP", "14/01/2026,B,1.00,EUR")
    with pytest.raises(refusals.SeveralCurrencies, match="Line 3 is in EUR"):
        read(table(*rows, head="Date,Details,Amount,Currency\n"), PLAIN)
    with pytest.raises(refusals.SeveralCurrencies, match="Line 3 is in EUR"):
        read(table("13/01/2026,A,£1.00", "14/01/2026,B,€1.00"), PLAIN)
    rows = ("13/01/2026,A,1.00,12345678", "14/01/2026,B,1.00,87654321")
    with pytest.raises(refusals.SeveralAccounts):
        read(table(*rows, head="Date,Details,Amount,Account number\n"), PLAIN)


def test_an_account_that_is_hidden_says_nothing():
    rows = ("13/01/2026,A,1.00,****1234",)
    assert read(table(*rows, head="Date,Details,Amount,Account number\n"), PLAIN).account is None


def test_lines_are_values():
    body = table("13/01/2026,Ann,1.00")
    assert read(body, PLAIN).lines == (Line(date(2026, 1, 13), 100, "Ann"),)
