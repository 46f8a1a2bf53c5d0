"""The pages of support bands: the bands and who is in them, or my own."""

from uuid import UUID

from flask import Blueprint, Response, g

import web
from members import access
from pools.bands import bands, pages
from pools.bands.forms import BandForm, HeldForm, SayForm

views = Blueprint("bands", __name__, url_prefix="/g/<slug>/bands")


def shown(form: web.Form | None = None) -> Response:
    """Of the three forms of the page, the one that was sent stands with what was typed."""
    found = pages.bands_page(web.reading(), g.pool, g.membership)
    held = form if isinstance(form, HeldForm) else HeldForm(formdata=None)
    held.offer(found.everyone, found.bands)
    made = form if isinstance(form, BandForm) else BandForm(formdata=None)
    return web.page(
        "bands/bands.html", here="jobs", form=form or made, made=made, held=held, found=found
    )


@views.get("", endpoint="bands")
@access.member
def all_bands() -> Response:
    """With a job: everybody's. Without: my own."""
    if g.roles:
        return shown()
    found = pages.mine(web.reading(), g.membership)
    return web.page("bands/mine.html", here="home", found=found)


@views.post("")
@access.role(*bands.MAY_SET)
def make() -> Response:
    form = BandForm()
    if web.saved(
        form,
        lambda session: bands.make(
            session, g.membership, form.name.data, form.weight.data, key=form.key, now=web.now()
        ),
    ):
        return web.go("bands.bands", said="Saved.")
    return shown(form)


@views.post("/people")
@access.role(*bands.MAY_SET)
def put() -> Response:
    form = HeldForm()
    found = pages.bands_page(web.reading(), g.pool, g.membership)
    form.offer(found.everyone, found.bands)
    if web.saved(
        form,
        lambda session: bands.put(
            session, g.membership, UUID(form.who.data), UUID(form.band.data),
            key=form.key, now=web.now(),
        ),
    ):  # fmt: skip
        return web.go("bands.bands", said="Saved. Another person must confirm it.")
    return shown(form)


@views.post("/people/<uuid:held_id>/confirm")
@access.role(*bands.MAY_SET)
def confirm(held_id: UUID) -> Response:
    form = SayForm()
    if web.saved(
        form, lambda session: bands.confirm(session, g.membership, held_id, now=web.now())
    ):
        return web.go("bands.bands", said="Confirmed. It counts from now on.")
    return shown(form)


@views.post("/people/<uuid:held_id>/stop")
@access.role(*bands.MAY_SET)
def stop(held_id: UUID) -> Response:
    form = SayForm()
    if web.saved(form, lambda session: bands.stop(session, g.membership, held_id, now=web.now())):
        return web.go("bands.bands", said="Stopped. Nothing changed.")
    return shown(form)
