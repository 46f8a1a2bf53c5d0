"""What the pages of bills show: one function a page, one frozen value each.

A bill is everybody's to read; whose share is what is only told to whose it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger import queries as book
from members.models import Membership
from pools.jobs import Job
from pools.models import Evidence, Pool
from pools.spending import (
    authorities,
    bills,
    checkers,
    hints,
    how_shared,
    override_pages,
    payees,
    shares,
    sharing,
    shortfall,
    words,
)
from pools.spending.authorities import Allowed
from pools.spending.bills import NoSuchBill
from pools.spending.how_shared import Each
from pools.spending.models import Approval, Bill, BillShare, Payee
from pools.spending.override_pages import Deciding
from pools.spending.shares import Share
from pools.spending.shortfall import Short

PAGE = 20
MOST_OPEN = 100
SENT_BACK_SHOWN = timedelta(days=60)


@dataclass(frozen=True)
class Line:
    """A bill in a list. `state` is check, pay, paid or back; `for_me` if it waits for my check."""

    id: UUID
    payee: str
    words: str
    amount: int
    when: date | datetime
    state: str
    for_me: bool
    yes: int
    needed: int


@dataclass(frozen=True)
class BillsPage:
    """`older` is the `before` of the next page of paid ones, or none."""

    to_check: tuple[Line, ...]
    to_pay: tuple[Line, ...]
    sent_back: tuple[Line, ...]
    paid: tuple[Line, ...]
    older: int | None
    first: bool
    short: Short | None


@dataclass(frozen=True)
class Said:
    """Somebody said yes, or sent it back."""

    name: str
    when: datetime
    why: str = ""


@dataclass(frozen=True)
class BillPage:
    """All that is approved, and how far it is. `can` says what the reader may do."""

    id: UUID
    payee: str
    last4: str
    number: str
    billed_on: date
    amount: int
    in_words: str
    words: str
    day: str
    file: Evidence | None
    allowed: Allowed
    shares: tuple[str, ...]
    each: tuple[Each, ...]
    my_share: int | None
    maker: str
    entered_at: datetime
    yes: tuple[Said, ...]
    needed: int
    state: str
    late: int
    deciding: Deciding
    have: int
    can_approve: bool
    can_send_back: bool
    why_not: str
    hints: tuple[str, ...]
    sent_back: Said | None
    paid_on: date | None
    paid_seq: int | None

    @property
    def left(self) -> int:
        return self.have - self.amount


# --- the list -------------------------------------------------------------------------------------


def bills_page(
    session: Session,
    pool: Pool,
    me: Membership,
    roles: frozenset[str],
    *,
    before: int | None,
    now: datetime,
) -> BillsPage:
    open_ = _open(session, pool, me, roles)
    paid = _paid(session, pool, before)
    return BillsPage(
        to_check=tuple(one for one in open_ if one.state == "check"),
        to_pay=tuple(one for one in open_ if one.state == "pay"),
        sent_back=_sent_back(session, pool, now),
        paid=tuple(_line(bill, name, "paid") for bill, name in paid[:PAGE]),
        older=paid[PAGE - 1][0].paid_seq if len(paid) > PAGE else None,
        first=before is None,
        short=shortfall.of_pool(session, pool) if roles else None,
    )


def _with_payee() -> sa.Select[Bill, str]:
    return sa.select(Bill, col(Payee.name)).join(Payee, col(Payee.id) == Bill.payee_id)


def _open(session: Session, pool: Pool, me: Membership, roles: frozenset[str]) -> tuple[Line, ...]:
    rows = session.execute(
        _with_payee()
        .where(
            col(Bill.pool_id) == pool.id,
            col(Bill.paid_seq).is_(None),
            col(Bill.withdrawn_at).is_(None),
        )
        .order_by(col(Bill.entered_at), col(Bill.id))
        .limit(MOST_OPEN)
    ).all()
    said = _approvers(session, [bill.id for bill, _ in rows])
    sides = _sides(session, {bill.payee_id for bill, _ in rows})
    lines = []
    for bill, name in rows:
        side = sides[bill.payee_id]
        yes = said.get(bill.id, set()) - side
        state = "pay" if len(yes) >= bill.checkers else "check"
        mine = bill.entered_by == me.id or me.id in side or me.id in yes
        for_me = state == "check" and bool(roles) and not mine
        lines.append(_line(bill, name, state, for_me=for_me, yes=len(yes)))
    return tuple(lines)


def _sides(session: Session, payee_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    return {one: payees.on_their_side(session, [one]) for one in payee_ids}


def _approvers(session: Session, bill_ids: list[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    rows = session.exec(
        select(Approval.bill_id, Approval.approved_by).where(col(Approval.bill_id).in_(bill_ids))
    )
    for bill_id, who in rows:
        found.setdefault(bill_id, set()).add(who)
    return found


def _paid(session: Session, pool: Pool, before: int | None) -> list[tuple[Bill, str]]:
    wanted = _with_payee().where(col(Bill.pool_id) == pool.id, col(Bill.paid_seq).is_not(None))
    if before is not None:
        wanted = wanted.where(col(Bill.paid_seq) < before)
    rows = session.execute(wanted.order_by(col(Bill.paid_seq).desc()).limit(PAGE + 1))
    return [(bill, name) for bill, name in rows]


def _sent_back(session: Session, pool: Pool, now: datetime) -> tuple[Line, ...]:
    rows = session.execute(
        _with_payee()
        .where(
            col(Bill.pool_id) == pool.id,
            col(Bill.withdrawn_at) > now - SENT_BACK_SHOWN,
        )
        .order_by(col(Bill.withdrawn_at).desc())
        .limit(PAGE)
    )
    return tuple(_line(bill, name, "back") for bill, name in rows)


def _line(bill: Bill, name: str, state: str, *, for_me: bool = False, yes: int = 0) -> Line:
    when = {"paid": bill.paid_on, "back": bill.withdrawn_at}.get(state) or bill.entered_at
    return Line(bill.id, name, bill.words, bill.amount, when, state, for_me, yes, bill.checkers)


# --- one bill -------------------------------------------------------------------------------------


def bill_page(
    session: Session, pool: Pool, me: Membership, roles: frozenset[str], bill_id: UUID
) -> BillPage:
    bill = session.get(Bill, bill_id)
    if bill is None or bill.pool_id != pool.id:
        raise NoSuchBill
    payee = session.get_one(Payee, bill.payee_id)
    allowed = authorities.by_id(session, bill.authority_id)
    yes, side = _said_yes(session, bill), payees.on_their_side(session, [payee.id])
    state = _state(bill, len({who for who, _ in yes} - side))
    open_ = state in {"check", "pay"}
    why_not = _why_not(session, bill, me, {who for who, _ in yes}, side) if roles else ""
    shared = _stored_shares(session, bill)
    rule = bill.rule or sharing.usual(allowed.standing)
    deciding = override_pages.deciding(session, pool, me, roles, bill)
    return BillPage(
        id=bill.id,
        payee=payee.name,
        last4=payee.last4,
        number=bill.number,
        billed_on=bill.billed_on,
        amount=bill.amount,
        in_words=words.amount(bill.amount, pool.currency),
        words=bill.words,
        day=authorities.day_name(session, allowed, bill.session_id),
        file=session.get(Evidence, bill.evidence_id) if bill.evidence_id else None,
        allowed=allowed,
        shares=how_shared.in_words(session, pool, rule, shared),
        each=how_shared.each(session, shared) if _by_name(rule, state, roles) else (),
        my_share=shares.of_person(shared, me.id) if _shares_in(shared, me) else None,
        maker=_name(session, bill.entered_by),
        entered_at=bill.entered_at,
        yes=tuple(said for _, said in yes),
        needed=bill.checkers,
        state=state,
        late=bills.late(session, pool, bill.id) if open_ else 0,
        deciding=deciding,
        have=book.head(session, pool.book_id).total,
        can_approve=state == "check" and bool(roles) and not (why_not or deciding.paused),
        can_send_back=open_ and bool(roles),
        why_not=why_not if state == "check" else "",
        hints=hints.of_bill(session, pool, bill) if open_ and roles else (),
        sent_back=_came_back(session, bill),
        paid_on=bill.paid_on,
        paid_seq=bill.paid_seq,
    )


def _by_name(rule: str, state: str, roles: frozenset[str]) -> bool:
    """Whose share is what stands only where somebody must check it: on a bill that waits for a yes,
    and for those with a job, where the rule itself is about single people.
    """
    return bool(roles) and (state == "check" or rule in how_shared.ABOUT_PEOPLE)


def _state(bill: Bill, yes: int) -> str:
    if bill.withdrawn_at is not None:
        return "back"
    if bill.paid_seq is not None:
        return "paid"
    return "pay" if yes >= bill.checkers else "check"


def _said_yes(session: Session, bill: Bill) -> tuple[tuple[UUID, Said], ...]:
    rows = session.exec(
        select(Approval, Membership.name)
        .join(Membership, col(Membership.id) == Approval.approved_by)
        .where(Approval.bill_id == bill.id)
        .order_by(col(Approval.approved_at), col(Approval.id))
    )
    return tuple((row.approved_by, Said(name, row.approved_at)) for row, name in rows)


def _why_not(
    session: Session, bill: Bill, me: Membership, yes: set[UUID], side: frozenset[UUID]
) -> str:
    """Why the reader can't approve, though they have a job; and who can. Empty: they can."""
    others = [
        one.name
        for one in checkers.may_check(session, bill.pool_id, bill.payee_id, bill.entered_by)
        if one.id not in yes | {me.id}
    ]
    who = f"{words.one_of(others)} can check it." if others else "Another person must check it."
    if bill.entered_by == me.id:
        return f"You entered this bill. {who}"
    if me.id in side:
        return f"You are on the side of who gets paid. {who}"
    if me.id in yes:
        return f"You said yes. {who}"
    return ""


def _stored_shares(session: Session, bill: Bill) -> tuple[Share, ...]:
    rows = session.exec(select(BillShare).where(BillShare.bill_id == bill.id)).all()
    return tuple(
        Share(row.fund_id, row.membership_id, row.amount, row.days, Fraction(row.carry))
        for row in rows
    )


def _shares_in(shared: tuple[Share, ...], me: Membership) -> bool:
    return any(share.membership_id == me.id for share in shared)


def _came_back(session: Session, bill: Bill) -> Said | None:
    if bill.withdrawn_at is None:
        return None
    who = _name(session, bill.withdrawn_by) if bill.withdrawn_by else "Somebody"
    return Said(who, bill.withdrawn_at, bill.withdrawn_why or "")


def _name(session: Session, membership_id: UUID) -> str:
    return session.get_one(Membership, membership_id).name


late_card = shortfall.card  # on the group's page, for whoever's own money is below zero


# --- the group's page and the jobs ----------------------------------------------------------------


def jobs(
    session: Session, pool: Pool, me: Membership, roles: frozenset[str], *, now: datetime
) -> tuple[Job, ...]:
    """Bills to check, for everybody with a job; bills to pay, for who pays at the bank."""
    _ = now
    open_ = _open(session, pool, me, roles) if roles else ()
    check = [one for one in open_ if one.for_me]
    pay = [one for one in open_ if one.state == "pay"] if roles & set(checkers.ENTER) else []
    decide = override_pages.to_decide(session, pool, me) if roles else ()
    return (
        *_job(pool, check, "Check a bill", "Check bills"),
        *_job(pool, pay, "Pay a bill at the bank", "Pay bills at the bank"),
        *(Job("Decide if a bill can wait", f"/g/{pool.slug}/bills/{bill}") for bill in decide),
    )


def _job(pool: Pool, lines: list[Line], one: str, many: str) -> tuple[Job, ...]:
    if not lines:
        return ()
    if len(lines) == 1:
        return (Job(one, f"/g/{pool.slug}/bills/{lines[0].id}"),)
    return (Job(many, f"/g/{pool.slug}/bills", len(lines)),)
