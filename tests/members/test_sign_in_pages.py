"""Signing in and out, walked through as a person would; and the cookie that keeps it."""

import re

import people_making as make
import pytest
from browsing import asked, signed_in, steady
from page import Browser

from members import notices


def test_type_your_email_open_the_link_press_the_button(site):
    make.person()
    browser = Browser(site)
    sent = browser.get("/in").send("Send me a link", email=" JO@example.com ")
    assert sent.h1 == "We sent you a link"
    assert "jo@example.com" in sent
    page = browser.get(f"/in/{make.mailed('jo@example.com', 'sign_in')}")
    assert page.h1 == "Is it you?"
    assert page.send("Yes, it is me. Sign me in.").h1 == "Hello Jo"


def test_looking_at_a_link_a_hundred_times_does_not_use_it(site):
    make.person()
    browser = Browser(site)
    link = asked(browser)
    scanner = site.test_client()
    assert {scanner.get(link).status_code for _ in range(100)} == {200}
    assert scanner.head(link).status_code == 200
    assert browser.get(link).send("Yes, it is me").h1 == "Hello Jo"


def test_a_used_link_says_so_and_gets_a_new_one_in_one_press(site):
    make.person()
    browser, other = Browser(site), Browser(site)
    link = asked(browser)
    browser.get(link).send("Yes, it is me")
    page = other.get(link)
    assert page.h1 == "You used this link before"
    assert page.send("Send me a new link").h1 == "We sent you a link"
    again = other.get(f"/in/{make.mailed('jo@example.com', 'sign_in')}")
    assert again.send("Yes, it is me").h1 == "Hello Jo"


def test_pressing_an_old_pages_button_changes_nothing_and_says_why(site):
    make.person()
    browser = Browser(site)
    old = browser.get(asked(browser))
    asked(browser)
    page = old.send("Yes, it is me")
    assert (page.status, page.h1) == (422, "This link is too old")
    assert browser.get("/home").h1 == "Sign in"


def test_who_pressed_twice_is_simply_in(site):
    make.person()
    browser = Browser(site)
    page = browser.get(asked(browser))
    page.send("Yes, it is me")
    assert browser.get(page.path).h1 == "Hello Jo"


def test_a_made_up_link_gets_a_page_that_helps(site):
    page = Browser(site).get("/in/made-up")
    assert page.status == 404
    assert "We do not know this link." in page
    assert Browser(site).post("/in/made-up").status in {400, 404}


def test_a_link_asked_for_elsewhere_says_so(site):
    make.person()
    here, phone = Browser(site), Browser(site)
    link = asked(here)
    assert "another device" not in here.get(link)
    assert "You asked for this link on another device." in phone.get(link)


def test_somebody_new_gives_a_name_and_is_in(site):
    browser = Browser(site)
    page = browser.get(asked(browser, "new@example.com"))
    refused = page.send("Yes, it is me", name=" ")
    assert refused.status == 422
    assert "Type the name you want people to use." in refused
    home = refused.send("Yes, it is me", name="Pat")
    assert home.h1 == "Hello Pat"
    assert "You are not in a group yet" in home
    assert "Start a group" in home.links()


@pytest.mark.parametrize(
    "email", ["", "jo", "jo@", "jo@example.com\r\nBcc: x@example.com", "x" * 300]
)
def test_what_is_no_email_is_kept_and_explained(site, email):
    page = Browser(site).get("/in").send("Send me a link", email=email)
    assert page.status == 422
    assert "It looks like jo@example.com." in page
    assert page.soup.find("title").text.startswith("Error: ")
    assert make.letters() == []


def test_the_answer_is_the_same_for_somebody_and_for_nobody(site):
    make.person("Jo", "known@example.com")
    answers = []
    for email in ("known@example.com", "wrong@example.com"):
        browser = Browser(site)
        form = browser.get("/in").form("Send me a link")
        token = form.find("input", attrs={"name": "csrf_token"})["value"]
        reply = browser.client.post("/in", data={"email": email, "csrf_token": token})
        shown = steady(browser.get(reply.location).html).replace(email, "")
        answers.append((reply.status_code, reply.location, reply.data, shown))
    assert answers[0] == answers[1]


def test_asking_too_often_says_how_long_to_wait(site):
    browser = Browser(site)
    for _ in range(5):
        asked(browser)
    page = browser.get("/in").send("Send me a link", email="jo@example.com")
    assert page.status == 422
    assert "Wait 15 minutes, then ask again. The newest link still works." in page


def test_asking_again_too_often_says_the_same(site):
    make.person()
    browser = Browser(site)
    link = asked(browser)
    browser.get(link).send("Yes, it is me")
    other = Browser(site)
    for _ in range(4):
        other.get(link).send("Send me a new link")
    page = other.get(link).send("Send me a new link")
    assert (page.status, page.h1) == (422, "Sign in")
    assert "Wait 15 minutes" in page


# --- the cookie ---


def pressed(browser, link, **data):
    """The answer to the button on a link's page, as it came."""
    token = browser.get(link).form().find("input", attrs={"name": "csrf_token"})["value"]
    return browser.client.post(link, data={"csrf_token": token} | data)


@pytest.mark.parametrize(("data", "kept"), [({}, True), ({"shared": "y"}, False)])
def test_an_own_phone_stays_signed_in_and_a_shared_one_forgets(site, data, kept):
    make.person()
    browser = Browser(site)
    reply = pressed(browser, asked(browser), **data)
    (cookie,) = [one for one in reply.headers.getlist("Set-Cookie") if one.startswith("club=")]
    parts = {part.strip() for part in cookie.split(";")}
    assert ("Max-Age=2592000" in parts) is kept
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts


def test_over_https_only_this_host_may_set_the_cookie_and_only_https_carries_it(secure_site):
    make.person()
    client = secure_site.test_client()
    at = {
        "base_url": "https://club.example.org",
        "headers": {"Referer": "https://club.example.org/"},
    }
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/in", **at).text)[1]
    client.post("/in", data={"email": "jo@example.com", "csrf_token": token}, **at)
    link = f"/in/{make.mailed('jo@example.com', 'sign_in')}"
    reply = client.post(link, data={"csrf_token": token}, **at)
    (cookie,) = [
        one for one in reply.headers.getlist("Set-Cookie") if one.startswith("__Host-club=")
    ]
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {
        p.strip() for p in cookie.split(";")
    }
    assert "Domain" not in cookie
    assert client.get("/home", **at).status_code == 200


def test_a_cookie_that_was_set_before_signing_in_is_worth_nothing_after(site):
    make.person()
    browser = Browser(site)
    browser.client.set_cookie("club", "chosen-by-somebody-else")
    browser.get(asked(browser)).send("Yes, it is me")
    assert browser.client.get_cookie("club").value != "chosen-by-somebody-else"
    thief = Browser(site)
    thief.client.set_cookie("club", "chosen-by-somebody-else")
    assert thief.get("/home").h1 == "Sign in"


def test_after_signing_out_the_old_cookie_is_dead(site):
    jo = make.person()
    browser = signed_in(site, jo)
    old = browser.client.get_cookie("club").value
    page = browser.get("/home")
    out = page.soup.find("form", action="/out")
    token = out.find("input", attrs={"name": "csrf_token"})["value"]
    assert "You are signed out." in browser.post("/out", {"csrf_token": token})
    browser.client.set_cookie("club", old)
    assert browser.get("/home").h1 == "Sign in"


def test_the_address_of_a_link_is_carried_to_no_other_page_and_kept_by_no_cache(site):
    browser = Browser(site)
    reply = browser.client.get(asked(browser))
    assert reply.headers["Referrer-Policy"] == "strict-origin"
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_link_in_a_letter_goes_to_our_own_host_whatever_the_request_says(site):
    browser = Browser(site)
    asked(browser)
    assert site.test_client().get("/in", headers={"Host": "evil.example"}).status_code == 400
    (letter,) = make.letters(kind="sign_in")
    assert notices.facts_of(letter.facts)["link"].startswith("/in/")


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_nobody_is_sent_elsewhere_after_signing_in(site, wanted):
    make.person()
    browser = Browser(site)
    browser.get("/in", query_string={"next": wanted})
    assert browser.get(asked(browser)).send("Yes, it is me").path == "/home"
