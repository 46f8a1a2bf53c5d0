"""Somebody who owns the machine: no trigger, no key and no constraint stands in their way."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import db
from ledger.models import Book

Row = dict[str, Any]


class Intruder:
    def __init__(self, raw: Any, mark: str) -> None:
        self.raw, self.mark = raw, mark

    def run(self, statement: str, values: tuple[Any, ...] = ()) -> list[Row]:
        cursor = self.raw.cursor()
        cursor.execute(statement.replace("?", self.mark), values)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()] if names else []

    def last_row(self, table: str, book: UUID, where: str = "") -> Row:
        """The row of this book with the highest key."""
        order = ", ".join(f"{name} DESC" for name in keys(table))
        bound = book.hex if self.mark == "?" else book
        return self.run(
            f"SELECT * FROM {table} WHERE book_id = ? {where} ORDER BY {order} LIMIT 1", (bound,)
        )[0]

    def write(self, table: str, row: Row, column: str, value: object) -> Row:
        """Change one value of one row, and say what the row is now."""
        where = " AND ".join(f"{name} = ?" for name in keys(table))
        statement = f"UPDATE {table} SET {column} = ? WHERE {where}"
        self.run(statement, (value, *(row[name] for name in keys(table))))
        return row | {column: value}


def keys(table: str) -> list[str]:
    return [column.name for column in Book.metadata.tables[table].primary_key]


@contextmanager
def at_work() -> Iterator[Intruder]:
    if db.is_sqlite():
        path = db.engine().url.database
        with closing(sqlite3.connect(str(path), isolation_level=None)) as raw:
            for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                raw.execute(f"DROP TRIGGER {name}")
            raw.execute("PRAGMA ignore_check_constraints = ON")
            yield Intruder(raw, "?")
        return
    with closing(db.engine().raw_connection()) as raw:
        raw.driver_connection.autocommit = True
        raw.cursor().execute("SET session_replication_role = replica")
        yield Intruder(raw, "%s")
        raw.cursor().execute("SET session_replication_role = origin")
        raw.driver_connection.autocommit = False


def flipped(value: Any) -> Any:
    """The same value with the least thing changed in it, still of its type."""
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, UUID):
        return UUID(int=value.int ^ 1)
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    return value[:-1] + chr(ord(value[-1]) ^ 1)
