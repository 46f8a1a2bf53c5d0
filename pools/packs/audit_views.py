"""What whoever was sent a link sees, without signing in: one person's statement and its papers."""

from typing import Any

from flask import Blueprint, Response, g, url_for

import db
import web
from members import access
from pools.models import Pool
from pools.packs import links, said, zipping
from pools.packs.links import LinkEnded, ManyLooks, Opened
from pools.packs.views import file_of, sent

views = Blueprint("audit", __name__, url_prefix="/audit/<token>")


@views.after_request
def kept_quiet(response: Response) -> Response:
    """No search engine keeps it, and no other site is told its address."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def shown(template: str, status: int | None = None, **context: Any) -> Response:
    return web.page(f"audit/{template}", status, tell=said, **context)


def opened(token: str, what: str) -> Opened | Response:
    """The pack, with the look written down; or the page that says why not."""
    web.stop_reading()
    try:
        with db.transaction() as session:
            found = links.look(session, token, what, now=web.now())
    except LinkEnded:
        return ended(token)
    except ManyLooks as refusal:
        return web.error_page(429, refusal.sentence)
    g.pool = found.pool
    return found


def ended(token: str) -> Response:
    session = web.reading()
    pool = session.get_one(Pool, links.find(session, token).pool_id)
    return shown("ended.html", 410, phone=pool.phone, name=pool.name)


@views.get("")
@access.everyone
def pack(token: str) -> Response:
    found = opened(token, "page")
    if isinstance(found, Response):
        return found
    return shown(
        "pack.html",
        opened=found,
        found=found.kept.found,
        token=token,
        paper_url=lambda seq: url_for("audit.paper", token=token, seq=seq),
    )


@views.get("/<any(pdf, csv, zip):form>")
@access.everyone
def file(token: str, form: str) -> Response:
    found = opened(token, form)
    return found if isinstance(found, Response) else file_of(found.kept.found, form)


@views.get("/paper/<int:seq>")
@access.everyone
def paper(token: str, seq: int) -> Response:
    """The paper of one line. What is no part of this statement is not there."""
    found = opened(token, "paper")
    if isinstance(found, Response):
        return found
    line, body = zipping.body_of(web.reading(), found.pool, found.kept.found, seq)
    name = f"line-{seq}"
    return sent(body, line.media, name)
