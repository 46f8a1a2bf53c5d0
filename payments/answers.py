"""Everything a waiting line could be, as the treasurer is asked: the likely first, with reasons."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from members.models import Membership
from payments import clues, matching
from payments.clues import Clue
from payments.models import BankLine
from pools.models import FundingSource, Pool
from pools.spending import bills

LAST = 9


@dataclass(frozen=True)
class Answer:
    """What a line could be: the form's value, its words, and why it is offered first, if it is."""

    value: str
    words: str
    why: str = ""
    rank: int = LAST


def answers(session: Session, pool: Pool, line: BankLine) -> tuple[Answer, ...]:
    offered = [
        *_bills(session, pool, line),
        *_sources(session, pool, line),
        *_others(session, pool, line),
    ]
    return tuple(sorted(offered, key=lambda answer: answer.rank))


def _answer(value: str, words: str, found: list[Clue]) -> Answer:
    if not found:
        return Answer(value, words)
    return Answer(value, words, ". ".join(clue.words for clue in found), found[0].rank)


def _bills(session: Session, pool: Pool, line: BankLine) -> list[Answer]:
    return [
        _answer(f"bill:{bill.id}", f"Bill {bill.number} from {bill.payee}", [clue])
        for bill in (bills.waiting(session, pool.id) if line.amount < 0 else ())
        if (clue := clues.of_bill(line, bill)) is not None
    ]


def _sources(session: Session, pool: Pool, line: BankLine) -> list[Answer]:
    members = _members(session, pool)
    found = clues.of_sources(session, pool, line, [(source, who.name) for source, who in members])
    return [
        _answer(f"source:{source.id}", _said(line, source, who), found[source.id])
        for source, who in members
    ]


def _said(line: BankLine, source: FundingSource, who: Membership) -> str:
    name = f"{who.name} ({source.reference})" + (", who left" if who.left_at else "")
    return name if line.amount > 0 else f"Money back to {name}"


def _members(session: Session, pool: Pool) -> list[tuple[FundingSource, Membership]]:
    """Every member's money, of those who are still in first."""
    found = session.exec(
        select(FundingSource, Membership)
        .join(Membership, col(Membership.id) == FundingSource.membership_id)
        .where(FundingSource.pool_id == pool.id)
        .order_by(
            col(Membership.left_at).is_not(None),
            col(Membership.name),
            col(FundingSource.reference),
        )
    )
    return [(source, who) for source, who in found]


def _others(session: Session, pool: Pool, line: BankLine) -> list[Answer]:
    before = clues.account_before(session, pool, line)
    again = [Clue(1, "The same words as a line you matched before")]
    return [
        _answer(f"other:{kind}", words, again if account == before else [])
        for kind, (account, _, words) in matching.OTHERS.items()
        if kind in matching.others(line)
    ]
