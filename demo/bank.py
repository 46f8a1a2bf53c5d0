"""The demo's bank: statements as a bank would write them (OFX), dated as the story needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

SORT_CODE, NUMBER = "000000", "12344471"


@dataclass(frozen=True)
class Move:
    """One line of the account. Pence, in is positive."""

    on: date
    amount: int
    words: str
    ref: str


def pounds(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02}"


def statement(moves: Iterable[Move], *, closing: int, on: date) -> str:
    """An OFX 1.02 file, as British banks give it."""
    lines = list(moves)
    days = [move.on for move in lines]
    body = "\n".join(
        f"<STMTTRN><TRNTYPE>{'CREDIT' if m.amount > 0 else 'DEBIT'}<DTPOSTED>{m.on:%Y%m%d}"
        f"<TRNAMT>{pounds(m.amount)}<FITID>{m.ref}<NAME>{m.words}</STMTTRN>"
        for m in lines
    )
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:UTF-8\nCHARSET:NONE\n"
        "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
        "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<DTSERVER>{on:%Y%m%d}<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>\n"
        "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<STMTRS><CURDEF>GBP<BANKACCTFROM><BANKID>{SORT_CODE}<ACCTID>{NUMBER}"
        "<ACCTTYPE>CHECKING</BANKACCTFROM>\n"
        f"<BANKTRANLIST><DTSTART>{min(days):%Y%m%d}<DTEND>{max(days):%Y%m%d}\n{body}\n"
        f"</BANKTRANLIST><LEDGERBAL><BALAMT>{pounds(closing)}<DTASOF>{on:%Y%m%d}</LEDGERBAL>"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )
