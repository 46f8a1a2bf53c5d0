"""Writing a line of the bank into the book: on what day, under what name, and who did it.

What the bank says has happened always posts; it is never refused because money is short.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotPossible
from ledger import accounting, journal
from ledger.models import Fund
from members.models import Membership
from payments.models import BankLine, BankPart, BankReturn
from pools.funds.models import GrantFund
from pools.models import Pool
from pools.spending import authorities, bills, telling
from pools.spending.models import Bill, Correction


@dataclass(frozen=True)
class Hand:
    """Who matches, why this line is that, and when. `open_from` is the first day of the book that
    is open, if months are closed.
    """

    by: Membership
    why: str
    now: datetime
    open_from: date | None = None


def facts(pool: Pool, line: BankLine, words: str, hand: Hand) -> accounting.Facts:
    """Once its wrong place was turned round, it is entered again under the line that did so."""
    key = f"bank:{line.id}" if line.mended_seq is None else f"fix:{line.mended_seq}"
    on, words = written_on(pool, line, hand), words + late_words(line, hand)
    return accounting.Facts(on=on, key=key, words=words, by=hand.by.code, outside=True)


def written_on(pool: Pool, line: BankLine, hand: Hand) -> date:
    """The bank's own day; in a closed month, the first that is open. But what is put right, is so
    from today: months gone by stay as told.
    """
    if line.mended_seq is not None:
        return authorities.today_of(pool, hand.now)
    return max(line.happened_on, hand.open_from or line.happened_on)


def late_words(line: BankLine, hand: Hand) -> str:
    """The bank's own day, where the line stands under another in the book."""
    on = line.happened_on
    if line.mended_seq is not None or hand.open_from is None or on >= hand.open_from:
        return ""
    year = "" if on.year == hand.open_from.year else f" {on.year}"
    return f"{telling.LATE}{on.day} {on:%B}{year}"


def fund_of(session: Session, book_id: UUID, kind: str) -> UUID:
    """The book's reserve or its money for anything; that is opened with the first gift. A grant
    with a purpose has a fund of its own (payments/ours.py).
    """
    found = session.exec(
        select(Fund.fund_id)
        .where(
            Fund.book_id == book_id,
            Fund.kind == kind,
            col(Fund.fund_id).not_in(select(GrantFund.fund_id)),
        )
        .order_by(col(Fund.fund_id))
    ).first()
    return found or journal.open_fund(session, book_id, kind)


def post(session: Session, pool: Pool, line: BankLine, draft: accounting.Draft, hand: Hand) -> int:
    posted = journal.post(session, pool.book_id, draft, now=hand.now)
    return done(session, line, posted.seq, hand)


def done(session: Session, line: BankLine, seq: int, hand: Hand) -> int:
    stamp(line, seq, hand)
    session.add(line)
    session.flush()
    if line.mended_seq is not None:
        _tell_the_correction(session, line, seq)
    return seq


class CameBack(NotPossible):
    """The bank sent this payment back, or it was given back. Put that line right first."""


class PaidAgain(NotPossible):
    """That bill was paid again after this. Put that line right first."""


def must_not_be_back(session: Session, line: BankLine) -> None:
    """What undoes a line stands on it, so it goes first."""
    paid = select(Bill.id).where(Bill.pool_id == line.pool_id, Bill.paid_seq == line.entry_seq)
    back = select(BankReturn).where(
        sa.or_(
            BankReturn.of_id == line.id,  # type: ignore[arg-type]
            sa.and_(BankReturn.kind == "refund", col(BankReturn.bill_id).in_(paid)),  # type: ignore[arg-type]
        )
    )
    if session.exec(back).first() is not None:
        raise CameBack


def free(session: Session, line: BankLine, mended_seq: int) -> None:
    """Its place was wrong, and line `mended_seq` of the book turned it round: it waits again."""
    must_not_be_back(session, line)
    _forget_what_it_was(session, line)
    line.entry_seq = line.source_id = line.matched_by = line.matched_at = line.why = None
    line.mended_seq = mended_seq
    session.add(line)
    session.flush()


def _forget_what_it_was(session: Session, line: BankLine) -> None:
    for part in session.exec(select(BankPart).where(BankPart.line_id == line.id)):
        session.delete(part)
    back = session.get(BankReturn, line.id)
    if back is None:
        return
    if back.kind == "returned" and back.bill_id is not None:
        first = session.get_one(BankLine, back.of_id)
        if not bills.paid_after_all(session, back.bill_id, first.entry_seq or 0, first.happened_on):
            raise PaidAgain
    session.delete(back)
    session.flush()


def _tell_the_correction(session: Session, line: BankLine, seq: int) -> None:
    """So that the wrong line and the right one lead to each other, however long it waited."""
    pool = session.get_one(Pool, line.pool_id)
    correction = session.exec(
        select(Correction).where(
            Correction.book_id == pool.book_id,
            Correction.reversal_seq == line.mended_seq,
            col(Correction.again_seq).is_(None),
        )
    ).first()
    if correction is not None:
        correction.again_seq = seq
        session.add(correction)
        session.flush()


def stamp(line: BankLine, seq: int, hand: Hand) -> None:
    line.entry_seq, line.why = seq, hand.why
    line.matched_by, line.matched_at = hand.by.id, hand.now
