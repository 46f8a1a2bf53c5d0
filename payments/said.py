"""What a person's statement says of the bank: where the money lies, does it fit, which day."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session, col, select

from members.models import Membership, Role
from payments import accounts
from payments.models import BankAccount, BankImport, BankLine
from payments.reconciliation import standing
from pools.models import Pool
from pools.packs.statement import Bank
from pools.people import JOB_WORDS


def of_bank(session: Session, pool: Pool, seqs: Collection[int]) -> Bank | None:
    """None while the group has not named its account. `seqs` are lines of the book."""
    account = accounts.of_pool(session, pool.id)
    if account is None:
        return None
    found = standing(session, pool, account.id)
    last = _last_read(session, account)
    return Bank(
        name=account.name,
        last4=accounts.last4(account),
        balance=found.bank if found else None,
        on=found.on if found else None,
        agrees=found.agrees if found else None,
        waiting=found.lines if found else 0,
        by=_job(session, last) if last else "",
        read_at=last.imported_at if last else None,
        lines=_days(session, pool, seqs),
    )


def _last_read(session: Session, account: BankAccount) -> BankImport | None:
    return session.exec(
        select(BankImport)
        .where(BankImport.account_id == account.id, col(BankImport.closing).is_not(None))
        .order_by(col(BankImport.imported_at).desc(), col(BankImport.id).desc())
        .limit(1)
    ).first()


def _job(session: Session, last: BankImport) -> str:
    """The job that whoever read it in had then. Never the name."""
    who = session.get_one(Membership, last.imported_by)
    kind = session.exec(
        select(Role.kind)
        .where(
            Role.pool_id == who.pool_id,
            Role.person_id == who.person_id,
            Role.since <= last.imported_at,
        )
        .order_by(col(Role.since).desc())
        .limit(1)
    ).first()
    return JOB_WORDS[kind] if kind else "somebody with a job in the group"


def _days(session: Session, pool: Pool, seqs: Collection[int]) -> dict[int, date]:
    found = session.exec(
        select(BankLine).where(BankLine.pool_id == pool.id, col(BankLine.entry_seq).in_(seqs))
    )
    return {line.entry_seq: line.happened_on for line in found if line.entry_seq is not None}
