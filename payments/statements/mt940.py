"""SWIFT MT940: messages of lines that begin with their tag, in an envelope or bare.

MT942 (a report within the day) and other messages are told by name and refused. The words of a
payment (:86:) are unwrapped by mt940_words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from payments.statements import amounts, days, refusals
from payments.statements.mt940_words import words_of
from payments.statements.pages import MOST_PAGES, Page, joined, plain
from payments.statements.statement import MOST_LETTERS, MOST_LINES, Line, Statement, shown, tidy

TAG = re.compile(r":(\d{2}[A-Z]?|\d{3}|NS):(.*)", re.ASCII | re.DOTALL)
LOOKS = re.compile(
    r"(?:^|\{4:)[ \t]*:20:|^[ \t]*\{1:F\d\d|\A\s*:(?:25|28C?|60[FM]|61):", re.MULTILINE
)
BLOCK = re.compile(r"\{\d:(?:[^{}]|\{[^{}]*\})*\}")
KIND = re.compile(r"\{2:[IO](\d{3})")
ENTRY = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4})?(?P<mark>R?[CD])(?P<funds>[A-Z])?(?P<amount>[\d.,]+)"
    r" ?(?P<kind>[A-Z][A-Z0-9]{3})?(?P<rest>.*)",
    re.ASCII | re.DOTALL,
)
BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})([\d.,]+)", re.ASCII)
IN = {"C", "RD"}
# No reference, or the word for "see :86:".
NO_NAME = {"", "NONREF", "NOREF", "NOTPROVIDED", "EREF", "MARF", "PREF", "KREF", "KREF+", "MREF+"}
NEAR = (-1, 0, 1)
STATEMENTS = {"940", "950"}


@dataclass(slots=True)
class Field:
    """One tag with its lines."""

    line: int
    tag: str
    texts: list[str]

    @property
    def text(self) -> str:
        return self.texts[0].strip()


@dataclass(slots=True)
class Entry:
    """A :61: and the :86: that go with it."""

    of: Field
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Message:
    """One page, from its :20: on. `said`: its fields that stand once."""

    line: int
    said: dict[str, Field] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Balance:
    on: str
    currency: str
    pence: int
    line: int


def looks_like(text: str) -> bool:
    return LOOKS.search(text[:2000].replace("\r", "\n")) is not None


def read(text: str, account: str | None = None) -> Statement:
    """The one account of the file, or the one that was asked for."""
    messages = _messages(text)
    if not messages:
        raise refusals.NoStatement
    return joined([_page(one) for one in messages], account)


# --- From lines to messages ----------------------------------------------------------------------


def _fields(text: str) -> Iterator[Field]:
    """Each tag with the lines that run on below it. A "-" ends the message."""
    here: Field | None = None
    for number, line in enumerate(_plain_lines(text), start=1):
        inside = _unwrapped(line, number)
        found = TAG.match(inside)
        if found:
            if here:
                yield here
            here = Field(number, found[1], [found[2]])
        elif inside != line or inside.strip() == "-":
            if here:
                yield here
            here = None
        elif here:
            here.texts.append(inside)
            if sum(map(len, here.texts)) > MOST_LETTERS or len(here.texts) > MOST_LETTERS // 20:
                raise refusals.CellTooLong(line=here.line)
        elif inside.strip()[:1] == ":":
            raise refusals.Broken(line=number, said=shown(inside))
    if here:
        yield here


def _plain_lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _unwrapped(line: str, number: int) -> str:
    """The line without the envelope of SWIFT. Refuses an envelope that holds something else."""
    if len(line) > MOST_LETTERS:
        raise refusals.CellTooLong(line=number)
    bare = line.lstrip(" \x01\x03") if line[:1] in {" ", "\x01", "\x03", "{"} else line
    if not bare.startswith(("{", "-}")):
        return line if bare[:1] != ":" else bare
    kind = KIND.search(bare)
    if kind and kind[1] not in STATEMENTS:
        known = "a report within the day (MT942), not a statement"
        other = f"a SWIFT message MT{kind[1]}, not a statement"
        raise refusals.OtherKind(kind=known if kind[1] == "942" else other)
    rest = BLOCK.sub("", bare.removeprefix("-}")).replace("{4:", "").strip()
    return rest if rest.startswith(":") else ""


def _messages(text: str) -> list[Message]:
    found: list[Message] = []
    payments = 0
    for one in _fields(text):
        payments += one.tag == "61"
        if payments > MOST_LINES or len(found) > MOST_PAGES:
            raise refusals.TooManyLines
        if one.tag == "20":
            found.append(Message(one.line))
        elif one.tag == "34F":
            raise refusals.OtherKind(kind="a report within the day (MT942), not a statement")
        elif found:
            _put(found[-1], one)
        elif one.tag in {"25", "28C", "60F", "60M", "61", "62F", "62M"}:
            raise refusals.Lacks(line=one.line, said="beginning (:20:)")
    return found


def _put(message: Message, one: Field) -> None:
    """A field where it belongs. What stands once and is there twice is refused."""
    name = {"25P": "25", "28": "28C"}.get(one.tag, one.tag)
    if name == "61":
        if _closing(message) or not _opening(message):
            raise refusals.Broken(line=one.line, said=":61:")
        message.entries.append(Entry(one))
    elif name == "86":
        if message.entries and not _closing(message):
            message.entries[-1].words.extend(one.texts)
    elif name in {"25", "28C", "60F", "60M", "62F", "62M"}:
        again = {"60F": "60M", "60M": "60F", "62F": "62M", "62M": "62F"}.get(name, name)
        if name in message.said or again in message.said:
            raise refusals.Broken(line=one.line, said=f":{one.tag}:")
        message.said[name] = one


def _opening(message: Message) -> Field | None:
    return message.said.get("60F") or message.said.get("60M")


def _closing(message: Message) -> Field | None:
    return message.said.get("62F") or message.said.get("62M")


# --- From messages to pages ----------------------------------------------------------------------


def _page(message: Message) -> Page:
    opening = _balance(message, _opening(message), "opening balance (:60F:)")
    closing = _balance(message, _closing(message), "closing balance (:62F:)")
    if opening.currency != closing.currency:
        raise refusals.SeveralCurrencies(
            line=closing.line, said=closing.currency, other=opening.currency
        )
    lines = [_line(one) for one in message.entries]
    number = message.said.get("28C")
    parts = re.findall(r"\d{1,9}", number.text)[:2] if number else []
    return Page(
        message.line,
        Statement(
            _account(message, opening.currency),
            opening.currency,
            tuple(line for line in lines if line.amount),
            opening.pence,
            closing.pence,
            _short_day(closing.line, closing.on),
        ),
        number.text if number else "",
        tuple(map(int, parts)),
    )


def _balance(message: Message, one: Field | None, name: str) -> Balance:
    if one is None:
        raise refusals.Lacks(line=message.line, said=name)
    found = BALANCE.fullmatch("".join(one.text.split()))
    if found is None:
        raise refusals.BalanceNotRead(line=one.line, said=shown(one.text))
    pence = _pence(one.line, found[4])
    return Balance(found[2], found[3], pence if found[1] == "C" else -pence, one.line)


def _account(message: Message, currency: str) -> str | None:
    """Without the bank before it and the currency behind it, where a bank puts them there."""
    one = message.said.get("25")
    if one is None:
        raise refusals.Lacks(line=message.line, said="account (:25:)")
    number = re.sub(rf"(?<=\d)[ /]?{currency}$", "", one.text)
    return plain(number.rstrip("/").rpartition("/")[2]) or None


def _pence(line: int, text: str) -> int:
    """The comma is before the pennies. A few banks write a dot, and then always two figures."""
    if re.fullmatch(r"\d{1,15}\.\d{2}", text):
        return amounts.exact(line, text, ".")
    return amounts.exact(line, text, ",")


def _short_day(line: int, said: str) -> date:
    return days.exact(line, said, 2000 + int(said[:2]), int(said[2:4]), int(said[4:6]))


# --- Payments ------------------------------------------------------------------------------------


def _line(entry: Entry) -> Line:
    """R (reversal) turns the side round: RC takes back what came in, RD what went out."""
    one = entry.of
    found = ENTRY.fullmatch(one.text)
    if found is None:
        raise refusals.EntryNotRead(line=one.line, said=shown(one.text))
    pence = _pence(one.line, found["amount"])
    value = _short_day(one.line, found["value"])
    day = _booked(one.line, value, found["entry"]) if found["entry"] else value
    ours, _, theirs = found["rest"].partition("//")
    bank_id = tidy(theirs)
    said = words_of(entry.words)
    own = "" if ours.strip().upper() in NO_NAME else ours
    words = tidy(said, own) if said else tidy(own, " ".join(one.texts[1:])) or found["kind"] or ""
    return Line(
        day,
        pence if found["mark"] in IN else -pence,
        words,
        None if bank_id.upper() in NO_NAME else bank_id,
    )


def _booked(line: int, value: date, said: str) -> date:
    """The day of booking is written without its year: the one that is nearest to the value date."""
    month, day = int(said[:2]), int(said[2:])
    near = []
    for years in NEAR:
        try:
            near.append(date(value.year + years, month, day))
        except ValueError:
            continue
    if not near:
        raise refusals.NoSuchDay(line=line, said=said)
    return min(near, key=lambda one: abs((one - value).days))
