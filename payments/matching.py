"""From a line of the bank to an entry in the book: by its reference, by its bill, or by hand.

Each line backs one entry, under the key `bank:<line>` or the bill's own. What the bank says has
happened always posts; it is never refused because money is short.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from errors import NotFound, NotPossible, NotValid
from ledger import accounting, closing, journal
from members import access
from members.models import Membership
from payments import accounts, posting
from payments.clues import the_bill
from payments.models import BankLine
from payments.posting import Hand
from pools import reference
from pools.models import FundingSource, Pool
from pools.spending import bills

# What a line can be that is neither a member's nor a bill's: the account, and whose money it is.
OTHERS = {
    "interest": ("interest", "reserve", "Interest from the bank"),
    "grant": ("grants", "grant", "A grant or a gift"),
    "charge": ("running_costs", "reserve", "A charge by the bank"),
}


class NoLine(NotFound):
    """That bank line is not here."""


class LineDone(NotPossible):
    """That line has its place already."""


class NotTwice(NotPossible):
    """That line is here once. It needs its place in the book."""


class NotLeftOut(NotPossible):
    """That line waits already, or has its place."""


class WrongWay(NotPossible):
    """That can't be. Money came in on one of them and went out on the other."""


class NotTheBill(NotPossible):
    """The bill is for another amount than this line. Choose another, or enter the right bill."""


class NotAnAnswer(NotValid):
    """Pick what this line is."""


class NoSuchSource(NotFound):
    """That person's money is not in this group."""


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
    drafts = [_paid_in(pool, *one, hand) for one, hand in zip(ours, hands, strict=True)]
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
            _pay_bill(session, pool, line, bill.id, hand)
    except NotPossible:
        return False
    return True


# --- by hand -------------------------------------------------------------------------------------


def match(
    session: Session, pool: Pool, line_id: UUID, answer: str, *, by: Membership, now: datetime
) -> int:
    """The treasurer says what a line is: `source:<id>`, `bill:<id>` or `other:<kind>`.

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
    if kind == "source":
        return _pay_in(session, pool, line, _source(session, pool, chosen), hand)
    if kind == "bill":
        return _pay_bill(session, pool, line, _id(chosen), hand)
    return _other(session, pool, line, chosen, hand)


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


def line_of(session: Session, pool_id: UUID, line_id: UUID) -> BankLine:
    line = session.get(BankLine, line_id, populate_existing=True)
    if line is None or line.pool_id != pool_id:
        raise NoLine
    return line


def is_open(line: BankLine) -> bool:
    return line.entry_seq is None and line.left_out is None


def open_line(session: Session, pool_id: UUID, line_id: UUID) -> BankLine:
    line = line_of(session, pool_id, line_id)
    if not is_open(line):
        raise LineDone
    return line


def _id(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        raise NotAnAnswer from None


def _source(session: Session, pool: Pool, chosen: str) -> FundingSource:
    found = session.get(FundingSource, _id(chosen))
    if found is None or found.pool_id != pool.id:
        raise NoSuchSource
    return found


# --- writing -------------------------------------------------------------------------------------


def _paid_in(pool: Pool, line: BankLine, source: FundingSource, hand: Hand) -> accounting.Draft:
    """A member paid in; or, on a line that goes out, money went back to where it came from."""
    words = "Paid in" if line.amount > 0 else "Went back"
    make = accounting.contribution if line.amount > 0 else accounting.paid_back
    facts = posting.facts(pool, line, words, hand)
    return make(source.fund_id, abs(line.amount), facts, unit=pool.currency)


def _pay_in(session: Session, pool: Pool, line: BankLine, source: FundingSource, hand: Hand) -> int:
    line.source_id = source.id
    return posting.post(session, pool, line, _paid_in(pool, line, source, hand), hand)


def _pay_bill(session: Session, pool: Pool, line: BankLine, bill_id: UUID, hand: Hand) -> int:
    if line.amount > 0:
        raise WrongWay
    waiting = next((b for b in bills.waiting(session, pool.id) if b.id == bill_id), None)
    if waiting is None or waiting.amount != -line.amount:
        raise NotTheBill
    seq = bills.pay(
        session,
        bill_id,
        bank_key=str(line.id),
        paid_on=posting.written_on(pool, line, hand),
        says=posting.late_words(line, hand),
        by=hand.by.code,
        now=hand.now,
    )
    return posting.done(session, line, seq, hand)


def _other(session: Session, pool: Pool, line: BankLine, chosen: str, hand: Hand) -> int:
    if chosen not in others(line):
        raise WrongWay if chosen in OTHERS else NotAnAnswer
    account, kind, words = OTHERS[chosen]
    fund = posting.fund_of(session, pool.book_id, kind)
    facts = posting.facts(pool, line, words, hand)
    if line.amount > 0:
        draft = accounting.contribution(
            fund, line.amount, facts, account=account, unit=pool.currency
        )
    else:
        draft = accounting.spending({fund: -line.amount}, account, facts, unit=pool.currency)
    return posting.post(session, pool, line, draft, hand)


def others(line: BankLine) -> tuple[str, ...]:
    """Which of OTHERS this line may be, by the way the money went."""
    return ("interest", "grant") if line.amount > 0 else ("charge",)
