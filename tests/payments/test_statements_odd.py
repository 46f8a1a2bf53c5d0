"""Thirty odd files, as banks, spreadsheets and people make them: each is read with the sums that it
states, or refused whole with a plain reason; quickly, and in little room.
"""

import io
import time
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date

import bank_writers as write
import pytest

from payments.statements import refusals
from payments.statements.read import Line, Statement, guess_columns, is_table, read

SAID = Statement(
    "12344471",
    "GBP",
    (
        Line(date(2026, 1, 5), 16800, "MIA DUES MI-4X7K"),
        Line(date(2026, 1, 9), -4250, "OAK LANE CARE OLC-101"),
        Line(date(2026, 1, 30), 123456, "LEEDS CITY COUNCIL"),
    ),
    1000,
    137006,
    date(2026, 1, 31),
)
AMOUNTS = [16800, -4250, 123456]
CAMT = write.camt(write.stmt(SAID))
OFX = write.ofx(SAID)
SGML = write.ofx(SAID, closed=False)
MT940 = "\r\n".join(write.mt940(SAID))
TABLE = (
    "Date;Omschrijving;Bedrag;Saldo\n"
    "05-01-2026;Mia;168,00;178,00\n"
    "09-01-2026;Oak Lane;-42,50;135,50\n"
    "30-01-2026;Leeds;1.234,56;1.370,06\n"
)
ENGLISH = (
    "Date,Details,Amount,Balance\n"
    "05/01/2026,Mia,168.00,178.00\n"
    "09/01/2026,Oak Lane,-42.50,135.50\n"
    '30/01/2026,Leeds,"1,234.56","1,370.06"\n'
)


def taken(body: bytes) -> Statement:
    """As the bank page reads it, with the columns that it proposes for a table."""
    return read(body, guess_columns(body) if is_table(body) else None, account="12344471")


def amounts(body: bytes) -> list[int]:
    return [line.amount for line in taken(body).lines]


def zipped(name: str, text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as folder:
        folder.writestr(name, text)
    return made.getvalue()


GOOD = {
    "UTF-16 without a mark": OFX.encode("utf-16-le"),
    "UTF-16, the other way, without a mark": ENGLISH.encode("utf-16-be"),
    "Excel, semicolons and commas": TABLE.encode("cp1252"),
    "Excel, with a mark and sep=": ("\ufeffsep=;\r\n" + TABLE.replace("\n", "\r\n")).encode(),
    "sep= with a comma": ("sep=,\n" + ENGLISH).encode(),
    "thin spaces for thousands": TABLE.replace("1.234,56", "1\u2009234,56")
    .replace("1.370,06", "1\u202f370,06")
    .encode(),
    "fixed spaces for thousands": TABLE.replace("1.234,56", "1\u00a0234,56")
    .replace("1.370,06", "1\u00a0370,06")
    .encode(),
    "a minus behind the amount": ENGLISH.replace("-42.50", "42.50-").encode(),
    "a true minus sign": ENGLISH.replace("-42.50", "\u221242.50").encode(),
    "brackets for money out": ENGLISH.replace("-42.50", "(42.50)").encode(),
    "lines that end in CR CR LF": ENGLISH.replace("\n", "\r\r\n").encode(),
    "lines that end in CR": ENGLISH.replace("\n", "\r").encode(),
    "an OFX file in one line": OFX.replace("\n", "").encode(),
    "SGML without an end to any tag": SGML.encode(),
    "SGML with a line for each tag": SGML.replace("<", "\n<").encode(),
    "CAMT.053.001.01": write.camt(write.stmt(SAID, 1), version=1).encode(),
    "CAMT.053.001.04": write.camt(write.stmt(SAID, 4), version=4).encode(),
    "CAMT.053.001.08": write.camt(write.stmt(SAID, 8), version=8).encode(),
    "CAMT.053.001.10": write.camt(write.stmt(SAID, 10), version=10).encode(),
    "CAMT with a prefix": write.camt(write.stmt(SAID), prefix="ns2").encode(),
    "CAMT in UTF-16 with a mark": CAMT.replace("UTF-8", "UTF-16").encode("utf-16"),
    "CAMT in one line": CAMT.replace("\n", "").encode(),
    "MT940 whose words run over eight lines": MT940.replace(
        ":86:LEEDS CITY COUNCIL", ":86:" + "\r\n".join(["LEEDS CITY COUNCIL"] + ["MORE"] * 7)
    ).encode(),
    "MT940 in an envelope": "\r\n".join(write.envelope(write.mt940(SAID))).encode(),
    "MT940 with one line end of each kind": MT940.replace("\r\n", "\n", 3).encode(),
}


@pytest.mark.parametrize("name", GOOD)
def test_an_odd_file_is_read_with_the_sums_that_it_states(name):
    found = taken(GOOD[name])
    assert [line.amount for line in found.lines] == AMOUNTS
    assert found.closing in (None, SAID.closing)


TWO = write.camt(
    write.stmt(SAID), write.stmt(Statement("87650000", "GBP", (), 0, 0, date(2026, 1, 31)))
)
MT942 = (
    b":20:X\r\n:25:12344471\r\n:28C:1/1\r\n:34F:GBP0,\r\n:13D:2601311200+0000\r\n"
    b":61:2601050105C168,00NTRFX\r\n:86:MIA\r\n-"
)
BAD = {
    "a zip file": (zipped("bank.csv", ENGLISH), refusals.OtherKind),
    "a spreadsheet (XLSX)": (zipped("xl/workbook.xml", "<workbook/>"), refusals.OtherKind),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0" + bytes(600), refusals.OtherKind),
    "a PDF": (b"%PDF-1.7\n" + bytes(900), refusals.OtherKind),
    "a PDF after a blank": (b"\n%PDF-1.7\nstatement", refusals.OtherKind),
    "a gzip": (b"\x1f\x8b\x08" + bytes(90), refusals.OtherKind),
    "a web page": (b"<!DOCTYPE html><html><table></table></html>", refusals.OtherKind),
    "camt.052, what happened today": (
        CAMT.replace("camt.053", "camt.052").replace("BkToCstmrStmt", "BkToCstmrAcctRpt").encode(),
        refusals.FileRefused,
    ),
    "camt.054, notices": (
        CAMT.replace("camt.053", "camt.054").replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
        .encode(),
        refusals.FileRefused,
    ),
    "MT942, what happened today": (
        MT942,
        refusals.FileRefused,
    ),
    "February 30th in a table": (
        ENGLISH.replace("30/01/2026", "30/02/2026").encode(), refusals.NoSuchDay,
    ),
    "February 30th in OFX": (OFX.replace("20260130", "20260230").encode(), refusals.FileRefused),
    "February 30th in CAMT": (
        CAMT.replace("2026-01-30", "2026-02-30").encode(), refusals.FileRefused,
    ),
    "February 30th in MT940": (
        MT940.replace("2601300130", "2602300230").encode(), refusals.FileRefused,
    ),
    "a penny short in OFX's sums": (CAMT.replace("168.00", "168.01").encode(), refusals.SumsDiffer),
    "cut short": (CAMT[: len(CAMT) // 2].encode(), refusals.FileRefused),
    "OFX cut short": (OFX[: len(OFX) // 2].encode(), refusals.FileRefused),
    "a letter in an amount": (ENGLISH.replace("168.00", "l68.00").encode(), refusals.FileRefused),
    "three figures after the point": (
        ENGLISH.replace("168.00", "168.005").encode(), refusals.FileRefused,
    ),
    "one line of two megabytes": (b"A" * 2_000_001, refusals.TooBig),
    "OFX in one huge line that never ends": (
        (SGML.split("<STMTTRN>")[0] + "<STMTTRN><MEMO>" + "x" * 1_900_000).replace("\n", "")
        .encode(),
        refusals.FileRefused,
    ),
    "only noughts": (bytes(4000), refusals.FileRefused),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_such_statement_is_refused_whole_with_a_plain_reason(name):
    body, refusal = BAD[name]
    with pytest.raises(refusal) as refused:
        taken(body)
    assert refused.value.sentence.endswith(".")
    assert "{" not in refused.value.sentence


def test_the_account_that_is_ours_is_read_out_of_several():
    assert amounts(TWO.encode()) == AMOUNTS
    with pytest.raises(refusals.SeveralAccounts):
        read(TWO.encode())


def test_a_spreadsheet_is_told_how_to_save_it():
    with pytest.raises(refusals.OtherKind) as refused:
        taken(BAD["a spreadsheet (XLSX)"][0])
    assert "CSV" in refused.value.sentence


def test_a_statement_without_balances_is_read_and_says_none():
    text = "Date,Details,Amount\n05/01/2026,Mia,168.00\n30/01/2026,Leeds,-42.50\n"
    assert amounts(text.encode()) == [16800, -4250]
    assert taken(text.encode()).closing is None


@pytest.mark.parametrize("name", [*GOOD, *BAD])
def test_every_odd_file_is_done_with_in_two_seconds_and_fifty_megabytes(name):
    body = GOOD[name] if name in GOOD else BAD[name][0]
    tracemalloc.start()
    began = time.perf_counter()
    with suppress(refusals.FileRefused):
        taken(body)
    took, (_, most) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 2
    assert most < 50_000_000
