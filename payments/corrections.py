"""Putting a line of the book right: one person says what is wrong, another looks, then it is done.

Only the second person's yes turns the wrong line round; in the same step the right one is entered.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotAllowed, NotFound, NotPossible, NotValid
from ledger import accounting, journal
from ledger.models import Entry
from members import access, notices
from members.models import Membership, Person, Role
from payments import posting, remedies
from payments.models import BankAccount
from payments.posting import Hand
from payments.remedies import Wrong
from pools import reference
from pools.locking import lock_pool
from pools.models import Pool
from pools.spending import authorities, bills, payees
from pools.spending.entering import one_line
from pools.spending.models import Correction

JOBS = ("organiser", "treasurer", "checker")
LONGEST_WHY = 200


class NoSuchCorrection(NotFound):
    """We could not find that. Look at the line in the money book."""


class WhyNeeded(NotValid):
    """Type what is wrong, in a few words."""


class NameInIt(NotValid):
    """Write it without names. Everyone it touches reads it, and {name} stands in it."""


class BeingPutRight(NotPossible):
    """Somebody is putting this line right already."""


class OwnProposal(NotAllowed):
    """You said that this line is wrong. Another person must look."""


class OwnMoney(NotAllowed):
    """This is about your own money. Another person must look."""


class DoneAlready(NotPossible):
    """This line was put right already."""


class StoppedAlready(NotPossible):
    """Somebody stopped this already. The line stays as it is."""


class FormUsed(NotPossible):
    """You used this form for something else already. Open the page again."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody says is wrong. `key` is the form's own id; `again` is how it is entered again:
    an answer of the bank pages, `amount:<pence>`, or nothing.
    """

    key: UUID
    seq: int
    why: str
    again: str = ""


# --- one person says it ---------------------------------------------------------------------------


def propose(session: Session, said: Said, by: Membership, *, now: datetime) -> Correction:
    """Say that a line is wrong and why. Nothing is written in the book yet; others are asked."""
    pool = _held(session, by.pool_id)
    access.must_hold(session, by, *JOBS)
    why = one_line(said.why, LONGEST_WHY, WhyNeeded)
    if made := session.get(Correction, said.key):
        return _same_again(made, said, why, by)
    wrong = remedies.wrong_of(session, pool, said.seq)
    _must_be_open(session, pool, wrong)
    remedies.must_be_possible(session, pool, wrong, said.again)
    _must_name_nobody(session, why, remedies.owners(session, pool, wrong, said.again))
    made = Correction(
        id=said.key,
        pool_id=pool.id,
        book_id=pool.book_id,
        seq=said.seq,
        bill_id=wrong.bill.id if wrong.bill else None,
        why=why,
        again=said.again,
        proposed_by=by.id,
        proposed_at=now,
    )
    session.add(made)
    session.flush()
    _ask_to_look(session, pool, made, by, now=now)
    return made


def _held(session: Session, pool_id: UUID) -> Pool:
    """The bank account and then the group, in the order in which everybody takes them."""
    session.exec(select(BankAccount.id).where(BankAccount.pool_id == pool_id).with_for_update())
    return lock_pool(session, pool_id)


def _same_again(made: Correction, said: Said, why: str, by: Membership) -> Correction:
    if (made.seq, made.why, made.again, made.proposed_by) != (said.seq, why, said.again, by.id):
        raise FormUsed
    return made


def _must_be_open(session: Session, pool: Pool, wrong: Wrong) -> None:
    seq = wrong.entry.seq
    if wrong.entry.kind == "reversal":
        raise accounting.NotPutRightTwice
    mended = session.exec(
        select(Entry.seq).where(Entry.book_id == pool.book_id, Entry.reverses == seq)
    ).first()
    if mended is not None:
        raise journal.AlreadyPutRight(by=mended)
    if open_on(session, pool, seq) is not None:
        raise BeingPutRight
    if wrong.line is not None:
        posting.must_not_be_back(session, wrong.line)


def open_on(session: Session, pool: Pool, seq: int) -> Correction | None:
    """What somebody said about this line that waits for another person."""
    return session.exec(
        select(Correction).where(
            Correction.book_id == pool.book_id,
            Correction.seq == seq,
            col(Correction.dropped_at).is_(None),
            col(Correction.confirmed_at).is_(None),
        )
    ).first()


def _must_name_nobody(session: Session, why: str, owners: frozenset[UUID]) -> None:
    """The reason stands in the book beside one person's money; it must not name the other."""
    words = why.replace(",", " ").replace(".", " ").replace("’", " ").replace("'", " ").split()
    for one in owners:
        name = session.get_one(Membership, one).name
        if set(name.split()) & set(words):
            raise NameInIt(name=name)
    if found := reference.found_in(why):
        raise NameInIt(name=found[0])


def _ask_to_look(
    session: Session, pool: Pool, made: Correction, by: Membership, *, now: datetime
) -> None:
    asked = [one for one in with_jobs(session, pool.id) if may_look(session, pool, made, one)]
    notices.tell_people(
        session,
        [session.get_one(Person, one.person_id) for one in asked],
        "fix_to_check",
        key=f"fix_to_check:{made.id}",
        now=now,
        pool_id=pool.id,
        who=by.name,
        why=made.why,
        link=f"/g/{pool.slug}/fixes/{made.id}",
    )


# --- another looks --------------------------------------------------------------------------------


def with_jobs(session: Session, pool_id: UUID) -> tuple[Membership, ...]:
    held = sa.and_(
        col(Role.pool_id) == Membership.pool_id,
        col(Role.person_id) == Membership.person_id,
        col(Role.until).is_(None),
    )
    return tuple(
        session.exec(
            select(Membership)
            .join(Role, held)
            .where(Membership.pool_id == pool_id, col(Membership.left_at).is_(None))
            .order_by(Membership.name, col(Membership.id))
        ).unique()
    )


def may_look(session: Session, pool: Pool, correction: Correction, who: Membership) -> bool:
    try:
        wrong = remedies.wrong_of(session, pool, correction.seq)
        _must_be_another(session, pool, wrong, correction, who)
    except NotAllowed:
        return False
    return True


def _must_be_another(
    session: Session, pool: Pool, wrong: Wrong, correction: Correction, by: Membership
) -> None:
    """Not who said it, not the payee's side, and not the one whose money it is about."""
    if correction.proposed_by == by.id:
        raise OwnProposal
    for payee_id in remedies.payees_of(session, wrong, correction.again):
        payees.must_not_be_on_their_side(session, payee_id, by)
    if by.id in remedies.owners(session, pool, wrong, correction.again):
        raise OwnMoney


def confirm(session: Session, correction_id: UUID, by: Membership, *, now: datetime) -> Correction:
    """The second person says yes: the line is turned round and, if so chosen, entered again.

    The same person pressing twice changes nothing.
    """
    pool = _held(session, by.pool_id)
    access.must_hold(session, by, *JOBS)
    correction = _locked(session, pool, correction_id)
    if correction.confirmed_at is not None:
        if correction.confirmed_by == by.id:
            return correction
        raise DoneAlready
    if correction.dropped_at is not None:
        raise StoppedAlready
    wrong = remedies.wrong_of(session, pool, correction.seq)
    _must_be_another(session, pool, wrong, correction, by)
    touched = remedies.owners(session, pool, wrong, correction.again)
    _turn_round(session, pool, wrong, correction, by, now=now)
    remedies.enter_again(session, pool, wrong, correction, Hand(by, "Put right by two people", now))
    _tell_who_said_it(session, pool, correction, by, done=True, now=now)
    _tell_owners(session, pool, correction, touched, now=now)
    return correction


def _locked(session: Session, pool: Pool, correction_id: UUID) -> Correction:
    found = session.get(Correction, correction_id, with_for_update=True, populate_existing=True)
    if found is None or found.pool_id != pool.id:
        raise NoSuchCorrection
    return found


def _turn_round(
    session: Session,
    pool: Pool,
    wrong: Wrong,
    correction: Correction,
    by: Membership,
    *,
    now: datetime,
) -> None:
    """The entry names who agreed to it: `fix:<correction>` has both people."""
    facts = accounting.Facts(
        on=authorities.today_of(pool, now),
        key=f"undo:{correction.seq}",
        words=correction.why,
        by=by.code,
        authority=f"fix:{correction.id}",
    )
    draft = accounting.reversal(wrong.entry, facts)
    mended = journal.post(session, pool.book_id, draft, now=now).seq
    correction.confirmed_by, correction.confirmed_at = by.id, now
    correction.reversal_seq = mended
    session.add(correction)
    session.flush()
    bills.unpay(session, pool.id, correction.seq)
    if wrong.line is not None:
        posting.free(session, wrong.line, mended)


def drop(session: Session, correction_id: UUID, by: Membership, *, now: datetime) -> Correction:
    """The line is right after all: who said it takes it back, or another person says no."""
    pool = _held(session, by.pool_id)
    access.must_hold(session, by, *JOBS)
    correction = _locked(session, pool, correction_id)
    if correction.confirmed_at is not None:
        raise DoneAlready
    if correction.dropped_at is not None:
        return correction
    if correction.proposed_by != by.id:
        wrong = remedies.wrong_of(session, pool, correction.seq)
        _must_be_another(session, pool, wrong, correction, by)
    correction.dropped_by, correction.dropped_at = by.id, now
    session.add(correction)
    session.flush()
    if correction.proposed_by != by.id:
        _tell_who_said_it(session, pool, correction, by, done=False, now=now)
    return correction


# --- telling --------------------------------------------------------------------------------------


def _tell_who_said_it(
    session: Session,
    pool: Pool,
    correction: Correction,
    by: Membership,
    *,
    done: bool,
    now: datetime,
) -> None:
    notices.tell(
        session,
        session.get_one(Membership, correction.proposed_by).person_id,
        "fix_answered",
        key=f"fix_answered:{correction.id}",
        now=now,
        pool_id=pool.id,
        who=by.name,
        done=done,
        link=f"/g/{pool.slug}/fixes/{correction.id}",
    )


def _tell_owners(
    session: Session,
    pool: Pool,
    correction: Correction,
    owners: frozenset[UUID],
    *,
    now: datetime,
) -> None:
    """Whose money it is about hears of it, each of their own; nobody hears of the other."""
    for one in owners:
        notices.tell(
            session,
            session.get_one(Membership, one).person_id,
            "line_put_right",
            key=f"line_put_right:{correction.id}",
            now=now,
            pool_id=pool.id,
            link=f"/g/{pool.slug}/money/{correction.reversal_seq}",
        )
