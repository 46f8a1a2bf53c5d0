"""The pages of the group's own funds: what we have by kind, one fund, and a new grant."""

from uuid import UUID

from flask import Blueprint, Response, g

import web
from members import access
from pools.funds import funds
from pools.spending import fund_pages
from pools.spending.fund_forms import GrantForm

views = Blueprint("funds", __name__, url_prefix="/g/<slug>/money/funds")


@views.get("", endpoint="funds")
@access.member
def all_funds() -> Response:
    found = fund_pages.funds_page(web.reading(), g.pool, web.today())
    return web.page("funds/funds.html", here="money", found=found)


@views.get("/<uuid:fund_id>")
@access.member
def fund(fund_id: UUID) -> Response:
    found = fund_pages.fund_page(web.reading(), g.pool, fund_id, web.today())
    return web.page("funds/fund.html", here="money", found=found)


@views.route("/new", methods=["GET", "POST"])
@access.role(*funds.MAY_ADD)
def new() -> Response:
    form = GrantForm()
    if web.saved(
        form,
        lambda session: funds.add(session, form.new_grant(), g.membership, now=web.now()),
    ):
        return web.go("funds.funds", said="Saved. Match its money on the bank page.")
    return web.page("funds/new.html", here="money", form=form)
