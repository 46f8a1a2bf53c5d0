"""A group's own pages: who is in it, its rules, and asking people to come."""

from collections import Counter
from uuid import UUID

from flask import Blueprint, Response, current_app, g
from sqlmodel import Session
from wtforms.fields.choices import SelectChoice

import web
from members import access
from members.paper_views import square
from pools import agreement, invitations, inviting, people
from pools.forms import GiveForm, InviteForm, SignForm

views = Blueprint("pools", __name__)


# --- who is in, and who does what ---


@views.get("/g/<slug>/people", endpoint="people")
@access.member
def show_people() -> Response:
    return _people(GiveForm())


@views.post("/g/<slug>/people", endpoint="give_job")
@access.role("organiser")
def give_job() -> Response:
    form = GiveForm()
    page = people.people(web.reading(), g.pool.id, g.membership)
    _offer(form, page)

    def give(session: Session) -> None:
        people.give(
            session, g.membership, UUID(form.who.data), form.job.data, key=form.key, now=web.now()
        )

    if web.saved(form, give):
        return web.go("pools.people", said="Done. Everybody in the group is told.")
    return _people(form)


@views.post("/g/<slug>/people/jobs/<uuid:role_id>/end")
@access.role("organiser")
def end_job(role_id: UUID) -> Response:
    form = web.Form()
    if web.saved(
        form, lambda session: people.take_back(session, g.membership, role_id, now=web.now())
    ):
        return web.go("pools.people", said="Done. Everybody in the group is told.")
    return _people(GiveForm(formdata=None), refused=_why(form))


def _people(form: GiveForm, refused: list[str] | None = None) -> Response:
    page = people.people(web.reading(), g.pool.id, g.membership)
    _offer(form, page)
    code = 409 if refused else None
    return web.page("pools/people.html", code, form=form, page=page, refused=refused)


def _why(form: web.Form) -> list[str]:
    """Why a button did nothing."""
    return [*form.form_errors, *form.id.errors]


def _offer(form: GiveForm, page: people.People) -> None:
    """Two people of one name are told apart by the day they came."""
    names = Counter(one.name.casefold() for one in page.others)
    form.who.choices = [
        SelectChoice(
            str(one.id),
            one.name
            if names[one.name.casefold()] == 1
            else f"{one.name}, here since {web.short_day(one.joined_at)}",
        )
        for one in page.others
    ]


# --- the rules ---


@views.get("/g/<slug>/rules", endpoint="rules")
@access.member
def show_rules() -> Response:
    return _rules(SignForm())


@views.post("/g/<slug>/rules")
@access.member
def sign_rules() -> Response:
    form = SignForm()

    def sign(session: Session) -> None:
        agreement.sign_current(session, g.membership, form.agreement.data, now=web.now())

    if web.saved(form, sign):
        return web.go("pools.rules", said="Thank you. You agreed to the rules.")
    return _rules(form)


def _rules(form: SignForm) -> Response:
    page = agreement.rules(web.reading(), g.membership)
    form.agreement.data = str(page.agreement_id)
    return web.page("pools/rules.html", form=form, page=page)


# --- asking people to come ---


@views.get("/g/<slug>/invites", endpoint="invites")
@access.role("organiser")
def show_invites() -> Response:
    return _invites(InviteForm())


@views.post("/g/<slug>/invites")
@access.role("organiser")
def invite() -> Response:
    form = InviteForm()

    def send(session: Session) -> None:
        inviting.invite(session, g.membership, form.email.data, key=form.key, now=web.now())

    if web.saved(form, send):
        return web.go("pools.invites", said=f"We wrote to {form.email.data}.")
    return _invites(form)


@views.post("/g/<slug>/invites/link")
@access.role("organiser")
def new_link() -> Response:
    form = web.Form()
    if web.saved(
        form,
        lambda session: inviting.open_link(session, g.membership, key=form.key, now=web.now()),
    ):
        return web.go("pools.invites", said="Here is the new link. The old one has stopped.")
    return _invites(InviteForm(formdata=None), refused=_why(form))


@views.post("/g/<slug>/invites/<uuid:invitation_id>/end")
@access.role("organiser")
def end_invite(invitation_id: UUID) -> Response:
    form = web.Form()
    if web.saved(
        form,
        lambda session: inviting.withdraw(session, g.membership, invitation_id, now=web.now()),
    ):
        return web.go("pools.invites", said="That invitation has stopped.")
    return _invites(InviteForm(formdata=None), refused=_why(form))


def _invites(form: InviteForm, refused: list[str] | None = None) -> Response:
    page = invitations.invites(web.reading(), g.pool, now=web.now())
    link = _whole(page.link) if page.link else None
    code = 409 if refused else None
    return web.page(
        "pools/invites.html",
        code,
        here="jobs",
        form=form,
        button=web.Form(formdata=None),
        page=page,
        link=link,
        refused=refused,
    )


@views.get("/g/<slug>/poster", endpoint="poster")
@access.role("organiser")
def show_poster() -> Response:
    """One sheet of paper, for the wall of the centre."""
    page = invitations.invites(web.reading(), g.pool, now=web.now())
    if page.link is None:
        return web.go("pools.invites", said="Make a link first. The poster shows it.")
    link = _whole(page.link)
    words = invitations.poster(g.pool)
    return web.page(
        "pools/poster.html", here="jobs", words=words, where=_typed(link), qr=square(link)
    )


def _whole(path: str) -> str:
    return str(current_app.config["CLUB"].base_url) + path


def _typed(link: str) -> str:
    """As somebody types it from paper: no https:// in front."""
    return link.split("://", 1)[-1]


from pools import join_views  # noqa: E402, F401 - its pages stand on the same blueprint
