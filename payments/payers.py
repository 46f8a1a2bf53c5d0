"""Who a line is from or to, out of its words: they write other figures each time. Pure."""

import calendar
import re

WORDS = re.compile(r"[^\W_]+")
_FULL = tuple(month.casefold() for month in calendar.month_name if month)
MONTHS = frozenset(_FULL) | {month[:3] for month in _FULL} | {"sept"}


def payer(words: str) -> str:
    """What stays the same from one payment to the next: no figures, dates or months."""
    found = WORDS.findall(words.casefold())
    return " ".join(
        word for word in found if word not in MONTHS and not any(sign.isdigit() for sign in word)
    )
