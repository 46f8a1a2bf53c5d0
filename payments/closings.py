"""Closing a month by two people: one says that it is ready, another looks and closes it. Opening
one again goes in the same way. What is closed, the ledger keeps (ledger.closing).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotAllowed, NotFound, NotPossible, NotValid
from ledger import chain, closing, marks
from ledger.closing import Agreed
from members import access, notices
from members.models import Membership, Person
from payments import month_end
from payments.corrections import with_jobs
from payments.models import BankAccount, Closing
from payments.month_end import MonthEnd
from pools.locking import lock_pool
from pools.models import Pool
from pools.spending.authorities import today_of
from pools.spending.entering import one_line

SAYERS = ("treasurer", "organiser")
JOBS = ("organiser", "treasurer", "checker")
LONGEST_WORDS = 400


class NoSuchClosing(NotFound):
    """We could not find that. Look at the list of months."""


class NoSuchMonth(NotFound):
    """We could not find that month."""


class NotReached(NotPossible):
    """The bank's files do not reach {day} yet. Bring in a newer one first."""


class SayWhy(NotValid):
    """Say why the bank and our book differ, in a few words."""


class WhyOpen(NotValid):
    """Say why the month must be opened again."""


class OwnRequest(NotAllowed):
    """You asked for this. Another person must look."""


class NumbersChanged(NotPossible):
    """The numbers changed since {who} looked. Stop it here, then say it again."""


class DoneAlready(NotPossible):
    """Somebody did this already."""


class StoppedAlready(NotPossible):
    """Somebody stopped this already. Nothing was changed."""


class Waits(NotPossible):
    """Another month waits for a second person already. Look at that first."""


class FormUsed(NotPossible):
    """You used this form for something else already. Open the page again."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody says of a month. `key` is the form's own id."""

    key: UUID
    month: int
    words: str = ""


# --- one person says it --------------------------------------------------------------------------


def say_ready(session: Session, said: Said, by: Membership, *, now: datetime) -> Closing:
    """The month that comes next can be closed. Where bank and book differ, the words say why."""
    pool = _held(session, by.pool_id)
    access.must_hold(session, by, *SAYERS)
    if made := session.get(Closing, said.key):
        return _same_again(made, said, "close", by)
    end = _ready(session, pool, said.month, now)
    words = "" if end.agrees else one_line(said.words, LONGEST_WORDS, SayWhy)
    return _asked(session, pool, said, by, now, kind="close", words=words, seen=end.seen)


def ask_to_open(session: Session, said: Said, by: Membership, *, now: datetime) -> Closing:
    """A closed month must be opened again, and why."""
    pool = _held(session, by.pool_id)
    access.must_hold(session, by, *JOBS)
    if made := session.get(Closing, said.key):
        return _same_again(made, said, "open", by)
    until = closing.closed_until(session, pool.book_id)
    if until is None or said.month > until:
        raise closing.NotClosed(month=marks.in_words(said.month))
    if closing.last_of(session, pool.book_id, said.month) is None:
        raise NoSuchMonth
    words = one_line(said.words, LONGEST_WORDS, WhyOpen)
    return _asked(session, pool, said, by, now, kind="open", words=words, seen="")


def _held(session: Session, pool_id: UUID) -> Pool:
    """The bank account and then the group, in the order in which everybody takes them."""
    session.exec(select(BankAccount.id).where(BankAccount.pool_id == pool_id).with_for_update())
    return lock_pool(session, pool_id)


def _same_again(made: Closing, said: Said, kind: str, by: Membership) -> Closing:
    if (made.kind, made.month, made.asked_by) != (kind, said.month, by.id):
        raise FormUsed
    return made


def _ready(session: Session, pool: Pool, month: int, now: datetime) -> MonthEnd:
    """What bank and book say of its end, if it is the month that comes next and is over."""
    closing.must_be_next(session, pool.book_id, month, today_of(pool, now))
    end = month_end.month_end(session, pool, month)
    if end is None:
        raise NotReached(day=month_end.said(marks.last_day(month)))
    return end


def _asked(
    session: Session,
    pool: Pool,
    said: Said,
    by: Membership,
    now: datetime,
    *,
    kind: str,
    words: str,
    seen: str,
) -> Closing:
    if waiting(session, pool.id) is not None:
        raise Waits
    made = Closing(
        id=said.key, pool_id=pool.id, book_id=pool.book_id, kind=kind, month=said.month,
        words=words, seen=seen, asked_by=by.id, asked_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _tell(
        session, pool, made, "month_to_check", by,
        who=by.name, why=words, now=now,
    )  # fmt: skip
    return made


def waiting(session: Session, pool_id: UUID) -> Closing | None:
    """What waits for a second person, if anything does."""
    return session.exec(
        select(Closing).where(
            Closing.pool_id == pool_id,
            col(Closing.agreed_at).is_(None),
            col(Closing.dropped_at).is_(None),
        )
    ).first()


# --- another looks -------------------------------------------------------------------------------


def agree(session: Session, closing_id: UUID, by: Membership, *, now: datetime) -> Closing:
    """The second person looked, and it is done. The same person pressing twice changes nothing."""
    pool = _held(session, by.pool_id)
    access.must_hold(session, by, *JOBS)
    one = _locked(session, pool, closing_id)
    if one.agreed_at is not None:
        if one.agreed_by == by.id:
            return one
        raise DoneAlready
    if one.dropped_at is not None:
        raise StoppedAlready
    if one.asked_by == by.id:
        raise OwnRequest
    asker = session.get_one(Membership, one.asked_by)
    agreed = Agreed(asker.code, by.code, one.words)
    if one.kind == "close":
        says = _as_seen(session, pool, one, asker, now)
        today = today_of(pool, now)
        made = closing.close(
            session, pool.book_id, one.month, agreed, bank_says=says, today=today, now=now
        )
    else:
        made = closing.reopen(session, pool.book_id, one.month, agreed, now=now)
    one.agreed_by, one.agreed_at, one.number = by.id, now, made.number
    session.add(one)
    session.flush()
    _tell(
        session, pool, one, "month_done", by,
        who=asker.name, second=by.name, why=one.words, now=now,
        words=chain.words(made.hash), hash=made.hash.hex(),
    )  # fmt: skip
    return one


def _as_seen(session: Session, pool: Pool, one: Closing, asker: Membership, now: datetime) -> int:
    """What the bank says, if all is as the first person saw it: no more is explained than that."""
    end = _ready(session, pool, one.month, now)
    if end.seen != one.seen:
        raise NumbersChanged(who=asker.name)
    return end.tie.bank


def _locked(session: Session, pool: Pool, closing_id: UUID) -> Closing:
    found = session.get(Closing, closing_id, with_for_update=True, populate_existing=True)
    if found is None or found.pool_id != pool.id:
        raise NoSuchClosing
    return found


def drop(session: Session, closing_id: UUID, by: Membership, *, now: datetime) -> Closing:
    """Who said it takes it back, or another person says no. Nothing changes."""
    pool = _held(session, by.pool_id)
    access.must_hold(session, by, *JOBS)
    one = _locked(session, pool, closing_id)
    if one.agreed_at is not None:
        raise DoneAlready
    if one.dropped_at is None:
        one.dropped_by, one.dropped_at = by.id, now
        session.add(one)
        session.flush()
    return one


def _tell(
    session: Session,
    pool: Pool,
    one: Closing,
    kind: str,
    by: Membership,
    *,
    now: datetime,
    **facts: str,
) -> None:
    """Everybody with a job in the group, but for whoever does it now."""
    others = [who for who in with_jobs(session, pool.id) if who.id != by.id]
    notices.tell_people(
        session,
        [session.get_one(Person, who.person_id) for who in others],
        kind,
        key=f"{kind}:{one.id}",
        now=now,
        pool_id=pool.id,
        month=marks.in_words(one.month),
        opening=one.kind == "open",
        link=f"/g/{pool.slug}/bank/close",
        **facts,
    )
