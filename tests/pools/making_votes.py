"""A small group with a vote in it, for the tests of decisions."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import db
from ledger import journal
from members.models import Membership, Person, Role
from pools import agreement
from pools.decisions import ballots, proposals
from pools.decisions.effects import Draft, Effect, Fact, Preview, Step
from pools.decisions.models import Proposal
from pools.models import Pool

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAMES = ("Ann", "Bob", "Cas", "Dee", "Eli", "Fay", "Gus", "Hal", "Ivy", "Jo", "Kim", "Lou")


@dataclass
class Done:
    """An effect with a memory: what it was told to do, and whom it keeps out."""

    applied: list[UUID] = field(default_factory=list)
    kept_out: frozenset[UUID] = frozenset()

    def effect(self) -> Effect:
        return Effect(
            preview=lambda _s, draft, _m, *, now: Preview(
                (Fact("Your share", 3429),), (Fact("Savings now", 279000),)
            ),
            apply=lambda _s, proposal, *, now: self.applied.append(proposal.id),
            followed=lambda _s, proposal: (Step("The bill came", "/g/hub/bills"),),
            kept_out=lambda _s, _draft: self.kept_out,
        )


NOTHING_DONE = {"spend": Effect()}


def group(size: int, *, slug: str = "hub", hours: int = 72) -> tuple[Pool, list[Membership]]:
    """A pool of so many people without places; the first is its organiser."""
    with db.transaction() as session:
        book = journal.open_book(session, "GBP", now=NOW)
        pool = Pool(
            slug=slug, name="Thursday Hub", place="Doncaster", book_id=book.book_id, started_at=NOW
        )
        session.add(pool)
        session.flush()
        agreement.agree(session, pool.id, agreement.Terms(vote_hours=hours), now=NOW)
        members = [member(session, pool, NAMES[i % len(NAMES)]) for i in range(size)]
        session.add(
            Role(pool_id=pool.id, person_id=members[0].person_id, kind="organiser", since=NOW)
        )
    return pool, members


def member(session, pool: Pool, name: str) -> Membership:
    person = Person(name=name, email=f"{db.new_id().hex}@example.com", made_at=NOW)
    session.add(person)
    session.flush()
    made = Membership(pool_id=pool.id, person_id=person.id, name=name, joined_at=NOW)
    session.add(made)
    session.flush()
    return made


def kiln(pool: Pool, **other) -> Draft:
    facts = {
        "kind": "spend", "title": "Shall we buy a kiln?", "words": "A kiln is an oven for pottery.",
        "amount": 48000, "cost": "equipment", "payee": "The Kiln Shop",
    }  # fmt: skip
    return Draft(pool_id=pool.id, **(facts | other))


def walk(pool: Pool, **other) -> Draft:
    """A question with no cost."""
    facts = {"amount": None, "cost": None, "payee": None, "title": "Shall we walk on Fridays?"}
    return kiln(pool, kind="ask", **(facts | other))


def asked(pool: Pool, by: Membership, *, draft=None, now=NOW, effects=NOTHING_DONE) -> Proposal:
    with db.transaction() as session:
        return proposals.propose(
            session, by, draft or kiln(pool), key=db.new_id(), effects=effects, now=now
        )


def say(proposal, membership, choice, *, now=NOW + HOUR, effects=NOTHING_DONE) -> Proposal:
    with db.transaction() as session:
        return ballots.cast(session, proposal.id, membership, choice, now=now, effects=effects)


def closed(proposal, *, now=None, effects=NOTHING_DONE) -> Proposal:
    now = now or proposal.closes_at + timedelta(seconds=1)
    with db.transaction() as session:
        return proposals.close(session, proposal.id, now=now, effects=effects)
