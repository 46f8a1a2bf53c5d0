"""The bank's tests stand on the groups that the tests of the pools make. A hub with a bank account
is made once; each test gets a copy of its database.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from databases import ON_POSTGRES, copy_on_postgres, forget

import db

sys.path.append(str(Path(__file__).parent.parent / "pools"))

import bank_making


@pytest.fixture(scope="session")
def made_hub(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple:
    """(the hub, how to get a fresh copy of its database)"""
    if ON_POSTGRES:
        server = request.getfixturevalue("postgres_server")
        with closing(psycopg.connect(server, autocommit=True)) as connection:
            connection.execute("CREATE DATABASE banked TEMPLATE migrated")
        db.connect(server.replace("/postgres?", "/banked?"))
    else:
        folder = tmp_path_factory.mktemp("banked")
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "banked.db")
        db.connect(f"sqlite:///{folder / 'banked.db'}")
    hub = bank_making.bank()
    db.engine().dispose()

    def copy() -> str:
        if ON_POSTGRES:
            return copy_on_postgres(server, "banked")
        path = tmp_path_factory.mktemp("bank") / "bank.db"
        shutil.copyfile(folder / "banked.db", path)
        return f"sqlite:///{path}"

    return hub, copy


@pytest.fixture
def hub(made_hub: tuple[bank_making.Bank, Callable[[], str]]) -> Iterator[bank_making.Bank]:
    """The Thursday Hub with its bank account, on a database of this test's own."""
    made, copy = made_hub
    url = copy()
    db.connect(url)
    yield made
    forget(url)
