"""Promising days and the most I could pay for each; changing that; taking it back. Nothing is owed.

A promise counts if it is here before the round closes, looked at under the round's own lock.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from sqlmodel import Session, col, select

from errors import NotAllowed, NotFound, NotPossible, NotValid
from ledger.models import SOURCES
from ledger.money import say
from members import notices
from members.models import Letter, Membership
from pools import beyond_plan, joining
from pools.clubbing import purposes, words
from pools.clubbing.models import Promise, Round, ServiceSession
from pools.models import FundingSource, Pool

MOST = 100_000_000  # pence a session; the same as the constraint ck_promise_most


class NoSuchRound(NotFound):
    """We could not find that. Go to your group's page and start from there."""


class TooLate(NotPossible):
    """The time for promises is over. This one was not counted, and you owe nothing for it."""


class NotInGroup(NotAllowed):
    """Only people in the group can promise."""


class PickADay(NotValid):
    """Pick at least one day."""


class NotOurDay(NotValid):
    """Pick from the days on this page."""


class TypeTheMost(NotValid):
    """Type more than £0, and no more than {most}."""


class PickASource(NotValid):
    """Pick where your money comes from."""


class FormUsed(NotPossible):
    """You used this form before. Look at it again, then press the button once more."""


def promise(
    session: Session,
    round_id: UUID,
    membership: Membership,
    mosts: Mapping[UUID, int],
    source_kind: str,
    *,
    key: UUID,
    now: datetime,
    why: str = "",
) -> tuple[Promise, ...]:
    """Set my promise to exactly these days: `mosts` is the most I could pay, pence a session.

    Days that are not named are taken back. `why` is asked of whoever promises money whose plan does
    not name what the days are for. `key` is the form's own id: sent twice, it counts once.
    """
    held = _still_open(session, round_id, membership, now)
    days = _days(session, held, mosts)
    facts = _facts(session, held, days, mosts, source_kind)
    letter = notices.own_key(f"promise:{key}", membership.person_id)
    if not _sent_before(session, letter, facts):
        _say_why(session, held, membership, source_kind, why, now=now)
        source = joining.source_of(session, membership, source_kind, now=now)
        _set(session, held, membership, source, mosts, key=key, now=now)
        notices.tell(
            session, membership.person_id, "promise_saved",
            key=letter, pool_id=held.pool_id, now=now, **facts,
        )  # fmt: skip
    return live_of(session, round_id, membership.id)


def _say_why(
    session: Session, held: Round, me: Membership, source_kind: str, why: str, *, now: datetime
) -> None:
    fit = purposes.held_beside(session, me, held.service_id).get(source_kind)
    if fit is not None and not fit.pays:
        beyond_plan.say(session, me, why, service_id=held.service_id, now=now)


def withdraw(session: Session, round_id: UUID, membership: Membership, *, now: datetime) -> int:
    """Take the whole promise back. Says how many days it was for; none is no fault."""
    held = _still_open(session, round_id, membership, now)
    mine = live_of(session, round_id, membership.id)
    for one in mine:
        one.withdrawn_at = now
        session.add(one)
    session.flush()
    if mine:
        notices.tell(
            session, membership.person_id, "promise_back",
            key=f"promise_back:{mine[0].id}", pool_id=held.pool_id, now=now,
            **_about(session, held),
        )  # fmt: skip
    return len(mine)


def live_of(session: Session, round_id: UUID, membership_id: UUID) -> tuple[Promise, ...]:
    """One member's promises that stand, in the order of the days' ids."""
    found = select(Promise).where(
        Promise.round_id == round_id,
        Promise.membership_id == membership_id,
        col(Promise.withdrawn_at).is_(None),
    )
    return tuple(session.exec(found.order_by(col(Promise.session_id))))


def locked(session: Session, round_id: UUID) -> Round:
    """The round, held until this transaction ends: a promise and the close wait for each other."""
    found = session.exec(select(Round).where(Round.id == round_id).with_for_update()).first()
    if found is None:
        raise NoSuchRound
    return found


def _still_open(session: Session, round_id: UUID, membership: Membership, now: datetime) -> Round:
    held = locked(session, round_id)
    current = session.get(Membership, membership.id)
    if current is None or current.left_at is not None or current.pool_id != held.pool_id:
        raise NotInGroup
    if held.closed_at is not None or now >= held.closes_at:
        raise TooLate
    return held


def _days(session: Session, held: Round, mosts: Mapping[UUID, int]) -> list[ServiceSession]:
    if not mosts:
        raise PickADay
    if any(not 0 < most <= MOST for most in mosts.values()):
        raise TypeTheMost(most=say(MOST))
    wanted = select(ServiceSession).where(
        ServiceSession.service_id == held.service_id, col(ServiceSession.id).in_(mosts)
    )
    found = list(session.exec(wanted.order_by(col(ServiceSession.day), col(ServiceSession.starts))))
    if len(found) != len(mosts):
        raise NotOurDay
    return found


def _facts(
    session: Session,
    held: Round,
    days: Sequence[ServiceSession],
    mosts: Mapping[UUID, int],
    source_kind: str,
) -> dict[str, object]:
    """What the letter says: what was promised, in words. Only the person themselves gets it."""
    if source_kind not in SOURCES:
        raise PickASource
    said = words.names([(day.day, day.starts, day.ends) for day in days])
    lines = [
        f"{name}: the most you could pay is {say(mosts[day.id])} a day."
        for name, day in zip(said, days, strict=True)
    ]
    about = _about(session, held)
    return {"lines": lines, "source": words.SOURCES[source_kind], **about}


def _sent_before(session: Session, key: str, facts: Mapping[str, object]) -> bool:
    """Was this very form saved already? With other answers in it, it must not pass for saved."""
    letter = session.exec(select(Letter).where(Letter.key == key)).first()
    if letter is None:
        return False
    before = notices.facts_of(letter.facts)
    if any(before.get(name) != fact for name, fact in facts.items()):
        raise FormUsed
    return True


def _set(
    session: Session,
    held: Round,
    membership: Membership,
    source: FundingSource,
    mosts: Mapping[UUID, int],
    *,
    key: UUID,
    now: datetime,
) -> None:
    """A day that was promised before keeps its place in the queue."""
    before = {one.session_id: one for one in live_of(session, held.id, membership.id)}
    for session_id, one in before.items():
        if session_id not in mosts:
            one.withdrawn_at = now
        elif (one.most, one.source_id) != (mosts[session_id], source.id):
            one.most, one.source_id, one.changed_at = mosts[session_id], source.id, now
        session.add(one)
    for session_id in mosts.keys() - before.keys():
        session.add(
            Promise(
                id=uuid5(key, f"{membership.id}/{session_id}"),
                pool_id=held.pool_id,
                round_id=held.id,
                session_id=session_id,
                membership_id=membership.id,
                source_id=source.id,
                most=mosts[session_id],
                made_at=now,
                changed_at=now,
            )
        )
    session.flush()


def _about(session: Session, held: Round) -> dict[str, object]:
    pool = session.get_one(Pool, held.pool_id)
    return {"group": pool.name, "link": f"/g/{pool.slug}/promise"}
