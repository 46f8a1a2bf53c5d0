"""The pages of the money book: the book, one line, the check; and the book as a file."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, g, request
from wtforms import StringField

import db
import web
from ledger import audit, closing, marks, queries
from members import access
from members.models import Membership
from pools.models import Pool
from pools.spending import book, book_sheet, entry_story

views = Blueprint("money", __name__, url_prefix="/g/<slug>")

LARGEST_SEQ = 2**62


class SealForm(web.Form):
    """Asked by GET: it changes nothing."""

    class Meta:
        csrf = False

    seal = StringField("What does your letter say?")


def shown(template: str, status: int | None = None, **context: Any) -> Response:
    return web.page(f"money/{template}", status, here="money", **context)


@views.get("/money", endpoint="money")
@access.member
def money_book() -> Response:
    before = request.args.get("before", type=int)
    found = book.money_page(
        web.reading(),
        g.pool,
        g.membership,
        month=request.args.get("month", ""),
        kind=request.args.get("kind", ""),
        before=before if before and 0 < before < LARGEST_SEQ else None,
        now=web.now(),
    )
    return shown("money.html", found=found)


@views.get("/money/<int:seq>")
@access.member
def entry(seq: int) -> Response:
    found = entry_story.entry_page(web.reading(), g.pool, g.membership, g.roles, seq)
    return shown("entry.html", found=found)


@views.get("/money/check")
@access.member
def check() -> Response:
    """Works the whole book out again, for whoever asks; and looks for the `seal` of a letter."""
    form = SealForm(request.args)
    found = audit.verify(web.reading(), g.pool.book_id)
    seal = (form.seal.data or "").strip()
    line = queries.line_sealed(web.reading(), g.pool.book_id, seal)
    month = closing.month_sealed(web.reading(), g.pool.book_id, seal)
    name = marks.in_words(month) if month else ""
    return shown("check.html", found=found, form=form, seal=seal, line=line, month=name)


@views.get("/money/book.csv")
@access.member
def book_csv() -> Response:
    return as_file(whole_book(g.pool, g.membership), f"money-book-{g.pool.slug}.csv")


def whole_book(pool: Pool, me: Membership) -> Iterator[str]:
    """Read while it is sent, after the request is over: so with a session of its own."""
    with db.reading() as session:
        yield from book_sheet.csv(session, pool, me)


def as_file(rows: Iterator[str], name: str) -> Response:
    """Sent line by line, so that its length does not matter."""
    response = Response(rows, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
