"""What stands behind a line of the book that is wrong, what it could be instead, and writing that.

A line that came from the bank can be anything a bank line can be. Any other keeps what it is and
gets another amount, if it touched one fund only.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotPossible, NotValid
from ledger import accounting, journal, money, queries
from ledger.journal import Recorded
from ledger.models import Fund
from members.models import Membership
from payments import answers, matching, places
from payments.answers import Answer
from payments.models import BankLine
from payments.posting import Hand
from pools.models import FundingSource, Pool
from pools.spending import authorities
from pools.spending.book import PERSONAL
from pools.spending.models import Bill, Correction, Payee

AMOUNT = "amount"
ONE_FUND = ("contribution", "paid_back", "spending", "moved")


class PickWhatItIs(NotValid):
    """Pick what the line should be."""


class TheSame(NotValid):
    """That is what it is now. Pick something else."""


class NoOtherAmount(NotPossible):
    """This line can't be entered again here. Take it out, and enter it anew."""


@dataclass(frozen=True)
class Wrong:
    """A line of the book, with the bank's line and the bill behind it, if there are."""

    entry: Recorded
    line: BankLine | None
    bill: Bill | None

    @property
    def amount(self) -> int:
        return sum(one.amount for one in self.entry.lines if one.amount > 0)

    @property
    def can_change_amount(self) -> bool:
        alone = self.line is None and self.bill is None and len(self.entry.lines) == 2
        return alone and self.entry.kind in ONE_FUND


def wrong_of(session: Session, pool: Pool, seq: int) -> Wrong:
    entry = journal.recorded(session, pool.book_id, seq)
    line = session.exec(
        select(BankLine).where(BankLine.pool_id == pool.id, BankLine.entry_seq == seq)
    ).first()
    bill = session.exec(select(Bill).where(Bill.pool_id == pool.id, Bill.paid_seq == seq)).first()
    return Wrong(entry, line, bill)


# --- what it is, and what it could be -------------------------------------------------------------


def offered(session: Session, pool: Pool, wrong: Wrong) -> tuple[Answer, ...]:
    """Everything the bank's line could be instead; nothing where the bank has no such line."""
    if wrong.line is None:
        return ()
    now = present(wrong)
    return tuple(one for one in answers.answers(session, pool, wrong.line) if one.value != now)


def present(wrong: Wrong) -> str:
    """What it is now, as an answer of the bank pages."""
    if wrong.bill is not None:
        return f"bill:{wrong.bill.id}"
    if wrong.line is not None and wrong.line.source_id is not None:
        return f"source:{wrong.line.source_id}"
    accounts = {one.account for one in wrong.entry.lines}
    known = (kind for kind, (account, _, _) in places.OTHERS.items() if account in accounts)
    return f"other:{next(known, '')}"


def must_be_possible(session: Session, pool: Pool, wrong: Wrong, again: str) -> None:
    if not again:
        return
    kind, _, chosen = again.partition(":")
    if again == present(wrong):
        raise TheSame
    if kind != AMOUNT:
        if again not in {one.value for one in offered(session, pool, wrong)}:
            raise PickWhatItIs
        return
    if not wrong.can_change_amount:
        raise NoOtherAmount
    if not (chosen.isascii() and chosen.isdigit() and 0 < int(chosen) <= accounting.LARGEST):
        raise PickWhatItIs
    if int(chosen) == wrong.amount:
        raise TheSame


def in_words(session: Session, pool: Pool, answer: str) -> str:
    """An answer as a person with a job reads it. It names whose money it is: for nobody else."""
    kind, _, chosen = answer.partition(":")
    if kind == AMOUNT:
        return money.say(int(chosen), pool.currency)
    if kind == "source":
        source = session.get_one(FundingSource, UUID(chosen))
        who = session.get_one(Membership, source.membership_id)
        return f"Money of {who.name} ({source.reference})"
    if kind in ("bill", "refund"):
        bill = session.get_one(Bill, UUID(chosen))
        name = f"bill {bill.number} from {session.get_one(Payee, bill.payee_id).name}"
        return f"Money back for {name}" if kind == "refund" else name.capitalize()
    if kind in ("returned", "back"):
        return "A payment that came back" if kind == "returned" else "A payment we gave back"
    if kind == "again":
        return "Split as last time"
    return places.OTHERS[chosen][2] if chosen in places.OTHERS else ""


def owners(session: Session, pool: Pool, wrong: Wrong, again: str) -> frozenset[UUID]:
    """The members whose own money it is about: the one it was written for, and the right one."""
    found: set[UUID] = set()
    if wrong.entry.kind in PERSONAL:
        funds = {one.fund_id for one in wrong.entry.lines}
        found.update(
            session.exec(
                select(Membership.id)
                .join(Fund, col(Fund.owner_code) == Membership.code)
                .where(Fund.book_id == pool.book_id, col(Fund.fund_id).in_(funds))
            )
        )
    kind, _, chosen = again.partition(":")
    if kind == "source":
        found.add(session.get_one(FundingSource, UUID(chosen)).membership_id)
    return frozenset(found)


def payees_of(session: Session, wrong: Wrong, again: str) -> tuple[UUID, ...]:
    """Who is paid by it: as it was written, and as it will be."""
    kind, _, chosen = again.partition(":")
    right = session.get(Bill, UUID(chosen)) if kind == "bill" else None
    return tuple(bill.payee_id for bill in (wrong.bill, right) if bill is not None)


# --- entering it again ----------------------------------------------------------------------------


def enter_again(
    session: Session, pool: Pool, wrong: Wrong, correction: Correction, hand: Hand
) -> None:
    """In the step that turned the wrong line round: the right one, which names it by its key."""
    if wrong.line is not None:
        if correction.again:
            matching.place(session, pool, wrong.line, correction.again, hand)
        return
    if not correction.again:
        return
    amount = int(correction.again.partition(":")[2])
    draft = accounting.Draft(
        kind=wrong.entry.kind,
        happened_on=authorities.today_of(pool, hand.now),
        lines=tuple(
            one._replace(amount=amount if one.amount > 0 else -amount) for one in wrong.entry.lines
        ),
        key=f"fix:{correction.reversal_seq}",
        recorded_by=hand.by.code,
        authority=f"fix:{correction.id}",
        texts=_words(session, pool, wrong.entry.seq),
        outside=True,
    )
    correction.again_seq = journal.post(session, pool.book_id, draft, now=hand.now).seq
    session.add(correction)
    session.flush()


def _words(session: Session, pool: Pool, seq: int) -> dict[str, str]:
    (line,) = queries.book_page(session, pool.book_id, before=seq + 1, size=1).lines
    return {"words": line.words} if line.words else {}
