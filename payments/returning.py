"""Money that came back: a payment that the bank returned, one that we gave back, a seller's refund.

What came back stands as its own line of the book, under the number of the line it undoes, so that
the same payment comes back once.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotPossible
from ledger import accounting, journal
from ledger.models import Entry, Posting
from members import notices
from members.models import Membership
from payments import places, posting
from payments.giving_back import shared_back
from payments.lines import WrongWay, line_of
from payments.models import BankLine, BankReturn
from payments.posting import Hand
from pools.models import FundingSource, Pool
from pools.spending import bills
from pools.spending.models import Bill, Payee

ABOUT = timedelta(days=60)
LATEST = timedelta(days=400)


class NotThatPayment(NotPossible):
    """That can't be what came back. It needs the same amount, the other way, on an earlier day."""


class NotThatPerson(NotPossible):
    """That is not a payment of one person. Pick whose money it is instead."""


class NotPaid(NotPossible):
    """That bill is not paid, so nothing of it can come back."""


# --- what the bank returned -----------------------------------------------------------------------


def returnable(session: Session, line: BankLine) -> tuple[BankLine, ...]:
    """Lines in the book of the same amount the other way, up to 60 days before, newest first."""
    back = select(BankReturn.of_id).where(BankReturn.kind == "returned")
    return tuple(
        session.exec(
            select(BankLine)
            .where(
                BankLine.account_id == line.account_id,
                BankLine.amount == -line.amount,
                col(BankLine.happened_on).between(line.happened_on - ABOUT, line.happened_on),
                col(BankLine.entry_seq).is_not(None),
                col(BankLine.id).not_in(back.where(col(BankReturn.of_id).is_not(None))),
                col(BankLine.id).not_in(select(BankReturn.line_id)),
            )
            .order_by(col(BankLine.happened_on).desc(), col(BankLine.id).desc())
            .limit(12)
        )
    )


def returned(session: Session, pool: Pool, line: BankLine, of_id: UUID, hand: Hand) -> int:
    """The bank sent a payment back: turn its line round, to every fund what it was."""
    first = line_of(session, pool.id, of_id)
    if first not in returnable(session, line):
        raise NotThatPayment
    posting.must_not_be_back(session, first)
    seq = first.entry_seq or 0
    entry = journal.recorded(session, pool.book_id, seq)
    bill = session.exec(select(Bill).where(Bill.pool_id == pool.id, Bill.paid_seq == seq)).first()
    key = f"back:{seq}" if line.mended_seq is None else f"back:{seq}:{line.mended_seq}"
    draft = accounting.Draft(
        kind="refund" if line.amount > 0 else "returned",
        happened_on=posting.written_on(pool, line, hand),
        lines=tuple(one._replace(amount=-one.amount) for one in entry.lines),
        key=key,
        recorded_by=hand.by.code,
        texts={"words": _said(session, bill) + posting.late_words(line, hand)},
        outside=True,
    )
    session.add(
        BankReturn(
            line_id=line.id, kind="returned", of_id=first.id, bill_id=bill.id if bill else None
        )
    )
    made = posting.post(session, pool, line, draft, hand)
    bills.unpay(session, pool.id, seq)
    if line.amount < 0:
        _tell(session, pool, entry, made, hand)
    return made


def _said(session: Session, bill: Bill | None) -> str:
    if bill is None:
        return "A payment came back"
    name = session.get_one(Payee, bill.payee_id).name
    return f"{name}: the payment came back. The bill waits again"


def _tell(session: Session, pool: Pool, entry: journal.Recorded, made: int, hand: Hand) -> None:
    """Whose payment it was hears what to do, each alone."""
    funds = {one.fund_id for one in entry.lines}
    rows = session.exec(
        select(Membership, FundingSource)
        .join(FundingSource, col(FundingSource.membership_id) == Membership.id)
        .where(FundingSource.pool_id == pool.id, col(FundingSource.fund_id).in_(funds))
    )
    for who, source in rows:
        notices.tell(
            session,
            who.person_id,
            "payment_came_back",
            key=f"payment_came_back:{pool.id}:{made}",
            now=hand.now,
            pool_id=pool.id,
            amount=sum(
                one.amount
                for one in entry.lines
                if one.fund_id == source.fund_id and one.amount > 0
            ),
            reference=source.reference,
            who=hand.by.name,
            link=f"/g/{pool.slug}/money/{made}",
        )


# --- what we gave back ----------------------------------------------------------------------------


def payments_of(session: Session, source: FundingSource, line: BankLine) -> Sequence[BankLine]:
    """What somebody paid in over the last year and a bit: any of it may be what goes back."""
    return session.exec(
        select(BankLine)
        .where(
            BankLine.account_id == line.account_id,
            BankLine.source_id == source.id,
            BankLine.amount >= -line.amount,
            col(BankLine.happened_on).between(line.happened_on - LATEST, line.happened_on),
            col(BankLine.entry_seq).is_not(None),
        )
        .order_by(col(BankLine.happened_on).desc(), col(BankLine.id).desc())
        .limit(12)
    ).all()


def given_back(session: Session, pool: Pool, line: BankLine, of_id: UUID, hand: Hand) -> int:
    """We sent a payment back to the person whose it was. The bank says so, so it always posts."""
    first = line_of(session, pool.id, of_id)
    if first.source_id is None:
        raise NotThatPerson
    source = session.get_one(FundingSource, first.source_id)
    if line.amount >= 0 or first not in payments_of(session, source, line):
        raise NotThatPayment
    session.add(BankReturn(line_id=line.id, kind="given_back", of_id=first.id))
    return places.place(session, pool, line, f"source:{source.id}", hand)


# --- a seller's refund ----------------------------------------------------------------------------


def refundable(session: Session, pool: Pool, line: BankLine) -> tuple[tuple[Bill, str], ...]:
    """Paid bills of at least that amount, with who was paid, the newest first."""
    rows = session.exec(
        select(Bill, Payee.name)
        .join(Payee, col(Payee.id) == Bill.payee_id)
        .where(
            Bill.pool_id == pool.id,
            col(Bill.paid_seq).is_not(None),
            Bill.amount >= line.amount,
            col(Bill.paid_on).between(line.happened_on - LATEST, line.happened_on),
        )
        .order_by(col(Bill.paid_on).desc(), col(Bill.id).desc())
        .limit(24)
    )
    return tuple((bill, name) for bill, name in rows)


def refund(session: Session, pool: Pool, line: BankLine, bill_id: UUID, hand: Hand) -> int:
    """Less of a cost: each fund that paid the bill gets its part of what came back."""
    bill = session.get(Bill, bill_id, with_for_update=True, populate_existing=True)
    if bill is None or bill.pool_id != pool.id or bill.paid_seq is None:
        raise NotPaid
    if line.amount <= 0:
        raise WrongWay
    paid = _of_cost(session, pool, [bill.paid_seq])
    back = _of_cost(session, pool, _refunds(session, pool, bill.id))
    before = {fund: -amount for fund, amount in back.items()}
    shares = shared_back(line.amount, paid, before, pool.currency)
    name = session.get_one(Payee, bill.payee_id).name
    told = posting.facts(pool, line, f"{name} gave money back", hand)
    lines = [
        one
        for fund, amount in shares.items()
        for one in accounting.pair("bank", bill.cost, fund, amount, pool.currency)
    ]
    session.add(BankReturn(line_id=line.id, kind="refund", bill_id=bill.id))
    return posting.post(session, pool, line, accounting.entry("refund", lines, told), hand)


def _refunds(session: Session, pool: Pool, bill_id: UUID) -> list[int]:
    """The lines of the book that gave back some of this bill; those turned round do not count."""
    undone = select(Entry.reverses).where(
        Entry.book_id == pool.book_id, col(Entry.reverses).is_not(None)
    )
    rows = session.exec(
        select(BankLine.entry_seq)
        .join(BankReturn, col(BankReturn.line_id) == BankLine.id)
        .where(
            BankReturn.bill_id == bill_id,
            BankReturn.kind == "refund",
            col(BankLine.entry_seq).is_not(None),
            col(BankLine.entry_seq).not_in(undone),
        )
    )
    return [seq for seq in rows if seq is not None]


def _of_cost(session: Session, pool: Pool, seqs: Sequence[int]) -> dict[UUID, int]:
    """What each fund paid in these lines of the book: what left it, in pence."""
    rows = session.exec(
        select(Posting.fund_id, sa.func.sum(Posting.amount))
        .where(
            Posting.book_id == pool.book_id,
            col(Posting.seq).in_(seqs),
            col(Posting.account).in_(accounting.COSTS),
        )
        .group_by(col(Posting.fund_id))
    )
    return {fund: int(amount) for fund, amount in rows}
