"""Books of any content, drawn by hypothesis: every kind of entry, odd words, odd keys, odd days."""

from contextlib import suppress
from datetime import date
from uuid import uuid4

from hypothesis import strategies as st

import db
from ledger import accounting, journal
from ledger.accounting import Facts

ODD = (
    '=1+1 "quoted" \\ ; | {} #tag ^link',
    "@SUM(A1)",
    "x\ny",
    "2026-01-01 * (1) open",
    "£40 → Zoë",
)
KEY = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
WORDS = st.one_of(
    st.sampled_from(ODD), st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40)
)
DAYS = st.dates(date(2000, 1, 1), date(2098, 12, 31))
KINDS = ("paid in", "paid back", "spent", "transfer", "moved", "time", "put right")
PENCE = st.one_of(st.integers(1, 200), st.integers(1, 10**13))


@st.composite
def happenings(draw) -> list[tuple]:
    """What happens in a book, one after the other; `write` makes it so."""
    count = draw(st.integers(0, 14))
    keys = draw(st.lists(KEY, min_size=count, max_size=count, unique=True))
    return [
        (
            draw(st.sampled_from(KINDS)),
            Facts(on=draw(DAYS), key=key, words=draw(WORDS), outside=True),
            draw(st.permutations(range(4))),
            draw(PENCE),
        )
        for key in keys
    ]


def write(book, happened: list[tuple]) -> None:
    """Post it all to a book of three people and the reserve; what is refused is left out."""
    funds = [book.fund(name) for name in ("anna", "ben", "zoe", "reserve")]
    reversed_ = set()
    for kind, facts, order, pence in happened:
        one, two, *_ = (funds[number] for number in order)
        if kind == "put right":
            seq = book.head().seq
            if seq and seq not in reversed_ and not is_reversal(book, seq):
                reversed_.add(seq)
                with suppress(journal.NotEnough):  # to undo a transfer needs the money
                    book.undone(seq, facts.key, facts.on)
            continue
        told = facts._replace(by=uuid4(), outside=kind != "transfer")
        with suppress(journal.NotEnough):  # to give away is a decision, so one must have it
            book.post(draft(book, kind, told, (one, two), pence))


def is_reversal(book, seq: int) -> bool:
    with db.reading() as session:
        return journal.recorded(session, book.id, seq).kind == "reversal"


def draft(book, kind, facts, funds, pence) -> accounting.Draft:
    one, two = funds
    if kind == "paid in":
        return accounting.contribution(one, pence, facts)
    if kind == "paid back":
        return accounting.paid_back(one, pence, facts, out_of="cash_tin")
    if kind == "spent":
        return accounting.spending({one: pence, two: 7}, "day_centre", facts)
    if kind == "transfer":
        return accounting.transfer(one, two, pence, facts)
    if kind == "moved":
        return accounting.moved(book.fund("custody"), pence, facts, out_of="cash_tin", into="bank")
    return accounting.contribution(one, 90, facts, account="grants", into="bank", unit="minutes")
