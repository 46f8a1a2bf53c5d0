"""What a checker says yes to, as one digest; worked out again before each step that needs it."""

import hashlib
from collections.abc import Iterable

import orjson
from sqlmodel import Session, select

from errors import NotPossible
from pools.models import Evidence
from pools.spending.models import Bill, BillShare, Payee
from pools.spending.shares import Share


class Changed(NotPossible):
    """Something about this bill changed after it was entered. Take it back and enter it again."""


def print_of(shared: Iterable[Share]) -> str:
    """A short print of the shares, for the form that shows them."""
    rows = sorted((str(share.fund_id), share.amount) for share in shared)
    return hashlib.sha256(orjson.dumps(rows)).hexdigest()


def digest_of(
    bill: Bill, payee: Payee, file: Evidence | None, shared: Iterable[Share | BillShare]
) -> bytes:
    """Covers all that a checker says yes to."""
    facts: dict[str, object] = {
        "bill": str(bill.id),
        "pool": str(bill.pool_id),
        "payee": [str(payee.id), payee.name, payee.last4],
        "authority": str(bill.authority_id),
        "number": bill.number,
        "billed_on": bill.billed_on.isoformat(),
        "amount": bill.amount,
        "cost": bill.cost,
        "words": bill.words,
        "checkers": bill.checkers,
        "file": hashlib.sha256(file.body).hexdigest() if file else None,
        "shares": sorted((str(share.fund_id), share.amount) for share in shared),
    }
    if bill.rule is not None:  # a bill from before rules could be chosen was sealed without one
        days = [one.isoformat() if one else None for one in (bill.since, bill.until)]
        facts["shared"] = [bill.rule, *days]
    return hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).digest()


def must_be_as_entered(session: Session, bill: Bill) -> None:
    file = session.get(Evidence, bill.evidence_id) if bill.evidence_id else None
    shared = session.exec(select(BillShare).where(BillShare.bill_id == bill.id)).all()
    payee = session.get_one(Payee, bill.payee_id)
    if digest_of(bill, payee, file, shared) != bill.digest:
        raise Changed
