"""What other rooms and the group's page ask: who has a place, what was agreed, two cards, jobs.

The pages of promises and rounds are in pages.py. Nothing here tells a most.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from members.models import Membership
from pools.clubbing import words
from pools.clubbing.board import Board, Day, board_of, local_day, newest_round, running_round
from pools.clubbing.models import Place, Round
from pools.clubbing.pages import MyPlace, place_in
from pools.jobs import Job
from pools.models import FundingSource, Pool

LONGEST_WORDS = 120  # of an authority to spend
ASK_AGAIN = timedelta(weeks=6)  # before a term ends, it is time to ask who goes on


@dataclass(frozen=True)
class Standing:
    """What a round that runs allows to spend. `amount` is for the whole term, pence."""

    words: str
    weekly_cost: int
    amount: int
    until: date


@dataclass(frozen=True)
class PlaceHeld:
    """A place on a date. `price` is what it owes, pence a session."""

    membership_id: UUID
    name: str
    source_id: UUID
    fund_id: UUID
    session_id: UUID
    price: int


@dataclass(frozen=True)
class Meter:
    """The group's first picture: is it enough, or who is in."""

    state: str
    days: tuple[Day, ...]
    closes_at: datetime
    starts_on: date
    last_day: date
    started: bool
    round_id: UUID


@dataclass(frozen=True)
class Mine:
    """My own card. `kind` is place, promised, nothing or out."""

    kind: str
    days: str
    place: MyPlace | None
    closes_at: datetime
    asks_until: datetime | None
    round_id: UUID


# --- for other rooms ------------------------------------------------------------------------------


def standing(session: Session, round_id: UUID) -> Standing:
    """What the group agreed to by being in: the cost that was counted, for every week."""
    board = board_of(session, session.get(Round, round_id), None, now=None)
    sessions = json.loads(board.held.result or '{"sessions": {}}')["sessions"]
    weekly = sum(one["cost"] for one in sessions.values())
    days = words.joined(day.name for day in board.running)
    starts = board.held.starts_on
    said = f"{days} at {board.service.name}, from {starts.day} {starts:%B %Y}"
    return Standing(
        said[:LONGEST_WORDS],
        weekly,
        weekly * board.terms.term_weeks,
        board.ends_on,
    )


def places(session: Session, pool_id: UUID, on: date) -> tuple[PlaceHeld, ...]:
    """Who has a place on that day, each with the fund that pays for it. A term's `ends_on` is no
    longer in it, and nor is the day on which somebody left.
    """
    found = (
        select(Place, Membership, FundingSource)
        .join(Membership, col(Membership.id) == Place.membership_id)
        .join(FundingSource, col(FundingSource.id) == Place.source_id)
        .where(Place.pool_id == pool_id, *held_on(on))
        .order_by(col(Membership.name), col(Place.id))
    )
    return tuple(
        PlaceHeld(who.id, who.name, source.id, source.fund_id, place.session_id, place.price)
        for place, who, source in session.exec(found)
    )


def held_on(on: date) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Place.starts_on) <= on,
        col(Place.ends_on) > on,
        sa.or_(col(Place.left_on).is_(None), col(Place.left_on) > on),
    )


def jobs(
    session: Session, pool: Pool, _membership: Membership, roles: frozenset[str], *, now: datetime
) -> tuple[Job, ...]:
    """For the organiser: ask people until there are enough, close the round then, or ask again."""
    if "organiser" not in roles or (newest := newest_round(session, pool.id)) is None:
        return ()
    board = board_of(session, newest, None, now=now)
    if board.state == "open" and all(day.enough for day in board.days):
        return (Job("Enough people promised. You can close it now", f"/g/{pool.slug}/round"),)
    if board.state == "open":
        return _still_short(session, pool, board)
    soon = board.state == "runs" and board.ends_on <= now.date() + ASK_AGAIN
    if board.state in {"ended", "over"} or soon:
        return (Job("Ask who wants to be in", f"/g/{pool.slug}/round/new"),)
    return ()


def _still_short(session: Session, pool: Pool, board: Board) -> tuple[Job, ...]:
    """Too few are in the group, or those who are have not promised yet. A day that can't run even
    when it is full asks for nobody.
    """
    needed = [day.needed - day.promised for day in board.days if day.needed]
    if not needed or max(needed) <= 0:
        return ()
    short = max(day.needed or 0 for day in board.days) - _people_in(session, pool)
    if short > 0:
        return (Job(f"Ask people to join. You need {short} more", f"/g/{pool.slug}/invites"),)
    return (Job(f"Ask people to promise. You need {max(needed)} more", f"/g/{pool.slug}/round"),)


def _people_in(session: Session, pool: Pool) -> int:
    members = select(sa.func.count()).where(
        Membership.pool_id == pool.id, col(Membership.left_at).is_(None)
    )
    return session.exec(members).one()


# --- the two cards --------------------------------------------------------------------------------


def meter_card(
    session: Session, pool: Pool, membership: Membership, *, now: datetime
) -> Meter | None:
    board = _board_to_show(session, pool, membership, now)
    if board is None:
        return None
    held = board.held
    return Meter(
        board.state,
        board.running if board.state == "runs" else board.days,
        held.closes_at,
        held.starts_on,
        board.last_day,
        held.starts_on <= local_day(pool, now),
        held.id,
    )


def mine_card(
    session: Session, pool: Pool, membership: Membership, *, now: datetime
) -> Mine | None:
    board = _board_to_show(session, pool, membership, now)
    if board is None:
        return None
    held = board.held
    mine = [day.name for day in board.days if day.me]
    kinds = {
        "open": ("promised", "nothing"),
        "counting": ("promised", "nothing"),
        "runs": ("place", "out"),
    }
    if board.state not in kinds:
        return None
    kind = kinds[board.state][0 if mine else 1]
    place = place_in(session, board, membership) if kind == "place" else None
    asks = _asks_next(session, pool, held, now)
    return Mine(kind, words.joined(mine), place, held.closes_at, asks, held.id)


def _asks_next(session: Session, pool: Pool, held: Round, now: datetime) -> datetime | None:
    """Until when the next term is asked for, while this one runs."""
    newest = newest_round(session, pool.id)
    if newest is None or newest.id == held.id or newest.closed_at or newest.closes_at <= now:
        return None
    return newest.closes_at


def _board_to_show(
    session: Session, pool: Pool, membership: Membership, now: datetime
) -> Board | None:
    """What runs comes first; then what is asked, or how that ended. Both cards of one page, which
    share a session that only looks, read it once.
    """
    kept, key = session.info.setdefault("board", {}), (pool.id, membership.id, now)
    if key not in kept:
        held = running_round(session, pool.id, local_day(pool, now))
        held = held or newest_round(session, pool.id)
        kept[key] = board_of(session, held, membership, now=now) if held else None
    found: Board | None = kept[key]
    return found
