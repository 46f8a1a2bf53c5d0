"""The words of an MT940 payment (:86:): unwrapped from the frames that banks put round them.

Three are in use: ?20 sub-fields (and the SEPA keys within), /NAME/ code words, or plain lines.
"""

import re
from collections.abc import Sequence

from payments.statements.statement import tidy

WIDE = 65  # letters of a line of :86:, some banks counting its tag
TAG = 4
NARROW = 27  # letters of a ?20 sub-field
FRAMED = re.compile(r"(?:\d{3})?(?P<sign>[?<>+~|*$%@#^])(?=[0-6]\d)", re.ASCII)
KEYS = re.compile(
    r"(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|ANAM|IBAN|BIC|PURP|RREF|SQTP)\+"
)
# Code words, and what is kept of each: the other side's name, what was written, their own mark.
CODES = re.compile(
    r"/(ADDR|BBAN|BENM|BIC|BUSP|CD|CHGS|CITY|CNTP|CSID|EREF|EXCH|IBAN|ID|INFO|INIT|ISDT|KREF|MARF"
    r"|NAME|NRTX|OCMT|ORDP|PREF|PURP|REMI|RREF|RTRN|SVCL|TRCD|TRTP|ULTB|ULTC|ULTD|ULTR|UREF)/"
)
KEPT = ("NAME", "CNTP", "ULTD", "ULTC", "REMI", "INFO", "EREF")
NO_NAME = {"NOTPROVIDED", "NONREF", ""}


def words_of(lines: Sequence[str]) -> str:
    """Who and what for, out of the lines of :86:."""
    if len(lines) > 1 and re.fullmatch(r"\d{3} ?", lines[0]):
        lines = lines[1:]  # the kind of payment alone, and the same again with the words
    framed = _run_on(lines, WIDE, WIDE - TAG)
    frame = FRAMED.match(framed)
    if frame:
        return _of_subfields(framed[frame.end() :], frame["sign"])
    return _of_codes(framed) if CODES.search(framed) else tidy(_run_on(lines, WIDE))


def _run_on(pieces: Sequence[str], width: int, first: int | None = None) -> str:
    """A full piece was cut wherever it ended; a shorter one ended there. `first`: the width of the
    first one, if it is another.
    """
    said = ""
    for place, piece in enumerate(pieces):
        full = place > 0 and len(pieces[place - 1]) >= (first or width if place == 1 else width)
        said += piece if full or not said else f" {piece}"
    return said.strip()


def _of_subfields(text: str, sign: str) -> str:
    """?20 to ?29 and ?60 to ?63 are what was written, ?32 and ?33 the name, ?00 the kind."""
    cut = re.split(rf"(?:^|{re.escape(sign)})(\d\d)", text)
    pieces = list(zip(cut[1::2], cut[2::2], strict=True))
    said = [piece for number, piece in pieces if "20" <= number <= "29" or "60" <= number <= "63"]
    name = [piece for number, piece in pieces if number in {"32", "33"}]
    kind = [piece for number, piece in pieces if number == "00"]
    return tidy(_run_on(name, NARROW), *_of_keys(_run_on(said, NARROW))) or tidy(*kind)


def _of_keys(text: str) -> list[str]:
    """SVWZ+ is what was written, ABWA+ for whom, EREF+ the sender's own mark."""
    cut = KEYS.split(text)
    found = dict(zip(cut[1::2], cut[2::2], strict=True))
    if "SVWZ" not in found and "EREF" not in found:
        return [text]
    mark = found.get("EREF", "").strip()
    mark = "" if mark.upper() in NO_NAME else mark
    return [found.get("ABWA", ""), cut[0], found.get("SVWZ", ""), mark]


def _of_codes(text: str) -> str:
    cut = CODES.split(text)
    found: dict[str, list[str]] = {}
    for name, said in zip(cut[1::2], cut[2::2], strict=True):
        found.setdefault(name, []).append(_bare(name, said.strip()))
    kept = [" ".join(found[name]) for name in KEPT if name in found]
    return tidy(cut[0].rstrip("/"), *kept) or tidy(text)


def _bare(name: str, said: str) -> str:
    """Without the marks of its kind. /CNTP/ is account, bank, name and town of the other side."""
    if name in {"CNTP", "ULTD", "ULTC"}:
        parts = said.split("/")
        return parts[2] if len(parts) > 2 and name == "CNTP" else said.strip("/")
    if name == "REMI":
        said = re.sub(r"^(?:USTD//|STRD/[A-Z]*/?)", "", said)
    said = said.strip().rstrip("/")
    return "" if said.upper() in NO_NAME else said
