"""How many people check a bill, by the group's rules, and who of us may."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from members.models import Membership, Role
from pools import agreement
from pools.models import Agreement
from pools.spending import payees
from pools.spending.models import Approval, Bill

ENTER = ("treasurer", "organiser")
CHECK = ("organiser", "treasurer", "checker")
SPLIT_DAYS = timedelta(days=30)  # several small bills within these days count as one


def needed(session: Session, pool_id: UUID, payee_id: UUID, amount: int, now: datetime) -> int:
    """How many people besides the one who enters it, by the group's rules. Bills to one payee
    within thirty days count together, so that nobody gets round a limit in small steps.
    """
    rules = agreement.current(session, pool_id)
    lately = session.exec(
        select(sa.func.coalesce(sa.func.sum(Bill.amount), 0)).where(
            Bill.payee_id == payee_id,
            col(Bill.withdrawn_at).is_(None),
            col(Bill.entered_at) > now - SPLIT_DAYS,
        )
    ).one()
    more = int(lately) + amount > rules.two_checkers_over or _newcomer(session, payee_id, rules)
    return rules.checkers + (1 if more else 0)


def _newcomer(session: Session, payee_id: UUID, rules: Agreement) -> bool:
    return rules.new_payee_two and not was_paid(session, payee_id)


def was_paid(session: Session, payee_id: UUID) -> bool:
    paid = select(Bill.id).where(Bill.payee_id == payee_id, col(Bill.paid_seq).is_not(None))
    return session.exec(paid.limit(1)).first() is not None


def count(session: Session, bill: Bill) -> int:
    """How many said yes and may say it: who is on the payee's side by now does not count."""
    said_yes = session.exec(select(Approval.approved_by).where(Approval.bill_id == bill.id)).all()
    return len(set(said_yes) - payees.on_their_side(session, [bill.payee_id]))


def may_check(
    session: Session, pool_id: UUID, payee_id: UUID, maker_id: UUID
) -> tuple[Membership, ...]:
    """Who can check it: everybody with a job, but not who entered it nor who is paid by it."""
    rows = session.exec(
        select(Membership)
        .join(
            Role,
            sa.and_(
                col(Role.pool_id) == Membership.pool_id,
                col(Role.person_id) == Membership.person_id,
                col(Role.until).is_(None),
            ),
        )
        .where(Membership.pool_id == pool_id, col(Membership.left_at).is_(None))
        .order_by(Membership.name, col(Membership.id))
    ).unique()
    kept_out = payees.on_their_side(session, [payee_id]) | {maker_id}
    return tuple(one for one in rows if one.id not in kept_out)
