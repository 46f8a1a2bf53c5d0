"""Sign in as anybody of the story, move time on, and fetch the bank's file that waits."""

from flask import Blueprint, Response, abort, current_app, redirect, request, send_file
from flask_wtf import FlaskForm
from sqlmodel import select
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

import db
import web
from demo import story
from members import access, cookies, signing_in
from members.models import Person

views = Blueprint("demo", __name__, url_prefix="/demo")


class MoveForm(FlaskForm):  # type: ignore[misc]
    days = SelectField("Days", choices=[SelectChoice("1", "1"), SelectChoice("7", "7")])


@views.get("")
@access.everyone
def demo() -> Response:
    return web.page("demo/demo.html")


@views.post("/in/<name>")
@access.everyone
def sign_in(name: str) -> Response:
    """Be one of the eight. Only this demo has this door."""
    if name not in {person.key for person in story.PEOPLE}:
        abort(404)
    web.stop_reading()
    with db.transaction() as session:
        email = story.email_of(name)
        person = session.exec(select(Person).where(Person.email == email)).first()
        if person is None:
            gone = "They asked us to delete their details, so they are gone."
            return web.go("demo.demo", said=gone)
        token = signing_in.sign_in_as(session, person, "The demo", web.now())
    return cookies.keep(web.go("members.home"), token)


@views.post("/time")
@access.everyone
def move_time() -> Response:
    """Move the app's clock on. What falls due then happens as it would by itself."""
    form = MoveForm()
    if form.validate_on_submit():
        home = current_app.config["CLUB"].home
        seconds = int(web.shift(home).total_seconds()) + int(form.days.data) * 86400
        (home / "clock_shift").write_text(str(seconds))
        current_app.extensions["tick"]()
    back = web.internal(request.referrer and request.referrer.removeprefix(request.host_url[:-1]))
    return redirect(back or "/", 303)  # type: ignore[return-value]


@views.get("/files/<name>")
@access.everyone
def file(name: str) -> Response:
    """The bank's file that waits to be brought in."""
    if name not in story.FILES:
        abort(404)
    path = current_app.config["CLUB"].home / "demo" / name
    return send_file(path, as_attachment=True, mimetype="application/x-ofx")
