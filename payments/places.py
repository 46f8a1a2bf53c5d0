"""What a line of the bank is written as: one person's money, a bill, or neither."""

from uuid import UUID

from sqlmodel import Session

from errors import NotPossible
from ledger import accounting
from payments import ours, posting, whose
from payments.lines import NotAnAnswer, WrongWay, as_id, source_of
from payments.models import BankLine
from payments.posting import Hand
from pools.models import FundingSource, Pool
from pools.spending import bills

# What a line can be that is neither a member's nor a bill's: the account, and whose money it is.
OTHERS = {
    "interest": ("interest", "reserve", "Interest from the bank"),
    "grant": ("grants", "grant", "A grant or a gift"),
    "charge": ("running_costs", "reserve", "A charge by the bank"),
}


class NotTheBill(NotPossible):
    """The bill is for another amount than this line. Choose another, or enter the right bill."""


def place(session: Session, pool: Pool, line: BankLine, answer: str, hand: Hand) -> int:
    """Write a line as `source:<id>`, `bill:<id>`, `fund:<id>` or `other:<kind>`. Returns the
    entry's number.
    """
    kind, _, chosen = answer.partition(":")
    if kind == "source":
        return _pay_in(session, pool, line, source_of(session, pool, chosen), hand)
    if kind == "bill":
        return _pay_bill(session, pool, line, as_id(chosen), hand)
    if kind == "fund":
        return ours.place(session, pool, line, chosen, hand)
    return _other(session, pool, line, chosen, hand)


def paid_in(pool: Pool, line: BankLine, source: FundingSource, hand: Hand) -> accounting.Draft:
    """A member paid in; or, on a line that goes out, money went back to where it came from."""
    words = "Paid in" if line.amount > 0 else "Went back"
    make = accounting.contribution if line.amount > 0 else accounting.paid_back
    facts = posting.facts(pool, line, words, hand)
    return make(source.fund_id, abs(line.amount), facts, unit=pool.currency)


def _pay_in(session: Session, pool: Pool, line: BankLine, source: FundingSource, hand: Hand) -> int:
    whose.must_not_be_own(line, source, hand)
    line.source_id = source.id
    seq = posting.post(session, pool, line, paid_in(pool, line, source, hand), hand)
    if line.amount < 0:
        whose.tell(session, pool, seq, [(source, -line.amount)], hand)
    return seq


def _pay_bill(session: Session, pool: Pool, line: BankLine, bill_id: UUID, hand: Hand) -> int:
    if line.amount > 0:
        raise WrongWay
    waiting = next((b for b in bills.waiting(session, pool.id) if b.id == bill_id), None)
    if waiting is None or waiting.amount != -line.amount:
        raise NotTheBill
    seq = bills.pay(
        session,
        bill_id,
        bank_key=str(line.id),
        paid_on=posting.written_on(pool, line, hand),
        says=posting.late_words(line, hand),
        by=hand.by.code,
        now=hand.now,
    )
    return posting.done(session, line, seq, hand)


def _other(session: Session, pool: Pool, line: BankLine, chosen: str, hand: Hand) -> int:
    if chosen not in others(line):
        raise WrongWay if chosen in OTHERS else NotAnAnswer
    account, kind, words = OTHERS[chosen]
    fund = posting.fund_of(session, pool.book_id, kind)
    facts = posting.facts(pool, line, words, hand)
    if line.amount > 0:
        draft = accounting.contribution(
            fund, line.amount, facts, account=account, unit=pool.currency
        )
    else:
        draft = accounting.spending({fund: -line.amount}, account, facts, unit=pool.currency)
    return posting.post(session, pool, line, draft, hand)


def others(line: BankLine) -> tuple[str, ...]:
    """Which of OTHERS this line may be, by the way the money went."""
    return ("interest", "grant") if line.amount > 0 else ("charge",)
