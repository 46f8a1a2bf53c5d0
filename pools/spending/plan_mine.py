"""What my plan says, as part of what is mine. It is nobody else's, so all of it goes with me."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from members.mine import Room, memberships, rows
from members.models import Need, OwnAccount, Person, Plan
from pools.models import PaysAnyway
from pools.spending.plan_models import ShareNeed, WeeksWarning


def my_data(session: Session, person: Person, *, now: datetime) -> dict[str, object]:
    del now
    plans, needs = _ids(person)
    mine = memberships(person)
    return {
        "What my plans say": rows(session, Plan, Plan.person_id == person.id),
        "My needs": rows(session, Need, col(Need.plan_id).in_(plans)),
        "What I said is in my own account": rows(
            session, OwnAccount, col(OwnAccount.plan_id).in_(plans)
        ),
        "When you told me how much I hold": rows(
            session, WeeksWarning, col(WeeksWarning.plan_id).in_(plans)
        ),
        "Which need each share of a bill was for": rows(
            session, ShareNeed, col(ShareNeed.need_id).in_(needs)
        ),
        "What I pay for though my plan does not name it": rows(
            session, PaysAnyway, col(PaysAnyway.membership_id).in_(mine)
        ),
    }


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """What hangs on a plan first, then the plan."""
    del now
    plans, needs = _ids(person)
    gone: tuple[tuple[type[SQLModel], Any], ...] = (
        (ShareNeed, col(ShareNeed.need_id).in_(needs)),
        (WeeksWarning, col(WeeksWarning.plan_id).in_(plans)),
        (OwnAccount, col(OwnAccount.plan_id).in_(plans)),
        (Need, col(Need.plan_id).in_(plans)),
        (Plan, col(Plan.person_id) == person.id),
        (PaysAnyway, col(PaysAnyway.membership_id).in_(memberships(person))),
    )
    for table, theirs in gone:
        session.exec(sa.delete(table).where(theirs))


def _ids(person: Person) -> tuple[Any, Any]:
    """Their plans and the needs in them, for a condition."""
    plans = sa.select(col(Plan.id)).where(col(Plan.person_id) == person.id)
    needs = sa.select(col(Need.id)).where(col(Need.plan_id).in_(plans))
    return plans.scalar_subquery(), needs.scalar_subquery()


ROOM = Room("My plan", my_data, erase)
