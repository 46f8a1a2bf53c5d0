"""The pages of putting a line right: what is wrong with it, and another person's look at that."""

from uuid import UUID

from flask import Blueprint, Response, g

import web
from members import access
from payments import correction_queries as queries
from payments import corrections
from payments.fix_forms import WrongForm

views = Blueprint("fixes", __name__, url_prefix="/g/<slug>")
JOBS = corrections.JOBS


@views.route("/money/<int:seq>/fix", methods=["GET", "POST"])
@access.role(*JOBS)
def new(seq: int) -> Response:
    form = WrongForm()
    found = queries.new_page(web.reading(), g.pool, seq)
    form.offer(found.answers, can_change_amount=found.can_change_amount)
    if web.saved(
        form,
        lambda session: corrections.propose(
            session,
            corrections.Said(key=form.key, seq=seq, why=form.why.data, again=form.again),
            g.membership,
            now=web.now(),
        ),
    ):
        said = "Saved. Nothing changes until another person has looked."
        return web.go("fixes.fix", said=said, correction_id=form.key)
    return web.page("fixes/new.html", here="money", form=form, found=found)


@views.get("/money/<int:seq>/fixes")
@access.role(*JOBS)
def of_line(seq: int) -> Response:
    found = queries.fix_of_line(web.reading(), g.pool, seq)
    return web.go("fixes.fix", correction_id=found)


@views.get("/fixes", endpoint="fixes")
@access.role(*JOBS)
def all_fixes() -> Response:
    found = queries.waiting(web.reading(), g.pool, g.membership)
    return web.page("fixes/fixes.html", here="jobs", found=found)


@views.get("/fixes/<uuid:correction_id>")
@access.role(*JOBS)
def fix(correction_id: UUID) -> Response:
    return _fix_page(correction_id, web.Form())


def _fix_page(correction_id: UUID, form: web.Form) -> Response:
    found = queries.fix_page(web.reading(), g.pool, g.membership, correction_id)
    return web.page("fixes/fix.html", here="jobs", form=form, found=found)


@views.post("/fixes/<uuid:correction_id>/confirm")
@access.role(*JOBS)
def confirm(correction_id: UUID) -> Response:
    form = web.Form()
    if web.saved(
        form,
        lambda session: corrections.confirm(session, correction_id, g.membership, now=web.now()),
    ):
        return web.go("fixes.fix", said="It is put right.", correction_id=correction_id)
    return _fix_page(correction_id, form)


@views.post("/fixes/<uuid:correction_id>/drop")
@access.role(*JOBS)
def drop(correction_id: UUID) -> Response:
    form = web.Form()
    if web.saved(
        form,
        lambda session: corrections.drop(session, correction_id, g.membership, now=web.now()),
    ):
        return web.go("fixes.fix", said="The line stays as it is.", correction_id=correction_id)
    return _fix_page(correction_id, form)
