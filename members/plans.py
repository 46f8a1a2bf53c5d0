"""My plan: kept by the person it is about, and read by nobody else.

A plan is changed in place. A need never is: it is ended, and another is written, so that what was
bought for it goes on naming it.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotFound, NotPossible, NotValid
from ledger import money
from ledger.models import SOURCES
from members import needs, typed
from members.models import Need, OwnAccount, Person, Plan
from members.needs import Needed

LONGEST_WORDS, LONGEST_NAME, LONGEST_REFERENCE, LONGEST_MANAGER = 200, 80, 40, 120
MOST_WEEKLY, MOST_OWN = 10_000_000, 1_000_000_000  # pence
MOST_NEEDS = 20
OLDEST, LATEST = timedelta(days=366 * 30), timedelta(days=366 * 10)


class NoSuchPlan(NotFound):
    """That plan is not here. It may be another person's."""


class PlanThere(NotPossible):
    """You told us about that money's plan already. You can change it."""


class PlanEnded(NotPossible):
    """That plan has ended. Bring it back first."""


class NotThatMoney(NotValid):
    """Pick where the money comes from."""


class SayWho(NotValid):
    """Write who the money comes from, like Northtown Council."""


class SayWeekly(NotValid):
    """Write how much you get each week, above £0 and up to {most}."""


class SayWeeks(NotValid):
    """Write how many weeks' money you may keep, from 1 to 52."""


class SayElsewhere(NotValid):
    """Write how much you spend on other things, from £0 to {most}."""


class SayDates(NotValid):
    """Check the first day. It can be in the last 30 years, or soon."""


class LastAfterFirst(NotValid):
    """The last day must come after the first."""


class SayNeed(NotValid):
    """Write what your plan says you need."""


class NoSuchKind(NotValid):
    """Pick what it is about."""


class TooManyNeeds(NotPossible):
    """You can keep {most} needs. End one first."""


class TooLong(NotValid):
    """Say it in fewer words. It can have {most} letters."""


class SayAmount(NotValid):
    """Write an amount, from £0 to {most}."""


class NotYet(NotValid):
    """Pick today, or a day that has passed."""


class FormUsed(NotPossible):
    """You used this form before. Open the page again."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a plan says, as typed; pence. A name left empty is the person's own, and so on."""

    source: str
    funder: str
    weekly: int
    name_there: str = ""
    reference: str = ""
    limit_weeks: int = 8
    elsewhere: int = 0
    starts_on: date
    ends_on: date | None = None
    managed_by: str = "Myself"


def begin(session: Session, me: Person, facts: Facts, *, key: UUID, now: datetime) -> Plan:
    """Write down a plan. `key` is the form's own id: sent twice, it is one plan."""
    clean = tidy(facts, me.name, now.date())
    if before := session.get(Plan, key):
        if before.person_id != me.id or of(before) != clean:
            raise FormUsed
        return before
    if open_plan(session, me.id, facts.source) is not None:
        raise PlanThere
    made = Plan(id=key, person_id=me.id, **asdict(clean), made_at=now)
    session.add(made)
    session.flush()
    return made


def change(session: Session, me: Person, plan_id: UUID, *, now: datetime, **facts: Any) -> Plan:
    """Some of what it says is otherwise. What it is money from stays: that is another plan."""
    plan = _still_open(session, me, plan_id)
    old = {name: value for name, value in asdict(of(plan)).items() if name != "source"}
    clean = tidy(Facts(source=plan.source, **(old | facts)), me.name, now.date())
    for name, value in asdict(clean).items():
        setattr(plan, name, value)
    session.add(plan)
    session.flush()
    return plan


def end(session: Session, me: Person, plan_id: UUID, *, now: datetime) -> None:
    plan = find(session, me, plan_id)
    plan.ended_at = plan.ended_at or now
    session.add(plan)


def bring_back(session: Session, me: Person, plan_id: UUID) -> None:
    """It was ended by mistake. There can't be two of the same money."""
    plan = find(session, me, plan_id)
    there = open_plan(session, me.id, plan.source)
    if there is not None and there.id != plan.id:
        raise PlanThere
    plan.ended_at = None
    session.add(plan)
    session.flush()


def find(session: Session, me: Person, plan_id: UUID) -> Plan:
    plan = session.get(Plan, plan_id, with_for_update=True)
    if plan is None or plan.person_id != me.id:
        raise NoSuchPlan
    return plan


def _still_open(session: Session, me: Person, plan_id: UUID) -> Plan:
    plan = find(session, me, plan_id)
    if plan.ended_at is not None:
        raise PlanEnded
    return plan


def of(plan: Plan) -> Facts:
    return Facts(**{name: getattr(plan, name) for name in Facts.__dataclass_fields__})


def tidy(facts: Facts, name: str, today: date) -> Facts:
    """The facts in one spelling, or the sentence of what to mend."""
    if facts.source not in SOURCES:
        raise NotThatMoney
    if not 0 < facts.weekly <= MOST_WEEKLY:
        raise SayWeekly(most=money.say(MOST_WEEKLY))
    if not 0 <= facts.elsewhere <= MOST_WEEKLY:
        raise SayElsewhere(most=money.say(MOST_WEEKLY))
    if not 1 <= facts.limit_weeks <= 52:
        raise SayWeeks
    if not today - OLDEST <= facts.starts_on <= today + LATEST:
        raise SayDates
    if facts.ends_on is not None and facts.ends_on <= facts.starts_on:
        raise LastAfterFirst
    funder = line(facts.funder, LONGEST_NAME)
    if not funder:
        raise SayWho
    return Facts(
        source=facts.source,
        funder=funder,
        weekly=facts.weekly,
        name_there=line(facts.name_there, LONGEST_NAME) or name,
        reference=line(facts.reference, LONGEST_REFERENCE),
        limit_weeks=facts.limit_weeks,
        elsewhere=facts.elsewhere,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        managed_by=line(facts.managed_by, LONGEST_MANAGER) or "Myself",
    )


def line(text: str, most: int) -> str:
    if typed.is_strange(text.strip()):
        raise typed.StrangeLetters
    said = " ".join(text.split())
    if len(said) > most:
        raise TooLong(most=most)
    return said


# --- needs ---


def add_need(
    session: Session,
    me: Person,
    plan_id: UUID,
    words: str,
    kind: str,
    *,
    key: UUID,
    now: datetime,
) -> Need:
    plan, said = _still_open(session, me, plan_id), line(words, LONGEST_WORDS)
    if not said:
        raise SayNeed
    if kind not in needs.KINDS:
        raise NoSuchKind
    if before := session.get(Need, key):
        if (before.plan_id, before.words, before.kind) != (plan.id, said, kind):
            raise FormUsed
        return before
    if len(needs_of(session, [plan.id])[plan.id]) >= MOST_NEEDS:
        raise TooManyNeeds(most=MOST_NEEDS)
    made = Need(id=key, plan_id=plan.id, words=said, kind=kind, made_at=now)
    session.add(made)
    session.flush()
    return made


def end_need(session: Session, me: Person, need_id: UUID, *, now: datetime) -> Need:
    need = _find_need(session, me, need_id)
    need.ended_at = need.ended_at or now
    session.add(need)
    return need


def bring_back_need(session: Session, me: Person, need_id: UUID) -> Need:
    need = _find_need(session, me, need_id)
    need.ended_at = None
    session.add(need)
    return need


def _find_need(session: Session, me: Person, need_id: UUID) -> Need:
    need = session.get(Need, need_id)
    if need is None:
        raise NoSuchPlan
    _still_open(session, me, need.plan_id)
    return need


# --- what is in my own account ---


def say_own(
    session: Session,
    me: Person,
    plan_id: UUID,
    amount: int,
    on_day: date,
    *,
    key: UUID,
    now: datetime,
) -> OwnAccount:
    """What is left of this money in my own account, on that day; pence."""
    plan = _still_open(session, me, plan_id)
    if not 0 <= amount <= MOST_OWN:
        raise SayAmount(most=money.say(MOST_OWN))
    if not now.date() - OLDEST <= on_day <= (now + timedelta(hours=14)).date():
        raise NotYet
    if before := session.get(OwnAccount, key):
        if (before.plan_id, before.amount, before.on_day) != (plan.id, amount, on_day):
            raise FormUsed
        return before
    made = OwnAccount(id=key, plan_id=plan.id, amount=amount, on_day=on_day, made_at=now)
    session.add(made)
    session.flush()
    return made


def own_account(session: Session, plan_id: UUID, *, until: date | None = None) -> OwnAccount | None:
    """The newest that was said, or the newest for a day not after `until`."""
    said = select(OwnAccount).where(OwnAccount.plan_id == plan_id)
    if until is not None:
        said = said.where(OwnAccount.on_day <= until)
    return session.exec(
        said.order_by(col(OwnAccount.made_at).desc(), col(OwnAccount.id).desc()).limit(1)
    ).first()


# --- reading ---


def open_plan(session: Session, person_id: UUID, source: str) -> Plan | None:
    return session.exec(
        select(Plan).where(
            Plan.person_id == person_id, Plan.source == source, col(Plan.ended_at).is_(None)
        )
    ).first()


def open_plans(session: Session, person_id: UUID) -> tuple[Plan, ...]:
    return tuple(
        session.exec(
            select(Plan)
            .where(Plan.person_id == person_id, col(Plan.ended_at).is_(None))
            .order_by(col(Plan.made_at), col(Plan.id))
        )
    )


def needs_of(
    session: Session, plan_ids: Collection[UUID], *, at: datetime | None = None
) -> dict[UUID, tuple[Needed, ...]]:
    """The needs of these plans that stand now, or stood at that moment. Every plan is there."""
    wanted = select(Need).where(col(Need.plan_id).in_(plan_ids))
    if at is None:
        wanted = wanted.where(col(Need.ended_at).is_(None))
    else:
        wanted = wanted.where(
            col(Need.made_at) <= at, col(Need.ended_at).is_(None) | (col(Need.ended_at) > at)
        )
    found: dict[UUID, list[Needed]] = defaultdict(list)
    for need in session.exec(wanted.order_by(col(Need.made_at), col(Need.id))):
        found[need.plan_id].append(Needed(need.id, need.words, need.kind))
    return {plan_id: tuple(found[plan_id]) for plan_id in plan_ids}


def fit(
    session: Session,
    person_id: UUID,
    source: str,
    serves: Collection[str],
    *,
    anyway: bool = False,
) -> needs.Fit:
    """Is a thing that serves these kinds in this person's plan for that money?"""
    plan = open_plan(session, person_id, source)
    known = needs_of(session, [plan.id])[plan.id] if plan else None
    return needs.fit(known, serves, anyway=anyway)
