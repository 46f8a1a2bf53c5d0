"""The pages of promising, and of "are enough of us in?".

A most never stands in an address: it travels in the body of a POST, and what it would do is shown
from there.
"""

from uuid import UUID

from flask import Blueprint, Response, g, request
from sqlmodel import Session

import web
from errors import NotValid
from ledger import money
from members import access, needs
from pools import agreement
from pools.clubbing import alive, pages, promises, purposes, rounds, words
from pools.clubbing.board import newest_round
from pools.clubbing.forms import AskForm, PromiseForm, ServesForm, SureForm

views = Blueprint("clubbing", __name__)


# --- my promise ---


@views.get("/g/<slug>/promise")
@access.member
def promise() -> Response:
    page = _page()
    return _draw(page, _form(page, formdata=None))


@views.post("/g/<slug>/promise")
@access.member
def look() -> Response:
    """The next page: exactly what I would promise, to check. Nothing is saved yet."""
    return _check(sure=False)


@views.post("/g/<slug>/promise/sure")
@access.member
def sure() -> Response:
    """I was asked whether so much is meant, and it is."""
    return _check(sure=True)


@views.post("/g/<slug>/promise/effect")
@access.member
def effect() -> Response:
    """What was typed so far, and what it would do. Nothing is refused here yet."""
    page = _page()
    return _draw(page, _form(page))


@views.post("/g/<slug>/promise/check")
@access.member
def keep() -> Response:
    page = _page()
    form = _form(page)
    if web.saved(form, lambda session: _promise(session, page, form)):
        return web.go("clubbing.done")
    form.renew()
    if form.form_errors and page.asks_why(form.source.data) and not form.why.data:
        return _to_check(page, form, "clubbing/check.html")
    return _draw(page, form)


@views.get("/g/<slug>/promise/sure")
@views.get("/g/<slug>/promise/effect")
@views.get("/g/<slug>/promise/check")
@access.member
def start_over() -> Response:
    """A page that came from a form can't be opened again by its address."""
    return web.go("clubbing.promise")


@views.get("/g/<slug>/promise/done")
@access.member
def done() -> Response:
    page = _page()
    if page.mine is None:
        return web.go("clubbing.promise")
    return web.page("clubbing/done.html", here="home", page=page)


@views.get("/g/<slug>/promise/withdraw")
@access.member
def withdraw() -> Response:
    page = _page()
    if page.mine is None:
        return web.go("clubbing.promise")
    return web.page("clubbing/withdraw.html", here="home", page=page, form=SureForm())


@views.post("/g/<slug>/promise/withdraw")
@access.member
def withdrawn() -> Response:
    page, form = _page(), SureForm()
    if web.saved(form, lambda session: _withdraw(session, page)):
        return web.go("clubbing.promise", said="Your promise is taken back. You owe nothing.")
    return web.page("clubbing/withdraw.html", here="home", page=page, form=form)


def _page() -> pages.PromisePage:
    return pages.promise_page(web.reading(), g.pool, g.membership, now=web.now())


def _form(page: pages.PromisePage, **options: None) -> PromiseForm:
    """With what was sent, or else with what I promised before."""
    form = PromiseForm(**options)
    form.offer(page.days, g.pool.currency)
    if page.mine is not None and options:
        form.days.data = [str(one) for one in page.mine.day_ids]
        form.most.data = money.column(page.mine.most).removesuffix(".00")
        form.source.data = page.mine.source_kind
    return form


def _draw(page: pages.PromisePage, form: PromiseForm) -> Response:
    most = _pence(form.most.data)
    return web.page(
        "clubbing/promise.html",
        here="home",
        page=page,
        form=form,
        effects=pages.effects(page, form.days.data or (), most),
        about=words.ABOUT_SOURCES,
        times={str(day.id): day.times for day in page.days},
    )


def _pence(typed: str | None) -> int | None:
    """What is typed so far, if it is an amount yet."""
    try:
        return money.pence_of(typed or "") or None
    except NotValid:
        return None


def _check(*, sure: bool) -> Response:
    page = _page()
    form = _form(page)
    if not form.validate_on_submit() or page.state != "open":
        return _draw(page, form)
    much = not sure and (form.most.pence or 0) > pages.OVER_USUAL * page.usual
    return _to_check(page, form, "clubbing/much.html" if much else "clubbing/check.html")


def _to_check(page: pages.PromisePage, form: PromiseForm, template: str) -> Response:
    days = words.joined(day.name for day in page.days if str(day.id) in form.days.data)
    source = words.SOURCES[form.source.data]
    effects = pages.effects(page, form.days.data, form.most.pence)
    facts = {"page": page, "form": form, "days": days, "source": source, "effects": effects}
    facts |= {"note": page.note(form.source.data), "asks_why": page.asks_why(form.source.data)}
    return web.page(template, here="home", **facts)


def _promise(session: Session, page: pages.PromisePage, form: PromiseForm) -> None:
    promises.promise(
        session,
        page.round_id,
        g.membership,
        form.mosts,
        form.source.data,
        key=form.key,
        now=web.now(),
        why=form.why.data or "",
    )


def _withdraw(session: Session, page: pages.PromisePage) -> None:
    promises.withdraw(session, page.round_id, g.membership, now=web.now())


# --- what it is for ---


@views.route("/g/<slug>/serves", methods=["GET", "POST"])
@access.role("organiser")
def serves() -> Response:
    found = purposes.serves_page(web.reading(), g.pool.id)
    form = ServesForm(serves=sorted(found.kinds))
    if web.saved(
        form,
        lambda session: purposes.say(
            session, found.service_id, form.serves.data, g.membership, now=web.now()
        ),
    ):
        return web.go("jobs.jobs", said="What it is for is saved.")
    symbols, about = needs.SYMBOLS, needs.ABOUT
    return web.page(
        "clubbing/serves.html", here="jobs", form=form, found=found, symbols=symbols, about=about
    )


# --- are enough of us in? ---


@views.get("/g/<slug>/round", endpoint="round")
@access.member
def show_round() -> Response:
    return web.page("clubbing/round.html", here="home", page=_round(None))


@views.get("/g/<slug>/safe")
@access.member
def safe() -> Response:
    """How safe our place is, and what if some of us leave."""
    leave = request.args.get("leave", "1")
    asked = int(leave) if leave.isascii() and leave.isdecimal() and len(leave) < 5 else 1
    days = alive.alive(web.reading(), g.pool, asked, now=web.now())
    return web.page("clubbing/safe.html", here="home", days=days, leave=asked)


@views.get("/g/<slug>/round/<uuid:round_id>")
@access.member
def result(round_id: UUID) -> Response:
    return web.page("clubbing/round.html", here="home", page=_round(round_id))


@views.get("/g/<slug>/round/<uuid:round_id>/close")
@access.role("organiser")
def close(round_id: UUID) -> Response:
    return web.page("clubbing/close.html", here="jobs", page=_round(round_id), form=SureForm())


@views.post("/g/<slug>/round/<uuid:round_id>/close")
@access.role("organiser")
def closed(round_id: UUID) -> Response:
    form = SureForm()
    if web.saved(form, lambda session: _close(session, round_id)):
        return web.go("clubbing.result", said="It is closed. Everybody is told.", round_id=round_id)
    return web.page("clubbing/close.html", here="jobs", page=_round(round_id), form=form)


@views.get("/g/<slug>/round/new")
@access.role("organiser")
def ask() -> Response:
    form = AskForm(formdata=None).suggest(g.pool, web.now())
    return web.page("clubbing/ask.html", here="jobs", form=form)


@views.post("/g/<slug>/round/new")
@access.role("organiser")
def asked() -> Response:
    form = AskForm()
    if web.saved(form, lambda session: _open(session, form)):
        return web.go("clubbing.round", said="It is open. People can promise now.")
    return web.page("clubbing/ask.html", here="jobs", form=form)


def _round(round_id: UUID | None) -> pages.RoundPage:
    return pages.round_page(web.reading(), g.pool, g.membership, round_id, now=web.now())


def _close(session: Session, round_id: UUID) -> None:
    rounds.close(session, round_id, now=web.now(), by=g.membership)


def _open(session: Session, form: AskForm) -> None:
    """For the service that the group asked about before."""
    access.must_hold(session, g.membership, "organiser")
    newest = newest_round(session, g.pool.id)
    if newest is None:
        raise promises.NoSuchRound
    rounds.open_round(
        session,
        newest.service_id,
        agreement.current(session, g.pool.id),
        closes_at=form.closes_at(g.pool),
        starts_on=form.starts_on.data,
        now=web.now(),
        key=form.key,
    )
