"""Entering a bill: what was typed, checked and shared out, and the others asked to look at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotPossible, NotValid
from ledger import accounting
from members import access, notices, typed
from members.models import Membership, Person
from pools.locking import lock_pool
from pools.models import Evidence, Pool
from pools.spending import authorities, checkers, evidence, fitting, payees, seals, sharing
from pools.spending.authorities import Allowed
from pools.spending.models import Bill, BillShare, Payee
from pools.spending.shares import Share
from pools.spending.sharing import USUAL, How

OLDEST = timedelta(days=730)


class AmountNeeded(NotValid):
    """Type how much the bill is, like £42.50."""


class NumberNeeded(NotValid):
    """Type the number on the bill. If it has none, type its date."""


class WordsNeeded(NotValid):
    """Type what the bill is for, in a few words."""


class WordsTooLong(NotValid):
    """Use fewer words here. There is room for {most} letters."""


class CheckTheDate(NotValid):
    """Check the date on the bill. It can't be later than today, or very old."""


class FileUsed(NotPossible):
    """You added this file with another bill already. Choose the file of this bill."""


class FormUsed(NotPossible):
    """You used this form for another bill already. Open the page again."""


class SharesMoved(NotPossible):
    """The shares changed while you looked. Look at them again before you save."""


@dataclass(frozen=True, kw_only=True)
class NewBill:
    """What was typed. `key` is the form's own id. `seen` is the print of the shares that were
    shown before saving; without it (a demo, a test) nothing was shown. `how` is how it is shared.
    """

    key: UUID
    authority_id: UUID
    payee_id: UUID
    number: str
    billed_on: date
    amount: int
    words: str
    evidence_id: UUID | None = None
    how: How = USUAL
    seen: str | None = None


@dataclass(frozen=True)
class Looked:
    """A bill as it would be saved: everybody's share, and how many people must check it."""

    pool: Pool
    payee: Payee
    allowed: Allowed
    file: Evidence | None
    rule: str
    shares: tuple[Share, ...]
    checkers: int

    @property
    def seen(self) -> str:
        return seals.print_of(self.shares)


def enter(session: Session, new: NewBill, by: Membership, *, now: datetime) -> Bill:
    """Write down a bill and everybody's share of it, and ask the others to check it."""
    pool = lock_pool(session, by.pool_id)
    access.must_hold(session, by, *checkers.ENTER)
    wanted = _tidy(new)
    if made := session.get(Bill, new.key):
        return _same_again(session, made, wanted, new.how, by)
    found = look(session, new, by, now=now)
    authorities.write_down(session, found.allowed, pool, now=now)
    if new.seen is not None and new.seen != found.seen:
        raise SharesMoved
    bill = Bill(
        **wanted,
        id=new.key,
        pool_id=pool.id,
        cost=found.allowed.cost,
        rule=found.rule,
        checkers=found.checkers,
        digest=b"",
        entered_by=by.id,
        entered_at=now,
    )
    bill.digest = seals.digest_of(bill, found.payee, found.file, found.shares)
    _write(session, bill, found.shares)
    fitting.keep_needs(session, bill, found.shares)
    _ask_to_check(session, bill, found, by, now=now)
    return bill


def look(session: Session, new: NewBill, by: Membership, *, now: datetime) -> Looked:
    """What saving it would do, or the sentence of why it can't be saved. Writes nothing."""
    _tidy(new)
    pool = session.get_one(Pool, by.pool_id)
    payee = payees.find(session, pool.id, new.payee_id)
    payees.must_not_be_on_their_side(session, payee.id, by)
    allowed = authorities.find(session, pool, new.authority_id, now)
    authorities.must_have_left(allowed, new.amount, pool.currency)
    _check_date(new.billed_on, authorities.today_of(pool, now))
    shared = sharing.share_out(session, pool, allowed, new.amount, on=new.billed_on, how=new.how)
    return Looked(
        pool,
        payee,
        allowed,
        _file(session, pool.id, new.evidence_id),
        sharing.rule_of(new.how, allowed),
        shared,
        checkers.needed(session, pool.id, payee.id, new.amount, now),
    )


def _tidy(new: NewBill) -> dict[str, Any]:
    """The facts of a bill in one spelling, or the sentence of what is missing."""
    if new.amount <= 0:
        raise AmountNeeded
    if new.amount > accounting.LARGEST:
        raise accounting.TooLarge
    return {
        "authority_id": new.authority_id,
        "payee_id": new.payee_id,
        "number": one_line(new.number, 40, NumberNeeded),
        "billed_on": new.billed_on,
        "amount": new.amount,
        "words": one_line(new.words, 120, WordsNeeded),
        "evidence_id": new.evidence_id,
        "session_id": new.how.session_id,
        "since": new.how.since,
        "until": new.how.until,
    }


def one_line(typed_words: str, most: int, missing: type[NotValid]) -> str:
    if typed.is_strange(typed_words.strip()):
        raise typed.StrangeLetters
    said = " ".join(typed_words.split())
    if not said:
        raise missing
    if len(said) > most:
        raise WordsTooLong(most=most)
    return said


def _check_date(on: date, today: date) -> None:
    if on > today or on < today - OLDEST:
        raise CheckTheDate


def _file(session: Session, pool_id: UUID, evidence_id: UUID | None) -> Evidence | None:
    if evidence_id is None:
        return None
    used = select(Bill.id).where(Bill.evidence_id == evidence_id, col(Bill.withdrawn_at).is_(None))
    if session.exec(used.limit(1)).first() is not None:
        raise FileUsed
    return evidence.find(session, pool_id, evidence_id)


def _same_again(
    session: Session, made: Bill, wanted: dict[str, Any], how: How, by: Membership
) -> Bill:
    same = all(getattr(made, name) == value for name, value in wanted.items())
    same = same and how.rule in {"", made.rule} and _same_funds(session, made, how)
    if not same or made.entered_by != by.id:
        raise FormUsed
    return made


def _same_funds(session: Session, made: Bill, how: How) -> bool:
    """Among the same named people, and from the same money of the group."""
    rows = session.exec(select(BillShare).where(BillShare.bill_id == made.id)).all()
    people = {row.membership_id for row in rows if row.membership_id}
    ours = {row.fund_id for row in rows if row.membership_id is None}
    wanted = {how.fund_id} if how.fund_id else set()
    return ours == wanted and (how.rule != "named" or not people or people == how.people)


def _write(session: Session, bill: Bill, shared: Iterable[Share]) -> None:
    session.add(bill)
    session.flush()
    session.add_all(
        BillShare(
            bill_id=bill.id,
            fund_id=share.fund_id,
            membership_id=share.membership_id,
            days=share.days,
            amount=share.amount,
            carry=str(share.carry),
        )
        for share in shared
    )
    session.flush()


def _ask_to_check(
    session: Session, bill: Bill, found: Looked, by: Membership, *, now: datetime
) -> None:
    asked = checkers.may_check(session, bill.pool_id, bill.payee_id, by.id)
    people = [session.get_one(Person, one.person_id) for one in asked]
    notices.tell_people(
        session,
        people,
        "bill_to_approve",
        key=f"bill_to_approve:{bill.id}",
        now=now,
        pool_id=bill.pool_id,
        who=by.name,
        payee=found.payee.name,
        what=bill.words,
        amount=bill.amount,
        link=f"/g/{found.pool.slug}/bills/{bill.id}",
    )
