"""Closing months in the ledger's tests: two people, and days of this year."""

from datetime import date
from uuid import UUID

from books import NOW, Shelf

import db
from ledger import closing
from ledger.accounting import month_of
from ledger.closing import Agreed

ANA, RAJ = (UUID(f"{n}1111111-1111-4111-8111-111111111111") for n in (1, 2))
LATER = date(2027, 1, 5)


def day(month: int, on: int = 10) -> date:
    return date(2026, month, on)


def number(month: int) -> int:
    return month_of(day(month))


def in_bank(book: Shelf, month: int) -> int:
    with db.reading() as session:
        return closing.bank_at_end(session, book.id, number(month))


def close(book: Shelf, month: int, words: str = "", *, says=None, today=LATER, by=(ANA, RAJ)):
    with db.transaction() as session:
        at_end = closing.bank_at_end(session, book.id, number(month))
        return closing.close(
            session, book.id, number(month), Agreed(*by, words),
            bank_says=at_end if says is None else says, today=today, now=NOW,
        )  # fmt: skip


def reopen(book: Shelf, month: int, words: str = "A bill was late", *, by=(ANA, RAJ)):
    with db.transaction() as session:
        return closing.reopen(session, book.id, number(month), Agreed(*by, words), now=NOW)


def until(book: Shelf) -> int | None:
    with db.reading() as session:
        found = closing.closed_until(session, book.id)
    return None if found is None else found - number(1) + 1


def held(book: Shelf, month: int) -> dict[tuple[str, str], int]:
    """By the name of the fund and the account, in pence."""
    names = {str(fund): name for name, fund in book.funds.items()}
    with db.reading() as session:
        found = closing.held_at_end(session, book.id, number(month))
    return {(names[fund], account): amount for fund, account, _, amount in found}
