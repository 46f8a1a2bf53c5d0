"""The money before our first file: one person says whose it was, another looks, then it is written.

It is a line of the book from the day before that file, so that the book agrees with the bank.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotAllowed, NotFound, NotPossible, NotValid
from ledger import accounting, closing, journal, money
from members import access
from members.models import Membership
from payments import accounts, posting
from payments.lines import source_of
from payments.models import OpeningMoney, OpeningPart
from payments.reconciliation import Tie, tie
from pools.models import Evidence, Pool
from pools.spending import evidence
from pools.spending.entering import one_line

JOBS = ("organiser", "treasurer", "checker")
SAFETY = "other:safety"
MOST = 60


class NothingBefore(NotPossible):
    """Nothing was there before our first file. So there is nothing to say."""


class NotAll(NotPossible):
    """The parts make {made}. {whole} was there before. {left} is {way}."""


class NobodyNamed(NotValid):
    """Pick at least one person, or the safety money."""


class Twice(NotValid):
    """The same person stands there twice. Write one amount for each."""


class TooMany(NotValid):
    """That is more than {most} parts."""


class ShownByNeeded(NotValid):
    """Type what shows it, like: the bank's paper statement of March."""


class SaidAlready(NotPossible):
    """Somebody said whose it was already. Another person must look."""


class NoSuchOpening(NotFound):
    """We could not find that. Look at the bank page."""


class OwnWord(NotAllowed):
    """You said whose it was. Another person must look."""


class DoneAlready(NotPossible):
    """It is written in the book already."""


class StoppedAlready(NotPossible):
    """Somebody stopped this already. Say again whose it was."""


class FormUsed(NotPossible):
    """You used this form for something else already. Open the page again."""


@dataclass(frozen=True)
class Part:
    """`answer` is `source:<id>`, or SAFETY for the group's safety money; pence, above zero."""

    answer: str
    amount: int


@dataclass(frozen=True, kw_only=True)
class Said:
    """`key` is the form's own id; `file` is a picture or a PDF of what shows it, if there is."""

    key: UUID
    parts: Sequence[Part]
    shown_by: str
    file: evidence.File | None = None


def before(session: Session, pool: Pool) -> Tie | None:
    """The tie, where more stood in the bank before our first file than our book knows of."""
    account = accounts.of_pool(session, pool.id)
    found = tie(session, pool, account.id) if account else None
    return found if found is not None and found.before > 0 and found.start is not None else None


def day_of(session: Session, pool: Pool, start: date) -> date:
    """The day before the first file; or the first day that is open, if that month was closed."""
    day = start - timedelta(days=1)
    return max(day, closing.first_open_day(session, pool.book_id) or day)


def say(session: Session, pool: Pool, said: Said, by: Membership, *, now: datetime) -> OpeningMoney:
    """One person says whose it was. Nothing is written in the book yet."""
    access.must_hold(session, by, *accounts.KEEPERS)
    accounts.locked(session, pool.id)
    shown_by = one_line(said.shown_by, 200, ShownByNeeded)
    made = session.get(OpeningMoney, said.key)
    if made is not None:
        if made.pool_id != pool.id or made.said_by != by.id or made.shown_by != shown_by:
            raise FormUsed
        return made
    if open_one(session, pool.id) is not None:
        raise SaidAlready
    found = before(session, pool)
    if found is None or found.start is None:
        raise NothingBefore
    _must_be_all(found.before, said.parts, pool.currency)
    file: Evidence | None = evidence.keep(session, said.file, by, now=now) if said.file else None
    made = OpeningMoney(
        id=said.key, pool_id=pool.id, happened_on=day_of(session, pool, found.start),
        amount=found.before, shown_by=shown_by, evidence_id=file.id if file else None,
        said_by=by.id, said_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    for part in said.parts:
        chosen = part.answer.partition(":")[2]
        source = None if part.answer == SAFETY else source_of(session, pool, chosen)
        session.add(
            OpeningPart(
                opening_id=made.id, source_id=source.id if source else None, amount=part.amount
            )
        )
    session.flush()
    return made


def _must_be_all(whole: int, parts: Sequence[Part], currency: str) -> None:
    if not parts:
        raise NobodyNamed
    if len(parts) > MOST:
        raise TooMany(most=MOST)
    if len({part.answer for part in parts}) < len(parts):
        raise Twice
    if any(part.amount <= 0 for part in parts):
        raise accounting.NoMoney
    made = sum(part.amount for part in parts)
    if made != whole:
        raise NotAll(
            made=money.say(made, currency),
            whole=money.say(whole, currency),
            left=money.say(abs(whole - made), currency),
            way="too much" if made > whole else "missing",
        )


def open_one(session: Session, pool_id: UUID) -> OpeningMoney | None:
    """What somebody said that waits for another person."""
    return session.exec(
        select(OpeningMoney).where(
            OpeningMoney.pool_id == pool_id,
            col(OpeningMoney.confirmed_at).is_(None),
            col(OpeningMoney.dropped_at).is_(None),
        )
    ).first()


def find(session: Session, pool_id: UUID, opening_id: UUID, *, lock: bool = False) -> OpeningMoney:
    found = session.get(
        OpeningMoney, opening_id, with_for_update=lock or None, populate_existing=lock
    )
    if found is None or found.pool_id != pool_id:
        raise NoSuchOpening
    return found


def parts_of(session: Session, opening_id: UUID) -> tuple[OpeningPart, ...]:
    return tuple(
        session.exec(
            select(OpeningPart)
            .where(OpeningPart.opening_id == opening_id)
            .order_by(col(OpeningPart.source_id).is_(None), col(OpeningPart.id))
        )
    )


def confirm(
    session: Session, pool: Pool, opening_id: UUID, by: Membership, *, now: datetime
) -> OpeningMoney:
    """Another person looked: it is one line of the book. Pressed twice, it counts once."""
    access.must_hold(session, by, *JOBS)
    accounts.locked(session, pool.id)
    one = find(session, pool.id, opening_id, lock=True)
    if one.confirmed_at is not None:
        if one.confirmed_by == by.id:
            return one
        raise DoneAlready
    if one.dropped_at is not None:
        raise StoppedAlready
    if one.said_by == by.id:
        raise OwnWord
    found = before(session, pool)
    parts = parts_of(session, one.id)
    _must_be_all(
        found.before if found else 0,
        [Part(str(part.source_id), part.amount) for part in parts],
        pool.currency,
    )
    draft = _draft(session, pool, one, parts, by)
    one.entry_seq = journal.post(session, pool.book_id, draft, now=now).seq
    one.confirmed_by, one.confirmed_at = by.id, now
    session.add(one)
    session.flush()
    return one


def _draft(
    session: Session, pool: Pool, one: OpeningMoney, parts: Sequence[OpeningPart], by: Membership
) -> accounting.Draft:
    lines: list[accounting.Line] = []
    for part in parts:
        if part.source_id is None:
            fund = posting.fund_of(session, pool.book_id, "reserve")
        else:
            fund = source_of(session, pool, str(part.source_id)).fund_id
        lines += accounting.pair("bank", "contributions", fund, part.amount, pool.currency)
    file = session.get(Evidence, one.evidence_id) if one.evidence_id else None
    facts = accounting.Facts(
        on=one.happened_on,
        key=f"opening:{one.id}",
        words="What we had when the book began",
        by=by.code,
        authority=f"opening:{one.id}",
        outside=True,
    )
    draft = accounting.entry("opening", lines, facts)
    return draft._replace(texts={**draft.texts, "evidence": file.digest.hex()}) if file else draft


def drop(
    session: Session, pool: Pool, opening_id: UUID, by: Membership, *, now: datetime
) -> OpeningMoney:
    """It is not right: whoever said it takes it back, or another person says no."""
    access.must_hold(session, by, *JOBS)
    accounts.locked(session, pool.id)
    one = find(session, pool.id, opening_id, lock=True)
    if one.confirmed_at is not None:
        raise DoneAlready
    if one.dropped_at is None:
        one.dropped_by, one.dropped_at = by.id, now
        session.add(one)
        session.flush()
    return one
