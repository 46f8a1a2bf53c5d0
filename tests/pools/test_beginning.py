"""A group that has just begun: its pages say what to do next, and stop when it is done."""

import pytest
from groups_making import group, later
from rounds_pages import browser, make_app, set_clock

import db
from pools import joining, people
from pools.agreement import Terms

HOME = "/g/thursday-hub"
FIRST_STEPS = (
    "Ask people to join. You need 10 more",
    "Find a treasurer",
    "Find a second checker",
    "Name somebody outside to talk to",
    "Add the bank account",
)


@pytest.fixture
def hub(database):
    with db.transaction() as session:
        return group(session, terms=Terms(price_rule="list", list_price=4200))


@pytest.fixture
def sam(hub, database, tmp_path):
    app = make_app(tmp_path, database)
    set_clock(app, later(hours=1))
    return browser(app, hub[1].person_id)


def join(hub, *names):
    with db.transaction() as session:
        return [
            joining.join(session, hub[2], name=name, now=later(minutes=1 + n))
            for n, name in enumerate(names)
        ]


def test_a_new_group_is_told_what_to_do_first(sam):
    for path in ("", "/run"):
        links = sam.get(HOME + path).links()
        assert [words for words in FIRST_STEPS if words not in links] == []
    for words in FIRST_STEPS:
        assert sam.get(f"{HOME}/run").click(words).status == 200


def test_each_first_step_goes_when_it_is_done(hub, sam):
    ann, bob = join(hub, "Ann", "Bob")
    with db.transaction() as session:
        for member, job in ((ann, "treasurer"), (bob, "checker")):
            people.give(session, hub[1], member.id, job, key=db.new_id(), now=later(minutes=9))
    page = sam.get(f"{HOME}/outside")
    page.send("Save", name="Nora", email="nora@example.org")
    sam.get(f"{HOME}/bank").send("Save the account", name="Our club", number="20-00-00 55779911")
    page = sam.get(f"{HOME}/run")
    assert "Find a" not in page
    assert "Name somebody" not in page
    assert "Add the bank account" not in page
    assert "Ask people to join. You need 8 more" in page


def test_when_enough_have_joined_they_are_asked_to_promise(hub, sam):
    join(hub, *(f"Ann {letter}" for letter in "ABCDEFGHIJ"))
    assert "Ask people to promise. You need 11 more" in sam.get(f"{HOME}/run")


def test_an_organiser_alone_is_not_told_that_everybody_has_a_job(hub, sam):
    page = sam.get(f"{HOME}/people")
    assert "Everybody here has a job" not in page
    assert page.click("Ask people to join").h1 == "Ask people to join"


def test_the_last_organiser_is_offered_no_end_of_the_job(hub, sam):
    assert "End this job" not in sam.get(f"{HOME}/people")
    [ann] = join(hub, "Ann")
    with db.transaction() as session:
        people.give(session, hub[1], ann.id, "organiser", key=db.new_id(), now=later(minutes=9))
    assert sam.get(f"{HOME}/people").text.count("End this job") == 2
