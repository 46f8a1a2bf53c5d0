"""What the pages of promises and rounds show: one function a page, one frozen value each.

A most is only ever read for the member who said it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from members import needs
from members.models import Membership
from members.needs import Fit, Why
from pools import plan_notes
from pools.clubbing import promises, purposes, rounds, sums, words
from pools.clubbing.board import (
    Board,
    Day,
    board_of,
    local_day,
    newest_round,
    places_of,
    running_round,
)
from pools.clubbing.models import Promise, Round
from pools.clubbing.preview import Effect, with_me
from pools.clubbing.promises import NoSuchRound
from pools.models import FundingSource, Pool
from pools.plan_notes import Beside, PlanNote

OVER_USUAL = 2  # times the usual price: ask once whether that is meant


@dataclass(frozen=True)
class MyPlace:
    """My place in a term: what I pay and how. Pence; `weekly` is over all my days."""

    days: str
    prices: tuple[tuple[str, int], ...]
    weekly: int
    source: str
    reference: str
    starts_on: date
    last_day: date
    notice_weeks: int


@dataclass(frozen=True)
class MyPromise:
    """What I promised, for my own eyes."""

    days: str
    day_ids: tuple[UUID, ...]
    most: int
    source: str
    source_kind: str


@dataclass(frozen=True)
class PromisePage:
    """`state` is none, or that of the newest round (board.Board)."""

    state: str
    board: Board | None = None
    mine: MyPromise | None = None
    place: MyPlace | None = None
    serves: str = ""
    fits: Mapping[str, Fit] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[PlanNote, ...]:
        """What my plans say to what it is for: mine alone."""
        found = {kind: self.note(kind) for kind in self.fits or ("direct_payment",)}
        told = [(words.SOURCES[kind], one) for kind, one in found.items() if one is not None]
        if len(told) == 1:
            return (told[0][1],)
        return tuple(replace(one, heading=f"{name}: {one.heading}") for name, one in told)

    def note(self, source: str) -> PlanNote | None:
        if not self.serves:
            return None
        fit = self.fits.get(source) or Fit(Why.NO_PLAN)
        return plan_notes.of_service(Beside(source, words.SOURCES[source], fit))

    def asks_why(self, source: str) -> bool:
        return source in self.fits and not self.fits[source].pays

    @property
    def days(self) -> tuple[Day, ...]:
        return self.board.days if self.board else ()

    @property
    def round_id(self) -> UUID:
        if self.board is None:
            raise NoSuchRound
        return self.board.held.id

    @property
    def usual(self) -> int:
        """The dearest day's usual price: beyond twice that we ask if it is meant."""
        return max((day.asked.known for day in self.days), default=0)


@dataclass(frozen=True)
class RoundPage:
    """One round, open or over. `reason` is my own; `same` says that it was counted again alike."""

    board: Board
    newest: bool
    reason: tuple[str, ...] = ()
    place: MyPlace | None = None
    same: bool = False

    @property
    def asking(self) -> bool:
        return self.board.held.closed_at is None

    @property
    def mine(self) -> bool:
        return any(day.me for day in self.board.days)

    @property
    def bars(self) -> tuple[sums.Bar, ...]:
        """The price at each number of people; of several days, those of the first."""
        first = self.board.days[0] if self.board.days else None
        return sums.sums(first.asked.cost, self.board.terms.list_price).bars if first else ()

    @property
    def people(self) -> int | None:
        return self.board.days[0].promised if self.board.days else None


# --- pages ----------------------------------------------------------------------------------------


def promise_page(
    session: Session, pool: Pool, membership: Membership, *, now: datetime
) -> PromisePage:
    newest = newest_round(session, pool.id)
    if newest is None:
        return PromisePage("none")
    board = board_of(session, newest, membership, now=now)
    place = _my_place(session, pool, membership, now=now)
    return PromisePage(
        board.state,
        board,
        _my_promise(session, board, membership),
        place,
        needs.named(purposes.of_service(session, newest.service_id)),
        purposes.held_beside(session, membership, newest.service_id),
    )


def effects(page: PromisePage, chosen: Iterable[str], most: int | None) -> tuple[Effect, ...]:
    """What my promise would do on each day I chose; on every day, if I chose none."""
    days, wanted = page.days, set(chosen)
    return tuple(
        with_me(day.asked, day.promised - day.me, most)
        for day in [day for day in days if str(day.id) in wanted] or days
    )


def round_page(
    session: Session, pool: Pool, membership: Membership, round_id: UUID | None, *, now: datetime
) -> RoundPage:
    """The round with that id, or the newest; only ever one of this pool."""
    newest = newest_round(session, pool.id)
    held = session.get(Round, round_id) if round_id else newest
    if held is None or newest is None or held.pool_id != pool.id:
        raise NoSuchRound
    board = board_of(session, held, membership, now=now)
    if held.closed_at is None:
        return RoundPage(board, newest=True)
    return RoundPage(
        board,
        held.id == newest.id,
        _my_reason(session, board, membership),
        place_in(session, board, membership),
        rounds.counts_again(held),
    )


# --- mine -----------------------------------------------------------------------------------------


def _my_promise(session: Session, board: Board, membership: Membership) -> MyPromise | None:
    mine = {one.session_id: one for one in promises.live_of(session, board.held.id, membership.id)}
    if board.held.closed_at is not None or not mine:
        return None
    days = [day for day in board.days if day.id in mine]
    first = mine[days[0].id]
    source = session.get_one(FundingSource, first.source_id)
    return MyPromise(
        words.joined(day.name for day in days),
        tuple(day.id for day in days),
        first.most,
        words.SOURCES[source.kind],
        source.kind,
    )


def _my_place(
    session: Session, pool: Pool, membership: Membership, *, now: datetime
) -> MyPlace | None:
    held = running_round(session, pool.id, local_day(pool, now))
    if held is None:
        return None
    return place_in(session, board_of(session, held, membership, now=now), membership)


def place_in(session: Session, board: Board, membership: Membership) -> MyPlace | None:
    mine = {one.session_id: one for one in places_of(session, board.held.id, membership.id)}
    days = [day for day in board.days if day.id in mine]
    if not days:
        return None
    source = session.get_one(FundingSource, mine[days[0].id].source_id)
    return MyPlace(
        words.joined(day.name for day in days),
        tuple((day.name, mine[day.id].price) for day in days),
        sum(one.price for one in mine.values()),
        words.SOURCES[source.kind],
        source.reference,
        board.held.starts_on,
        board.last_day,
        board.terms.notice_weeks,
    )


def _my_reason(session: Session, board: Board, membership: Membership) -> tuple[str, ...]:
    """The same words as in the letter, from what the round stored."""
    stored = json.loads(board.held.result or "{}").get("sessions", {})
    mine = {one.session_id: one for one in promises.live_of(session, board.held.id, membership.id)}
    return tuple(
        line
        for day in board.days
        if day.id in mine
        for line in _why(board, day, stored[str(day.id)], mine[day.id])
    )


def _why(board: Board, day: Day, stored: Mapping[str, Any], mine: Promise) -> tuple[str, ...]:
    price = day.price if stored["size"] else None
    decided = words.Decided(
        day.name,
        stored["size"],
        price,
        day.asked.cost,
        board.terms.price_rule,
        board.terms.order_rule,
        overhead=board.service.overhead > 0,
    )
    out = stored["out"].get(str(mine.id))
    if out is not None:
        return words.outside(decided, mine.most, out["needed"])
    return words.inside(decided, price) if price is not None else ()
