"""What the bank pages show: does the book agree with the bank, and which lines still wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from members.models import Membership
from payments import accounts, layouts, lines, opening_queries, splitting
from payments.answers import Answer, answers
from payments.models import BankAccount, BankImport, BankLine
from payments.reconciliation import Condition, Tie, is_waiting, tie
from payments.statements import read as reader
from payments.statements import refusals
from pools.jobs import Job
from pools.models import Pool

PAGE = 50
FEW = 12
SHOWN = 8
LONGEST = 40


@dataclass(frozen=True)
class Line:
    """A line of the bank. Pence; in is positive. `like`: it may be a payment that we had."""

    id: UUID
    happened_on: date
    amount: int
    words: str
    like: bool = False


@dataclass(frozen=True)
class Placed:
    """A line that has its place in the book, and why it is there."""

    line: Line
    seq: int
    why: str


@dataclass(frozen=True)
class Import:
    id: UUID
    name: str
    imported_at: datetime
    new: int
    old: int
    first_on: date
    last_on: date
    left_out: int


@dataclass(frozen=True)
class BankPage:
    """`fixed`: files came in, so that the account can't be changed any more."""

    name: str
    number: str
    last4: str
    fixed: bool
    tie: Tie | None
    waiting: tuple[Line, ...]
    waiting_count: int
    imports: tuple[Import, ...]
    placed: tuple[Placed, ...]
    left_out: tuple[Line, ...]
    asks_columns: bool


def bank_page(session: Session, pool: Pool) -> BankPage | None:
    """None while the group has not named its bank account."""
    account = accounts.of_pool(session, pool.id)
    if account is None:
        return None
    imports = _imports(session, account)
    return BankPage(
        name=account.name,
        number=account.number,
        last4=accounts.last4(account),
        fixed=bool(imports),
        tie=tie(session, pool, account.id),
        waiting=waiting_lines(session, pool.id),
        waiting_count=_count(session, *is_waiting(pool.id)),
        imports=imports,
        placed=_placed(session, account),
        left_out=_left_out(session, account),
        asks_columns=account.columns is None,
    )


def _imports(session: Session, account: BankAccount) -> tuple[Import, ...]:
    found = session.exec(
        select(BankImport)
        .where(BankImport.account_id == account.id)
        .order_by(col(BankImport.imported_at).desc(), col(BankImport.id).desc())
        .limit(FEW)
    )
    return tuple(
        Import(
            i.id, i.name, i.imported_at, i.new_lines, i.old_lines, i.first_on, i.last_on, i.left_out
        )
        for i in found
    )


def _line(row: BankLine) -> Line:
    return Line(row.id, row.happened_on, row.amount, row.words, row.like_id is not None)


def waiting_lines(session: Session, pool_id: UUID) -> tuple[Line, ...]:
    """The oldest first, one page of them."""
    found = session.exec(
        select(BankLine)
        .where(*is_waiting(pool_id))
        .order_by(col(BankLine.happened_on), col(BankLine.id))
        .limit(PAGE)
    )
    return tuple(map(_line, found))


def _count(session: Session, *which: Condition) -> int:
    return session.exec(select(sa.func.count()).select_from(BankLine).where(*which)).one()


def _placed(session: Session, account: BankAccount) -> tuple[Placed, ...]:
    """The newest lines that have their place, so that a wrong one is seen."""
    found = _newest(session, account, col(BankLine.entry_seq).is_not(None))
    return tuple(Placed(_line(row), row.entry_seq or 0, row.why or "") for row in found)


def _left_out(session: Session, account: BankAccount) -> tuple[Line, ...]:
    return tuple(map(_line, _newest(session, account, col(BankLine.left_out).is_not(None))))


def _newest(session: Session, account: BankAccount, which: Condition) -> Iterable[BankLine]:
    return session.exec(
        select(BankLine)
        .where(BankLine.account_id == account.id, which)
        .order_by(col(BankLine.happened_on).desc(), col(BankLine.id).desc())
        .limit(FEW)
    )


# --- one line ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LinePage:
    """`number` of `count` that wait; `after` is the next one. `like` is what it may be again.
    `whole` is what the bank has, if this line is only a part of it.
    """

    line: Line
    answers: tuple[Answer, ...]
    number: int
    count: int
    after: UUID | None
    like: "Like | None"
    whole: int | None


@dataclass(frozen=True)
class Like:
    """The line that came before, the file that it came in, and its place in the book if it has."""

    line: Line
    file: str
    came_at: datetime
    seq: int | None


def line_page(session: Session, pool: Pool, line_id: UUID) -> LinePage | None:
    """None when the line has its place already."""
    row = lines.line_of(session, pool.id, line_id)
    if not lines.is_open(row):
        return None
    return LinePage(
        line=_line(row),
        answers=answers(session, pool, row),
        number=_count(session, *is_waiting(pool.id), sa.not_(_later(row))),
        count=_count(session, *is_waiting(pool.id)),
        after=_first(session, pool.id, _later(row)),
        like=_like(session, row),
        whole=splitting.whole_of(session, row),
    )


def _later(row: BankLine) -> Condition:
    same_day = sa.and_(col(BankLine.happened_on) == row.happened_on, col(BankLine.id) > row.id)
    return sa.or_(col(BankLine.happened_on) > row.happened_on, same_day)


def _first(session: Session, pool_id: UUID, *which: Condition) -> UUID | None:
    return session.exec(
        select(BankLine.id)
        .where(*is_waiting(pool_id), *which)
        .order_by(col(BankLine.happened_on), col(BankLine.id))
        .limit(1)
    ).first()


def next_line(session: Session, pool_id: UUID, line_id: UUID) -> UUID | None:
    """The line that waits after this one; else the first that waits; None when none does."""
    row = lines.line_of(session, pool_id, line_id)
    return _first(session, pool_id, _later(row)) or _first(session, pool_id)


def _like(session: Session, row: BankLine) -> Like | None:
    if row.like_id is None:
        return None
    before = session.get_one(BankLine, row.like_id)
    file = session.get_one(BankImport, before.import_id)
    return Like(_line(before), file.name, file.imported_at, before.entry_seq)


# --- choosing columns ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Choosing:
    """A table whose columns are to be chosen: each heading with the first thing that stands under
    it, how many rows stand above the payments, and a proposal if there is one.
    """

    upload_id: UUID
    name: str
    headings: tuple[tuple[str, str], ...]
    skip: int
    guess: reader.Columns | None


@dataclass(frozen=True)
class ReadAs:
    """What the file says when it is read by these columns; or why it can't be."""

    columns: reader.Columns
    lines: tuple[reader.Line, ...] = ()
    count: int = 0
    came_in: int = 0
    went_out: int = 0
    refusal: str = ""


def choosing(session: Session, pool: Pool, upload_id: UUID) -> Choosing:
    upload = layouts.upload_of(session, pool.id, upload_id)
    seen = reader.preview(upload.body)
    headings = tuple(
        (_short(heading), _short(next((row[n] for row in seen.rows if row[n]), "")))
        for n, heading in enumerate(seen.headings)
    )
    guess = reader.guess_columns(upload.body)
    return Choosing(upload.id, upload.name, headings, seen.skip, guess)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def read_as(session: Session, pool: Pool, upload_id: UUID, columns: reader.Columns) -> ReadAs:
    body = layouts.upload_of(session, pool.id, upload_id).body
    try:
        lines = reader.read(body, columns).lines
    except refusals.FileRefused as refusal:
        return ReadAs(columns, refusal=refusal.sentence)
    amounts = [line.amount for line in lines]
    return ReadAs(
        columns,
        lines[:SHOWN],
        len(lines),
        sum(amount for amount in amounts if amount > 0),
        sum(amount for amount in amounts if amount < 0),
    )


# --- jobs ----------------------------------------------------------------------------------------


def jobs(
    session: Session, pool: Pool, me: Membership, roles: frozenset[str], *, now: datetime
) -> tuple[Job, ...]:
    """Lines that wait for the treasurer; what another person must look at; and, while there is
    none, the account to be named. `now` is not needed: a line waits until it is matched.
    """
    del now
    if roles & set(accounts.KEEPERS) and accounts.of_pool(session, pool.id) is None:
        return (Job("Add the bank account", f"/g/{pool.slug}/bank"),)
    first = opening_queries.jobs(session, pool, me, roles)
    if "treasurer" not in roles:
        return first
    count = _count(session, *is_waiting(pool.id))
    if not count:
        return first
    return (*first, Job("Match lines of the bank", f"/g/{pool.slug}/bank", count))
