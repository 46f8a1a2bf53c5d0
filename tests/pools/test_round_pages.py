"""Are enough of us in? The page before, the close, and what came out."""

import json
from datetime import timedelta

import pytest
import rounds_making as making
import rounds_pages as pages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

import db
import tick
from members import mail
from members.models import Letter
from pools.clubbing import queries
from pools.clubbing.models import Round
from pools.models import Pool

ROUND = "/g/thursday-hub/round"


@pytest.fixture
def app(database, tmp_path):
    made = pages.make_app(tmp_path, database)
    pages.set_clock(made, making.NOW)
    return made


@pytest.fixture
def hub(app):
    return making.group()


@pytest.fixture
def sam(app, hub):
    """The organiser's device."""
    return pages.browser(app, hub.organiser.person_id)


@pytest.fixture
def jo(app, hub):
    return pages.browser(app, making.member(hub.pool_id, "Jo").person_id)


def ran(app, hub, mosts):
    people = making.promised(hub, mosts)
    making.close(hub)
    pages.set_clock(app, making.LATER)
    return people


def test_before_it_says_how_many_we_are_and_how_many_it_needs(hub, jo):
    making.promised(hub, [4200] * 10)
    page = jo.get(ROUND)
    assert page.h1 == "Are enough of us in?"
    assert "We have 10 of the 11 people we need." in page
    assert "Promise by Tuesday 1 December, 9am (in 7 days)" in page
    assert "Everybody pays £42 a day." in page


def test_enough_is_said_when_it_is_enough(hub, jo):
    making.promised(hub, [4200] * 11)
    assert "11 people have promised. That is enough." in jo.get(ROUND)


def test_the_organiser_closes_it_after_a_check(app, hub, sam):
    making.promised(hub, [4200] * 11)
    check = sam.get(ROUND).click("Close it now")
    assert "You can't undo this" in check or "You can’t undo this" in check
    page = check.send("Close it and count")
    assert page.h1 == "What came out"
    assert "11 people are in. It needs 11 to run." in page
    assert "Counted again: the same" in page
    again = sam.get(f"{ROUND}/{hub.round_id}/close")
    assert "It is closed already." in again


def test_nobody_else_can_close_it(hub, jo):
    assert "Close it now" not in jo.get(ROUND)
    assert jo.get(f"{ROUND}/{hub.round_id}/close").status == 403
    token = jo.get("/g/thursday-hub/promise").soup.find("input", {"name": "csrf_token"})["value"]
    assert jo.post(f"{ROUND}/{hub.round_id}/close", {"csrf_token": token}).status == 403
    assert making.the_round(hub).closed_at is None


def test_what_came_out_tells_me_my_own_reason(app, hub):
    people = ran(app, hub, [4200] * 11 + [3500])
    outside = pages.browser(app, people[-1].person_id).get(ROUND)
    assert "It was £42 a day. You said £35." in outside
    inside = pages.browser(app, people[0].person_id).get(ROUND)
    assert "You are in on Thursdays." in inside
    assert "£35" not in inside.text


def test_the_page_gives_the_same_reason_as_the_letter(app, database):
    group = making.group(rule="equal", capacity=16)
    people = ran(app, group, [4500] * 11 + [3500])
    page = pages.browser(app, people[-1].person_id).get(ROUND)
    for line in (
        "It was £40.34 a day. You said £35.",
        "With you in, it would be £37.27.",
        "With you and 4 more people, it would be £34.55.",
    ):
        assert line in page


def test_too_few_means_it_ends_and_the_organiser_can_ask_again(app, hub, sam):
    ran(app, hub, [4200] * 10)
    page = sam.get(ROUND)
    assert "too few people could pay" in page
    assert "Nobody owes anything." in page
    asked = page.click("Ask again").send("Ask everybody")
    assert asked.h1 == "Are enough of us in?"
    assert "We have 0 of the 11 people we need." in asked


def test_a_changed_record_is_noticed(app, hub, sam):
    ran(app, hub, [4200] * 11)
    with db.transaction() as session:
        held = session.get(Round, hub.round_id)
        given = json.loads(held.given)
        given["promises"][0]["most"] = dict.fromkeys(given["promises"][0]["most"], 4199)
        held.given = json.dumps(given)
        session.add(held)
    assert "Counted again: not the same" in sam.get(ROUND)


def test_a_round_of_another_group_is_not_here(app, hub, jo):
    other = making.group("saturday-art")
    assert jo.get(f"{ROUND}/{other.round_id}").status == 404


def test_the_tick_closes_it_on_its_day(app, hub):
    making.promised(hub, [4200] * 11)
    tick.run(app)
    assert making.the_round(hub).closed_at is None
    pages.set_clock(app, making.LATER)
    tick.run(app)
    assert making.the_round(hub).runs is True


def test_the_cards_of_a_group_that_runs(app, hub):
    people = ran(app, hub, [4200] * 11)
    page = pages.browser(app, people[0].person_id).get("/g/thursday-hub")
    assert "11 people are in. It needs 11 to run." in page
    assert "Starts on Thursday 3 December" in page
    assert "and you are one of them" in page.html
    assert "£42 a week" in page
    pages.set_clock(app, making.LATER + timedelta(weeks=2))
    assert "Runs until Thursday 18 February 2027" in pages.browser(app, people[0].person_id).get(
        "/g/thursday-hub"
    )


def test_every_letter_of_a_round_can_be_read(app, hub):
    ran(app, hub, [4200] * 11 + [3500])
    other = making.group("saturday-art")
    making.promised(other, [4200] * 2)
    making.close(other)
    with app.app_context(), db.reading() as session:
        letters = list(session.exec(select(Letter)))
        said = {one.kind: mail.written_letter(session, one) for one in letters}
    assert {
        "promise_saved",
        "round_result_in",
        "round_result_out",
        "round_runs",
        "round_ended",
    } <= (said.keys())
    for letter in said.values():
        assert "£" not in letter.subject
    assert "Write this when you pay: ME-" in said["round_result_in"].body
    for words in ("Thursdays: 2 people promised. It needs 11 people.", "What can you do now?"):
        assert words in said["round_ended"].body


def test_standing_and_places_say_what_was_agreed(app, hub):
    people = ran(app, hub, [4200] * 11)
    with db.reading() as session:
        standing = queries.standing(session, hub.round_id)
        on_day = queries.places(session, hub.pool_id, making.STARTS)
        before = queries.places(session, hub.pool_id, making.STARTS - timedelta(days=1))
        after = queries.places(session, hub.pool_id, standing.until)
    assert standing.words == "Thursdays at The Hub, from 3 December 2026"
    assert (standing.weekly_cost, standing.amount) == (44372, 44372 * 12)
    assert standing.until == making.STARTS + timedelta(weeks=12)
    assert {one.membership_id for one in on_day} == {one.id for one in people}
    assert {one.price for one in on_day} == {4200}
    assert before == after == ()


def jobs(hub, now, roles):
    with db.reading() as session:
        pool = session.get(Pool, hub.pool_id)
        return [
            job.words
            for job in queries.jobs(session, pool, hub.organiser, frozenset(roles), now=now)
        ]


def test_the_organiser_is_told_when_there_is_something_to_do(app, hub):
    assert jobs(hub, making.NOW, {"organiser"}) == ["Ask people to join. You need 10 more"]
    making.promised(hub, [4200] * 11)
    assert jobs(hub, making.NOW, {"organiser"}) == ["Enough people promised. You can close it now"]
    assert jobs(hub, making.NOW, {"treasurer"}) == []
    making.close(hub)
    assert jobs(hub, making.LATER, {"organiser"}) == []
    late = making.LATER + timedelta(weeks=8)
    assert jobs(hub, late, {"organiser"}) == ["Ask who wants to be in"]


@pytest.mark.parametrize("rule", ["list", "equal"])
def test_every_state_has_a_page(app, rule, hub):
    group = making.group(f"other-{rule}", rule=rule, days=(1, 3))
    who = pages.browser(app, group.organiser.person_id)
    paths = [f"/g/{group.slug}{part}" for part in ("", "/round", "/promise")]
    for now in (making.NOW, making.LATER):
        pages.set_clock(app, now)
        for path in paths:
            assert who.get(path).status == 200
    making.promised(group, [4200] * 11)
    making.close(group)
    for now in (making.LATER, making.LATER + timedelta(weeks=20)):
        pages.set_clock(app, now)
        for path in paths:
            assert who.get(path).status == 200


dates = st.dates().map(str) | st.text(max_size=12)


@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(closes_on=dates, starts_on=dates, form_id=st.text(max_size=5) | st.uuids().map(str))
def test_whatever_is_asked_again_gets_an_answer(app, hub, sam, closes_on, starts_on, form_id):
    token = sam.get("/g/thursday-hub/round/new").soup.find("input", {"name": "csrf_token"})
    page = sam.post(
        f"{ROUND}/new",
        {"csrf_token": token["value"], "id": form_id, "closes_on": closes_on,
         "starts_on": starts_on},
    )  # fmt: skip
    assert page.status == 422
