"""Ways into a group: one open link to share and print, and invitations to one email address."""

import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from errors import NotFound, NotPossible
from members import access, notices, typed
from members.models import Invitation, Membership
from pools.locking import lock_pool
from pools.models import Pool
from pools.reference import TAIL

OPEN_FOR = timedelta(days=180)
PERSONAL_FOR = timedelta(days=28)
MOST_A_DAY = 50
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_SHORT_TOKEN = re.compile(rf"(?:[{TAIL}]{{4}}-){{2}}[{TAIL}]{{4}}", re.IGNORECASE)


class NoSuchLink(NotFound):
    """We do not know this link. Look at it again, or ask the group for a new one."""


class LinkUsed(NotPossible):
    """Somebody joined with this link already. It works once. Ask the group for a new one."""


class LinkTooOld(NotPossible):
    """That link is too old. Ask the group for a new one."""


class LinkEnded(NotPossible):
    """That link does not work any more. Ask the group for a new one."""


class GroupEnded(NotPossible):
    """The group has come to its end. Nobody can join it now."""


class EnoughToday(NotPossible):
    """Your group sent {most} invitations today. Send more tomorrow, or share the link."""


class SentBefore(NotPossible):
    """You used this form before, for something else. Open the page again."""


class UsedAlready(NotPossible):
    """That person has joined already, so there is nothing to take back."""


def state_of(invitation: Invitation, pool: Pool, now: datetime) -> str:
    """open, used, ended (taken back), old, or over (the group itself ended)."""
    if pool.ended_at is not None:
        return "over"
    if invitation.used_at is not None:
        return "used"
    if invitation.ended_at is not None:
        return "ended"
    return "open" if now < invitation.ends_at else "old"


REFUSALS = {"over": GroupEnded, "used": LinkUsed, "ended": LinkEnded, "old": LinkTooOld}


def find(session: Session, token: str, *, lock: bool = False) -> tuple[Invitation, Pool]:
    """The invitation and its pool. With `lock`, those who use one link at once wait in turn."""
    wanted = select(Invitation).where(Invitation.token == _as_kept(token))
    invitation = session.exec(wanted.with_for_update() if lock else wanted).first()
    pool = session.get(Pool, invitation.pool_id) if invitation else None
    if invitation is None or pool is None:
        raise NoSuchLink
    return invitation, pool


def must_be_open(invitation: Invitation, pool: Pool, now: datetime) -> None:
    refusal = REFUSALS.get(state_of(invitation, pool, now))
    if refusal is not None:
        raise refusal


def open_link(session: Session, by: Membership, *, key: UUID, now: datetime) -> Invitation:
    """A new open link; the one before it stops working. The same key again changes nothing."""
    _still_going(session, by.pool_id)
    access.must_hold(session, by, "organiser")
    if made := _made_already(session, key, by, None):
        return made
    for old in session.exec(_open_links(by.pool_id)):
        old.ended_at = now
        session.add(old)
    made = Invitation(
        id=key,
        pool_id=by.pool_id,
        token=_short_token(),
        made_by=by.id,
        made_at=now,
        ends_at=now + OPEN_FOR,
    )
    return _write(session, made)


def invite(session: Session, by: Membership, email: str, *, key: UUID, now: datetime) -> Invitation:
    """Write to one address. Works once. At most 50 a day from one group."""
    pool = _still_going(session, by.pool_id)
    access.must_hold(session, by, "organiser")
    email = typed.email_of(email)
    if made := _made_already(session, key, by, email):
        return made
    return _invite(session, pool, by, email, key=key, now=now)


def _invite(
    session: Session, pool: Pool, by: Membership, email: str, *, key: UUID, now: datetime
) -> Invitation:
    if sent_since(session, pool.id, now - timedelta(days=1)) >= MOST_A_DAY:
        raise EnoughToday(most=MOST_A_DAY)
    made = Invitation(
        id=key,
        pool_id=pool.id,
        token=secrets.token_urlsafe(32),
        made_by=by.id,
        email=email,
        made_at=now,
        ends_at=now + PERSONAL_FOR,
    )
    _post(session, _write(session, made), pool, by)
    return made


def again(session: Session, token: str, *, key: UUID, now: datetime) -> None:
    """Whoever holds a personal link that is too old gets a new one, to the address it was for."""
    found, pool = find(session, token, lock=True)
    if state_of(found, pool, now) != "old" or found.email is None:
        must_be_open(found, pool, now)
        return
    by = session.get(Membership, found.made_by)
    if by is None or by.left_at is not None:
        raise LinkTooOld
    found.ended_at = now
    session.add(found)
    _invite(session, lock_pool(session, pool.id), by, found.email, key=key, now=now)


def withdraw(session: Session, by: Membership, invitation_id: UUID, *, now: datetime) -> None:
    """Take an invitation back, so that its link stops working. Again changes nothing."""
    access.must_hold(session, by, "organiser")
    found = session.exec(
        select(Invitation)
        .where(Invitation.id == invitation_id, Invitation.pool_id == by.pool_id)
        .with_for_update()
    ).first()
    if found is None:
        raise NoSuchLink
    if found.used_at is not None:
        raise UsedAlready
    if found.ended_at is None:
        found.ended_at = now
        session.add(found)


def sent_since(session: Session, pool_id: UUID, since: datetime) -> int:
    return session.exec(
        select(sa.func.count()).where(
            Invitation.pool_id == pool_id,
            col(Invitation.email).is_not(None),
            Invitation.made_at > since,
        )
    ).one()


def open_link_of(session: Session, pool_id: UUID, now: datetime) -> Invitation | None:
    """The open link that works now, if there is one."""
    newest = _open_links(pool_id).where(Invitation.ends_at > now)
    return session.exec(newest.order_by(col(Invitation.made_at).desc())).first()


def _open_links(pool_id: UUID) -> SelectOfScalar[Invitation]:
    return select(Invitation).where(
        Invitation.pool_id == pool_id,
        col(Invitation.email).is_(None),
        col(Invitation.ended_at).is_(None),
    )


def _still_going(session: Session, pool_id: UUID) -> Pool:
    pool = lock_pool(session, pool_id)
    if pool.ended_at is not None:
        raise GroupEnded
    return pool


def _made_already(
    session: Session, key: UUID, by: Membership, email: str | None
) -> Invitation | None:
    """The same form sent twice. With other facts it is not the same form."""
    made = session.get(Invitation, key)
    if made is not None and (made.made_by, made.email) != (by.id, email):
        raise SentBefore
    return made


def _write(session: Session, invitation: Invitation) -> Invitation:
    session.add(invitation)
    session.flush()
    return invitation


def _short_token() -> str:
    """Short enough to be typed from a poster; a guess finds one in a million million million."""
    return "-".join("".join(secrets.choice(TAIL) for _ in range(4)) for _ in range(3)).lower()


def _as_kept(token: str) -> str:
    """The token as it lies in the database, however it was typed from a poster."""
    if _SHORT_TOKEN.fullmatch(token):
        return token.lower()
    if _TOKEN.fullmatch(token):
        return token
    raise NoSuchLink


def _post(session: Session, invitation: Invitation, pool: Pool, by: Membership) -> None:
    """A letter to somebody who is nobody here yet. Names in it are short and hold no link."""
    notices.write_to(
        session,
        invitation.email or "",
        "invitation",
        key=f"invitation:{invitation.id}",
        pool_id=pool.id,
        now=invitation.made_at,
        who=by.name,
        link=f"/join/{invitation.token}",
    )
