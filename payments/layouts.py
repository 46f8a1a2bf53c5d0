"""How this bank's CSV is laid out: chosen once, remembered, and asked again when it changed.

While the treasurer chooses, the file itself is kept; it goes when the choice is made.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, delete

from errors import NotFound
from members import access
from members.models import Membership
from payments import accounts
from payments.accounts import File
from payments.models import BankAccount, BankUpload
from payments.statements import refusals
from payments.statements.read import Columns, Preview

UPLOAD_KEPT = timedelta(days=1)


class NoUpload(NotFound):
    """That file is no longer here. Choose it again."""


class OtherNames(refusals.FileRefused):
    """The columns of this file have other names than before. Choose them again."""


# Refusals after which another choice of columns may help. After any other the file itself is wrong.
MISFITS = (
    OtherNames,
    refusals.ColumnsNotRight,
    refusals.ColumnNotThere,
    refusals.StartsElsewhere,
    refusals.NotADay,
    refusals.NoSuchDay,
    refusals.DatesUnclear,
    refusals.DatesOtherWay,
    refusals.NotMoney,
    refusals.PartPenny,
    refusals.AmountTooBig,
    refusals.AmountMissing,
    refusals.InAndOut,
)


@dataclass(frozen=True)
class Layout:
    """`headings` are those of the file for which the columns were chosen."""

    columns: Columns
    headings: tuple[str, ...]

    def of(self, seen: Preview) -> Columns:
        """The columns for another file of this bank. Refused if its headings say that they are
        others; how many lines stand above the payments is taken from the file itself.
        """
        if any(_heading(seen.headings, n) != _heading(self.headings, n) for n in self.columns.used):
            raise OtherNames
        return replace(self.columns, skip=seen.skip)

    def to_json(self) -> str:
        return json.dumps({"columns": asdict(self.columns), "headings": self.headings})

    @classmethod
    def from_json(cls, text: str) -> "Layout":
        found = json.loads(text)
        return cls(Columns.from_json(json.dumps(found["columns"])), tuple(found["headings"]))


def _heading(headings: tuple[str, ...], place: int) -> str:
    return " ".join(headings[place].casefold().split()) if place < len(headings) else ""


def of_account(account: BankAccount) -> Layout | None:
    return Layout.from_json(account.columns) if account.columns else None


def remember(session: Session, account: BankAccount, layout: Layout) -> None:
    account.columns = layout.to_json()
    session.add(account)
    session.flush()


def forget(session: Session, pool_id: UUID, by: Membership) -> None:
    """The bank changed its files: ask again which column is which."""
    access.must_hold(session, by, *accounts.KEEPERS)
    account = accounts.locked(session, pool_id)
    account.columns = None
    session.add(account)
    session.flush()


def keep_upload(
    session: Session, account: BankAccount, by: Membership, file: File, *, key: UUID, now: datetime
) -> BankUpload:
    """Keep a file while the treasurer chooses its columns; what nobody came back for goes."""
    session.exec(delete(BankUpload).where(col(BankUpload.added_at) < now - UPLOAD_KEPT))
    found = session.get(BankUpload, key)
    if found is not None:
        if found.account_id != account.id or found.body != file.body:
            raise accounts.FormUsed
        return found
    upload = BankUpload(
        id=key,
        account_id=account.id,
        name=file.called,
        body=file.body,
        added_by=by.id,
        added_at=now,
    )
    session.add(upload)
    session.flush()
    return upload


def upload_of(session: Session, pool_id: UUID, upload_id: UUID) -> BankUpload:
    found = session.get(BankUpload, upload_id)
    account = accounts.of_pool(session, pool_id)
    if found is None or account is None or found.account_id != account.id:
        raise NoUpload
    return found
