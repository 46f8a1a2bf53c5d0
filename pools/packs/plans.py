"""One kind of a person's money on their statement, with what their plan says of it."""

from fractions import Fraction

from sqlmodel import Session

from ledger import queries
from members import plans
from members.models import Membership, Plan
from pools.clubbing import words as clubbing_words
from pools.models import FundingSource, Pool
from pools.packs.statement import Days, Source, Weeks
from pools.spending import fitting


def told(
    session: Session, pool: Pool, me: Membership, one: FundingSource, days: Days
) -> tuple[Source, Weeks | None]:
    """What came, went and is left of it; and how many weeks' money that is, if a plan says."""
    found = queries.statement(session, pool.book_id, [one.fund_id], days.since, days.until)
    plan = plans.open_plan(session, me.person_id, one.kind)
    serves = fitting.needs_of_sources(session, me.id).get(one.fund_id, ())
    source = Source(
        name=clubbing_words.SOURCES[one.kind],
        reference=one.reference,
        opening=found.opening,
        paid_in=found.paid_in,
        spent=found.spent,
        moved=found.moved,
        put_right=found.put_right,
        closing=found.closing,
        funder=plan.funder if plan else "",
        funder_reference=plan.reference if plan else "",
        name_there=plan.name_there if plan else "",
        managed_by=plan.managed_by if plan else "",
        serves=serves,
    )
    return source, _weeks(session, plan, source, days) if plan else None


def _weeks(session: Session, plan: Plan, source: Source, days: Days) -> Weeks:
    """(what is left here + what the person says is in their own account) / weekly money."""
    own = plans.own_account(session, plan.id, until=days.until)
    held = max(source.closing, 0) + (own.amount if own else 0)
    return Weeks(
        source=source.name,
        held=tenths(held, plan.weekly),
        limit=plan.limit_weeks,
        own=own.amount if own else None,
        own_on=own.on_day if own else None,
    )


def tenths(held: int, weekly: int) -> str:
    """1.4 weeks, to the nearest tenth; halves go up."""
    whole = int(Fraction(held * 10, weekly) + Fraction(1, 2))
    return f"{whole // 10}.{whole % 10} weeks"
