"""The app over a group of rounds_making, with a clock of its own, and its people's browsers."""

from datetime import datetime
from pathlib import Path

import rounds_making as making
from flask import Flask
from page import Browser

import db
import web
from commands import make_app as whole_app
from config import Config
from members import signing_in
from members.models import Person, Provider, ProviderPerson

_apps: list[Flask] = []  # one a process: making it takes longer than most tests


def make_app(home: Path, url: str) -> Flask:
    """In the demo's manner, so that the clock can be set. `url` is connected to already."""
    config = Config(
        home=home,
        database_url=url,
        secret_key="a test's own secret, of more than 32 letters",
        base_url="http://127.0.0.1:8000",
        smtp_url=None,
        mail_from="club@example.org",
        demo=True,
        testing=True,
    )
    if not _apps:
        _apps.append(whole_app(config))
    made = _apps[0]
    made.config.update(CLUB=config, SERVER_NAME="127.0.0.1:8000")
    return made


def set_clock(app: Flask, now: datetime) -> None:
    home = app.config["CLUB"].home
    (home / "clock_shift").unlink(missing_ok=True)
    real = web.moment(app.config["CLUB"])
    (home / "clock_shift").write_text(str(int((now - real).total_seconds())))


def browser(app: Flask, person_id, now=making.NOW) -> Browser:
    made = Browser(app)
    with app.app_context(), db.transaction() as session:
        person = session.get(Person, person_id)
        token = signing_in.sign_in_as(session, person, "A test", web.moment(app.config["CLUB"]))
    made.client.set_cookie("club", token, domain="127.0.0.1")
    return made


def provider(name="Oak Lane Care"):
    """A centre and somebody who works there: (provider's id, person's id)."""
    with db.transaction() as session:
        centre = Provider(name=name, made_at=making.NOW)
        person = Person(name=f"Lee of {name}", email=f"{db.new_id()}@example.org",
                        made_at=making.NOW)  # fmt: skip
        session.add_all([centre, person])
        session.flush()
        session.add(ProviderPerson(provider_id=centre.id, person_id=person.id))
    return centre.id, person.id
