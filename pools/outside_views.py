"""Writing to somebody outside the group, and who that is. The addresses, the titles and what is
said afterwards tell nobody who looks over a shoulder, or at what the browser remembers.
"""

from flask import Blueprint, Response, g
from wtforms import HiddenField, StringField, TextAreaField

import web
from members import access, typed
from members.forms import Typed
from pools import outside

views = Blueprint("outside", __name__, url_prefix="/g/<slug>")


class TalkForm(web.Form):
    words = TextAreaField("What do you want to say?")
    reach = StringField(
        "How can they reach you?",
        description="A phone number, or a time and a place. You can leave this empty.",
    )
    seq = HiddenField()

    @property
    def told(self) -> outside.Told:
        line = (self.seq.data or "").strip()
        known = line.isascii() and line.isdigit() and len(line) < 18
        return outside.Told(
            self.key, self.words.data or "", self.reach.data or "", int(line) if known else None
        )


class SomebodyForm(web.Form):
    name = StringField("Their name", [Typed(typed.name_of)])
    email = StringField("Their email")
    phone = StringField("Their phone number", [Typed(typed.phone_of)])


@views.get("/talk")
@access.member
def talk() -> Response:
    return talk_page(TalkForm())


def talk_page(form: TalkForm) -> Response:
    """Also drawn as the answer to a question that left its path, under that page's address."""
    return web.page("outside/talk.html", form=form)


@views.post("/talk")
@access.member
def send() -> Response:
    form = TalkForm()
    if web.saved(
        form, lambda session: outside.tell(session, form.told, g.membership, now=web.now())
    ):
        return web.go("outside.sent")
    return talk_page(form)


@views.get("/talk/done")
@access.member
def sent() -> Response:
    return web.page("outside/sent.html")


@views.route("/outside", methods=["GET", "POST"])
@access.role("organiser")
def somebody() -> Response:
    pool = g.pool
    form = SomebodyForm(name=pool.worry_name, email=pool.worry_email, phone=pool.worry_phone)
    if web.saved(
        form,
        lambda session: outside.name_somebody(
            session,
            g.membership,
            form.name.data,
            form.email.data or "",
            form.phone.data,
            now=web.now(),
        ),
    ):
        return web.go("pools.people", said="Saved. Everybody in the group is told.")
    return web.page("outside/somebody.html", here="jobs", form=form)
