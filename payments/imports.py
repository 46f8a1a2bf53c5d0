"""A bank statement comes in: whole or not at all, each line once, however often it is sent."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from errors import NotValid
from members import access
from members.models import Membership
from payments import accounts, matching
from payments.accounts import File
from payments.models import BankAccount, BankImport, BankLine
from payments.statements import read as reader
from pools.models import Pool

CHUNK = 500  # fingerprints asked for at a time, well under any database's limit


class FromTheFuture(NotValid):
    """This file has lines after today. Check that it is the right file."""


class NoLines(NotValid):
    """This file has no payments in it. Nothing was added."""


@dataclass(frozen=True)
class Taken:
    """What an import did. `matched` lines found their owner by a reference or a bill."""

    import_id: UUID | None
    new: int
    old: int
    matched: int


def take_in(
    session: Session, pool: Pool, by: Membership, file: File, *,
    columns: reader.Columns | None, key: UUID, now: datetime,
) -> Taken:  # fmt: skip
    """Read the file, keep its new lines, and match those that say whose they are.

    `columns` is how this bank's CSV is laid out (None for OFX). Raises what the readers raise, and
    AnotherAccount or AnotherCurrency. Nothing is kept of a file that is refused.
    """
    access.must_hold(session, by, "treasurer", "organiser")
    account = accounts.locked(session, pool.id)
    done = session.get(BankImport, key)
    if done is not None and done.pool_id == pool.id:
        return Taken(done.id, done.new_lines, done.old_lines, 0)
    statement = reader.read(file.body, columns)
    accounts.must_be_ours(account, statement.account, statement.currency)
    days = [line.happened_on for line in statement.lines]
    if not days:
        raise NoLines
    if max(days) > now.astimezone(ZoneInfo(pool.time_zone)).date():
        raise FromTheFuture
    prints = reader.fingerprints(statement)
    known = _known(session, account, prints)
    fresh = [pair for pair in zip(statement.lines, prints, strict=True) if pair[1] not in known]
    made = BankImport(
        id=key, pool_id=pool.id, account_id=account.id, name=file.name[:120],
        digest=hashlib.sha256(file.body).digest(), imported_by=by.id, imported_at=now,
        new_lines=len(fresh), old_lines=len(prints) - len(fresh), first_on=min(days),
        last_on=max(days), closing=statement.closing, closing_on=statement.closing_on,
    )  # fmt: skip
    session.add(made)
    session.flush()
    kept = [_keep(session, made, line, fingerprint) for line, fingerprint in fresh]
    session.flush()
    matched = matching.match_those_that_say(session, pool, kept, by=by, now=now)
    return Taken(made.id, made.new_lines, made.old_lines, matched)


def _known(session: Session, account: BankAccount, prints: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(prints), CHUNK):
        some = prints[start : start + CHUNK]
        found |= set(
            session.exec(
                select(BankLine.fingerprint).where(
                    BankLine.account_id == account.id, col(BankLine.fingerprint).in_(some)
                )
            )
        )
    return found


def _keep(session: Session, made: BankImport, line: reader.Line, fingerprint: str) -> BankLine:
    row = BankLine(
        pool_id=made.pool_id, account_id=made.account_id, import_id=made.id,
        happened_on=line.happened_on, amount=line.amount, words=line.words[:200],
        fingerprint=fingerprint,
    )  # fmt: skip
    session.add(row)
    return row
