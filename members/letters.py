"""The demo's post: every letter that the app wrote, since a demo sends none. Never elsewhere."""

from uuid import UUID

from flask import Blueprint, Response

import web
from members import access, queries

views = Blueprint("letters", __name__)


@views.get("/demo/letters")
@access.everyone
def letters() -> Response:
    return web.page("members/demo_letters.html", letters=queries.every_letter(web.reading()))


@views.get("/demo/letters/<uuid:letter_id>")
@access.everyone
def letter(letter_id: UUID) -> Response:
    shown = queries.any_letter(web.reading(), letter_id)
    return web.page("members/demo_letter.html", letter=shown)
