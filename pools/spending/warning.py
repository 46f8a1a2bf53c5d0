"""Telling a person that they hold much of what they may keep: privately, once for each level, and
again only after it fell. The letter says no amount, no week and nothing of the plan.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from members import notices
from members.models import Plan
from pools.spending import my_money
from pools.spending.plan_models import WeeksWarning
from pools.spending.weeks import LEVELS

AT_ONCE = 500  # plans in one statement


def due(session: Session, _now: datetime) -> list[UUID]:
    """Open plans of which the person was told something else than what is so now."""
    found: list[UUID] = []
    every = session.exec(select(Plan.id).where(col(Plan.ended_at).is_(None))).all()
    for first in range(0, len(every), AT_ONCE):
        held = my_money.holdings(session, every[first : first + AT_ONCE])
        told = _told(session, held)
        found += [one for one, now_so in held.items() if set(told[one]) != reached(now_so.level)]
    return found


def reached(level: int) -> set[int]:
    return {one for one in LEVELS if one <= level}


def warn(session: Session, plan_id: UUID, *, now: datetime) -> None:
    """Write down what was reached or left, and tell of the highest that is new."""
    plan = session.get(Plan, plan_id, with_for_update=True)
    held = my_money.holdings(session, [plan_id]).get(plan_id)
    if plan is None or held is None:
        return
    told, now_so = _told(session, [plan_id])[plan_id], reached(held.level)
    for parts in told.keys() - now_so:
        told[parts].fell_at = now
        session.add(told[parts])
    new = [WeeksWarning(plan_id=plan_id, parts=one, warned_at=now) for one in now_so - told.keys()]
    session.add_all(new)
    session.flush()
    if new:
        highest = max(new, key=lambda one: one.parts)
        notices.tell(
            session,
            plan.person_id,
            "weeks_held",
            key=f"weeks_held:{highest.id}",
            now=now,
            link="/me/money",
        )


def _told(session: Session, plan_ids: Collection[UUID]) -> dict[UUID, dict[int, WeeksWarning]]:
    found: dict[UUID, dict[int, WeeksWarning]] = defaultdict(dict)
    rows = session.exec(
        select(WeeksWarning).where(
            col(WeeksWarning.plan_id).in_(plan_ids), col(WeeksWarning.fell_at).is_(None)
        )
    )
    for row in rows:
        found[row.plan_id][row.parts] = row
    return found
