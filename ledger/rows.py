"""Turns drafts into the rows of the book: numbered, sealed, chained and summed. Writes nothing."""

import os
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ledger import chain
from ledger.accounting import Draft, month_of
from ledger.driver import Door, Row, Rows


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
    door: Door, book_id: UUID, standing: Standing, drafts: Collection[Draft], now: datetime
) -> Rows:
    """The rows of these drafts, each entry chained to the one before it.

    A batch has hundreds of one date and one sender, so what was bound last is kept for the next.
    """
    book, at, sealed_at = door.uuid(book_id), door.moment(now), chain.moment(now)
    name, kinds = str(book_id), standing.kinds
    seq, digest, total = standing.seq, standing.hash, standing.total
    entries: list[Row] = []
    postings: list[Row] = []
    texts: list[Row] = []
    sums: dict[Row, int] = defaultdict(int)
    salts = _salts(sum(len(draft.texts) for draft in drafts))
    last_on = last_by = last_fund = by = sealed_by = None
    for draft in drafts:
        kind, on, lines, key, sender, authority, words, reverses, _ = draft
        if on is not last_on:
            last_on, day, sealed_on, month = on, door.day(on), chain.day(on), month_of(on)
        if sender is not last_by:
            last_by = sender
            by, sealed_by = (door.uuid(sender), str(sender)) if sender else (None, None)
        seq, net = seq + 1, 0
        parts: list[chain.Part] = []
        for number, (account, fund_id, amount, unit) in enumerate(lines, 1):
            if fund_id is not last_fund:
                last_fund, fund, owner = fund_id, door.uuid(fund_id), str(fund_id)
            of = kinds[account]
            parts.append((account, of, owner, unit, amount))
            postings.append((book, seq, number, account, fund, month, unit, amount))
            sums[month, fund, account, unit] += amount
            if of == "asset" and unit == standing.unit:
                net += amount
        sealed_texts = {}
        for field, text in words.items():
            salt = next(salts)
            sealed_texts[field] = chain.commitment(salt, field, text)
            texts.append((book, seq, field, salt, text))
        told = (name, kind, sealed_on, sealed_at, sealed_by, key, authority, reverses)
        sealed = chain.content(chain.Entry(*told, parts, sealed_texts))
        digest, total = chain.entry_hash(digest, seq, sealed), total + net
        came, went = (net, 0) if net > 0 else (0, -net)
        facts = (book, seq, kind, day, month, at, by, key, authority, reverses)
        entries.append((*facts, came, went, total, sealed, digest))
    months = [(book, *place, amount) for place, amount in sums.items()]
    return Rows(entries, postings, texts, _balances(months), months, (seq, digest, total))


def _balances(months: list[Row]) -> list[Row]:
    """The same sums over all months. Nearly always there is only one."""
    if len({month for _, month, *_ in months}) == 1:
        return [(book, fund, *rest) for book, _, fund, *rest in months]
    sums: dict[Row, int] = defaultdict(int)
    for book, _, fund, account, unit, amount in months:
        sums[book, fund, account, unit] += amount
    return [(*place, amount) for place, amount in sums.items()]


def _salts(count: int) -> Iterator[bytes]:
    """Random salts, asked of the system all at once."""
    size = chain.SALT_BYTES
    pool = os.urandom(size * count)
    return (pool[at : at + size] for at in range(0, len(pool), size))
