"""Says in words what does not agree in a book, and in which entry. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

import orjson

from ledger import chain

PLAIN = chain.Entry._fields[:8]  # what is no part and no text
PART = ("account", "kind", "fund", "unit", "amount")
NOTHING: chain.Part = ("", "", "", "", 0)
NAMES = {
    "account": "the account",
    "amount": "the amount",
    "authority": "what allowed it",
    "book": "the book",
    "fund": "whose money it is",
    "happened_on": "the date",
    "key": "the key",
    "kind": "the kind",
    "recorded_at": "the time it was written",
    "recorded_by": "who wrote it",
    "reverses": "the line it puts right",
    "unit": "the unit",
}


@dataclass(frozen=True)
class Finding:
    """Something that does not agree. `kind` says which check found it, `seq` the entry."""

    kind: str
    seq: int | None
    sentence: str


def sealed_entry(sealed: bytes) -> chain.Entry | None:
    """What the sealed bytes say, or nothing if they can't be read."""
    try:
        told = orjson.loads(sealed)
        parts = [
            (p["account"], p["kind"], p["fund"], p["unit"], int(p["amount"]))
            for p in told["postings"]
        ]
        date.fromisoformat(told["happened_on"])
        facts = {name: told[name] for name in PLAIN}
        if facts["reverses"] is not None:
            facts["reverses"] = int(facts["reverses"])
        return chain.Entry(**facts, parts=parts, texts=dict(told["texts"]))
    except (ValueError, TypeError, KeyError):
        return None


def turned(entry: chain.Entry) -> list[tuple[Any, ...]]:
    """The lines of an entry with their signs turned, as its reversal must have them."""
    return sorted((*place, -amount) for *place, amount in entry.parts)


def of_entry(seq: int, shown: chain.Entry, was: chain.Entry | None) -> Iterator[Finding]:
    """How the rows of an entry differ from what was sealed. Texts may be gone: that is allowed."""
    if was is None:
        yield Finding("seal", seq, f"Line {seq}: its sealed bytes can't be read.")
        return
    for name in PLAIN:
        now, then = getattr(shown, name), getattr(was, name)
        if _text(now) != _text(then):
            yield _changed(seq, NAMES[name], now, then)
    for number, (now, then) in enumerate(zip_longest(shown.parts, was.parts), 1):
        yield from _of_part(seq, number, now, then)
    for field, commitment in shown.texts.items():
        if field not in was.texts:
            yield Finding("text", seq, f"Line {seq}: a text called {field} was added.")
        elif commitment != was.texts[field]:
            yield Finding("text", seq, f"Line {seq}: its {field} are not what was sealed.")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _of_part(
    seq: int, number: int, now: chain.Part | None, then: chain.Part | None
) -> Iterator[Finding]:
    if now is None or then is None:
        account, _, _, unit, amount = now or then or NOTHING
        what = "is missing" if now is None else "was added"
        yield Finding("rows", seq, f"Line {seq}: part {number} {what}: {amount} {unit} {account}.")
        return
    if now[:1] == then[:1] and now[1] != then[1]:
        yield of_account(now[0], now[1], then[1])
    for name, is_, was in zip(PART, now, then, strict=True):
        if name != "kind" and str(is_) != str(was):
            yield _changed(seq, f"{NAMES[name]} of part {number}", is_, was)


def _changed(seq: int, what: str, now: object, then: object) -> Finding:
    return Finding("rows", seq, f"Line {seq}: {what} is {now}, but {then} was sealed.")


def of_places(seq: int, places: Sequence[tuple[int, int]], month: int) -> Iterator[Finding]:
    """What the lines say beside what is sealed: their number and their month."""
    for number, (says, lies_in) in enumerate(places, 1):
        if says != number:
            yield Finding("rows", seq, f"Line {seq}: part {number} has the number {says}.")
        if lies_in != month:
            yield Finding("rows", seq, f"Line {seq}: part {number} lies in a wrong month.")


KEPT = ("the month", "the money in", "the money out", "what we had then")


def of_kept(seq: int, kept: list[int], should: list[int]) -> Iterator[Finding]:
    """What an entry keeps so that pages need not sum the past."""
    for what, now, then in zip(KEPT, kept, should, strict=True):
        if now != then:
            yield Finding("kept", seq, f"Line {seq}: {what} is {now}, but it comes to {then}.")


def of_account(code: str, now: str, then: str) -> Finding:
    if not now:
        return Finding("account", None, f"Account {code} is missing.")
    return Finding("account", None, f"Account {code} is kept as {now}, but it was {then}.")


def of_gap(first: int, last: int, what: str) -> Finding:
    """Entries that are not where they should be."""
    lines = f"Line {first}" if first == last else f"Lines {first} to {last}"
    return Finding("gap", first, f"{lines}: {what}.")


def of_head(
    seq: int, head: tuple[int, int, bytes], end: tuple[int, Collection[bytes]]
) -> Iterator[Finding]:
    """The head that the book keeps against the last entry that was found."""
    (_, total, digest), (came_to, digests) = head, end
    if total != came_to:
        yield Finding("head", seq, f"The book says we have {total}; its lines come to {came_to}.")
    if digest not in digests:
        yield Finding("head", seq, f"The book's hash is not that of line {seq}.")


def of_sums(what: str, kept: Mapping[Any, int], should: Mapping[Any, int]) -> Iterator[Finding]:
    """Sums that are kept, by fund, account and unit (and month), against the lines."""
    if kept == should:
        return
    for place in sorted(kept.keys() | should.keys(), key=str):
        now, then = kept.get(place, "not there"), should.get(place, "not there")
        if now != then:
            *month, fund, account, unit = place
            where = f"{account}, fund {fund}, {unit}" + "".join(f", month {m}" for m in month)
            yield Finding(what, None, f"The sum of {where} is {now}; its lines come to {then}.")
