"""Support bands: made, set for a person by one with a job, and confirmed by another."""

from collections.abc import Collection
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotAllowed, NotFound, NotPossible, NotValid
from members import access, typed
from members.models import Membership
from pools.bands import weights
from pools.bands.models import Band, BandHeld
from pools.locking import lock_pool

MAY_SET = ("organiser", "treasurer", "checker")
LONGEST_NAME = 40
ORDINARY = Fraction(1)


class NoSuchBand(NotFound):
    """We could not find that band."""


class NoSuchPerson(NotFound):
    """We could not find that person in this group."""


class NameNeeded(NotValid):
    """Type a short name for the band, like: Two people share a worker."""


class AboutYourself(NotAllowed):
    """This is about yourself. Two other people must say it."""


class YouSaidIt(NotAllowed):
    """You said this yourself. Another person must confirm it."""


class AskedAlready(NotPossible):
    """Another band waits for this person already. Confirm it or stop it first."""


class FormUsed(NotPossible):
    """You used this form for something else already. Open the page again."""


def make(
    session: Session, by: Membership, name: str, weight: str, *, key: UUID, now: datetime
) -> Band:
    """A new band of the group. The same form again is the same band."""
    pool = lock_pool(session, by.pool_id)
    access.must_hold(session, by, *MAY_SET)
    called = " ".join(name.split())
    if not called:
        raise NameNeeded
    if len(called) > LONGEST_NAME:
        raise typed.LongName(most=LONGEST_NAME)
    if typed.is_strange(called):
        raise typed.StrangeLetters
    weighs = str(weights.read(weight))
    if made := session.get(Band, key):
        if (made.pool_id, made.name, made.weight) != (pool.id, called, weighs):
            raise FormUsed
        return made
    made = Band(id=key, pool_id=pool.id, name=called, weight=weighs, made_by=by.id, made_at=now)
    session.add(made)
    session.flush()
    return made


def put(
    session: Session,
    by: Membership,
    membership_id: UUID,
    band_id: UUID,
    *,
    key: UUID,
    now: datetime,
) -> BandHeld:
    """One with a job says which band a person is in. It counts once another confirms it."""
    pool = lock_pool(session, by.pool_id)
    access.must_hold(session, by, *MAY_SET)
    if made := session.get(BandHeld, key):
        if (made.membership_id, made.band_id) != (membership_id, band_id):
            raise FormUsed
        return made
    who, band = session.get(Membership, membership_id), session.get(Band, band_id)
    if who is None or who.pool_id != pool.id or who.left_at is not None:
        raise NoSuchPerson
    if band is None or band.pool_id != pool.id or band.ended_at is not None:
        raise NoSuchBand
    if who.id == by.id:
        raise AboutYourself
    if _open(session, who.id, confirmed=False) is not None:
        raise AskedAlready
    made = BandHeld(
        id=key, pool_id=pool.id, membership_id=who.id, band_id=band.id, set_by=by.id, set_at=now
    )
    session.add(made)
    session.flush()
    return made


def confirm(session: Session, by: Membership, held_id: UUID, *, now: datetime) -> BandHeld:
    """A second person with a job agrees. The band before it ends. Twice changes nothing."""
    held = _held(session, by, held_id)
    if held.membership_id == by.id:
        raise AboutYourself
    if held.set_by == by.id:
        raise YouSaidIt
    if held.ended_at is not None or held.confirmed_at is not None:
        return held
    before = _open(session, held.membership_id, confirmed=True)
    if before is not None:
        before.ended_at = now
        session.add(before)
        session.flush()
    held.confirmed_by, held.confirmed_at = by.id, now
    session.add(held)
    session.flush()
    return held


def stop(session: Session, by: Membership, held_id: UUID, *, now: datetime) -> BandHeld:
    """Somebody with a job takes back what waits to be confirmed. Twice changes nothing."""
    held = _held(session, by, held_id)
    if held.confirmed_at is None and held.ended_at is None:
        held.ended_at = now
        session.add(held)
        session.flush()
    return held


def _held(session: Session, by: Membership, held_id: UUID) -> BandHeld:
    lock_pool(session, by.pool_id)
    access.must_hold(session, by, *MAY_SET)
    held = session.get(BandHeld, held_id, with_for_update=True, populate_existing=True)
    if held is None or held.pool_id != by.pool_id:
        raise NoSuchBand
    return held


def _open(session: Session, membership_id: UUID, *, confirmed: bool) -> BandHeld | None:
    said = col(BandHeld.confirmed_at)
    return session.exec(
        select(BandHeld).where(
            BandHeld.membership_id == membership_id,
            col(BandHeld.ended_at).is_(None),
            said.is_not(None) if confirmed else said.is_(None),
        )
    ).first()


def weights_of(session: Session, members: Collection[UUID]) -> dict[UUID, Fraction]:
    """What each of them weighs by now; who is in no band is ordinary."""
    rows = session.exec(
        select(BandHeld.membership_id, Band.weight)
        .join(Band, col(Band.id) == BandHeld.band_id)
        .where(
            col(BandHeld.membership_id).in_(members),
            col(BandHeld.confirmed_at).is_not(None),
            col(BandHeld.ended_at).is_(None),
        )
    )
    return dict.fromkeys(members, ORDINARY) | {who: Fraction(weight) for who, weight in rows}
