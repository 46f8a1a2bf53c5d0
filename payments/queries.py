"""What the bank pages show: does the book agree with the bank, and which lines still wait."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger import queries as ledger
from members.models import Membership
from payments import accounts
from payments.matching import OTHERS
from payments.models import BankImport, BankLine
from pools.jobs import Job
from pools.models import FundingSource, Pool
from pools.spending import bills

PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """A line of the bank that is not in the book yet. Pence; in is positive."""

    id: UUID
    happened_on: date
    amount: int
    words: str


@dataclass(frozen=True)
class Import:
    id: UUID
    name: str
    imported_at: datetime
    new: int
    old: int
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Tie:
    """Does the book agree with the bank? `bank` is the closing balance of the newest statement
    that states one, `book` what the book says lies at the bank, `waiting` the sum not matched.
    """

    bank: int
    on: date
    book: int
    waiting: int

    @property
    def difference(self) -> int:
        return self.bank - self.book - self.waiting

    @property
    def agrees(self) -> bool:
        return self.difference == 0 and self.waiting == 0


@dataclass(frozen=True)
class BankPage:
    name: str
    last4: str
    tie: Tie | None
    waiting: tuple[Waiting, ...]
    waiting_count: int
    imports: tuple[Import, ...]


@dataclass(frozen=True)
class Answer:
    """What a line could be: the form's value, its words, and why it is offered first, if it is."""

    value: str
    words: str
    why: str = ""


@dataclass(frozen=True)
class LinePage:
    line: Waiting
    answers: tuple[Answer, ...]
    left: int


def bank_page(session: Session, pool: Pool) -> BankPage | None:
    """None while the group has not named its bank account."""
    account = accounts.of_pool(session, pool.id)
    if account is None:
        return None
    imports = session.exec(
        select(BankImport)
        .where(BankImport.account_id == account.id)
        .order_by(col(BankImport.imported_at).desc(), col(BankImport.id).desc())
        .limit(12)
    )
    count, total = _waiting_sum(session, pool.id)
    return BankPage(
        name=account.name,
        last4=accounts.last4(account),
        tie=_tie(session, pool, account.id, total),
        waiting=waiting_lines(session, pool.id),
        waiting_count=count,
        imports=tuple(
            Import(i.id, i.name, i.imported_at, i.new_lines, i.old_lines, i.first_on, i.last_on)
            for i in imports
        ),
    )


def _open_lines(pool_id: UUID) -> tuple[object, ...]:
    return (
        BankLine.pool_id == pool_id,
        col(BankLine.entry_seq).is_(None),
        col(BankLine.left_out).is_(None),
    )


def waiting_lines(session: Session, pool_id: UUID) -> tuple[Waiting, ...]:
    """The oldest first, one page of them."""
    found = session.exec(
        select(BankLine)
        .where(*_open_lines(pool_id))  # type: ignore[arg-type]
        .order_by(col(BankLine.happened_on), col(BankLine.id))
        .limit(PAGE)
    )
    return tuple(Waiting(x.id, x.happened_on, x.amount, x.words) for x in found)


def _waiting_sum(session: Session, pool_id: UUID) -> tuple[int, int]:
    summed = select(func.count(), func.coalesce(func.sum(BankLine.amount), 0)).where(
        *_open_lines(pool_id)  # type: ignore[arg-type]
    )
    count, total = session.exec(summed).one()
    return int(count), int(total)


def _tie(session: Session, pool: Pool, account_id: UUID, waiting: int) -> Tie | None:
    newest = session.exec(
        select(BankImport)
        .where(BankImport.account_id == account_id, col(BankImport.closing).is_not(None))
        .order_by(col(BankImport.closing_on).desc(), col(BankImport.imported_at).desc())
        .limit(1)
    ).first()
    if newest is None or newest.closing is None:
        return None
    book = ledger.held_in(session, pool.book_id, "bank")
    return Tie(newest.closing, newest.closing_on or newest.last_on, book, waiting)


def line_page(session: Session, pool: Pool, line: BankLine) -> LinePage:
    count, _ = _waiting_sum(session, pool.id)
    shown = Waiting(line.id, line.happened_on, line.amount, line.words)
    return LinePage(shown, answers(session, pool, line), count)


def answers(session: Session, pool: Pool, line: BankLine) -> tuple[Answer, ...]:
    """Everything this line could be; what it is likely to be stands first, with the reason."""
    likely = _same_words_before(session, line)
    offered = [*_bills(session, pool, line), *_sources(session, pool, likely), *_others(line)]
    return tuple(sorted(offered, key=lambda answer: not answer.why))


def _bills(session: Session, pool: Pool, line: BankLine) -> list[Answer]:
    return [
        Answer(f"bill:{bill.id}", f"Bill {bill.number} from {bill.payee}", "The same amount")
        for bill in bills.waiting(session, pool.id)
        if bill.amount == -line.amount
    ]


def _sources(session: Session, pool: Pool, likely: set[UUID]) -> list[Answer]:
    found = session.exec(
        select(FundingSource, Membership.name)
        .join(Membership, col(Membership.id) == FundingSource.membership_id)
        .where(FundingSource.pool_id == pool.id)
        .order_by(Membership.name, FundingSource.reference)
    )
    return [
        Answer(
            f"source:{source.id}",
            f"{name} ({source.reference})",
            "The same words as a line you matched before" if source.id in likely else "",
        )
        for source, name in found
    ]


def _others(line: BankLine) -> list[Answer]:
    wanted = ("interest", "grant") if line.amount > 0 else ("charge",)
    return [Answer(f"other:{kind}", OTHERS[kind][2]) for kind in wanted]


def _same_words_before(session: Session, line: BankLine) -> set[UUID]:
    """Whose money lines with the very same words were before."""
    found = session.exec(
        select(BankLine.source_id).where(
            BankLine.account_id == line.account_id,
            BankLine.words == line.words,
            col(BankLine.source_id).is_not(None),
        )
    )
    return {source for source in found if source is not None}


def jobs(
    session: Session, pool: Pool, _me: Membership, roles: frozenset[str], *, now: datetime
) -> tuple[Job, ...]:
    """Lines that wait for the treasurer. `now` is not needed: a line waits until it is matched."""
    del now
    if "treasurer" not in roles:
        return ()
    count, _ = _waiting_sum(session, pool.id)
    if not count:
        return ()
    return (Job("Match lines of the bank", f"/g/{pool.slug}/bank", count),)
