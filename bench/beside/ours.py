"""Ours: the whole app on SQLite, a group of twenty, its book filled with bills or with payments.

python ours.py FOLDER ENTRIES shared|plain      on SQLite, the demo's group and its pages
python ours.py URL ENTRIES post                 on PostgreSQL, the money book alone
"""

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from answering import answer

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from pages import make, reader
from sqlmodel import select

import db
import migrations
from ledger import accounting, journal, queries
from ledger.accounting import Draft, Facts
from ledger.export import beancount, reading
from pools.models import FundingSource, Pool

PEOPLE, BATCH, DAYS = 20, 1_000, 2_000
NOW = datetime(2026, 6, 12, 10, tzinfo=UTC)


def shared(number: int, funds: list[UUID], on: date) -> Draft:
    facts = Facts(on=on, key=f"bench:{uuid4()}", words=f"Thursday {number}", outside=True)
    return accounting.spending(dict.fromkeys(funds[:PEOPLE], 200), "day_centre", facts)


def plain(number: int, funds: list[UUID], on: date) -> Draft:
    facts = Facts(on=on, key=f"bench:{uuid4()}", words=f"Thursday {number}", outside=True)
    one, two = funds[number % len(funds)], funds[(number + 7) % len(funds)]
    if number % 2:
        return accounting.spending({one: 1500, two: 1500}, "day_centre", facts)
    return accounting.contribution(one, 4000, facts)


KINDS = {"shared": shared, "plain": plain, "post": plain}


def fill(book: UUID, funds: list[UUID], entries: int, kind: str) -> None:
    first = date.today() - timedelta(days=DAYS)  # noqa: DTZ011 - any day will do
    for start in range(0, entries, BATCH):
        drafts = [
            KINDS[kind](n, funds, first + timedelta(days=n * DAYS // entries))
            for n in range(start, min(start + BATCH, entries))
        ]
        with db.transaction() as session:
            journal.post_many(session, book, drafts, now=NOW)


def more_funds(book: UUID, funds: list[UUID], most: int) -> list[UUID]:
    with db.transaction() as session:
        return funds + [
            journal.open_fund(session, book, "member", uuid4(), "direct_payment")
            for _ in range(most - len(funds))
        ]


def whole_app(folder: Path, entries: int, kind: str) -> None:
    app = make(folder, 0)
    with db.reading() as session:
        pool = session.exec(select(Pool).where(Pool.slug == "thursday-hub")).one()
        owned = select(FundingSource.fund_id).where(FundingSource.pool_id == pool.id)
        funds = list(session.exec(owned))
    book = pool.book_id
    funds = more_funds(book, funds, PEOPLE)
    fill(book, funds, entries, kind)
    if kind == "plain" and entries <= 100_000:
        write_journal(book, folder / "book.beancount")
    today = date.today()  # noqa: DTZ011 - any day will do
    month = f"from={today - timedelta(days=30)}&to={today}"
    page = reader(app, "/g/thursday-hub/money")

    def post(number: int = 1) -> None:
        with db.transaction() as session:
            journal.post(session, book, KINDS[kind](number, funds, today), now=NOW)

    def post_and_see() -> None:
        post()
        page()

    def balances() -> object:
        with db.reading() as session:
            return queries.trial_balance(session, book)

    answer(
        {
            "the book's page": page,
            "whose money is left": reader(app, f"/g/thursday-hub/statement?{month}"),
            "report by month": reader(app, "/g/thursday-hub/money/reports"),
            "post one shared by 20": post,
            "post it and see it": post_and_see,
            "balances": balances,
        }
    )


def write_journal(book: UUID, path: Path) -> None:
    with db.reading() as session, path.open("w") as file:
        file.writelines(beancount.journal(session, reading.whole(session, book), {}))


def book_alone(url: str, entries: int) -> None:
    migrations.upgrade(db.connect(url))
    with db.transaction() as session:
        book = journal.open_book(session, "GBP", now=NOW).book_id
    funds = more_funds(book, [], 50)
    fill(book, funds, entries, "post")
    count = [0]

    def post() -> None:
        count[0] += 1
        facts = Facts(on=NOW.date(), key=f"bench:{uuid4()}", words="Thursday", outside=True)
        draft = accounting.contribution(funds[count[0] % 50], 4000, facts)
        with db.transaction() as session:
            journal.post(session, book, draft, now=NOW)

    def balances() -> object:
        with db.reading() as session:
            return queries.fund_money(session, book, funds[:20])

    answer({"post one": post, "20 balances": balances})


if __name__ == "__main__":
    if sys.argv[3] == "post":
        book_alone(sys.argv[1], int(sys.argv[2]))
    else:
        whole_app(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
