"""When I came and which band I am in, as part of what is mine."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from members.mine import Room, Stays, memberships, rows
from members.models import Person
from pools.bands.models import Band, BandHeld
from pools.register.models import Attendance


def my_data(session: Session, person: Person, *, now: datetime) -> dict[str, object]:
    del now
    mine = memberships(person)
    return {
        "Days I came or did not come": rows(
            session, Attendance, col(Attendance.membership_id).in_(mine), without=("marked_by",)
        ),
        "Ticks I made in the register": rows(
            session, Attendance, col(Attendance.marked_by).in_(mine), without=("membership_id",)
        ),
        "Bands I am or was in": rows(
            session,
            BandHeld,
            col(BandHeld.membership_id).in_(mine),
            without=("set_by", "confirmed_by"),
        ),
        "Bands I made": rows(session, Band, col(Band.made_by).in_(mine)),
        "Bands I said of others": rows(
            session,
            BandHeld,
            sa.or_(col(BandHeld.set_by).in_(mine), col(BandHeld.confirmed_by).in_(mine)),
            without=("membership_id", "band_id"),
        ),
    }


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """A band ends with them. Days and bands stay under a number: shares were made from them."""
    session.exec(
        sa.update(BandHeld)
        .where(
            col(BandHeld.membership_id).in_(memberships(person)), col(BandHeld.ended_at).is_(None)
        )
        .values(ended_at=now)
    )


def stays(session: Session, person: Person, _now: datetime) -> Iterator[Stays]:
    mine = memberships(person)
    came = select(Attendance.id).where(col(Attendance.membership_id).in_(mine))
    held = select(BandHeld.id).where(col(BandHeld.membership_id).in_(mine))
    if session.exec(came.limit(1)).first() or session.exec(held.limit(1)).first():
        yield Stays("On which days a past member came, since shares were made from it.")


ROOM = Room(
    "My days",
    my_data,
    erase,
    stays=stays,
)
