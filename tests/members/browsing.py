"""Browsers for the tests of pages about oneself."""

import re
from datetime import UTC, datetime

import people_making as make
from page import Browser

import db
from members import signing_in

NOW = datetime.now(UTC)


def signed_in(site, person):
    """A browser in which that person is signed in already."""
    browser = Browser(site)
    with db.transaction() as session:
        token = signing_in.sign_in_as(session, person, "Safari on an iPhone", NOW)
    browser.client.set_cookie("club", token)
    return browser


def asked(browser, email="jo@example.com"):
    """Ask for a link as a person would; where the mailed link leads."""
    browser.get("/in").send("Send me a link", email=email)
    return f"/in/{make.mailed(email, 'sign_in')}"


def steady(html):
    """A page without what is new each time: its tokens and ids."""
    return re.sub(r'value="[^"]+"', "", html)
