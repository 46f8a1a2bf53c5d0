"""The page of reports, and each report as a file."""

from flask import Blueprint, Response, g, request

import web
from members import access
from pools.spending import report_queries
from pools.spending.money_views import as_file

views = Blueprint("reports", __name__, url_prefix="/g/<slug>/money")


@views.get("/reports")
@access.member
def reports() -> Response:
    return web.page("reports/reports.html", here="money", found=_found())


@views.get("/reports.csv")
@access.member
def csv() -> Response:
    """`kind` is one of report_queries.SHEETS."""
    kind, found = request.args.get("kind", "months"), _found()
    return as_file(report_queries.csv(found, kind), f"money-{kind}-{found.year}.csv")


def _found() -> report_queries.Reports:
    year = request.args.get("year", "")
    return report_queries.page(web.reading(), g.pool, year, now=web.now())
