"""Dates and amounts as banks write them: settled by the whole file, asked, or refused."""

import pytest

from payments.statements import refusals
from payments.statements.read import Columns, guess_columns, read

PLAIN = Columns(0, 2, None, None, (1,), None, 1)
HEAD = "Date,Details,Amount\n"


def table(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows) + "\n").encode()


def amounts(body: bytes, columns: Columns = PLAIN) -> list[int]:
    return [line.amount for line in read(body, columns).lines]


def days(body: bytes, columns: Columns = PLAIN) -> list[str]:
    return [line.happened_on.isoformat() for line in read(body, columns).lines]


# --- Dates ---------------------------------------------------------------------------------------


def test_the_whole_file_settles_if_the_day_comes_first():
    assert days(table("01/02/2026,A,1.00", "13/02/2026,B,1.00")) == ["2026-02-01", "2026-02-13"]
    assert days(table("01/02/2026,A,1.00", "01/13/2026,B,1.00")) == ["2026-01-02", "2026-01-13"]


def test_what_the_file_does_not_settle_is_asked():
    body = table("01/02/2026,A,1.00", "03/04/2026,B,1.00")
    with pytest.raises(refusals.DatesUnclear, match="01/02/2026"):
        read(body, PLAIN)
    day, month = (Columns(0, 2, None, None, (1,), first, 1) for first in (True, False))
    assert days(body, day) == ["2026-02-01", "2026-04-03"]
    assert days(body, month) == ["2026-01-02", "2026-03-04"]
    assert days(table("02/02/2026,A,1.00")) == ["2026-02-02"]
    with pytest.raises(refusals.DatesUnclear):
        read(table("12/05/2026,A,1.00", "05/12/2026,B,1.00"), PLAIN)
    assert guess_columns(body).day_first is None


def test_a_choice_that_does_not_go_with_the_file_is_refused():
    month = Columns(0, 2, None, None, (1,), day_first=False, skip=1)
    with pytest.raises(refusals.DatesOtherWay, match="Line 3"):
        read(table("01/02/2026,A,1.00", "13/02/2026,B,1.00"), month)


def test_days_first_and_months_first_in_one_file_are_refused():
    with pytest.raises(refusals.DatesMixed, match="Line 3"):
        read(table("13/02/2026,A,1.00", "02/13/2026,B,1.00"), PLAIN)


@pytest.mark.parametrize(
    "written",
    [
        "5 Jan 2026", "05-Jan-26", "5th January 2026", "Monday 5 January 2026", "Mon, 05 Jan 2026",
        "January 5, 2026", "2026-01-05", "2026/1/5", "20260105", "2026-01-05 12:33",
        "2026-01-05T12:33:00.000Z", "2026-01-05T00:30:00+01:00", "05 JAN 2026", "5.Jan.2026",
    ],
)  # fmt: skip
def test_a_day_may_be_written_in_many_ways(written):
    assert days(table(f'"{written}",A,1.00')) == ["2026-01-05"]


@pytest.mark.parametrize(
    "written", ["13/1/26", "13.01.2026", "13-01-2026", "13012026 ", "13 1 2026"]
)
def test_days_in_figures_may_be_written_in_many_ways(written):
    assert days(table(f"{written},A,1.00")) == ["2026-01-13"]


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        ("30/02/2026", refusals.NoSuchDay),
        ("2026-02-30", refusals.NoSuchDay),
        ("29 Feb 2026", refusals.NoSuchDay),
        ("13/13/2026", refusals.NoSuchDay),
        ("32/01/2026", refusals.NoSuchDay),
        ("13/00/2026", refusals.NoSuchDay),
        ("46027", refusals.NotADay),
        ("5 Jam 2026", refusals.NotADay),
        ("Jan 2026", refusals.NotADay),
        ("13/01/1066", refusals.NotADay),
        ("TOTAL 12", refusals.NotADay),
    ],
)
def test_a_day_that_is_none_is_refused_with_its_line(written, refusal):
    with pytest.raises(refusal, match="ine 3") as refused:
        read(table("13/01/2026,A,1.00", f"{written},A,1.00"), PLAIN)
    assert type(refused.value) is refusal


# --- Amounts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "pence"),
    [
        ("1,234.56", 123456), ("£1,234.56", 123456), ("-£1,234.56", -123456), ("(12.00)", -1200),
        ("£-12.00", -1200), ("12.00-", -1200), ("12.00 DR", -1200), ("12.00CR", 1200),
        ("+12.00", 1200), ("−12.00", -1200), ("12", 1200), ("12.5", 1250), ("1 234.56", 123456),
        ("1\u202f234.56", 123456), ("1'234.56", 123456), ("GBP 12.00", 1200), ("12.00 GBP", 1200),
        ("1,00,000.00", 10000000), ("12.0000", 1200), (".50", 50), ("'12.00", 1200),
        ("1,234,567.89", 123456789), ("1,234", 123400),
    ],
)  # fmt: skip
def test_an_amount_may_be_written_in_many_ways(written, pence):
    body = table(f'13/01/2026,A,"{written}"', '14/01/2026,B,"0.01"')
    assert amounts(body) == [pence, 1]


def test_commas_before_the_pennies_are_settled_by_the_whole_file():
    body = table('13/01/2026,A,"1.234"', '14/01/2026,B,"12,50"', '15/01/2026,C,"1.000,00"')
    assert amounts(body) == [123400, 1250, 100000]


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        ("1e9", refusals.NotMoney),
        ("NaN", refusals.NotMoney),
        ("inf", refusals.NotMoney),
        ("0x10", refusals.NotMoney),
        ("twelve", refusals.NotMoney),
        ("--5.00", refusals.NotMoney),
        ("-5.00 CR", refusals.NotMoney),
        ("(5.00", refusals.NotMoney),
        ("(-5.00)", refusals.NotMoney),
        ("1,23.45", refusals.NotMoney),
        ("12,34,56", refusals.NotMoney),
        ("1.2.3", refusals.AmountsMixed),
        ("£1.005", refusals.PartPenny),
        ("12,50", refusals.AmountsMixed),
        ("1000000000000", refusals.AmountTooBig),
        ("30-00-00", refusals.NotMoney),
    ],
)
def test_an_amount_that_is_none_is_refused_with_its_line(written, refusal):
    with pytest.raises(refusal, match="ine 3") as refused:
        read(table("13/01/2026,A,1.00", f'14/01/2026,B,"{written}"'), PLAIN)
    assert type(refused.value) is refusal


def test_thousands_or_thousandths_are_never_guessed():
    with pytest.raises(refusals.AmountUnclear):
        read(table("13/01/2026,A,1.234"), PLAIN)
    for written in ("1234.567", "0.125", '"0,125"'):
        with pytest.raises(refusals.PartPenny):
            read(table(f"13/01/2026,A,{written}"), PLAIN)


def test_payments_of_nothing_are_left_out():
    assert amounts(table("13/01/2026,A,0.00", "13/01/2026,B,1.00", "13/01/2026,C,-0.00")) == [100]
