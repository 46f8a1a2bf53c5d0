"""This room's part of what is mine: my statements that were kept, what I said beside them, the
links I made and who looked.
"""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from members.mine import File, Room, Stays, memberships, rows
from members.models import Person
from pools.packs import statement as values
from pools.packs import zipping
from pools.packs.models import KeptStatement, OwnWords, PackLink, PackLook


def my_data(session: Session, person: Person, *, now: datetime) -> dict[str, object]:
    del now
    mine = memberships(person)
    links = sa.select(col(PackLink.id)).where(col(PackLink.membership_id).in_(mine))
    return {
        "Statements I kept": [_kept(one) for one in _mine(session, person)],
        "What I said I did": rows(session, OwnWords, col(OwnWords.membership_id).in_(mine)),
        "Links I made": rows(
            session, PackLink, col(PackLink.membership_id).in_(mine), without=("token_hash",)
        ),
        "Who looked": rows(session, PackLook, col(PackLook.link_id).in_(links.scalar_subquery())),
    }


def _mine(session: Session, person: Person) -> Iterator[KeptStatement]:
    yield from session.exec(
        select(KeptStatement)
        .where(col(KeptStatement.membership_id).in_(memberships(person)))
        .order_by(col(KeptStatement.membership_id), col(KeptStatement.number))
    )


def _kept(one: KeptStatement) -> dict[str, object]:
    facts: dict[str, object] = {
        "number": one.number, "since": one.since, "until": one.until, "made at": one.made_at,
        "seal": one.digest.hex(),
    }  # fmt: skip
    if (content := one.content) is not None:
        name = zipping.file_name(values.read(content), "json")
        facts["what it says"] = File(name, lambda: content)
    return facts


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """The words of statements go, and what was said beside them; links show nothing any more. The
    number, the days and the seal of each statement stay.
    """
    mine = memberships(person)
    session.exec(sa.delete(OwnWords).where(col(OwnWords.membership_id).in_(mine)))
    session.exec(
        sa.update(KeptStatement)
        .where(col(KeptStatement.membership_id).in_(mine), col(KeptStatement.content).is_not(None))
        .values(content=None)
    )
    own = col(PackLink.membership_id).in_(mine)
    session.exec(sa.update(PackLink).where(own).values(for_whom=""))
    session.exec(
        sa.update(PackLink)
        .where(own, col(PackLink.withdrawn_at).is_(None))
        .values(withdrawn_at=now)
    )


def stays(session: Session, person: Person, _now: datetime) -> Iterator[Stays]:
    if next(_mine(session, person), None) is not None:
        yield Stays("The number, the days and the seal of each statement you kept. Not its words.")


ROOM = Room("My statements", my_data, erase, stays=stays)
