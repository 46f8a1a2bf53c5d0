"""From the dates of a whole file to days. What a file does not settle is asked, never guessed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from payments.statements import refusals
from payments.statements.statement import bare, shown

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
YEARS = range(1990, 2100)
CLOCK = re.compile(
    r"[t ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\s?(?:[ap]m)?"
    r"\s?(?:z|utc|gmt|bst|[+-]\d{2}:?\d{2})?$",
    re.ASCII,
)
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
SHORT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
NUMBERS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
SHORT_NUMBERS = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
NAMED = re.compile(
    r"(?:[a-z]{3,9},? )?(\d{1,2})(?:st|nd|rd|th)?[-/. ]([a-z]{3,9})\.?,?[-/. ](\d{4}|\d{2})",
    re.ASCII,
)
MONTH_FIRST = re.compile(
    r"(?:[a-z]{3,9},? )?([a-z]{3,9})\.?[-/. ](\d{1,2})(?:st|nd|rd|th)?,?[-/. ](\d{4}|\d{2})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it was written: the parts in the order of the file, and if that order is known."""

    line: int
    said: str
    first: int
    second: int
    year: int
    day_first: bool | None


def looks_like_a_day(text: str) -> bool:
    try:
        written(0, text)
    except refusals.FileRefused:
        return False
    return True


def written(line: int, text: str) -> Written:
    """Refuses what is no date, without yet asking whether there is such a day."""
    words = bare(text).casefold()
    words = CLOCK.sub("", words).strip(" ,") if len(words) <= 40 else ""
    for pattern, read in _READERS:
        found = pattern.fullmatch(words)
        parts = read(found) if found else None
        if parts is not None and _century(parts[2]) in YEARS:
            return Written(line, shown(text), parts[0], parts[1], _century(parts[2]), parts[3])
    raise refusals.NotADay(line=line, said=shown(text))


Parts = tuple[int, int, int, bool | None]


def _year_first(found: re.Match[str]) -> Parts:
    return int(found[4]), int(found[3]), int(found[1]), True


def _short(found: re.Match[str]) -> Parts | None:
    if int(found[2]) > 12:
        return None
    return int(found[3]), int(found[2]), int(found[1]), True


def _numbers(found: re.Match[str]) -> Parts:
    return int(found[1]), int(found[3]), int(found[4]), None


def _short_numbers(found: re.Match[str]) -> Parts:
    return int(found[1]), int(found[2]), int(found[3]), None


def _named(found: re.Match[str]) -> Parts | None:
    month = _month(found[2])
    return (int(found[1]), month, int(found[3]), True) if month else None


def _month_first(found: re.Match[str]) -> Parts | None:
    month = _month(found[1])
    return (int(found[2]), month, int(found[3]), True) if month else None


_READERS = (
    (YEAR_FIRST, _year_first),
    (SHORT, _short),
    (NUMBERS, _numbers),
    (SHORT_NUMBERS, _short_numbers),
    (NAMED, _named),
    (MONTH_FIRST, _month_first),
)


def _month(word: str) -> int | None:
    full = next((month for month in MONTHS if month.startswith(word[:3])), None)
    known = full is not None and word in {full, full[:3], "sept"}
    return MONTHS.index(full) + 1 if full and known else None


def _century(year: int) -> int:
    return year + 2000 if year < 100 else year


def exact(line: int, said: str, year: int, month: int, day: int) -> date:
    """The day of a format that says itself which part is which."""
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise refusals.NoSuchDay(line=line, said=shown(said)) from error
    if found.year not in YEARS:
        raise refusals.NoSuchDay(line=line, said=shown(said))
    return found


def settled(found: Iterable[Written]) -> bool | None:
    """Whether the whole file puts the day first. None: it can be read both ways."""
    unsure = [one for one in found if one.day_first is None and one.first != one.second]
    day = next((one for one in unsure if one.first > 12), None)
    month = next((one for one in unsure if one.second > 12), None)
    if day and month:
        later = max(day, month, key=lambda one: one.line)
        raise refusals.DatesMixed(line=later.line, said=later.said)
    return None if unsure and not day and not month else not month


def days_of(found: Sequence[Written], day_first: bool | None) -> list[date]:
    """All dates of a file. `day_first` None: the file must settle it by itself."""
    if day_first is None:
        day_first = settled(found)
        if day_first is None:
            one = next(one for one in found if one.day_first is None and one.first != one.second)
            raise refusals.DatesUnclear(line=one.line, said=one.said)
    return [_day(one, one.day_first if one.day_first is not None else day_first) for one in found]


def _day(one: Written, day_first: bool) -> date:
    day, month = (one.first, one.second) if day_first else (one.second, one.first)
    try:
        return date(one.year, month, day)
    except ValueError as error:
        if one.day_first is None and month > 12 >= day:
            raise refusals.DatesOtherWay(line=one.line, said=one.said) from error
        raise refusals.NoSuchDay(line=one.line, said=one.said) from error
