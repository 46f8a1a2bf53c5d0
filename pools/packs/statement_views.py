"""My statement in its faces: the page, the spreadsheet, the PDF, Easy Read. They stand among the
pages of money, though what they show comes from higher up.
"""

from typing import Any

from flask import Response, current_app, g, make_response, request

import web
from members import access
from pools.packs import gathering, own_words, paper, periods, said, sheet, zipping
from pools.packs.forms import OwnWordsForm, PeriodForm
from pools.packs.gathering import BankReader
from pools.packs.statement import Days, Statement
from pools.spending.authorities import today_of
from pools.spending.money_views import as_file, views


def shown(template: str, status: int | None = None, **context: Any) -> Response:
    return web.page(f"statements/{template}", status, here="money", tell=said, **context)


def bank() -> BankReader:
    """How the rooms above tell what the bank says."""
    found: BankReader = current_app.extensions["bank"]
    return found


def mine(days: Days) -> Statement:
    return gathering.statement(web.reading(), g.pool, g.membership, days, bank=bank())


def opens_on() -> Days:
    return periods.opens_on(web.reading(), g.pool, g.membership, today_of(g.pool, web.now()))


def asked() -> tuple[PeriodForm, Days]:
    """`from` and `to`, both days included; without them, the last month that has something."""
    form = PeriodForm(request.args)
    return form, form.days(opens_on())


def ready() -> tuple[tuple[str, Any, Any], ...]:
    return periods.choices(web.reading(), g.pool, g.membership, today_of(g.pool, web.now()))


def page_of(form: PeriodForm, days: Days) -> Response:
    return shown("statement.html", form=form, found=mine(days), choices=ready())


@views.get("/statement")
@access.member
def statement() -> Response:
    return page_of(*asked())


@views.get("/statement.csv")
@access.member
def statement_csv() -> Response:
    form, days = asked()
    if form.errors or form.form_errors:
        return page_of(form, days)
    found = mine(days)
    return as_file(sheet.csv(found), zipping.file_name(found, "csv"))


@views.get("/statement.pdf")
@access.member
def statement_pdf() -> Response:
    form, days = asked()
    if form.errors or form.form_errors:
        return page_of(form, days)
    return pdf_of(mine(days))


def pdf_of(found: Statement) -> Response:
    response = make_response(paper.pdf(found))
    response.headers["Content-Type"] = "application/pdf"
    name = zipping.file_name(found, "pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@views.get("/statement/easy")
@access.member
def statement_easy() -> Response:
    form, days = asked()
    if form.errors or form.form_errors:
        return page_of(form, days)
    return shown("easy.html", found=mine(days))


@views.route("/statement/words", methods=["GET", "POST"])
@access.member
def statement_words() -> Response:
    """What I did and how it helped, in my own words, for the days of the address."""
    _, days = asked()
    before = own_words.of(web.reading(), g.membership, days.since, days.until)
    others = gathering.others_of(web.reading(), g.pool, g.membership)
    form = OwnWordsForm(words=before)
    if web.saved(
        form,
        lambda session: own_words.save(
            session, g.membership, days.since, days.until, form.words.data or "",
            others=others, now=web.now(),
        ),
    ):  # fmt: skip
        asked_for = {"from": days.since.isoformat(), "to": days.until.isoformat()}
        return web.go("money.statement", said="Saved. Only you see it.", **asked_for)
    return shown("words.html", form=form, days=days)
