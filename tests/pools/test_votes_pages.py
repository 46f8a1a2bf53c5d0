"""The pages of votes, as a person without script meets them."""

import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from making_votes import HOUR, NOW, Done, asked, closed, group, say, walk
from page import Browser
from sqlmodel import select
from votes_pages import all_of, app_at_now, device, path, set_clock

import db
from members.models import Membership
from pools.decisions.models import Ballot, Proposal, Roll


@pytest.fixture
def app(database, tmp_path):
    return app_at_now(database, tmp_path)


# --- voting ---


def test_a_vote_is_checked_sent_changed_and_never_shown(app):
    pool, members = group(11)
    made = asked(pool, members[3])
    jo = device(app, members[9])
    page = jo.get("/g/hub").click("Shall we buy a kiln?")
    for words in (
        "It costs £480.", "We would pay The Kiln Shop.", "until Friday 27 November, 10am",
        "0 of 11 people have voted.", "If not, it stays as it is.", "£34.29", "£2,790.00",
        "We need at least 3 people to say yes, and more yes than no.",
    ):  # fmt: skip
        assert words in page
    check = page.send("Send my vote", choice="yes")
    assert check.h1 == "Check your vote"
    assert "You choose: Yes . Spend £480 on this." in check.text
    assert all_of(Ballot) == []
    done = check.send("Send my vote")
    assert (done.path, done.status) == (path(made), 200)
    assert "Your vote is in" in done
    assert "1 of 11 people have voted." in done
    assert "checked" not in done.html
    changed = done.send("Change my vote", choice="unsure").send("Send my vote")
    assert "1 of 11 people have voted." in changed
    assert [one.choice for one in all_of(Ballot)] == ["unsure"]


def test_what_a_person_is_given_does_not_tell_what_they_said(app):
    """Proof of a choice could be asked for. The page after a yes is the page after a no."""
    pool, members = group(11)
    made = asked(pool, members[3])
    seen = {}
    for choice, one in zip(("yes", "no", "unsure"), members[4:7], strict=True):
        jo = device(app, one)
        done = jo.get(path(made)).send("Send my vote", choice=choice).send("Send my vote")
        later = jo.get(path(made))
        seen[choice] = (scrubbed(done, one), scrubbed(later, one))
        say(made, one, "unsure")  # leave the turnout as it is for the next
        with db.transaction() as session:
            session.delete(session.exec(select(Ballot)).one())
            session.get_one(Roll, (made.id, one.id)).voted = False
    assert seen["yes"] == seen["no"] == seen["unsure"]


def scrubbed(page, member):
    """Without the name and the ids minted for each form."""
    html = page.html.replace(member.name, "NAME")
    return re.sub(r'value="[^"]{20,}"', "", html)


def test_nothing_picked_asks_for_a_pick(app):
    pool, members = group(5)
    made = asked(pool, members[0])
    page = device(app, members[1]).get(path(made)).send("Send my vote")
    assert page.status == 422
    assert "Pick one choice." in page


def test_sending_twice_is_one_vote(app):
    pool, members = group(5)
    made = asked(pool, members[0])
    check = device(app, members[1]).get(path(made)).send("Send my vote", choice="no")
    for _ in range(3):
        assert "Your vote is in" in check.send("Send my vote")
    assert len(all_of(Ballot)) == 1


def test_too_late_is_said_and_nothing_is_counted(app):
    pool, members = group(5)
    made = asked(pool, members[0])
    jo = device(app, members[1])
    page = jo.get(path(made))
    check = page.send("Send my vote", choice="yes")
    set_clock(app, made.closes_at + timedelta(seconds=5))
    for late in (check.send("Send my vote"), page.send("Send my vote", choice="yes")):
        assert late.status == 422
        assert "This vote has closed. Your choice was not counted." in late
        assert "We are counting the votes." in late
    assert all_of(Ballot) == []
    app.extensions["tick"]()
    assert "It did not pass" in jo.get(path(made))
    late = check.send("Send my vote")
    assert "Your choice was not counted." in late
    assert "It did not pass" in late


def test_the_last_voter_sees_the_answer(app):
    pool, members = group(3)
    made = asked(pool, members[0])
    for one in members[:2]:
        say(made, one, "yes")
    page = device(app, members[2]).get(path(made))
    done = page.send("Send my vote", choice="no").send("Send my vote")
    assert "Your vote is in." in done
    assert "The answer is yes" in done
    assert "The bill came" in done


def test_a_small_group_is_told_beforehand_that_a_vote_there_can_be_guessed(app):
    pool, members = group(4)
    made = asked(pool, members[0])
    say(made, members[1], "yes")
    page = device(app, members[0]).get(path(made))
    assert "A vote of 4 people" in page
    assert "people can guess it" in page
    assert "have voted" not in page
    assert "Your vote is secret" not in page
    page = device(app, members[0]).get("/g/hub/votes")
    assert "have voted" not in page


def test_who_is_not_on_the_roll_can_read_but_not_vote(app):
    pool, members = group(5)
    app.extensions["effects"] = {"spend": Done(kept_out=frozenset({members[4].id})).effect()}
    made = asked(pool, members[0], effects=app.extensions["effects"])
    kept_out = device(app, members[4])
    page = kept_out.get(path(made))
    assert "You have no vote in this question" in page
    assert not [form for form in page.forms() if "check" in form["action"]]
    token = page.soup.find("input", attrs={"name": "csrf_token"})["value"]
    sent = kept_out.post(path(made), {"choice": "yes", "csrf_token": token, "id": str(db.new_id())})
    assert sent.status == 422
    assert "You have no vote in this question." in sent
    assert all_of(Ballot) == []


# --- the answer ---


def test_the_result_shows_the_rule_the_turnout_and_no_numbers_that_tell(app):
    pool, members = group(11)
    made = asked(pool, members[0])
    for one, choice in zip(members, ["yes"] * 7 + ["no"] * 2, strict=False):
        say(made, one, choice)
    closed(made)
    page = device(app, members[10]).get("/g/hub/votes").click("Shall we buy a kiln?")
    for words in (
        "The answer is yes", "We agreed to spend £480 on this.", "9 of 11 people voted.",
        "We need at least 3 people to say yes, and more yes than no.",
        "We do not show the numbers.", "What happened next",
    ):  # fmt: skip
        assert words in page
    assert not re.search(r"\b[27] (people )?said", page.text)


def test_numbers_are_shown_where_they_can_give_nobody_away(app):
    pool, members = group(12)
    made = asked(pool, members[0])
    for one, choice in zip(members, ["yes"] * 6 + ["no"] * 3 + ["unsure"] * 3, strict=True):
        say(made, one, choice)
    page = device(app, members[0]).get(path(made))
    assert "More people said yes than no." in page
    numbers = {row.th.text: row.td.text for row in page.soup.select(".numbers tbody tr")}
    assert numbers == {"Yes": "6 people", "No": "3 people", "Not sure": "3 people"}


@pytest.mark.parametrize("swap", [(0, 5), (2, 7)])
def test_the_result_page_is_the_same_to_the_byte_if_two_people_swap_their_ballots(app, swap):
    choices = ["yes"] * 5 + ["no"] * 3
    other = list(choices)
    other[swap[0]], other[swap[1]] = other[swap[1]], other[swap[0]]
    pages = []
    for turn, said in enumerate((choices, other)):
        pool, members = group(11, slug=f"hub-{turn}")
        made = asked(pool, members[0])
        for one, choice in zip(members, said, strict=False):
            say(made, one, choice)
        closed(made)
        html = device(app, members[9]).get(path(made, f"hub-{turn}")).html
        html = html.replace(f"hub-{turn}", "hub").replace(str(made.id), "ID")
        pages.append(re.sub(r'name="csrf_token" value="[^"]+"', "", html))
    assert pages[0] == pages[1]


def test_taking_back_is_checked_and_told(app):
    pool, members = group(5)
    made = asked(pool, members[2])
    say(made, members[0], "yes")
    assert "Take this question back" not in device(app, members[3]).get(path(made)).links()
    for who in (members[2], members[0]):
        assert "Take this question back" in device(app, who).get(path(made)).links()
    page = device(app, members[0]).get(path(made)).click("Take this question back")
    done = page.send("Take it back")
    assert "Ann took it back on Tuesday 24 November." in done
    assert "Taken back" in device(app, members[1]).get("/g/hub/votes")


def test_somebody_else_cannot_take_it_back(app):
    pool, members = group(5)
    made = asked(pool, members[2])
    bob = device(app, members[1])
    page = bob.get(path(made) + "/cancel")
    assert page.path == path(made)
    token = page.soup.find("input", attrs={"name": "csrf_token"})["value"]
    sent = bob.post(path(made) + "/cancel", {"csrf_token": token, "id": str(db.new_id())})
    assert sent.status == 403
    assert all_of(Proposal)[0].cancelled_at is None


# --- who sees what ---


def test_a_vote_of_another_group_is_not_there(app):
    pool, members = group(3)
    group(3, slug="art")
    made = asked(pool, members[0])
    with db.reading() as session:
        strangers = session.exec(select(Membership).where(Membership.pool_id != pool.id)).all()
    stranger = device(app, strangers[0])
    token = stranger.get("/g/art/votes/new").soup.find("input", attrs={"name": "csrf_token"})
    answers = {"choice": "yes", "csrf_token": token["value"], "id": str(db.new_id())}
    for address in (path(made), path(made, "art")):
        assert stranger.get(address).status == 404
        for tail in ("", "/check", "/cancel"):
            assert stranger.post(address + tail, answers).status == 404
    assert all_of(Ballot) == []
    assert Browser(app).get(path(made)).path.startswith("/in")


def test_the_list_shows_open_ones_first_and_pages_the_rest(app):
    pool, members = group(3)
    for turn in range(23):
        made = asked(pool, members[0], draft=walk(pool, title=f"Old question {turn}"))
        for one in members:
            say(made, one, "yes")
    asked(pool, members[0], draft=walk(pool, title="The open one"))
    first = device(app, members[0]).get("/g/hub/votes")
    assert first.text.index("The open one") < first.text.index("Old question")
    assert first.text.count("Old question") == 20
    second = first.click("Older votes")
    assert second.text.count("Old question") == 3
    assert "The open one" not in second
    for number in ("0", "-3", "99999999999999999999", "x"):
        assert first.browser.get(f"/g/hub/votes?page={number}").status == 200


def test_the_card_of_the_group_says_whether_my_vote_is_needed(app):
    pool, members = group(3)
    jo = device(app, members[0])
    assert "There is nothing for you to vote on now." in jo.get("/g/hub")
    made = asked(pool, members[1])
    assert "Your vote is needed" in jo.get("/g/hub")
    say(made, members[0], "no")
    assert "Your vote is needed" not in jo.get("/g/hub")
    closed(made)
    assert "It did not pass." in jo.get("/g/hub")


def test_the_organiser_is_told_when_few_have_voted_and_time_runs_out(app):
    pool, members = group(9, hours=100)
    made = asked(pool, members[1])
    ann = device(app, members[0])
    assert "Few have voted" not in ann.get("/g/hub")
    set_clock(app, made.closes_at - timedelta(hours=20))
    assert "Few have voted" in ann.get("/g/hub")
    for one in members[:3]:
        say(made, one, "no", now=NOW + HOUR)
    assert "Few have voted" not in ann.get("/g/hub")


def test_the_main_part_alone_is_what_stands_in_the_whole_page(app):
    """As for a page of htmx's: the block that is asked for, found in the full page."""
    pool, members = group(6)
    made = asked(pool, members[0])
    jo = device(app, members[3])
    for address in (path(made), "/g/hub/votes", "/g/hub/votes/new"):
        part = jo.fragment(address, "main").get_data(as_text=True)
        whole = jo.get(address).html
        assert part.strip()
        without = [re.sub(r'value="[^"]{20,}"', "", one) for one in (part, whole)]
        assert without[0].strip() in without[1]


FIELDS = (
    "title", "words", "sort", "amount", "cost", "payee", "id", "choice", "act", "page",
)  # fmt: skip
ANY = st.text(max_size=40) | st.sampled_from(
    ["£480", "48O", "-1", "1e9", "\x00", "\u202e", "'; DROP TABLE ballot", "<b>", "9" * 40, "spend"]
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    answers=st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, ANY)),
    address=st.sampled_from(["/new", "/new/ask", "VOTE", "VOTE/check", "VOTE/cancel"]),
)
def test_whatever_is_typed_gets_a_page_that_helps_and_breaks_nothing(app, answers, address):
    if "fuzzed" not in app.extensions:  # one world for all examples
        pool, members = group(5)
        app.extensions["fuzzed"] = asked(pool, members[0]), device(app, members[4])
    made, bob = app.extensions["fuzzed"]
    token = bob.get("/g/hub/votes/new").soup.find("input", attrs={"name": "csrf_token"})["value"]
    where = f"/g/hub/votes{address.replace('VOTE', f'/{made.id}')}"
    page = bob.post(where, {"id": str(db.new_id()), **answers, "csrf_token": token})
    assert page.status < 500
    with db.reading() as session:
        assert len(session.exec(select(Ballot)).all()) <= 1
