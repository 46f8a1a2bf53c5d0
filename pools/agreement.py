"""The rules a group lives by: the ready-made ones, a new version, signing, and their words."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotFound, NotPossible
from ledger import money
from members.models import Membership
from pools.models import Agreement, Signature


class NoRules(NotFound):
    """The group has no rules yet."""


class NewerRules(NotPossible):
    """The rules changed just now. Read the new ones first."""


@dataclass(frozen=True)
class Terms:
    """What a version of the rules says: pence, weeks, hours. The defaults are ready-made."""

    price_rule: str = "equal"
    list_price: int | None = None
    order_rule: str = "earliest"
    term_weeks: int = 12
    notice_weeks: int = 4
    hospital_weeks: int = 4
    vote_hours: int = 336
    checkers: int = 1
    two_checkers_over: int = 50000
    new_payee_two: bool = True
    pays_first: str = "soonest"
    keep_years: int = 6


READY = Terms()
BEYOND_ANY_BILL = 100_000_000  # pence; a sum that says: never


def current(session: Session, pool_id: UUID) -> Agreement:
    """The newest version."""
    found = session.exec(
        select(Agreement)
        .where(Agreement.pool_id == pool_id)
        .order_by(col(Agreement.version).desc())
        .limit(1)
    ).first()
    if found is None:
        raise NoRules
    return found


def agree(session: Session, pool_id: UUID, terms: Terms, *, now: datetime) -> Agreement:
    """Add the next version of the rules. Who signed an older one has not signed this."""
    last = session.exec(
        select(sa.func.max(Agreement.version)).where(Agreement.pool_id == pool_id)
    ).one()
    made = Agreement(pool_id=pool_id, version=(last or 0) + 1, made_at=now, **asdict(terms))
    session.add(made)
    session.flush()
    return made


def sign(session: Session, agreement: Agreement, membership: Membership, *, now: datetime) -> None:
    """Somebody agrees to a version. Again changes nothing."""
    if session.get(Signature, (agreement.id, membership.id)) is None:
        session.add(
            Signature(agreement_id=agreement.id, membership_id=membership.id, signed_at=now)
        )
        session.flush()


def signed(session: Session, agreement: Agreement) -> int:
    """How many who are in the group now signed this version."""
    return session.exec(
        select(sa.func.count())
        .select_from(Signature)
        .join(Membership, col(Membership.id) == Signature.membership_id)
        .where(Signature.agreement_id == agreement.id, col(Membership.left_at).is_(None))
    ).one()


@dataclass(frozen=True)
class Rules:
    """The page of the rules: `signed` of `people` in the group agreed to this version."""

    version: int
    made_at: datetime
    words: tuple[str, ...]
    signed: int
    people: int
    mine: bool
    agreement_id: UUID


def rules(session: Session, membership: Membership) -> Rules:
    found = current(session, membership.pool_id)
    people = session.exec(
        select(sa.func.count()).where(
            Membership.pool_id == membership.pool_id, col(Membership.left_at).is_(None)
        )
    ).one()
    return Rules(
        found.version,
        found.made_at,
        in_words(found),
        signed(session, found),
        people,
        session.get(Signature, (found.id, membership.id)) is not None,
        found.id,
    )


def sign_current(
    session: Session, membership: Membership, agreement_id: UUID | str, *, now: datetime
) -> None:
    """Sign the version that was read. If there is a newer one by now, it must be read first."""
    found = current(session, membership.pool_id)
    if str(found.id) != str(agreement_id):
        raise NewerRules
    sign(session, found, membership, now=now)


# --- in words -------------------------------------------------------------------------------------

ORDER_WORDS = {
    "earliest": "If there are too few places, those who promised first come first.",
    "held": "If there are too few places, people who have a place keep it.",
    "lot": "If there are too few places, we draw lots.",
}


def in_words(terms: Terms | Agreement) -> tuple[str, ...]:
    """Each rule as one or two short sentences that a person can agree to."""
    return tuple(_sentences(terms))


def _sentences(terms: Terms | Agreement) -> Iterator[str]:
    yield "Nobody pays until enough people are in."
    yield "You never pay more than the most you said."
    yield _price(terms)
    yield PAYS_FIRST[terms.pays_first]
    yield f"The price stays the same for {_count(terms.term_weeks, 'week')}."
    yield ORDER_WORDS[terms.order_rule]
    yield _notice(terms.notice_weeks)
    if terms.hospital_weeks:
        weeks = _count(terms.hospital_weeks, "week")
        yield f"If you are in hospital, we keep your place for {weeks}."
    yield "When you leave, your unspent money goes back to where it came from."
    yield "We vote before we buy something new. Each person has one vote. Votes are secret."
    yield _votes(terms.vote_hours)
    yield from _bills(terms)
    yield from _kept(terms.keep_years)


def _kept(years: int) -> Iterator[str]:
    yield "If you leave, you can have your details deleted. Sums stay, with no name."
    if years:
        yield f"For {_count(years, 'year')}, we can still show a council which sums were yours."


def _price(terms: Terms | Agreement) -> str:
    if terms.list_price is None:
        return "We share the cost of each day equally."
    return f"Each day costs {money.say(terms.list_price)}. What is left over stays yours."


def _notice(weeks: int) -> str:
    if not weeks:
        return "You can leave on any day. You pay nothing after it."
    return f"Tell us {_count(weeks, 'week')} before you leave. You still pay for that time."


def _votes(hours: int) -> str:
    if not hours:
        return "A vote can close as soon as it opens."
    days, rest = divmod(hours, 24)
    return f"A vote stays open for {_count(hours, 'hour') if rest else _count(days, 'day')}."


def _bills(terms: Terms | Agreement) -> Iterator[str]:
    checked = "a second person checks" if terms.checkers == 1 else "two more people check"
    yield f"One person enters a bill, and {checked} it."
    if terms.two_checkers_over < BEYOND_ANY_BILL:
        yield f"For a bill over {money.say(terms.two_checkers_over)}, one more person checks it."
    if terms.new_payee_two:
        yield "One more person also checks the first bill from somebody new."
    yield "If a share is late, no new bill is paid until it comes. Two people can decide to go on."


PAYS_FIRST = {
    "soonest": "If you have two kinds of money, the one that ends first pays first.",
    "place": "If you have two kinds of money, each day is paid as you said.",
}


def _count(number: int, thing: str) -> str:
    return f"1 {thing}" if number == 1 else f"{number} {thing}s"
