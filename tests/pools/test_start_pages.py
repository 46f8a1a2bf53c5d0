"""Starting a group as an organiser does: five pages, kept between visits, and the sums at once."""

import json

import pytest
from groups_making import later, person
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from page import Browser
from rounds_pages import browser, make_app, set_clock
from sqlmodel import select

import db
from members.models import Role
from pools.agreement import current
from pools.clubbing.models import Round, ServiceSession
from pools.models import GroupDraft, Pool

PLACE = {
    "name": "Thursday Hub",
    "place": "the old library",
    "what": "Cooking and music.",
    "days": ["3"],
    "starts": "10:00",
    "ends": "15:00",
    "phone": "01632 960 123",
}
COST = {
    "total": "405.22",
    "staff": "3",
    "wage": "91.51",
    "ratio": "4",
    "min_staff": "2",
    "variable": "3.50",
    "capacity": "12",
    "price": "42",
}
WHEN = {"closes_on": "2026-12-10", "starts_on": "2026-12-17"}


@pytest.fixture
def app(database, tmp_path):
    made = make_app(tmp_path, database)
    set_clock(made, later(hours=1))
    return made


@pytest.fixture
def sam(app):
    with db.transaction() as session:
        made = person(session, "Sam", "sam@example.org")
    return browser(app, made.id)


def rows(table):
    with db.reading() as session:
        return session.exec(select(table)).all()


def fill(sam, *, cost=COST, rules=None, when=WHEN):
    """All four tasks, each saved with its button; ends at the last look."""
    page = sam.get("/start").click("The place").send("Save and go on", **PLACE)
    page = page.send("Save and go on", **cost)
    page = page.send("Save and go on", **(rules or {}))
    return page.send("Save and go on", **when)


def test_a_group_is_started_in_one_sitting(app, sam):
    page = fill(sam)
    assert page.h1 == "Look at it once more"
    for words in (
        "Thursdays, 10am to 3pm",
        "11 people at £42 is enough.",
        "Thursday 10 December, 5pm",
        "Thursday 17 December",
        "We share the cost of each day equally.",
    ):
        assert words in page.text
    page = page.send("Start the group")
    assert (page.path, page.h1) == ("/g/thursday-hub/invites", "Ask people to join")
    assert "Your group has started." in page.text
    [pool], [asked], [day] = rows(Pool), rows(Round), rows(ServiceSession)
    assert (pool.name, pool.phone) == ("Thursday Hub", "01632 960 123")
    assert asked.closes_at.isoformat() == "2026-12-10T17:00:00+00:00"
    said = (day.fixed, day.wage, day.ratio, day.min_staff, day.variable, day.capacity)
    assert said == (13069, 9151, 4, 2, 350, 12)
    assert rows(GroupDraft) == []


def test_the_sums_show_as_soon_as_the_numbers_are_in(sam):
    page = sam.get("/start/cost")
    assert "The prices show here when all the numbers are in." in page.text
    page = page.send("Work it out", **COST)
    assert (page.path, page.status) == ("/start/cost", 200)
    for words in (
        "11 people at £42 is enough.",
        "9 or 10 people is not enough with 3 staff. With 8 people each pays less.",
        "One full day costs £405.22 with 3 staff, and £3.50 for each person.",
        "short by £20.22",
    ):
        assert words in page.text
    assert page.soup.find(id="total")["value"] == "405.22"


def test_what_can_never_work_is_said_in_words(sam):
    lunch = {
        "total": "210",
        "staff": "0",
        "wage": "",
        "ratio": "1",
        "min_staff": "0",
        "variable": "0",
        "capacity": "30",
        "price": "5",
    }
    page = sam.get("/start/cost").send("Work it out", **lunch)
    assert "At £5 it can never work." in page.text
    assert "It needs 42 people. There is room for 30." in page.text
    assert "With 30 people the price must be £7." in page.text


def test_the_cost_may_be_given_without_its_staff(sam):
    page = sam.get("/start/cost").send("Work it out", **COST | {"total": "130.69", "staff": "0"})
    assert "11 people at £42 is enough." in page.text


def test_htmx_is_given_the_sums_alone_and_they_stand_so_on_the_page(app, sam):
    app.config["WTF_CSRF_ENABLED"] = False
    headers = {"HX-Request": "true", "HX-Target": "sums"}
    sent = sam.client.post("/start/cost", data=COST | {"act": "work"}, headers=headers)
    assert sent.status_code == 303
    part = sam.client.get(sent.headers["Location"], headers=headers).get_data(as_text=True)
    assert part.strip().startswith("<section")
    assert part.strip() in sam.get("/start/cost").html
    part = sam.client.post("/start/cost", data={"act": "work"}, headers=headers)
    assert part.status_code == 422
    assert "Type what the centre costs each day." in part.get_data(as_text=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"total": ""}, "Type what the centre costs each day."),
        ({"price": "0"}, "Type more than £0."),
        ({"price": "4O"}, "Did you mean £40?"),
        ({"total": "0", "wage": "0", "variable": "0"}, "Type more than £0."),
        ({"capacity": ""}, "Type how many places."),
        ({"capacity": "0"}, "Type a number from 1 to 200."),
        ({"capacity": "twelve"}, "Type a whole number, like 4."),
        ({"ratio": ""}, "Type how many people one worker can look after."),
        ({"staff": "9"}, "The staff cost more than the whole day."),
        ({"wage": "-5"}, "Write the amount without a minus."),
    ],
)
@pytest.mark.parametrize("button", ["Work it out", "Save and go on"])
def test_a_number_that_is_wrong_says_what_to_type_and_stays(sam, change, words, button):
    page = sam.get("/start/cost").send(button, **COST | change)
    assert page.status == 422
    assert words in page.text
    for name, typed in change.items():
        assert page.soup.find(id=name).get("value", "") == typed
    assert rows(GroupDraft) == []


@pytest.mark.parametrize(
    ("task", "change", "words"),
    [
        ("place", {"name": ""}, "Type the name you want people to use."),
        ("place", {"name": "www.spam.example"}, "Type a name, not a web address."),
        ("place", {"place": " "}, "Type where it is, like the old library."),
        ("place", {"days": []}, "Pick at least one day."),
        ("place", {"days": ["8"]}, "Pick from the days of the week."),
        ("place", {"ends": "09:00"}, "The day must end after it starts."),
        ("place", {"starts": "25:00"}, "Pick a time."),
        ("place", {"phone": "ring me"}, "Check the phone number."),
        ("rules", {"price_rule": "list", "list_price": ""}, "Type the price, like £42."),
        ("rules", {"price_rule": "list", "list_price": "0"}, "Type more than £0."),
        ("rules", {"price_rule": "none"}, "Pick how we share the cost."),
        ("rules", {"notice_weeks": "13"}, "Type a number from 0 to 12."),
        ("rules", {"vote_days": "0"}, "Type a number from 1 to 60."),
        ("rules", {"checkers": "3"}, "Pick how many people check."),
        ("rules", {"over": ""}, "Type a sum, like £500."),
        ("when", {"closes_on": "2026-11-24"}, "Pick a day after today."),
        ("when", {"closes_on": "soon"}, "Pick a day."),
        ("when", {"starts_on": "2026-12-10"}, "Pick a day after the last day to promise."),
        ("when", {"starts_on": "2028-01-01"}, "Pick a day within a year."),
        ("when", {"closes_on": "", "starts_on": ""}, "Pick a day."),
    ],
)
def test_an_answer_that_is_wrong_says_what_to_do(sam, task, change, words):
    good = {"place": PLACE, "rules": {}, "when": WHEN}[task]
    page = sam.get(f"/start/{task}").send("Save and go on", **good | change)
    assert page.status == 422
    assert words in page.text
    assert page.text.count(words) <= 2 * len(change)
    assert rows(GroupDraft) == []


def test_what_was_typed_outlives_signing_out(app, sam):
    sam.get("/start/place").send("Save and go on", **PLACE)
    [draft] = rows(GroupDraft)
    again = browser(app, draft.person_id)
    page = again.get("/start")
    assert "The place Done" in page.text
    assert "What it costs Not done yet" in page.text
    page = page.click("The place")
    assert page.soup.find(id="name")["value"] == "Thursday Hub"
    assert [box["value"] for box in page.soup.find_all("input", checked=True)] == ["3"]
    assert page.soup.find(id="starts").find(selected=True)["value"] == "10:00"


def test_nobody_else_sees_my_draft(app, sam):
    sam.get("/start/place").send("Save and go on", **PLACE)
    with db.transaction() as session:
        other = person(session, "Jo", "jo@example.org")
    page = browser(app, other.id).get("/start/place")
    assert "Thursday Hub" not in [box.get("value") for box in page.soup.find_all("input")]


def test_a_date_that_is_over_by_now_must_be_picked_again(app, sam):
    fill(sam)
    set_clock(app, later(days=20))
    page = sam.get("/start/look")
    assert page.path == "/start"
    assert "Finish each page first." in page.text
    assert "When it starts Not done yet" in page.text


def test_the_last_look_waits_for_every_page(sam):
    sam.get("/start/place").send("Save and go on", **PLACE)
    assert "Look and start" not in sam.get("/start").links()
    assert sam.get("/start/look").path == "/start"


def test_pressed_twice_it_starts_one_group(sam):
    form = fill(sam).form("Start the group")
    data = {tag["name"]: tag["value"] for tag in form.find_all("input")}
    for _ in range(2):
        assert sam.post("/start/look", data).path == "/g/thursday-hub/invites"
    assert len(rows(Pool)) == len(rows(Role)) == 1


def test_changed_rules_are_the_rules_that_are_agreed(sam):
    rules = {
        "price_rule": "list",
        "list_price": "42",
        "notice_weeks": "2",
        "vote_days": "7",
        "term_weeks": "24",
        "checkers": "2",
        "over": "250",
    }
    page = fill(sam, cost=COST | {"price": ""}, rules=rules)
    assert "11 people at £42 is enough." in page.text
    assert "Each day costs £42." in page.text
    page.send("Start the group")
    with db.reading() as session:
        got = current(session, rows(Pool)[0].id)
    assert (got.price_rule, got.list_price, got.notice_weeks, got.vote_hours) == (
        "list", 4200, 2, 168,
    )  # fmt: skip
    assert (got.term_weeks, got.checkers, got.two_checkers_over) == (24, 2, 25000)


def test_a_stranger_signs_in_first(app):
    assert Browser(app).get("/start").h1 == "Sign in"


NONSENSE = st.text(max_size=60) | st.sampled_from(["\x00", "-1", "1e9", "٤٢", "9" * 30, "£", "🙂"])
FIELDS = sorted({*PLACE, *COST, *WHEN, "price_rule", "list_price", "over", "id", "act"})


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.dictionaries(st.sampled_from(FIELDS), NONSENSE), good=st.booleans())
def test_no_nonsense_breaks_a_task_or_is_kept_where_it_is_wrong(app, sam, data, good):
    app.config["WTF_CSRF_ENABLED"] = False
    whole = {"place": PLACE, "cost": COST, "rules": {}, "when": WHEN}
    for task, answers in whole.items():
        sent = sam.client.post(f"/start/{task}", data=(answers | data) if good else data)
        assert sent.status_code in {303, 422}, (task, data)
        assert sam.client.get(f"/start/{task}").status_code == 200
    assert sam.client.get("/start").status_code == 200
    assert sam.client.get("/start/look").status_code in {200, 303}
    for draft in rows(GroupDraft):
        json.loads(draft.answers)


def test_the_first_day_is_a_day_of_the_group(sam):
    page = sam.get("/start/place").send("Save and go on", **PLACE)
    page = sam.get("/start/when").send(
        "Save and go on", closes_on="2026-12-10", starts_on="2026-12-18"
    )
    assert page.status == 422
    assert "Pick a Thursday. People go on that day." in page.text


def test_the_price_that_was_tried_is_offered_in_the_rules(sam):
    page = sam.get("/start/cost").send("Save and go on", **COST)
    page = sam.get("/start/rules")
    assert page.soup.find(id="list_price")["value"] == "42"
