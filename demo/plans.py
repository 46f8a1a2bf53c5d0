"""What two people of the demo wrote down of their plans. The kiln is in Jo's plan, not in Tom's."""

from datetime import datetime, timedelta

from sqlmodel import Session

import db
from members import plans
from members.models import Person, Plan

JO = (
    ("I see my friends every week", "people"),
    ("I learn to do new things with my hands", "learning"),
)
TOM = (("I get out of the house and meet people", "people"), ("I use the bus on my own", "travel"))


def keep(session: Session, persons: dict[str, Person], *, began: datetime, now: datetime) -> None:
    """Jo holds more than three quarters of what she may keep; Tom has said nothing of that."""
    jo = plans.Facts(
        source="direct_payment", funder="Northtown Council", name_there="Joanna Bell",
        reference="NC 20771", weekly=12000, elsewhere=7000, starts_on=began.date(),
        managed_by="Myself, with Sam’s help",
    )  # fmt: skip
    tom = plans.Facts(
        source="isf", funder="Northtown Council", reference="NC 18340", weekly=9500,
        starts_on=began.date(), managed_by="Bridge Trust, which holds my budget",
    )  # fmt: skip
    held = _write(session, persons["jo"], jo, JO, began)
    _write(session, persons["tom"], tom, TOM, began)
    asked = now - timedelta(days=9)
    plans.say_own(session, persons["jo"], held.id, 51000, asked.date(), key=db.new_id(), now=asked)


def _write(
    session: Session,
    person: Person,
    facts: plans.Facts,
    needs: tuple[tuple[str, str], ...],
    when: datetime,
) -> Plan:
    made = plans.begin(session, person, facts, key=db.new_id(), now=when)
    for words, kind in needs:
        plans.add_need(session, person, made.id, words, kind, key=db.new_id(), now=when)
    return made
