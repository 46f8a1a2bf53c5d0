"""My money on one page: what I paid into each group, what it paid for, what is left, and how many
weeks of it I hold. Read for the person it is about, and nobody else.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger import money
from ledger.models import Account, Balance, Book
from members import money_from, plans
from members.models import Membership, OwnAccount, Person, Plan
from pools.clubbing.models import Place
from pools.models import FundingSource, Pool
from pools.spending import fitting, weeks
from pools.spending.weeks import Flow, Holding

INCOME, COST, TRANSFER, ASSET = "income", "cost", "transfer", "asset"


@dataclass(frozen=True)
class InGroup:
    """One group's part of my money from one source; pence. paid_in - spent + moved = left."""

    name: str
    slug: str
    here: bool  # I am in it still
    paid_in: int
    spent: int
    moved: int
    left: int
    needs: tuple[str, ...]

    @property
    def touched(self) -> bool:
        return bool(self.paid_in or self.spent or self.moved or self.left)


@dataclass(frozen=True)
class Own:
    amount: int
    on_day: date


@dataclass(frozen=True)
class Weeks:
    """How many weeks of a plan's money I hold; `coming` is what the forecast says, if anything."""

    plan_id: UUID
    holding: Holding
    flow: Flow
    sentence: str
    coming: str
    own: Own | None
    managed_by: str


@dataclass(frozen=True)
class Purse:
    """All my money from one source."""

    source: str
    groups: tuple[InGroup, ...]
    weeks: Weeks | None
    plan_wanted: bool  # such money has a plan, and I told us none

    @property
    def paid_in(self) -> int:
        return sum(one.paid_in for one in self.groups)

    @property
    def spent(self) -> int:
        return sum(one.spent for one in self.groups)

    @property
    def left(self) -> int:
        return sum(one.left for one in self.groups)

    @property
    def sentence(self) -> str:
        """You paid in £168. It paid for £161.35. £6.65 is left."""
        if not self.groups:
            return "None of this money is in a group yet."
        return (
            f"You paid in {money.say(self.paid_in)}. It paid for {money.say(self.spent)}. "
            f"{money.say(self.left)} is left in the group{'' if len(self.groups) == 1 else 's'}."
        )


def my_money(session: Session, me: Person, *, today: date) -> tuple[Purse, ...]:
    """One purse for each source that I have money of in a group, or a plan for."""
    rows = session.exec(
        select(FundingSource, Membership, Pool)
        .join(Membership, col(Membership.id) == FundingSource.membership_id)
        .join(Pool, col(Pool.id) == FundingSource.pool_id)
        .where(Membership.person_id == me.id)
        .order_by(col(FundingSource.made_at), col(FundingSource.id))
    ).all()
    moved = _by_kind(session, [source.fund_id for source, _, _ in rows])
    served = {
        member: fitting.needs_of_sources(session, member)
        for member in {member.id for _, member, _ in rows}
    }
    found: dict[str, list[InGroup]] = {}
    for source, member, pool in rows:
        sums = moved.get(source.fund_id, {})
        needs = served[member.id].get(source.fund_id, ())
        part = _in_group(pool, sums, needs, here=member.left_at is None)
        parts = found.setdefault(source.kind, [])
        if part.touched:
            parts.append(part)
    held = {plan.source: plan for plan in plans.open_plans(session, me.id)}
    return tuple(
        Purse(
            money_from.WORDS[kind],
            tuple(found.get(kind, ())),
            _weeks(session, me, held[kind], found.get(kind, ()), today) if kind in held else None,
            kind in money_from.WITH_PLAN and kind not in held,
        )
        for kind in dict.fromkeys([*found, *held])
    )


def _in_group(pool: Pool, sums: dict[str, int], needs: tuple[str, ...], *, here: bool) -> InGroup:
    return InGroup(
        pool.name,
        pool.slug,
        here,
        -sums.get(INCOME, 0),
        sums.get(COST, 0),
        -sums.get(TRANSFER, 0),
        sums.get(ASSET, 0),
        needs,
    )


def _weeks(
    session: Session, me: Person, plan: Plan, groups: Collection[InGroup], today: date
) -> Weeks:
    own = plans.own_account(session, plan.id)
    holding = Holding(
        sum(one.left for one in groups), own.amount if own else 0, plan.weekly, plan.limit_weeks
    )
    goes = plan.elsewhere + dues(session, me.id, plan.source, today)
    flow = Flow(plan.weekly, goes, plan.ends_on)
    months = weeks.forecast(holding, flow, today)
    return Weeks(
        plan.id,
        holding,
        flow,
        weeks.said(holding),
        weeks.coming(months, holding),
        Own(own.amount, own.on_day) if own else None,
        plan.managed_by,
    )


def dues(session: Session, person_id: UUID, source: str, today: date) -> int:
    """What my places cost a week from that source, in pence: each place is one session a week."""
    held = (
        select(sa.func.coalesce(sa.func.sum(Place.price), 0))
        .join(FundingSource, col(FundingSource.id) == Place.source_id)
        .join(Membership, col(Membership.id) == Place.membership_id)
        .where(
            Membership.person_id == person_id,
            FundingSource.kind == source,
            col(Place.ends_on) > today,
            col(Place.left_on).is_(None) | (col(Place.left_on) > today),
        )
    )
    return int(session.exec(held).one())


def _by_kind(session: Session, funds: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """Each fund's pence by the kind of account they lie in."""
    rows = session.exec(
        select(Balance.fund_id, Account.kind, sa.func.sum(Balance.amount))
        .join(Book, col(Book.book_id) == Balance.book_id)
        .join(
            Account,
            (col(Account.book_id) == Balance.book_id) & (col(Account.code) == Balance.account),
        )
        .where(col(Balance.fund_id).in_(funds), Balance.unit == Book.unit)
        .group_by(col(Balance.fund_id), col(Account.kind))
    )
    found: dict[UUID, dict[str, int]] = {}
    for fund, kind, amount in rows:
        found.setdefault(fund, {})[kind] = int(amount)
    return found


# --- of everybody, for the warning: numbers only ---


def holdings(session: Session, plan_ids: Collection[UUID]) -> dict[UUID, Holding]:
    """What is held of each of these plans that is open."""
    wanted = select(Plan).where(col(Plan.ended_at).is_(None), col(Plan.id).in_(plan_ids))
    found = session.exec(wanted).all()
    ids = [plan.id for plan in found]
    there, own = _in_groups(session, ids), _own(session, ids)
    return {
        plan.id: Holding(there.get(plan.id, 0), own.get(plan.id, 0), plan.weekly, plan.limit_weeks)
        for plan in found
    }


def _in_groups(session: Session, plan_ids: Collection[UUID]) -> dict[UUID, int]:
    rows = session.exec(
        select(Plan.id, sa.func.sum(Balance.amount))
        .join(Membership, col(Membership.person_id) == Plan.person_id)
        .join(
            FundingSource,
            (col(FundingSource.membership_id) == Membership.id)
            & (col(FundingSource.kind) == Plan.source),
        )
        .join(Pool, col(Pool.id) == FundingSource.pool_id)
        .join(Book, col(Book.book_id) == Pool.book_id)
        .join(
            Balance,
            (col(Balance.book_id) == Book.book_id)
            & (col(Balance.fund_id) == FundingSource.fund_id)
            & (col(Balance.unit) == Book.unit),
        )
        .join(
            Account,
            (col(Account.book_id) == Balance.book_id) & (col(Account.code) == Balance.account),
        )
        .where(col(Plan.id).in_(plan_ids), Account.kind == ASSET)
        .group_by(col(Plan.id))
    )
    return {plan_id: int(amount) for plan_id, amount in rows}


def _own(session: Session, plan_ids: Collection[UUID]) -> dict[UUID, int]:
    newest = (
        sa.func.row_number()
        .over(
            partition_by=col(OwnAccount.plan_id),
            order_by=(col(OwnAccount.made_at).desc(), col(OwnAccount.id).desc()),
        )
        .label("place")
    )
    rows = (
        select(OwnAccount.plan_id, OwnAccount.amount, newest)
        .where(col(OwnAccount.plan_id).in_(plan_ids))
        .subquery()
    )
    last = sa.select(rows.c.plan_id, rows.c.amount).where(rows.c.place == 1)
    return {plan_id: int(amount) for plan_id, amount in session.connection().execute(last)}


def as_of(session: Session, plan: Plan, closing: int, until: date) -> Holding:
    """For a statement: `closing` is what lies in groups at the end of `until`, with what was said
    of the own account for that day or before.
    """
    own = plans.own_account(session, plan.id, until=until)
    return Holding(closing, own.amount if own else 0, plan.weekly, plan.limit_weeks)
