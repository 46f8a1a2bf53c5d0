"""CAMT.053: the bank's own statement in XML, in any of its versions and under any prefix.

Its siblings (CAMT.052 within the day, CAMT.054 notices) are no statements: told by name, refused.
What is booked is read; what is not booked yet is counted and left out.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from payments.statements import amounts, days, refusals
from payments.statements.markup import Node, tree
from payments.statements.mt940_words import words_of
from payments.statements.pages import MOST_PAGES, Page, joined
from payments.statements.statement import (
    MOST_LINES,
    Line,
    Statement,
    pounds,
    shown,
    tidy,
    total,
)

STATEMENT = "BkToCstmrStmt"
SIBLINGS = {
    "BkToCstmrAcctRpt": "a report within the day (CAMT.052), not a statement",
    "BkToCstmrDbtCdtNtfctn": "a notice of single payments (CAMT.054), not a statement",
}
LOOKS = re.compile(r"BkToCstmr|camt\.05\d|urn:iso:std:iso:20022")
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T[\d:.]{1,20})?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
WAITING = {"PDNG", "INFO", "FUTR"}
NO_NAME = {"", "NOTPROVIDED", "NOT PROVIDED", "NONREF", "NONE", "N/A", "NOTAVAILABLE"}
MOST_WORDS = 1_000
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as booked: its line, and if it undoes another."""

    node: Node
    line: Line
    undoes: bool


@dataclass(frozen=True, slots=True)
class Balance:
    node: Node
    kind: str
    on: date | None
    pence: int
    currency: str


def looks_like(text: str) -> bool:
    start = text[:8000].lstrip()
    return start.startswith("<") and LOOKS.search(start) is not None


def read(text: str, account: str | None = None) -> Statement:
    """The one account of the file, or the one that was asked for."""
    root = tree(text)
    found = [one for message in root.within(STATEMENT) for one in message.all("Stmt")]
    if not found:
        raise _other_kind(root)
    if len(found) > MOST_PAGES or sum(len(one.all("Ntry")) for one in found) > MOST_LINES:
        raise refusals.TooManyLines
    return joined([_page(one) for one in found], account)


def _other_kind(root: Node) -> refusals.FileRefused:
    for name, kind in SIBLINGS.items():
        if next(root.within(name), None):
            return refusals.OtherKind(kind=kind)
    if next(root.within(STATEMENT), None):
        return refusals.NoStatement()
    return refusals.OtherKind(kind="another kind of message between banks")


def _page(node: Node) -> Page:
    entries = node.all("Ntry")
    booked = [one for one in entries if _is_booked(one)]
    balances = [_balance(one) for one in node.all("Bal")]
    if not entries and not balances:
        raise refusals.NoStatement
    currency = _currency(node, balances, entries)
    found = [_entry(one) for one in booked]
    if len(booked) == len(entries) and not any(one.undoes for one in found):
        _check_summary(node, [one.line for one in found])
    first, last = _ends(balances)
    statement = Statement(
        _account(node),
        currency,
        tuple(one.line for one in found if one.line.amount),
        first.pence if first else None,
        last.pence if last else None,
        last.on if last else None,
        len(entries) - len(booked),
    )
    number = _number(node.said("ElctrncSeqNb") or node.said("LglSeqNb"))
    page = _number(node.said("StmtPgntn", "PgNb"))
    return Page(node.line, statement, node.said("Id"), (number, page))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _account(node: Node) -> str | None:
    """By its IBAN, else by the bank's own number for it."""
    paths: tuple[Path, ...] = (("IBAN",), ("Othr", "Id"), ("BBAN",), ("PrtryAcct", "Id"))
    said = (node.said("Acct", "Id", *path) for path in paths)
    return next((one for one in said if one), None)


def _currency(node: Node, balances: Iterable[Balance], entries: Iterable[Node]) -> str | None:
    """All money of a statement is in one currency, that of its account."""
    ours = node.said("Acct", "Ccy")
    named = [(one.node.line, one.currency) for one in balances]
    amounts_there = [place for one in entries if (place := one.one("Amt"))]
    named += [(one.line, one.mark("Ccy")) for one in amounts_there]
    for line, theirs in named:
        if theirs and theirs != (ours or theirs):
            raise refusals.SeveralCurrencies(line=line, said=shown(theirs), other=shown(ours))
        ours = ours or theirs
    return ours if len(ours) == 3 else None


# --- Balances ------------------------------------------------------------------------------------


def _balance(node: Node) -> Balance:
    kind = node.one("Tp", "CdOrPrtry") or node.one("Tp")
    amount = node.one("Amt")
    side = node.said("CdtDbtInd")
    if kind is None or amount is None or side not in {"CRDT", "DBIT"}:
        raise refusals.BalanceNotRead(line=node.line, said=shown(side or "nothing"))
    pence = amounts.exact(amount.line, amount.text, ".")
    code = (kind.said("Cd") or kind.said("Prtry")).upper()
    on = _day(node.one("Dt"))
    return Balance(node, code, on, pence if side == "CRDT" else -pence, amount.mark("Ccy"))


def _ends(balances: Sequence[Balance]) -> tuple[Balance | None, Balance | None]:
    """Where the statement opens and closes. The pages of a long one meet at interim balances."""
    by_day = sorted(balances, key=lambda one: one.on or date.min)
    opens = _of_kind(by_day, "OPBD") or _of_kind(by_day, "PRCD")
    closes = _of_kind(by_day, "CLBD")
    between = _of_kind(by_day, "ITBD")
    if not opens and between and (closes or len(between) > 1):
        opens = between[:1]
    if not closes:
        closes = [one for one in between if one not in opens]
    _once(opens, opens[0].on if opens else None)
    _once(closes, closes[-1].on if closes else None)
    return (opens[0] if opens else None), (closes[-1] if closes else None)


def _of_kind(balances: Iterable[Balance], kind: str) -> list[Balance]:
    return [one for one in balances if one.kind == kind]


def _once(balances: Iterable[Balance], on: date | None) -> None:
    """Two different balances of the same kind and day: one of them is wrong."""
    there = [one for one in balances if one.on == on and one.kind != "ITBD"]
    for one in there[1:]:
        if one.pence != there[0].pence:
            raise refusals.BalanceNotRead(line=one.node.line, said=pounds(one.pence))


def _check_summary(node: Node, lines: Sequence[Line]) -> None:
    """What the bank counted itself must be what is there."""
    if node.one("StmtPgntn"):
        return  # it counts the pages in other files too
    inward = [line for line in lines if line.amount > 0]
    outward = [line for line in lines if line.amount < 0]
    for name, some in (("TtlCdtNtries", inward), ("TtlDbtNtries", outward)):
        place = node.one("TxsSummry", name)
        said = place.said("Sum") if place else ""
        if place and said:
            stated, found = amounts.exact(place.line, said, "."), abs(total(some))
            if stated != found:
                raise refusals.SummaryDiffers(
                    line=place.line, stated=pounds(stated), found=pounds(found)
                )


# --- Entries -------------------------------------------------------------------------------------


def _is_booked(node: Node) -> bool:
    status = node.one("Sts")
    said = (status.said("Cd") or status.text).upper() if status else ""
    if said not in {"BOOK", ""} | WAITING:
        raise refusals.Broken(line=node.line, said=shown(said))
    return said not in WAITING


def _entry(node: Node) -> Entry:
    """Whether it came in or went out is what CdtDbtInd says, also for what undoes another."""
    amount = node.one("Amt")
    side = node.said("CdtDbtInd")
    if amount is None or not amount.text:
        raise refusals.NotSaid(line=node.line, said="amount")
    if side not in {"CRDT", "DBIT"}:
        raise refusals.NotSaid(line=node.line, said="direction (in or out)")
    pence = amounts.exact(amount.line, amount.text, ".")
    day = _day(node.one("BookgDt")) or _day(node.one("ValDt"))
    if day is None:
        raise refusals.NotSaid(line=node.line, said="date")
    undoes = node.said("RvslInd").lower() in {"true", "1"}
    parts = [one for many in node.all("NtryDtls") for one in many.all("TxDtls")]
    words = _words(node, parts, came_in=(side == "CRDT") != undoes)
    signed = pence if side == "CRDT" else -pence
    return Entry(node, Line(day, signed, words, _bank_id(node, parts)), undoes)


def _day(node: Node | None) -> date | None:
    """The day as the bank wrote it, in its own time zone."""
    place = node and (node.one("Dt") or node.one("DtTm"))
    if not place:
        return None
    found = DAY.fullmatch(place.text)
    if found is None:
        raise refusals.NotADay(line=place.line, said=shown(place.text))
    return days.exact(place.line, place.text, int(found[1]), int(found[2]), int(found[3]))


def _bank_id(node: Node, parts: Sequence[Node]) -> str | None:
    said = [node.said("AcctSvcrRef")]
    if len(parts) == 1:
        said.append(parts[0].said("Refs", "AcctSvcrRef"))
    said.append(node.said("NtryRef"))
    return next((one for one in map(tidy, said) if one.upper() not in NO_NAME), None)


def _words(node: Node, parts: Sequence[Node], *, came_in: bool) -> str:
    """Who and what for. An entry of many payments stays one line, as the bank booked it once; its
    words name them.
    """
    own = node.said("AddtlNtryInf")
    if len(parts) < 2:
        said = tidy(*(_said(parts[0], came_in=came_in) if parts else ()))
        if not said or not own.startswith("/"):  # else: the same again, framed as in MT940
            said = tidy(said, words_of([own]))
        return said[:MOST_WORDS] or _code(node)
    pieces: list[str] = [f"{len(parts)} payments"]
    for part in parts:
        pieces.append(tidy(_amount(part), *_said(part, came_in=came_in)))
        if sum(map(len, pieces)) > MOST_WORDS:
            break
    return tidy(": ".join((pieces[0], "; ".join(filter(None, pieces[1:])))), own)[:MOST_WORDS]


def _amount(part: Node) -> str:
    return part.said("Amt") or part.said("AmtDtls", "TxAmt", "Amt")


def _said(part: Node, *, came_in: bool) -> tuple[str, ...]:
    """Of one payment: the other side's name, then what was written with it."""
    sides = ("Dbtr", "Cdtr") if came_in else ("Cdtr", "Dbtr")
    parties = part.one("RltdPties")
    names = [_name(parties, f"{before}{side}") for side in sides[:1] for before in ("", "Ultmt")]
    remittance = part.one("RmtInf")
    loose = [one.text for one in remittance.all("Ustrd")] if remittance else []
    strict = [said for one in remittance.all("Strd") for said in _strd(one)] if remittance else []
    own = part.said("Refs", "EndToEndId")
    own = "" if own.upper() in NO_NAME else own
    back = part.said("RtrInf", "Rsn", "Cd") or part.said("RtrInf", "Rsn", "Prtry")
    returned = f"RETURNED {back}" if part.one("RtrInf") else ""
    return (*names, " ".join(loose), " ".join(strict), own, part.said("AddtlTxInf"), returned)


def _name(parties: Node | None, side: str) -> str:
    """In the later versions a party is one level further down."""
    if parties is None:
        return ""
    return parties.said(side, "Nm") or parties.said(side, "Pty", "Nm")


def _strd(node: Node) -> list[str]:
    said = [node.said("CdtrRefInf", "Ref")]
    said += [one.said("Nb") for one in node.all("RfrdDocInf")]
    said += [one.text for one in node.all("AddtlRmtInf")]
    return [one for one in said if one]


def _code(node: Node) -> str:
    """The bank's code for the kind of payment, where there are no words at all."""
    code = node.one("BkTxCd")
    if code is None:
        return ""
    domain = code.one("Domn")
    said = (
        (domain.said("Cd"), domain.said("Fmly", "Cd"), domain.said("Fmly", "SubFmlyCd"))
        if (domain)
        else ()
    )
    return tidy(code.said("Prtry", "Cd")) or tidy(*said)
