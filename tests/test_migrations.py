"""The suite's schema is the migrated one; these hold the models and the migrations together."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

import db
import migrations
import migrations.tables
from migrations import triggers


def test_the_migrated_tables_are_those_of_the_models(database):
    with db.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_head_names_the_newest_migration():
    scripts = ScriptDirectory.from_config(migrations.settings())
    assert scripts.get_heads() == [migrations.head()]


def test_running_again_changes_nothing(database):
    migrations.upgrade(db.engine())
    with db.engine().connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == migrations.head()


def test_a_database_from_a_newer_version_is_refused(database):
    with db.engine().connect().execution_options(writes=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    with pytest.raises(migrations.WrongShape, match="Update the code first"):
        migrations.upgrade(db.engine())


def test_every_guard_is_in_the_migrated_database(database):
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with db.engine().connect() as connection:
        found = set(connection.execute(text(names[db.engine().dialect.name])).scalars())
    assert {g.trigger for g in triggers.GUARDS} | {k.name for k in triggers.KEEPS} <= found


def test_every_guard_has_a_sentence_for_people():
    missing = {guard.name for guard in triggers.GUARDS} - set(db.sentences)
    assert missing == set()


def test_a_page_that_only_looks_cannot_write(database):
    with db.reading() as session, pytest.raises(DBAPIError, match=r"readonly|read-only"):
        session.execute(text("DELETE FROM person"))


def test_no_lock_file_names_an_address():
    root = Path(migrations.HERE).parent
    locks = [*root.glob("requirements*.txt"), root / "frontend" / "package-lock.json"]
    assert len(locks) >= 4
    for lock in locks:
        words = lock.read_text()
        assert not any(sign in words for sign in ("://", "file:", "path =", "--index-url"))
