"""Sending my statement: what goes in, looking at it first, the link, who looked; and saying whether
the paper of a bill names people.
"""

from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, Response, current_app, g, make_response, request, url_for
from markupsafe import Markup
from sqlmodel import Session

import web
from errors import NotPossible
from members import access
from pools.packs import keeping, links, naming, said, sending, sheet, zipping
from pools.packs.forms import EndForm, NamesForm, PickForm, SendForm
from pools.packs.keeping import Kept, Parts
from pools.packs.links import ToSend
from pools.packs.sending import Sent, Wanted
from pools.packs.statement import Days, Statement
from pools.packs.statement_views import bank, mine, opens_on, pdf_of, ready
from pools.spending import evidence
from pools.spending.checkers import CHECK
from pools.spending.money_views import as_file

views = Blueprint("packs", __name__, url_prefix="/g/<slug>")


def shown(template: str, status: int | None = None, **context: Any) -> Response:
    return web.page(f"packs/{template}", status, here="money", tell=said, **context)


# --- what goes in, and looking at it first -------------------------------------------------------


@views.get("/packs", endpoint="packs")
@access.member
def all_packs() -> Response:
    found = links.page(web.reading(), g.membership, now=web.now())
    return shown("packs.html", found=found, form=EndForm())


@views.get("/packs/new")
@access.member
def new() -> Response:
    """Which days, and what goes in."""
    form = PickForm(request.args)
    days = form.days(opens_on())
    form.since.data, form.until.data = days.since, days.until
    return shown("new.html", form=form, choices=ready())


@views.get("/packs/look")
@access.member
def look() -> Response:
    """Exactly what whoever gets the link will see, and the yes to it."""
    picked = PickForm(request.args)
    days = picked.days(opens_on())
    if picked.errors or picked.form_errors:
        return shown("new.html", form=picked, choices=ready())
    return looked_at(days, picked.parts, SendForm())


def looked_at(days: Days, parts: Parts, form: SendForm) -> Response:
    found = keeping.only(mine(days), parts)
    form.of(days, parts, keeping.seen(found))
    return shown("look.html", form=form, found=found, paper_url=own_paper(days))


def own_paper(days: Days) -> Any:
    """Where the preview opens the paper of a line: as the pack will show it."""
    asked: dict[str, Any] = {"from": days.since.isoformat(), "to": days.until.isoformat()}
    return lambda seq: url_for("packs.paper", seq=seq, **asked)


@views.get("/packs/paper/<int:seq>")
@access.member
def paper(seq: int) -> Response:
    days = PickForm(request.args).days(opens_on())
    return paper_of(mine(days), seq)


def paper_of(found: Statement, seq: int) -> Response:
    """A file is saved or shown as a picture, never run as a page."""
    shown_, body = zipping.body_of(web.reading(), g.pool, found, seq)
    line = next(one for one in found.lines if one.seq == seq)
    return sent(body, shown_.media, zipping.name_of(line, shown_).rpartition("/")[2])


def sent(body: bytes, media: str, name: str) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = media
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


# --- yes ------------------------------------------------------------------------------------------


@views.post("/packs/send")
@access.member
def send() -> Response:
    """Keep it, and make a link that is shown once; or only keep it, to print."""
    form, made = SendForm(), []
    days = form.days
    if days is None:
        return web.go("packs.new")
    to = ToSend(form.for_whom.data or "", int(form.ends.data or 0))
    wanted = Wanted(days, form.parts, form.seen.data or "", to)
    todo = _keep if request.form.get("act") == "keep" else _send
    if web.saved(form, lambda session: made.append(todo(session, wanted, form.key))):
        return done(made[0])
    return looked_at(days, form.parts, form)


def _send(session: Session, wanted: Wanted, key: UUID) -> Sent:
    return sending.send(session, g.pool, g.membership, wanted, bank=bank(), key=key, now=web.now())


def _keep(session: Session, wanted: Wanted, _key: UUID) -> UUID:
    return sending.keep(session, g.pool, g.membership, wanted, bank=bank(), now=web.now())


def done(made: Sent | UUID) -> Response:
    if isinstance(made, UUID):
        return web.go("packs.kept", said="It is kept, with its number.", kept_id=made)
    if made.token is None:
        return web.go("packs.packs", said="You made that link already.")
    link = f"{current_app.config['CLUB'].base_url}/audit/{made.token}"
    return shown("sent.html", made=made, link=link, qr=_square(link))


def _square(link: str) -> Markup:
    made = segno.make(link, micro=False, error="m")
    drawn = made.svg_inline(omitsize=True, title="A square to point a phone at", border=2)
    return Markup(drawn)  # noqa: S704 - drawn from our own link by the library


@views.post("/packs/<uuid:link_id>/end")
@access.member
def end(link_id: UUID) -> Response:
    form = EndForm()
    if web.saved(
        form, lambda session: links.withdraw(session, link_id, g.membership, now=web.now())
    ):
        return web.go("packs.packs", said="That link shows nothing any more.")
    return web.go("packs.packs")


# --- one that was kept ----------------------------------------------------------------------------


def my_kept(kept_id: UUID) -> Kept:
    return keeping.shown(web.reading(), kept_id, g.membership)


@views.get("/packs/kept/<uuid:kept_id>")
@access.member
def kept(kept_id: UUID) -> Response:
    """The same again, as it was."""
    found = my_kept(kept_id)
    return shown(
        "kept.html",
        kept=found,
        found=found.found,
        paper_url=lambda seq: url_for("packs.kept_paper", kept_id=kept_id, seq=seq),
    )


@views.get("/packs/kept/<uuid:kept_id>/paper/<int:seq>")
@access.member
def kept_paper(kept_id: UUID, seq: int) -> Response:
    return paper_of(my_kept(kept_id).found, seq)


@views.get("/packs/kept/<uuid:kept_id>/<any(pdf, csv, zip):form>")
@access.member
def kept_file(kept_id: UUID, form: str) -> Response:
    return file_of(my_kept(kept_id).found, form)


def file_of(found: Statement, form: str) -> Response:
    """A statement as a file: pdf, csv, or zip with its papers."""
    if form == "pdf":
        return pdf_of(found)
    if form == "csv":
        return as_file(sheet.csv(found), zipping.file_name(found, "csv"))
    body = zipping.zipped(web.reading(), g.pool, found)
    return sent(body, "application/zip", zipping.file_name(found, "zip"))


# --- does a bill name people? ---------------------------------------------------------------------


@views.route("/bills/<uuid:bill_id>/names", methods=["GET", "POST"])
@access.role(*CHECK)
def names(bill_id: UUID) -> Response:
    form = NamesForm()
    found = naming.page(web.reading(), g.pool, bill_id)
    looked = seen_by(form) if form.is_submitted() else None
    if looked and web.saved(
        form,
        lambda session: naming.say(
            session, bill_id, looked, g.membership, key=form.key, now=web.now()
        ),
    ):
        return after_names(bill_id)
    return shown("names.html", form=form, found=found)


def seen_by(form: NamesForm) -> naming.Looked | None:
    """What was said, with the file cleaned before any transaction; none if it can't be taken."""
    if not form.validate():
        return None
    body = form.file.data.read() if form.file.data else b""
    try:
        blacked = evidence.clean(body) if body else None
    except NotPossible as refusal:
        form.file.errors = [refusal.sentence]
        return None
    return naming.Looked(form.names.data == "yes", blacked)


def after_names(bill_id: UUID) -> Response:
    """On to the next paper that nobody has looked at; or back to the bill."""
    following = naming.next_one(web.reading(), g.pool)
    if following is None:
        return web.go("bills.bill", said="Saved. Every bill is looked at.", bill_id=bill_id)
    return web.go("packs.names", said="Saved. Here is the next one.", bill_id=following)
