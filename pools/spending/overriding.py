"""Two people decide that a bill is paid though money for it is late: one asks, another agrees.

Neither is whose money is short, nor on the payee's side. The line of the book names the decision.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotAllowed, NotFound, NotPossible, NotValid
from members import access
from members.models import Membership
from pools.locking import lock_pool
from pools.models import Pool
from pools.spending import checkers, payees, shortfall
from pools.spending.entering import one_line
from pools.spending.models import Bill, Override


class NoSuchOverride(NotFound):
    """We could not find that."""


class OwnMoney(NotAllowed):
    """This is about your own money too. Another person must decide."""


class OwnAsking(NotAllowed):
    """You asked for this. Another person must agree."""


class NothingLate(NotPossible):
    """No money is late for this bill. You need not decide anything."""


class BillIsClosed(NotPossible):
    """This bill was sent back or paid already."""


class AskedAlready(NotPossible):
    """Somebody asked for this already."""


class WhyNeeded(NotValid):
    """Type why the bill can't wait. Everyone in the group reads it."""


def ask(
    session: Session, bill_id: UUID, by: Membership, why: str, *, key: UUID, now: datetime
) -> Override:
    """One with a job asks to pay though money is late, and says why. The same form again is one."""
    pool, bill = _may_decide(session, bill_id, by)
    said = one_line(why, 200, WhyNeeded)
    if made := session.get(Override, key):
        if (made.bill_id, made.asked_by) != (bill.id, by.id):
            raise AskedAlready
        return made
    if of_bill(session, bill.id) is not None:
        raise AskedAlready
    if not needed(session, pool, bill):
        raise NothingLate
    made = Override(
        id=key, pool_id=pool.id, bill_id=bill.id, why=said, asked_by=by.id, asked_at=now
    )
    session.add(made)
    session.flush()
    return made


def agree(session: Session, override_id: UUID, by: Membership, *, now: datetime) -> Override:
    """Another with a job agrees: now the bill may be approved and paid. Twice changes nothing."""
    made = _found(session, override_id, by)
    _may_decide(session, made.bill_id, by)
    if made.asked_by == by.id:
        raise OwnAsking
    if made.agreed_at is not None:
        return made
    if made.dropped_at is not None:
        raise NoSuchOverride
    made.agreed_by, made.agreed_at = by.id, now
    session.add(made)
    session.flush()
    return made


def drop(session: Session, override_id: UUID, by: Membership, *, now: datetime) -> Override:
    """The bill waits after all. What two people decided stays."""
    made = _found(session, override_id, by)
    access.must_hold(session, by, *checkers.CHECK)
    if made.agreed_at is None and made.dropped_at is None:
        made.dropped_by, made.dropped_at = by.id, now
        session.add(made)
        session.flush()
    return made


def of_bill(session: Session, bill_id: UUID) -> Override | None:
    """What was asked, or decided, of this bill."""
    return session.exec(
        select(Override).where(Override.bill_id == bill_id, col(Override.dropped_at).is_(None))
    ).first()


def needed(session: Session, pool: Pool, bill: Bill) -> bool:
    """Is money late for this bill, or for any other?"""
    return bool(shortfall.whose(session, pool, bill.id)) or (
        shortfall.of_pool(session, pool) is not None
    )


def may(session: Session, pool: Pool, bill: Bill, who: Membership) -> bool:
    """Could this person with a job be one of the two?"""
    kept_out = payees.on_their_side(session, [bill.payee_id])
    return who.id not in kept_out | shortfall.whose(session, pool, bill.id)


def _found(session: Session, override_id: UUID, by: Membership) -> Override:
    lock_pool(session, by.pool_id)
    made = session.get(Override, override_id, with_for_update=True, populate_existing=True)
    if made is None or made.pool_id != by.pool_id:
        raise NoSuchOverride
    return made


def _may_decide(session: Session, bill_id: UUID, by: Membership) -> tuple[Pool, Bill]:
    """The bill and its pool, held; or the sentence of why this person can't decide of it."""
    pool = lock_pool(session, by.pool_id)
    access.must_hold(session, by, *checkers.CHECK)
    bill = session.get(Bill, bill_id, with_for_update=True, populate_existing=True)
    if bill is None or bill.pool_id != pool.id:
        raise NoSuchOverride
    payees.must_not_be_on_their_side(session, bill.payee_id, by)
    if by.id in shortfall.whose(session, pool, bill.id):
        raise OwnMoney
    if bill.withdrawn_at is not None or bill.paid_seq is not None:
        raise BillIsClosed
    return pool, bill
