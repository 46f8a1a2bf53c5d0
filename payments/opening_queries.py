"""What the pages of the money before our first file show, to people with a job."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from members.models import Membership
from payments import opening
from payments.answers import members_of, names_of
from pools.jobs import Job
from pools.models import Pool


@dataclass(frozen=True)
class NewPage:
    """`amount` is what nobody has explained yet. `waiting` is what somebody said already."""

    amount: int
    start: date | None
    choices: tuple[tuple[str, str], ...]
    waiting: UUID | None


@dataclass(frozen=True)
class OnePage:
    """`state` is open, done or stopped; `may` says whether this reader can look."""

    id: UUID
    amount: int
    happened_on: date
    shown_by: str
    evidence_id: UUID | None
    parts: tuple[tuple[str, int], ...]
    said_by: str
    said_at: datetime
    state: str
    looked_by: str
    looked_at: datetime | None
    mine: bool
    may: bool
    seq: int | None


def new_page(session: Session, pool: Pool) -> NewPage:
    found, said = opening.before(session, pool), opening.open_one(session, pool.id)
    people = [
        (f"source:{source.id}", f"{who.name} ({source.reference})")
        for source, who in members_of(session, pool)
    ]
    return NewPage(
        amount=found.before if found else 0,
        start=found.start if found else None,
        choices=((opening.SAFETY, "Our safety money"), *people),
        waiting=said.id if said else None,
    )


def one_page(session: Session, pool: Pool, me: Membership, opening_id: UUID) -> OnePage:
    one = opening.find(session, pool.id, opening_id)
    parts = opening.parts_of(session, one.id)
    names = names_of(session, [part.source_id for part in parts if part.source_id])
    state = "done" if one.confirmed_at else "stopped" if one.dropped_at else "open"
    looked_by = one.confirmed_by or one.dropped_by
    return OnePage(
        id=one.id,
        amount=one.amount,
        happened_on=one.happened_on,
        shown_by=one.shown_by,
        evidence_id=one.evidence_id,
        parts=tuple(
            (names[part.source_id] if part.source_id else "Our safety money", part.amount)
            for part in parts
        ),
        said_by=session.get_one(Membership, one.said_by).name,
        said_at=one.said_at,
        state=state,
        looked_by=session.get_one(Membership, looked_by).name if looked_by else "",
        looked_at=one.confirmed_at or one.dropped_at,
        mine=one.said_by == me.id,
        may=state == "open" and one.said_by != me.id,
        seq=one.entry_seq,
    )


def jobs(session: Session, pool: Pool, me: Membership, roles: frozenset[str]) -> tuple[Job, ...]:
    """Somebody said whose it was, and this person can look."""
    said = opening.open_one(session, pool.id) if roles else None
    if said is None or said.said_by == me.id:
        return ()
    return (Job("Check what was there at first", f"/g/{pool.slug}/bank/opening/{said.id}"),)
