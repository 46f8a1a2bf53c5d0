"""What people want to buy: the page for centres and other providers."""

from flask import Blueprint, Response, g, request

import web
from members import access
from pools.demand import queries

views = Blueprint("demand", __name__)


@views.get("/centre/demand", endpoint="demand")
@access.provider
def show_demand() -> Response:
    by = request.args.get("by", "")
    page = queries.demand_page(web.reading(), g.provider, by, now=web.now())
    return web.page("demand/demand.html", here="demand", page=page)
