"""A statement as a bank would write it, in each format, after the formats' own descriptions."""

from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from payments.statements.read import Line, Statement

DOT, COMMA = ".", ","


def pounds(pence: int, sign: str = DOT) -> str:
    return f"{abs(pence) // 100}{sign}{abs(pence) % 100:02}"


def signed(pence: int) -> str:
    return ("-" if pence < 0 else "") + pounds(pence)


# --- OFX -----------------------------------------------------------------------------------------

HEADER = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n"
XML_HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n'


def ofx(said: Statement, *, closed: bool = True, end: str = "\n") -> str:
    """`closed`: with an end for each tag (XML); else without, as in the older kind (SGML)."""

    def tag(name: str, text: str) -> str:
        return f"<{name}>{escape(text)}" + (f"</{name}>" if closed else "")

    payments = [
        "<STMTTRN>"
        + tag("TRNTYPE", "CREDIT" if one.amount > 0 else "DEBIT")
        + tag("DTPOSTED", f"{one.happened_on:%Y%m%d}120000[0:GMT]")
        + tag("TRNAMT", signed(one.amount))
        + (tag("FITID", one.bank_id) if one.bank_id else "")
        + tag("MEMO", one.words)
        + "</STMTTRN>"
        for one in said.lines
    ]
    balance = (
        "<LEDGERBAL>"
        + tag("BALAMT", signed(said.closing))
        + tag("DTASOF", f"{said.closing_on:%Y%m%d}")
    )
    parts = [
        "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>" + tag("CURDEF", said.currency),
        "<BANKACCTFROM>" + tag("BANKID", "200000") + tag("ACCTID", said.account),
        "</BANKACCTFROM><BANKTRANLIST>",
        *payments,
        f"</BANKTRANLIST>{balance}</LEDGERBAL>",
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>",
    ]
    return (XML_HEADER if closed else HEADER) + end.join(parts)


# --- CAMT.053 ------------------------------------------------------------------------------------


def money(pence: int, currency: str) -> str:
    side = "DBIT" if pence < 0 else "CRDT"
    return f'<Amt Ccy="{currency}">{pounds(pence)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def balance(code: str, pence: int, currency: str, on: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{money(pence, currency)}"
        f"<Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def entry(one: Line, currency: str, version: int = 2, status: str = "BOOK") -> str:
    status = f"<Cd>{status}</Cd>" if version >= 8 else status
    ref = f"<AcctSvcrRef>{escape(one.bank_id)}</AcctSvcrRef>" if one.bank_id else ""
    words = f"<RmtInf><Ustrd>{escape(one.words)}</Ustrd></RmtInf>" if one.words else ""
    return (
        f"<Ntry>{money(one.amount, currency)}<Sts>{status}</Sts>"
        f"<BookgDt><Dt>{one.happened_on}</Dt></BookgDt><ValDt><Dt>2026-01-01</Dt></ValDt>{ref}"
        f"<NtryDtls><TxDtls>{words}</TxDtls></NtryDtls></Ntry>"
    )


def stmt(said: Statement, version: int = 2, more: str = "", name: str = "S1") -> str:
    opened = min((one.happened_on for one in said.lines), default=said.closing_on)
    number = said.account or ""
    if number[:2].isalpha():
        account = f"<IBAN>{number}</IBAN>"
    else:
        account = f"<Othr><Id>{number}</Id></Othr>"
    return (
        f"<Stmt><Id>{name}</Id><Acct><Id>{account}</Id><Ccy>{said.currency}</Ccy></Acct>\n"
        + balance("OPBD", said.opening, said.currency, opened)
        + balance("CLBD", said.closing, said.currency, said.closing_on)
        + more
        + "\n".join(entry(one, said.currency, version) for one in said.lines)
        + "</Stmt>"
    )


def camt(*statements: str, version: int = 2, prefix: str = "") -> str:
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02}"
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{space}"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-01-31T18:00:00</CreDtTm></GrpHdr>\n"
        f"{''.join(statements)}</BkToCstmrStmt></Document>"
    )
    if prefix:
        text = text.replace("</", f"</{prefix}:").replace("<", f"<{prefix}:")
        text = text.replace(f"<{prefix}:/", "</").replace(f"<{prefix}:?", "<?")
        text = text.replace("xmlns=", f"xmlns:{prefix}=")
    return text


# --- MT940 ---------------------------------------------------------------------------------------


def side(pence: int) -> str:
    return "D" if pence < 0 else "C"


def mt940_balance(tag: str, pence: int, currency: str, on: date) -> str:
    return f":{tag}:{side(pence)}{on:%y%m%d}{currency}{pounds(pence, COMMA)}"


def mt940_entry(one: Line) -> list[str]:
    ref = f"//{one.bank_id}" if one.bank_id else ""
    wrapped = [one.words[start : start + 65] for start in range(0, len(one.words), 65)] or [""]
    day = f"{one.happened_on:%y%m%d%m%d}"
    return [
        f":61:{day}{side(one.amount)}{pounds(one.amount, COMMA)}NTRFNONREF{ref}",
        f":86:{wrapped[0]}",
        *wrapped[1:],
    ]


def mt940(said: Statement, number: str = "1/1", begins: str = "F", ends: str = "F") -> list[str]:
    """The lines of one message, from :20: to the "-"."""
    opened = min((one.happened_on for one in said.lines), default=said.closing_on)
    return [
        ":20:STARTUMS",
        f":25:{said.account}",
        f":28C:{number}",
        mt940_balance(f"60{begins}", said.opening, said.currency, opened),
        *(line for one in said.lines for line in mt940_entry(one)),
        mt940_balance(f"62{ends}", said.closing, said.currency, said.closing_on),
        "-",
    ]


def envelope(lines: Sequence[str]) -> list[str]:
    first = "{1:F01BANKGB2LAXXX0000000000}{2:O9401200260131BANKGB2LAXXX00000000002601311200N}"
    return [
        first + "{3:{108:MT940}}{4:",
        *lines[:-1],
        "-}{5:{CHK:ABCDEF123456}}",
    ]


# --- CSV -----------------------------------------------------------------------------------------


def csv(said: Statement) -> str:
    """A table with a running balance; words in quotation marks."""
    rows, running = ["Date,Details,Amount,Balance,Currency,Account number"], said.opening
    for one in said.lines:
        running += one.amount
        words = one.words.replace('"', '""')
        rows.append(
            f'{one.happened_on},"{words}",{signed(one.amount)},{signed(running)},'
            f"{said.currency},{said.account}"
        )
    return "\n".join(rows)
