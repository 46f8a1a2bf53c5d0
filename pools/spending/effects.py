"""What a yes to spending would mean for me and for us, and what is done once it passed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from ledger import money
from ledger import queries as book
from members.models import Membership
from pools import beyond_plan, plan_notes
from pools.clubbing.words import SOURCES
from pools.decisions.effects import Draft, Effect, Fact, Preview, Step
from pools.decisions.models import Proposal
from pools.models import FundingSource, Pool
from pools.plan_notes import Beside, PlanNote
from pools.spending import authorities, fitting, payees, shares, sharing, words
from pools.spending.models import Bill, Payee
from pools.spending.shares import Held


def preview(session: Session, draft: Draft, membership: Membership, /, *, now: datetime) -> Preview:
    """My share, my money now and after, our money now and after; pence."""
    if draft.amount is None:
        return Preview()
    pool = session.get_one(Pool, draft.pool_id)
    everyone = sharing.places(session, pool.id, authorities.today_of(pool, now))
    held = paying(session, draft, everyone)
    share = my_share(session, held, draft.amount, membership.id)
    mine, ours = my_money(session, pool, membership.id), book.head(session, pool.book_id).total
    return Preview(
        mine=(
            Fact("My share", share),
            Fact("My money in the group now", mine),
            Fact("My money after", mine - share),
        ),
        ours=(
            Fact("Our money now", ours),
            Fact("Our money after", ours - draft.amount),
        ),
        plan=plan_note(session, pool, draft, membership, everyone),
        sharing=how_many(draft, held, everyone),
    )


def paying(session: Session, draft: Draft, everyone: Sequence[Held]) -> Sequence[Held]:
    """Who would share it today. Before it is asked, all of us: a question that nobody sees may not
    be used to try out whose plan says what.
    """
    if draft.asked is None:
        return everyone
    try:
        return fitting.who_pays(session, draft.asked, everyone)
    except fitting.InNobodysPlan:
        return ()


def how_many(draft: Draft, held: Sequence[Held], everyone: Sequence[Held]) -> str:
    """How many share it: never who is left out, nor why."""
    people = len({one.membership_id for one in held})
    if not everyone:
        return ""
    if draft.asked is None and draft.serves:
        return "It may be in fewer people's plans. Then those people share it."
    return words.sharing(people) if people else fitting.InNobodysPlan().sentence


def plan_note(
    session: Session, pool: Pool, draft: Draft, me: Membership, everyone: Sequence[Held]
) -> PlanNote | None:
    """How it fits the plans behind my money: that of my place, or all of it where I have none."""
    if draft.asked is None or not draft.serves:
        return None
    pays_for_place = {one.fund_id for one in everyone if one.membership_id == me.id}
    rows = session.exec(select(FundingSource).where(FundingSource.membership_id == me.id)).all()
    kinds = {row.fund_id: row.kind for row in rows}
    found = fitting.fits_of(session, draft.asked, pays_for_place or set(kinds))
    mine = [Beside(kinds[fund], SOURCES[kinds[fund]], fit) for fund, fit in found.items()]
    said = beyond_plan.said(session, me.id, proposal_id=draft.asked)
    return plan_notes.of_vote(mine, f"/g/{pool.slug}/votes/{draft.asked}", said.why if said else "")


def my_share(session: Session, held: Sequence[Held], amount: int, membership_id: UUID) -> int:
    """Shared as the bill would be today. Nobody has a place yet: nobody has a share."""
    return shares.of_person(sharing.equally(session, held, amount), membership_id)


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
