"""From a line of the bank to an entry in the book: by its reference, by its bill, or by hand.

Each line backs one entry, under the key `bank:<line>` or the bill's own. What the bank says has
happened always posts; it is never refused because money is short.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotFound, NotPossible, NotValid
from ledger import accounting, journal
from ledger.models import Fund
from members import access
from members.models import Membership
from payments import accounts
from payments.models import BankLine
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
    """That line has been matched already."""


class WrongWay(NotPossible):
    """Money came in on this line. A bill is money that goes out."""


class NotTheBill(NotPossible):
    """The bill is for another amount than this line. Choose another, or enter the right bill."""


class NotAnAnswer(NotValid):
    """Pick what this line is."""


class NoSuchSource(NotFound):
    """That person's money is not in this group."""


@dataclass(frozen=True)
class Hand:
    """Who matches, why this line is that, and when."""

    by: Membership
    why: str
    now: datetime


def match_those_that_say(
    session: Session, pool: Pool, lines: Iterable[BankLine], *, by: Membership, now: datetime
) -> int:
    """Match each line that carries one member's reference, or is one approved bill beyond doubt."""
    sources = {
        source.reference: source
        for source in session.exec(select(FundingSource).where(FundingSource.pool_id == pool.id))
    }
    matched = 0
    for line in lines:
        named = {r for r in reference.found_in(line.words) if r in sources}
        if line.amount > 0 and len(named) == 1:
            one = named.pop()
            hand = Hand(by, f"It has the reference {one}", now)
            _pay_in(session, pool, line, sources[one], hand)
            matched += 1
        elif line.amount < 0 and (bill := _the_bill(session, pool, line)) is not None:
            hand = Hand(by, f"It is for the amount of bill {bill.number}", now)
            _pay_bill(session, pool, line, bill.id, hand)
            matched += 1
    return matched


def _the_bill(session: Session, pool: Pool, line: BankLine) -> bills.BillWaiting | None:
    """The one approved bill of that amount whose payee or number the line names."""
    said = line.words.casefold()
    of_amount = [b for b in bills.waiting(session, pool.id) if b.amount == -line.amount]
    named = [b for b in of_amount if b.number.casefold() in said or b.payee.casefold() in said]
    return named[0] if len(named) == 1 else None


def match(
    session: Session, pool: Pool, line_id: UUID, answer: str, *, by: Membership, now: datetime
) -> int:
    """The treasurer says what a line is: `source:<id>`, `bill:<id>` or `other:<kind>`.

    Returns the entry's number in the book.
    """
    access.must_hold(session, by, "treasurer", "organiser")
    accounts.locked(session, pool.id)
    line = open_line(session, pool.id, line_id)
    hand = Hand(by, "Matched by hand", now)
    kind, _, chosen = answer.partition(":")
    if kind == "source":
        return _pay_in(session, pool, line, _source(session, pool, chosen), hand)
    if kind == "bill":
        return _pay_bill(session, pool, line, _id(chosen), hand)
    return _other(session, pool, line, chosen, hand)


def leave_out(
    session: Session, pool: Pool, line_id: UUID, *, by: Membership, now: datetime
) -> None:
    """The line stands here twice (it came in two kinds of file): keep it, but post nothing."""
    access.must_hold(session, by, "treasurer", "organiser")
    accounts.locked(session, pool.id)
    line = open_line(session, pool.id, line_id)
    line.left_out, line.matched_by, line.matched_at = "It is here twice", by.id, now
    session.add(line)
    session.flush()


def open_line(session: Session, pool_id: UUID, line_id: UUID) -> BankLine:
    line = session.get(BankLine, line_id, populate_existing=True)
    if line is None or line.pool_id != pool_id:
        raise NoLine
    if line.entry_seq is not None or line.left_out is not None:
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


def _facts(line: BankLine, words: str, by: Membership) -> accounting.Facts:
    return accounting.Facts(
        on=line.happened_on, key=f"bank:{line.id}", words=words, by=by.code, outside=True
    )


def _pay_in(session: Session, pool: Pool, line: BankLine, source: FundingSource, hand: Hand) -> int:
    """A member paid in; or, on a line that goes out, money went back to where it came from."""
    words = "Paid in" if line.amount > 0 else "Went back"
    make = accounting.contribution if line.amount > 0 else accounting.paid_back
    draft = make(source.fund_id, abs(line.amount), _facts(line, words, hand.by))
    line.source_id = source.id
    return _post(session, pool, line, draft, hand)


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
        paid_on=line.happened_on,
        by=hand.by.code,
        now=hand.now,
    )
    return _done(session, line, seq, hand)


def _other(session: Session, pool: Pool, line: BankLine, chosen: str, hand: Hand) -> int:
    if chosen not in OTHERS:
        raise NotAnAnswer
    account, kind, words = OTHERS[chosen]
    fund = _fund(session, pool.book_id, kind)
    facts = _facts(line, words, hand.by)
    if line.amount > 0:
        draft = accounting.contribution(fund, line.amount, facts, account=account)
    else:
        draft = accounting.spending({fund: -line.amount}, "running_costs", facts)
    return _post(session, pool, line, draft, hand)


def _fund(session: Session, book_id: UUID, kind: str) -> UUID:
    """The book's reserve or grant fund; a grant fund is opened with the first grant."""
    found = session.exec(
        select(Fund.fund_id)
        .where(Fund.book_id == book_id, Fund.kind == kind)
        .order_by(col(Fund.fund_id))
    ).first()
    return found or journal.open_fund(session, book_id, kind)


def _post(session: Session, pool: Pool, line: BankLine, draft: accounting.Draft, hand: Hand) -> int:
    posted = journal.post(session, pool.book_id, draft, now=hand.now)
    return _done(session, line, posted.seq, hand)


def _done(session: Session, line: BankLine, seq: int, hand: Hand) -> int:
    line.entry_seq, line.matched_by, line.matched_at = seq, hand.by.id, hand.now
    line.why = hand.why
    session.add(line)
    session.flush()
    return seq
