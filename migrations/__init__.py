"""Moves a database to the newest shape, and refuses one that is newer than this code."""

from pathlib import Path

from alembic import command
from alembic.config import Config as Alembic
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

HERE = Path(__file__).parent


class WrongShape(RuntimeError):
    """The database was made by a newer Clubtogether than this one. Update the code first."""


def settings() -> Alembic:
    alembic = Alembic()
    alembic.set_main_option("script_location", str(HERE))
    return alembic


def head() -> str:
    return (HERE / "HEAD").read_text().strip()


def upgrade(engine: Engine) -> None:
    """Bring the database to HEAD. Whole or not at all; run again, it changes nothing."""
    alembic = settings()
    with engine.connect().execution_options(writes=True) as connection:
        now = MigrationContext.configure(connection).get_current_revision()
        known = {
            script.revision for script in ScriptDirectory.from_config(alembic).walk_revisions()
        }
        if now is not None and now not in known:
            raise WrongShape(WrongShape.__doc__)
        if now == head():
            return
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, head())
        connection.commit()
