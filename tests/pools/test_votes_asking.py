"""Putting a question: the form, its check page, and what is wrong with it, said in a sentence."""

import pytest
from making_votes import group
from votes_pages import all_of, app_at_now, device, path

from pools.decisions.models import Proposal


@pytest.fixture
def app(database, tmp_path):
    return app_at_now(database, tmp_path)


KILN = {
    "title": "Shall we buy a kiln?", "words": "A kiln is an oven.\nFor pottery.", "sort": "spend",
    "amount": "£480", "cost": "equipment", "payee": "The Kiln Shop",
}  # fmt: skip


def test_a_member_asks_checks_and_opens_a_vote(app):
    _, members = group(6)
    ann = device(app, members[2])
    form = ann.get("/g/hub/votes").click("Ask the group a question")
    check = form.send("Check my question", **KILN)
    for words in ("Check your question", "£480", "Things we use", "The Kiln Shop", "£34.29"):
        assert words in check
    assert all_of(Proposal) == []
    again = check.send("Change it")
    assert again.form("Check my question").find("textarea").get_text().split() == [
        "A", "kiln", "is", "an", "oven.", "For", "pottery.",
    ]  # fmt: skip
    done = again.send("Check my question", amount="490.50").send("Ask the group now")
    made = all_of(Proposal)[0]
    assert done.path == path(made)
    assert (made.amount, made.cost, made.words) == (
        49050,
        "equipment",
        "A kiln is an oven.\nFor pottery.",
    )
    assert "Cas asked for this." in done
    assert "It costs £490.50." in done


def test_pressing_ask_twice_asks_once(app):
    _, members = group(3)
    check = device(app, members[0]).get("/g/hub/votes/new").send("Check my question", **KILN)
    pages = [check.send("Ask the group now") for _ in range(3)]
    assert len({page.path for page in pages}) == 1
    assert len(all_of(Proposal)) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Write your question."),
        ({"title": "\u200b??"}, "Write your question."),
        ({"title": "x" * 81}, "Make it shorter."),
        ({"words": "x" * 601}, "Say it in fewer words."),
        ({"sort": ""}, "Pick what sort of question it is."),
        ({"sort": "gift"}, "Pick what sort of question it is."),
        ({"amount": ""}, "Write how much it would cost."),
        ({"amount": "4O"}, "Did you mean £40?"),
        ({"amount": "0"}, "above £0"),
        ({"amount": "1000000.01"}, "up to £1,000,000"),
        ({"amount": "-5"}, "without a minus"),
        ({"cost": ""}, "Pick what we would spend it on."),
        ({"cost": "bank"}, "Pick what we would spend it on."),
        ({"payee": " "}, "Write who we would pay."),
        ({"payee": "x" * 81}, "Make it shorter."),
        ({"sort": "ask"}, "Leave this empty"),
    ],
)
def test_a_wrong_answer_says_what_to_do_and_keeps_the_rest(app, wrong, sentence):
    _, members = group(3)
    form = device(app, members[0]).get("/g/hub/votes/new")
    page = form.send("Check my question", **(KILN | wrong))
    assert page.status == 422
    assert sentence in page
    assert "There is a problem" in page
    to_mend = [link["href"] for link in page.soup.select(".govuk-error-summary a")]
    assert len(to_mend) == len(set(to_mend))
    kept = {name: value for name, value in KILN.items() if name not in wrong}
    assert all(value.split("\n")[0] in page.html for value in kept.values())
    assert all_of(Proposal) == []


def test_marks_that_nobody_can_see_are_left_out(app):
    _, members = group(3)
    form = device(app, members[0]).get("/g/hub/votes/new")
    answers = KILN | {"title": "Shall\x00 we\u202e buy?", "words": "One\x07\r\n\r\n\ttwo\u2028"}
    form.send("Check my question", **answers).send("Ask the group now")
    made = all_of(Proposal)[0]
    assert (made.title, made.words) == ("Shall we buy?", "One\n\ntwo")


def test_a_question_with_no_cost_and_a_big_one_can_be_asked(app):
    _, members = group(9)
    ann = device(app, members[0])
    for sort, needed in (("ask", "more yes than no"), ("big", "two yes for each no")):
        answers = {"title": f"Shall we do {sort}?", "sort": sort}
        check = ann.get("/g/hub/votes/new").send("Check my question", **answers)
        page = check.send("Ask the group now")
        assert "We need at least 3 people to say yes" in page
        assert needed in page
        assert "£" not in page.text


def test_who_cannot_ask_now_is_told_why_and_keeps_what_was_typed(app):
    _, members = group(1)
    check = device(app, members[0]).get("/g/hub/votes/new").send("Check my question", **KILN)
    page = check.send("Ask the group now")
    assert page.status == 422
    assert "A vote needs at least two people." in page
    assert KILN["title"] in page.html
