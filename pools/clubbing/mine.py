"""This room's part of what is mine: what I promised, and the places I have or had."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from members.mine import First, Room, Stays, memberships, rows
from members.models import Membership, Person
from pools.clubbing.models import Place, Promise, Round
from pools.models import Pool


def my_data(session: Session, person: Person, *, now: datetime) -> dict[str, object]:
    del now
    mine = memberships(person)
    return {
        "What I promised": rows(session, Promise, col(Promise.membership_id).in_(mine)),
        "Places I have or had": rows(session, Place, col(Place.membership_id).in_(mine)),
    }


def erase(session: Session, person: Person, *, now: datetime) -> None:
    """Nothing here says who: days, prices and dates under a number, which prices were made from."""
    del session, person, now


def first(session: Session, mine: Membership, now: datetime) -> Iterator[First]:
    """A promise is taken back first; a place ends first."""
    pool = session.get_one(Pool, mine.pool_id)
    if session.exec(
        select(Promise.id)
        .join(Round, col(Round.id) == Promise.round_id)
        .where(
            Promise.membership_id == mine.id,
            col(Promise.withdrawn_at).is_(None),
            col(Round.closed_at).is_(None),
        )
    ).first():
        words = f"Your promise in {pool.name} is open. Take it back first."
        yield First(words, f"/g/{pool.slug}/promise")
    today = now.astimezone(ZoneInfo(pool.time_zone)).date()
    place = session.exec(
        select(Place)
        .where(
            Place.membership_id == mine.id,
            Place.ends_on > today,
            col(Place.left_on).is_(None) | (col(Place.left_on) > today),
        )
        .order_by(col(Place.ends_on).desc())
    ).first()
    if place is not None:
        last = min(place.ends_on, place.left_on or place.ends_on)
        until = f"{last:%A} {last.day} {last:%B %Y}"
        words = f"You have a place in {pool.name} until {until}. Talk to the organiser first."
        yield First(words, "/help")


def stays(session: Session, person: Person, _now: datetime) -> Iterator[Stays]:
    if session.exec(
        select(Promise.id).where(col(Promise.membership_id).in_(memberships(person))).limit(1)
    ).first():
        yield Stays("The days you promised, and at what price, with no name.")


ROOM = Room("My promises and places", my_data, erase, first, stays)
