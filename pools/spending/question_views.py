"""The pages of questions: asking about a line, all of them, one and its answer."""

from uuid import UUID

from flask import Blueprint, Response, g

import web
from members import access
from pools import outside_views
from pools.spending import answering, entry_story, question_queries, questions
from pools.spending.question_forms import WORRIED, AnswerForm, AskForm, DecideForm

views = Blueprint("questions", __name__, url_prefix="/g/<slug>")


@views.route("/money/<int:seq>/ask", methods=["GET", "POST"])
@access.member
def ask(seq: int) -> Response:
    form = AskForm()
    found = entry_story.entry_page(web.reading(), g.pool, g.membership, g.roles, seq)
    if form.what.data == WORRIED and form.validate_on_submit():
        return outside_views.talk_page(
            outside_views.TalkForm(formdata=None, words=form.words.data, seq=seq)
        )
    if web.saved(
        form,
        lambda session: questions.ask(
            session,
            questions.New(
                key=form.key,
                seq=seq,
                kind=form.what.data,
                words=form.words.data,
                seen_by=form.seen_by.data,
            ),
            g.membership,
            now=web.now(),
        ),
    ):
        return web.go("questions.question", said="Your question is sent.", question_id=form.key)
    return web.page("questions/ask.html", here="money", form=form, found=found)


@views.get("/questions", endpoint="questions")
@access.member
def all_questions() -> Response:
    found = question_queries.questions_page(web.reading(), g.pool, g.membership, g.roles)
    return web.page("questions/questions.html", here="money", found=found)


@views.get("/questions/<uuid:question_id>")
@access.member
def question(question_id: UUID) -> Response:
    return _one(question_id, AnswerForm())


def _one(question_id: UUID, form: web.Form) -> Response:
    found = question_queries.question_page(
        web.reading(), g.pool, g.membership, g.roles, question_id
    )
    return web.page("questions/question.html", here="money", form=form, found=found)


@views.post("/questions/<uuid:question_id>/answer")
@access.role(*answering.JOBS)
def answer(question_id: UUID) -> Response:
    form = AnswerForm()
    if web.saved(
        form,
        lambda session: answering.answer(
            session, question_id, g.membership, form.words.data, key=form.key, now=web.now()
        ),
    ):
        said = "Your answer is sent. Now the person who asked says if it answers the question."
        return web.go("questions.question", said=said, question_id=question_id)
    return _one(question_id, form)


@views.post("/questions/<uuid:question_id>/decide")
@access.member
def decide(question_id: UUID) -> Response:
    form = DecideForm()
    good = form.good.data == "yes"
    if web.saved(
        form,
        lambda session: questions.decide(
            session, question_id, g.membership, good=good, now=web.now()
        ),
    ):
        said = "Your question is done." if good else "Another person will answer."
        return web.go("questions.question", said=said, question_id=question_id)
    return _one(question_id, form)
