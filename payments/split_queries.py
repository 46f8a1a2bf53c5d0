"""What the pages of splitting a line, and of giving a payment back, show."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import Session

from ledger import money, queries
from members.models import Membership
from payments import lines, places, returning, splitting
from payments.answers import members_of
from payments.models import BankLine
from payments.splitting import Part
from pools.models import FundingSource, Pool
from pools.spending import bills


@dataclass(frozen=True)
class SplitPage:
    """`amount` in pence, above zero. `before` is how this payer's last line was split, and when."""

    line_id: UUID
    happened_on: date
    words: str
    amount: int
    came_in: bool
    choices: tuple[tuple[str, str], ...]
    before: tuple[Part, ...]
    before_on: date | None


def split_page(session: Session, pool: Pool, line_id: UUID) -> SplitPage | None:
    """None when the line has its place already."""
    line = lines.line_of(session, pool.id, line_id)
    if not lines.is_open(line):
        return None
    last = splitting.last_time(session, line)
    before = (
        tuple(Part(f"source:{one.source_id}", abs(one.amount)) for one in last[1]) if last else ()
    )
    return SplitPage(
        line_id=line.id,
        happened_on=line.happened_on,
        words=line.words,
        amount=abs(line.amount),
        came_in=line.amount > 0,
        choices=tuple(_choices(session, pool, line)),
        before=before,
        before_on=last[0].happened_on if last else None,
    )


def _choices(session: Session, pool: Pool, line: BankLine) -> list[tuple[str, str]]:
    """Everybody's money; then the bills that wait, and what is neither."""
    people = [
        (f"source:{source.id}", f"{who.name} ({source.reference})")
        for source, who in members_of(session, pool)
    ]
    waiting = bills.waiting(session, pool.id) if line.amount < 0 else ()
    due = [
        (
            f"bill:{bill.id}",
            f"Bill {bill.number} from {bill.payee}, {money.say(bill.amount, pool.currency)}",
        )
        for bill in waiting
        if bill.amount <= -line.amount
    ]
    other = [(f"other:{kind}", places.OTHERS[kind][2]) for kind in places.others(line)]
    return [*people, *due, *other]


# --- which payment goes back ----------------------------------------------------------------------


@dataclass(frozen=True)
class BackPage:
    """`has` is what the person has in the group now, in pence."""

    line_id: UUID
    happened_on: date
    words: str
    amount: int
    name: str
    has: int
    choices: tuple[tuple[str, str], ...]

    @property
    def too_much(self) -> bool:
        return self.amount > self.has


def back_page(session: Session, pool: Pool, line_id: UUID, source_id: UUID) -> BackPage | None:
    line = lines.line_of(session, pool.id, line_id)
    if not lines.is_open(line) or line.amount > 0:
        return None
    source = lines.source_of(session, pool, str(source_id))
    paid = [
        (f"back:{one.id}", _said(pool, one)) for one in returning.payments_of(session, source, line)
    ]
    rest = (f"source:{source.id}", "No one payment: money that was left over")
    return BackPage(
        line_id=line.id,
        happened_on=line.happened_on,
        words=line.words,
        amount=-line.amount,
        name=session.get_one(Membership, source.membership_id).name,
        has=_has(session, pool, source),
        choices=(*paid, rest),
    )


def _said(pool: Pool, line: BankLine) -> str:
    on = line.happened_on
    return f"{money.say(line.amount, pool.currency)} of {on.day} {on:%B %Y}"


def _has(session: Session, pool: Pool, source: FundingSource) -> int:
    return queries.fund_money(session, pool.book_id, (source.fund_id,))[source.fund_id]
