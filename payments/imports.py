"""A bank statement comes in: whole or not at all, each line once, however often it is sent."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from errors import NotValid
from members import access
from members.models import Membership
from payments import accounts, alike, layouts, matching
from payments.accounts import File
from payments.layouts import Layout
from payments.models import BankAccount, BankImport, BankLine
from payments.statements import read as reader
from pools import reference
from pools.models import Pool

LONGEST, ROOM, SHORT = 200, 60, 4
CHUNK = 500  # fingerprints asked for at a time, well under any database's limit


class FromTheFuture(NotValid):
    """This file has lines after today. Check that it is the right file."""


class NoneBooked(NotValid):
    """The bank has not booked any of these payments yet. Save the file again in a few days."""


class NoLines(NotValid):
    """This file has no payments in it. Nothing was added."""


@dataclass(frozen=True)
class Taken:
    """What an import did: how many lines are new, came before, found their owner by a reference or
    a bill, and may be a payment that we had. `left_out`: how many the bank had not booked yet.
    `before`: the very same file came in on that day.
    """

    import_id: UUID
    new: int
    old: int
    matched: int
    alike: int = 0
    left_out: int = 0
    before: date | None = None


@dataclass(frozen=True)
class Asked:
    """Somebody must say first which column is which, and why if they did before."""

    upload_id: UUID
    why: str | None = None


def bring_in(
    session: Session, pool: Pool, by: Membership, file: File, *, key: UUID, now: datetime
) -> Taken | Asked:
    """Take a file in at once if we know how to read it; else keep it and ask about its columns.

    `key` is the form's id. Raises what the readers raise, AnotherAccount, AnotherCurrency, NoLines
    and FromTheFuture. Nothing is kept of a file that is refused.
    """
    access.must_hold(session, by, *accounts.KEEPERS)
    account = accounts.locked(session, pool.id)
    if not reader.is_table(file.body):
        return take_in(session, pool, by, file, columns=None, key=key, now=now)
    try:
        layout = layouts.of_account(account)
        if layout is not None:
            columns = layout.of(reader.preview(file.body))
            return take_in(session, pool, by, file, columns=columns, key=key, now=now)
        why = None
    except layouts.MISFITS as refusal:
        why = refusal.sentence
    return Asked(layouts.keep_upload(session, account, by, file, key=key, now=now).id, why)


def take_upload(
    session: Session,
    pool: Pool,
    by: Membership,
    upload_id: UUID,
    columns: reader.Columns,
    *,
    now: datetime,
) -> Taken:
    """Take in the file that waited for its columns, and remember them for the next one."""
    access.must_hold(session, by, *accounts.KEEPERS)
    account = accounts.locked(session, pool.id)
    done = session.get(BankImport, upload_id)
    if done is not None and done.pool_id == pool.id:
        return _taken(session, done)  # pressed twice
    upload = layouts.upload_of(session, pool.id, upload_id)
    layouts.remember(session, account, Layout(columns, reader.preview(upload.body).headings))
    file = File(upload.name, upload.body)
    session.delete(upload)
    return take_in(session, pool, by, file, columns=columns, key=upload_id, now=now)


def take_in(
    session: Session,
    pool: Pool,
    by: Membership,
    file: File,
    *,
    columns: reader.Columns | None,
    key: UUID,
    now: datetime,
) -> Taken:
    """Read the file, keep its new lines, and match those that say whose they are.

    `columns` is how this bank's CSV is laid out (None for OFX).
    """
    access.must_hold(session, by, *accounts.KEEPERS)
    account = accounts.locked(session, pool.id)
    digest = hashlib.sha256(file.body).digest()
    done = session.get(BankImport, key)
    if done is not None:
        if done.pool_id != pool.id or done.digest != digest:
            raise accounts.FormUsed
        return _taken(session, done)
    zone = ZoneInfo(pool.time_zone)
    today = now.astimezone(zone).date()
    statement = _read(account, file, columns, today)
    days = [line.happened_on for line in statement.lines]
    prints = reader.fingerprints(statement)
    known = _known(session, account, prints)
    fresh = [pair for pair in zip(statement.lines, prints, strict=True) if pair[1] not in known]
    if not fresh and (same := _same_file(session, account, digest)) is not None:
        return Taken(same.id, 0, len(prints), 0, before=same.imported_at.astimezone(zone).date())
    made = BankImport(
        id=key, pool_id=pool.id, account_id=account.id, name=file.called, digest=digest,
        imported_by=by.id, imported_at=now, new_lines=len(fresh),
        old_lines=len(prints) - len(fresh), first_on=min(days), last_on=max(days),
        closing=statement.closing, left_out=statement.left_out,
        closing_on=statement.closing_on and min(statement.closing_on, today),
    )  # fmt: skip
    session.add(made)
    session.flush()
    kept = [_keep(session, made, line, fingerprint) for line, fingerprint in fresh]
    session.flush()
    alike.mark(session, kept, frozenset(prints))
    matching.match_those_that_say(session, pool, kept, by=by, now=now)
    return _taken(session, made)


def _read(
    account: BankAccount, file: File, columns: reader.Columns | None, today: date
) -> reader.Statement:
    statement = reader.read(file.body, columns, account=account.number)
    accounts.must_be_ours(account, statement.account, statement.currency)
    if not statement.lines:
        raise NoneBooked if statement.left_out else NoLines
    if max(line.happened_on for line in statement.lines) > today:
        raise FromTheFuture
    return statement


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


def _same_file(session: Session, account: BankAccount, digest: bytes) -> BankImport | None:
    return session.exec(
        select(BankImport)
        .where(BankImport.account_id == account.id, BankImport.digest == digest)
        .order_by(col(BankImport.imported_at))
        .limit(1)
    ).first()


def _keep(session: Session, made: BankImport, line: reader.Line, fingerprint: str) -> BankLine:
    row = BankLine(
        pool_id=made.pool_id, account_id=made.account_id, import_id=made.id,
        happened_on=line.happened_on, amount=line.amount, words=shortened(line.words),
        fingerprint=fingerprint,
    )  # fmt: skip
    session.add(row)
    return row


def shortened(words: str) -> str:
    """What we keep of a long text: its beginning, and every reference or number that stood further
    on, as far as there is room.
    """
    if len(words) <= LONGEST:
        return words
    kept = words[: LONGEST - ROOM]
    rest = words[len(kept) :].split()
    numbers = [one for one in rest if len(one) >= SHORT and any(map(str.isdigit, one))]
    found = [*reference.found_in(words), *numbers]
    tail = ""
    for one in dict.fromkeys(found):
        if one not in kept and one not in tail and len(tail) + len(one) + 1 <= ROOM - 1:
            tail += f" {one}"
    return f"{words[: LONGEST - 1 - len(tail)]}…{tail}" if tail else words[:LONGEST]


def _taken(session: Session, made: BankImport) -> Taken:
    """What an import did, as its lines tell: the same however often it is asked."""
    matched, likely = session.exec(
        select(
            func.count().filter(col(BankLine.matched_at) == made.imported_at),
            func.count().filter(col(BankLine.like_id).is_not(None)),
        ).where(BankLine.import_id == made.id)
    ).one()
    return Taken(made.id, made.new_lines, made.old_lines, matched, likely, made.left_out)
