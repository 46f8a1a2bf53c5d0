"""The page on which I stop my weekly letter, or want it again."""

from flask import Blueprint, Response, g
from wtforms import BooleanField

import web
from members import access
from pools.spending import weekly

views = Blueprint("weekly", __name__)


class WeeklyForm(web.Form):
    yes = BooleanField("Send me a letter each week in which something happened")


@views.route("/g/<slug>/weekly", methods=["GET", "POST"])
@access.member
def weekly_letter() -> Response:
    form = WeeklyForm(yes=weekly.wanted(web.reading(), g.membership))
    if web.saved(form, lambda s: weekly.want(s, g.membership, yes=form.yes.data, now=web.now())):
        said = "You get the weekly letter." if form.yes.data else "You get no weekly letter."
        return web.go("weekly.weekly_letter", said=said)
    return web.page("money/weekly.html", here="money", form=form)
