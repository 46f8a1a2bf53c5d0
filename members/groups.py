"""What a person's own pages and letters need to know of a pool: its name, where it is, its phone.

Read from the row itself; the room of pools lies above this one and is not asked.
"""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from members.models import Membership, Role

POOL = sa.table(
    "pool",
    sa.column("id", sa.Uuid()),
    sa.column("slug", sa.String()),
    sa.column("name", sa.String()),
    sa.column("place", sa.String()),
    sa.column("phone", sa.String()),
    sa.column("time_zone", sa.String()),
    sa.column("worry_name", sa.String()),
    sa.column("book_id", sa.Uuid()),
)


@dataclass(frozen=True)
class Group:
    """`outside` is whom one can talk to who is not in the group, if somebody is named."""

    id: UUID
    slug: str
    name: str
    place: str
    phone: str | None
    time_zone: str
    outside: str | None = None
    book_id: UUID | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Helped:
    """A group of mine, and the first names of those who run it."""

    group: Group
    organisers: tuple[str, ...]


def group_of(session: Session, pool_id: UUID) -> Group:
    row = session.connection().execute(sa.select(POOL).where(POOL.c.id == pool_id)).one()
    return Group(*row)


def groups_of(session: Session, person_id: UUID) -> tuple[Group, ...]:
    """The groups somebody is in now, by name."""
    mine = (
        select(Membership.pool_id)
        .where(Membership.person_id == person_id, col(Membership.left_at).is_(None))
        .scalar_subquery()
    )
    rows = sa.select(POOL).where(POOL.c.id.in_(mine)).order_by(POOL.c.name, POOL.c.id)
    return tuple(Group(*row) for row in session.connection().execute(rows))


def helped(session: Session, person_id: UUID) -> tuple[Helped, ...]:
    return tuple(
        Helped(group, organisers_of(session, group.id)) for group in groups_of(session, person_id)
    )


def organisers_of(session: Session, pool_id: UUID) -> tuple[str, ...]:
    return tuple(
        session.exec(
            select(Membership.name)
            .join(
                Role,
                sa.and_(
                    col(Role.pool_id) == Membership.pool_id,
                    col(Role.person_id) == Membership.person_id,
                ),
            )
            .where(
                Role.pool_id == pool_id,
                Role.kind == "organiser",
                col(Role.until).is_(None),
                col(Membership.left_at).is_(None),
            )
            .order_by(Membership.name)
        )
    )
