"""Each line of a person's statement with what stands behind it: its bill, what allowed it, how it
was shared, its paper. Whatever could tell of somebody else is left out here, before any page.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger.models import Entry, Fund, Posting
from ledger.queries import MyLine
from members.models import Membership
from pools.decisions.models import Proposal
from pools.models import Evidence, Pool
from pools.packs import hiding, naming
from pools.packs.hiding import Others
from pools.packs.models import BillNames
from pools.packs.statement import Line, Paper
from pools.spending import book, fitting, telling
from pools.spending.models import Approval, Authority, Bill, BillShare, Payee

RULES = {
    "people": "Everybody who shares it pays the same.",
    "days": "Shared by how many days each person has.",
    "attendance": "Shared by how often each person came.",
    "band": "Shared by how much support each person has.",
    "named": "Only the people it was for pay.",
}
NOT_LOOKED_AT = "Nobody has looked yet if it names other people."
NAMES_OTHERS = "It names other people."
TELLS_ANOTHERS = "It would tell what the only other person paid."
SAID = {
    "contribution": "Paid in",
    "paid_back": "Money went back to where it came from",
    "transfer": "Money moved inside the group",
    "reversal": "A line was put right",
    "moved": "Money changed its place",
}


@dataclass(frozen=True)
class Asked:
    """Whose lines, whom they may not name, and their days at the bank."""

    pool: Pool
    me: Membership
    funds: Collection[UUID]
    others: Others
    at_bank: Mapping[int, date]


@dataclass(frozen=True)
class Behind:
    """All that stands behind a line that paid a bill; `people` is how many share it."""

    bill: Bill
    payee: str
    allowed: Authority
    vote: Proposal | None
    people: int
    said_yes: int
    mark: BillNames | None


@dataclass(frozen=True)
class Known:
    """What is looked up at once for all lines. `fixed` is which line puts another right, `keys` the
    keys of lines that were put right, `crowd` the lines that move other people's money too,
    `serves` the needs in my plan that my share of each bill was for.
    """

    bills: Mapping[UUID, Behind]
    papers: Mapping[UUID, tuple[str, str]]
    fixed: Mapping[int, int]
    keys: Mapping[int, str]
    crowd: frozenset[int]
    serves: Mapping[UUID, tuple[str, ...]]


def told(session: Session, asked: Asked, mine: Sequence[MyLine], opening: int) -> tuple[Line, ...]:
    """The lines in their order, each with what is left after it; pence."""
    known = _known(session, asked, mine)
    return tuple(_lines(asked, known, mine, opening))


def _lines(asked: Asked, known: Known, mine: Sequence[MyLine], left: int) -> Iterator[Line]:
    for line in mine:
        left += line.share
        bill_id = _bill_of(known.keys.get(line.reverses or 0, line.key))
        behind = known.bills.get(bill_id) if bill_id else None
        facts = _bill_facts(asked, known, behind) if behind else {}
        yield Line(
            seq=line.seq,
            on=line.happened_on,
            what=_what(asked, known, line),
            part=line.part,
            share=line.share,
            left=left,
            bank_on=asked.at_bank.get(line.seq),
            put_right=_put_right(known, line),
            **facts,
        )


def _what(asked: Asked, known: Known, line: MyLine) -> str:
    """What it was for, in the group's words where these name nobody else."""
    plain = SAID.get(line.kind, "We paid a bill")
    right = "Put right: " if line.reverses else ""
    if line.kind in {"contribution", "paid_back"} or {line.seq, line.reverses} & known.crowd:
        return right + plain
    return right + asked.others.unless_named(line.words or plain, plain)


def _put_right(known: Known, line: MyLine) -> str:
    if line.reverses:
        return f"This puts line {line.reverses} right."
    if by := known.fixed.get(line.seq):
        return f"Line {by} puts this right."
    return ""


# --- the bill ------------------------------------------------------------------------------------


def _bill_facts(asked: Asked, known: Known, behind: Behind) -> dict[str, Any]:
    bill, others = behind.bill, asked.others
    rule = bill.rule or ("days" if behind.allowed.kind == "standing" else "people")
    entered = "One person with a job wrote it down."
    checked = "1 other person" if behind.said_yes == 1 else f"{behind.said_yes} other people"
    return {
        "cost": telling.COST_WORDS.get(bill.cost, "other things"),
        "supplier": others.unless_named(behind.payee, hiding.SOMEBODY),
        "bill": others.unless_named(bill.number, "kept back"),
        "billed_on": bill.billed_on,
        "whole": hiding.whole_of_bill(bill.amount, behind.people),
        "rule": RULES[rule],
        "people": behind.people,
        "serves": known.serves.get(bill.id, ()),
        "agreed": _agreed(asked, behind),
        "checked": f"{entered} {checked} checked it.",
        "paper": _paper(known, behind),
    }


def _agreed(asked: Asked, behind: Behind) -> str:
    if behind.vote is None:
        return "What everybody agreed by being in"
    title = asked.others.unless_named(behind.vote.title, "a vote to spend")
    closed = behind.vote.closed_at
    if closed is None:
        return title
    on = closed.astimezone(ZoneInfo(asked.pool.time_zone)).date()
    return f"A vote that passed on {day(on)}: {title}"


def day(on: date) -> str:
    """17 December 2026: with its year, since papers are read later."""
    return f"{on.day} {on:%B %Y}"


def _paper(known: Known, behind: Behind) -> Paper:
    """The paper as it may be shown. What nobody looked at is not shown."""
    mark, file = behind.mark, behind.bill.evidence_id
    if file is None:
        return Paper("none")
    if 1 < behind.people < hiding.FEWEST_SHARING:
        return Paper("summary", TELLS_ANOTHERS)
    if mark is None:
        return Paper("summary", NOT_LOOKED_AT)
    shown = mark.evidence_id if mark.names else file
    if shown is None or shown not in known.papers:
        return Paper("summary", NAMES_OTHERS)
    media, digest = known.papers[shown]
    return Paper("blacked" if mark.names else "whole", "", shown, media, digest)


# --- what is looked up ---------------------------------------------------------------------------


def _bill_of(key: str) -> UUID | None:
    found = book.bill_of(key)
    return UUID(found) if found else None


def _known(session: Session, asked: Asked, mine: Sequence[MyLine]) -> Known:
    seqs, undone = [line.seq for line in mine], [line.reverses for line in mine if line.reverses]
    book_id = asked.pool.book_id
    keys = _keys(session, book_id, undone)
    found = [_bill_of(key) for key in (*(line.key for line in mine), *keys.values())]
    bills = _bills(session, asked.pool, {one for one in found if one})
    return Known(
        bills=bills,
        papers=_papers(session, bills.values()),
        fixed=_fixed(session, book_id, seqs),
        keys=keys,
        crowd=_crowd(session, asked, [*seqs, *undone]),
        serves=fitting.needs_of_bills(session, asked.me.id, list(bills)),
    )


def _keys(session: Session, book_id: UUID, seqs: Collection[int]) -> dict[int, str]:
    if not seqs:
        return {}
    rows = session.exec(
        select(Entry.seq, Entry.key).where(Entry.book_id == book_id, col(Entry.seq).in_(seqs))
    )
    return dict(rows.all())


def _fixed(session: Session, book_id: UUID, seqs: Collection[int]) -> dict[int, int]:
    rows = session.exec(
        select(Entry.reverses, Entry.seq).where(
            Entry.book_id == book_id, col(Entry.reverses).in_(seqs)
        )
    )
    return {wrong: right for wrong, right in rows if wrong is not None}


def _crowd(session: Session, asked: Asked, seqs: Collection[int]) -> frozenset[int]:
    """Of the lines about people's own money, those that touch somebody else's too."""
    rows = session.exec(
        select(Posting.seq)
        .distinct()
        .join(
            Fund,
            sa.and_(col(Fund.book_id) == Posting.book_id, col(Fund.fund_id) == Posting.fund_id),
        )
        .join(Entry, sa.and_(col(Entry.book_id) == Posting.book_id, col(Entry.seq) == Posting.seq))
        .where(
            Posting.book_id == asked.pool.book_id,
            col(Posting.seq).in_(seqs),
            col(Posting.fund_id).not_in(list(asked.funds)),
            Fund.kind == "member",
            col(Entry.kind).in_(book.PERSONAL),
        )
    )
    return frozenset(rows)


def _bills(session: Session, pool: Pool, ids: Collection[UUID]) -> dict[UUID, Behind]:
    if not ids:
        return {}
    rows = session.execute(
        sa.select(Bill, col(Payee.name), Authority, Proposal)
        .join(Payee, col(Payee.id) == Bill.payee_id)
        .join(Authority, col(Authority.id) == Bill.authority_id)
        .outerjoin(Proposal, col(Proposal.id) == Authority.proposal_id)
        .where(col(Bill.pool_id) == pool.id, col(Bill.id).in_(ids))
    ).all()
    people, yes = _counts(session, ids)
    marks = naming.newest(session, ids)
    return {
        bill.id: Behind(
            bill, payee, allowed, vote, people.get(bill.id, 0), yes.get(bill.id, 0),
            marks.get(bill.id),
        )
        for bill, payee, allowed, vote in rows
    }  # fmt: skip


def _counts(session: Session, ids: Collection[UUID]) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """How many people share each bill, and how many checked it."""
    sharing = session.exec(
        select(BillShare.bill_id, sa.func.count(sa.distinct(col(BillShare.membership_id))))
        .where(col(BillShare.bill_id).in_(ids), BillShare.amount > 0)
        .group_by(col(BillShare.bill_id))
    ).all()
    checking = session.exec(
        select(Approval.bill_id, sa.func.count())
        .where(col(Approval.bill_id).in_(ids))
        .group_by(col(Approval.bill_id))
    ).all()
    return dict(sharing), dict(checking)


def _papers(session: Session, bills: Collection[Behind]) -> dict[UUID, tuple[str, str]]:
    """Media and digest of each paper that may be shown."""
    if not bills:
        return {}
    wanted = {one.bill.evidence_id for one in bills} | {
        one.mark.evidence_id for one in bills if one.mark
    }
    rows = session.exec(
        select(Evidence.id, Evidence.media, Evidence.digest).where(
            col(Evidence.id).in_([one for one in wanted if one])
        )
    )
    return {id_: (media, digest.hex()) for id_, media, digest in rows}


def committed(session: Session, me: Membership, until: date, end: datetime) -> int:
    """My part, in pence, of bills that were agreed by then and not paid."""
    yes = (
        sa.select(sa.func.count())
        .where(col(Approval.bill_id) == Bill.id, col(Approval.approved_at) <= end)
        .scalar_subquery()
    )
    found = session.exec(
        select(sa.func.coalesce(sa.func.sum(BillShare.amount), 0))
        .join(Bill, col(Bill.id) == BillShare.bill_id)
        .where(
            BillShare.membership_id == me.id,
            sa.or_(col(Bill.withdrawn_at).is_(None), col(Bill.withdrawn_at) > end),
            sa.or_(col(Bill.paid_on).is_(None), col(Bill.paid_on) > until),
            yes >= Bill.checkers,
        )
    ).one()
    return int(found)
