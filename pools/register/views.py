"""The pages of the register: who came on a day, my own line of it, and a sheet for paper."""

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, g, request

import web
from errors import NotFound
from members import access
from pools.register import attendance, forms, pages
from pools.register.pages import DayPage

views = Blueprint("register", __name__, url_prefix="/g/<slug>")


def asked() -> tuple[date | None, UUID | None]:
    """The day in the address or the form, where it can be read."""
    try:
        on = date.fromisoformat(request.values.get("on", ""))
    except ValueError:
        on = None
    try:
        day = UUID(request.values.get("day", ""))
    except ValueError:
        day = None
    return on, day


def the_day() -> DayPage | None:
    on, day = asked()
    return pages.day_page(web.reading(), g.pool, web.today(), on=on, day=day)


@views.get("/register")
@access.member
def register() -> Response:
    """With a job: the newest day, or the one asked for. Without: my own line."""
    if not g.roles:
        return my_own()
    found = the_day()
    form = forms.for_day(found.lines if found else ())
    return web.page("register/register.html", here="jobs", form=form, found=found)


@views.post("/register")
@access.role(*attendance.MAY_TICK)
def save() -> Response:
    """`act` is all: whoever is not ticked yet came."""
    found = the_day()
    if found is None:
        raise NotFound
    form = forms.for_day(found.lines)
    if web.saved(
        form,
        lambda session: attendance.tick(
            session, g.membership, found.session_id, found.on,
            wanted(form, found), now=web.now(),
        ),
    ):  # fmt: skip
        return web.go(
            "register.register", said="Saved.", on=found.on.isoformat(), day=found.session_id
        )
    return web.page("register/register.html", here="jobs", form=form, found=found)


def wanted(form: forms.TickForm, found: DayPage) -> dict[UUID, str]:
    said = form.said(found.lines)
    if request.form.get("act") == "all":
        return {line.membership_id: "came" for line in found.lines} | said
    return said


@views.get("/register/mine")
@access.member
def mine() -> Response:
    return my_own()


def my_own() -> Response:
    found = pages.my_page(web.reading(), g.membership, web.today())
    return web.page("register/mine.html", here="home", found=found)


@views.get("/register/blank")
@access.role(*attendance.MAY_TICK)
def blank() -> Response:
    found = the_day()
    return web.page("register/blank.html", here="jobs", found=found)
