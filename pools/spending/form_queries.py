"""What the forms of bills show: a new bill before it is saved, and who we pay."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger import money
from members.models import Membership
from pools.funds import funds
from pools.models import Pool
from pools.spending import authorities, checkers, hints, how_shared, payees, shares, words
from pools.spending.authorities import Allowed
from pools.spending.entering import Looked, NewBill
from pools.spending.how_shared import Each
from pools.spending.models import Bill, Payee


@dataclass(frozen=True)
class CheckPage:
    """A new bill before it is saved: everybody's share, and who will check it."""

    payee: str
    last4: str
    amount: int
    in_words: str
    allowed: Allowed
    left: int
    day: str
    shares: tuple[str, ...]
    each: tuple[Each, ...]
    my_share: int
    seen: str
    needed: int
    who: tuple[str, ...]
    hints: tuple[str, ...]

    @property
    def enough_people(self) -> bool:
        return len(self.who) >= self.needed


def check_page(session: Session, me: Membership, new: NewBill, looked: Looked) -> CheckPage:
    pool, payee, allowed = looked.pool, looked.payee, looked.allowed
    who = checkers.may_check(session, pool.id, payee.id, me.id)
    return CheckPage(
        payee=payee.name,
        last4=payee.last4,
        amount=new.amount,
        in_words=words.amount(new.amount, pool.currency),
        allowed=allowed,
        left=allowed.left - new.amount,
        day=authorities.day_name(session, allowed, new.how.session_id),
        shares=how_shared.in_words(session, pool, looked.rule, looked.shares),
        each=how_shared.each(session, looked.shares),
        my_share=shares.of_person(looked.shares, me.id),
        seen=looked.seen,
        needed=looked.checkers,
        who=tuple(one.name for one in who),
        hints=hints.of_new(session, pool, new),
    )


def funds_to_pay(session: Session, pool: Pool) -> tuple[tuple[UUID, str], ...]:
    """The group's own funds with money in them, and what each may pay for."""
    return tuple(
        (one.id, f"{one.name}: {money.say(one.has, pool.currency)} left{_only(one)}")
        for one in funds.all_of(session, pool)
        if one.has > 0
    )


def _only(fund: funds.OurFund) -> str:
    if fund.costs:
        return f", only for {fund.may_pay}"
    return "" if fund.noted else ", only after a vote"


# --- who we pay -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PayeeLine:
    id: UUID
    name: str
    last4: str
    paid: int


@dataclass(frozen=True)
class PayeePage:
    """`sides` are the members on the payee's side; `everyone` all who could be."""

    id: UUID
    name: str
    last4: str
    sides: frozenset[UUID]
    everyone: tuple[tuple[UUID, str], ...]


def payees_page(session: Session, pool: Pool) -> tuple[PayeeLine, ...]:
    """All of them, with what each was paid so far."""
    paid = aliased(Bill)
    total = sa.func.coalesce(sa.func.sum(paid.amount), 0)
    rows = session.execute(
        sa.select(Payee, total)
        .outerjoin(paid, sa.and_(col(paid.payee_id) == Payee.id, col(paid.paid_seq).is_not(None)))
        .where(col(Payee.pool_id) == pool.id)
        .group_by(*Payee.__table__.columns)  # type: ignore[attr-defined]
        .order_by(sa.func.lower(Payee.name), col(Payee.last4))
    )
    return tuple(PayeeLine(one.id, one.name, one.last4, int(sum_)) for one, sum_ in rows)


def payee_page(session: Session, pool: Pool, payee_id: UUID) -> PayeePage:
    payee = payees.find(session, pool.id, payee_id)
    members = session.exec(
        select(Membership)
        .where(Membership.pool_id == pool.id, col(Membership.left_at).is_(None))
        .order_by(sa.func.lower(Membership.name), col(Membership.id))
    )
    return PayeePage(
        payee.id,
        payee.name,
        payee.last4,
        payees.on_their_side(session, [payee.id]),
        tuple((one.id, one.name) for one in members),
    )
