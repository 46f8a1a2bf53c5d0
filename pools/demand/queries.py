"""What a provider sees: exact numbers of groups it works with, rounded ones of all the others.

Nobody is named, and no most is read: money is people times the price that is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from sqlmodel import Session, col, select

from members.models import Provider
from pools.clubbing import sums, words
from pools.clubbing.board import Board, Day, board_of, local_day
from pools.clubbing.models import Place, Round, Service
from pools.demand import hiding
from pools.demand.cells import Cell, open_cells
from pools.models import Pool

BY = ("day", "place")
FEW = "few"
SHORT_DAYS = tuple(day[:3] for day in words.DAYS)


@dataclass(frozen=True)
class OurDay:
    """One day of a group that the centre works with. `people` None: few, and then nothing else is
    told. `money` is pence a week.
    """

    name: str
    times: str
    people: int | None
    needed: int | None
    capacity: int
    price: int
    money: int | None
    bars: tuple[sums.Bar, ...]

    @property
    def short(self) -> int:
        """How many more it needs; none if that is hidden."""
        return max(0, (self.needed or 0) - self.people) if self.people is not None else 0


@dataclass(frozen=True)
class OurGroup:
    """`firm`: they have places, until `until`. Else they promise, and it closes at `closes_at`."""

    name: str
    place: str
    firm: bool
    days: tuple[OurDay, ...]
    notice_weeks: int
    starts_on: date
    until: date
    closes_at: datetime


@dataclass(frozen=True)
class ByPlace:
    place: str
    people: int
    money: int


@dataclass(frozen=True)
class DemandPage:
    """`ours` exact, the rest rounded and as it stood at `as_of`. `days` are those with a number to
    show; `grid` has a row for each half of the day, a cell for each of them: a number, or "few".
    """

    ours: tuple[OurGroup, ...]
    by: str
    as_of: datetime
    people: int
    money: int
    days: tuple[str, ...]
    grid: tuple[tuple[str, tuple[int | str, ...]], ...]
    busiest: str | None
    places: tuple[ByPlace, ...]


def demand_page(session: Session, provider: Provider, by: str, *, now: datetime) -> DemandPage:
    """`by` day or place: one breakdown at a time, and anything else is the first."""
    cells = tuple(open_cells(session, provider.id, now))
    return DemandPage(
        ours=tuple(_ours(session, provider.id, now)),
        by=by if by in BY else BY[0],
        as_of=hiding.monday(now),
        people=sum(cell.people for cell in cells),
        money=sum(cell.money for cell in cells),
        days=tuple(SHORT_DAYS[day] for day in _shown_days(cells)),
        grid=_grid(cells),
        busiest=_busiest(cells),
        places=tuple(_by_place(cells)),
    )


# --- groups that the centre works with ------------------------------------------------------------


def _ours(session: Session, provider_id: UUID, now: datetime) -> Iterator[OurGroup]:
    found = (
        select(Pool, Service)
        .join(Service, col(Service.pool_id) == Pool.id)
        .where(Service.provider_id == provider_id, col(Pool.ended_at).is_(None))
        .order_by(col(Pool.name), col(Service.id))
    )
    for pool, service in session.exec(found):
        for held in _rounds_now(session, service.id, local_day(pool, now)):
            board = board_of(session, held, None, now=now)
            yield _our_group(pool, board)


def _rounds_now(session: Session, service_id: UUID, today: date) -> Iterator[Round]:
    """What runs or will start, then what is asked."""
    of_service = select(Round).where(Round.service_id == service_id)
    has_places = (
        select(Place.id)
        .where(Place.round_id == Round.id, col(Place.left_on).is_(None), col(Place.ends_on) > today)
        .exists()
    )
    yield from session.exec(of_service.where(has_places).order_by(col(Round.starts_on)))
    yield from session.exec(of_service.where(col(Round.closed_at).is_(None)))


def _our_group(pool: Pool, board: Board) -> OurGroup:
    firm = board.state == "runs"
    return OurGroup(
        pool.name,
        pool.place,
        firm,
        tuple(_our_day(day, firm) for day in board.days),
        board.terms.notice_weeks,
        board.held.starts_on,
        board.last_day,
        board.held.closes_at,
    )


def _our_day(day: Day, firm: bool) -> OurDay:
    people = hiding.exact(day.inside if firm else day.promised)
    price = day.price or day.asked.known
    return OurDay(
        day.name,
        day.times,
        people,
        day.needed,
        day.capacity,
        price,
        None if people is None else people * price,
        sums.sums(day.asked.cost, day.asked.list_price).bars,
    )


# --- all the others, from their safe parts --------------------------------------------------------


def _grid(cells: Sequence[Cell]) -> tuple[tuple[str, tuple[int | str, ...]], ...]:
    halves = {
        "Morning": [cell for cell in cells if cell.morning],
        "Afternoon": [cell for cell in cells if cell.afternoon],
    }
    return tuple(
        (name, tuple(_people_on(day, half) or FEW for day in _shown_days(cells)))
        for name, half in halves.items()
    )


def _shown_days(cells: Sequence[Cell]) -> tuple[int, ...]:
    """A day of which nothing is shown has no line of its own: that would tell nothing more."""
    return tuple(day for day in range(len(words.DAYS)) if _people_on(day, cells))


def _people_on(day: int, cells: Sequence[Cell]) -> int:
    return sum(cell.people for cell in cells if cell.day == day)


def _busiest(cells: Sequence[Cell]) -> str | None:
    """The day that most people want; none if no day has a number to show."""
    day = max(range(len(words.DAYS)), key=lambda day: _people_on(day, cells))
    return words.DAYS[day] if _people_on(day, cells) else None


def _by_place(cells: Sequence[Cell]) -> Iterator[ByPlace]:
    """Places with a number to show, most first. That a place is not there tells nothing."""
    shown = sorted((cell for cell in cells if cell.people), key=lambda cell: cell.place)
    found = [
        ByPlace(place, sum(cell.people for cell in group), sum(cell.money for cell in group))
        for place, group in ((place, list(some)) for place, some in _groups(shown))
    ]
    yield from sorted(found, key=lambda one: (-one.people, one.place))


def _groups(cells: Sequence[Cell]) -> Iterator[tuple[str, Iterator[Cell]]]:
    yield from groupby(cells, key=lambda cell: cell.place)
