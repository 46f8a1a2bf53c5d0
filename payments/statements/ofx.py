"""OFX and QFX, old (SGML, tags left open) and new (XML), read by one set of eyes.

Nothing is expanded or looked up: a tag is a tag, its text is what stands before the next one.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from payments.statements import amounts, days, refusals
from payments.statements.pages import asked_for
from payments.statements.statement import (
    MOST_LETTERS,
    MOST_LINES,
    Line,
    Statement,
    oldest_first,
    shown,
    tidy,
)

TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9_.]{0,40})(?:\s+xmlns[^<>]{0,200})?\s*/?>")
ENTITY = re.compile(r"&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6}));")
NAMES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
DAY = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?\d{2}(?::?\d{2}){0,2}(?:[.,]\d*)?)?"
    r"\s*(?:Z|[+-]\d{2}(?::?\d{2})?)?\s*(?:\[[^\]]*\]?)?",
    re.ASCII,
)
MOST_TAGS = 200_000
DEEP = 20
STATEMENTS = {"STMTRS", "CCSTMTRS"}
# Tags that hold other tags, as far as they keep one thing from another. Other tags hold text, and
# need no end.
HOLDERS = STATEMENTS | {
    "OFX", "BANKACCTFROM", "CCACCTFROM", "BANKTRANLIST", "STMTTRN", "BANKTRANLISTP", "STMTTRNP",
    "PAYEE", "BANKACCTTO", "CCACCTTO", "CURRENCY", "ORIGCURRENCY", "LEDGERBAL", "AVAILBAL",
    "BALLIST", "BAL",
}  # fmt: skip
# Which text is wanted: (the tag that holds it, its own tag) -> the name it is kept under.
OF_ACCOUNT = {
    ("BANKACCTFROM", "BANKID"): "BANKID",
    ("BANKACCTFROM", "ACCTID"): "ACCTID",
    ("CCACCTFROM", "ACCTID"): "ACCTID",
    ("LEDGERBAL", "BALAMT"): "BALAMT",
    ("LEDGERBAL", "DTASOF"): "DTASOF",
}
ONCE = ("DTPOSTED", "DTUSER", "TRNAMT", "FITID", "TRNTYPE", "CHECKNUM")
OF_PAYMENT = {
    **{("STMTTRN", tag): tag for tag in (*ONCE, "NAME", "MEMO", "EXTDNAME")},
    ("PAYEE", "NAME"): "NAME",
    ("CURRENCY", "CURSYM"): "CURSYM",
}
OUTWARD = {"DEBIT", "DIRECTDEBIT", "FEE", "SRVCHG", "DBIT", "D", "OUT"}
# What a few banks put among the payments though it is a balance.
NO_PAYMENT = re.compile(
    r"(?:(?:opening|closing|previous|current|daily) balance|balance (?:brought|carried) forward"
    r"|saldo (?:anterior|atual|do dia|final|inicial)|s a l d o)\W*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Said:
    """What one payment, or one account, says: the texts by their tags, and the line it starts."""

    line: int
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    said: Said
    payments: list[Said] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        return self.said.texts.get("BANKID", ""), self.said.texts.get("ACCTID", "")


@dataclass(slots=True)
class Walk:
    """Where we are in the file: the open holders, and what was found so far."""

    line: int = 1
    path: list[str] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)

    @property
    def account(self) -> Account:
        """The account we are in. A few banks leave off the tag that begins it."""
        if not self.accounts:
            self.accounts.append(Account(Said(self.line)))
        return self.accounts[-1]

    def open(self, tag: str) -> None:
        if tag == "STMTTRN" and "STMTTRN" in self.path:
            self.close("STMTTRN")  # its end was left off
        within = set(self.path) - {"OFX"}
        if len(self.path) > DEEP or (tag in STATEMENTS and within):
            raise refusals.Broken(line=self.line, said=tag)
        self.path.append(tag)
        if tag in STATEMENTS:
            self.accounts.append(Account(Said(self.line)))
        elif tag == "STMTTRN":
            self.account.payments.append(Said(self.line))
            if len(self.account.payments) > MOST_LINES:
                raise refusals.TooManyLines

    def close(self, tag: str) -> None:
        """Ends left off within are made good, but never the end of the list of payments."""
        same = STATEMENTS if tag in STATEMENTS else {tag}  # some banks end one with the other
        while self.path and self.path[-1] not in same and self.path[-1] != "BANKTRANLIST":
            self.path.pop()
        if not self.path or self.path[-1] not in same:
            raise refusals.Broken(line=self.line, said=tag)
        self.path.pop()

    def text(self, tag: str, text: str) -> None:
        place = (self.path[-1] if self.path else "", tag)
        if tag == "CURDEF":
            self.keep(self.account.said, tag, text)
        elif place in OF_ACCOUNT:
            self.keep(self.account.said, OF_ACCOUNT[place], text)
        elif place in OF_PAYMENT and self.path.count("STMTTRN"):
            self.keep(self.account.payments[-1], OF_PAYMENT[place], text)

    def keep(self, said: Said, name: str, text: str) -> None:
        if len(text) > MOST_LETTERS:
            raise refusals.CellTooLong(line=self.line)
        words = tidy(ENTITY.sub(_letter, text))
        before = said.texts.get(name)
        if before and name in {"NAME", "MEMO"}:
            words = tidy(before, words)
        elif before and words and before != words:
            raise refusals.SaidTwice(line=said.line, said=name)
        said.texts[name] = words or before or ""


def looks_like(text: str) -> bool:
    start = text[:4000].lstrip().upper()
    begins = start.startswith(("OFXHEADER", "<"))
    return begins and ("<OFX" in start or "OFXHEADER" in start)


def read(text: str, account: str | None = None) -> Statement:
    """The one account of the file, or the one that was asked for."""
    sections: dict[tuple[str, str], list[Account]] = {}
    for one in _walked(_bared(text)):
        sections.setdefault(one.key, []).append(one)
    if not sections:
        raise refusals.NoStatement
    keys = list(sections)
    chosen = asked_for([number for _, number in keys], account)
    if len(chosen) > 1:
        raise refusals.SeveralAccounts(count=len(chosen))
    return _together([_statement(one) for one in sections[keys[chosen[0]]]])


def _together(sections: list[Statement]) -> Statement:
    """Sections of one account, whose times may overlap: what two of them say is one payment, but
    twins within one are two. The latest balance is the closing one.
    """
    last = max(sections, key=lambda one: (one.closing_on or date.min, one.closing is not None))
    lines: list[Line] = []
    for section in sections:
        had = Counter(lines)
        for line in section.lines:
            if had[line]:
                had[line] -= 1
            else:
                lines.append(line)
    currencies = {one.currency for one in sections} - {None}
    if len(currencies) > 1:
        raise refusals.SeveralAccounts(count=len(currencies))
    if len(sections) > 1:
        lines.sort(key=lambda line: line.happened_on)
    return Statement(
        last.account, next(iter(currencies), None), tuple(lines), None, last.closing,
        last.closing_on,
    )  # fmt: skip


def _walked(text: str) -> list[Account]:
    if text.count("<") > MOST_TAGS:
        raise refusals.TooManyLines
    walk, reached = Walk(), 0
    for tag, inside in _tags(text):
        walk.line += text.count("\n", reached, tag.start())
        reached, name = tag.start(), tag[2].upper()
        if name == "INVSTMTRS":
            raise refusals.OtherKind(kind="an account of investments")
        if name not in HOLDERS:
            if not tag[1]:
                walk.text(name, inside)
        elif tag[1]:
            walk.close(name)
        else:
            walk.open(name)
    if set(walk.path) - {"OFX"}:
        raise refusals.CutShort
    return walk.accounts


def _tags(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each tag, with the text up to the next one."""
    tag = None
    for after in TAG.finditer(text):
        if tag is not None:
            yield tag, text[tag.end() : after.start()]
        tag = after
    if tag is not None:
        yield tag, text[tag.end() :]


def _bared(text: str) -> str:
    """One kind of line end; no comments; what stands in CDATA is only text."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = _replaced(plain, "<!--", "-->", lambda inside: "\n" * inside.count("\n"))
    return _replaced(plain, "<![CDATA[", "]]>", lambda inside: inside.replace("<", "&lt;"))


def _replaced(text: str, start: str, end: str, change: Callable[[str], str]) -> str:
    parts, reached = [], 0
    while (first := text.find(start, reached)) >= 0:
        last = text.find(end, first + len(start))
        if last < 0:
            break
        inside = text[first + len(start) : last]
        if "<TRNAMT" in inside.upper():  # words of two payments may not hide those between them
            raise refusals.Broken(line=text.count("\n", 0, first) + 1, said=start)
        parts += [text[reached:first], change(inside)]
        reached = last + len(end)
    return "".join((*parts, text[reached:]))


def _letter(found: re.Match[str]) -> str:
    name, number, hexadecimal = found.groups()
    if name:
        return NAMES[name]
    code = int(number) if number else int(hexadecimal, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else found[0]


def _statement(account: Account) -> Statement:
    texts = account.said.texts
    found = [_amount(one) for one in account.payments]
    balance = amounts.written(account.said.line, texts.get("BALAMT", ""))
    pence = amounts.pence_of(found)
    _signs_are_clear(account.payments, found)
    lines = [
        Line(_day(one), amount, _words(one), one.texts.get("FITID") or None)
        for one, amount in zip(account.payments, pence, strict=True)
        if amount
    ]
    return Statement(
        texts.get("ACCTID") or None,
        _currency(account),
        oldest_first(lines),
        None,
        amounts.pence_of([balance])[0],
        _as_day(texts.get("DTASOF", "")) if balance else None,
    )


def _amount(payment: Said) -> amounts.Written:
    found = amounts.written(payment.line, payment.texts.get("TRNAMT", ""))
    if found is None:
        raise refusals.NotSaid(line=payment.line, said="amount")
    return found


def _signs_are_clear(payments: list[Said], found: list[amounts.Written]) -> None:
    """Some banks leave the minus off what went out, and only say so in words."""
    outward = [
        one
        for one, much in zip(payments, found, strict=True)
        if one.texts.get("TRNTYPE", "").upper() in OUTWARD and _is_something(much)
    ]
    if outward and not any(one.minus and _is_something(one) for one in found):
        raise refusals.SignsUnclear(line=outward[0].line)


def _is_something(one: amounts.Written) -> bool:
    return bool(one.number.strip("0., '"))


def _day(payment: Said) -> date:
    said = payment.texts.get("DTPOSTED") or payment.texts.get("DTUSER")
    if not said:
        raise refusals.NotSaid(line=payment.line, said="date")
    day = _as_day(said)
    if day is None:
        raise refusals.NoSuchDay(line=payment.line, said=shown(said))
    return day


def _as_day(text: str) -> date | None:
    """The day as the bank wrote it, in its own time zone."""
    found = DAY.fullmatch(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
    return day if day and day.year in days.YEARS else None


def _words(payment: Said) -> str:
    texts = payment.texts
    said = tidy(*(texts.get(tag, "") for tag in ("NAME", "EXTDNAME", "MEMO")))
    if NO_PAYMENT.fullmatch(said):
        raise refusals.BalanceAmongPayments(line=payment.line, said=shown(said))
    return said or tidy(texts.get("TRNTYPE", ""), texts.get("CHECKNUM", ""))


def _currency(account: Account) -> str | None:
    ours = account.said.texts.get("CURDEF", "").upper()
    for one in account.payments:
        theirs = one.texts.get("CURSYM", "").upper()
        if theirs and theirs != (ours or theirs):
            raise refusals.SeveralCurrencies(line=one.line, said=shown(theirs), other=shown(ours))
        ours = ours or theirs
    return ours if len(ours) == 3 else None
