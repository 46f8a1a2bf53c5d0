"""The pages of the money before our first file: whose it was, and another person's look at that."""

from uuid import UUID

from flask import Blueprint, Response, g, request

import web
from members import access
from payments import accounts, opening, opening_queries
from payments.opening_forms import OpeningForm
from pools.spending import evidence

views = Blueprint("opening", __name__)
KEEPERS = accounts.KEEPERS
JOBS = opening.JOBS


@views.get("/g/<slug>/bank/opening")
@access.role(*KEEPERS)
def new() -> Response:
    form = OpeningForm()
    return _new_page(form)


def _new_page(form: OpeningForm) -> Response:
    """Where somebody said it already, on to what they said."""
    shown = opening_queries.new_page(web.reading(), g.pool)
    if shown.waiting is not None:
        return web.go("bank.opening.one", opening_id=shown.waiting)
    if not shown.amount:
        return web.go("bank.bank", said=opening.NothingBefore().sentence)
    form.offer(shown.choices)
    return web.page("bank/opening.html", here="jobs", shown=shown, form=form)


@views.post("/g/<slug>/bank/opening")
@access.role(*KEEPERS)
def say() -> Response:
    """One more row and working out what is left change nothing; only the last button does."""
    form = OpeningForm()
    form.offer(opening_queries.new_page(web.reading(), g.pool).choices)
    if request.form.get("act") in ("more", "left"):
        if request.form["act"] == "more":
            form.add()
        return _new_page(form)
    if web.saved(
        form,
        lambda s: opening.say(s, g.pool, _said(form), g.membership, now=web.now()),
    ):
        said = "Saved. Nothing is written until another person has looked."
        return web.go("bank.opening.one", opening_id=form.key, said=said)
    return _new_page(form)


def _said(form: OpeningForm) -> opening.Said:
    body = form.file.data.read() if form.file.data else b""
    return opening.Said(
        key=form.key,
        parts=[opening.Part(one.answer, one.amount) for one in form.chosen],
        shown_by=form.shown_by.data or "",
        file=evidence.clean(body) if body else None,
    )


@views.get("/g/<slug>/bank/opening/<uuid:opening_id>")
@access.role(*JOBS)
def one(opening_id: UUID) -> Response:
    return _one_page(opening_id, web.Form())


def _one_page(opening_id: UUID, form: web.Form) -> Response:
    shown = opening_queries.one_page(web.reading(), g.pool, g.membership, opening_id)
    return web.page("bank/opening_look.html", here="jobs", shown=shown, form=form)


@views.post("/g/<slug>/bank/opening/<uuid:opening_id>/confirm")
@access.role(*JOBS)
def confirm(opening_id: UUID) -> Response:
    opening.find(web.reading(), g.pool.id, opening_id)
    form = web.Form()
    if web.saved(
        form,
        lambda s: opening.confirm(s, g.pool, opening_id, g.membership, now=web.now()),
    ):
        return web.go("bank.opening.one", opening_id=opening_id, said="Written in the book.")
    return _one_page(opening_id, form)


@views.post("/g/<slug>/bank/opening/<uuid:opening_id>/drop")
@access.role(*JOBS)
def drop(opening_id: UUID) -> Response:
    opening.find(web.reading(), g.pool.id, opening_id)
    form = web.Form()
    if web.saved(form, lambda s: opening.drop(s, g.pool, opening_id, g.membership, now=web.now())):
        return web.go("bank.opening.one", opening_id=opening_id, said="Stopped.")
    return _one_page(opening_id, form)
