"""A group with a bank account and files as its bank would write them. With real commits."""

from dataclasses import dataclass
from datetime import date, datetime

import bills_making as hubs
from bills_making import NOW, Hub
from sqlmodel import select

import db
from demo.bank import Move, statement
from ledger import audit, queries
from payments import accounts, imports, matching
from payments import lines as finding
from payments.accounts import File
from payments.models import BankImport, BankLine
from payments.statements.read import Columns
from pools.models import FundingSource

NUMBER = "12344471"
DAY = date(2026, 12, 10)
COLUMNS = Columns(
    date=0, amount=2, money_in=None, money_out=None, words=(1,), day_first=True, skip=1
)
HEADING = "Date,Description,Amount\n"


@dataclass
class Bank:
    """The Thursday Hub, its treasurer, and its account at the bank."""

    hub: Hub
    account: accounts.BankAccount

    @property
    def pool(self):
        return self.hub.pool

    @property
    def treasurer(self):
        return self.hub.treasurer


def bank(slug="thursday-hub", *, number=NUMBER, **other) -> Bank:
    other = {"paid_in": 0} | other
    hub = hubs.hub(slug, **other)
    with db.transaction() as session:
        account = accounts.set_up(
            session, hub.pool, hub.treasurer, "Club account", number, key=db.new_id(), now=NOW
        )
    return Bank(hub, account)


def source(one: Bank, person: int) -> FundingSource:
    with db.reading() as session:
        who = one.hub.people[person]
        return session.exec(
            select(FundingSource).where(FundingSource.membership_id == who.id)
        ).one()


def reference(one: Bank, person: int) -> str:
    return source(one, person).reference


def move(amount, words="SOMEBODY", *, on=DAY, ref=None) -> Move:
    return Move(on, amount, words, ref or f"R{db.new_id().hex}")


def ofx(*moves: Move, closing=None, on=None) -> bytes:
    total = sum(one.amount for one in moves)
    last = max(one.on for one in moves)
    return statement(moves, closing=total if closing is None else closing, on=on or last).encode()


def csv(*moves: Move) -> bytes:
    rows = [f"{m.on:%d/%m/%Y},{m.words},{m.amount / 100:.2f}\n" for m in moves]
    return (HEADING + "".join(rows)).encode()


def take_in(one: Bank, body: bytes, *, by=None, key=None, now: datetime = NOW, columns=None):
    with db.transaction() as session:
        return imports.take_in(
            session, one.pool, by or one.treasurer, File("bank.ofx", body),
            columns=columns, key=key or db.new_id(), now=now,
        )  # fmt: skip


def bring_in(one: Bank, body: bytes, *, by=None, key=None, now: datetime = NOW, name="bank.csv"):
    with db.transaction() as session:
        return imports.bring_in(
            session, one.pool, by or one.treasurer, File(name, body),
            key=key or db.new_id(), now=now,
        )  # fmt: skip


def take_upload(one: Bank, upload_id, columns=COLUMNS, *, now: datetime = NOW):
    with db.transaction() as session:
        return imports.take_upload(session, one.pool, one.treasurer, upload_id, columns, now=now)


def match(one: Bank, line, answer, *, by=None, now: datetime = NOW) -> int:
    with db.transaction() as session:
        return matching.match(session, one.pool, line.id, answer, by=by or one.treasurer, now=now)


def leave_out(one: Bank, line, *, by=None):
    with db.transaction() as session:
        matching.leave_out(session, one.pool, line.id, by=by or one.treasurer, now=NOW)


def put_back(one: Bank, line):
    with db.transaction() as session:
        matching.put_back(session, one.pool, line.id, by=one.treasurer)


def lines(one: Bank) -> list[BankLine]:
    with db.reading() as session:
        found = session.exec(
            select(BankLine)
            .where(BankLine.account_id == one.account.id)
            .order_by(BankLine.happened_on, BankLine.id)
        )
        return list(found)


def waiting(one: Bank) -> list[BankLine]:
    return [line for line in lines(one) if finding.is_open(line)]


def files(one: Bank) -> list[BankImport]:
    with db.reading() as session:
        return list(session.exec(select(BankImport).where(BankImport.account_id == one.account.id)))


def in_book(one: Bank) -> int:
    """What the book says lies at the bank; the whole book is audited on the way."""
    with db.reading() as session:
        assert audit.findings(session, one.pool.book_id) == []
        return queries.held_in(session, one.pool.book_id, "bank")


def entries(one: Bank) -> int:
    with db.reading() as session:
        return queries.head(session, one.pool.book_id).seq


def money_of(one: Bank, person: int) -> int:
    with db.reading() as session:
        fund = source(one, person).fund_id
        return queries.fund_money(session, one.pool.book_id, (fund,))[fund]


def multipart(answers: dict[str, str], body: bytes, name: str) -> dict[str, object]:
    """A form with a file, as the arguments of a POST."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in answers.items()
    ]
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    sent = b"".join(parts) + head.encode() + body + b"\r\n--x--\r\n"
    return {"data": sent, "content_type": "multipart/form-data; boundary=x"}
