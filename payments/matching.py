"""From a line of the bank to an entry in the book: by its reference, by its bill, or by hand.

Each line backs one entry, under the key `bank:<line>` or the bill's own. What the bank says has
happened always posts; it is never refused because money is short.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from errors import NotPossible
from ledger import closing, journal
from members import access
from members.models import Membership
from payments import accounts, places, posting, returning, splitting
from payments.clues import the_bill
from payments.lines import as_id, line_of, open_line
from payments.models import BankLine
from payments.posting import Hand
from pools import reference
from pools.models import FundingSource, Pool
from pools.spending import bills


class NotTwice(NotPossible):
    """That line is here once. It needs its place in the book."""


class NotLeftOut(NotPossible):
    """That line waits already, or has its place."""


# --- by itself -----------------------------------------------------------------------------------


def match_those_that_say(
    session: Session, pool: Pool, lines: Sequence[BankLine], *, by: Membership, now: datetime
) -> int:
    """Match each line that carries one member's reference, or is one approved bill beyond doubt.

    Not one that may be here twice. Money in comes first: a bill needs the shares that came with it.
    """
    sure = [line for line in lines if line.like_id is None]
    came_in = _by_reference(session, pool, [line for line in sure if line.amount > 0], by, now)
    went_out = _by_bill(session, pool, [line for line in sure if line.amount < 0], by, now)
    return came_in + went_out


def _by_reference(
    session: Session, pool: Pool, lines: Sequence[BankLine], by: Membership, now: datetime
) -> int:
    found = select(FundingSource).where(FundingSource.pool_id == pool.id)
    sources = {source.reference: source for source in session.exec(found)}
    ours = []
    for line in lines:
        named = sources.keys() & set(reference.found_in(line.words))
        if len(named) == 1:
            ours.append((line, sources[named.pop()]))
    since = closing.first_open_day(session, pool.book_id) if ours else None
    hands = [Hand(by, f"It has the reference {one.reference}", now, since) for _, one in ours]
    drafts = [places.paid_in(pool, *one, hand) for one, hand in zip(ours, hands, strict=True)]
    posted = journal.post_many(session, pool.book_id, drafts, now=now) if drafts else []
    for (line, source), entry, hand in zip(ours, posted, hands, strict=True):
        line.source_id = source.id
        posting.stamp(line, entry.seq, hand)
    session.add_all(line for line, _ in ours)
    session.flush()
    return len(ours)


def _by_bill(
    session: Session, pool: Pool, lines: Sequence[BankLine], by: Membership, now: datetime
) -> int:
    """A bill that can't be paid yet, for money that has not arrived, leaves its line waiting."""
    waiting = list(bills.waiting(session, pool.id)) if lines else []
    matched, since = 0, closing.first_open_day(session, pool.book_id) if waiting else None
    for line in lines:
        bill = the_bill(session, waiting, line)
        if bill is None:
            continue
        waiting.remove(bill)
        hand = Hand(by, f"It is for the amount of bill {bill.number}", now, since)
        matched += _tried(session, pool, line, bill, hand)
    return matched


def _tried(
    session: Session, pool: Pool, line: BankLine, bill: bills.BillWaiting, hand: Hand
) -> bool:
    try:
        with session.begin_nested():
            places.place(session, pool, line, f"bill:{bill.id}", hand)
    except NotPossible:
        return False
    return True


# --- by hand -------------------------------------------------------------------------------------


def match(
    session: Session, pool: Pool, line_id: UUID, answer: str, *, by: Membership, now: datetime
) -> int:
    """The treasurer says what a line is: `source:<id>`, `bill:<id>`, `other:<kind>`; a payment that
    came back (`returned:<line>`), that we gave back (`back:<line>`), or a seller did
    (`refund:<bill>`); or split as a line before it (`again:<line>`).

    Returns the entry's number in the book.
    """
    access.must_hold(session, by, *accounts.KEEPERS)
    accounts.locked(session, pool.id)
    line = open_line(session, pool.id, line_id)
    since = closing.first_open_day(session, pool.book_id)
    return place(session, pool, line, answer, Hand(by, "Matched by hand", now, since))


def place(session: Session, pool: Pool, line: BankLine, answer: str, hand: Hand) -> int:
    """Write a line that waits into the book as `answer` says. Returns the entry's number."""
    kind, _, chosen = answer.partition(":")
    if kind == "returned":
        return returning.returned(session, pool, line, as_id(chosen), hand)
    if kind == "back":
        return returning.given_back(session, pool, line, as_id(chosen), hand)
    if kind == "refund":
        return returning.refund(session, pool, line, as_id(chosen), hand)
    if kind == "again":
        return splitting.again(session, pool, line, as_id(chosen), hand)
    return places.place(session, pool, line, answer, hand)


def leave_out(
    session: Session, pool: Pool, line_id: UUID, *, by: Membership, now: datetime
) -> BankLine:
    """The payment stands here twice (it came in two kinds of file): keep this line of it, but post
    nothing. Only for a line that may be one we had.
    """
    access.must_hold(session, by, *accounts.KEEPERS)
    accounts.locked(session, pool.id)
    line = open_line(session, pool.id, line_id)
    if line.like_id is None:
        raise NotTwice
    line.left_out, line.matched_by, line.matched_at = "It is here twice", by.id, now
    session.add(line)
    session.flush()
    return line


def put_back(session: Session, pool: Pool, line_id: UUID, *, by: Membership) -> BankLine:
    """It was left out, and is a payment of its own after all: it waits again."""
    access.must_hold(session, by, *accounts.KEEPERS)
    accounts.locked(session, pool.id)
    line = line_of(session, pool.id, line_id)
    if line.left_out is None:
        raise NotLeftOut
    line.left_out = line.matched_by = line.matched_at = None
    session.add(line)
    session.flush()
    return line
