"""The SQL of posting, written out for each database, and how its values are bound.

Posting takes two steps: look (lock the head, see all that the rules need), then write. They go to
the driver as they stand: no unit of work, no statement built or compiled on each call.
"""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain as joined
from typing import Any, NamedTuple, Protocol
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

# Every column that a post writes, with its type on PostgreSQL, in the order of Rows.
COLUMNS = {
    "entry": "book_id uuid, seq bigint, kind text, happened_on date, month int,"
    " recorded_at timestamptz, recorded_by uuid, key text, authority text, reverses bigint,"
    " money_in bigint, money_out bigint, total bigint, content bytea, hash bytea",
    "posting": "book_id uuid, seq bigint, line int, account text, fund_id uuid, month int,"
    " unit text, amount bigint",
    "entry_text": "book_id uuid, seq bigint, field text, salt bytea, text text",
    "balance": "book_id uuid, fund_id uuid, account text, unit text, amount bigint",
    "month_total": "book_id uuid, month int, fund_id uuid, account text, unit text, amount bigint",
}
NAMES = {
    table: [column.split()[0] for column in columns.split(", ")]
    for table, columns in COLUMNS.items()
}
KEPT = ("balance", "month_total")  # sums: what is new is added to what is there
FEW = 12  # as many postings go into one statement on PostgreSQL row by row, more as arrays

Row = tuple[Any, ...]


class Wanted(NamedTuple):
    """What the drafts to post speak of, bound for this database."""

    book: Any
    keys: Collection[str]
    funds: Collection[Any]
    falls: Collection[Any]
    reverses: Collection[int]


class Rows(NamedTuple):
    """What a post writes, table by table, and where it leaves the head (seq, hash, total)."""

    entry: list[Row]
    posting: list[Row]
    entry_text: list[Row]
    balance: list[Row]
    month_total: list[Row]
    head: tuple[int, bytes, int]


class Door(Protocol):
    """One session's driver, and how its database likes its values. The `as_` are how it writes out
    a column as text or bytes.
    """

    mark: str
    as_name: str
    as_day: str
    as_moment: str
    as_bytes: str

    def uuid(self, value: UUID, /) -> Any: ...
    def day(self, value: date, /) -> Any: ...
    def moment(self, value: datetime, /) -> Any: ...

    def accounts(self, book: Any, /) -> Sequence[Row]:
        """Code and kind of each account of a book."""

    def look(self, wanted: Wanted, /) -> Sequence[Row]:
        """Lock the book's head and tell what stands there. Each row says in front what it is:

        head: unit, -, seq, total, hash · key: key, -, seq · back: -, -, seq, what it reverses
        fund: id in hex · money: fund in hex, unit, pence in one asset account
        """

    def write(self, book: Any, rows: Rows, /) -> None: ...

    def stream(self, statement: str, values: Sequence[Any], /) -> Iterator[Row]:
        """The rows of a statement of any length, without holding them all."""


def door(session: Session) -> Door:
    connection = session.connection()
    return Lite(connection) if connection.dialect.name == "sqlite" else Postgres(connection)


@contextmanager
def _as_sqlalchemy(connection: Connection, statement: str, kind: type[Exception]) -> Iterator[None]:
    """The driver's errors, in the form that db.transaction() turns into sentences."""
    try:
        yield
    except kind as error:
        raise DBAPIError.instance(
            statement, None, error, kind, dialect=connection.dialect
        ) from error


_ACCOUNTS = "SELECT code, kind FROM account WHERE book_id = {book}"
_LOOK = {
    "head": "SELECT 'head', unit, '', head_seq, total, head_hash FROM {head}",
    "keys": "SELECT 'key', key, NULL, seq, NULL, NULL FROM entry"
    " WHERE book_id = {book} AND key {some}",
    "funds": "SELECT 'fund', {fund_id}, NULL, NULL, NULL, NULL FROM fund f"
    " WHERE f.book_id = {book} AND f.fund_id {some}",
    "falls": "SELECT 'money', {fund_id}, f.unit, f.amount, NULL, NULL FROM balance f"
    " JOIN account a ON a.book_id = f.book_id AND a.code = f.account AND a.kind = 'asset'"
    " WHERE f.book_id = {book} AND f.fund_id {some}",
    "reverses": "SELECT 'back', NULL, NULL, seq, reverses, NULL FROM entry"
    " WHERE book_id = {book} AND reverses {some}",
}


# PostgreSQL: the head is locked first. The last row is its seq as it was before any waiting.
_LOCKED = "WITH head AS (SELECT * FROM book WHERE book_id = %s FOR UPDATE) "
_SEEN = "SELECT 'seen', NULL, NULL, head_seq, NULL, NULL FROM book WHERE book_id = %s"
_HEX = "replace(f.fund_id::text, '-', '')"
# Key by key, or PostgreSQL, as long as it knows nothing of a table's size, reads the whole book.
_MANY_KEYS = (
    "SELECT 'key', e.key, NULL, e.seq, NULL, NULL FROM (SELECT {book}::uuid AS id) b,"
    " unnest(%s::text[]) k, LATERAL (SELECT e.key, e.seq FROM entry e"
    " WHERE e.book_id = b.id AND e.key = k LIMIT 1) e"
)


@lru_cache(maxsize=256)
def _look(*counts: int, lite: bool) -> str:
    """The look for so many keys, funds and so on. What nothing is wanted of is left out."""
    mark, fund_id = ("?", "f.fund_id") if lite else ("%s", _HEX)
    parts = [_LOOK["head"].format(head="book WHERE book_id = ?" if lite else "head")]
    for name, count in zip(Wanted._fields[1:], counts, strict=True):
        several = f"IN ({', '.join(mark * count)})" if lite else "= ANY(%s)"
        form = _MANY_KEYS if name == "keys" and count > 1 and not lite else _LOOK[name]
        if count:
            some = several if count > 1 else f"= {mark}"
            parts.append(form.format(book=mark, fund_id=fund_id, some=some))
    if lite:
        return " UNION ALL ".join(parts)
    return _LOCKED + " UNION ALL ".join([*parts, _SEEN])


def _insert(table: str, source: str) -> str:
    names = ", ".join(NAMES[table])
    statement = f"INSERT INTO {table} ({names}) {source}"
    if table not in KEPT:
        return statement
    kept = f"DO UPDATE SET amount = {table}.amount + excluded.amount"
    return f"{statement} ON CONFLICT ({names.removesuffix(', amount')}) {kept}"


def _marks(table: str, mark: str) -> str:
    return f"({', '.join([mark] * len(NAMES[table]))})"


# --- SQLite --------------------------------------------------------------------------------------

_LITE_WRITES = tuple(_insert(table, f"VALUES {_marks(table, '?')}") for table in COLUMNS)
_LITE_HEAD = "UPDATE book SET head_seq = ?, head_hash = ?, total = ? WHERE book_id = ?"


class Lite:
    """SQLite. db.transaction() holds the lock of the one writer, so the head needs no other."""

    mark = "?"
    as_name = as_day = "{0}"
    as_moment = "replace({0}, ' ', 'T') || 'Z'"
    as_bytes = "CAST({0} AS BLOB)"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.dbapi_connection

    def uuid(self, value: UUID) -> str:
        return value.hex

    def day(self, value: date) -> str:
        return value.isoformat()

    def moment(self, value: datetime) -> str:
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")

    def look(self, wanted: Wanted) -> Sequence[Row]:
        book, *lists = wanted
        statement = _look(*map(len, lists), lite=True)
        values = [book]
        for some in lists:
            values += [book, *some] if some else []
        return self._run(statement, values)

    def _run(self, statement: str, values: Sequence[Any]) -> Sequence[Row]:
        with _as_sqlalchemy(self._connection, statement, sqlite3.Error):
            rows: Sequence[Row] = self._driver.execute(statement, values).fetchall()
        return rows

    def accounts(self, book: str) -> Sequence[Row]:
        return self._run(_ACCOUNTS.format(book="?"), [book])

    def write(self, book: str, rows: Rows) -> None:
        for statement, some in zip(_LITE_WRITES, rows, strict=False):
            with _as_sqlalchemy(self._connection, statement, sqlite3.Error):
                self._driver.executemany(statement, some)
        with _as_sqlalchemy(self._connection, _LITE_HEAD, sqlite3.Error):
            self._driver.execute(_LITE_HEAD, (*rows.head, book))

    def stream(self, statement: str, values: Sequence[Any]) -> Iterator[Row]:
        with _as_sqlalchemy(self._connection, statement, sqlite3.Error):
            yield from self._driver.execute(statement, values)


# --- PostgreSQL ----------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _postgres_write(counts: tuple[int, ...] | None) -> str:
    """One statement for all tables: `counts` rows of each, or arrays of any number of them.

    The head moves last: its trigger must see the lines, so its condition reads what was inserted.
    """
    written = []
    for table, count in zip(COLUMNS, counts or (1,) * len(COLUMNS), strict=True):
        if counts:
            source = "VALUES " + ", ".join([_marks(table, "%s")] * count)
        else:
            types = (column.split()[1] for column in COLUMNS[table].split(", "))
            source = f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in types)})"
        if count:
            written.append((table, f"{table}_ AS ({_insert(table, source)} RETURNING 1)"))
    seen = " AND ".join(f"(SELECT COUNT(*) FROM {table}_) > -1" for table, _ in written)
    return (
        f"WITH {', '.join(part for _, part in written)} UPDATE book"
        f" SET head_seq = %s, head_hash = %s, total = %s WHERE book_id = %s AND {seen}"
    )


class Postgres:
    """PostgreSQL. The head's row is locked, so posts to one book wait in turn, others do not."""

    mark = "%s"
    as_name = as_day = "{0}::text"
    as_moment = "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    as_bytes = "{0}"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._driver: Any = connection.connection.dbapi_connection

    def uuid(self, value: UUID) -> UUID:
        return value

    def day(self, value: date) -> date:
        return value

    def moment(self, value: datetime) -> datetime:
        return value

    def _run(self, statement: str, values: Sequence[Any]) -> Any:
        with _as_sqlalchemy(self._connection, statement, psycopg.Error):
            return self._driver.execute(statement, values)

    def accounts(self, book: UUID) -> Sequence[Row]:
        rows: Sequence[Row] = self._run(_ACCOUNTS.format(book="%s"), [book]).fetchall()
        return rows

    def look(self, wanted: Wanted) -> Sequence[Row]:
        """Who waited for the lock got the newest head, but saw the rest as it was before they
        waited. Then the two heads differ, and a second look sees all of it under the lock.
        """
        book, *lists = wanted
        statement = _look(*(min(len(some), 2) for some in lists), lite=False)
        values = [book]
        for some in lists:
            if some:
                values += [book, list(some) if len(some) > 1 else next(iter(some))]
        values.append(book)
        rows: Sequence[Row] = self._run(statement, values).fetchall()
        heads = {row[3] for row in rows if row[0] in {"head", "seen"}}
        return rows if len(heads) < 2 else self._run(statement, values).fetchall()

    def write(self, book: UUID, rows: Rows) -> None:
        tables: tuple[list[Row], ...] = rows[:-1]
        if len(rows.posting) <= FEW:
            statement = _postgres_write(tuple(map(len, tables)))
            values = list(joined.from_iterable(joined.from_iterable(tables)))
        else:
            statement = _postgres_write(None)
            columns = (
                zip(*some, strict=True) if some else [()] * len(NAMES[table])
                for table, some in zip(COLUMNS, tables, strict=True)
            )
            values = [list(column) for column in joined.from_iterable(columns)]
        self._run(statement, [*values, *rows.head, book])

    def stream(self, statement: str, values: Sequence[Any]) -> Iterator[Row]:
        with (
            _as_sqlalchemy(self._connection, statement, psycopg.Error),
            self._driver.cursor(name=f"stream_{uuid4().hex}") as cursor,
        ):
            cursor.itersize = 5_000
            yield from cursor.execute(statement, values)
