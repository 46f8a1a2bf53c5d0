"""What a bill's page says where money is late: that it waits, what two people decided, who may."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from members.models import Membership
from pools.models import Pool
from pools.spending import overriding, shortfall
from pools.spending.models import Bill, Override
from pools.spending.shortfall import Short


@dataclass(frozen=True)
class Asked:
    """Somebody asks to go on; with `agreed_by` two people decided it."""

    id: UUID
    why: str
    asked_by: str
    asked_at: datetime
    agreed_by: str | None
    agreed_at: datetime | None


@dataclass(frozen=True)
class Deciding:
    """`short` is what is late now, for those with a job; it pauses spending until `asked` says that
    two people decided. `can` says what the reader may do.
    """

    short: Short | None
    asked: Asked | None
    can_ask: bool
    can_agree: bool
    can_drop: bool

    @property
    def paused(self) -> bool:
        return self.short is not None and not (self.asked and self.asked.agreed_by)


def deciding(
    session: Session, pool: Pool, me: Membership, roles: frozenset[str], bill: Bill
) -> Deciding:
    closed = bill.paid_seq is not None or bill.withdrawn_at is not None
    row = overriding.of_bill(session, bill.id)
    asked = _asked(session, row) if row else None
    if closed or not roles:
        return Deciding(None, asked, can_ask=False, can_agree=False, can_drop=False)
    waits = row is not None and row.agreed_at is None
    may = overriding.may(session, pool, bill, me)
    return Deciding(
        shortfall.of_pool(session, pool),
        asked,
        can_ask=may and row is None and overriding.needed(session, pool, bill),
        can_agree=may and waits and row is not None and row.asked_by != me.id,
        can_drop=waits,
    )


def _asked(session: Session, row: Override) -> Asked:
    agreed = session.get(Membership, row.agreed_by) if row.agreed_by else None
    return Asked(
        row.id,
        row.why,
        session.get_one(Membership, row.asked_by).name,
        row.asked_at,
        agreed.name if agreed else None,
        row.agreed_at,
    )


def to_decide(session: Session, pool: Pool, me: Membership) -> tuple[UUID, ...]:
    """The bills for which another person asks to go on, where I could be the second."""
    rows = session.exec(
        select(Override, Bill)
        .join(Bill, col(Bill.id) == Override.bill_id)
        .where(
            Override.pool_id == pool.id,
            col(Override.agreed_at).is_(None),
            col(Override.dropped_at).is_(None),
            Override.asked_by != me.id,
            col(Bill.paid_seq).is_(None),
            col(Bill.withdrawn_at).is_(None),
        )
    )
    return tuple(bill.id for _, bill in rows if overriding.may(session, pool, bill, me))
