"""The front door, help, home and my own details, walked through as a person would."""

import people_making as make
import pytest
from browsing import NOW, asked, signed_in, steady
from hypothesis import given, settings
from hypothesis import strategies as st
from page import Browser
from sqlmodel import select

import db
from members import providers, typed
from members.models import Letter, Membership, Person, SignIn, SignInLink

EVERYONE = ("/", "/in", "/in/sent", "/help", "/worried", "/privacy", "/access")


@pytest.mark.parametrize("path", EVERYONE)
def test_a_stranger_can_read_it(site, path):
    assert Browser(site).get(path).status == 200


@pytest.mark.parametrize("path", [*EVERYONE, "/home", "/me", "/me/details", "/me/email"])
def test_a_member_can_read_it_and_nothing_is_written(site, path):
    jo = make.person()
    make.member(make.pool().id, jo)
    browser = signed_in(site, jo)
    before = everything()
    assert browser.get(path).status == 200
    assert everything() == before


def everything():
    with db.reading() as session:
        return [
            [row.model_dump() for row in session.exec(select(table).order_by(table.id))]
            for table in (Person, Membership, SignIn, SignInLink, Letter)
        ]


@pytest.mark.parametrize("path", ["/home", "/me", "/me/details", "/me/email"])
def test_a_stranger_is_sent_to_sign_in_and_comes_back_after(site, path):
    make.person()
    browser = Browser(site)
    assert browser.get(path).h1 == "Sign in"
    page = browser.get(asked(browser)).send("Yes, it is me. Sign me in.")
    assert page.path == path


def test_the_front_page_says_what_this_is_in_five_steps(site):
    page = Browser(site).get("/")
    steps = [h2.get_text(" ", strip=True) for h2 in page.soup.find("main").find_all("h2")]
    assert [one for one in steps if one[0].isdigit()] == [
        "1. See what it costs", "2. Make a promise", "3. It runs if enough of you want it",
        "4. Decide by vote", "5. See where the money goes",
    ]  # fmt: skip
    assert {"Sign in", "Start a group"} <= set(page.links())


def test_who_is_worried_finds_people_outside_the_group_and_a_quick_way_out(site):
    page = Browser(site).get("/help").click("I am worried")
    assert {"999", "101", "159", "116 123", "0808 808 1111"} <= set(page.links())
    way_out = page.soup.find("a", string="Leave this page quickly")
    assert way_out["href"].startswith("https://")
    assert "noreferrer" in way_out["rel"]


def test_help_says_whom_to_ring_in_my_group(site):
    jo, sam = make.person(), make.person("Sam", "sam@example.com")
    hub = make.pool()
    make.member(hub.id, jo)
    make.member(hub.id, sam, role="organiser")
    page = signed_in(site, jo).get("/help")
    assert "Sam can help you." in page
    assert page.links()["01302 555 019"] == "tel:01302555019"


def test_health_is_a_word_for_machines(site):
    response = site.test_client().get("/health")
    assert (response.status_code, response.data, response.mimetype) == (200, b"ok", "text/plain")


# --- my own pages ---


def test_home_shows_a_card_for_each_of_my_groups(site):
    jo = make.person()
    make.member(make.pool().id, jo)
    assert "Open Thursday Hub" in signed_in(site, jo).get("/home").links()
    make.member(make.pool("saturday-art", "Saturday art").id, jo)
    page = signed_in(site, jo).get("/home")
    assert {"Open Thursday Hub", "Open Saturday art"} <= set(page.links())


def test_people_of_a_centre_come_home_to_what_is_wanted(site):
    ann = make.person("Ann", "ann@example.com")
    with db.transaction() as session:
        providers.make_provider(session, "Oak Lane Care", [ann], NOW)
    assert signed_in(site, ann).client.get("/home").location == "/centre/demand"


def test_i_change_my_name_and_my_phone(site):
    jo = make.person()
    page = signed_in(site, jo).get("/me").click("Change : Name")
    page = page.send("Save my details", name="Joanne", phone="01302 555 019")
    assert page.h1 == "My details"
    assert "Your details are changed." in page
    assert "01302 555 019" in page


@pytest.mark.parametrize(
    ("name", "phone", "why"),
    [
        ("", "", "Type the name"),
        ("www.prize.com", "", "not a web address"),
        ("Jo", "ring", "Use numbers"),
    ],
)
def test_details_that_do_not_fit_are_kept_and_explained(site, name, phone, why):
    page = signed_in(site, make.person()).get("/me/details")
    refused = page.send("Save my details", name=name, phone=phone)
    assert refused.status == 422
    assert why in refused
    assert refused.soup.find("input", attrs={"name": "phone"})["value"] == phone


def test_i_see_where_i_am_signed_in_and_end_another_device(site):
    jo = make.person()
    here, lost = signed_in(site, jo), signed_in(site, jo)
    rows = here.get("/me").soup.select("div.govuk-summary-list__row:has(form)")
    other = next(row for row in rows if "this one" not in row.get_text())
    token = other.find("input", attrs={"name": "csrf_token"})["value"]
    page = here.post(other.find("form")["action"], {"csrf_token": token})
    assert "That device is signed out." in page
    assert lost.get("/home").h1 == "Sign in"
    assert here.get("/home").h1 == "Hello Jo"


def test_another_persons_device_is_not_there(site):
    jo, sam = make.person(), make.person("Sam", "sam@example.com")
    jos, sams = signed_in(site, jo), signed_in(site, sam)
    row = jos.get("/me").soup.select_one("div.govuk-summary-list__row form")
    token = sams.get("/me").form().find("input", attrs={"name": "csrf_token"})["value"]
    assert sams.post(row["action"], {"csrf_token": token}).status == 404
    assert jos.get("/home").h1 == "Hello Jo"


def test_a_new_email_is_proved_by_a_link_and_waits_three_days(site):
    jo = make.person()
    browser = signed_in(site, jo)
    page = browser.get("/me").click("Change : Email")
    page = page.send("Send a link to my new email", email="new@example.com")
    assert "We sent a link to your new email." in page
    there = Browser(site).get(f"/me/email/{make.mailed('new@example.com', 'email_confirm')}")
    assert there.send("Yes, this is my email").h1 == "Thank you"
    page = browser.get("/me")
    assert "Your email is changing" in page
    assert "Your email stays as it was." in page.send("Keep my old email")
    assert "Your email is changing" not in browser.get("/me")


def test_looking_at_an_email_link_does_not_use_it_and_a_used_one_says_so(site):
    browser = signed_in(site, make.person())
    browser.get("/me/email").send("Send a link to my new email", email="new@example.com")
    link = f"/me/email/{make.mailed('new@example.com', 'email_confirm')}"
    assert {Browser(site).get(link).h1 for _ in range(3)} == {"Is this your new email?"}
    browser.get(link).send("Yes, this is my email")
    assert browser.get(link).h1 == "You used this link before"
    assert browser.get("/me/email/made-up").status == 404


def test_a_new_email_that_is_somebodys_gets_the_same_answer(site):
    make.person("Sam", "sam@example.com")
    browser = signed_in(site, make.person())
    said = [
        steady(browser.get("/me/email").send("Send a link", email=email).html).replace(email, "")
        for email in ("sam@example.com", "tom@example.com")
    ]
    assert said[0] == said[1]


ANYTHING = st.text(max_size=80) | st.sampled_from(
    ["\x00", "\r\nBcc: x@example.com", "%00", "𝟘" * 9]
)
FORMS = ("/in", "/me/details", "/me/email")


def test_whatever_is_typed_into_these_forms_gets_an_answer_that_helps(site):
    """No 5xx, and never a letter to what is no address or a person with a strange name."""
    browser = signed_in(site, make.person())
    stranger = Browser(site)
    tokens = {
        one: csrf(one.get("/worried" if one is browser else "/in")) for one in (browser, stranger)
    }

    @given(st.sampled_from(FORMS), ANYTHING, ANYTHING, ANYTHING, ANYTHING)
    @settings(max_examples=80, deadline=None)
    def send(path, email, name, phone, key):
        who = stranger if path == "/in" else browser
        data = {"email": email, "name": name, "phone": phone, "id": key, "csrf_token": tokens[who]}
        reply = who.client.post(path, data=data)
        assert reply.status_code in {303, 422}, reply.text

    send()
    assert not [one for one in make.letters() if one.address and typed.is_strange(one.address)]
    with db.reading() as session:
        assert not [one for one in session.exec(select(Person.name)) if typed.is_strange(one)]


def csrf(page):
    return page.soup.find("input", attrs={"name": "csrf_token"})["value"]
