"""Turns drafts into the rows of the book: numbered, sealed, chained and summed. Writes nothing."""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger import chain
from ledger.accounting import Draft, month_of
from ledger.statements import Door, Row, Rows


@dataclass(frozen=True)
class Standing:
    """What a book says before a post: the head that the next entry is chained to, what we have,
    and the kinds of the accounts that the post uses.
    """

    unit: str
    seq: int
    hash: bytes
    total: int
    kinds: Mapping[str, str]


def rows_of(
    door: Door, book_id: UUID, standing: Standing, drafts: Iterable[Draft], now: datetime
) -> Rows:
    """The rows of these drafts, each entry chained to the one before it."""
    book, at, sealed_at = door.uuid(book_id), door.moment(now), chain.moment(now)
    name, unit, kinds = str(book_id), standing.unit, standing.kinds
    seq, digest, total = standing.seq, standing.hash, standing.total
    entries: list[Row] = []
    postings: list[Row] = []
    texts: list[Row] = []
    balances: dict[Row, int] = defaultdict(int)
    months: dict[Row, int] = defaultdict(int)
    for draft in drafts:
        seq, month, net = seq + 1, month_of(draft.happened_on), 0
        parts = []
        for number, (account, fund_id, amount, of) in enumerate(draft.lines, 1):
            kind, fund = kinds[account], door.uuid(fund_id)
            if kind == "asset" and of == unit:
                net += amount
            parts.append((account, kind, str(fund_id), of, amount))
            postings.append((book, seq, number, account, fund, month, of, amount))
            balances[book, fund, account, of] += amount
            months[book, fund, account, of, month] += amount
        commitments = {}
        for field, words in draft.texts.items():
            salt = os.urandom(chain.SALT_BYTES)
            commitments[field] = chain.commitment(salt, field, words)
            texts.append((book, seq, field, salt, words))
        sealed = chain.content(_sealed(name, sealed_at, draft, parts, commitments))
        digest, total = chain.entry_hash(digest, seq, sealed), total + net
        by = None if draft.recorded_by is None else door.uuid(draft.recorded_by)
        day = door.day(draft.happened_on)
        told = (draft.kind, day, month, at, by, draft.key, draft.authority, draft.reverses)
        money = (net, 0) if net > 0 else (0, -net)
        entries.append((book, seq, *told, *money, total, sealed, digest))
    return Rows(
        entries,
        postings,
        texts,
        [(*place, amount) for place, amount in sorted(balances.items())],
        [(*place, amount) for place, amount in sorted(months.items())],
        (seq, digest, total),
    )


def _sealed(
    book: str, at: str, draft: Draft, parts: list[Any], commitments: Mapping[str, str]
) -> chain.Entry:
    by = draft.recorded_by
    return chain.Entry(
        book,
        draft.kind,
        chain.day(draft.happened_on),
        at,
        None if by is None else str(by),
        draft.key,
        draft.authority,
        draft.reverses,
        parts,
        commitments,
    )
