"""A group that asks whether enough are in, made with real commits: the Thursday Hub's figures."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import db
from ledger import journal
from members.models import Membership, Person, Role
from pools import agreement
from pools.clubbing import promises, rounds
from pools.clubbing.models import Round, Service, ServiceSession
from pools.models import Pool

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday
CLOSES = NOW + timedelta(days=7)
STARTS = date(2026, 12, 3)
LATER = CLOSES + timedelta(minutes=1)
THURSDAY, SATURDAY = 3, 5


@dataclass
class Group:
    pool_id: UUID
    service_id: UUID
    round_id: UUID
    days: list[UUID]
    organiser: Membership
    slug: str


def group(
    slug="thursday-hub",
    days=(THURSDAY,),
    *,
    rule="list",
    list_price=4200,
    order="earliest",
    overhead=0,
    provider_id=None,
    now=NOW,
    capacity=12,
):
    """A group with its organiser (who promised nothing yet) and an open round."""
    with db.transaction() as session:
        book = journal.open_book(session, "GBP", now=now)
        pool = Pool(slug=slug, name=slug.replace("-", " ").title(), place="Town centre",
                    book_id=book.book_id, started_at=now)  # fmt: skip
        session.add(pool)
        session.flush()
        terms = agreement.Terms(
            price_rule=rule, list_price=list_price if rule == "list" else None, order_rule=order
        )
        rules = agreement.agree(session, pool.id, terms, now=now)
        service = Service(
            pool_id=pool.id, name="The Hub", overhead=overhead, provider_id=provider_id
        )
        session.add(service)
        session.flush()
        sessions = [day(pool.id, service.id, number, capacity) for number in days]
        session.add_all(sessions)
        session.flush()
        opened = rounds.open_round(
            session, service.id, rules, closes_at=now + timedelta(days=7),
            starts_on=(now + timedelta(days=9)).date(), now=now,
        )  # fmt: skip
        made = (pool.id, service.id, opened.id, [one.id for one in sessions])
    organiser = member(pool.id, f"Sam of {slug}", role="organiser", now=now)
    return Group(*made, organiser, slug)


def day(pool_id, service_id, number, capacity=12):
    """405.22 a session with three staff, 313.71 with two; 3.50 for each person; one to four."""
    return ServiceSession(
        pool_id=pool_id, service_id=service_id, day=number, starts=time(10), ends=time(15),
        fixed=13069, wage=9151, ratio=4, min_staff=2, variable=350, capacity=capacity,
    )  # fmt: skip


def member(pool_id, name, *, role=None, now=NOW):
    with db.transaction() as session:
        return add_member(session, pool_id, name, role, now)


def add_member(session, pool_id, name, role, now):
    email = f"{name.lower().replace(' ', '.')}@example.org"
    person = Person(name=name, email=email, made_at=now)
    session.add(person)
    session.flush()
    made = Membership(pool_id=pool_id, person_id=person.id, name=name, joined_at=now)
    session.add(made)
    if role:
        session.add(Role(pool_id=pool_id, person_id=person.id, kind=role, since=now))
    session.flush()
    return made


def members(made, many, name="Member"):
    with db.transaction() as session:
        return [
            add_member(session, made.pool_id, f"{name} {number} of {made.slug}", None, NOW)
            for number in range(many)
        ]


def promise(made, who, most, *, days=None, source="direct_payment", key=None, now=NOW):
    with db.transaction() as session:
        return add_promise(session, made, who, most, days=days, source=source, key=key, now=now)


def add_promise(session, made, who, most, *, days=None, source="direct_payment", key=None, now=NOW):
    mosts = dict.fromkeys(days or made.days[:1], most)
    return promises.promise(
        session, made.round_id, who, mosts, source, key=key or db.new_id(), now=now
    )


def promised(made, mosts, **options):
    """A new member for each of `mosts`, who promises a minute after the one before."""
    people = members(made, len(mosts), **options)
    with db.transaction() as session:
        for number, (who, most) in enumerate(zip(people, mosts, strict=True)):
            add_promise(session, made, who, most, now=NOW + timedelta(minutes=number))
    return people


def withdraw(made, who, *, now=NOW):
    with db.transaction() as session:
        return promises.withdraw(session, made.round_id, who, now=now)


def close(made, *, now=LATER, by=None):
    with db.transaction() as session:
        return rounds.close(session, made.round_id, now=now, by=by)


def the_round(made):
    with db.reading() as session:
        return session.get(Round, made.round_id)
