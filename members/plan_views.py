"""The pages of my plan. They are mine alone: whoever else asks for one finds nothing there."""

from uuid import UUID

from flask import Blueprint, Response, g

import web
from members import access, needs, plans
from members import plan_queries as queries
from members.plan_forms import PARTS, BeginForm, NeedForm, OwnForm, SureForm, filled
from members.plan_queries import PlanCard

views = Blueprint("plans", __name__, url_prefix="/me/plan")


def card(plan_id: UUID) -> PlanCard:
    return queries.plan_card(web.reading(), g.me, plan_id, today=web.today())


@views.get("")
@access.signed_in
def plan() -> Response:
    found = queries.plan_page(web.reading(), g.me, today=web.today())
    return web.page("plans/plan.html", here="me", found=found, form=SureForm(formdata=None))


@views.route("/new", methods=["GET", "POST"])
@access.signed_in
def new() -> Response:
    form, now = BeginForm(), web.now()
    if web.saved(form, lambda s: plans.begin(s, g.me, form.facts(), key=form.key, now=now)):
        return web.go("plans.need", said="It is written down. Now say what you need.",
                      plan_id=form.key)  # fmt: skip
    return web.page("plans/new.html", here="me", form=form)


@views.route("/<uuid:plan_id>/<part>", methods=["GET", "POST"])
@access.signed_in
def change(plan_id: UUID, part: str) -> Response:
    found = card(plan_id)
    if part not in PARTS:
        raise plans.NoSuchPlan
    form, now = filled(part, found.facts), web.now()
    if web.saved(form, lambda s: plans.change(s, g.me, plan_id, now=now, **form.facts())):
        return web.go("plans.plan", said="Your plan is changed.")
    return web.page("plans/change.html", here="me", form=form, found=found, part=part)


@views.route("/<uuid:plan_id>/need", methods=["GET", "POST"])
@access.signed_in
def need(plan_id: UUID) -> Response:
    found, form, now = card(plan_id), NeedForm(), web.now()
    if web.saved(
        form,
        lambda s: plans.add_need(
            s, g.me, plan_id, form.words.data, form.kind.data, key=form.key, now=now
        ),
    ):
        return web.go("plans.plan", said="That need is in your plan.")
    about, symbols = needs.ABOUT, needs.SYMBOLS
    return web.page(
        "plans/need.html", here="me", form=form, found=found, about=about, symbols=symbols
    )


@views.route("/<uuid:plan_id>/account", methods=["GET", "POST"])
@access.signed_in
def account(plan_id: UUID) -> Response:
    found, form, now = card(plan_id), OwnForm(on_day=web.today()), web.now()
    if web.saved(
        form,
        lambda s: plans.say_own(
            s, g.me, plan_id, form.amount.pence or 0, form.on_day.data, key=form.key, now=now
        ),
    ):
        return web.go("plans.plan", said="We wrote that down.")
    return web.page("plans/account.html", here="me", form=form, found=found)


@views.route("/<uuid:plan_id>/end", methods=["GET", "POST"])
@access.signed_in
def end(plan_id: UUID) -> Response:
    found, form, now = card(plan_id), SureForm(), web.now()
    if web.saved(form, lambda s: plans.end(s, g.me, plan_id, now=now)):
        return web.go("plans.plan", said="That plan has ended. You can bring it back below.")
    return web.page("plans/end.html", here="me", form=form, found=found)


@views.post("/<uuid:plan_id>/back")
@access.signed_in
def back(plan_id: UUID) -> Response:
    form = SureForm()
    if web.saved(form, lambda s: plans.bring_back(s, g.me, plan_id)):
        return web.go("plans.plan", said="Your plan is back.")
    return _again(form)


@views.post("/need/<uuid:need_id>/end")
@access.signed_in
def end_need(need_id: UUID) -> Response:
    form, now = SureForm(), web.now()
    if web.saved(form, lambda s: plans.end_need(s, g.me, need_id, now=now)):
        return web.go("plans.plan", said="That need is over. You can bring it back below.")
    return _again(form)


@views.post("/need/<uuid:need_id>/back")
@access.signed_in
def need_back(need_id: UUID) -> Response:
    form = SureForm()
    if web.saved(form, lambda s: plans.bring_back_need(s, g.me, need_id)):
        return web.go("plans.plan", said="That need is back in your plan.")
    return _again(form)


def _again(form: SureForm) -> Response:
    found = queries.plan_page(web.reading(), g.me, today=web.today())
    return web.page("plans/plan.html", here="me", found=found, form=form)
