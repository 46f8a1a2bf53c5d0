"""Coming in with a letter on paper: the organiser makes one, its person uses it once."""

from uuid import UUID

import segno
from flask import Response, current_app, flash, g, request, url_for
from flask import session as browser
from markupsafe import Markup
from sqlmodel import Session
from wtforms import StringField

import web
from errors import NotFound
from members import access, cookies, paper, signing_in
from members.devices import device_of
from members.forms import ConfirmForm
from members.views import come_in, holding_a_link, views


class CodeForm(web.Form):
    code = StringField("The code in your letter")


@views.post("/g/<slug>/letters/sign-in/<uuid:membership_id>")
@access.role("organiser")
def make_paper(membership_id: UUID) -> Response:
    """Shown once, to print. Its code is kept nowhere, so it can't be shown again."""
    form, made, by = web.Form(), list[paper.Printed](), g.membership
    now = web.now()
    if not web.saved(
        form, lambda session: made.append(paper.make(session, by, membership_id, now=now))
    ):
        return web.page("members/paper_refused.html", here="jobs", form=form)
    base = str(current_app.config["CLUB"].base_url)
    link = base + url_for("members.paper", code=made[0].code)
    shown = web.page(
        "members/paper_made.html", here="jobs", letter=made[0],
        where=base.split("://", 1)[-1] + url_for("members.paper_code"), qr=square(link),
    )  # fmt: skip
    return holding_a_link(shown)


def square(link: str) -> Markup:
    made = segno.make(link, micro=False, error="m")
    drawn = made.svg_inline(omitsize=True, title="A square to point a phone at", border=2)
    return Markup(drawn)  # noqa: S704 - drawn from our own link by the library


@views.route("/in/paper", methods=["GET", "POST"])
@access.everyone
def paper_code() -> Response:
    """For a computer without a camera: the code is typed."""
    form = CodeForm()
    if form.validate_on_submit():
        code = paper.plain(form.code.data or "")
        try:
            paper.state_of(web.reading(), code, now=web.now())
        except NotFound:
            form.code.errors = ["We do not know this code. Look at your letter again."]
        else:
            return web.go("members.paper", code=code)
    return web.page("members/paper_code.html", here="in", form=form)


@views.route("/in/paper/<code>", methods=["GET", "POST"], endpoint="paper")
@access.everyone
def use_paper(code: str) -> Response:
    state, form = paper.state_of(web.reading(), code, now=web.now()), ConfirmForm()
    made = list[signing_in.SignedIn]()
    if web.saved(form, lambda session: made.append(_use(session, code, form))):
        wanted = browser.get("next")
        came = come_in(made[0].token, shared=form.shared.data)
        if wanted is None:
            flash("You came in with a letter. Your own page says who made it, and when.")
        return came
    shown = web.page("members/use_paper.html", here="in", form=form, state=state, code=code)
    return holding_a_link(shown)


def _use(session: Session, code: str, form: ConfirmForm) -> signing_in.SignedIn:
    return paper.use(
        session,
        code,
        device_of(request.user_agent.string),
        now=web.now(),
        shared=form.shared.data,
        replacing=cookies.token(),
    )
