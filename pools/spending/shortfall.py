"""Funds below zero: how many and by how much, never whose but for the person and the database.

The rule that every group agrees to: while a share is late, no new bill is approved, unless two
people decide to go on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotPossible
from ledger import money
from ledger import queries as book
from ledger.models import Fund
from members.models import Membership
from pools.models import FundingSource, Pool
from pools.spending.models import BillShare, Override


class SpendingPaused(NotPossible):
    """{late} No new bill can be approved until it comes, or two people decide to go on."""


@dataclass(frozen=True)
class Short:
    """How many shares are late, and what is missing in all, in pence. `ours` is what the group's
    own funds lack.
    """

    shares: int
    pence: int
    ours: int

    @property
    def words(self) -> str:
        """One share is late. Or what the group's own money lacks."""
        if self.shares:
            return "One share is late." if self.shares == 1 else f"{self.shares} shares are late."
        return f"{money.say(self.ours)} is missing in the group's own money."


def of_pool(session: Session, pool: Pool) -> Short | None:
    """What is below zero now, or nothing."""
    below = book.below_zero(session, pool.book_id)
    if not below:
        return None
    kinds: dict[UUID, str] = dict(
        session.exec(
            select(Fund.fund_id, Fund.kind).where(
                Fund.book_id == pool.book_id, col(Fund.fund_id).in_(below)
            )
        ).all()
    )
    members = [fund for fund, kind in kinds.items() if kind == "member"]
    ours = -sum(amount for fund, amount in below.items() if fund not in members)
    return Short(len(members), -sum(below.values()), ours)


def must_not_be_paused(session: Session, pool: Pool, bill_id: UUID) -> None:
    short = of_pool(session, pool)
    if short is not None and agreed(session, bill_id) is None:
        raise SpendingPaused(late=short.words)


def agreed(session: Session, bill_id: UUID) -> Override | None:
    """What two people decided of this bill, if they did."""
    return session.exec(
        select(Override).where(Override.bill_id == bill_id, col(Override.agreed_at).is_not(None))
    ).first()


def whose(session: Session, pool: Pool, bill_id: UUID) -> frozenset[UUID]:
    """Whose own money is below zero, or would be by this bill. For the check of who may decide and
    for telling that person; no page shows it.
    """
    rows = session.exec(
        select(FundingSource.membership_id, FundingSource.fund_id, BillShare.amount)
        .outerjoin(
            BillShare,
            (col(BillShare.fund_id) == FundingSource.fund_id) & (BillShare.bill_id == bill_id),
        )
        .where(FundingSource.pool_id == pool.id)
    ).all()
    has = book.fund_money(session, pool.book_id, [fund for _, fund, _ in rows])
    return frozenset(who for who, fund, share in rows if has[fund] < (share or 0))


def of_mine(session: Session, pool: Pool, me: Membership) -> int:
    """By how much my own money is below zero in all, in pence."""
    return -sum(min(amount, 0) for amount in _mine(session, pool, me))


def _mine(session: Session, pool: Pool, me: Membership) -> Collection[int]:
    funds = session.exec(
        select(FundingSource.fund_id).where(FundingSource.membership_id == me.id)
    ).all()
    return book.fund_money(session, pool.book_id, funds).values() if funds else ()


@dataclass(frozen=True)
class Card:
    """My own money is below zero, by so much. Only I see it."""

    pence: int


def card(session: Session, pool: Pool, me: Membership, *, now: datetime) -> Card | None:
    del now
    pence = of_mine(session, pool, me)
    return Card(pence) if pence else None
