"""Everything a waiting line could be, as the treasurer is asked: the likely first, with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from ledger import money
from members.models import Membership
from payments import clues, hints, ours, places, returning, splitting
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
        *_again(session, pool, line),
        *_returned(session, pool, line),
        *_bills(session, pool, line),
        *_sources(session, pool, line),
        *_ours(session, pool, line),
        *_others(session, pool, line),
        *_refunds(session, pool, line),
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
    members = members_of(session, pool)
    found = clues.of_sources(session, pool, line, [(source, who.name) for source, who in members])
    return [
        _answer(f"source:{source.id}", _said(line, source, who), found[source.id])
        for source, who in members
    ]


def _said(line: BankLine, source: FundingSource, who: Membership) -> str:
    name = f"{who.name} ({source.reference})" + (", who left" if who.left_at else "")
    return name if line.amount > 0 else f"Money back to {name}"


def members_of(session: Session, pool: Pool) -> list[tuple[FundingSource, Membership]]:
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


def _ours(session: Session, pool: Pool, line: BankLine) -> list[Answer]:
    return [
        _answer(value, words, [Clue(2, "The bank names who gave it")] if named else [])
        for value, words, named in ours.offered(session, pool, line)
    ]


def _others(session: Session, pool: Pool, line: BankLine) -> list[Answer]:
    before = clues.account_before(session, pool, line)
    return [
        _answer(f"other:{kind}", words, _of_other(line, kind, again=account == before))
        for kind, (account, _, words) in places.OTHERS.items()
        if kind in places.others(line)
    ]


def _of_other(line: BankLine, kind: str, *, again: bool) -> list[Clue]:
    found = [Clue(1, "The same words as a line you matched before")] if again else []
    word = hints.word_of(line.words, kind)
    return [*found, Clue(2, f"The bank says {word}")] if word else found


# --- several people, and what came back -----------------------------------------------------------


def _again(session: Session, pool: Pool, line: BankLine) -> list[Answer]:
    """Split as last time, where the same payer sends the same sum."""
    found = splitting.last_time(session, line)
    if found is None or sum(part.amount for part in found[1]) != abs(line.amount):
        return []
    before, parts = found
    names = names_of(session, [part.source_id for part in parts])
    said = ", ".join(
        f"{names[part.source_id]} {money.say(part.amount, pool.currency)}" for part in parts
    )
    why = f"The same payer and the same sum as on {_day(before)}"
    return [Answer(f"again:{before.id}", f"Split as last time: {said}", why, rank=1)]


def names_of(session: Session, source_ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = session.exec(
        select(FundingSource.id, Membership.name)
        .join(Membership, col(Membership.id) == FundingSource.membership_id)
        .where(col(FundingSource.id).in_(source_ids))
    )
    return {source: name for source, name in rows}  # noqa: C416 - rows are not plain pairs


def _day(line: BankLine) -> str:
    return f"{line.happened_on.day} {line.happened_on:%B}"


def _returned(session: Session, pool: Pool, line: BankLine) -> list[Answer]:
    """Each earlier payment of that sum that this line may bring back."""
    first = returning.returnable(session, line)
    names = names_of(session, [one.source_id for one in first if one.source_id])
    word = hints.back_in(line.words)
    offered = []
    for one in first:
        whose = f" from {names[one.source_id]}" if one.source_id else f" ({one.words[:40]})"
        amount = money.say(abs(one.amount), pool.currency)
        words = f"The {amount}{whose} of {_day(one)} came back"
        offered.append(_answer(f"returned:{one.id}", words, _of_return(line, one, word)))
    return offered


def _of_return(line: BankLine, first: BankLine, word: str | None) -> list[Clue]:
    days = (line.happened_on - first.happened_on).days
    later = "on the same day" if not days else f"{days} {'day' if days == 1 else 'days'} later"
    same = hints.common(first.words, line.words)
    shared = f", and both say {same}" if same else ""
    if word:
        return [Clue(0 if same else 1, f"The same amount {later}, the bank says {word}{shared}")]
    return [Clue(2, f"The same amount {later}{shared}")] if same else []


def _refunds(session: Session, pool: Pool, line: BankLine) -> list[Answer]:
    """Each paid bill of which this may be some back."""
    if line.amount < 0:
        return []
    return [
        _answer(
            f"refund:{bill.id}",
            f"Money back for bill {bill.number} from {payee}",
            [Clue(1, f"The bank says {payee}")] if clues.says(line.words, payee) else [],
        )
        for bill, payee in returning.refundable(session, pool, line)
    ]
