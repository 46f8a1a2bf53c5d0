"""What a yes would do, and what is done once it passed. Higher rooms give it, unknown to this one:
app.py hands decisions a plain dict of kind -> Effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlmodel import Session

from members.models import Membership
from pools.decisions.models import Proposal
from pools.plan_notes import PlanNote


@dataclass(frozen=True)
class Draft:
    """A question as its maker wrote it, before it opens or after. `amount` is pence, `cost` the
    account it would be spent on. `rule` is the way it is counted. `serves` are the kinds of need
    that it is for, in their own order; none: it is for everyone. `asked` is the question's id once
    it is open.
    """

    pool_id: UUID
    kind: str
    title: str
    words: str
    amount: int | None = None
    cost: str | None = None
    payee: str | None = None
    rule: str = "yes_no"
    serves: tuple[str, ...] = ()
    asked: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Fact:
    """One line of what a yes would mean, like "Your share" and its pence."""

    label: str
    pence: int


@dataclass(frozen=True)
class Preview:
    """What a yes would mean for the one who reads, and for all. `sharing`: how many pay."""

    mine: tuple[Fact, ...] = ()
    ours: tuple[Fact, ...] = ()
    plan: PlanNote | None = None
    sharing: str = ""


@dataclass(frozen=True)
class Step:
    """One thing that happened because a vote passed, and the page that shows it."""

    words: str
    href: str


class Previews(Protocol):
    def __call__(
        self, session: Session, draft: Draft, membership: Membership, /, *, now: datetime
    ) -> Preview: ...


class Applies(Protocol):
    """Runs in the transaction that closes the vote. It must not refuse: passed is passed."""

    def __call__(self, session: Session, proposal: Proposal, /, *, now: datetime) -> None: ...


class Follows(Protocol):
    def __call__(self, session: Session, proposal: Proposal, /) -> tuple[Step, ...]: ...


class KeepsOut(Protocol):
    """The memberships that stand to gain (the payee, its staff, its household): no vote in it."""

    def __call__(self, session: Session, draft: Draft, /) -> frozenset[UUID]: ...


def _no_preview(
    _session: Session, _draft: Draft, _membership: Membership, /, *, now: datetime
) -> Preview:
    _ = now
    return Preview()


def _nothing(_session: Session, _proposal: Proposal, /, *, now: datetime) -> None:
    _ = now


def _no_steps(_session: Session, _proposal: Proposal, /) -> tuple[Step, ...]:
    return ()


def _nobody(_session: Session, _draft: Draft, /) -> frozenset[UUID]:
    return frozenset()


@dataclass(frozen=True)
class Effect:
    preview: Previews = _no_preview
    apply: Applies = _nothing
    followed: Follows = _no_steps
    kept_out: KeepsOut = _nobody


# What app.py hands in. "ask" needs none: such a question does nothing by itself.
Effects = Mapping[str, Effect]
NOTHING = Effect()


def effect_of(effects: Effects, kind: str) -> Effect:
    """A spending without its effect is a fault of the wiring, never a vote that does nothing."""
    return effects[kind] if kind == "spend" else effects.get(kind, NOTHING)
