"""Questions as people meet them: on the line, in the book, on their own page; without script."""

import bills_making as making
import pytest
from bills_making import HOME, device, hub
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select
from test_questions import answer, ask, decide, tick

import db
from pools.spending.models import QuestionAsked


@pytest.fixture
def app(database, tmp_path):
    return making.app_at(tmp_path, database)


def asked():
    with db.reading() as session:
        return session.exec(select(QuestionAsked)).all()


def steps(page):
    return [
        (step.find(class_="steps__words").get_text().replace(" (done)", ""), step["class"])
        for step in page.soup.find("ol", class_="steps").find_all("li")
    ]


def test_a_question_from_the_line_to_its_end(app):
    made = hub()
    bill = making.paid(made)
    dev, ana = device(app, made.people[3]), device(app, made.treasurer)
    line = dev.get(f"{HOME}/money/{bill.paid_seq}")
    assert "Nobody has asked yet." in line
    form = line.click("Ask about this")
    assert form.h1 == "What do you want to ask?"
    page = form.send("Go on", what="amount", words="It was £40 last time.")
    assert page.h1 == "Is the amount right?"
    assert "You asked this" in page
    assert "It was £40 last time." in page
    assert f"{made.treasurer.name} will answer by Wednesday 23 December." in page
    assert steps(page) == [
        ("Asked", ["done"]), ("Looking", ["now"]), ("Answered", []), ("Done", []),
    ]  # fmt: skip
    book = ana.get(f"{HOME}/money")
    assert "1 question" in book
    assert "Is the amount right?" in book.click("1 question")
    job = ana.get(f"{HOME}/run").click("Answer a question")
    assert "Somebody in the group asked this" in job
    assert made.people[3].name not in job.text
    sent = job.send("Send the answer", words="Yes. The price went up in May.")
    assert "Now the person who asked says if it answers the question." in sent
    mine = dev.get(HOME).click("Is the amount right?")
    assert "The price went up in May." in mine
    done = mine.send("Yes")
    assert "Your question is done." in done
    others = device(app, made.people[5]).get(f"{HOME}/questions").click("Is the amount right?")
    assert "The price went up in May." in others
    assert made.people[3].name not in others.text
    assert others.forms() == []
    assert "1 answer" in device(app, made.people[5]).get(f"{HOME}/money")


def test_nothing_picked_says_what_to_pick_and_keeps_the_words(app):
    made = hub()
    page = device(app, made.people[3]).get(f"{HOME}/money/1/ask").send("Go on", words="My words")
    assert page.status == 422
    assert "Pick what you want to ask." in page
    assert "My words" in page.html
    assert asked() == []


def test_no_asks_another_person(app):
    made = hub()
    one = ask(made)
    answer(made, one)
    page = device(app, made.people[3]).get(f"{HOME}/questions/{one.id}").send("No")
    assert "Another person will answer." in page
    assert f"{made.checker.name} will answer by" in page
    assert "This did not answer the question." in page


def test_neither_yes_nor_no_is_no_answer(app):
    made = hub()
    one = ask(made)
    answer(made, one)
    page = device(app, made.people[3]).get(f"{HOME}/questions/{one.id}")
    form = page.form("Yes")
    token = form.find("input", attrs={"name": "csrf_token"})["value"]
    again = page.browser.post(form["action"], {"csrf_token": token, "id": str(db.new_id())})
    assert again.status == 422
    assert asked()[0].closed_at is None


def test_a_late_private_question_shows_to_all_and_says_nothing(app):
    made = hub()
    one = ask(made, seen_by="answerer", words="CANARY-WORDS")
    reader = device(app, made.people[5])
    assert "Nobody has asked yet." in reader.get(f"{HOME}/money/1")
    tick(one.answer_until)
    line = reader.get(f"{HOME}/money/1")
    assert "Somebody asked. The answer is late." in line
    assert "1 question, late" in reader.get(f"{HOME}/money")
    assert "A question about line 1 is late" in reader.get(f"{HOME}/questions")
    assert "CANARY" not in line.html + reader.get(f"{HOME}/questions").html
    assert reader.get(f"{HOME}/questions/{one.id}").status == 404
    theirs = device(app, made.checker).get(f"{HOME}/questions/{one.id}")
    assert f"{made.people[3].name} asked this" in theirs
    assert "CANARY-WORDS" in theirs


def test_who_only_looks_has_no_buttons(app):
    made = hub()
    one = ask(made)
    assert device(app, made.people[5]).get(f"{HOME}/questions/{one.id}").forms() == []
    answer(made, one)
    assert device(app, made.treasurer).get(f"{HOME}/questions/{one.id}").forms() == []
    decide(made, one)
    assert device(app, made.people[3]).get(f"{HOME}/questions/{one.id}").forms() == []


TYPED = st.fixed_dictionaries(
    {
        "what": st.sampled_from(["what", "amount", "happened", "", "x", "worried", "what\n"]),
        "words": st.text(max_size=500) | st.just("<script>alert(1)</script>"),
        "seen_by": st.sampled_from(["group", "answerer", "", "all", "{{7*7}}"]),
    }
)


@given(answers=TYPED)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_typed_the_page_stands(app, answers):
    made = hubs(app)
    page = device(app, made.people[len(asked()) % 11]).get(f"{HOME}/money/1/ask")
    done = page.send("Go on", **answers)
    assert done.status in {200, 409, 422}
    assert "<script>alert" not in done.html


_HUBS: dict[int, making.Hub] = {}


def hubs(app):
    """One group for all the examples of one test."""
    if id(app) not in _HUBS:
        _HUBS[id(app)] = hub()
    return _HUBS[id(app)]
