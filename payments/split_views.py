"""The pages of a line that is several things, and of which payment goes back to somebody."""

from uuid import UUID

from flask import Blueprint, Response, g, request

import web
from members import access
from payments import accounts, lines, matching, split_queries, splitting
from payments.split_forms import BackForm, SplitForm

views = Blueprint("parts", __name__)
KEEPERS = accounts.KEEPERS
DONE = "That line has its place already."


@views.get("/g/<slug>/bank/lines/<uuid:line_id>/split")
@access.role(*KEEPERS)
def split(line_id: UUID) -> Response:
    shown = split_queries.split_page(web.reading(), g.pool, line_id)
    if shown is None:
        return web.go("bank.bank", said=DONE)
    form = SplitForm()
    form.offer(shown.choices)
    form.fill(shown.before)
    return _page(shown, form)


def _page(shown: split_queries.SplitPage, form: SplitForm) -> Response:
    return web.page("bank/split.html", here="jobs", shown=shown, form=form)


@views.post("/g/<slug>/bank/lines/<uuid:line_id>/split")
@access.role(*KEEPERS)
def save_split(line_id: UUID) -> Response:
    """One more row and working out what is left change nothing; only the last button does."""
    shown = split_queries.split_page(web.reading(), g.pool, line_id)
    if shown is None:
        return web.go("bank.bank", said=DONE)
    form = SplitForm()
    form.offer(shown.choices)
    act = request.form.get("act")
    if act in ("more", "left"):
        if act == "more":
            form.add()
        return _page(shown, form)
    if web.saved(
        form,
        lambda s: splitting.split(s, g.pool, line_id, form.chosen, by=g.membership, now=web.now()),
    ):
        return web.go("bank.bank", said="Written in the book, each part where it belongs.")
    return _page(shown, form)


@views.post("/g/<slug>/bank/lines/<uuid:line_id>/together")
@access.role(*KEEPERS)
def put_together(line_id: UUID) -> Response:
    lines.line_of(web.reading(), g.pool.id, line_id)
    form = web.Form()
    done: list[UUID] = []
    if web.saved(
        form,
        lambda s: done.append(splitting.put_together(s, g.pool, line_id, by=g.membership).id),
    ):
        return web.go("bank.line", line_id=done[0], said="It is one line again.")
    return web.go("bank.bank", said=" ".join(form.form_errors))


@views.get("/g/<slug>/bank/lines/<uuid:line_id>/back/<uuid:source_id>")
@access.role(*KEEPERS)
def back(line_id: UUID, source_id: UUID) -> Response:
    return _back_page(line_id, source_id, BackForm())


def _back_page(line_id: UUID, source_id: UUID, form: BackForm) -> Response:
    shown = split_queries.back_page(web.reading(), g.pool, line_id, source_id)
    if shown is None:
        return web.go("bank.bank", said=DONE)
    form.offer(shown.choices)
    return web.page("bank/back.html", here="jobs", shown=shown, form=form, source_id=source_id)


@views.post("/g/<slug>/bank/lines/<uuid:line_id>/back/<uuid:source_id>")
@access.role(*KEEPERS)
def give_back(line_id: UUID, source_id: UUID) -> Response:
    form = BackForm()
    shown = split_queries.back_page(web.reading(), g.pool, line_id, source_id)
    form.offer(shown.choices if shown else ())
    if shown is not None and web.saved(
        form,
        lambda s: matching.match(
            s, g.pool, line_id, form.which.data, by=g.membership, now=web.now()
        ),
    ):
        return web.go("bank.bank", said="Written in the book.")
    return _back_page(line_id, source_id, form)
