"""A line of the bank that is the group's own money: a grant that came, or that goes back."""

from uuid import UUID

from sqlmodel import Session

from errors import NotPossible
from ledger import accounting
from payments import posting
from payments.models import BankLine
from payments.posting import Hand
from pools.funds import funds
from pools.funds.funds import OurFund
from pools.models import Pool

# Money of no certain gift: the kind of fund, and how the treasurer is asked.
KINDS = {"solidarity": "A gift to help each other", "reserve": "Money for our safety money"}


class NotThatFund(NotPossible):
    """That money is not here any more. Choose again."""


def offered(session: Session, pool: Pool, line: BankLine) -> list[tuple[str, str, bool]]:
    """What it could be: the form's value, its words, and whether the bank's words name the giver.
    What goes out can only go back to who gave it.
    """
    grants = [one for one in funds.all_of(session, pool) if one.noted]
    out = line.amount < 0
    named = [
        (f"fund:{one.id}", _said(one, out=out), one.giver.lower() in line.words.lower())
        for one in grants
        if not out or one.has > 0
    ]
    more = [] if out else [(f"fund:{kind}", words, False) for kind, words in KINDS.items()]
    return [*named, *more]


def _said(fund: OurFund, *, out: bool) -> str:
    return f"Money back to {fund.giver} ({fund.name})" if out else f"{fund.name}, from {fund.giver}"


def place(session: Session, pool: Pool, line: BankLine, chosen: str, hand: Hand) -> int:
    """Write the line as an entry of that fund. Returns the entry's number."""
    fund_id, words = _fund(session, pool, line, chosen)
    make = accounting.contribution if line.amount > 0 else accounting.paid_back
    facts = posting.facts(pool, line, words, hand)
    draft = make(fund_id, abs(line.amount), facts, account="grants", unit=pool.currency)
    return posting.post(session, pool, line, draft, hand)


def _fund(session: Session, pool: Pool, line: BankLine, chosen: str) -> tuple[UUID, str]:
    if chosen in KINDS and line.amount > 0:
        return funds.of_kind(session, pool, chosen), KINDS[chosen]
    values = {value for value, _, _ in offered(session, pool, line)}
    if f"fund:{chosen}" not in values or chosen in KINDS:
        raise NotThatFund
    found = funds.find(session, pool, UUID(chosen))
    came = f"{found.name}, from {found.giver}"
    return found.id, came if line.amount > 0 else f"Money back to {found.giver}"
