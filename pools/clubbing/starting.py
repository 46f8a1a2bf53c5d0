"""Starting a group: the draft that somebody fills in over days, and the group that comes of it."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

import db
from errors import NotPossible, NotValid
from ledger import journal
from members import access, typed
from members.models import Membership, Person, Role
from pools import agreement, inviting
from pools.agreement import Terms
from pools.clubbing import purposes, rounds, words
from pools.clubbing.cost import Cost
from pools.clubbing.models import Service, ServiceSession
from pools.models import GroupDraft, Pool

Answers = dict[str, dict[str, Any]]  # a task's name -> what was typed in its form
NO_SLUG = "group"
LONGEST_SLUG = 50  # leaves room for its number


class PickADay(NotValid):
    """Pick at least one day."""


class EndLater(NotValid):
    """The day must end after it starts."""


class StartedBefore(NotPossible):
    """You used this form before, for another group. Open the page again."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A group that is ready to start. `days` are 0 (Monday) to 6, all with the same times and cost.
    `id` becomes the pool's, so that a form sent twice starts one group.
    """

    id: UUID
    name: str
    place: str
    what: str
    phone: str | None
    days: tuple[int, ...]
    starts: time
    ends: time
    cost: Cost
    terms: Terms
    closes_at: datetime
    starts_on: date
    serves: tuple[str, ...] = ()  # kinds of need

    @property
    def when(self) -> str:
        """Tuesdays and Thursdays, 10am to 3pm"""
        named = words.joined(f"{words.DAYS[day]}s" for day in sorted(set(self.days)))
        return f"{named}, {words.times(self.starts, self.ends)}"

    @property
    def about(self) -> str:
        """When, where and what, as the group's page, its invitation and its poster say it."""
        what = self.what.strip()
        end = "" if what.endswith((".", "!", "?")) else "."
        told = f" {what[0].upper()}{what[1:]}{end}" if what else ""
        return f"{self.when}, at {self.place}.{told}"


def start(session: Session, plan: Plan, by: Person, *, now: datetime) -> Pool:
    """Open the book, write the rules, name the days and their cost, ask "are enough of us in?", and
    make the starter the organiser, with an open link to invite by. Their draft goes.
    """
    _in_turn(session, by)
    if (made := started(session, plan.id, by)) is not None:
        return made
    _check(plan)
    pool = _open_pool(session, plan, now)
    rules = agreement.agree(session, pool.id, plan.terms, now=now)
    starter = _add_organiser(session, pool, by, now)
    agreement.sign(session, rules, starter, now=now)
    service_id = _add_service(session, pool, plan)
    purposes.write(session, service_id, plan.serves, now=now)
    rounds.open_round(
        session, service_id, rules, closes_at=plan.closes_at, starts_on=plan.starts_on, now=now
    )
    inviting.open_link(session, starter, key=db.new_id(), now=now)
    session.exec(sa.delete(GroupDraft).where(col(GroupDraft.person_id) == by.id))
    return pool


def started(session: Session, pool_id: UUID, by: Person) -> Pool | None:
    """The group that this form started already, if it did."""
    made = session.get(Pool, pool_id)
    if made is not None and access.membership_of(session, pool_id, by.id) is None:
        raise StartedBefore
    return made


def _in_turn(session: Session, person: Person) -> None:
    """What one person does at once on two devices, or with two presses, happens one by one."""
    session.exec(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))


def _check(plan: Plan) -> None:
    if not plan.days:
        raise PickADay
    if plan.ends <= plan.starts:
        raise EndLater


def _open_pool(session: Session, plan: Plan, now: datetime) -> Pool:
    book = journal.open_book(session, "GBP", now=now)
    journal.open_fund(session, book.book_id, "reserve")
    name = typed.name_of(plan.name)
    pool = Pool(
        id=plan.id,
        slug=free_slug(session, name),
        name=name,
        place=plan.place,
        about=plan.about,
        phone=typed.phone_of(plan.phone or ""),
        book_id=book.book_id,
        started_at=now,
    )
    session.add(pool)
    session.flush()
    return pool


def _add_organiser(session: Session, pool: Pool, by: Person, now: datetime) -> Membership:
    starter = Membership(pool_id=pool.id, person_id=by.id, name=by.name, joined_at=now)
    session.add(starter)
    session.add(Role(pool_id=pool.id, person_id=by.id, kind="organiser", since=now))
    session.flush()
    return starter


def _add_service(session: Session, pool: Pool, plan: Plan) -> UUID:
    service = Service(pool_id=pool.id, name=pool.name)
    session.add(service)
    session.flush()
    for day in sorted(set(plan.days)):
        session.add(
            ServiceSession(
                pool_id=pool.id,
                service_id=service.id,
                day=day,
                starts=plan.starts,
                ends=plan.ends,
                fixed=plan.cost.fixed,
                wage=plan.cost.wage,
                ratio=plan.cost.ratio,
                min_staff=plan.cost.min_staff,
                variable=plan.cost.variable,
                capacity=plan.cost.capacity,
            )
        )
    session.flush()
    return service.id


def free_slug(session: Session, name: str) -> str:
    """thursday-hub; if a group has that, thursday-hub-2, and so on."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-") or NO_SLUG
    alike = select(Pool.slug).where(sa.func.substr(Pool.slug, 1, len(base)) == base)
    taken = set(session.exec(alike))
    number = next(n for n in range(1, len(taken) + 2) if _numbered(base, n) not in taken)
    return _numbered(base, number)


def _numbered(base: str, number: int) -> str:
    return base if number == 1 else f"{base}-{number}"


# --- the draft -----------------------------------------------------------------------------------


def answers_of(session: Session, person: Person) -> Answers:
    """What this person typed so far, by task."""
    draft = session.get(GroupDraft, person.id)
    return json.loads(draft.answers) if draft else {}


def keep_answers(
    session: Session, person: Person, task: str, typed_in: Mapping[str, Any], *, now: datetime
) -> None:
    """Keep one task's answers; those of the others stay as they are."""
    _in_turn(session, person)
    answers = answers_of(session, person) | {task: dict(typed_in)}
    draft = session.get(GroupDraft, person.id) or GroupDraft(
        person_id=person.id, answers="", changed_at=now
    )
    draft.answers, draft.changed_at = json.dumps(answers, ensure_ascii=False), now
    session.add(draft)
    session.flush()
