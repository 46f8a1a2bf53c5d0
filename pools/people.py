"""Who is in a group and who has which job: giving a job, taking it back, the page that shows."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotFound, NotPossible, NotValid
from members import access, notices
from members.models import ROLES, Membership, Role
from pools.locking import lock_pool
from pools.models import Pool

JOB_WORDS = {
    "organiser": "organiser",
    "treasurer": "treasurer",
    "checker": "second checker",
}


class NoSuchMember(NotFound):
    """We could not find that person in your group."""


class NoSuchJob(NotFound):
    """We could not find that job. Somebody may have changed it just now."""


class PickAJob(NotValid):
    """Pick a job."""


class HasAJob(NotPossible):
    """{name} has a job here already. Each job needs another person."""


class LastOrganiser(NotPossible):
    """The group needs an organiser. Give that job to somebody else first."""


class GivenBefore(NotPossible):
    """You used this form before, for something else. Open the page again."""


def give(
    session: Session, by: Membership, membership_id: UUID, kind: str, *, key: UUID, now: datetime
) -> Role:
    """The organiser gives somebody in the group a job. Everybody is told. One job a person."""
    pool = lock_pool(session, by.pool_id)
    access.must_hold(session, by, "organiser")
    if kind not in ROLES:
        raise PickAJob
    member = _member(session, pool.id, membership_id)
    if made := _given_already(session, key, member, kind):
        return made
    if access.roles_of(session, pool.id, member.person_id):
        raise HasAJob(name=member.name)
    made = Role(id=key, pool_id=pool.id, person_id=member.person_id, kind=kind, since=now)
    session.add(made)
    session.flush()
    _tell(session, pool, "job_given", member, made, now=now)
    return made


def take_back(session: Session, by: Membership, role_id: UUID, *, now: datetime) -> None:
    """A job ends. Everybody is told. Not the last organiser's; twice changes nothing."""
    pool = lock_pool(session, by.pool_id)
    access.must_hold(session, by, "organiser")
    role = session.exec(
        select(Role).where(Role.id == role_id, Role.pool_id == pool.id).with_for_update()
    ).first()
    if role is None:
        raise NoSuchJob
    if role.until is not None:
        return
    if role.kind == "organiser" and _organisers(session, pool.id) == 1:
        raise LastOrganiser
    role.until = now
    session.add(role)
    session.flush()
    member = session.exec(
        select(Membership).where(
            Membership.pool_id == pool.id, Membership.person_id == role.person_id
        )
    ).one()
    _tell(session, pool, "job_ended", member, role, now=now)


def _member(session: Session, pool_id: UUID, membership_id: UUID) -> Membership:
    found = session.get(Membership, membership_id)
    if found is None or found.pool_id != pool_id or found.left_at is not None:
        raise NoSuchMember
    return found


def _given_already(session: Session, key: UUID, member: Membership, kind: str) -> Role | None:
    made = session.get(Role, key)
    wanted = (member.pool_id, member.person_id, kind)
    if made is not None and (made.pool_id, made.person_id, made.kind) != wanted:
        raise GivenBefore
    return made


def _organisers(session: Session, pool_id: UUID) -> int:
    return session.exec(
        select(sa.func.count())
        .select_from(Role)
        .join(
            Membership,
            sa.and_(
                col(Membership.pool_id) == Role.pool_id,
                col(Membership.person_id) == Role.person_id,
            ),
        )
        .where(
            Role.pool_id == pool_id,
            Role.kind == "organiser",
            col(Role.until).is_(None),
            col(Membership.left_at).is_(None),
        )
    ).one()


def _tell(
    session: Session, pool: Pool, kind: str, member: Membership, role: Role, *, now: datetime
) -> None:
    notices.tell_pool(
        session,
        pool.id,
        kind,
        key=f"{kind}:{role.id}",
        now=now,
        who=member.name,
        job=JOB_WORDS[role.kind],
        link=f"/g/{pool.slug}/people",
    )


# --- the page ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Member:
    """One person as the group sees them. `job` is words; `may_end` if it is not the group's last
    organiser's.
    """

    id: UUID
    name: str
    me: bool
    joined_at: datetime
    job: str | None
    role_id: UUID | None
    may_end: bool


@dataclass(frozen=True)
class People:
    with_jobs: tuple[Member, ...]
    others: tuple[Member, ...]
    missing: tuple[str, ...]  # jobs that nobody has

    @property
    def count(self) -> int:
        return len(self.with_jobs) + len(self.others)


def people(session: Session, pool_id: UUID, me: Membership) -> People:
    """Everybody in the group by first name: those with a job, by job, then the rest."""
    held = sa.and_(
        col(Role.pool_id) == Membership.pool_id,
        col(Role.person_id) == Membership.person_id,
        col(Role.until).is_(None),
    )
    rows = session.exec(
        select(Membership, Role)
        .outerjoin(Role, held)
        .where(Membership.pool_id == pool_id, col(Membership.left_at).is_(None))
        .order_by(sa.func.lower(Membership.name), col(Membership.joined_at), col(Membership.id))
    ).all()
    alone = [role.kind for _, role in rows if role].count("organiser") == 1
    found = [
        (_shown(member, role, me, alone=alone), role.kind if role else None)
        for member, role in rows
    ]
    busy = sorted((pair for pair in found if pair[1]), key=lambda pair: ROLES.index(pair[1] or ""))
    kinds = {kind for _, kind in found}
    return People(
        with_jobs=tuple(member for member, _ in busy),
        others=tuple(member for member, kind in found if kind is None),
        missing=tuple(JOB_WORDS[kind] for kind in ROLES if kind not in kinds),
    )


def _shown(member: Membership, role: Role | None, me: Membership, *, alone: bool) -> Member:
    return Member(
        member.id,
        member.name,
        member.id == me.id,
        member.joined_at,
        JOB_WORDS[role.kind] if role else None,
        role.id if role else None,
        role is not None and not (alone and role.kind == "organiser"),
    )
