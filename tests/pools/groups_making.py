"""People and a group to join, made as the app makes them."""

from datetime import UTC, date, datetime, time, timedelta

import db
from members.people import make_person
from pools.agreement import READY
from pools.clubbing import starting
from pools.clubbing.cost import Cost
from pools.inviting import open_link_of

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
HUB_COST = Cost(fixed=13069, wage=9151, ratio=4, min_staff=2, variable=350, capacity=12)
ASKED = {"network": "127.0.0.1", "secret": "s" * 40}


def later(**by):
    return NOW + timedelta(**by)


def person(session, name="Sam", email=None):
    return make_person(session, name, email=email, now=NOW)


def plan(**changes):
    ready = {
        "id": db.new_id(),
        "name": "Thursday Hub",
        "place": "the old library",
        "what": "Cooking and music.",
        "phone": "01632 960 123",
        "days": (3,),
        "starts": time(10),
        "ends": time(15),
        "cost": HUB_COST,
        "terms": READY,
        "closes_at": later(days=21),
        "starts_on": date(2026, 12, 17),
    }
    return starting.Plan(**(ready | changes))


def group(session, **changes):
    """A group that Sam started, Sam's membership, and the token of its open link."""
    sam = person(session)
    pool = starting.start(session, plan(**changes), sam, now=NOW)
    link = open_link_of(session, pool.id, NOW)
    return pool, starting.access.membership_of(session, pool.id, sam.id), link.token
