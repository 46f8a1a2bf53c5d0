"""One line of the bank that is several things: one transfer for five people, two bills in one.

People's parts are one line of the book together. A bill or a charge needs one of its own, so it is
cut off as a line by itself; the amounts together stay what the bank says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from errors import NotPossible, NotValid
from ledger import accounting, closing, money
from members import access
from members.models import Membership
from payments import accounts, places, posting, whose
from payments.lines import is_open, line_of, open_line, source_of
from payments.models import BankApart, BankLine, BankPart
from payments.payers import payer
from payments.posting import Hand
from pools.models import FundingSource, Pool

MOST = 40
REMEMBERED = timedelta(days=400)


class TooFewParts(NotValid):
    """Write at least two parts. For one, go back and pick it."""


class TooManyParts(NotValid):
    """That is more than {most} parts."""


class NotTheWhole(NotPossible):
    """The parts make {made}. The line is {whole}. {left} is {way}."""


class Twice(NotValid):
    """The same one stands there twice. Write one amount for each."""


class NotApart(NotPossible):
    """That line was not cut off another one."""


class PartDone(NotPossible):
    """Another part of it has its place already. Put that line right first."""


@dataclass(frozen=True)
class Part:
    """`answer` is as matching takes it (source:, bill:, other:); `amount` in pence, above zero."""

    answer: str
    amount: int


def split(
    session: Session,
    pool: Pool,
    line_id: UUID,
    parts: Sequence[Part],
    *,
    by: Membership,
    now: datetime,
) -> int:
    """Write each part of a line where it belongs, all or none. Returns the first one's number."""
    access.must_hold(session, by, *accounts.KEEPERS)
    accounts.locked(session, pool.id)
    line = open_line(session, pool.id, line_id)
    must_be_the_whole(line.amount, parts, pool.currency)
    people = [part for part in parts if part.answer.startswith("source:")]
    others = [part for part in parts if part not in people]
    since = closing.first_open_day(session, pool.book_id)
    hand = Hand(by, f"Split in {len(parts)} by hand", now, since)
    groups = ([sum(part.amount for part in people)] if people else []) + [
        part.amount for part in others
    ]
    lines = _taken_apart(session, line, groups)
    seqs = []
    if people:
        seqs.append(place_people(session, pool, lines.pop(0), people, hand))
    seqs += [
        places.place(session, pool, one, part.answer, hand)
        for one, part in zip(lines, others, strict=True)
    ]
    return seqs[0]


def must_be_the_whole(amount: int, parts: Sequence[Part], currency: str = "GBP") -> None:
    if len(parts) < 2:
        raise TooFewParts
    if len(parts) > MOST:
        raise TooManyParts(most=MOST)
    if len({part.answer for part in parts}) < len(parts):
        raise Twice
    if any(part.amount <= 0 for part in parts):
        raise accounting.NoMoney
    made, whole = sum(part.amount for part in parts), abs(amount)
    if made != whole:
        raise NotTheWhole(
            made=money.say(made, currency),
            whole=money.say(whole, currency),
            left=money.say(abs(whole - made), currency),
            way="too much" if made > whole else "missing",
        )


def place_people(
    session: Session, pool: Pool, line: BankLine, parts: Sequence[Part], hand: Hand
) -> int:
    """One line of the book for several people's money. The line remembers the parts."""
    if len(parts) == 1:
        return places.place(session, pool, line, parts[0].answer, hand)
    found = [source_of(session, pool, part.answer.partition(":")[2]) for part in parts]
    for source in found:
        whose.must_not_be_own(line, source, hand)
    make = accounting.contribution if line.amount > 0 else accounting.paid_back
    words = "Paid in" if line.amount > 0 else "Went back"
    told = posting.facts(pool, line, words, hand)
    drafts = [
        make(source.fund_id, part.amount, told, unit=pool.currency)
        for source, part in zip(found, parts, strict=True)
    ]
    lines = tuple(one for draft in drafts for one in draft.lines)
    _remember(session, line, found, parts)
    seq = posting.post(session, pool, line, drafts[0]._replace(lines=lines), hand)
    if line.amount < 0:
        back = [(source, part.amount) for source, part in zip(found, parts, strict=True)]
        whose.tell(session, pool, seq, back, hand)
    return seq


def _remember(
    session: Session, line: BankLine, sources: Iterable[FundingSource], parts: Iterable[Part]
) -> None:
    session.add_all(
        BankPart(line_id=line.id, source_id=source.id, amount=part.amount)
        for source, part in zip(sources, parts, strict=True)
    )
    session.flush()


# --- apart and together ---------------------------------------------------------------------------


def _taken_apart(session: Session, line: BankLine, amounts: Sequence[int]) -> list[BankLine]:
    """The line keeps the first amount; each other one becomes a line of the same day and words."""
    if len(amounts) == 1:
        return [line]
    sign = 1 if line.amount > 0 else -1
    before = len(_cut_off(session, _whole_id(session, line)))
    line.amount = sign * amounts[0]
    session.add(line)
    made = [line]
    for number, amount in enumerate(amounts[1:], start=before + 1):
        made.append(_cut(session, line, sign * amount, number))
    session.flush()
    return made


def _cut(session: Session, line: BankLine, amount: int, number: int) -> BankLine:
    whole = session.get_one(BankLine, _whole_id(session, line))
    cut = BankLine(
        pool_id=line.pool_id, account_id=line.account_id, import_id=line.import_id,
        happened_on=line.happened_on, amount=amount, words=line.words, like_id=line.like_id,
        fingerprint=f"{whole.fingerprint}/{number}",
    )  # fmt: skip
    session.add(cut)
    session.flush()
    session.add(BankApart(line_id=cut.id, of_id=whole.id))
    return cut


def _whole_id(session: Session, line: BankLine) -> UUID:
    """The line that the bank has, of one that was cut off it."""
    cut = session.get(BankApart, line.id)
    return cut.of_id if cut else line.id


def _cut_off(session: Session, whole_id: UUID) -> list[BankLine]:
    return list(
        session.exec(
            select(BankLine)
            .join(BankApart, col(BankApart.line_id) == BankLine.id)
            .where(BankApart.of_id == whole_id)
            .order_by(col(BankLine.id))
        )
    )


def whole_of(session: Session, line: BankLine) -> int | None:
    """What the bank's statement says, of a line that is only a part of it; else None."""
    whole = session.get_one(BankLine, _whole_id(session, line))
    cut = _cut_off(session, whole.id)
    return whole.amount + sum(one.amount for one in cut) if cut else None


def put_together(session: Session, pool: Pool, line_id: UUID, *, by: Membership) -> BankLine:
    """The parts that were cut off are one line again, if none of them has its place."""
    access.must_hold(session, by, *accounts.KEEPERS)
    accounts.locked(session, pool.id)
    line = open_line(session, pool.id, line_id)
    whole = line_of(session, pool.id, _whole_id(session, line))
    cut = _cut_off(session, whole.id)
    if not cut:
        raise NotApart
    if not all(map(is_open, (whole, *cut))):
        raise PartDone
    whole.amount += sum(one.amount for one in cut)
    for one in cut:
        session.delete(session.get_one(BankApart, one.id))
    session.flush()
    for one in cut:
        session.delete(one)
    session.add(whole)
    session.flush()
    return whole


# --- as last time ---------------------------------------------------------------------------------


def last_time(session: Session, line: BankLine) -> tuple[BankLine, tuple[BankPart, ...]] | None:
    """The newest line from the same payer, the same way, that was split over people."""
    named = payer(line.words)
    if not named:
        return None
    found = session.exec(
        select(BankLine)
        .where(
            BankLine.account_id == line.account_id,
            BankLine.id != line.id,
            col(BankLine.happened_on) >= line.happened_on - REMEMBERED,
            col(BankLine.entry_seq).is_not(None),
            BankLine.amount > 0 if line.amount > 0 else BankLine.amount < 0,
            col(BankLine.id).in_(select(BankPart.line_id)),
        )
        .order_by(col(BankLine.happened_on).desc(), col(BankLine.id).desc())
    )
    for one in found:
        if payer(one.words) == named:
            return one, parts_of(session, one.id)
    return None


def parts_of(session: Session, line_id: UUID) -> tuple[BankPart, ...]:
    return tuple(
        session.exec(select(BankPart).where(BankPart.line_id == line_id).order_by(col(BankPart.id)))
    )


def again(session: Session, pool: Pool, line: BankLine, before_id: UUID, hand: Hand) -> int:
    """Split a line as the one before it was."""
    before = line_of(session, pool.id, before_id)
    parts = [Part(f"source:{one.source_id}", one.amount) for one in parts_of(session, before.id)]
    must_be_the_whole(line.amount, parts, pool.currency)
    return place_people(session, pool, line, parts, hand)
