"""Databases for tests: the migrated schema, on SQLite or on a real PostgreSQL.

`CLUB_TEST_DB=postgres` turns the whole suite to PostgreSQL; the test command runs it both ways.
A test gets a database of its own (a copy of a migrated one), so it may commit as the app does.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import postgres
import psycopg
import pytest

import db
import migrations

ON_POSTGRES = os.environ.get("CLUB_TEST_DB") == "postgres"
# Set by the test command, which runs the suite twice: what needs no database runs in the first
# run only, what needs PostgreSQL itself (a race) in the second only. A plain pytest runs it all.
TWICE = os.environ.get("CLUB_TEST_TWICE") == "yes"
_made = 0


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    migrations.upgrade(db.connect(f"sqlite:///{path}"))
    db.engine().dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A server with a database `migrated` in it, to copy from. Each worker has its own."""
    with postgres.running() as url:
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            connection.execute("CREATE DATABASE migrated")
        migrations.upgrade(db.connect(url.replace("/postgres?", "/migrated?")))
        db.engine().dispose()
        yield url


def copy_on_postgres(server: str, template: str = "migrated") -> str:
    global _made  # noqa: PLW0603 - one counter a process
    _made += 1
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        quickly = " STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else ""
        connection.execute(f"CREATE DATABASE test{_made} TEMPLATE {template}{quickly}")
    return server.replace("/postgres?", f"/test{_made}?")


def forget(url: str) -> None:
    """The copy of one test goes after it, or a run would fill the disk."""
    db.engine().dispose()
    if "host=" in url:
        name = url.partition("?")[0].rpartition("/")[2]
        with closing(psycopg.connect(url.replace(f"/{name}?", "/postgres?"), autocommit=True)) as c:
            c.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database, which db.engine() now points at."""
    if ON_POSTGRES:
        url = copy_on_postgres(request.getfixturevalue("postgres_server"))
    else:
        path = tmp_path / "test.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    db.connect(url)
    yield url
    forget(url)


@pytest.fixture
def on_postgres(postgres_server: str) -> Iterator[str]:
    """For a race: PostgreSQL whatever the rest of the suite runs on."""
    url = copy_on_postgres(postgres_server)
    db.connect(url)
    yield url
    forget(url)
