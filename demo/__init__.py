"""The demo: eight people, two groups, a button that moves time on. Never in a real deployment."""

from datetime import datetime

from flask import Flask
from sqlmodel import select

import db
from config import Config
from demo import pages, story
from members.models import Person


def init(app: Flask) -> None:
    """Add the demo's pages. Called for a demo only: elsewhere these routes do not exist."""
    app.register_blueprint(pages.views)
    app.jinja_env.globals["demo_people"] = story.PEOPLE


def load_if_empty(config: Config, *, now: datetime) -> bool:
    """Tell the story into an empty database, whole or not at all."""
    with db.reading() as session:
        if session.exec(select(Person.id).limit(1)).first() is not None:
            return False
    with db.transaction() as session:
        files = story.tell(session, now=now)
    folder = config.home / "demo"
    folder.mkdir(exist_ok=True)
    for name, body in files.items():
        (folder / name).write_text(body)
    return True
