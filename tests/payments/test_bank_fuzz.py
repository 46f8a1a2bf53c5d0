"""Anything at all is sent to the bank pages: no page breaks, nothing is half written."""

import json

import pytest
from bank_making import move, multipart, ofx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import func, select

import db
from ledger import audit, journal
from payments.models import BankImport, BankLine, BankUpload
from pools.models import FundingSource, Pool

BANK = "/g/thursday-hub/bank"
CSV = b"Date,Type,Description,Paid out,Paid in,Balance\n" + b"".join(
    b"%02d/11/2026,FPI,PERSON %d,,%d.00,%d.00\n" % (n, n, n, n * (n + 1) // 2) for n in range(1, 20)
)
often = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def ana(story):
    """The treasurer, whose forms need no token here: it is what else they hold that is tried. The
    book is audited after all that was sent.
    """
    story.app.config["WTF_CSRF_ENABLED"] = False
    yield story.browser("ana")
    with db.reading() as session:
        assert audit.findings(session, hub().book_id) == []


def hub() -> Pool:
    with db.reading() as session:
        return session.exec(select(Pool).where(Pool.slug == "thursday-hub")).one()


def nothing_is_half_written() -> None:
    """Every line belongs to an import that counted it, and those that are in the book are there
    with their amount.
    """
    pool = hub()
    with db.reading() as session:
        counted = session.exec(
            select(BankImport.new_lines, func.count(BankLine.id))
            .outerjoin(BankLine, BankLine.import_id == BankImport.id)
            .group_by(BankImport.id, BankImport.new_lines)
        )
        assert all(said == found for said, found in counted)
        placed = select(BankLine).where(BankLine.entry_seq.is_not(None))
        for line in session.exec(placed.order_by(BankLine.id.desc()).limit(20)):
            entry = journal.recorded(session, pool.book_id, line.entry_seq)
            assert sum(p.amount for p in entry.lines if p.account == "bank") == line.amount


def everything() -> tuple[int, ...]:
    with db.reading() as session:
        return tuple(
            session.exec(select(func.count()).select_from(kind)).one()
            for kind in (BankImport, BankLine)
        )


def sent(browser, body, name="bank.csv", key=None):
    form = {"id": str(db.new_id()) if key is None else key}
    return browser.post(f"{BANK}/files", **multipart(form, body, name))


@st.composite
def damaged(draw, whole):
    """A real file with some of its bytes changed, cut out or said twice."""
    body = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(body) - 1, 0)))
        many = draw(st.integers(0, 40))
        new = draw(st.one_of(st.binary(max_size=12), st.sampled_from(WORDS)))
        body[place : place + many] = new
    return bytes(body)


WORDS = (
    b"\0", b'"', b",", b"\n", b"<", b"</STMTTRN>", b"99999999999999999999.99", b"-0.00",
    b"31/02/2026",
    b"\xff\xfe", b"&#0;", b"1e400", b"NaN", b"\xe2\x80\xae", b"=cmd()", b"20269999",
)  # fmt: skip
OFX = ofx(*[move(100 + n, f"PERSON {n}") for n in range(6)]).replace(b"202612", b"202611")
FILES = st.one_of(st.binary(max_size=400), st.text().map(str.encode), damaged(OFX), damaged(CSV))
NAMES = st.text(
    st.characters(blacklist_characters='"\r\n', codec="utf-8"), min_size=1, max_size=200
)


@often
@given(body=FILES, name=NAMES)
def test_whatever_file_is_sent_it_comes_in_whole_or_is_refused_in_words(ana, body, name):
    before = everything()
    page = sent(ana, body, name)
    assert page.status in {200, 422}
    if page.status == 422:
        assert "There is a problem" in page
        assert everything() == before
    nothing_is_half_written()


@often
@given(
    start=damaged(CSV),
    choice=st.fixed_dictionaries(
        {},
        optional={
            "date": st.sampled_from(["0", "1", "4", "99", "-1", "x", ""]),
            "order": st.sampled_from(["day", "month", "", "x"]),
            "amount": st.sampled_from(["-1", "3", "4", "5", "٣"]),
            "money_in": st.sampled_from(["-1", "4", "0"]),
            "money_out": st.sampled_from(["-1", "3", "1e9"]),
            "words": st.lists(st.sampled_from(["0", "1", "2", "77"]), max_size=3),
        },
    ),
)
def test_whatever_columns_are_chosen_the_page_shows_or_says_why(ana, start, choice):
    page = sent(ana, start)
    if "/files/" not in page.path:
        return
    before = everything()
    looked = ana.get(page.path.partition("?")[0], query_string=choice)
    assert looked.status in {200, 422}
    assert everything() == before
    if any(form.get("method") == "post" for form in looked.forms()):
        assert looked.send("Yes, bring them in").status in {200, 422}
        nothing_is_half_written()
        with db.transaction() as session:  # ask again the next time
            for account in session.exec(select(BankUpload)):
                session.delete(account)
        ana.post(f"{BANK}/columns/forget", {"id": str(db.new_id())})


IDS = st.uuids().map(str)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["date", "amount", "money_in", "money_out", "words", "day_first", "skip"]
            ),
            inner,
            max_size=7,
        )
    ),
    max_leaves=12,
)


@often
@given(columns=JSON.map(json.dumps) | st.text(max_size=40), key=st.text(max_size=40) | st.just(""))
def test_whatever_a_forged_choice_holds_it_is_refused(ana, columns, key):
    ana.post(f"{BANK}/columns/forget", {"id": str(db.new_id())})
    page = sent(ana, CSV)
    if "/files/" not in page.path:
        return
    answer = ana.post(page.path, {"columns": columns, "id": key or str(db.new_id())})
    assert answer.status in {200, 422}
    nothing_is_half_written()


@often
@given(answer=st.text(max_size=60) | st.uuids().map(lambda one: f"source:{one}"), key=st.text())
def test_whatever_is_answered_a_line_gets_a_place_that_was_offered_or_none(ana, answer, key):
    with db.reading() as session:
        waits = session.exec(
            select(BankLine.id).where(BankLine.entry_seq.is_(None)).limit(1)
        ).first()
    if waits is None:
        sent(ana, OFX)
        return
    for where in ("", "/twice", "/back"):
        page = ana.post(f"{BANK}/lines/{waits}{where}", {"answer": answer, "id": key})
        assert page.status in {200, 422}
    with db.reading() as session:
        assert session.get_one(BankLine, waits).entry_seq is None
    nothing_is_half_written()


@often
@given(name=st.text(max_size=80), number=st.text(max_size=50), key=st.text(max_size=40) | IDS)
def test_whatever_is_typed_for_the_account_is_kept_whole_or_refused(story, ana, name, number, key):
    typed = {"name": name, "number": number, "id": key}
    assert ana.post(f"{BANK}/account", typed).status == 422
    assert story.browser("jo").post("/g/saturday-art/bank/account", typed).status in {200, 422}


@often
@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 5)), min_size=1, max_size=6))
def test_files_of_real_lines_in_any_order_give_each_member_what_the_bank_says(ana, parts):
    """What members have always equals what came in with their reference."""
    with db.reading() as session:
        refs = session.exec(
            select(FundingSource.reference).where(FundingSource.pool_id == hub().id)
        ).all()
    moves = [move(100 * (n or 1), refs[who], ref=f"FZ{n}{who}") for n, who in parts]
    body = ofx(*moves, closing=0).replace(b"202612", b"202611")
    assert sent(ana, body, "bank.ofx").status == 200
    nothing_is_half_written()
