"""The demo's story as a world to test in: the whole app, on a database of the test's own."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
from databases import ON_POSTGRES, copy_on_postgres, forget
from flask import Flask
from page import Browser
from sqlmodel import select

import commands
import db
import demo
import web
from config import Config
from demo.people import email_of
from members import signing_in
from members.models import Person


@dataclass
class Story:
    """The demo's app on a database of this test's own, and its people."""

    app: Flask
    config: Config
    now: datetime

    def browser(self, key: str | None = None) -> Browser:
        """A device; signed in as one of the story's people (the key before @), or as nobody."""
        made = Browser(self.app)
        if key is not None:
            with self.app.app_context(), db.transaction() as session:
                email = email_of(key)
                person = session.exec(select(Person).where(Person.email == email)).one()
                token = signing_in.sign_in_as(session, person, "A test", self.now)
            made.client.set_cookie("club", token, domain="127.0.0.1")
        return made


def demo_config(home: Path, url: str) -> Config:
    return Config(
        home=home,
        database_url=url,
        secret_key="a test's own secret, of more than 32 letters",
        base_url="http://127.0.0.1:8000",
        smtp_url=None,
        mail_from="club@example.org",
        demo=True,
        testing=True,
    )


@pytest.fixture(scope="session")
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple:
    """The story told once into a database that each test copies: (home, how to copy)."""
    home = tmp_path_factory.mktemp("told")
    if ON_POSTGRES:
        server = request.getfixturevalue("postgres_server")
        with closing(psycopg.connect(server, autocommit=True)) as connection:
            connection.execute("CREATE DATABASE told TEMPLATE migrated")
        url = server.replace("/postgres?", "/told?")
    else:
        shutil.copyfile(request.getfixturevalue("sqlite_template"), home / "told.db")
        url = f"sqlite:///{home / 'told.db'}"
    config = demo_config(home, url)
    with commands.make_app(config).app_context():
        demo.load_if_empty(config, now=web.moment(config))
    db.engine().dispose()
    return home, url


@pytest.fixture
def story(request: pytest.FixtureRequest, told: tuple, tmp_path: Path) -> Iterator[Story]:
    home, _ = told
    shutil.copytree(home / "demo", tmp_path / "demo")
    if ON_POSTGRES:
        url = copy_on_postgres(request.getfixturevalue("postgres_server"), "told")
    else:
        shutil.copyfile(home / "told.db", tmp_path / "story.db")
        url = f"sqlite:///{tmp_path / 'story.db'}"
    config = demo_config(tmp_path, url)
    yield Story(commands.make_app(config), config, web.moment(config))
    forget(url)


@pytest.fixture
def real_app(database: str, tmp_path: Path) -> Flask:
    """As a real deployment is made: no demo, mail by SMTP, behind https."""
    values = {
        "demo": False,
        "base_url": "https://club.example.org",
        "smtp_url": "smtp://127.0.0.1",
    }
    return commands.make_app(replace(demo_config(tmp_path, database), **values))
