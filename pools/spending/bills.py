"""A bill's life: entered by one, approved by others, sent back or paid. Each act under a lock.

What is approved is exactly what was entered: see seals.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from errors import NotAllowed, NotFound, NotPossible, NotValid
from ledger import accounting, journal
from ledger import queries as book
from ledger.models import Entry
from members import access, notices
from members.models import Membership, Person
from pools.locking import lock_pool
from pools.models import Evidence, Pool
from pools.spending import checkers, payees, shortfall
from pools.spending.entering import NewBill, enter, one_line
from pools.spending.models import Approval, Authority, Bill, BillShare, Payee
from pools.spending.seals import Changed, must_be_as_entered

__all__ = [
    "BillWaiting",
    "Changed",
    "NewBill",
    "approve",
    "enter",
    "late",
    "paid_after_all",
    "pay",
    "unpay",
    "waiting",
    "withdraw",
]
LONGEST_KEY = 120


class NoSuchBill(NotFound):
    """We could not find that bill."""


class OwnBill(NotAllowed):
    """You entered this bill. Another person must check it."""


class BillClosed(NotPossible):
    """This bill was sent back or paid already."""


class PaidAlready(NotPossible):
    """This bill was paid already. A paid bill can't be sent back."""


class NotApproved(NotPossible):
    """This bill is not approved yet. It can't be paid."""


class WhyNeeded(NotValid):
    """Type why you send it back, so that it can be put right."""


@dataclass(frozen=True)
class BillWaiting:
    """A bill that is approved and not paid, for whoever matches the bank's lines. While money for
    `late` shares has not arrived it should not be paid; once the bank shows that it was, it is.
    """

    id: UUID
    payee: str
    number: str
    amount: int
    late: int


# --- checking -------------------------------------------------------------------------------------


def approve(session: Session, bill_id: UUID, by: Membership, *, now: datetime) -> Bill:
    """A second person says yes to exactly this bill. Pressed twice, it counts once."""
    bill = _held(session, bill_id, by)
    access.must_hold(session, by, *checkers.CHECK)
    if bill.entered_by == by.id:
        raise OwnBill
    payees.must_not_be_on_their_side(session, bill.payee_id, by)
    if bill.withdrawn_at is not None:
        raise BillClosed
    if _approved_by(session, bill, by):
        return bill
    if bill.paid_seq is not None:
        raise BillClosed
    must_be_as_entered(session, bill)
    shortfall.must_not_be_paused(session, session.get_one(Pool, bill.pool_id), bill.id)
    session.add(
        Approval(
            bill_id=bill.id,
            entered_by=bill.entered_by,
            digest=bill.digest,
            approved_by=by.id,
            approved_at=now,
        )
    )
    session.flush()
    return bill


def _held(session: Session, bill_id: UUID, by: Membership) -> Bill:
    """The bill, held together with its pool until this transaction ends."""
    lock_pool(session, by.pool_id)
    bill = _locked(session, bill_id)
    if bill.pool_id != by.pool_id:
        raise NoSuchBill
    return bill


def _locked(session: Session, bill_id: UUID) -> Bill:
    bill = session.get(Bill, bill_id, with_for_update=True, populate_existing=True)
    if bill is None:
        raise NoSuchBill
    return bill


def _approved_by(session: Session, bill: Bill, by: Membership) -> bool:
    mine = select(Approval.id).where(Approval.bill_id == bill.id, Approval.approved_by == by.id)
    return session.exec(mine).first() is not None


def withdraw(session: Session, bill_id: UUID, by: Membership, why: str, *, now: datetime) -> Bill:
    """Send a bill back, or take one's own back, and say why. What it took of the agreement is free
    again. Twice changes nothing.
    """
    bill = _held(session, bill_id, by)
    access.must_hold(session, by, *checkers.CHECK)
    if bill.paid_seq is not None:
        raise PaidAlready
    if bill.withdrawn_at is not None:
        return bill
    bill.withdrawn_why = one_line(why, 200, WhyNeeded)
    bill.withdrawn_at, bill.withdrawn_by = now, by.id
    session.add(bill)
    session.flush()
    if bill.entered_by != by.id:
        _tell_it_was_sent_back(session, bill, by, now=now)
    return bill


def _tell_it_was_sent_back(session: Session, bill: Bill, by: Membership, *, now: datetime) -> None:
    pool, payee = session.get_one(Pool, bill.pool_id), session.get_one(Payee, bill.payee_id)
    notices.tell(
        session,
        session.get_one(Membership, bill.entered_by).person_id,
        "bill_sent_back",
        key=f"bill_sent_back:{bill.id}",
        now=now,
        pool_id=pool.id,
        who=by.name,
        payee=payee.name,
        why=bill.withdrawn_why,
        link=f"/g/{pool.slug}/bills/{bill.id}",
    )


# --- paying ---------------------------------------------------------------------------------------


def pay(
    session: Session,
    bill_id: UUID,
    *,
    bank_key: str,
    paid_on: date,
    by: UUID | None,
    now: datetime,
    says: str = "",
) -> int:
    """The bank shows that it was paid: post it, each fund its share, and return the line's number.
    The money has left, so it posts though a share is late; that person is told, and nobody else.

    `bank_key` names the movement of money (the bank line), `by` is the code in the book of whoever
    matched it. The same movement again posts nothing. `says` is which day the bank gives, if that
    is in a month which was closed.
    """
    bill = _locked(session, bill_id)
    pool, payee = session.get_one(Pool, bill.pool_id), session.get_one(Payee, bill.payee_id)
    key = _line_key(session, pool.book_id, bill.id, bank_key)
    if bill.withdrawn_at is not None:
        raise BillClosed
    if bill.paid_seq is not None:
        if journal.recorded(session, pool.book_id, bill.paid_seq).key != key:
            raise PaidAlready
        return bill.paid_seq
    if checkers.count(session, bill) < bill.checkers:
        raise NotApproved
    must_be_as_entered(session, bill)
    facts = accounting.Facts(
        on=paid_on,
        key=key,
        words=f"{payee.name}: {bill.words}{says}",
        by=by,
        authority=_authority_text(session, bill),
    )
    draft = accounting.spending(shares_of(session, bill.id), bill.cost, facts, unit=pool.currency)
    draft = draft._replace(texts={**draft.texts, **_evidence(session, bill)})
    try:
        posted = journal.post(session, pool.book_id, draft, now=now)
    except journal.NotEnough:
        posted = _post_though_short(session, pool, bill, draft, now)
    bill.paid_seq, bill.paid_on = posted.seq, paid_on
    session.add(bill)
    session.flush()
    return posted.seq


def _post_though_short(
    session: Session, pool: Pool, bill: Bill, draft: accounting.Draft, now: datetime
) -> journal.Posted:
    """What two people decided before is named by the line. Else it is a fact from outside."""
    short = shortfall.whose(session, pool, bill.id) & _sharers(session, bill.id)
    if decided := shortfall.agreed(session, bill.id):
        draft = draft._replace(authority=f"{accounting.OVERRIDE}{decided.id}")
    else:
        draft = draft._replace(outside=True)
    posted = journal.post(session, pool.book_id, draft, now=now)
    late_ones = select(Person).join(Membership).where(col(Membership.id).in_(short))
    notices.tell_people(
        session,
        session.exec(late_ones).all(),
        "share_late",
        key=f"share_late:{bill.id}:{posted.seq}",
        now=now,
        pool_id=pool.id,
        link=f"/g/{pool.slug}/statement",
    )
    return posted


def _sharers(session: Session, bill_id: UUID) -> frozenset[UUID]:
    rows = session.exec(
        select(BillShare.membership_id).where(BillShare.bill_id == bill_id, BillShare.amount > 0)
    )
    return frozenset(who for who in rows if who is not None)


def _evidence(session: Session, bill: Bill) -> dict[str, str]:
    """The line is sealed with its file's digest, so that no other file can be shown for it."""
    file = session.get(Evidence, bill.evidence_id) if bill.evidence_id else None
    return {"evidence": file.digest.hex()} if file else {}


def unpay(session: Session, pool_id: UUID, seq: int) -> Bill | None:
    """The line that paid a bill was put right, so the bill waits to be paid again. A line that paid
    no bill is left alone.
    """
    bill = session.exec(
        select(Bill).where(Bill.pool_id == pool_id, Bill.paid_seq == seq).with_for_update()
    ).first()
    if bill is not None:
        bill.paid_seq = bill.paid_on = None
        session.add(bill)
        session.flush()
    return bill


def paid_after_all(session: Session, bill_id: UUID, seq: int, on: date) -> bool:
    """Line `seq` of the book paid this bill, and did not come back after all. False if it was paid
    by another one meanwhile.
    """
    bill = _locked(session, bill_id)
    if bill.paid_seq is not None or bill.withdrawn_at is not None:
        return False
    bill.paid_seq, bill.paid_on = seq, on
    session.add(bill)
    session.flush()
    return True


def _line_key(session: Session, book_id: UUID, bill_id: UUID, bank_key: str) -> str:
    """One movement of money, one key. Once its line was put right, it is entered again under the
    line that put it right.
    """
    key = f"bill:{bill_id}:{bank_key}"
    if len(key) > LONGEST_KEY:
        key = f"bill:{bill_id}:{hashlib.sha256(bank_key.encode()).hexdigest()}"
    while (mended := _mended_by(session, book_id, key)) is not None:
        key = f"bill:{bill_id}:fix:{mended}"
    return key


def _mended_by(session: Session, book_id: UUID, key: str) -> int | None:
    later = aliased(Entry)
    return session.exec(
        select(later.seq)
        .join(Entry, sa.and_(col(Entry.book_id) == later.book_id, col(Entry.seq) == later.reverses))
        .where(Entry.book_id == book_id, Entry.key == key)
    ).first()


def _authority_text(session: Session, bill: Bill) -> str:
    authority = session.get_one(Authority, bill.authority_id)
    return f"{'vote' if authority.kind == 'vote' else 'round'}:{authority.id}"


def shares_of(session: Session, bill_id: UUID) -> dict[UUID, int]:
    rows = session.exec(
        select(BillShare.fund_id, BillShare.amount).where(BillShare.bill_id == bill_id)
    )
    return {fund: amount for fund, amount in rows}  # noqa: C416 - rows are not plain pairs


def late(session: Session, pool: Pool, bill_id: UUID) -> int:
    """For how many shares the money is not there yet. Never whose."""
    wanted = shares_of(session, bill_id)
    held = book.fund_money(session, pool.book_id, tuple(wanted))
    return sum(held[fund] < amount for fund, amount in wanted.items())


def waiting(session: Session, pool_id: UUID) -> tuple[BillWaiting, ...]:
    """Bills that are approved and not paid, oldest first."""
    pool = session.get_one(Pool, pool_id)
    rows = session.exec(
        select(Bill, Payee.name)
        .join(Payee, col(Payee.id) == Bill.payee_id)
        .where(
            Bill.pool_id == pool_id, col(Bill.paid_seq).is_(None), col(Bill.withdrawn_at).is_(None)
        )
        .order_by(col(Bill.entered_at), col(Bill.id))
    ).all()
    return tuple(
        BillWaiting(bill.id, name, bill.number, bill.amount, late(session, pool, bill.id))
        for bill, name in rows
        if checkers.count(session, bill) >= bill.checkers
    )
