"""Many at once, with real threads: nothing twice, nothing lost, nothing overdrawn."""

import threading
from concurrent.futures import ThreadPoolExecutor

import months
import pytest
from books import DAY, NOW, Shelf

import db
import errors
from ledger import accounting, closing, journal
from ledger.accounting import Facts

pytestmark = pytest.mark.postgres


@pytest.fixture(params=["database", "on_postgres"])
def book(request):
    """On PostgreSQL, whose locks decide, and on the database of this run."""
    request.getfixturevalue(request.param)
    return Shelf().new_book()


def at_once(works):
    """Start all of these at the same moment; what each returned, or the refusal it met."""
    gate = threading.Barrier(len(works))

    def run(work):
        gate.wait()
        try:
            return work()
        except errors.Refusal as refusal:
            return type(refusal)

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def bill(book, key, pounds, fund="anna"):
    return accounting.spending({book.fund(fund): pounds * 100}, "meals", Facts(on=DAY, key=key))


def test_one_key_sent_by_twenty_at_once_posts_once(book):
    book.fund("anna")
    told = at_once([lambda: book.paid_in("anna", 40, "bank:1")] * 20)
    assert sum(posted.new for posted in told) == 1
    assert {(posted.seq, posted.hash) for posted in told} == {(1, book.head().hash)}
    assert book.money("anna") == [40]
    assert book.findings() == []


def test_one_key_for_twenty_different_things_at_once_posts_one_and_refuses_nineteen(book):
    book.fund("anna")
    told = at_once([lambda n=n: book.paid_in("anna", n, "bank:1") for n in range(1, 21)])
    assert told.count(journal.KeyTaken) == 19
    assert book.head().seq == 1
    assert book.findings() == []


def test_of_sixteen_who_spend_100_of_1000_ten_succeed(book):
    book.paid_in("anna", 1000, "bank:1")
    told = at_once([lambda n=n: book.post(bill(book, f"bill:{n}", 100)) for n in range(16)])
    assert told.count(journal.NotEnough) == 6
    assert book.money("anna") == [0]
    assert book.head().seq == 11
    assert book.findings() == []


def test_five_hundred_posts_by_sixteen_leave_no_gap_and_lose_none(book):
    names = ["anna", "ben", "cas", "dee"]
    for name in names:
        book.fund(name)

    def many(start):
        for n in range(start, 500, 16):
            book.paid_in(names[n % 4], 1, f"bank:{n}")

    at_once([lambda start=start: many(start) for start in range(16)])
    assert book.head().seq == 500
    assert book.money(*names) == [125] * 4
    assert book.findings() == []


def test_an_entry_that_twenty_put_right_at_once_is_put_right_by_exactly_one(book):
    book.paid_in("anna", 40, "bank:1")
    told = at_once([lambda n=n: book.undone(1, f"undo:{n}") for n in range(20)])
    assert told.count(journal.AlreadyPutRight) == 19
    assert book.money("anna") == [0]
    assert book.head().seq == 2
    assert book.findings() == []


def test_batches_and_single_posts_at_once_keep_one_chain(book):
    book.fund("anna")

    def batch(start):
        facts = [Facts(on=DAY, key=f"batch:{start}:{n}") for n in range(20)]
        drafts = [accounting.contribution(book.fund("anna"), 100, fact) for fact in facts]
        with db.transaction() as session:
            return journal.post_many(session, book.id, drafts, now=NOW)

    works = [lambda n=n: batch(n) for n in range(8)]
    works += [lambda n=n: book.paid_in("anna", 1, f"one:{n}") for n in range(8)]
    at_once(works)
    assert book.head().seq == 8 * 20 + 8
    assert book.findings() == []


def test_books_do_not_wait_for_each_other(on_postgres):
    """While somebody holds one book, another is posted to and audited."""
    book, other = Shelf().new_book(), Shelf().new_book()
    book.fund("anna")
    other.fund("zoe")
    with db.transaction() as session:
        draft = accounting.contribution(book.fund("anna"), 100, Facts(on=DAY, key="bank:1"))
        journal.post(session, book.id, draft, now=NOW)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(other.paid_in, "zoe", 1, "bank:1").result(timeout=20).new
    assert book.findings() == other.findings() == []


def test_an_audit_while_others_post_finds_nothing(book):
    book.fund("anna")
    going = threading.Event()

    def post():
        for n in range(150):
            book.paid_in("anna", 1, f"bank:{n}")
            going.set()

    with ThreadPoolExecutor(1) as pool:
        posting = pool.submit(post)
        going.wait(20)
        while not posting.done():
            assert book.findings() == []
        posting.result()
    assert book.head().seq == 150


@pytest.mark.parametrize("place", [0, 5, 10, 15, 20])
def test_of_twenty_posts_and_a_close_at_once_each_is_in_what_was_closed_or_refused(book, place):
    """Whoever gets the head first: a line stands before the close, or it is not in the book."""
    book.paid_in("anna", 1, "bank:0", on=months.day(5))
    works = [
        lambda n=n: book.paid_in("anna", 1, f"bank:{n}", on=months.day(5, n)) for n in range(1, 21)
    ]
    works.insert(place, lambda: months.close(book, 5, "The bank had it wrong", says=-1))
    told = at_once(works)
    made = next(one for one in told if isinstance(one, closing.Marked))
    posted = sum(isinstance(one, journal.Posted) for one in told)
    assert posted + told.count(db.Broken) == 20
    assert months.held(book, 5) == {("anna", "bank"): 100 * (posted + 1)}
    assert (made.bank_book, made.seq) == (100 * (posted + 1), posted + 1)
    assert book.head().seq == posted + 1
    assert book.findings() == []


def test_of_twenty_who_close_a_month_at_once_one_does(book):
    book.paid_in("anna", 1, "bank:0", on=months.day(5))
    told = at_once([lambda: months.close(book, 5)] * 20)
    assert sum(isinstance(one, closing.Marked) for one in told) == 1
    assert told.count(closing.ClosedAlready) == 19
    assert book.findings() == []
