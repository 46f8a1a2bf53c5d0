"""The group's money that is nobody's own: added, found, and asked what it may pay for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotFound, NotPossible, NotValid
from ledger import accounting, journal
from ledger import queries as book
from ledger.models import Fund
from members import access, typed
from members.models import Membership
from pools.funds.models import GrantCost, GrantFund
from pools.locking import lock_pool
from pools.models import Pool

MAY_ADD = ("treasurer", "organiser")
OURS = ("reserve", "solidarity", "grant")
NAMES = {
    "reserve": "Safety money",
    "solidarity": "Money to help each other",
    "grant": "Gifts and grants",
}
COST_WORDS = {
    "day_centre": "the centre",
    "staff": "staff",
    "building": "rooms",
    "transport": "transport",
    "meals": "food",
    "activities": "things we do",
    "equipment": "things we use",
    "insurance": "insurance",
    "running_costs": "running the group",
    "card_fees": "card fees",
}


class NoSuchFund(NotFound):
    """We could not find that money."""


class NameNeeded(NotValid):
    """Type a short name for this money, like: Bus money."""


class GiverNeeded(NotValid):
    """Type who gave this money."""


class CostUnknown(NotValid):
    """Pick from the list what this money may pay for."""


class FormUsed(NotPossible):
    """You used this form for other money already. Open the page again."""


class OnlyFor(NotPossible):
    """{name} may only pay for {what}. It can't pay for this bill."""


class TimeOver(NotPossible):
    """{name} could be spent until {until}. It can't pay for this bill."""


class OnlyByVote(NotPossible):
    """{name} needs a vote of the group. Ask the group to vote first."""


@dataclass(frozen=True)
class OurFund:
    """One of the group's own funds, in pence. Without `costs` it may pay for anything; without a
    note of what it was given for (`noted`) the group must vote each time.
    """

    id: UUID
    kind: str
    name: str
    giver: str
    words: str
    costs: tuple[str, ...]
    until: date | None
    noted: bool
    has: int

    @property
    def may_pay(self) -> str:
        """transport, or food; nothing where it may pay for anything."""
        said = [COST_WORDS[cost] for cost in self.costs]
        return f"{', '.join(said[:-1])} or {said[-1]}" if len(said) > 1 else "".join(said)


@dataclass(frozen=True, kw_only=True)
class NewGrant:
    key: UUID
    name: str
    giver: str
    words: str = ""
    costs: frozenset[str] = frozenset()
    until: date | None = None


def add(session: Session, new: NewGrant, by: Membership, *, now: datetime) -> GrantFund:
    """Money that somebody gives for a purpose: from now on it has a fund of its own, and what it
    may pay for stays. The same form again is the same money.
    """
    pool = lock_pool(session, by.pool_id)
    access.must_hold(session, by, *MAY_ADD)
    name, giver = _line(new.name, 60, NameNeeded), _line(new.giver, 80, GiverNeeded)
    words = _line(new.words, 200, None)
    if not new.costs <= set(accounting.COSTS):
        raise CostUnknown
    if made := session.exec(select(GrantFund).where(GrantFund.key == new.key)).first():
        if (made.pool_id, made.name, made.giver) != (pool.id, name, giver):
            raise FormUsed
        return made
    fund_id = journal.open_fund(session, pool.book_id, "grant")
    made = GrantFund(
        fund_id=fund_id, key=new.key, pool_id=pool.id, name=name, giver=giver, words=words,
        until=new.until, made_by=by.id, made_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(GrantCost(fund_id=fund_id, cost=cost) for cost in sorted(new.costs))
    session.flush()
    return made


def _line(words: str, most: int, missing: type[NotValid] | None) -> str:
    said = " ".join(words.split())
    if not said and missing is not None:
        raise missing
    if typed.is_strange(said):
        raise typed.StrangeLetters
    if len(said) > most:
        raise typed.LongName(most=most)
    return said


# --- found ---------------------------------------------------------------------------------------


def all_of(session: Session, pool: Pool, ids: Collection[UUID] | None = None) -> list[OurFund]:
    """The group's own funds: safety money first, then what was given."""
    wanted = select(Fund.fund_id, Fund.kind).where(
        Fund.book_id == pool.book_id, col(Fund.kind).in_(OURS)
    )
    if ids is not None:
        wanted = wanted.where(col(Fund.fund_id).in_(ids))
    kinds: dict[UUID, str] = dict(session.exec(wanted).all())
    money = book.fund_money(session, pool.book_id, tuple(kinds)) if kinds else {}
    grants = {
        one.fund_id: one
        for one in session.exec(select(GrantFund).where(GrantFund.pool_id == pool.id))
    }
    costs = _costs(session, grants)
    found = [
        _fund(fund, kind, grants.get(fund), costs.get(fund, ()), money[fund])
        for fund, kind in kinds.items()
    ]
    return sorted(found, key=lambda one: (OURS.index(one.kind), one.name.lower(), str(one.id)))


def _costs(session: Session, ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, list[str]] = {}
    rows = session.exec(select(GrantCost).where(col(GrantCost.fund_id).in_(ids)))
    for row in rows:
        found.setdefault(row.fund_id, []).append(row.cost)
    return {fund: tuple(sorted(costs)) for fund, costs in found.items()}


def _fund(
    fund_id: UUID, kind: str, grant: GrantFund | None, costs: tuple[str, ...], has: int
) -> OurFund:
    if grant is None:
        return OurFund(fund_id, kind, NAMES[kind], "", "", (), None, False, has)
    return OurFund(
        fund_id, kind, grant.name, grant.giver, grant.words, costs, grant.until, True, has
    )


def find(session: Session, pool: Pool, fund_id: UUID) -> OurFund:
    found = all_of(session, pool, [fund_id])
    if not found:
        raise NoSuchFund
    return found[0]


def of_kind(session: Session, pool: Pool, kind: str) -> UUID:
    """The group's safety money, or what it has to help each other; opened at the first need."""
    lock_pool(session, pool.id)
    noted = select(GrantFund.fund_id)
    found = session.exec(
        select(Fund.fund_id)
        .where(Fund.book_id == pool.book_id, Fund.kind == kind, col(Fund.fund_id).not_in(noted))
        .order_by(col(Fund.fund_id))
    ).first()
    return found or journal.open_fund(session, pool.book_id, kind)


# --- what it may pay for -------------------------------------------------------------------------


def must_pay(fund: OurFund, cost: str, on: date, *, voted: bool) -> None:
    """Or the sentence of why this money can't pay for that. A grant pays for what it was given for;
    the group's other money needs a vote.
    """
    if fund.costs and cost not in fund.costs:
        raise OnlyFor(name=fund.name, what=fund.may_pay)
    if fund.until is not None and on > fund.until:
        raise TimeOver(name=fund.name, until=f"{fund.until.day} {fund.until:%B %Y}")
    if not fund.noted and not voted:
        raise OnlyByVote(name=fund.name)
