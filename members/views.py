"""Pages that are nobody's group: the front door, signing in and out, my own details, help."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, g, redirect, request, url_for
from flask import session as browser
from sqlmodel import Session

import db
import web
from members import (
    access,
    contact,
    cookies,
    going,
    groups,
    notices,
    paper,
    people,
    queries,
    signing_in,
)
from members.devices import device_of
from members.forms import ConfirmForm, DetailsForm, EmailForm, NewcomerForm, NewEmailForm

views = Blueprint("members", __name__)


def asked_from() -> dict[str, Any]:
    """Where a link is asked from, and the key that hides it."""
    config = current_app.config["CLUB"]
    return {
        "network": request.remote_addr or "",
        "secret": config.secret_key,
        "now": web.now(),
    }


def pressed(work: Callable[[Session], object]) -> None:
    """A button with nothing to fill in: do it, or raise the refusal."""
    web.stop_reading()
    with db.transaction() as session:
        work(session)


def holding_a_link(response: Response) -> Response:
    """The address of this page lets somebody in, so no request that it makes may carry it. (Not
    `no-referrer`: a browser would then hide from us that the form is our own.)
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


# --- the front door ---


@views.get("/")
@access.everyone
def front() -> Response:
    return web.page("members/front.html")


@views.get("/help")
@access.everyone
def help() -> Response:  # noqa: A001 - the page is called help
    mine = groups.helped(web.reading(), g.me.id) if g.me else ()
    return web.page("members/help.html", here="help", helped=mine)


@views.get("/worried")
@access.everyone
def worried() -> Response:
    mine = groups.groups_of(web.reading(), g.me.id) if g.me else ()
    return web.page("members/worried.html", here="help", mine=mine)


@views.get("/privacy")
@access.everyone
def privacy() -> Response:
    return web.page("members/privacy.html")


@views.get("/access")
@access.everyone
def access_statement() -> Response:
    return web.page("members/access_statement.html")


@views.get("/health")
@access.everyone
def health() -> Response:
    """For machines: the app answers, and so does its database."""
    web.reading().connection().execute(sa.text("SELECT 1"))
    return Response("ok", mimetype="text/plain")


# --- signing in and out ---


@views.route("/in", methods=["GET", "POST"])
@access.everyone
def sign_in() -> Response:
    form, made = EmailForm(), list[UUID]()
    if wanted := web.internal(request.args.get("next")):
        browser["next"] = wanted

    def ask(session: Session) -> None:
        made.append(signing_in.ask_link(session, form.email.data, **asked_from()))

    if web.saved(form, ask):
        return link_was_sent(form.email.data, made[0])
    return web.page("members/sign_in.html", here="in", form=form)


def link_was_sent(email: str, link_id: UUID) -> Response:
    browser["email"], browser["link"] = email, str(link_id)
    return web.go("members.link_sent")


@views.get("/in/sent")
@access.everyone
def link_sent() -> Response:
    return web.page("members/link_sent.html", here="in", email=browser.get("email"))


@views.route("/in/<token>", methods=["GET", "POST"])
@access.everyone
def use_link(token: str) -> Response:
    """Looking changes nothing: mail scanners look too. Only the button signs in, and once."""
    link = queries.link_page(web.reading(), token, now=web.now())
    if link.state == "used" and g.me:  # pressed twice
        return web.go("members.home")
    form = NewcomerForm() if link.newcomer else ConfirmForm()
    made = list[signing_in.SignedIn]()
    if web.saved(form, lambda session: made.append(_use(session, token, form))):
        return come_in(made[0].token, shared=form.shared.data)
    here = browser.get("link") == str(link.link_id)
    return holding_a_link(
        web.page("members/use_link.html", here="in", form=form, link=link, token=token, same=here)
    )


def _use(session: Session, token: str, form: Any) -> signing_in.SignedIn:
    return signing_in.use_link(
        session,
        token,
        device_of(request.user_agent.string),
        now=web.now(),
        name=form.data.get("name", ""),
        shared=form.shared.data,
        replacing=cookies.token(),
    )


def come_in(token: str, *, shared: bool) -> Response:
    """Nothing that this browser held before it was signed in is kept."""
    wanted = web.internal(browser.get("next")) or url_for("members.home")
    browser.clear()
    return cookies.keep(redirect(wanted, 303), token, shared=shared)  # type: ignore[arg-type]


@views.post("/in/<token>/again")
@access.everyone
def link_again(token: str) -> Response:
    form, made = web.Form(), list[signing_in.SentAgain]()

    def ask(session: Session) -> None:
        made.append(signing_in.ask_again(session, token, **asked_from()))

    if web.saved(form, ask):
        return link_was_sent(made[0].email, made[0].link_id)
    shown = EmailForm(formdata=None)
    shown.form_errors.extend(form.form_errors)
    return web.page("members/sign_in.html", here="in", form=shown)


@views.route("/out", methods=["GET", "POST"])
@access.everyone
def sign_out() -> Response:
    """Signed out by the button only. Who has no email reads first how they come back."""
    if request.method == "GET":
        mine = groups.helped(web.reading(), g.me.id) if g.me else ()
        return web.page("members/sign_out.html", here="me", helped=mine)
    token = cookies.token() or ""
    pressed(lambda session: signing_in.sign_out(session, token, now=web.now()))
    browser.clear()
    return cookies.drop(web.go("members.front", said="You are signed out."))


# --- my own pages ---


@views.get("/home")
@access.signed_in
def home() -> Response:
    if g.provider:
        return web.go("demand.demand")
    if going.open_one(web.reading(), g.me.id):
        return web.go("data.erase")
    mine = groups.groups_of(web.reading(), g.me.id)
    return web.page("members/home.html", here="home", groups=mine)


@views.get("/me")
@access.signed_in
def me() -> Response:
    mine = queries.me_page(web.reading(), g.me, cookies.token(), now=web.now())
    made = paper.made_for(web.reading(), g.me.id)
    return web.page("members/me.html", here="me", mine=mine, made=made)


@views.route("/me/details", methods=["GET", "POST"])
@access.signed_in
def details() -> Response:
    form = DetailsForm(name=g.me.name, phone=g.me.phone)
    if web.saved(
        form,
        lambda session: people.change(session, g.me.id, name=form.name.data, phone=form.phone.data),
    ):
        return web.go("members.me", said="Your details are changed.")
    return web.page("members/details.html", here="me", form=form)


@views.route("/me/email", methods=["GET", "POST"])
@access.signed_in
def email() -> Response:
    form = NewEmailForm()
    if web.saved(
        form,
        lambda session: contact.ask_email(session, g.me, form.email.data, **asked_from()),
    ):
        return web.go("members.me", said="We sent a link to your new email. Open it to go on.")
    return web.page("members/email.html", here="me", form=form)


@views.route("/me/email/<token>", methods=["GET", "POST"])
@access.everyone
def use_email_link(token: str) -> Response:
    """From the new address's mail, on whatever device that is read."""
    link = queries.email_page(web.reading(), token, now=web.now())
    form, now = web.Form(), web.now()
    wait = timedelta() if current_app.config["CLUB"].demo else contact.WAIT
    if web.saved(form, lambda session: contact.confirm(session, token, wait=wait, now=now)):
        return web.go("members.email_confirmed")
    shown = web.page("members/use_email_link.html", form=form, link=link, token=token)
    return holding_a_link(shown)


@views.get("/me/email/confirmed")
@access.everyone
def email_confirmed() -> Response:
    return web.page("members/email_confirmed.html", waits=not current_app.config["CLUB"].demo)


@views.post("/me/email/stop")
@access.signed_in
def stop_email() -> Response:
    pressed(lambda session: contact.stop(session, g.me, now=web.now()))
    return web.go("members.me", said="Your email stays as it was.")


@views.post("/me/devices/<uuid:device_id>/end")
@access.signed_in
def end_device(device_id: UUID) -> Response:
    web.saved(web.Form(), lambda session: signing_in.end(session, device_id, g.me, now=web.now()))
    return web.go("members.me", said="That device is signed out.")


# --- letters on paper, for people without email ---


@views.get("/g/<slug>/letters")
@access.role("organiser")
def letters() -> Response:
    shown = queries.letters_page(web.reading(), g.pool.id, now=web.now())
    waiting = paper.without_email(web.reading(), g.pool.id, now=web.now())
    return web.page("members/letters.html", here="jobs", page=shown, waiting=waiting)


@views.get("/g/<slug>/letters/<uuid:letter_id>")
@access.role("organiser")
def letter(letter_id: UUID) -> Response:
    shown = queries.letter_page(web.reading(), g.pool.id, letter_id, now=web.now())
    return web.page("members/letter.html", here="jobs", letter=shown)


@views.post("/g/<slug>/letters/<uuid:letter_id>/given")
@access.role("organiser")
def letter_given(letter_id: UUID) -> Response:
    pressed(lambda session: notices.given(session, g.pool.id, letter_id, now=web.now()))
    return web.go("members.letters", said="That letter is marked as given.")


from members import paper_views  # noqa: E402, F401 - its pages stand on the same blueprint
