"""The SQL of posting, written out once for each database, and how its values are bound.

The hot path runs these through the driver: no unit of work, no statement built on each call.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

ENTRY = (
    "book_id, seq, kind, happened_on, month, recorded_at, recorded_by, key, authority, reverses,"
    " money_in, money_out, total, content, hash"
)
POSTING = "book_id, seq, line, account, fund_id, month, unit, amount"
TEXT = "book_id, seq, field, salt, text"
BALANCE = "book_id, fund_id, account, unit, amount"
MONTH = "book_id, fund_id, account, unit, month, amount"


@dataclass(frozen=True)
class Speech:
    """How one database says the few things that the two say differently."""

    mark: str
    among: str  # "one of these values", given as one parameter
    lock: str
    uuid: Callable[[UUID], Any]
    back: Callable[[Any], UUID]
    moment: Callable[[datetime], Any]
    day: Callable[[date], Any]
    values: Callable[[Iterable[Any]], Any]


SQLITE = Speech(
    mark="?",
    among="IN (SELECT value FROM json_each(?))",
    lock="",  # db.transaction() holds the one writer's lock already
    uuid=lambda u: u.hex,
    back=UUID,
    moment=lambda at: (
        at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", timespec="microseconds")
    ),
    day=lambda on: on.isoformat(),
    values=lambda found: json.dumps(list(found)),
)
POSTGRES = Speech(
    mark="%s",
    among="= ANY(%s)",
    lock=" FOR UPDATE",
    uuid=lambda u: u,
    back=lambda u: u,
    moment=lambda at: at,
    day=lambda on: on,
    values=list,
)


class Words:
    """The statements themselves, in the speech of one database."""

    def __init__(self, speech: Speech) -> None:
        mark, among = speech.mark, speech.among
        self.head = (
            f"SELECT unit, head_seq, head_hash, total FROM book WHERE book_id = {mark}{speech.lock}"
        )
        self.known = f"SELECT key, seq FROM entry WHERE book_id = {mark} AND key {among}"
        self.reversed = f"SELECT seq FROM entry WHERE book_id = {mark} AND reverses {among}"
        self.accounts = f"SELECT code, kind FROM account WHERE book_id = {mark} AND code {among}"
        self.funds = f"SELECT fund_id FROM fund WHERE book_id = {mark} AND fund_id {among}"
        self.money = (
            "SELECT b.fund_id, b.unit, SUM(b.amount) FROM balance b JOIN account a"
            " ON a.book_id = b.book_id AND a.code = b.account AND a.kind = 'asset'"
            f" WHERE b.book_id = {mark} AND b.fund_id {among} GROUP BY b.fund_id, b.unit"
        )
        self.entry = _insert("entry", ENTRY, mark)
        self.posting = _insert("posting", POSTING, mark)
        self.text = _insert("entry_text", TEXT, mark)
        self.balance = _add("balance", BALANCE, mark)
        self.month = _add("month_total", MONTH, mark)
        self.move = (
            f"UPDATE book SET head_seq = {mark}, head_hash = {mark}, total = {mark}"
            f" WHERE book_id = {mark}"
        )


def _insert(table: str, columns: str, mark: str) -> str:
    marks = ", ".join([mark] * (columns.count(",") + 1))
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"


def _add(table: str, columns: str, mark: str) -> str:
    key = columns.removesuffix(", amount")
    return (
        f"{_insert(table, columns, mark)} ON CONFLICT ({key})"
        f" DO UPDATE SET amount = {table}.amount + excluded.amount"
    )


class Door:
    """The driver of one session: runs the statements with values bound as this database likes."""

    def __init__(self, session: Session) -> None:
        self._connection = session.connection()
        lite = self._connection.dialect.name == "sqlite"
        self.speech, self.words = (SQLITE, _LITE) if lite else (POSTGRES, _POST)

    def rows(self, statement: str, *values: Any) -> Sequence[Any]:
        return self._connection.exec_driver_sql(statement, values).fetchall()

    def write(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            self._connection.exec_driver_sql(statement, rows)


_LITE, _POST = Words(SQLITE), Words(POSTGRES)
