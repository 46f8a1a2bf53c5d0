"""The group's bank account: named once, and recognised in every file that comes in."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from errors import NotPossible, NotValid
from members import access, typed
from members.models import Membership
from payments.models import BankAccount, BankImport
from pools.locking import lock_pool
from pools.models import Pool

KEEPERS = ("treasurer", "organiser")
TELLING = 8  # a UK account number has eight figures; files put sort codes or spaces before it
FEWEST = 4  # with fewer of its figures in a file we can't tell whose it is
SHORTEST = 6
LONGEST = 120


class NoAccount(NotPossible):
    """Tell us about the group's bank account first."""


class HasAccount(NotPossible):
    """Files came in for this account already. It can't be changed now."""


class FormUsed(NotPossible):
    """This form was used before. Open the page again."""


class AnotherAccount(NotValid):
    """This file is for another account. It ends in {theirs}. Ours ends in {ours}."""


class AnotherCurrency(NotValid):
    """This file is in {theirs}. Our account is in {ours}."""


class NoName(NotValid):
    """Type what the account is called."""


class ShortNumber(NotValid):
    """Type the whole account number: at least 6 figures."""


@dataclass(frozen=True)
class File:
    """A file as it was sent: what it was called, and its bytes."""

    name: str
    body: bytes

    @property
    def called(self) -> str:
        """Its name without what can't be shown or kept."""
        return "".join(sign for sign in self.name if sign.isprintable())[:LONGEST] or "A file"


def plain(number: str) -> str:
    """An account number as it can be compared: capitals and figures, without what masks it."""
    return re.sub(r"[^0-9A-Z]", "", number.upper()).lstrip("X")


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
    """Name the account that the group's money lies in. `key` is the form's id and the row's.

    Until the first file has come in, a slip can be put right by saving again.
    """
    access.must_hold(session, by, *KEEPERS)
    lock_pool(session, pool.id)
    name, number = _name(name), _number(number)
    account = of_pool(session, pool.id)
    if account is None:
        return _made(session, pool, name, number, key=key, now=now)
    if (account.name, account.number) == (name, number):
        return account
    if has_files(session, account):
        raise HasAccount
    account.name, account.number = name, number
    session.add(account)
    session.flush()
    return account


def _name(typed_name: str) -> str:
    if typed.is_strange(typed_name):
        raise typed.StrangeLetters
    name = " ".join(typed_name.split())
    if not name:
        raise NoName
    return name


def _number(typed_number: str) -> str:
    number = " ".join(typed_number.split())
    if typed.is_strange(number):
        raise typed.StrangeLetters
    if sum(sign.isdigit() for sign in plain(number)) < SHORTEST:
        raise ShortNumber
    return number


def _made(
    session: Session, pool: Pool, name: str, number: str, *, key: UUID, now: datetime
) -> BankAccount:
    if session.get(BankAccount, key) is not None:
        raise FormUsed
    account = BankAccount(
        id=key, pool_id=pool.id, name=name, number=number, currency=pool.currency, made_at=now
    )
    session.add(account)
    session.flush()
    return account


def has_files(session: Session, account: BankAccount) -> bool:
    came = select(BankImport.id).where(BankImport.account_id == account.id).limit(1)
    return session.exec(came).first() is not None


def of_pool(session: Session, pool_id: UUID) -> BankAccount | None:
    return session.exec(select(BankAccount).where(BankAccount.pool_id == pool_id)).first()


def locked(session: Session, pool_id: UUID) -> BankAccount:
    """The pool's account, held until the transaction ends: one import or match at a time."""
    found = session.exec(
        select(BankAccount)
        .where(BankAccount.pool_id == pool_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NoAccount
    return found


def must_be_ours(account: BankAccount, number: str | None, currency: str | None) -> None:
    """Refuse a file that says it is for another account or in another currency.

    Files put sort codes before the number, leave off its noughts or mask all but the end of it, so
    the ends are compared, as far as both go.
    """
    theirs, ours = plain(number or ""), plain(account.number)
    told = min(len(theirs), len(ours), TELLING)
    if theirs and (told < FEWEST or theirs[-told:] != ours[-told:]):
        raise AnotherAccount(theirs=theirs[-4:], ours=ours[-4:])
    if currency and currency.upper() != account.currency:
        raise AnotherCurrency(theirs=currency.upper(), ours=account.currency)
