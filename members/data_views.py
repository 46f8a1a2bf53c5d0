"""Pages of what is mine: the copy, having my details deleted, leaving a group; and beside them the
words that may name somebody who is gone.
"""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, Response, current_app, g
from flask import session as browser

import db
import web
from members import access, cookies, copying, data_queries, going, naming, signing_in
from members.mine import Rooms
from members.models import Person
from members.views import asked_from, link_was_sent

views = Blueprint("data", __name__)


def rooms() -> Rooms:
    return current_app.extensions["mine"]  # type: ignore[no-any-return]


@views.get("/me/data")
@access.signed_in
def data() -> Response:
    return web.page("data/data.html", here="me")


@views.get("/me/data/copy.zip")
@access.signed_in
def copy() -> Response:
    pieces = _copy(rooms(), g.me.id)
    next(pieces)
    response = Response(pieces, mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="what-you-know-about-me.zip"'
    return response


def _copy(rooms: Rooms, person_id: UUID) -> Iterator[bytes]:
    """Read after the request is over, so with a session of its own."""
    now = web.now()
    with db.reading() as session:
        person = session.get_one(Person, person_id)
        yield b""
        yield from copying.pieces(session, rooms, person, now=now)


# --- having my details deleted ---


@views.route("/me/data/erase", methods=["GET", "POST"])
@access.signed_in
def erase() -> Response:
    """What goes, what stays, what comes first; then a new sign-in; then one button."""
    form, token = web.Form(), cookies.token()
    me, every, now = g.me.id, rooms(), web.now()
    if web.saved(form, lambda session: going.ask(session, every, me, token=token, now=now)):
        browser.clear()
        return cookies.drop(web.go("data.asked"))
    shown = data_queries.erase_page(web.reading(), every, g.me, token=token, now=now)
    return web.page("data/erase.html", here="me", form=form, page=shown)


@views.get("/me/data/asked")
@access.everyone
def asked() -> Response:
    """They are signed out by now."""
    return web.page("data/asked.html", until=web.now() + going.WAIT)


@views.post("/me/data/again")
@access.signed_in
def again() -> Response:
    """A new link to my own email; it leads back to where I was."""
    form, made = web.Form(), list[UUID]()
    email = g.me.email or ""
    if web.saved(
        form, lambda session: made.append(signing_in.ask_link(session, email, **asked_from()))
    ):
        browser["next"] = "/me/data/erase"
        return link_was_sent(email, made[0])
    token = cookies.token()
    shown = data_queries.erase_page(web.reading(), rooms(), g.me, token=token, now=web.now())
    return web.page("data/erase.html", here="me", form=form, page=shown)


@views.post("/me/data/keep")
@access.signed_in
def keep() -> Response:
    me, now = g.me.id, web.now()
    if web.saved(web.Form(), lambda session: going.keep(session, me, now=now)):
        return web.go("members.home", said="We keep your details. You are back in your groups.")
    return web.go("data.erase")


# --- leaving a group ---


@views.route("/g/<slug>/leave", methods=["GET", "POST"])
@access.member
def leave() -> Response:
    form, every, now = web.Form(), rooms(), web.now()
    me, name = g.membership.id, g.pool.name
    if web.saved(form, lambda session: going.leave(session, every, me, now=now)):
        return web.go("members.home", said=f"You left {name}.")
    first = going.firsts(web.reading(), every, [g.membership], now)
    return web.page("data/leave.html", here="home", form=form, first=first)


# --- words that may name somebody who is gone ---


@views.get("/g/<slug>/names")
@access.role(*naming.JOBS)
def names() -> Response:
    return _names(web.Form())


@views.post("/g/<slug>/names/<uuid:words_id>/<any(take, leave):what>")
@access.role(*naming.JOBS)
def look(words_id: UUID, what: str) -> Response:
    form, every, me, now = web.Form(), rooms(), g.membership, web.now()
    take = what == "take"
    if web.saved(
        form, lambda session: naming.decide(session, every, words_id, me, take=take, now=now)
    ):
        said = "The words are taken away." if take else "The words stay."
        return web.go("data.names", said=said)
    return _names(form)


def _names(form: web.Form) -> Response:
    lines = naming.waiting(web.reading(), rooms(), g.pool.id)
    return web.page("data/names.html", here="jobs", form=form, lines=lines)
