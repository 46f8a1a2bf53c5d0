"""From the text of a file to the rows of a table, with the line where each stands."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from payments.statements import refusals
from payments.statements.days import looks_like_a_day
from payments.statements.statement import MOST_LETTERS, MOST_LINES

MOST_COLUMNS = 50
SIGNS = ",;\t|"
SAMPLE = 60
SAMPLE_LETTERS = 50_000


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: tuple[str, ...]

    def cell(self, column: int | None) -> str:
        """Empty if the row is too short: banks leave off empty places at the end."""
        return self.cells[column] if column is not None and column < len(self.cells) else ""


def rows_of(text: str) -> list[Row]:
    """Every row that is not blank. A file of one column is no table."""
    text, sign = _separator(text)
    rows: list[Row] = []
    for row in _rows(text, sign):
        if len(rows) > MOST_LINES + SAMPLE:
            raise refusals.TooManyLines
        _measure(row)
        rows.append(row)
    return rows


def _separator(text: str) -> tuple[str, str]:
    """Some files name their separator in the first line. That line becomes blank."""
    first, end, rest = text.partition("\n")
    hint = first.strip().strip('"').casefold()
    if hint.startswith("sep=") and hint[4:] in tuple(SIGNS):
        return end + rest, hint[4:]
    return text, _likely(text)


def _likely(text: str) -> str:
    """The sign that cuts the most rows of the sample to one same width, then to the widest."""
    best, chosen = (0, 0), ""
    for sign in SIGNS:
        widths = Counter(
            len(row.cells) for row in islice(_sample(text[:SAMPLE_LETTERS], sign), SAMPLE)
        )
        widths.pop(1, None)
        if widths:
            width, many = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
            if (many, width) > best:
                best, chosen = (many, width), sign
    if not chosen:
        raise refusals.NotATable
    return chosen


def _sample(text: str, sign: str) -> Iterator[Row]:
    try:
        yield from _rows(text, sign)
    except refusals.FileRefused:
        return


def _rows(text: str, sign: str) -> Iterator[Row]:
    reader = csv.reader(
        _lines(text, sign), delimiter=sign, strict=True, skipinitialspace=sign != "\t"
    )
    line = 1
    try:
        for cells in reader:
            if reader.line_num > line and any(_swallows(cell, sign) for cell in cells):
                raise refusals.QuoteOpen(line=line)
            if any(cell.strip() for cell in cells):
                yield Row(line, tuple(cell.strip() for cell in cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise refusals.QuoteOpen(line=line) from error


def _swallows(cell: str, sign: str) -> bool:
    """Whether a cell over several lines holds what looks like rows of its own: then the quotation
    marks of two rows went wrong, and a payment would be lost.
    """
    parts = [part.split(sign) for part in cell.splitlines()[1:] if sign in part]
    return any(looks_like_a_day(word) for part in parts for word in part[:MOST_COLUMNS])


def _lines(text: str, sign: str) -> Iterator[str]:
    """A line with thousands of columns is refused before it is cut up."""
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if line.count(sign) > MOST_LETTERS:
            raise refusals.TooManyColumns(line=number)
        yield line


def _measure(row: Row) -> None:
    width = len(row.cells)
    while width and not row.cells[width - 1]:
        width -= 1
    if width > MOST_COLUMNS:
        raise refusals.TooManyColumns(line=row.line)
    if any(len(cell) > MOST_LETTERS for cell in row.cells):
        raise refusals.CellTooLong(line=row.line)
