"""Who we pay, and who of us is on their side: is it, owns it, works for it or lives with it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotAllowed, NotFound, NotPossible, NotValid
from members import access, typed
from members.models import Membership, Provider, ProviderPerson
from pools.locking import lock_pool
from pools.spending.models import Interest, Payee

ENTER = ("treasurer", "organiser")
LONGEST_NAME = 80


class NoSuchPayee(NotFound):
    """We could not find who to pay."""


class PayeeNeedsName(NotValid):
    """Type who gets the money, as it stands on their bill."""


class FourNumbers(NotValid):
    """Type the last 4 numbers of their bank account, like 4471."""


class OnTheirSide(NotAllowed):
    """You are on the side of who gets paid. Another person must do this."""


class NotYourself(NotPossible):
    """Another person must say that you are no longer on their side."""


class OtherPayee(NotPossible):
    """This form was used for somebody else already. Open the page again."""


def add(
    session: Session, name: str, last4: str, by: Membership, *, key: UUID, now: datetime
) -> Payee:
    """Somebody new to pay. With other bank details they are somebody new again."""
    pool = lock_pool(session, by.pool_id)
    access.must_hold(session, by, *ENTER)
    called, account = _name(name), _last4(last4)
    if made := session.get(Payee, key):
        if (made.pool_id, made.name, made.last4) != (pool.id, called, account):
            raise OtherPayee
        return made
    provider = session.exec(
        select(Provider).where(sa.func.lower(Provider.name) == called.lower())
    ).first()
    made = Payee(
        id=key,
        pool_id=pool.id,
        name=called,
        last4=account,
        provider_id=provider.id if provider else None,
        made_by=by.id,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def _name(name: str) -> str:
    called = " ".join(name.split())
    if not called:
        raise PayeeNeedsName
    if len(called) > LONGEST_NAME:
        raise typed.LongName(most=LONGEST_NAME)
    if typed.is_strange(called):
        raise typed.StrangeLetters
    return called


def _last4(last4: str) -> str:
    account = last4.strip()
    if len(account) != 4 or not (account.isascii() and account.isdigit()):
        raise FourNumbers
    return account


def find(session: Session, pool_id: UUID, payee_id: UUID) -> Payee:
    found = session.get(Payee, payee_id)
    if found is None or found.pool_id != pool_id:
        raise NoSuchPayee
    return found


def all_of(session: Session, pool_id: UUID) -> tuple[Payee, ...]:
    return tuple(
        session.exec(
            select(Payee)
            .where(Payee.pool_id == pool_id)
            .order_by(sa.func.lower(Payee.name), col(Payee.last4))
        )
    )


# --- who is on whose side -------------------------------------------------------------------------


def on_their_side(session: Session, payee_ids: Collection[UUID]) -> frozenset[UUID]:
    """The members on the side of any of these: declared, or one of the provider's own people."""
    declared = session.exec(
        select(Interest.membership_id).where(col(Interest.payee_id).in_(payee_ids))
    )
    staff = session.exec(
        select(Membership.id)
        .join(ProviderPerson, col(ProviderPerson.person_id) == Membership.person_id)
        .join(
            Payee,
            sa.and_(
                col(Payee.provider_id) == ProviderPerson.provider_id,
                col(Payee.pool_id) == Membership.pool_id,
            ),
        )
        .where(col(Payee.id).in_(payee_ids))
    )
    return frozenset((*declared, *staff))


def must_not_be_on_their_side(session: Session, payee_id: UUID, who: Membership) -> None:
    if who.id in on_their_side(session, [payee_id]):
        raise OnTheirSide


def named(session: Session, pool_id: UUID, name: str | None) -> tuple[UUID, ...]:
    """The payees that a question named, whatever their account."""
    if not name:
        return ()
    called = " ".join(name.split()).lower()
    return tuple(one.id for one in all_of(session, pool_id) if one.name.lower() == called)


def declare(session: Session, payee_id: UUID, members: Collection[UUID], by: Membership) -> None:
    """From now on these members are the ones on the payee's side. A person may say it of
    themselves; that they no longer are, another person must say.
    """
    pool = lock_pool(session, by.pool_id)
    access.must_hold(session, by, "organiser", "treasurer", "checker")
    payee = find(session, pool.id, payee_id)
    known = set(session.exec(select(Membership.id).where(Membership.pool_id == pool.id)))
    rows = session.exec(select(Interest).where(Interest.payee_id == payee.id)).all()
    before = {row.membership_id: row for row in rows}
    wanted = set(members) & known
    gone = before.keys() - wanted
    if by.id in gone:
        raise NotYourself
    for member in gone:
        session.delete(before[member])
    for member in wanted - before.keys():
        session.add(Interest(payee_id=payee.id, membership_id=member))
    session.flush()
