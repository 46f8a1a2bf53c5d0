"""The group's bank account: set up once, recognised in every file that comes in."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, delete, select

from errors import NotFound, NotPossible, NotValid
from members import access
from members.models import Membership
from payments.models import BankAccount, BankUpload
from pools.models import Pool

TELLING = 8  # a UK account number has eight figures; files put sort codes or spaces before it
UPLOAD_KEPT = timedelta(days=1)


class NoAccount(NotPossible):
    """Tell us about the group's bank account first."""


class HasAccount(NotPossible):
    """The group has a bank account here already."""


class AnotherAccount(NotValid):
    """This file is for another account. It ends in {theirs}. Ours ends in {ours}."""


class AnotherCurrency(NotValid):
    """This file is in {theirs}. Our account is in {ours}."""


class ShortNumber(NotValid):
    """Type the whole account number: at least 4 figures."""


class NoUpload(NotFound):
    """That file is no longer here. Choose it again."""


def plain(number: str) -> str:
    """An account number as it can be compared: capitals and figures only."""
    return re.sub(r"[^0-9A-Z]", "", number.upper())


def last4(account: BankAccount) -> str:
    return plain(account.number)[-4:]


def set_up(
    session: Session,
    pool: Pool,
    by: Membership,
    name: str,
    number: str,
    *,
    key: UUID,
    now: datetime,
) -> BankAccount:
    """Name the account that the group's money lies in. `key` is the form's id and the row's."""
    access.must_hold(session, by, "treasurer", "organiser")
    if len(plain(number)) < 4:
        raise ShortNumber
    existing = of_pool(session, pool.id)
    if existing is not None:
        if existing.id == key:
            return existing
        raise HasAccount
    account = BankAccount(
        id=key, pool_id=pool.id, name=name, number=number, currency=pool.currency, made_at=now
    )
    session.add(account)
    session.flush()
    return account


def of_pool(session: Session, pool_id: UUID) -> BankAccount | None:
    return session.exec(select(BankAccount).where(BankAccount.pool_id == pool_id)).first()


def locked(session: Session, pool_id: UUID) -> BankAccount:
    """The pool's account, held until the transaction ends: one import or match at a time."""
    found = session.exec(
        select(BankAccount).where(BankAccount.pool_id == pool_id).with_for_update()
    ).first()
    if found is None:
        raise NoAccount
    return found


def must_be_ours(account: BankAccount, number: str | None, currency: str | None) -> None:
    """Refuse a file that says it is for another account or in another currency."""
    theirs, ours = plain(number or ""), plain(account.number)
    if theirs and theirs[-TELLING:] != ours[-TELLING:]:
        raise AnotherAccount(theirs=theirs[-4:], ours=ours[-4:])
    if currency and currency.upper() != account.currency:
        raise AnotherCurrency(theirs=currency.upper(), ours=account.currency)


@dataclass(frozen=True)
class File:
    """A file as it was sent: what it was called, and its bytes."""

    name: str
    body: bytes


def keep_upload(
    session: Session, account: BankAccount, by: Membership, file: File, *, key: UUID, now: datetime
) -> BankUpload:
    """Keep a file while the treasurer chooses its columns; older ones go."""
    session.exec(delete(BankUpload).where(col(BankUpload.added_at) < now - UPLOAD_KEPT))
    found = session.get(BankUpload, key)
    if found is not None and found.account_id == account.id:
        return found
    upload = BankUpload(
        id=key,
        account_id=account.id,
        name=file.name,
        body=file.body,
        added_by=by.id,
        added_at=now,
    )
    session.add(upload)
    session.flush()
    return upload


def forget_columns(session: Session, pool_id: UUID) -> None:
    """The bank changed its files: ask again which column is which."""
    account = locked(session, pool_id)
    account.columns = None
    session.add(account)
    session.flush()


def upload_of(session: Session, pool_id: UUID, upload_id: UUID) -> BankUpload:
    found = session.get(BankUpload, upload_id)
    account = of_pool(session, pool_id)
    if found is None or account is None or found.account_id != account.id:
        raise NoUpload
    return found
