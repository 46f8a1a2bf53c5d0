"""Whose plan a spending is in: who is left out of paying, and which need each share serves.

What comes out of here about a person is for that person only. Whoever asks or enters a bill sees
how many people share it, and never who or why not.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotPossible
from members import needs, plans
from members.models import Membership, Need, Plan
from members.needs import Fit, Needed
from pools import beyond_plan
from pools.clubbing import purposes
from pools.clubbing.models import Round
from pools.decisions import drafts
from pools.decisions.models import Proposal
from pools.models import FundingSource, PaysAnyway
from pools.spending.models import Authority, Bill, BillShare
from pools.spending.plan_models import ShareNeed
from pools.spending.shares import Held, Share


class InNobodysPlan(NotPossible):
    """This is in nobody's plan. So there is nobody to share it. Ask the organiser about it."""


# --- who pays for what was voted ---


def who_pays(session: Session, proposal_id: UUID, held: Iterable[Held]) -> tuple[Held, ...]:
    """Those of the places whose money may pay for it. Whoever told us no plan counts as in."""
    places = tuple(held)
    found = fits_of(session, proposal_id, {one.fund_id for one in places})
    paying = tuple(one for one in places if found[one.fund_id].pays)
    if places and not paying:
        raise InNobodysPlan
    return paying


def left_out(session: Session, proposal_id: UUID) -> frozenset[UUID]:
    """The memberships whose every fund is left out. For sums only: never shown to anybody else."""
    pool_id = session.get_one(Proposal, proposal_id).pool_id
    rows = session.exec(
        select(FundingSource.membership_id, FundingSource.fund_id).where(
            FundingSource.pool_id == pool_id
        )
    ).all()
    found = fits_of(session, proposal_id, {fund for _, fund in rows})
    paying = {member for member, fund in rows if found[fund].pays}
    return frozenset(member for member, _ in rows) - paying


def fits_of(session: Session, proposal_id: UUID, fund_ids: Collection[UUID]) -> dict[UUID, Fit]:
    """How what a question asks fits the plan behind each fund. Every fund is there."""
    rows = session.exec(
        select(FundingSource.fund_id, FundingSource.membership_id).where(
            col(FundingSource.fund_id).in_(fund_ids)
        )
    ).all()
    anyway = beyond_plan.who_pay(session, proposal_id, {member for _, member in rows})
    ready = {fund for fund, member in rows if member in anyway}
    return fits(session, fund_ids, drafts.serves(session, proposal_id), ready)


def fits(
    session: Session,
    fund_ids: Collection[UUID],
    serves: Collection[str],
    anyway: Collection[UUID] = (),
) -> dict[UUID, Fit]:
    known = plans_behind(session, fund_ids)
    return {fund: needs.fit(known.get(fund), serves, anyway=fund in anyway) for fund in fund_ids}


def plans_behind(
    session: Session, fund_ids: Collection[UUID], *, at: datetime | None = None
) -> dict[UUID, tuple[Needed, ...]]:
    """The needs of the plan behind each fund. A fund whose plan is not known is not there."""
    rows = session.exec(
        select(FundingSource.fund_id, Plan.id)
        .join(Membership, col(Membership.id) == FundingSource.membership_id)
        .join(
            Plan,
            (col(Plan.person_id) == Membership.person_id)
            & (col(Plan.source) == FundingSource.kind)
            & _known(at),
        )
        .where(col(FundingSource.fund_id).in_(fund_ids))
    ).all()
    found = plans.needs_of(session, {plan for _, plan in rows}, at=at)
    return {fund: found[plan] for fund, plan in rows}


def _known(at: datetime | None) -> sa.ColumnElement[bool]:
    ended = col(Plan.ended_at)
    if at is None:
        return ended.is_(None)
    return (col(Plan.made_at) <= at) & (ended.is_(None) | (ended > at))


# --- which need each share serves ---


def keep_needs(session: Session, bill: Bill, shared: Iterable[Share]) -> None:
    """Written with the bill. A plan that changes afterwards changes nothing here."""
    funds = {share.fund_id for share in shared if share.amount}
    serves = _served(session, session.get_one(Authority, bill.authority_id))
    session.add_all(
        ShareNeed(bill_id=bill.id, fund_id=fund, need_id=one.id)
        for fund, found in fits(session, funds, serves).items()
        for one in found.needs
    )
    session.flush()


def _served(session: Session, allowed: Authority) -> Collection[str]:
    if allowed.proposal_id is not None:
        return drafts.serves(session, allowed.proposal_id)
    service_id = session.get_one(Round, allowed.round_id).service_id
    return purposes.of_service(session, service_id)


def needs_of_bills(
    session: Session, membership_id: UUID, bill_ids: Collection[UUID]
) -> dict[UUID, tuple[str, ...]]:
    """The needs that my share of each bill serves, in my words; or why I paid beyond my plan."""
    if not bill_ids:
        return {}
    rows = session.exec(
        select(ShareNeed.bill_id, Need.words)
        .join(Need, col(Need.id) == ShareNeed.need_id)
        .join(
            BillShare,
            (col(BillShare.bill_id) == ShareNeed.bill_id)
            & (col(BillShare.fund_id) == ShareNeed.fund_id),
        )
        .where(BillShare.membership_id == membership_id, col(ShareNeed.bill_id).in_(bill_ids))
        .order_by(col(Need.made_at), col(Need.id))
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    for bill_id, words in rows:
        if words and words not in found[bill_id]:
            found[bill_id].append(words)
    reasons = _reasons(session, membership_id, set(bill_ids) - found.keys())
    return {one: tuple(found[one]) if one in found else reasons.get(one, ()) for one in bill_ids}


def _reasons(
    session: Session, membership_id: UUID, bill_ids: Collection[UUID]
) -> Mapping[UUID, tuple[str, ...]]:
    """Shares of what I said I pay for though my plan does not name it, as it was then."""
    ended = col(PaysAnyway.ended_at)
    rows = session.exec(
        select(Bill.id, PaysAnyway.why)
        .join(Authority, col(Authority.id) == Bill.authority_id)
        .join(Round, col(Round.id) == Authority.round_id, isouter=True)
        .join(
            PaysAnyway,
            (col(PaysAnyway.proposal_id) == Authority.proposal_id)
            | (col(PaysAnyway.service_id) == Round.service_id),
        )
        .join(
            BillShare,
            (col(BillShare.bill_id) == Bill.id)
            & (col(BillShare.membership_id) == PaysAnyway.membership_id),
        )
        .where(
            PaysAnyway.membership_id == membership_id,
            col(Bill.id).in_(bill_ids),
            col(PaysAnyway.made_at) <= col(Bill.entered_at),
            ended.is_(None) | (ended > col(Bill.entered_at)),
        )
    )
    return {bill_id: (f"Not in my plan. I said: {why}",) for bill_id, why in rows}


def needs_of_sources(
    session: Session, membership_id: UUID, *, at: datetime | None = None
) -> dict[UUID, tuple[str, ...]]:
    """What the money paid in from each of my sources is for, in my own words: the needs of its plan
    that the group's services serve. All of them, where nobody said what those are for.
    """
    rows = session.exec(
        select(FundingSource.fund_id, FundingSource.pool_id).where(
            FundingSource.membership_id == membership_id
        )
    ).all()
    known = plans_behind(session, {fund for fund, _ in rows}, at=at)
    serves = {pool: purposes.of_pool(session, pool, at=at) for pool in {pool for _, pool in rows}}
    return {
        fund: tuple(
            one.words
            for one in known.get(fund, ())
            if one.words and (not serves[pool] or one.kind in serves[pool])
        )
        for fund, pool in rows
    }
