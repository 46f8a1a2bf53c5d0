"""The whole app for the pages of votes: one clock, one effect that remembers, people's devices."""

import tempfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from flask import Flask
from making_votes import NOW, Done
from page import Browser
from sqlmodel import select
from world import demo_config

import commands
import db
from members import signing_in
from members.models import Person


@cache
def one_app() -> Flask:
    """Made once: which database and which clock it uses is set for each test."""
    made = commands.make_app(demo_config(Path(tempfile.gettempdir()), "sqlite://"))
    made.config["SERVER_NAME"] = "127.0.0.1:8000"
    return made


def app_at_now(url: str, home: Path) -> Flask:
    app = one_app()
    db.connect(url)
    app.config["CLUB"] = demo_config(home, url)
    set_clock(app, NOW)
    app.extensions["effects"] = {"spend": Done().effect()}
    app.extensions.pop("fuzzed", None)
    return app


def set_clock(app, when):
    shift = int((when - datetime.now(UTC)).total_seconds())
    (app.config["CLUB"].home / "clock_shift").write_text(str(shift))


def device(app, membership) -> Browser:
    with db.transaction() as session:
        person = session.get_one(Person, membership.person_id)
        token = signing_in.sign_in_as(session, person, "A test", NOW)
    made = Browser(app)
    made.client.set_cookie("club", token, domain="127.0.0.1")
    return made


def path(proposal, slug="hub"):
    return f"/g/{slug}/votes/{proposal.id}"


def all_of(kind):
    with db.reading() as session:
        return session.exec(select(kind)).all()
