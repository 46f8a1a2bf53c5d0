"""The engine, sessions and transactions. The only place that commits.

Two doors: `reading()` for pages, in which the database itself refuses a write, and `transaction()`
for everything that changes. A broken constraint comes out as the sentence its room gave it.
"""

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Index, UniqueConstraint, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import declared_attr
from sqlmodel import Session, SQLModel
from uuid_utils.compat import uuid7

from errors import NotPossible

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Constraint or trigger name -> the sentence shown. Each room adds its own, next to its models.
sentences: dict[str, str] = {}


class Table(SQLModel):
    """The base of every table: BankLine is stored as bank_line."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy calls it with the class
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


def index_where(name: str, *columns: str, where: str, unique: bool = True) -> Index:
    """An index over the rows for which `where` holds, the same on both databases."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


class Broken(NotPossible):
    """{sentence}"""


class _Connected:
    """`pages` are the connections that only look. On SQLite they are others than those that write,
    since to turn one into the other makes it compile every statement again.
    """

    engine: Engine | None = None
    pages: Engine | None = None


# One writer at a time in this process. SQLite lets one in anyhow; waiting here in turn, instead of
# in its busy handler, keeps the slowest waits short (design/performance.md).
_gate = threading.Lock()


def new_id() -> UUID:
    """A UUIDv7: ordered by time, made here, so that a form can carry it as its own key."""
    return uuid7()


def connect(url: str) -> Engine:
    """Point this process at one database. Tests call it again for each of theirs."""
    if _Connected.engine is not None:
        _Connected.engine.dispose()
    engine = pages = _made(url)
    if url.startswith("sqlite"):
        pages = _made(url)
        event.listen(engine, "engine_disposed", lambda _: pages.dispose())
    _Connected.engine, _Connected.pages = engine, pages
    return engine


def _made(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_size=20, max_overflow=20)
    lite = create_engine(url)
    event.listen(lite, "connect", _sqlite_connected)
    event.listen(lite, "begin", _sqlite_begins)
    return lite


def engine() -> Engine:
    if _Connected.engine is None:
        raise RuntimeError("no database yet: call db.connect(url) first")
    return _Connected.engine


def _sqlite_connected(raw: sqlite3.Connection, _record: object) -> None:
    raw.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # what we said was saved stays saved, also through a power cut
        "foreign_keys=ON",
        "recursive_triggers=ON",  # INSERT OR REPLACE must meet the triggers that refuse a delete
        "busy_timeout=5000",
        "secure_delete=ON",  # what is deleted (who cast which ballot, words of a person) is gone
        "cache_size=-16000",  # 16 MB: a month's dues of hundreds fit in without spilling
    ):
        raw.execute(f"PRAGMA {pragma}")


def _sqlite_begins(connection: Any) -> None:
    writes = connection.get_execution_options().get("writes", False)
    if connection.info.get("writes") is not writes:
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        connection.info["writes"] = writes
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")


def is_sqlite() -> bool:
    return engine().dialect.name == "sqlite"


@contextmanager
def reading() -> Iterator[Session]:
    """A session that can only look. The database refuses a write, so a GET is pure by force."""
    engine()
    with Session(_Connected.pages, expire_on_commit=False) as session:
        options = {"writes": False} if is_sqlite() else {"postgresql_readonly": True}
        session.connection(execution_options=options)
        yield session


@contextmanager
def transaction() -> Iterator[Session]:
    """Everything inside is saved together, durably, or none of it is."""
    if not is_sqlite():
        with _writing({}) as session:
            yield session
        return
    with _gate, _writing({"writes": True}) as session:
        yield session


@contextmanager
def _writing(options: dict[str, Any]) -> Iterator[Session]:
    with Session(engine(), expire_on_commit=False) as session:
        try:
            session.connection(execution_options=options)
            yield session
            session.commit()
        except DBAPIError as error:
            session.rollback()
            sentence = sentence_for(error)
            if sentence is None:
                raise
            raise Broken(sentence=sentence) from error


def sentence_for(error: DBAPIError) -> str | None:
    """The sentence of the constraint or trigger that refused, if its room gave it one."""
    said = str(error.orig)
    if match := re.search(r"UNIQUE constraint failed: ([\w., ]+)", said):
        said += " " + _unique_name(match[1].split(", "))
    names = sorted((name for name in sentences if re.search(rf"\b{name}\b", said)), key=len)
    return sentences[names[-1]] if names else None


def _unique_name(columns: list[str]) -> str:
    """SQLite names the columns of a broken unique key, not the key; look its name up."""
    table = SQLModel.metadata.tables.get(columns[0].split(".")[0])
    if table is None:
        return ""
    wanted = {column.split(".")[1] for column in columns}
    named = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    keys: list[UniqueConstraint | Index] = [*named, *(i for i in table.indexes if i.unique)]
    return next((str(k.name) for k in keys if {c.name for c in k.columns} == wanted), "")
