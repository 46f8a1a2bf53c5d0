"""The pages of closing months: what stands in the way, two people's yes, and opening one again."""

from uuid import UUID

from flask import Blueprint, Response, g

import web
from members import access
from payments import closing_queries as queries
from payments import closings
from payments.closing_forms import OpenForm, ReadyForm
from payments.closings import Said

views = Blueprint("months", __name__, url_prefix="/g/<slug>/bank/close")


@views.get("")
@access.role(*closings.JOBS)
def months() -> Response:
    return _page(ReadyForm(), web.Form())


def _page(ready: ReadyForm, form: web.Form) -> Response:
    found = queries.months_page(web.reading(), g.pool, g.membership, now=web.now())
    if found.next and not ready.is_submitted():
        ready.month.data = found.next.value
    sayer = bool(g.roles & set(closings.SAYERS))
    return web.page(
        "months/months.html", here="jobs", found=found, ready=ready, form=form, sayer=sayer
    )


@views.post("")
@access.role(*closings.SAYERS)
def ready() -> Response:
    form = ReadyForm()
    found = queries.months_page(web.reading(), g.pool, g.membership, now=web.now())
    form.differs = bool(found.next and found.next.state == "differs")
    if web.saved(
        form,
        lambda session: closings.say_ready(
            session,
            Said(key=form.key, month=form.number, words=form.words.data or ""),
            g.membership,
            now=web.now(),
        ),
    ):
        return web.go("months.months", said="Saved. Another person must look now.")
    return _page(form, form)


@views.post("/<uuid:closing_id>/agree")
@access.role(*closings.JOBS)
def agree(closing_id: UUID) -> Response:
    form = web.Form()
    if web.saved(
        form, lambda session: closings.agree(session, closing_id, g.membership, now=web.now())
    ):
        return web.go("months.months", said="Done.")
    return _page(ReadyForm(formdata=None), form)


@views.post("/<uuid:closing_id>/drop")
@access.role(*closings.JOBS)
def drop(closing_id: UUID) -> Response:
    form = web.Form()
    if web.saved(
        form, lambda session: closings.drop(session, closing_id, g.membership, now=web.now())
    ):
        return web.go("months.months", said="Stopped. Nothing was changed.")
    return _page(ReadyForm(formdata=None), form)


@views.route("/<month>/open", methods=["GET", "POST"])
@access.role(*closings.JOBS)
def reopen(month: str) -> Response:
    form = OpenForm()
    found = queries.open_page(web.reading(), g.pool, month, now=web.now())
    if web.saved(
        form,
        lambda session: closings.ask_to_open(
            session,
            Said(key=form.key, month=queries.month_of_value(month), words=form.words.data),
            g.membership,
            now=web.now(),
        ),
    ):
        return web.go("months.months", said="Saved. Another person must look now.")
    return web.page("months/open.html", here="jobs", found=found, form=form)
