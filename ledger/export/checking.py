"""Recomputes a bundle from its own bytes, with no database: what `verify FILE` says.

The same questions as ledger.audit asks of a live book. What follows is reckoned from what was
sealed; no finding is health.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import date
from itertools import islice
from pathlib import Path

from errors import NotValid
from ledger import audit, chain, differences, proving
from ledger.accounting import CHART, month_of
from ledger.audit import MOST, STEP, Progress, Verified
from ledger.differences import Finding
from ledger.driver import Row
from ledger.export import opening, parts
from ledger.export.opening import Bundle, NotABundle
from ledger.models import LARGEST_SUM

Place = tuple[str, str, str]  # fund, account, unit


def verify(
    path: Path, *, letters: Collection[str] = (), progress: Progress | None = None
) -> Verified:
    """Everything in a bundle that does not agree with the rest, or with the seals of `letters`, up
    to 500 findings.
    """
    with opening.opened(path) as bundle:
        return verified(bundle, letters=letters, progress=progress)


def verified(
    bundle: Bundle, *, letters: Collection[str] = (), progress: Progress | None = None
) -> Verified:
    walk = _Walk(bundle, letters)
    found = tuple(islice(walk.findings(progress), MOST))
    return audit.verified(found, walk.seq, walk.hash, walk.proof)


class _Walk:
    """One walk along the bundle, from the first entry to the head."""

    def __init__(self, bundle: Bundle, letters: Collection[str]) -> None:
        self._bundle = bundle
        self._letters = {seal: chain.meant_by(seal) for seal in letters}
        told = bundle.about["book"]
        self._name, self._unit = told["id"], told["unit"]
        try:
            self._id = parts.uuid_of(self._name)
            self._salt = bytes.fromhex(told["salt"])
            parts.moment_of(told["opened_at"])
        except ValueError as error:
            raise NotABundle(why="it does not name its book") from error
        if len(self._unit) > 8 or not self._unit.isidentifier():
            raise NotABundle(why="its book is in no unit that there is")
        self._kinds = parts.accounts(bundle)
        self._funds = parts.funds(bundle)
        self._months: dict[int, dict[Place, int]] = defaultdict(lambda: defaultdict(int))
        self.proof = proving.Proof(self._id, self._unit, parts.months(bundle))
        self._total = 0
        self._reversals: dict[int, tuple[int, list[Row]]] = {}
        self._papers: set[str] = set()
        self.seq, self.hash = 0, chain.genesis(self._id)

    def findings(self, progress: Progress | None) -> Iterator[Finding]:
        until = _whole(self._bundle.about["head"]["seq"])
        yield from self._register()
        yield from self.proof.chained()
        for told in parts.months(self._bundle):
            self._found(told.hash)
        for sealed in parts.entries(self._bundle):
            yield from self._entry(sealed)
            if progress and self.seq % STEP == 0:
                progress(self.seq, until)
        yield from self.proof.beyond()
        yield from self._head()
        yield from self._mirrors()
        yield from self._balances()
        yield from self._evidence()
        yield from self._files()
        for seal in self._letters:
            yield Finding("letter", None, f"No line and no month has the seal {seal!a}.")

    def _found(self, digest: bytes) -> None:
        """Letters with this seal are content."""
        self._letters = {
            seal: meant
            for seal, meant in self._letters.items()
            if not (meant and meant[0] <= digest <= meant[1])
        }

    def _register(self) -> Iterator[Finding]:
        opened_at = self._bundle.about["book"]["opened_at"]
        if chain.book_name(self._salt, self._unit, opened_at) != self._id:
            yield Finding("book", None, "What is told of the book itself was changed.")
        for code, kind in CHART:
            if self._kinds.get(code, kind) != kind:
                yield differences.of_account(code, self._kinds[code], kind)
        for fund in self._funds.values():
            name = chain.fund_name(fund.salt, self._name, fund.kind, fund.owner, fund.source)
            if str(name) != fund.fund_id:
                words = f"Fund {fund.fund_id}: whose money it is was changed."
                yield Finding("fund", None, words)

    def _entry(self, sealed: parts.Sealed) -> Iterator[Finding]:
        seq = self.seq + 1
        if sealed.seq != seq:
            words = f"Line {seq} is missing: line {sealed.seq} stands there."
            yield Finding("gap", seq, words)
        digest = chain.entry_hash(self.hash, seq, sealed.content)
        if digest != sealed.hash:
            words = f"Line {seq}: its hash is not that of its sealed bytes."
            yield Finding("chain", seq, words)
        self.seq, self.hash = seq, sealed.hash
        self._found(digest)
        entry = differences.sealed_entry(sealed.content)
        if entry is None or not _is_canonical(entry, sealed.content):
            yield Finding("seal", seq, f"Line {seq}: its sealed bytes can't be read.")
            return
        try:
            parts.draft_of(entry, {field: text for field, (_, text) in sealed.texts.items()})
        except NotValid as refusal:
            yield Finding("sum", seq, f"Line {seq}: {refusal.sentence}")
        except ValueError as error:
            yield Finding("seal", seq, f"Line {seq}: it says {error}, which can't be.")
            return
        yield from self._said(seq, entry)
        yield from _texts(seq, entry, sealed)
        if paper := sealed.texts.get(parts.SEALED_PAPER):
            self._papers.add(paper[1])
        month = month_of(date.fromisoformat(entry.happened_on))
        self._reckon(entry, self._months[month])
        if month <= self.proof.until:
            yield self.proof.late(seq, month)
        if seq in self.proof:
            yield from self.proof.passed(seq, self.hash, self._months, self._kinds)

    def _said(self, seq: int, entry: chain.Entry) -> Iterator[Finding]:
        """What an entry says beside what the bundle says of its book, accounts and funds."""
        if entry.book != self._name:
            yield Finding("rows", seq, f"Line {seq}: it is of another book.")
        for account, kind, fund, _, _ in entry.parts:
            if self._kinds.get(account) != kind:
                yield differences.of_account(account, self._kinds.get(account, ""), kind)
            if fund not in self._funds:
                yield Finding("fund", seq, f"Line {seq}: fund {fund} is missing.")

    def _reckon(self, entry: chain.Entry, held: dict[Place, int]) -> None:
        for account, kind, fund, unit, amount in entry.parts:
            held[fund, account, unit] += amount
            if kind == "asset" and unit == self._unit:
                self._total += amount
        if entry.reverses is not None:
            self._reversals[self.seq] = (entry.reverses, differences.turned(entry))

    def _head(self) -> Iterator[Finding]:
        head = self._bundle.about["head"]
        if head["seq"] != str(self.seq) or head["hash"] != self.hash.hex():
            yield Finding(
                "head", self.seq, f"The book ends at line {head['seq']} with another hash."
            )
        if head["total"] != str(self._total):
            words = f"The book says we have {head['total']}; its lines come to {self._total}."
            yield Finding("head", self.seq, words)
        if head["words"] != chain.words(self.hash):
            yield Finding("head", self.seq, "The words of the book are not those of its hash.")

    def _mirrors(self) -> Iterator[Finding]:
        """A reversal must turn round exactly the lines of the entry that it names, and once. The
        book is read again for this, so that it need not be held.
        """
        asked = dict(self._reversals.values())
        if len(asked) < len(self._reversals):
            yield Finding("reversal", None, "A line was put right twice.")
        found = set()
        for sealed in parts.entries(self._bundle) if asked else ():
            if sealed.seq in asked:
                was = differences.sealed_entry(sealed.content)
                if was is not None and sorted(map(tuple, was.parts)) == asked[sealed.seq]:
                    found.add(sealed.seq)
        for seq, (named, _) in self._reversals.items():
            if named not in found or named >= seq:
                words = f"Line {seq}: it does not turn round line {named}."
                yield Finding("reversal", seq, words)

    def _balances(self) -> Iterator[Finding]:
        kept: dict[Place, int] = {}
        sums: dict[Place, int] = defaultdict(int)
        for held in self._months.values():
            for place, amount in held.items():
                sums[place] += amount
        for line, facts in self._bundle.lines("balances.jsonl", parts.BALANCE):
            told = opening.must_be(
                facts, parts.BALANCE, f"line {line} of balances.jsonl has no text"
            )
            place = told["fund"], told["account"], told["unit"]
            if place not in sums or place in kept:
                words = f"The sum of {told['account']}, fund {told['fund']} was added."
                yield Finding("balance", None, words)
                return
            with suppress(ValueError):
                kept[place] = int(told["amount"])
        yield from differences.of_sums("balance", kept, sums)
        if any(abs(amount) > LARGEST_SUM for amount in (*sums.values(), self._total)):
            yield Finding("sum", None, "A sum is larger than a book can hold.")

    def _evidence(self) -> Iterator[Finding]:
        """Each paper has the digest that names it, and what was sealed is there."""
        papers = self._bundle.papers
        listed = {facts["file"] for facts in parts.papers_of(self._bundle)}
        for digest, name in papers.items():
            self._bundle.paper(name)
            if self._bundle.sums[name] != digest:
                yield Finding("evidence", None, f"The file {name} was changed.")
        for name in sorted(listed ^ set(papers.values())):
            what = "is not there" if name in listed else "was added"
            yield Finding("evidence", None, f"The file {name} {what}.")
        for digest in sorted(self._papers - papers.keys()):
            yield Finding("evidence", None, f"The evidence {digest} is not there.")

    def _files(self) -> Iterator[Finding]:
        for _ in parts.people(self._bundle):
            pass
        listed, sums = self._bundle.listed_sums(), self._bundle.sums
        for name in sorted(listed.keys() | sums.keys()):
            if listed.get(name) != sums.get(name):
                yield Finding("file", None, f"The file {name!a} is not as SHA256SUMS says.")


def _is_canonical(entry: chain.Entry, content: bytes) -> bool:
    try:
        return chain.content(entry) == content
    except TypeError:
        return False


def _texts(seq: int, entry: chain.Entry, sealed: parts.Sealed) -> Iterator[Finding]:
    for field, (salt, text) in sealed.texts.items():
        if field not in entry.texts:
            yield Finding("text", seq, f"Line {seq}: a text called {field!a} was added.")
        elif chain.commitment(salt, field, text) != entry.texts[field]:
            yield Finding("text", seq, f"Line {seq}: its {field} are not what was sealed.")


def _whole(told: str) -> int:
    return int(told) if told.isdecimal() and len(told) < 19 else 0
