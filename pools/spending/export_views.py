"""Taking the money book away as files: each member what they may have, the treasurer all of it."""

from collections.abc import Iterator

from flask import Blueprint, Response, g, request

import db
import web
from ledger.export import bundle
from members import access
from pools import exporting
from pools.models import Pool

views = Blueprint("exports", __name__, url_prefix="/g/<slug>/money")


@views.get("/exports", endpoint="exports")
@access.member
def files() -> Response:
    return web.page("exports/exports.html", here="money")


@views.get("/seals.csv")
@access.member
def seals() -> Response:
    """The digest and the hash of every line: they tell of nobody, and prove that all are there."""
    return sent(_seals(g.pool), "text/csv", f"{g.pool.slug}-seals.csv")


@views.get("/exports/<name>")
@access.role(*exporting.BY_JOB)
def whole(name: str) -> Response:
    """The whole book as csv, beancount, hledger or bundle; with names if `?names=yes`."""
    pieces = _whole(g.pool, name, names=request.args.get("names") == "yes")
    form = exporting.form_of(name)
    return sent(pieces, form.media, exporting.file_name(g.pool, name))


def sent(pieces: Iterator[bytes], media: str, name: str) -> Response:
    """Sent as it is read, so that its length does not matter. A refusal comes first, as a page."""
    next(pieces)
    response = Response(pieces, mimetype=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _whole(pool: Pool, kind: str, *, names: bool) -> Iterator[bytes]:
    """Read after the request is over, so with a session of its own; ready at its first piece."""
    with db.reading() as session:
        pieces = exporting.pieces(session, pool, kind, names=names)
        yield b""
        yield from pieces


def _seals(pool: Pool) -> Iterator[bytes]:
    with db.reading() as session:
        yield b""
        pieces = bundle.digests(session, pool.book_id)
        yield from bundle.gathered(piece.encode() for piece in pieces)
