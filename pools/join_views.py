"""Joining from an invitation: four short pages that work signed in or not, with email or without.

What was typed lies in the browser's own signed cookie until the end, so Back and Forward lose
nothing, and no address ever holds a name or an email.
"""

import functools
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Response, current_app, g, request, url_for
from flask import session as browser
from sqlmodel import Session

import web
from members import access, cookies, signing_in
from members.devices import device_of
from members.models import Membership, Person
from pools import inviting, joining
from pools.forms import AgreeForm, ContactForm, JoinNameForm
from pools.invitations import Asked, invitation
from pools.views import views

SAME_PRESS = timedelta(minutes=10)  # a second press of the button may still sign its device in


# --- the pages ---


@views.get("/join/<token>")
@access.everyone
def join(token: str) -> Response:
    asked = _asked(token)
    if asked.in_already:
        return web.go("pools.group", slug=asked.slug, said="You are in this group.")
    if asked.state != "open":
        button = web.Form(formdata=None)
        return web.page("pools/join_closed.html", 410, asked=asked, token=token, button=button)
    return web.page("pools/join.html", asked=asked, token=token)


def still_open(view: Callable[[str, Asked], Response]) -> Callable[[str], Response]:
    """A link that has stopped meanwhile leads back to its first page, which says what to do."""

    @functools.wraps(view)
    def shown(token: str) -> Response:
        asked = _asked(token)
        if asked.state != "open" or asked.in_already:
            return web.go("pools.join", token=token)
        return view(token, asked)

    return shown


@views.route("/join/<token>/name", methods=["GET", "POST"])
@access.everyone
@still_open
def join_name(token: str, asked: Asked) -> Response:
    mine = g.me.name if g.me else ""
    form = JoinNameForm(data={"name": _answers(token).get("name", mine)})
    if form.validate_on_submit():
        _keep(token, name=form.name.data)
        return web.go("pools.join_check" if g.me else "pools.join_contact", token=token)
    return web.page("pools/join_name.html", asked=asked, token=token, form=form)


@views.route("/join/<token>/contact", methods=["GET", "POST"])
@access.everyone
@still_open
def join_contact(token: str, asked: Asked) -> Response:
    answers = _answers(token)
    if "name" not in answers:
        return web.go("pools.join_name", token=token)
    form = ContactForm(data=answers)
    if form.validate_on_submit():
        _keep(token, email=form.email.data, no_email=form.no_email.data, phone=form.phone.data)
        return web.go("pools.join_check", token=token)
    return web.page("pools/join_contact.html", asked=asked, token=token, form=form)


@views.get("/join/<token>/check")
@access.everyone
@still_open
def join_check(token: str, asked: Asked) -> Response:
    return _missing(token) or _check(token, asked, AgreeForm())


@views.post("/join/<token>/check")
@access.everyone
def finish_joining(token: str) -> Response:
    form, done = AgreeForm(), list[Joined]()
    if missing := _missing(token):
        return missing
    if web.saved(form, lambda session: done.append(_join(session, token, shared=form.shared.data))):
        return _came_in(token, done[0], shared=form.shared.data)
    return _check(token, _asked(token), form)


@views.get("/join/<token>/sent")
@access.everyone
def join_sent(token: str) -> Response:
    """The same words whether the address was new or somebody's already."""
    return web.page(
        "pools/join_sent.html", asked=_asked(token), token=token, email=browser.get("email")
    )


@views.get("/join/<token>/in")
@access.everyone
def join_in(token: str) -> Response:
    """The way on from there, for those who may."""
    asked = _asked(token)
    mine = _membership(asked) if g.me else None
    if mine is not None:
        return web.go("pools.group", slug=asked.slug, said=joining.said(web.reading(), mine))
    if g.me:
        return web.go("pools.join", token=token)
    return web.go("pools.join_sent", token=token, said="First open the letter that we sent you.")


@views.post("/join/<token>/again")
@access.everyone
def join_again(token: str) -> Response:
    form = web.Form()
    if web.saved(form, lambda session: inviting.again(session, token, key=form.key, now=web.now())):
        return web.go("pools.join", token=token, said="We sent a new letter. Use the link in it.")
    return web.page(
        "pools/join_closed.html", asked=_asked(token), token=token, button=form, form=form
    )


# --- what was typed ---


def _answers(token: str) -> dict[str, Any]:
    kept = browser.get("join", {})
    return kept if kept.get("token") == token else {}


def _keep(token: str, **more: Any) -> None:
    """`secret` is known to this browser alone; what it joins as can be found again only by it."""
    fresh = {"token": token, "secret": secrets.token_urlsafe(16)}
    browser["join"] = fresh | _answers(token) | more


def _key(answers: dict[str, Any]) -> UUID:
    """The membership's id, from the browser's secret: pressed twice, one person joins; and nobody
    who merely knows the id can press again as them.
    """
    return UUID(bytes=hashlib.sha256(answers["secret"].encode()).digest()[:16], version=4)


def _missing(token: str) -> Response | None:
    """Back to the first question that has no answer yet."""
    answers = _answers(token)
    if "name" not in answers:
        return web.go("pools.join_name", token=token)
    if g.me is None and "no_email" not in answers:
        return web.go("pools.join_contact", token=token)
    return None


# --- joining ---


@dataclass(frozen=True)
class Joined:
    """What came of pressing Join. `device` is the token of a device that is now signed in."""

    slug: str
    said: str = ""
    device: str | None = None
    link_id: UUID | None = None


def _join(session: Session, token: str, *, shared: bool) -> Joined:
    answers = _answers(token)
    slug = inviting.find(session, token)[1].slug
    if g.me:
        mine = joining.join(
            session,
            token,
            name=answers["name"],
            person=g.me,
            key=_key(answers),
            now=web.now(),
        )
        return Joined(slug, joining.said(session, mine))
    arrived = joining.arrive(session, token, _stranger(answers), key=_key(answers), now=web.now())
    if arrived.membership is None:
        return Joined(slug, link_id=arrived.link_id)
    said = joining.said(session, arrived.membership)
    device = _device(session, arrived.membership, shared=shared)
    return Joined(slug, said, device)


def _stranger(answers: dict[str, Any]) -> joining.Stranger:
    secret = current_app.config["CLUB"].secret_key
    return joining.Stranger(
        name=answers["name"],
        email=answers["email"] or None,
        phone=answers["phone"] or None,
        asked=joining.Asked(request.remote_addr or "", secret),
    )


def _device(session: Session, mine: Membership, *, shared: bool) -> str | None:
    """Somebody new is signed in on the device in their hand, at once."""
    person = session.get(Person, mine.person_id)
    if person is None or mine.joined_at <= web.now() - SAME_PRESS:
        return None
    device = device_of(request.user_agent.string)
    return signing_in.sign_in_as(session, person, device, web.now(), shared=shared)


def _came_in(token: str, done: Joined, *, shared: bool) -> Response:
    """With an email typed, the next page is the same for all. Nothing else that this browser held
    is kept.
    """
    email = None if g.me else _answers(token).get("email")
    browser.clear()
    if email or not done.said:
        browser["email"], browser["link"] = email, str(done.link_id or uuid4())
        browser["next"] = url_for("pools.join", token=token)
        response = web.go("pools.join_sent", token=token)
    else:
        response = web.go("pools.group", slug=done.slug, said=done.said)
    return cookies.keep(response, done.device, shared=shared) if done.device else response


# --- what the pages show ---


def _asked(token: str) -> Asked:
    return invitation(web.reading(), token, g.me, now=web.now())


def _check(token: str, asked: Asked, form: AgreeForm) -> Response:
    answers = _answers(token)
    return web.page("pools/join_check.html", asked=asked, token=token, form=form, answers=answers)


def _membership(asked: Asked) -> Membership | None:
    return access.membership_of(web.reading(), asked.pool_id, g.me.id)
