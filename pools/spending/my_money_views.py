"""My money on one page. It is mine alone: its address names nobody."""

from flask import Blueprint, Response, g

import web
from members import access
from pools.spending import my_money

views = Blueprint("mine", __name__)


@views.get("/me/money")
@access.signed_in
def my_page() -> Response:
    purses = my_money.my_money(web.reading(), g.me, today=web.today())
    return web.page("money/mine.html", here="me", purses=purses)
