"""A payment that comes a second time by another way: held and asked about, never posted twice.

Banks write a payment differently in each kind of file, some number their lines afresh, and other
columns may be chosen. Then its fingerprint is new, though the payment is not.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from payments.models import BankApart, BankLine
from pools import reference


def mark(session: Session, lines: Sequence[BankLine], prints: frozenset[str]) -> int:
    """Set `like_id` of each line that may be one we had, and return how many.

    `lines` are the new ones of a file, `prints` the fingerprints of all its lines. A line that we
    had and that this file brings again is accounted for; each other one stands for one line at
    most, so that of three where we had two, one is new.
    """
    if not lines:
        return 0
    before = _before(session, lines, prints)
    marked = 0
    for line in lines:
        there = before[line.happened_on, line.amount]
        same = _most_like(line, there)
        if same is not None:
            there.remove(same)
            line.like_id = same.id
            session.add(line)
            marked += 1
    session.flush()
    return marked


def _before(
    session: Session, lines: Sequence[BankLine], prints: frozenset[str]
) -> dict[tuple[date, int], list[BankLine]]:
    """Lines of the same days that came before and do not come again in this file."""
    days, imports = [line.happened_on for line in lines], {line.import_id for line in lines}
    found = session.exec(
        select(BankLine)
        .where(
            BankLine.account_id == lines[0].account_id,
            col(BankLine.happened_on).between(min(days), max(days)),
            col(BankLine.import_id).not_in(imports),
            col(BankLine.left_out).is_(None),
            col(BankLine.id).not_in(select(BankApart.line_id)),
        )
        .order_by(col(BankLine.id))
    )
    there = list(found)
    cut = _cut_off(session, there)
    before = defaultdict(list)
    for one in there:
        if one.fingerprint not in prints:
            before[one.happened_on, one.amount + cut.get(one.id, 0)].append(one)
    return before


def _cut_off(session: Session, lines: Sequence[BankLine]) -> dict[UUID, int]:
    """What was cut off each of these lines: the bank has it as one payment still."""
    rows = session.exec(
        select(BankApart.of_id, sa.func.sum(BankLine.amount))
        .join(BankLine, col(BankLine.id) == BankApart.line_id)
        .where(col(BankApart.of_id).in_([one.id for one in lines]))
        .group_by(col(BankApart.of_id))
    )
    return {of_id: int(amount) for of_id, amount in rows}


def _most_like(line: BankLine, there: Sequence[BankLine]) -> BankLine | None:
    """With the same reference first, then with the most words in common."""

    def unlike(one: BankLine) -> tuple[bool, int, UUID]:
        same = set(_plain(line).split()) & set(_plain(one).split())
        return not _references(line) & _references(one), -len(same), one.id

    return min((one for one in there if _may_be(one, line)), key=unlike, default=None)


def _may_be(before: BankLine, line: BankLine) -> bool:
    """Unless they name different references, in which case they are two payments."""
    ours, theirs = _references(before), _references(line)
    return not (ours and theirs) or bool(ours & theirs)


def _references(line: BankLine) -> set[str]:
    return set(reference.found_in(line.words))


def _plain(line: BankLine) -> str:
    return " ".join(line.words.casefold().split())
