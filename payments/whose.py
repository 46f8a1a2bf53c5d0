"""Whose money a line is written as, by hand: never one's own where the bank does not say so; and
whoever's money went back hears of it at once.
"""

from collections.abc import Iterable

from sqlmodel import Session

from errors import NotAllowed
from members import notices
from members.models import Membership
from payments.models import BankLine
from payments.posting import Hand
from pools import reference
from pools.models import FundingSource, Pool


class OwnMoney(NotAllowed):
    """This would be your own money. The treasurer or organiser, but not you, must say so."""


def must_not_be_own(line: BankLine, source: FundingSource, hand: Hand) -> None:
    """One's own reference in the bank's words is proof enough."""
    if source.membership_id == hand.by.id and source.reference not in reference.found_in(
        line.words
    ):
        raise OwnMoney


def tell(
    session: Session,
    pool: Pool,
    seq: int,
    back: Iterable[tuple[FundingSource, int]],
    hand: Hand,
) -> None:
    """Each hears of their own money alone, and what to do if none came."""
    for source, amount in back:
        who = session.get_one(Membership, source.membership_id)
        notices.tell(
            session,
            who.person_id,
            "money_went_back",
            key=f"money_went_back:{pool.id}:{seq}",
            now=hand.now,
            pool_id=pool.id,
            amount=amount,
            who=hand.by.name,
            outside=pool.worry_name or "",
            phone=pool.worry_phone or "",
            link=f"/g/{pool.slug}/money/{seq}",
        )
