"""From the bytes of a file to its text: sizes, kinds that are no statement, and encodings."""

import codecs
import re

from payments.statements import refusals

MOST_BYTES = 2_000_000
KINDS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a spreadsheet or a zip file",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet",
    b"{\\rtf": "a letter from a word processor",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a zip file",
}
DECLARED = re.compile(rb"(?:CHARSET:|encoding=[\"'])([A-Za-z0-9_-]{1,20})", re.IGNORECASE)
CODECS = {"1250": "cp1250", "1251": "cp1251", "8859-15": "iso8859_15", "8859-2": "iso8859_2"}
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# What no page can show, though it is no sign of another kind of file: the second set of controls
# (a Windows file that calls itself Latin has some) and what Unicode says is no character.
UNSHOWN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def text_of(body: bytes) -> str:
    """Decode by the mark at the front, else UTF-8, else what the file declares, else Windows."""
    if not body.strip():
        raise refusals.Empty
    if len(body) > MOST_BYTES:
        raise refusals.TooBig
    first = body[:1000].lstrip()
    for start, kind in KINDS.items():
        if first.startswith(start):
            raise refusals.OtherKind(kind=kind)
    text = _decoded(body).lstrip("\ufeff").rstrip("\x1a")
    if not text.strip():
        raise refusals.Empty
    if "\0" in text:
        raise refusals.NotText
    strange = sum(1 for _ in CONTROLS.finditer(text))
    if strange * 500 > len(text):
        raise refusals.NotText
    return UNSHOWN.sub(" ", text)


def _decoded(body: bytes) -> str:
    for codec in _codecs(body):
        try:
            return body.decode(codec)
        except UnicodeDecodeError:
            continue
    raise refusals.NotText


def _codecs(body: bytes) -> tuple[str, ...]:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    sample = body[:2000]
    if sample[1::2].count(0) * 2 > len(sample) // 2:
        return ("utf-16-le",)
    if sample[0::2].count(0) * 2 > len(sample) // 2:
        return ("utf-16-be",)
    found = DECLARED.search(body[:1000])
    named = found.group(1).decode("ascii").upper() if found else ""
    declared = next((codec for name, codec in CODECS.items() if named.endswith(name)), "cp1252")
    return ("utf-8", declared, "cp1252")
