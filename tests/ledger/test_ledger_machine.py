"""Whatever happens in whatever order, the book is what a child could reckon on paper."""

from collections import defaultdict

from books import DAY, NOW, Shelf, forget_words
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import db
from ledger import accounting, journal, queries
from ledger.accounting import Facts

NAMES = ["anna", "ben", "reserve", "solidarity"]
WHO = st.sampled_from(NAMES)
PENCE = st.integers(1, 9_999)


class OnPaper(RuleBasedStateMachine):
    """The model: what each fund has, what was posted under each key, what was put right."""

    @initialize()
    def begin(self):
        self.book = Shelf().new_book()
        self.money = dict.fromkeys(NAMES, 0)
        self.posted = []  # each entry's draft, in the order of the book
        self.right = {}  # line put right -> the line that did it
        for name in NAMES:
            self.book.fund(name)

    def facts(self, **more):
        return Facts(on=DAY, key=f"k:{len(self.posted)}", words="Something", **more)

    def effect(self, draft):
        names = {fund: name for name, fund in self.book.funds.items()}
        change = defaultdict(int)
        for line in draft.lines:
            if line.account in {"bank", "cash_tin"} and names[line.fund_id] in self.money:
                change[names[line.fund_id]] += line.amount
        return change

    def post(self, draft):
        """Post, and expect what the paper says: done, or refused because money is short."""
        change = self.effect(draft)
        after = {name: self.money[name] + amount for name, amount in change.items()}
        short = any(amount < 0 and after[name] < 0 for name, amount in change.items())
        try:
            entry = self.book.post(draft)
        except journal.NotEnough:
            assert short
            assert not draft.outside
            return
        assert draft.outside or not short
        self.money |= after
        self.posted.append(draft)
        assert (entry.seq, entry.new) == (len(self.posted), True)

    @rule(who=WHO, pence=PENCE, into=st.sampled_from(["bank", "cash_tin"]))
    def pay_in(self, who, pence, into):
        draft = accounting.contribution(self.book.fund(who), pence, self.facts(), into=into)
        self.post(draft)

    @rule(shares=st.dictionaries(WHO, PENCE, min_size=1), outside=st.booleans())
    def spend(self, shares, outside):
        funds = {self.book.fund(name): pence for name, pence in shares.items()}
        self.post(accounting.spending(funds, "meals", self.facts(outside=outside)))

    @rule(giver=WHO, taker=WHO, pence=PENCE)
    def give(self, giver, taker, pence):
        if giver != taker:
            funds = self.book.fund(giver), self.book.fund(taker)
            self.post(accounting.transfer(*funds, pence, self.facts()))

    @rule(pence=PENCE)
    def take_the_tin_to_the_bank(self, pence):
        places = {"out_of": "cash_tin", "into": "bank"}
        self.post(accounting.moved(self.book.fund("custody"), pence, self.facts(), **places))

    @rule(minutes=PENCE, who=WHO)
    def give_time(self, minutes, who):
        fund, facts = self.book.fund(who), self.facts()
        lines = accounting.pair("activities", "contributions", fund, minutes, "minutes")
        self.post(accounting.entry("time", lines, facts))

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def send_something_again(self, data):
        number = data.draw(st.integers(1, len(self.posted)))
        entry = self.book.post(self.posted[number - 1])
        assert (entry.seq, entry.new) == (number, False)

    @precondition(lambda self: self.posted)
    @rule(data=st.data(), more=st.integers(1, 99))
    def send_something_else_under_an_old_key(self, data, more):
        old = data.draw(st.sampled_from(self.posted))
        lines = accounting.pair("bank", "grants", self.book.fund("anna"), 10_000 + more, "GBP")
        try:
            self.book.post(old._replace(kind="contribution", lines=lines, reverses=None))
        except journal.KeyTaken:
            return
        raise AssertionError("another thing was posted under a key that was taken")

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def put_right(self, data):
        seq = data.draw(st.integers(1, len(self.posted)))
        old = self.posted[seq - 1]
        if seq in self.right or old.kind == "reversal":
            wanted = journal.AlreadyPutRight if seq in self.right else accounting.NotPutRightTwice
            try:
                self.book.undone(seq, self.facts().key)
            except wanted:
                return
            raise AssertionError("it was put right twice")
        before = len(self.posted)
        recorded = journal.Recorded(seq, old.kind, DAY, old.key, None, None, b"", old.lines)
        self.post(accounting.reversal(recorded, self.facts()))
        if len(self.posted) > before:
            self.right[seq] = len(self.posted)

    @rule(many=st.lists(st.tuples(WHO, PENCE), min_size=1, max_size=6))
    def pay_in_all_at_once(self, many):
        drafts = []
        for number, (who, pence) in enumerate(many):
            facts = Facts(on=DAY, key=f"k:{len(self.posted) + number}", words="Dues")
            drafts.append(accounting.contribution(self.book.fund(who), pence, facts))
            self.money[who] += pence
        with db.transaction() as session:
            entries = journal.post_many(session, self.book.id, drafts, now=NOW)
        self.posted += drafts
        assert [entry.seq for entry in entries][-1] == len(self.posted)

    @rule()
    def forget_the_words(self):
        with db.transaction() as session:
            forget_words(session, self.book.id, range(1, len(self.posted) + 1))

    @invariant()
    def the_money_is_what_the_paper_says(self):
        if not hasattr(self, "book"):
            return
        with db.reading() as session:
            funds = {name: self.book.fund(name) for name in NAMES}
            held = queries.fund_money(session, self.book.id, list(funds.values()))
            head = queries.head(session, self.book.id)
        assert {name: held[fund] for name, fund in funds.items()} == self.money
        assert head.total == sum(self.money.values())
        assert head.seq == len(self.posted)

    def teardown(self):
        if hasattr(self, "book"):
            assert self.book.findings() == []


def test_the_book_is_always_what_one_could_reckon_on_paper(database):
    short = settings(max_examples=25, stateful_step_count=20)
    run_state_machine_as_test(OnPaper, settings=short)
