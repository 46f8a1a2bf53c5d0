"""What a yes to spending would mean for me and for us, and what is done once it passed."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from ledger import money
from ledger import queries as book
from members.models import Membership
from pools.decisions.effects import Draft, Effect, Fact, Preview, Step
from pools.decisions.models import Proposal
from pools.models import FundingSource, Pool
from pools.spending import authorities, payees, shares, sharing
from pools.spending.models import Bill, Payee


def preview(session: Session, draft: Draft, membership: Membership, /, *, now: datetime) -> Preview:
    """My share, my money now and after, our money now and after; pence."""
    if draft.amount is None:
        return Preview()
    pool = session.get_one(Pool, draft.pool_id)
    share = my_share(session, pool, draft.amount, membership.id, now)
    held, ours = my_money(session, pool, membership.id), book.head(session, pool.book_id).total
    return Preview(
        mine=(
            Fact("My share", share),
            Fact("My money in the group now", held),
            Fact("My money after", held - share),
        ),
        ours=(
            Fact("Our money now", ours),
            Fact("Our money after", ours - draft.amount),
        ),
    )


def my_share(session: Session, pool: Pool, amount: int, membership_id: UUID, now: datetime) -> int:
    """Shared as the bill would be today. Nobody has a place yet: nobody has a share."""
    held = sharing.places(session, pool.id, authorities.today_of(pool, now))
    if not held:
        return 0
    parts = shares.by_people(held, sharing.carried(session, held))
    return shares.of_person(shares.split(amount, parts), membership_id)


def my_money(session: Session, pool: Pool, membership_id: UUID) -> int:
    funds = session.exec(
        select(FundingSource.fund_id).where(FundingSource.membership_id == membership_id)
    ).all()
    return sum(book.fund_money(session, pool.book_id, funds).values()) if funds else 0


def apply(session: Session, proposal: Proposal, /, *, now: datetime) -> None:
    authorities.from_vote(session, proposal, now=now)


def followed(session: Session, proposal: Proposal, /) -> tuple[Step, ...]:
    """The bills that came of it, and that they were paid."""
    pool = session.get_one(Pool, proposal.pool_id)
    rows = session.exec(
        select(Bill, Payee.name)
        .join(Payee, col(Payee.id) == Bill.payee_id)
        .where(Bill.authority_id == proposal.id, col(Bill.withdrawn_at).is_(None))
        .order_by(col(Bill.entered_at), col(Bill.id))
    )
    return tuple(_step(pool, bill, name) for bill, name in rows)


def _step(pool: Pool, bill: Bill, name: str) -> Step:
    amount = money.say(bill.amount, pool.currency)
    if bill.paid_seq is not None:
        return Step(f"We paid {amount} to {name}.", f"/g/{pool.slug}/money/{bill.paid_seq}")
    return Step(f"A bill came from {name}: {amount}.", f"/g/{pool.slug}/bills/{bill.id}")


def kept_out(session: Session, draft: Draft, /) -> frozenset[UUID]:
    """Who stands to gain: the members on the side of the payee that the question names."""
    named = payees.named(session, draft.pool_id, draft.payee)
    return payees.on_their_side(session, named) if named else frozenset()


SPEND = Effect(preview=preview, apply=apply, followed=followed, kept_out=kept_out)
