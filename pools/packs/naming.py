"""Does the paper of a bill name people of the group? Somebody with a job looks and says so; until
then no pack shows it. A copy with the names blacked out may take its place.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotPossible
from members import access
from members.models import Membership
from pools.jobs import Job
from pools.locking import lock_pool
from pools.models import Evidence, Pool
from pools.packs.models import BillNames
from pools.spending import evidence
from pools.spending.bills import NoSuchBill
from pools.spending.checkers import CHECK
from pools.spending.evidence import File
from pools.spending.models import Bill, Payee


class NoPaper(NotPossible):
    """This bill has no paper. There is nothing to look at."""


class SamePaper(NotPossible):
    """That is the same paper, with the names still in it. Choose the one with names blacked out."""


@dataclass(frozen=True)
class Looked:
    """What somebody saw: does it name people; and a copy with the names blacked out, if any."""

    names: bool
    blacked: File | None = None


def say(
    session: Session, bill_id: UUID, looked: Looked, by: Membership, *, key: UUID, now: datetime
) -> BillNames:
    """Say what the paper of a bill shows. What was said last counts."""
    lock_pool(session, by.pool_id)
    access.must_hold(session, by, *CHECK)
    if (before := session.get(BillNames, key)) is not None:
        return before
    bill = session.get(Bill, bill_id)
    if bill is None or bill.pool_id != by.pool_id:
        raise NoSuchBill
    if bill.evidence_id is None:
        raise NoPaper
    blacked = None
    if looked.names and looked.blacked:
        blacked = evidence.keep(session, looked.blacked, by, now=now)
        if blacked.id == bill.evidence_id:
            raise SamePaper
    said = BillNames(
        id=key,
        pool_id=bill.pool_id,
        bill_id=bill.id,
        names=looked.names,
        evidence_id=blacked.id if blacked else None,
        marked_by=by.id,
        marked_at=now,
    )
    session.add(said)
    session.flush()
    return said


def newest(session: Session, bill_ids: Collection[UUID]) -> dict[UUID, BillNames]:
    """What was said last of each bill's paper."""
    rows = session.exec(
        select(BillNames)
        .where(col(BillNames.bill_id).in_(bill_ids))
        .order_by(col(BillNames.marked_at), col(BillNames.id))
    )
    return {one.bill_id: one for one in rows}


def may_show(session: Session, evidence_id: UUID) -> bool:
    """Does what was said last of this paper still allow it?"""
    bills = session.exec(select(Bill.id).where(Bill.evidence_id == evidence_id)).all()
    if bills:
        looked = newest(session, bills).values()
        return bool(looked) and not any(one.names for one in looked)
    marked = session.exec(select(BillNames).where(BillNames.evidence_id == evidence_id)).all()
    said = newest(session, [one.bill_id for one in marked])
    return any(one.evidence_id == evidence_id for one in said.values())


# --- the page and the job ------------------------------------------------------------------------


@dataclass(frozen=True)
class NamesPage:
    """`said` is what was said last, by whom and when; nothing while nobody looked."""

    bill_id: UUID
    payee: str
    words: str
    file: Evidence
    said: BillNames | None
    by: str
    left: int


def page(session: Session, pool: Pool, bill_id: UUID) -> NamesPage:
    bill = session.get(Bill, bill_id)
    if bill is None or bill.pool_id != pool.id:
        raise NoSuchBill
    if bill.evidence_id is None:
        raise NoPaper
    said = newest(session, [bill.id]).get(bill.id)
    return NamesPage(
        bill_id=bill.id,
        payee=session.get_one(Payee, bill.payee_id).name,
        words=bill.words,
        file=session.get_one(Evidence, bill.evidence_id),
        said=said,
        by=session.get_one(Membership, said.marked_by).name if said else "",
        left=waiting(session, pool),
    )


def _unseen(pool: Pool) -> tuple[sa.ColumnElement[bool], ...]:
    looked = select(BillNames.id).where(BillNames.bill_id == Bill.id)
    return (
        col(Bill.pool_id) == pool.id,
        col(Bill.paid_seq).is_not(None),
        col(Bill.evidence_id).is_not(None),
        sa.not_(looked.exists()),
    )


def waiting(session: Session, pool: Pool) -> int:
    """How many papers of paid bills nobody has looked at."""
    return session.exec(select(sa.func.count()).select_from(Bill).where(*_unseen(pool))).one()


def next_one(session: Session, pool: Pool) -> UUID | None:
    """The oldest paid bill whose paper nobody has looked at."""
    found = select(Bill.id).where(*_unseen(pool)).order_by(col(Bill.paid_seq)).limit(1)
    return session.exec(found).first()


def jobs(
    session: Session, pool: Pool, _me: Membership, roles: frozenset[str], *, now: datetime
) -> tuple[Job, ...]:
    """Papers that wait for somebody to look, so that people can send them with their statements."""
    _ = now
    count = waiting(session, pool) if roles & set(CHECK) else 0
    first = next_one(session, pool) if count else None
    if first is None:
        return ()
    return (Job("Say if bills name people", f"/g/{pool.slug}/bills/{first}/names", count),)
