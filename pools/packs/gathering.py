"""The one query behind a person's statement: every face of it is drawn from what this returns."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from errors import NotValid
from ledger import closing, marks, queries
from ledger.models import Fund
from members.models import Membership
from pools import agreement
from pools.clubbing import queries as clubbing
from pools.models import Agreement, FundingSource, Pool, Signature
from pools.packs import hiding, lines, own_words, plans
from pools.packs.hiding import Others
from pools.packs.lines import day
from pools.packs.statement import Bank, Days, Service, Statement, Sums, Tie, Who
from pools.register import attendance

BankReader = Callable[[Session, Pool, Collection[int]], Bank | None]


class WrongWayRound(NotValid):
    """Pick a first day that is not after the last day."""


def statement(
    session: Session, pool: Pool, me: Membership, days: Days, *, bank: BankReader
) -> Statement:
    """All that is to say of this person's money on these days."""
    if days.since > days.until:
        raise WrongWayRound
    sources = sources_of(session, me)
    funds = [one.fund_id for one in sources]
    found = queries.statement(session, pool.book_id, funds, days.since, days.until)
    at_bank = bank(session, pool, [line.seq for line in found.lines])
    others = others_of(session, pool, me)
    days_there = (at_bank.lines if at_bank else None) or {}
    asked = lines.Asked(pool, me, funds, others, days_there)
    told = tuple(plans.told(session, pool, me, one, days) for one in sources)
    return Statement(
        who=_who(session, pool, me, others, at_bank),
        currency=pool.currency,
        since=days.since,
        until=days.until,
        sources=tuple(source for source, _ in told),
        lines=lines.told(session, asked, found.lines, found.opening),
        sums=_sums(session, pool, me, found),
        tie=_tie(session, pool, at_bank),
        service=_service(session, me, days),
        weeks=tuple(weeks for _, weeks in told if weeks),
        words=own_words.of(session, me, days.since, days.until),
    )


def sources_of(session: Session, me: Membership) -> Sequence[FundingSource]:
    return session.exec(
        select(FundingSource)
        .where(FundingSource.membership_id == me.id)
        .order_by(col(FundingSource.made_at), col(FundingSource.id))
    ).all()


def others_of(session: Session, pool: Pool, me: Membership) -> Others:
    """The names of everybody else who is or was in the group."""
    names = session.exec(
        select(Membership.name).where(Membership.pool_id == pool.id, Membership.id != me.id)
    )
    return Others(names, me.name)


def _who(session: Session, pool: Pool, me: Membership, others: Others, bank: Bank | None) -> Who:
    account = others.unless_named(bank.name, "The group’s account") if bank else ""
    return Who(
        name=me.name,
        group=pool.name,
        place=pool.place,
        phone=pool.phone or "",
        held_by=f"{account}, ending {bank.last4}" if bank else "",
        rules=_rules(session, pool, me),
    )


def _rules(session: Session, pool: Pool, me: Membership) -> str:
    """The version of the agreement that this person signed last."""
    signed = session.exec(
        select(Agreement.version, Signature.signed_at)
        .join(Signature, col(Signature.agreement_id) == Agreement.id)
        .where(Agreement.pool_id == pool.id, Signature.membership_id == me.id)
        .order_by(col(Agreement.version).desc())
        .limit(1)
    ).first()
    if signed is None:
        return f"Version {agreement.current(session, pool.id).version}"
    version, at = signed
    return f"Version {version}, signed on {day(at.astimezone(ZoneInfo(pool.time_zone)).date())}"


def _sums(session: Session, pool: Pool, me: Membership, found: queries.Statement) -> Sums:
    end = datetime.combine(found.until, time.max, ZoneInfo(pool.time_zone))
    committed = lines.committed(session, me, found.until, end)
    notice = agreement.current(session, pool.id).notice_weeks
    places = clubbing.places(session, pool.id, found.until)
    week = sum(place.price for place in places if place.membership_id == me.id)
    safety = max(min(week * notice, found.closing - committed), 0)
    return Sums(
        opening=found.opening,
        paid_in=found.paid_in,
        spent=found.spent,
        moved=found.moved,
        put_right=found.put_right,
        closing=found.closing,
        committed=committed,
        safety=safety,
    )


def _service(session: Session, me: Membership, days: Days) -> Service | None:
    """Nothing where the person had no day in this time."""
    came = attendance.of(session, me.id, days.since, days.until)
    if not came.planned:
        return None
    return Service(came.planned, came.attended, came.missed)


# --- does it fit together ------------------------------------------------------------------------


def _tie(session: Session, pool: Pool, bank: Bank | None) -> Tie:
    head = queries.head(session, pool.book_id)
    shown = _owners(session, pool) >= hiding.FEWEST_SUMS
    read_at = bank.read_at if bank else None
    return Tie(
        lines=head.seq,
        seal=head.hash.hex(),
        words=head.words if head.seq else "",
        whole=head.total if shown else None,
        bank=bank.balance if bank and shown else None,
        on=bank.on if bank else None,
        agrees=bank.agrees if bank else None,
        waiting=bank.waiting if bank else 0,
        by=bank.by if bank else "",
        read_on=read_at.astimezone(ZoneInfo(pool.time_zone)).date() if read_at else None,
        closed_until=_closed_until(session, pool),
    )


def _closed_until(session: Session, pool: Pool) -> date | None:
    """The last day of the months that two people have closed."""
    month = closing.closed_until(session, pool.book_id)
    return marks.last_day(month) if month is not None else None


def _owners(session: Session, pool: Pool) -> int:
    """How many people have money here now."""
    rows = session.exec(
        select(Fund.fund_id, Fund.owner_code).where(
            Fund.book_id == pool.book_id, Fund.kind == "member"
        )
    ).all()
    owner = dict(rows)
    held: dict[UUID | None, int] = {}
    for fund, pence in queries.fund_money(session, pool.book_id, owner.keys()).items():
        held[owner[fund]] = held.get(owner[fund], 0) + pence
    return sum(1 for pence in held.values() if pence)
