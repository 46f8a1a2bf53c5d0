"""Books as tests write them: a table in a docstring, played entry by entry.

    key    | account       | fund | amount | result
    bank:1 | bank          | anna |     40 | line 1
           | contributions | anna |    -40 |
    bank:1 | bank          | anna |     40 | line 1 again
           | contributions | anna |    -40 |
    bill:1 | meals         | anna |     41 | NotEnough
           | bank          | anna |    -41 |

A row with a key begins an entry, and its result is what must come of it: a new line of the book,
an old one again, or the name of the error that refuses it. Amounts are pounds, or pence with p.
A key that ends in ! is a fact from outside; `undo:2` puts line 2 right.
"""

import inspect
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import db
import errors
from ledger import accounting, audit, forgetting, journal, queries
from ledger.accounting import Draft, Line
from members.models import Erasure, Person

NOW = datetime(2026, 6, 12, 16, tzinfo=UTC)
DAY = date(2026, 6, 12)
OWNERLESS = ("reserve", "solidarity", "grant", "custody")


class Case(NamedTuple):
    key: str
    lines: list[tuple[str, str, int]]  # account, fund, pence
    result: str


def cases(table: str) -> list[Case]:
    found: list[Case] = []
    rows = [row for row in inspect.cleandoc(table).splitlines() if "|" in row]
    for row in rows[1:]:
        key, account, fund, amount, result = (cell.strip() for cell in row.split("|"))
        if key:
            found.append(Case(key, [], result))
        if account:
            found[-1].lines.append((account, fund, pence(amount)))
    return found


def pence(amount: str) -> int:
    if amount.endswith("p"):
        return int(amount[:-1])
    pounds, _, part = amount.partition(".")
    return int(pounds + part.ljust(2, "0")[:2])


class Shelf:
    """One book of a test, with the names that its tables use for the funds."""

    def new_book(self) -> "Shelf":
        self.funds: dict[str, UUID] = {}
        with db.transaction() as session:
            self.id = journal.open_book(session, "GBP", now=NOW).book_id
            self.funds["custody"] = queries.custody_fund(session, self.id)
        return self

    def fund(self, name: str) -> UUID:
        if name not in self.funds:
            kind = name if name in OWNERLESS else "member"
            whose = (None, None) if name in OWNERLESS else (uuid4(), "direct_payment")
            with db.transaction() as session:
                self.funds[name] = journal.open_fund(session, self.id, kind, *whose)
        return self.funds[name]

    def draft(self, case: Case, **facts: object) -> Draft:
        lines = tuple(Line(account, self.fund(fund), pence) for account, fund, pence in case.lines)
        said: dict[str, object] = {
            "kind": kind_of(lines),
            "happened_on": DAY,
            "lines": lines,
            "key": case.key.removesuffix("!"),
            "texts": {"words": f"What {case.key} was"},
            "outside": case.key.endswith("!"),
        }
        return Draft(**said | facts)  # type: ignore[arg-type]

    def post(self, draft: Draft) -> journal.Posted:
        with db.transaction() as session:
            return journal.post(session, self.id, draft, now=NOW)

    def paid_in(self, fund: str, pounds: int, key: str, on: date = DAY) -> journal.Posted:
        facts = accounting.Facts(on=on, key=key, words=f"{fund} paid in")
        return self.post(accounting.contribution(self.fund(fund), pounds * 100, facts))

    def spent(
        self, shares: dict[str, int], key: str, on: date = DAY, cost: str = "day_centre"
    ) -> journal.Posted:
        facts = accounting.Facts(on=on, key=key, words="A bill", authority="vote:1")
        pence = {self.fund(name): pounds * 100 for name, pounds in shares.items()}
        return self.post(accounting.spending(pence, cost, facts))

    def undone(self, seq: int, key: str, on: date = DAY) -> journal.Posted:
        why = {"by": None, "key": key, "now": NOW, "on": on}
        with db.transaction() as session:
            return journal.reverse(session, self.id, seq, "A slip", **why)

    def play(self, test: object) -> None:
        """Post every entry of the test's table, each in a transaction of its own, and compare.
        Afterwards the whole book must verify.
        """
        for case in cases(test.__doc__ or ""):
            assert self.outcome(case) == case.result, case.key
        assert self.findings() == []

    def outcome(self, case: Case) -> str:
        try:
            if case.key.startswith("undo:"):
                posted = self.undone(int(case.key.split(":")[1]), case.key)
            else:
                posted = self.post(self.draft(case))
        except errors.Refusal as refusal:
            return type(refusal).__name__
        return f"line {posted.seq}" + ("" if posted.new else " again")

    def findings(self) -> list[str]:
        with db.reading() as session:
            return [found.sentence for found in audit.findings(session, self.id)]

    def money(self, *names: str) -> list[int]:
        """What each of these funds has, in whole pounds."""
        with db.reading() as session:
            held = queries.fund_money(session, self.id, [self.fund(name) for name in names])
        return [held[self.fund(name)] // 100 for name in names]

    def head(self) -> queries.Head:
        with db.reading() as session:
            return queries.head(session, self.id)


def kind_of(lines: tuple[Line, ...]) -> str:
    """What an entry is, by where its money went."""
    kinds = {kind for code, kind in accounting.CHART if code in {line.account for line in lines}}
    for kind, name in (("cost", "spending"), ("transfer", "transfer"), ("income", "contribution")):
        if kind in kinds:
            return name
    return "moved"


def forget_words(session, book_id: UUID, seqs, *, now: datetime = NOW) -> int:
    """Somebody asked, and the words of these lines go."""
    gone = Person(name="A past member", made_at=now)
    session.add(gone)
    session.flush()
    asked = Erasure(person_id=gone.id, asked_at=now, due_at=now)
    session.add(asked)
    session.flush()
    return forgetting.take_words(session, book_id, seqs, because=asked.id, now=now)
