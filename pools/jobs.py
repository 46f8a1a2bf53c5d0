"""One thing that waits for somebody with a job in the group. Each room says its own.

Here are letters to print, and what a group that has just begun still lacks.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from members import naming, queries
from members.models import ROLES, Membership, Role
from pools.models import Pool


@dataclass(frozen=True)
class Job:
    """`words` say what to do ("Check a bill"), `href` is where, `count` how many wait."""

    words: str
    href: str
    count: int = 1


def letters(
    session: Session, pool: Pool, _me: Membership, roles: frozenset[str], *, now: datetime
) -> tuple[Job, ...]:
    """Letters to people without email wait for the organiser to print them, whenever that is."""
    waiting = queries.letters_waiting(session, pool.id, now=now) if "organiser" in roles else 0
    if not waiting:
        return ()
    return (Job("Print letters for people without email", f"/g/{pool.slug}/letters", waiting),)


FIND = {"treasurer": "Find a treasurer", "checker": "Find a second checker"}


def beginning(
    session: Session, pool: Pool, _me: Membership, roles: frozenset[str], *, now: datetime
) -> tuple[Job, ...]:
    """What a new group still needs before it can pay a bill: people for each job, and somebody
    outside. It is said until it is done, however old the group is.
    """
    del now
    if "organiser" not in roles:
        return ()
    held = set(
        session.exec(select(Role.kind).where(Role.pool_id == pool.id, col(Role.until).is_(None)))
    )
    people = [
        Job(FIND[kind], f"/g/{pool.slug}/people") for kind in ROLES if kind in FIND.keys() - held
    ]
    outside = (
        []
        if pool.worry_name
        else [Job("Name somebody outside to talk to", f"/g/{pool.slug}/outside")]
    )
    return (*people, *outside)


def names(
    session: Session, pool: Pool, _me: Membership, roles: frozenset[str], *, now: datetime
) -> tuple[Job, ...]:
    """Words that may name somebody who is gone wait for anybody with a job."""
    del now
    waiting = naming.count(session, pool.id) if roles else 0
    words = "Look at words that may name a past member"
    return (Job(words, f"/g/{pool.slug}/names", waiting),) if waiting else ()
