"""How a bill was shared: for everybody, naming nobody; for those who check it, by name."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger import money
from members.models import Membership
from pools.funds import funds
from pools.models import Pool
from pools.spending import shares, sharing, words
from pools.spending.models import Authority, Bill, BillShare
from pools.spending.shares import Share

ABOUT_PEOPLE = ("attendance", "band", "named")


@dataclass(frozen=True)
class Each:
    """One person's whole share, for the one who enters a bill and those who check it: only so can
    they see that it is right. `times` is how many days it is for.
    """

    name: str
    times: int
    amount: int


def in_words(session: Session, pool: Pool, rule: str, shared: Collection[Share]) -> tuple[str, ...]:
    """For everybody: the rule, how many people, and what each pays where that tells of nobody."""
    return tuple(_sentences(session, pool, rule, shared))


def _sentences(session: Session, pool: Pool, rule: str, shared: Collection[Share]) -> Iterator[str]:
    people = {share.membership_id for share in shared if share.membership_id and share.amount}
    if people and rule in {"people", "days"}:
        yield from shares.in_words(shared, pool.currency, alike=rule == "people")
        yield words.RULE_WORDS[rule]
    elif people:
        ours = sum(share.amount for share in shared if share.membership_id)
        yield from words.shared(rule, len(people), ours, pool.currency, paid="share")
    yield from _from_ours(session, pool, shared)


def _from_ours(session: Session, pool: Pool, shared: Iterable[Share]) -> Iterator[str]:
    paid = {share.fund_id: share.amount for share in shared if share.membership_id is None}
    for fund in funds.all_of(session, pool, paid) if paid else ():
        yield f"{fund.name} pays {money.say(paid[fund.id], pool.currency)}."


def each(session: Session, shared: Iterable[Share]) -> tuple[Each, ...]:
    """Everybody's whole share, by name."""
    people: dict[UUID, tuple[int, int]] = {}
    for share in shared:
        if share.membership_id is not None:
            times, amount = people.get(share.membership_id, (0, 0))
            people[share.membership_id] = (times + share.days, amount + share.amount)
    rows = session.exec(
        select(Membership.id, Membership.name)
        .where(col(Membership.id).in_(people))
        .order_by(col(Membership.name), col(Membership.id))
    )
    return tuple(Each(name, *people[id_]) for id_, name in rows)


_PEOPLE = sa.case((col(BillShare.amount) > 0, col(BillShare.membership_id)))
_THEIRS = sa.case((col(BillShare.membership_id).is_not(None), col(BillShare.amount)), else_=0)
_IDS: sa.BindParameter[list[UUID]] = sa.bindparam("ids", expanding=True)
_SHARED = (
    sa.select(
        col(Bill.id),
        col(Bill.rule),
        col(Authority.kind),
        sa.func.count(sa.distinct(_PEOPLE)),
        sa.func.sum(_THEIRS),
        sa.func.sum(col(BillShare.amount)),
    )
    .join(Authority, col(Authority.id) == Bill.authority_id)
    .join(BillShare, col(BillShare.bill_id) == Bill.id)
    .where(col(Bill.pool_id) == sa.bindparam("pool"), col(Bill.id).in_(_IDS))
    .group_by(col(Bill.id), col(Bill.rule), col(Authority.kind))
)


def sentences(session: Session, pool: Pool, bill_ids: Collection[UUID]) -> dict[UUID, str]:
    """Shared by who came. 9 people shared £90. (For each of the group's own among these bills,
    naming nobody.)
    """
    if not bill_ids:
        return {}
    rows = session.execute(_SHARED, {"pool": pool.id, "ids": list(bill_ids)}).all()
    ours = [bill_id for bill_id, *_, theirs, whole in rows if theirs != whole]
    names = _names_of_ours(session, pool, ours) if ours else {}
    said = {}
    for bill_id, rule, kind, count, theirs, _ in rows:
        named = rule or sharing.usual(kind == "standing")
        parts = words.shared(named, count, int(theirs), pool.currency) if count else ()
        said[bill_id] = " ".join((*parts, *names.get(bill_id, ())))
    return said


def _names_of_ours(
    session: Session, pool: Pool, bill_ids: Collection[UUID]
) -> dict[UUID, tuple[str, ...]]:
    rows = session.exec(
        select(BillShare).where(
            col(BillShare.bill_id).in_(bill_ids), col(BillShare.membership_id).is_(None)
        )
    ).all()
    named = {one.id: one.name for one in funds.all_of(session, pool)} if rows else {}
    found: dict[UUID, tuple[str, ...]] = {}
    for row in rows:
        told = (
            f"{named.get(row.fund_id, 'Other money')} paid {money.say(row.amount, pool.currency)}."
        )
        found[row.bill_id] = (*found.get(row.bill_id, ()), told)
    return found
