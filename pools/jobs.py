"""One thing that waits for somebody with a job in the group. Each room says its own."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from members import queries
from members.models import Membership
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
    del now
    waiting = queries.letters_waiting(session, pool.id) if "organiser" in roles else 0
    if not waiting:
        return ()
    return (Job("Print letters for people without email", f"/g/{pool.slug}/letters", waiting),)
