"""The door to all bank files: bytes in, a statement out, or a named refusal and nothing else.

A new format is one file of its own with `looks_like` and `read`, and one line in FORMATS.
"""

from collections.abc import Callable
from dataclasses import dataclass

from payments.statements import camt, mt940, ofx, refusals
from payments.statements.columns import Columns
from payments.statements.guess import Preview, guess_of, preview_of
from payments.statements.statement import Line, Statement, alike, checked, fingerprints
from payments.statements.table import read_table
from payments.statements.text import text_of

__all__ = [
    "FORMATS",
    "Columns",
    "Format",
    "Line",
    "Preview",
    "Statement",
    "alike",
    "fingerprints",
    "guess_columns",
    "is_table",
    "preview",
    "read",
]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that says by itself what is what. `read` is given the text, and the account asked
    for where a file may hold several.
    """

    name: str
    looks_like: Callable[[str], bool]
    read: Callable[[str, str | None], Statement]


FORMATS = (
    Format("OFX", ofx.looks_like, ofx.read),
    Format("CAMT.053", camt.looks_like, camt.read),
    Format("MT940", mt940.looks_like, mt940.read),
)
# What we know and can't read yet, by how it starts.
OTHERS = {
    "<": "a web page or another kind of XML file",
    "!TYPE": "a QIF file",
    "!ACCOUNT": "a QIF file",
}


def read(body: bytes, columns: Columns | None = None, *, account: str | None = None) -> Statement:
    """Read a whole file, or refuse it whole.

    `columns` says how a table (CSV) is laid out; other formats need none. Amounts are pence.
    """
    text = text_of(body)
    for one in FORMATS:
        if one.looks_like(text):
            return checked(one.read(text, account))
    _must_be_a_table(text)
    if columns is None:
        preview_of(text)  # what is no table at all is refused for that
        raise refusals.ColumnsWanted
    return checked(read_table(text, columns))


def is_table(body: bytes) -> bool:
    """Whether somebody must choose its columns first."""
    try:
        text = text_of(body)
        if any(one.looks_like(text) for one in FORMATS):
            return False
        preview(body)
    except refusals.FileRefused:
        return False
    return True


def preview(body: bytes) -> Preview:
    """The headings and first rows of a table, for choosing its columns."""
    text = text_of(body)
    _must_be_a_table(text)
    return preview_of(text)


def guess_columns(body: bytes) -> Columns | None:
    """A proposal for the treasurer; None if there is nothing good to propose."""
    try:
        return guess_of(text_of(body))
    except refusals.FileRefused:
        return None


def _must_be_a_table(text: str) -> None:
    start = text[:200].lstrip().upper()
    for sign, kind in OTHERS.items():
        if start.startswith(sign):
            raise refusals.OtherKind(kind=kind)
