"""What the page of my plan shows. Only ever built for the person it is about."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from ledger import money
from members import money_from, needs, plans
from members.models import Need, Person, Plan

MOST_ENDED = 10


@dataclass(frozen=True)
class NeedLine:
    id: UUID
    words: str
    kind: str
    symbol: str


@dataclass(frozen=True)
class Own:
    """What I said is in my own account; pence."""

    amount: int
    on_day: date


@dataclass(frozen=True)
class PlanCard:
    """One plan as its person reads it. `over` are the needs that were ended, the newest first."""

    id: UUID
    source: str
    facts: plans.Facts
    needs: tuple[NeedLine, ...]
    over: tuple[NeedLine, ...]
    own: Own | None
    lasts: bool

    @property
    def weekly(self) -> str:
        return money.say(self.facts.weekly)


@dataclass(frozen=True)
class PlanPage:
    plans: tuple[PlanCard, ...]
    ended: tuple[tuple[UUID, str, str], ...]
    more: bool  # there is money whose plan I did not write down


def plan_page(session: Session, me: Person, *, today: date) -> PlanPage:
    held = plans.open_plans(session, me.id)
    return PlanPage(
        tuple(_card(session, plan, today) for plan in held),
        _ended(session, me),
        {plan.source for plan in held} < set(money_from.WITH_PLAN),
    )


def plan_card(session: Session, me: Person, plan_id: UUID, *, today: date) -> PlanCard:
    plan = session.get(Plan, plan_id)
    if plan is None or plan.person_id != me.id:
        raise plans.NoSuchPlan
    return _card(session, plan, today)


def _card(session: Session, plan: Plan, today: date) -> PlanCard:
    rows = session.exec(
        select(Need).where(Need.plan_id == plan.id).order_by(col(Need.made_at), col(Need.id))
    ).all()
    own = plans.own_account(session, plan.id)
    over = [row for row in rows if row.ended_at and row.words]
    over.sort(key=lambda row: row.ended_at or row.made_at, reverse=True)
    return PlanCard(
        plan.id,
        money_from.WORDS[plan.source],
        plans.of(plan),
        tuple(_line(row) for row in rows if row.ended_at is None),
        tuple(_line(row) for row in over[:MOST_ENDED]),
        Own(own.amount, own.on_day) if own else None,
        plan.ends_on is None or plan.ends_on >= today,
    )


def _line(need: Need) -> NeedLine:
    return NeedLine(need.id, need.words, needs.WORDS[need.kind], needs.SYMBOLS[need.kind])


def _ended(session: Session, me: Person) -> tuple[tuple[UUID, str, str], ...]:
    rows = session.exec(
        select(Plan)
        .where(Plan.person_id == me.id, col(Plan.ended_at).is_not(None))
        .order_by(col(Plan.ended_at).desc())
        .limit(MOST_ENDED)
    )
    return tuple((row.id, money_from.WORDS[row.source], row.funder) for row in rows)
