"""A statement made for keeping: it gets the next number, what it says is kept, and it says which
older one it takes the place of and why.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

import db
from errors import NotFound, NotPossible
from ledger import queries
from members.models import Membership
from pools.models import Pool
from pools.packs import statement as values
from pools.packs.gathering import sources_of
from pools.packs.models import KeptStatement, StatementReplaced
from pools.packs.said import day
from pools.packs.statement import Days, Line, Paper, Replaces, Statement
from pools.spending.authorities import today_of

MOST_LOOKED_AT = 200
Gathered = Callable[[], Statement]


class NoSuchStatement(NotFound):
    """We could not find that statement."""


class WordsGone(NotFound):
    """What this statement said was deleted, because its person asked for that."""


class ChangedSince(NotPossible):
    """Something changed since you looked. Look at it again before you send it."""


@dataclass(frozen=True)
class Parts:
    """What of a statement goes in besides the money itself."""

    papers: bool = True
    words: bool = True
    days: bool = True


def only(found: Statement, parts: Parts) -> Statement:
    """The statement with nothing in it that the person did not pick."""
    if not parts.papers:
        lines = tuple(replace(one, paper=_left_out(one)) for one in found.lines)
        found = replace(found, lines=lines)
    return replace(
        found,
        words=found.words if parts.words else "",
        service=found.service if parts.days else None,
    )


def _left_out(line: Line) -> Paper:
    return line.paper if line.paper.kind == "none" else Paper("left")


def seen(found: Statement) -> str:
    """A short print of what the person looked at, for the form that says yes to it."""
    return values.digest(values.heart(found)).hex()


def keep(
    session: Session,
    pool: Pool,
    me: Membership,
    gathered: Gathered,
    *,
    looked_at: str,
    now: datetime,
) -> KeptStatement:
    """Keep what the person has just looked at. Where nothing changed since the last one for the
    same days, that one is it; so no number is used twice for the same thing.
    """
    session.exec(select(Membership).where(Membership.id == me.id).with_for_update()).one()
    found = gathered()
    if seen(found) != looked_at:
        raise ChangedSince
    standing = _standing(session, me, found)
    for old in standing:
        if old.content and values.heart(values.read(old.content)) == values.heart(found):
            return old
    return _new(session, pool, me, found, standing, now=now)


def _new(
    session: Session,
    pool: Pool,
    me: Membership,
    found: Statement,
    standing: list[KeptStatement],
    *,
    now: datetime,
) -> KeptStatement:
    number = _count(session, me) + 1
    today = today_of(pool, now)
    changed = [(old, why) for old in standing if (why := _changes(session, pool, me, old, found))]
    said = replace(
        found,
        number=code(pool.name, me.name, today.year, number),
        made_on=today,
        replaces=tuple(Replaces(number_of(old), why) for old, why in changed),
    )
    content = values.written(said)
    kept = KeptStatement(
        id=db.new_id(),
        pool_id=pool.id,
        membership_id=me.id,
        number=number,
        since=found.since,
        until=found.until,
        digest=values.digest(content),
        content=content,
        made_at=now,
    )
    session.add(kept)
    session.flush()
    session.add_all(StatementReplaced(old_id=old.id, new_id=kept.id) for old, _ in changed)
    session.flush()
    return kept


def code(group: str, name: str, year: int, number: int) -> str:
    """TH-MIA-2026-003: the group's first letters, the person, the year, their running number."""
    first = "".join(word[0] for word in group.split() if word[0].isalnum())[:3].upper()
    letters = "".join(one for one in name if one.isalnum())[:3].upper()
    return f"{first or 'G'}-{letters or 'X'}-{year}-{number:03}"


def number_of(kept: KeptStatement) -> str:
    """As it stands on the paper; its plain number once the words were deleted."""
    return values.read(kept.content).number if kept.content else f"{kept.number:03}"


def _count(session: Session, me: Membership) -> int:
    last = session.exec(
        select(KeptStatement.number)
        .where(KeptStatement.membership_id == me.id)
        .order_by(col(KeptStatement.number).desc())
        .limit(1)
    ).first()
    return last or 0


def _standing(session: Session, me: Membership, found: Statement) -> list[KeptStatement]:
    """Those for some of the same days that nothing has taken the place of, the newest first."""
    rows = session.exec(
        select(KeptStatement)
        .outerjoin(StatementReplaced, col(StatementReplaced.old_id) == KeptStatement.id)
        .where(
            KeptStatement.membership_id == me.id,
            KeptStatement.since <= found.until,
            KeptStatement.until >= found.since,
            col(StatementReplaced.old_id).is_(None),
        )
        .order_by(col(KeptStatement.number).desc())
        .limit(MOST_LOOKED_AT)
    )
    return list(rows)


# --- what changed --------------------------------------------------------------------------------


def _changes(
    session: Session, pool: Pool, me: Membership, old: KeptStatement, found: Statement
) -> tuple[str, ...]:
    """Why an older statement does not stand any more; nothing if it does."""
    if old.content is None:
        return ()
    said = values.read(old.content)
    funds = [one.fund_id for one in sources_of(session, me)]
    now = queries.statement(session, pool.book_id, funds, old.since, old.until)
    shares: dict[int, int] = {}
    for line in now.lines:
        shares[line.seq] = shares.get(line.seq, 0) + line.share
    why = list(_lines_changed(said, shares, {line.seq: line.reverses for line in now.lines}))
    if now.opening != said.sums.opening:
        why.append(f"What was there before {day(old.since)} changed.")
    same_days = (old.since, old.until) == (found.since, found.until)
    if not why and same_days:
        why.append("The figures are the same. The papers or the words in it changed.")
    return tuple(why)


def _lines_changed(
    said: Statement, shares: dict[int, int], reverses: dict[int, int | None]
) -> Iterator[str]:
    before: dict[int, int] = {}
    for line in said.lines:
        before[line.seq] = before.get(line.seq, 0) + line.share
    for seq in sorted(shares.keys() - before.keys()):
        wrong = reverses.get(seq)
        yield f"Line {seq} puts line {wrong} right." if wrong else f"Line {seq} came later."


# --- looking at one again ------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """One that was kept, as it was. `newer` is the number of the one that took its place."""

    id: UUID
    found: Statement
    digest: str
    made_on: date | None
    newer: str


def shown(session: Session, kept_id: UUID, me: Membership) -> Kept:
    """My own statement again, exactly as it was."""
    kept = session.get(KeptStatement, kept_id)
    if kept is None or kept.membership_id != me.id:
        raise NoSuchStatement
    return as_it_was(session, kept)


def as_it_was(session: Session, kept: KeptStatement) -> Kept:
    if kept.content is None:
        raise WordsGone
    if values.digest(kept.content) != kept.digest:
        raise NoSuchStatement
    found = values.read(kept.content)
    newer = session.exec(
        select(KeptStatement)
        .join(StatementReplaced, col(StatementReplaced.new_id) == KeptStatement.id)
        .where(StatementReplaced.old_id == kept.id)
    ).first()
    return Kept(kept.id, found, kept.digest.hex(), found.made_on, number_of(newer) if newer else "")


def all_of(session: Session, me: Membership) -> tuple[KeptStatement, ...]:
    """The newest first."""
    return tuple(
        session.exec(
            select(KeptStatement)
            .where(KeptStatement.membership_id == me.id)
            .order_by(col(KeptStatement.number).desc())
            .limit(MOST_LOOKED_AT)
        )
    )


def days_of(kept: KeptStatement) -> Days:
    return Days(kept.since, kept.until)
