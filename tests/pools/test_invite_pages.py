"""The organiser's pages: asking people, the poster, who does what; and the page of the rules."""

import pytest
from groups_making import NOW, group, later
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rounds_pages import browser, make_app, set_clock
from sqlmodel import select

import db
from members.models import Invitation, Letter, Role
from pools import agreement, invitations, joining

HUB = "/g/thursday-hub"


@pytest.fixture
def app(database, tmp_path):
    made = make_app(tmp_path, database)
    set_clock(made, later(hours=1))
    return made


@pytest.fixture
def hub(app):
    with db.transaction() as session:
        return group(session)


@pytest.fixture
def sam(app, hub):
    return browser(app, hub[1].person_id)


@pytest.fixture
def jo(app, hub):
    with db.transaction() as session:
        mine = joining.join(session, hub[2], name="Jo", email="jo@example.org", now=NOW)
    return browser(app, mine.person_id)


def rows(table, **where):
    with db.reading() as session:
        return session.exec(select(table).filter_by(**where)).all()


def test_the_link_can_be_copied_whole(sam, hub):
    field = sam.get(f"{HUB}/invites").soup.find(id="link")
    assert field["value"] == f"http://127.0.0.1:8000/join/{hub[2]}"
    assert field.has_attr("readonly")


def test_a_letter_is_sent_and_can_be_taken_back(sam):
    page = sam.get(f"{HUB}/invites").send("Send the invitation", email="Jo@Example.org")
    assert "We wrote to jo@example.org." in page.text
    assert "You can send 49 more today." in page.text
    page = page.send("Take it back")
    assert "That invitation has stopped." in page.text
    assert "Take it back" not in page.text
    assert rows(Invitation, email="jo@example.org")[0].ended_at is not None


def test_a_wrong_address_is_said_and_stays(sam):
    page = sam.get(f"{HUB}/invites").send("Send the invitation", email="jo at home")
    assert page.status == 422
    assert "Check the email address." in page.text
    assert page.soup.find(id="email")["value"] == "jo at home"
    assert rows(Letter, kind="invitation") == []


def test_a_new_link_replaces_the_old(sam, hub):
    page = sam.get(f"{HUB}/invites").send("Stop this link and make a new one")
    assert hub[2] not in page.html
    assert "/join/" in page.soup.find(id="link")["value"]


def test_without_a_link_the_poster_leads_to_making_one(sam, hub):
    with db.transaction() as session:
        for one in session.exec(select(Invitation)).all():
            one.ended_at = NOW
    page = sam.get(f"{HUB}/poster")
    assert page.h1 == "Ask people to join"
    assert "Make a link first." in page.text
    assert "Here is the new link." in page.send("Make a link").text


def test_the_poster_has_its_square_its_address_and_a_phone(sam, hub):
    page = sam.get(f"{HUB}/poster")
    assert page.h1 == "Come and join Thursday Hub"
    square = page.soup.select_one(".qr svg")
    assert square.find("title")
    assert not square.has_attr("width")
    for words in (
        f"127.0.0.1:8000/join/{hub[2]}",
        "01632 960 123",
        "Thursdays, 10am to 3pm, at the old library.",
        "We pay for it together. Joining is free.",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("changes", "title", "lines"),
    [
        (
            {"place": "St. John's hall"},
            "Come and join Thursday Hub",
            ["Thursdays, 10am to 3pm, at St. John's hall."],
        ),
        (
            {"name": "The Thursday Hub of Mill Lane Library"},
            "Come and join us",
            [
                "The Thursday Hub of Mill Lane Library",
                "Thursdays, 10am to 3pm, at the old library.",
            ],
        ),
        ({"place": "p" * 80}, "Come and join Thursday Hub", ["p" * 80 + "."]),
        ({"place": "p" * 100}, "Come and join Thursday Hub", []),
    ],
)
def test_the_poster_says_no_more_than_fits_on_one_sheet(database, changes, title, lines):
    with db.transaction() as session:
        pool, _, _ = group(session, **changes)
    made = invitations.poster(pool)
    assert made.title == title
    assert list(made.lines[:-2]) == lines


def test_a_member_asks_nobody(jo):
    for path in ("invites", "poster"):
        assert jo.get(f"{HUB}/{path}").status == 403


def test_the_organiser_gives_a_job_and_ends_it(sam, jo):
    page = sam.get(f"{HUB}/people")
    assert "Nobody is treasurer yet." in page.text
    page = page.send("Give the job", job="treasurer")
    assert "Everybody in the group is told." in page.text
    assert "Jo Treasurer" in page.text
    page = page.send("End this job : Jo, treasurer")
    assert "Nobody is treasurer yet." in page.text
    assert [role.until is None for role in rows(Role, kind="treasurer")] == [False]


def test_two_people_of_one_name_are_told_apart(sam, jo, hub):
    with db.transaction() as session:
        joining.join(session, hub[2], name="jo", now=later(days=3))
    options = [one.get_text() for one in sam.get(f"{HUB}/people").soup.find_all("option")]
    assert options == ["Jo, here since 24 Nov", "jo, here since 27 Nov"]


def test_the_last_organiser_keeps_the_job_and_is_told_why(sam, jo):
    page = sam.get(f"{HUB}/people")
    assert "End this job" not in page
    token = page.soup.find("input", attrs={"name": "csrf_token"})["value"]
    [role] = rows(Role)
    page = sam.post(f"{HUB}/people/jobs/{role.id}/end", {"csrf_token": token})
    assert page.status == 409
    assert "Give that job to somebody else first." in page.text


@pytest.mark.parametrize(
    "answers", [{"job": []}, {"job": "boss"}, {"who": "nobody", "job": "checker"}, {"who": ""}]
)
def test_a_job_for_nobody_or_of_no_kind_is_refused(sam, jo, answers):
    page = sam.get(f"{HUB}/people").send("Give the job", **answers)
    assert page.status == 422
    assert "There is a problem" in page.text
    assert len(rows(Role)) == 1


def test_a_member_sees_who_does_what_and_no_buttons(jo):
    page = jo.get(f"{HUB}/people")
    assert "2 people are in." in page.text
    assert page.forms() == []


def test_the_rules_are_in_words_with_how_many_signed(app, hub, jo):
    page = jo.get(f"{HUB}/rules")
    assert "You never pay more than the most you said." in page.text
    assert "2 of 2 people agreed to these rules." in page.text
    with db.transaction() as session:
        terms = agreement.Terms(notice_weeks=2)
        agreement.agree(session, hub[0].id, terms, now=later(minutes=5))
    page = jo.get(f"{HUB}/rules")
    assert "0 of 2 people agreed" in page.text
    assert "Version 2, from Tuesday 24 November." in page.text
    assert "1 of 2 people agreed" in page.send("I agree to these rules").text


def test_rules_that_changed_while_they_were_read_are_shown_first(hub, jo):
    with db.transaction() as session:
        agreement.agree(session, hub[0].id, agreement.Terms(notice_weeks=2), now=NOW)
    page = jo.get(f"{HUB}/rules")
    with db.transaction() as session:
        agreement.agree(session, hub[0].id, agreement.Terms(notice_weeks=3), now=NOW)
    page = page.send("I agree to these rules")
    assert "The rules changed just now." in page.text
    assert "Tell us 3 weeks before you leave." in page.text
    assert "1 of 2 people agreed" in page.send("I agree to these rules").text


NONSENSE = st.text(max_size=60) | st.sampled_from(["\x00", "a@b.c\r\nBcc: x@y.org", "🙂", "-1"])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(one=NONSENSE, two=NONSENSE, three=NONSENSE)
def test_no_nonsense_breaks_a_form_here(app, hub, sam, one, two, three):
    app.config["WTF_CSRF_ENABLED"] = False
    before = (len(rows(Role)), len(rows(Invitation)))
    forms = {
        "invites": {"email": one, "id": two},
        "invites/link": {"id": two or "x"},
        "people": {"who": one, "job": two, "id": three},
        "rules": {"agreement": one, "id": two},
        f"people/jobs/{db.new_id()}/end": {"id": one},
    }
    for path, data in forms.items():
        answer = sam.client.post(f"{HUB}/{path}", data=data)
        assert answer.status_code in {303, 404, 409, 422}, path
    assert (len(rows(Role)), len(rows(Invitation))) == before
