"""What is looked up at once for a page of the book's lines: whose they are, what is behind them.

Each statement is built once: building one costs more than asking it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger.models import Account, Entry, Fund, Posting
from ledger.queries import BookLine
from members.models import Membership
from pools.clubbing.models import Round
from pools.decisions.models import Proposal
from pools.models import FundingSource, Pool
from pools.spending import came_back, how_shared, mended, question_queries
from pools.spending.mended import Mended

PERSONAL = ("contribution", "paid_back", "returned", "transfer")

_POOL: sa.BindParameter[UUID] = sa.bindparam("pool")
_BOOK: sa.BindParameter[UUID] = sa.bindparam("book")
_SEQS: sa.BindParameter[list[int]] = sa.bindparam("seqs", expanding=True)
_IDS: sa.BindParameter[list[UUID]] = sa.bindparam("ids", expanding=True)
_FUNDS: sa.BindParameter[list[UUID]] = sa.bindparam("funds", expanding=True)
_MY_FUNDS = select(FundingSource.fund_id).where(FundingSource.membership_id == sa.bindparam("me"))
_WHOSE = (
    select(Posting.seq, Posting.fund_id)
    .distinct()
    .join(
        Fund,
        sa.and_(col(Fund.book_id) == Posting.book_id, col(Fund.fund_id) == Posting.fund_id),
    )
    .join(Entry, sa.and_(col(Entry.book_id) == Posting.book_id, col(Entry.seq) == Posting.seq))
    .where(
        Posting.book_id == _BOOK,
        col(Posting.seq).in_(_SEQS),
        Fund.kind == "member",
        col(Entry.kind).in_(PERSONAL),
    )
)
_OF_MINE = (
    select(Posting.seq, sa.func.sum(Posting.amount))
    .join(
        Account,
        sa.and_(col(Account.book_id) == Posting.book_id, col(Account.code) == Posting.account),
    )
    .where(
        Posting.book_id == _BOOK,
        col(Posting.seq).in_(_SEQS),
        col(Posting.fund_id).in_(_FUNDS),
        Account.kind == "asset",
        Posting.unit != "minutes",
    )
    .group_by(col(Posting.seq))
)
_A_ROUND = select(Round.id).where(Round.pool_id == _POOL).limit(1)
_VOTES = select(Proposal).where(col(Proposal.id).in_(_IDS))


@dataclass(frozen=True)
class Known:
    """What is looked up at once for a page of lines: whose, mine, votes and bills behind them."""

    personal: Mapping[int, frozenset[UUID]]
    mine: Mapping[int, int]
    my_funds: frozenset[UUID]
    votes: Mapping[str, Proposal]
    bills: Mapping[str, str]  # how each was shared
    rounds: bool
    mended: Mapping[int, Mended]
    asked: Mapping[int, question_queries.Count]
    came_back: Mapping[int, int]
    slug: str

    def is_personal(self, seq: int) -> bool:
        return bool(self.personal.get(seq))

    def is_mine(self, seq: int) -> bool:
        return bool(self.personal.get(seq, frozenset()) & self.my_funds)


def bill_of(key: str) -> str | None:
    """The bill that a line paid, from the name of its movement of money."""
    kind, _, rest = key.partition(":")
    return rest[:36] if kind == "bill" and len(rest) > 36 and uuid_of(rest[:36]) else None


def uuid_of(text: str) -> UUID | None:
    """A book that was brought in from elsewhere may name anything."""
    try:
        return UUID(text)
    except ValueError:
        return None


def known_of(session: Session, pool: Pool, me: Membership, lines: Sequence[BookLine]) -> Known:
    my_funds = frozenset(session.exec(_MY_FUNDS, params={"me": me.id}))
    undone = [line.reverses for line in lines if line.reverses]
    about = [line.seq for line in lines if line.kind in PERSONAL] + undone
    agreed = [line.authority for line in lines if line.authority]
    votes = [uuid_of(one[5:]) for one in agreed if one.startswith("vote:")]
    bills = [UUID(bill) for line in lines if (bill := bill_of(line.key))]
    rounds = any(one.startswith("round:") for one in agreed)
    return Known(
        personal=_whose(session, pool.book_id, about),
        mine=_of_mine(session, pool.book_id, my_funds, [line.seq for line in lines]),
        my_funds=my_funds,
        votes=_votes(session, [one for one in votes if one]),
        bills=_bills(session, pool, bills),
        rounds=rounds and _has_rounds(session, pool),
        mended=mended.of_lines(session, pool, [line.seq for line in lines]),
        asked=question_queries.counts(session, pool, me, [line.seq for line in lines]),
        came_back=came_back.later_of(session, pool.book_id, [line.seq for line in lines]),
        slug=pool.slug,
    )


def _whose(session: Session, book_id: UUID, seqs: Collection[int]) -> dict[int, frozenset[UUID]]:
    """The members' funds that each of these lines touched, where it is a line about one person."""
    found: dict[int, set[UUID]] = {}
    for seq, fund in session.exec(_WHOSE, params={"book": book_id, "seqs": list(seqs)}):
        found.setdefault(seq, set()).add(fund)
    return {seq: frozenset(funds) for seq, funds in found.items()}


def _of_mine(
    session: Session, book_id: UUID, funds: Collection[UUID], seqs: Collection[int]
) -> dict[int, int]:
    wanted = {"book": book_id, "seqs": list(seqs), "funds": list(funds)}
    rows = session.exec(_OF_MINE, params=wanted)
    return {seq: int(amount) for seq, amount in rows}


def _bills(session: Session, pool: Pool, ids: Collection[UUID]) -> dict[str, str]:
    """Those that are here: of a book that was brought in, the bills stayed behind."""
    return {str(one): said for one, said in how_shared.sentences(session, pool, ids).items()}


def _has_rounds(session: Session, pool: Pool) -> bool:
    return session.exec(_A_ROUND, params={"pool": pool.id}).first() is not None


def _votes(session: Session, ids: Collection[UUID]) -> dict[str, Proposal]:
    found = session.exec(_VOTES, params={"ids": list(ids)}) if ids else ()
    return {str(one.id): one for one in found}
