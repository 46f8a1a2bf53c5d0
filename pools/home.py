"""The group's own page, and the page of what waits for those with a job. They gather from every
room without knowing any: app.py hands in what each room offers.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, g

import web
from members import access
from pools.jobs import Job
from pools.views import views

jobs_views = Blueprint("jobs", __name__)


@dataclass(frozen=True)
class Card:
    """What a room shows on the group's page: the template it draws, and what goes in."""

    template: str
    card: Any


def cards() -> tuple[Card, ...]:
    """In the order that app.py names them; a room with nothing to show gives none."""
    session, now = web.reading(), web.now()
    made = (
        Card(template, query(session, g.pool, g.membership, now=now))
        for query, template in current_app.extensions["cards"]
    )
    return tuple(card for card in made if card.card is not None)


def waiting_jobs() -> tuple[Job, ...]:
    session, now = web.reading(), web.now()
    return tuple(
        job
        for query in current_app.extensions["jobs"]
        for job in query(session, g.pool, g.membership, g.roles, now=now)
    )


@views.get("/g/<slug>")
@access.member
def group() -> Response:
    hero, *rest = cards() or (None,)
    waiting = waiting_jobs() if g.roles else ()
    return web.page("pools/group.html", here="home", hero=hero, cards=rest, waiting=waiting)


@jobs_views.get("/g/<slug>/run")
@access.role("organiser", "treasurer", "checker")
def jobs() -> Response:
    return web.page("pools/run.html", here="jobs", waiting=waiting_jobs())
