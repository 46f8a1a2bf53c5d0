"""What lies in a bundle, told in the book's own forms. What can't be such is refused."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from ledger import accounting, chain, marks
from ledger.accounting import Draft
from ledger.export import opening
from ledger.export.bundle import MONTHS
from ledger.export.opening import Bundle, NotABundle
from ledger.models import ACCOUNT_KINDS, FUND_KINDS, SOURCES

ENTRY = ("content", "hash", "seq", "texts")
HEADER = ("book", "unit")
ACCOUNT = ("code", "kind")
FUND = ("fund", "kind", "owner", "salt", "source")
BALANCE = ("account", "amount", "fund", "unit")
TEXT = ("salt", "text")
MONTH = ("content", "hash", "number", "words")
PAPER = ("added_at", "added_by", "file", "media", "name")
PERSON = ("code", "joined_at", "left_at", "name")
SEALED_PAPER = "evidence"  # the text of an entry that is the digest of its paper

_CODE = re.compile(r"[!-~]{1,40}")


class Sealed(NamedTuple):
    """One entry of a bundle, as it lies there: its bytes, its hash, and the texts that remain."""

    seq: int
    content: bytes
    hash: bytes
    texts: dict[str, tuple[bytes, str]]


class BundleFund(NamedTuple):
    fund_id: str
    kind: str
    owner: str | None
    source: str | None
    salt: bytes


def entries(bundle: Bundle) -> Iterator[Sealed]:
    """The entries one after the other. What is not of the right form is refused."""
    for line, facts in bundle.lines("book.jsonl", ENTRY, first=HEADER):
        if line == 1:
            if facts["book"] != bundle.about["book"]["id"]:
                raise NotABundle(why="book.jsonl is of another book")
            continue
        try:
            texts = {
                field: (bytes.fromhex(text["salt"]), str(text["text"]))
                for field, text in facts["texts"].items()
                if text.keys() == set(TEXT)
            }
            digest, seq = bytes.fromhex(facts["hash"]), int(facts["seq"])
            sealed = Sealed(seq, facts["content"].encode(), digest, texts)
        except (ValueError, TypeError, AttributeError) as error:
            raise NotABundle(why=f"line {line} of book.jsonl is not as it should be") from error
        if len(texts) < len(facts["texts"]) or str(seq) != facts["seq"]:
            raise NotABundle(why=f"line {line} of book.jsonl is not as it should be")
        yield sealed


def months(bundle: Bundle) -> list[marks.Told]:
    """Each time that a month was closed or opened again, as it lies there."""
    found = []
    for line, facts in bundle.lines(MONTHS, MONTH) if bundle.has_months else ():
        where = f"line {line} of {MONTHS} is not as it should be"
        words = None if facts["words"] is None else opening.must_be(facts["words"], TEXT, where)
        told = opening.must_be({name: facts[name] for name in MONTH[:3]}, MONTH[:3], where)
        try:
            number, digest = int(told["number"]), bytes.fromhex(told["hash"])
            salt = bytes.fromhex(words["salt"]) if words else None
        except ValueError as error:
            raise NotABundle(why=where) from error
        text = words["text"] if words else None
        found.append(marks.Told(number, told["content"].encode(), digest, salt, text))
    return found


def accounts(bundle: Bundle) -> dict[str, str]:
    """Code and kind of each account."""
    found: dict[str, str] = {}
    for line, facts in bundle.lines("accounts.jsonl", ACCOUNT):
        told = opening.must_be(facts, ACCOUNT, f"line {line} of accounts.jsonl has no text")
        if told["kind"] not in ACCOUNT_KINDS or not _CODE.fullmatch(told["code"]):
            raise NotABundle(why=f"line {line} of accounts.jsonl is of no kind that there is")
        if told["code"] in found:
            raise NotABundle(why=f"line {line} of accounts.jsonl tells of an account again")
        found[told["code"]] = told["kind"]
    return found


def funds(bundle: Bundle) -> dict[str, BundleFund]:
    found: dict[str, BundleFund] = {}
    for line, facts in bundle.lines("funds.jsonl", FUND):
        texts = {name: value for name, value in facts.items() if value is not None}
        names = {"owner", "source"} - texts.keys()
        opening.must_be(texts, set(FUND) - names, f"line {line} of funds.jsonl has no text")
        try:
            fund = _fund(texts)
        except ValueError as error:
            raise NotABundle(why=f"line {line} of funds.jsonl is not as it should be") from error
        if fund.fund_id in found:
            raise NotABundle(why=f"line {line} of funds.jsonl tells of a fund again")
        found[fund.fund_id] = fund
    if [fund.kind for fund in found.values()].count("custody") != 1:
        raise NotABundle(why="it has not just one fund for money that changes place")
    return found


def _fund(texts: Mapping[str, str]) -> BundleFund:
    """Raises ValueError where the database would refuse it."""
    kind, owner, source = texts["kind"], texts.get("owner"), texts.get("source")
    if owner is not None:
        uuid_of(owner)
    if kind not in FUND_KINDS or (kind == "member") is (owner is None):
        raise ValueError(kind)
    if source is not None and source not in SOURCES:
        raise ValueError(source)
    uuid_of(texts["fund"])
    return BundleFund(texts["fund"], kind, owner, source, bytes.fromhex(texts["salt"]))


def people(bundle: Bundle) -> Iterator[dict[str, str]]:
    """Those whom the bundle tells of, by their codes; what is not told of them is left out."""
    for line, facts in bundle.lines("people.jsonl", PERSON):
        told = {name: value for name, value in facts.items() if value is not None}
        left_out = {"joined_at", "left_at", "name"} - told.keys()
        where = f"line {line} of people.jsonl has no text"
        yield opening.must_be(told, set(PERSON) - left_out, where)


def papers_of(bundle: Bundle) -> Iterator[dict[str, str]]:
    for line, facts in bundle.lines("evidence.jsonl", PAPER):
        yield opening.must_be(facts, PAPER, f"line {line} of evidence.jsonl has no text")


def draft_of(entry: chain.Entry, texts: Mapping[str, str]) -> Draft:
    """The entry as it would be posted today. Raises ValueError where it says something that can't
    be, and the named errors of accounting.
    """
    if not _is_plain(entry):
        raise ValueError("a thing")
    lines = tuple(
        accounting.Line(account, uuid_of(fund), amount, unit)
        for account, _, fund, unit, amount in entry.parts
    )
    draft = Draft(
        kind=entry.kind,
        happened_on=date.fromisoformat(entry.happened_on),
        lines=lines,
        key=entry.key,
        recorded_by=None if entry.recorded_by is None else uuid_of(entry.recorded_by),
        authority=entry.authority,
        texts=texts,
        reverses=entry.reverses,
    )
    moment_of(entry.recorded_at)
    if draft.happened_on.isoformat() != entry.happened_on:
        raise ValueError(entry.happened_on)
    accounting.check(draft)
    return draft


def _is_plain(entry: chain.Entry) -> bool:
    """Whether all that should be text is."""
    texts = (entry.book, entry.kind, entry.happened_on, entry.recorded_at, entry.key)
    perhaps = (entry.recorded_by, entry.authority)
    return (
        all(isinstance(one, str) for one in (*texts, *entry.texts.values()))
        and all(one is None or isinstance(one, str) for one in perhaps)
        and all(isinstance(one, str) for part in entry.parts for one in part[:4])
    )


@lru_cache(maxsize=4096)
def uuid_of(name: str) -> UUID:
    made = UUID(name)
    if str(made) != name:
        raise ValueError(name)
    return made


@lru_cache(maxsize=16)
def moment_of(told: str) -> datetime:
    """A moment as the chain writes it."""
    at = datetime.fromisoformat(told)
    if chain.moment(at) != told:
        raise ValueError(told)
    return at
