"""What the page of bands shows: everybody's for those with a job, my own for me."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from sqlmodel import Session, col, select

from members.models import Membership
from pools.bands import weights
from pools.bands.models import Band, BandHeld
from pools.models import Pool


@dataclass(frozen=True)
class BandLine:
    id: UUID
    name: str
    weight: str


@dataclass(frozen=True)
class Waiting:
    """Somebody said a band, and another must confirm it. `for_me` if I may."""

    id: UUID
    name: str
    band: str
    set_by: str
    set_at: datetime
    for_me: bool


@dataclass(frozen=True)
class PersonLine:
    name: str
    band: str


@dataclass(frozen=True)
class BandsPage:
    bands: tuple[BandLine, ...]
    people: tuple[PersonLine, ...]
    waiting: tuple[Waiting, ...]
    everyone: tuple[tuple[UUID, str], ...]


def bands_page(session: Session, pool: Pool, me: Membership) -> BandsPage:
    bands = session.exec(
        select(Band)
        .where(Band.pool_id == pool.id, col(Band.ended_at).is_(None))
        .order_by(col(Band.name))
    ).all()
    members = session.exec(
        select(Membership)
        .where(Membership.pool_id == pool.id, col(Membership.left_at).is_(None))
        .order_by(col(Membership.name), col(Membership.id))
    ).all()
    held = _held(session, pool)
    names = {one.id: one.name for one in members}
    now = {row.membership_id: band for row, band in held if row.confirmed_at is not None}
    return BandsPage(
        tuple(BandLine(one.id, one.name, _said(one)) for one in bands),
        tuple(PersonLine(names[who], band.name) for who, band in now.items() if who in names),
        tuple(
            Waiting(
                row.id,
                names[row.membership_id],
                band.name,
                names.get(row.set_by, "Somebody"),
                row.set_at,
                me.id not in {row.set_by, row.membership_id},
            )
            for row, band in held
            if row.confirmed_at is None and row.membership_id in names
        ),
        tuple((one.id, one.name) for one in members if one.id != me.id),
    )


def _held(session: Session, pool: Pool) -> list[tuple[BandHeld, Band]]:
    rows = session.exec(
        select(BandHeld, Band)
        .join(Band, col(Band.id) == BandHeld.band_id)
        .join(Membership, col(Membership.id) == BandHeld.membership_id)
        .where(BandHeld.pool_id == pool.id, col(BandHeld.ended_at).is_(None))
        .order_by(col(Membership.name), col(BandHeld.set_at))
    )
    return [(row, band) for row, band in rows]


def mine(session: Session, me: Membership) -> BandLine | None:
    """My band, once two people said it; none is ordinary."""
    found = session.exec(
        select(Band)
        .join(BandHeld, col(BandHeld.band_id) == Band.id)
        .where(
            BandHeld.membership_id == me.id,
            col(BandHeld.confirmed_at).is_not(None),
            col(BandHeld.ended_at).is_(None),
        )
    ).first()
    return BandLine(found.id, found.name, _said(found)) if found else None


def _said(band: Band) -> str:
    return weights.say(Fraction(band.weight))
