"""The pages on which I say that I pay for what my plan does not name, and take it back."""

from uuid import UUID

from flask import Blueprint, Response, g
from wtforms import TextAreaField

import web
from members import access
from members.forms import Words
from pools import beyond_plan
from pools.spending import choosing

views = Blueprint("beyond", __name__, url_prefix="/g/<slug>/votes/<uuid:proposal_id>/pay")


class WhyForm(web.Form):
    why = TextAreaField(
        "Why do you want to pay for it?",
        [Words("Write why you want to pay for it.", beyond_plan.LONGEST_WHY)],
        description="One or two sentences. They stand in your own statement.",
    )


class BackForm(web.Form):
    pass


@views.route("", methods=["GET", "POST"])
@access.member
def pay(proposal_id: UUID) -> Response:
    form, now = WhyForm(), web.now()
    if web.saved(
        form, lambda s: choosing.pay_anyway(s, g.membership, proposal_id, form.why.data, now=now)
    ):
        return web.go("votes.vote", said="You share the cost if it is a yes.",
                      proposal_id=proposal_id)  # fmt: skip
    found = choosing.choice_page(web.reading(), g.membership, proposal_id)
    return web.page("votes/pay.html", here="votes", form=form, found=found)


@views.route("/back", methods=["GET", "POST"])
@access.member
def back(proposal_id: UUID) -> Response:
    form, now = BackForm(), web.now()
    if web.saved(form, lambda s: choosing.pay_no_more(s, g.membership, proposal_id, now=now)):
        return web.go("votes.vote", said="You do not pay for it.", proposal_id=proposal_id)
    found = choosing.choice_page(web.reading(), g.membership, proposal_id)
    return web.page("votes/pay_back.html", here="votes", form=form, found=found)
