"""The pages of votes: the list, a new question, one question, its check page, taking it back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, g, request

import web
from members import access, needs
from pools.decisions import ballots, proposals, queries
from pools.decisions.effects import Effects, effect_of
from pools.decisions.forms import CHOICE_WORDS, CancelForm, QuestionForm, VoteForm
from pools.decisions.queries import VotePage

views = Blueprint("votes", __name__, url_prefix="/g/<slug>/votes")


def shown(template: str, **context: Any) -> Response:
    return web.page(f"votes/{template}", here="votes", **context)


def effects() -> Effects:
    return current_app.extensions["effects"]  # type: ignore[no-any-return]


@views.get("")
@access.member
def votes() -> Response:
    number = request.args.get("page", 1, type=int)
    found = queries.votes_page(web.reading(), g.pool, g.membership, number=number, now=web.now())
    return shown("votes.html", votes=found)


@views.route("/new", methods=["GET", "POST"])
@access.member
def new() -> Response:
    """The form; when it is right, the page to check it; `change` leads back from there."""
    form = QuestionForm()
    if request.form.get("act") == "change" or not form.validate_on_submit():
        return shown("new.html", form=form, need_symbols=needs.SYMBOLS)
    draft = form.draft(g.pool.id)
    preview = effect_of(effects(), draft.kind).preview(
        web.reading(), draft, g.membership, now=web.now()
    )
    return shown("check_new.html", form=form, draft=draft, preview=preview)


@views.post("/new/ask")
@access.member
def ask() -> Response:
    form = QuestionForm()
    if web.saved(
        form,
        lambda session: proposals.propose(
            session,
            g.membership,
            form.draft(g.pool.id),
            key=form.key,
            effects=effects(),
            now=web.now(),
        ),
    ):
        return web.go("votes.vote", said="The vote is open.", proposal_id=form.key)
    return shown("new.html", form=form, need_symbols=needs.SYMBOLS)


def page_of(proposal_id: UUID) -> VotePage:
    return queries.vote_page(
        web.reading(), g.pool, g.membership, proposal_id, effects=effects(), now=web.now()
    )


@views.route("/<uuid:proposal_id>", methods=["GET", "POST"])
@access.member
def vote(proposal_id: UUID) -> Response:
    form = VoteForm()
    if web.saved(
        form,
        lambda session: ballots.cast(
            session,
            proposal_id,
            g.membership,
            form.choice.data,
            now=web.now(),
            effects=effects(),
        ),
    ):
        return web.go("votes.vote", said="Your vote is in.", proposal_id=proposal_id)
    found = page_of(proposal_id)
    return shown(found.template, form=form, vote=found)


@views.post("/<uuid:proposal_id>/check")
@access.member
def check(proposal_id: UUID) -> Response:
    """What I am about to send, before it is sent. Nothing is kept yet."""
    form, found = VoteForm(), page_of(proposal_id)
    if form.validate_on_submit() and found.may_vote:
        chosen = CHOICE_WORDS[form.choice.data]
        return shown("check_vote.html", form=form, vote=found, chosen=chosen)
    if not found.may_vote:
        refusal = ballots.NotCounted if found.mine else ballots.NotOnTheRoll
        form.form_errors.append(refusal().sentence)
    return shown(found.template, form=form, vote=found)


@views.route("/<uuid:proposal_id>/cancel", methods=["GET", "POST"])
@access.member
def cancel(proposal_id: UUID) -> Response:
    form = CancelForm()
    if web.saved(
        form,
        lambda session: proposals.cancel(session, proposal_id, g.membership, now=web.now()),
    ):
        return web.go("votes.vote", said="The question is taken back.", proposal_id=proposal_id)
    found = page_of(proposal_id)
    if found.may_cancel or form.form_errors:
        return shown("cancel.html", form=form, vote=found)
    return web.go("votes.vote", proposal_id=proposal_id)
