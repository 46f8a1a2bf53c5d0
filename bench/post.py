"""Posting through the whole service path, beside the same facts written by hand in the same run.

    .venv/bin/python bench/post.py [--quick]

By hand means the barest durable double entry: one entry, two postings, two balances, the head read
and moved with sha256, nothing checked. Ours also checks, seals, salts, guards by triggers and
foreign keys, and keeps month totals and the words. Guarded means by hand into our own tables, so
the database's guards count for both. Rounds alternate and medians count, since fsync is noisy.
"""

import hashlib
import secrets
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import postgres

import db
import migrations
import migrations.tables
from ledger import accounting, journal
from ledger.accounting import Facts

QUICK = "--quick" in sys.argv
ROUNDS, POSTS, MEMBERS, CLIENTS = (3, 60, 500, 16) if QUICK else (9, 250, 500, 16)
NOW, DAY = datetime(2026, 6, 12, 10, tzinfo=UTC), date(2026, 6, 12)
Post = Callable[[int], object]


# --- by hand -------------------------------------------------------------------------------------

BY_HAND = """
CREATE TABLE book (id {uuid} PRIMARY KEY, seq {int} NOT NULL, hash {bytes} NOT NULL);
CREATE TABLE entry (book {uuid} NOT NULL, seq {int} NOT NULL, key TEXT NOT NULL,
  happened_on {date} NOT NULL, kind TEXT NOT NULL, words TEXT NOT NULL, content {bytes} NOT NULL,
  hash {bytes} NOT NULL, PRIMARY KEY (book, seq), UNIQUE (book, key));
CREATE TABLE posting (book {uuid} NOT NULL, seq {int} NOT NULL, line {int} NOT NULL,
  account TEXT NOT NULL, fund {uuid} NOT NULL, amount {int} NOT NULL,
  PRIMARY KEY (book, seq, line));
CREATE TABLE balance (book {uuid} NOT NULL, fund {uuid} NOT NULL, account TEXT NOT NULL,
  amount {int} NOT NULL, PRIMARY KEY (book, fund, account));
"""
ADD = "ON CONFLICT (book, fund, account) DO UPDATE SET amount = balance.amount + excluded.amount"


def content(key: str, fund: str, amount: int) -> bytes:
    return orjson.dumps(
        {
            "key": key,
            "kind": "contribution",
            "happened_on": "2026-06-12",
            "words": "Paid in",
            "lines": [["bank", fund, amount], ["contributions", fund, -amount]],
        },
        option=orjson.OPT_SORT_KEYS,
    )


class SqliteByHand:
    def __init__(self, path: Path, funds: list[UUID]) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            + BY_HAND.format(uuid="TEXT", int="INTEGER", bytes="BLOB", date="TEXT")
        )
        self.book, self.funds = uuid4().hex, [fund.hex for fund in funds]
        self.connection.execute("INSERT INTO book VALUES (?, 0, ?)", (self.book, bytes(32)))

    def one(self, number: int) -> None:
        self.many([number])

    def many(self, numbers: list[int]) -> None:
        run, book = self.connection.execute, self.book
        run("BEGIN IMMEDIATE")
        seq, digest = run("SELECT seq, hash FROM book WHERE id = ?", (book,)).fetchone()
        entries, postings, balances = [], [], []
        for number in numbers:
            seq, key, fund = seq + 1, f"bank:{uuid4()}", self.funds[number % len(self.funds)]
            body = content(key, fund, 4000)
            digest = hashlib.sha256(digest + body).digest()
            entries.append((book, seq, key, "2026-06-12", "contribution", "Paid in", body, digest))
            postings += [(book, seq, 1, "bank", fund, 4000)]
            postings += [(book, seq, 2, "contributions", fund, -4000)]
            balances += [(book, fund, "bank", 4000), (book, fund, "contributions", -4000)]
        many = self.connection.executemany
        many("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)", entries)
        many("INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?)", postings)
        many(f"INSERT INTO balance VALUES (?, ?, ?, ?) {ADD}", balances)
        run("UPDATE book SET seq = ?, hash = ? WHERE id = ?", (seq, digest, book))
        run("COMMIT")


class CoreByHand:
    """The same by SQLAlchemy Core, set by set: what a plain program of this kind would do."""

    def __init__(self, path: Path, funds: list[UUID]) -> None:
        SqliteByHand(path, funds).connection.close()
        self.engine = sa.create_engine(f"sqlite:///{path}")
        meta = sa.MetaData()
        meta.reflect(self.engine)
        self.tables, self.funds = meta.tables, [fund.hex for fund in funds]
        with self.engine.begin() as connection:
            self.book = connection.scalar(sa.select(meta.tables["book"].c.id))

    def many(self, numbers: list[int]) -> None:
        book, entries, postings, balances = self.tables["book"], [], [], []
        with self.engine.begin() as connection:
            seq, digest = connection.execute(sa.select(book.c.seq, book.c.hash)).one()
            for number in numbers:
                seq, key, fund = seq + 1, f"bank:{uuid4()}", self.funds[number % len(self.funds)]
                body = content(key, fund, 4000)
                digest = hashlib.sha256(digest + body).digest()
                told = {"happened_on": "2026-06-12", "kind": "contribution", "words": "Paid in"}
                entries.append(
                    {"book": self.book, "seq": seq, "key": key, "content": body, "hash": digest}
                    | told
                )
                for line, account, amount in (1, "bank", 4000), (2, "contributions", -4000):
                    place = {"book": self.book, "account": account, "fund": fund, "amount": amount}
                    postings.append(place | {"seq": seq, "line": line})
                    balances.append(place)
            connection.execute(self.tables["entry"].insert(), entries)
            connection.execute(self.tables["posting"].insert(), postings)
            keep = sqlite.insert(self.tables["balance"])
            more = self.tables["balance"].c.amount + keep.excluded.amount
            place_ = ["book", "fund", "account"]
            connection.execute(keep.on_conflict_do_update(place_, set_={"amount": more}), balances)
            connection.execute(book.update().values(seq=seq, hash=digest))


ONE_STATEMENT = f"""
WITH head AS (UPDATE book SET seq = seq + 1, hash = sha256(hash || %(body)s)
    WHERE id = %(book)s RETURNING seq, hash),
  added AS (INSERT INTO entry SELECT %(book)s, seq, %(key)s, '2026-06-12', 'contribution',
    'Paid in', %(body)s, hash FROM head),
  posted AS (INSERT INTO posting SELECT %(book)s, seq, line, account, %(fund)s, amount
    FROM head, (VALUES (1, 'bank', 4000), (2, 'contributions', -4000)) l (line, account, amount)),
  kept AS (INSERT INTO balance VALUES (%(book)s, %(fund)s, 'bank', 4000),
    (%(book)s, %(fund)s, 'contributions', -4000) {ADD})
SELECT seq FROM head
"""


class PostgresByHand:
    """Everything in one statement, hashed by the database: one round trip, committed by itself."""

    statement, path = ONE_STATEMENT, "hand"

    def __init__(self, url: str, funds: list[UUID]) -> None:
        self.url, self.book, self.funds = url, uuid4(), funds
        self.mine = threading.local()
        with self.connection() as connection:
            connection.execute(
                BY_HAND.format(uuid="UUID", int="BIGINT", bytes="BYTEA", date="DATE")
                .replace("TABLE ", "TABLE hand.")
                .join(["CREATE SCHEMA hand;", ""])
            )
            connection.execute("INSERT INTO book VALUES (%s, 0, %s)", (self.book, bytes(32)))

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        if not hasattr(self.mine, "connection"):
            options = f"-c search_path={self.path}"
            self.mine.connection = psycopg.connect(self.url, autocommit=True, options=options)
        yield self.mine.connection

    def one(self, number: int) -> None:
        key, fund = f"bank:{uuid4()}", self.funds[number % len(self.funds)]
        facts = {"book": self.book, "fund": fund, "key": key}
        with self.connection() as connection:
            connection.execute(self.statement, facts | {"body": content(key, str(fund), 4000)})


GUARDED = """
WITH head AS (SELECT head_seq + 1 AS seq, head_hash, total + 4000 AS total FROM book
    WHERE book_id = %(book)s FOR UPDATE),
  entry_ AS (INSERT INTO entry (book_id, seq, kind, happened_on, month, recorded_at, key, money_in,
      money_out, total, content, hash)
    SELECT %(book)s, seq, 'contribution', '2026-06-12', 24317, now(), %(key)s, 4000, 0, total,
      %(body)s, sha256(head_hash || int8send(seq) || sha256(%(body)s)) FROM head
    RETURNING seq, hash, total),
  posting_ AS (INSERT INTO posting (book_id, seq, line, account, fund_id, month, unit, amount)
    SELECT %(book)s, seq, line, account, %(fund)s, 24317, 'GBP', amount
    FROM head, (VALUES (1, 'bank', 4000), (2, 'contributions', -4000)) l (line, account, amount)
    RETURNING 1),
  text_ AS (INSERT INTO entry_text (book_id, seq, field, salt, text)
    SELECT %(book)s, seq, 'words', %(body)s, 'Paid in' FROM head RETURNING 1),
  balance_ AS (INSERT INTO balance (book_id, fund_id, account, unit, amount)
    VALUES (%(book)s, %(fund)s, 'bank', 'GBP', 4000),
      (%(book)s, %(fund)s, 'contributions', 'GBP', -4000)
    ON CONFLICT (book_id, fund_id, account, unit)
    DO UPDATE SET amount = balance.amount + excluded.amount RETURNING 1),
  month_ AS (INSERT INTO month_total (book_id, month, fund_id, account, unit, amount)
    VALUES (%(book)s, 24317, %(fund)s, 'bank', 'GBP', 4000),
      (%(book)s, 24317, %(fund)s, 'contributions', 'GBP', -4000)
    ON CONFLICT (book_id, month, fund_id, account, unit)
    DO UPDATE SET amount = month_total.amount + excluded.amount RETURNING 1)
UPDATE book SET head_seq = entry_.seq, head_hash = entry_.hash, total = entry_.total FROM entry_
  WHERE book_id = %(book)s AND (SELECT COUNT(*) FROM posting_) > -1
  AND (SELECT COUNT(*) FROM text_) > -1 AND (SELECT COUNT(*) FROM balance_) > -1
  AND (SELECT COUNT(*) FROM month_) > -1
"""


class PostgresGuarded(PostgresByHand):
    """One statement by hand into a book of our tables, with their triggers and foreign keys."""

    statement = GUARDED

    def __init__(self, url: str, ours: "Ours") -> None:
        self.url, self.book, self.funds = url, ours.book, ours.funds
        self.mine, self.path = threading.local(), "public"


# --- ours ----------------------------------------------------------------------------------------


class Ours:
    """The service path that every room uses: a transaction, a draft, journal.post."""

    def __init__(self, url: str) -> None:
        migrations.upgrade(db.connect(url))
        self.months = 0
        with db.transaction() as session:
            self.book = journal.open_book(session, "GBP", now=NOW).book_id
            self.funds = [
                journal.open_fund(session, self.book, "member", uuid4(), "direct_payment")
                for _ in range(MEMBERS)
            ]

    def draft(self, number: int, on: date = DAY) -> accounting.Draft:
        facts = Facts(on=on, key=f"bank:{uuid4()}", words="Paid in", by=self.book)
        return accounting.contribution(self.funds[number % MEMBERS], 4000, facts)

    def one(self, number: int) -> None:
        with db.transaction() as session:
            journal.post(session, self.book, self.draft(number), now=NOW)

    def many(self, numbers: list[int]) -> None:
        """One month's dues; the next call is the next month."""
        self.months += 1
        on = date(DAY.year + self.months // 12, self.months % 12 + 1, 1)
        with db.transaction() as session:
            drafts = [self.draft(number, on) for number in numbers]
            journal.post_many(session, self.book, drafts, now=NOW)


# --- measuring -----------------------------------------------------------------------------------


_clients: dict[tuple[Post, int], ThreadPoolExecutor] = {}


def rate(post: Post, clients: int = 1) -> float:
    """Posts a second, from as many threads as there are clients. The threads stay from one round to
    the next, and so do their connections: making these is no part of a post.
    """
    each = POSTS // clients
    workers = _clients.setdefault((post, clients), ThreadPoolExecutor(clients))

    def work(_: int) -> None:
        for _ in range(each):
            post(secrets.randbelow(MEMBERS))

    start = time.perf_counter()
    list(workers.map(work, range(clients)))
    return each * clients / (time.perf_counter() - start)


def batch_rate(many: Callable[[list[int]], object]) -> float:
    start = time.perf_counter()
    many(list(range(MEMBERS)))
    return MEMBERS / (time.perf_counter() - start)


def compare(ways: dict[str, Callable[[], float]]) -> dict[str, float]:
    """The median of each way, measured in alternating rounds after one to warm up."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS + 1):
        for name, measure in ways.items():
            figure = measure()
            if number:
                found[name].append(figure)
    return {name: statistics.median(figures) for name, figures in found.items()}


def show(title: str, rates: dict[str, float], aim: str) -> None:
    first = next(iter(rates.values()))
    print(f"\n{title}   (aim: {aim})")
    for name, figure in rates.items():
        print(f"  {name:42} {figure:10,.0f} /s   x {figure / first:5.2f}")


def on_sqlite(folder: Path) -> None:
    ours = Ours(f"sqlite:///{folder / 'ours.db'}")
    hand = SqliteByHand(folder / "hand.db", ours.funds)
    singles = {
        "raw sqlite3, by hand": lambda: rate(hand.one),
        "ours, the whole service path": lambda: rate(ours.one),
    }
    show("SQLite, one durable post at a time", compare(singles), "0.40, better 0.45")
    core = CoreByHand(folder / "core.db", ours.funds)
    batches = {
        "raw sqlite3, by hand": lambda: batch_rate(hand.many),
        "SQLAlchemy Core, by hand": lambda: batch_rate(core.many),
        "ours, the whole service path": lambda: batch_rate(ours.many),
    }
    title = f"SQLite, {MEMBERS} members' dues in one batch"
    show(title, compare(batches), "0.40 of raw; 0.39 of Core")
    db.engine().dispose()


def on_postgres(url: str) -> None:
    ours = Ours(url)
    hand = PostgresByHand(url, ours.funds)
    guarded = PostgresGuarded(url, Ours(url))
    ways = {
        "one statement by hand, guarded": lambda: rate(guarded.one),
        "the barest statement by hand": lambda: rate(hand.one),
        "ours, the whole service path": lambda: rate(ours.one),
        f"guarded by hand, {CLIENTS} clients": lambda: rate(guarded.one, CLIENTS),
        f"the barest by hand, {CLIENTS} clients": lambda: rate(hand.one, CLIENTS),
        f"ours, {CLIENTS} clients": lambda: rate(ours.one, CLIENTS),
    }
    rates = compare(ways)
    show("PostgreSQL, one book, durable", rates, "0.8 of guarded; 16 clients 0.45 of our one")
    print(
        f"  ours with {CLIENTS} clients is {rates[f'ours, {CLIENTS} clients'] / rates['ours, the whole service path']:.2f} of ours with one"
    )
    db.engine().dispose()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="club-bench-") as folder:
        on_sqlite(Path(folder))
    with postgres.running(durable=True) as url:
        on_postgres(url)


if __name__ == "__main__":
    main()
