"""What a checker should look at twice: somebody new, the same amount again, somebody related."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger import money
from members.models import Membership
from pools.clubbing.words import date_words
from pools.decisions.models import Proposal
from pools.models import Pool
from pools.spending import checkers, payees, words
from pools.spending.entering import NewBill
from pools.spending.models import Authority, Bill, Payee


@dataclass(frozen=True)
class About:
    """The facts of a bill that hints are made from, saved or not yet."""

    payee_id: UUID
    amount: int
    authority_id: UUID
    has_file: bool
    bill_id: UUID


def of_bill(session: Session, pool: Pool, bill: Bill) -> tuple[str, ...]:
    about = About(
        bill.payee_id, bill.amount, bill.authority_id, bill.evidence_id is not None, bill.id
    )
    return tuple(_hints(session, pool, about))


def of_new(session: Session, pool: Pool, new: NewBill) -> tuple[str, ...]:
    about = About(new.payee_id, new.amount, new.authority_id, new.evidence_id is not None, new.key)
    return tuple(_hints(session, pool, about))


def _hints(session: Session, pool: Pool, about: About) -> Iterator[str]:
    payee = session.get_one(Payee, about.payee_id)
    if not checkers.was_paid(session, payee.id):
        yield f"We never paid {payee.name} before. Are you sure it is them?"
    yield from _other_account(session, payee)
    yield from _same_amount(session, pool, about)
    yield from _related(session, payee)
    yield from _other_payee(session, payee, about)
    if not about.has_file:
        yield "There is no file with this bill. Ask to see the paper."


def _other_account(session: Session, payee: Payee) -> Iterator[str]:
    paid_before = session.exec(
        select(Payee.last4)
        .join(Bill, col(Bill.payee_id) == Payee.id)
        .where(
            Payee.pool_id == payee.pool_id,
            sa.func.lower(Payee.name) == payee.name.lower(),
            Payee.id != payee.id,
            col(Bill.paid_seq).is_not(None),
        )
        .limit(1)
    ).first()
    if paid_before is not None:
        yield f"Their account was one ending {paid_before}. Ring them on a number you know."


def _same_amount(session: Session, pool: Pool, about: About) -> Iterator[str]:
    other = session.exec(
        select(Bill)
        .where(
            Bill.payee_id == about.payee_id,
            Bill.amount == about.amount,
            Bill.id != about.bill_id,
            col(Bill.withdrawn_at).is_(None),
        )
        .order_by(col(Bill.billed_on).desc())
        .limit(1)
    ).first()
    if other is not None:
        said = money.say(about.amount, pool.currency)
        yield f"Bill {other.number} of {date_words(other.billed_on)} was also for {said}."


def _related(session: Session, payee: Payee) -> Iterator[str]:
    side = payees.on_their_side(session, [payee.id])
    names = session.exec(
        select(Membership.name)
        .where(col(Membership.id).in_(side), col(Membership.left_at).is_(None))
        .order_by(Membership.name)
    ).all()
    if names:
        verb = "is" if len(names) == 1 else "are"
        yield f"{words.one_of(names, 'and')} {verb} on their side, and may not check it."


def _other_payee(session: Session, payee: Payee, about: About) -> Iterator[str]:
    authority = session.get(Authority, about.authority_id)
    vote = session.get(Proposal, authority.proposal_id or about.bill_id) if authority else None
    if vote and vote.payee and vote.payee.strip().lower() != payee.name.lower():
        yield f"The vote was to pay {vote.payee}."
