"""Sending a statement by a link, as its person and whoever gets it meet it; and that nothing which
can be reached from the link tells of anybody else.
"""

import io
import re
from datetime import timedelta
from functools import partial

import bills_making as making
import packs_making as packs
import pypdf
import pytest
from bills_making import HOME, device, hub
from sqlmodel import select
from test_bills import passed_vote

import db
from ledger import journal
from members.models import Letter
from members.signing_in import hashed
from pools.packs import links, naming, zipping
from pools.packs.keeping import Parts
from pools.packs.links import ToSend
from pools.packs.models import PackLink
from pools.spending import bills


@pytest.fixture
def app(database, tmp_path):
    return making.app_at(tmp_path, database)


def sent_by(browser, *, days=None, **picked):
    """From the statement to the link, as a person goes: what they looked at; the link's path."""
    look = browser.get(HOME + "/statement").click("Send this to somebody").send("Look at it first")
    answers = picked | ({"ends": days} if days else {})
    page = look.send("Make the link", **answers)
    return look, page.soup.find(id="link")["value"].removeprefix("http://127.0.0.1:8000")


def whole_of(page):
    """The statement itself on a page; its papers have other addresses."""
    parts = page.soup.find("main").find_all("section")
    names = ("Whose statement", "The sums", "Where the money", "Each line", "Checks", "How costs")
    headed = [(part, part.find("h2")) for part in parts]
    found = [str(part) for part, head in headed if head and head.text.strip().startswith(names)]
    return re.sub(r'(href|src)="[^"]*"', "", "".join(found))


# --- the way there --------------------------------------------------------------------------------


def test_what_the_person_looks_at_is_what_whoever_has_the_link_sees(app):
    made = hub()
    bill = making.paid(made, evidence_id=making.file(made).id)
    packs.mark(made, bill)
    look, link = sent_by(device(app, made.people[0]), for_whom="The council")
    assert "Below is all that they will see. Nobody has it yet." in look
    audit = packs.anybody(app).get(link)
    assert audit.h1 == "Statement TH-CAN-2026-001"
    mine, theirs = whole_of(look), whole_of(audit)
    number = "TH-CAN-2026-001"
    for words in ("None yet. It gets one when it is kept.", number, "Made on", "18 December 2026"):
        mine, theirs = mine.replace(words, ""), theirs.replace(words, "")
    strip = partial(re.sub, r"<div><dt></dt><dd></dd></div>|\s+", "")
    assert strip(mine) == strip(theirs)
    assert "for: The council" in audit
    assert "Open the bill of line 12" in audit
    paper = packs.anybody(app).client.get(audit.links()["Open the bill of line 12"])
    assert paper.data == making.PDF
    assert "attachment" in paper.headers["Content-Disposition"]


def test_only_what_was_picked_goes_in(app):
    made = hub()
    bill = making.paid(made, evidence_id=making.file(made).id)
    packs.mark(made, bill)
    sent = packs.send(made, made.people[0], parts=Parts(papers=False, words=False, days=False))
    audit = packs.anybody(app).get(f"/audit/{sent.token}")
    assert "Not sent" in audit
    assert "Open the bill" not in audit
    assert packs.anybody(app).client.get(f"/audit/{sent.token}/paper/12").status_code == 404
    whole = packs.anybody(app).client.get(f"/audit/{sent.token}/zip").data
    assert not [name for name in packs.unzipped(whole) if name.startswith("papers/")]


def test_the_whole_pack_is_one_file_and_says_what_is_in_it(app):
    made = hub()
    bill = making.paid(made, evidence_id=making.file(made).id)
    packs.mark(made, bill)
    sent = packs.send(made, made.people[0])
    response = packs.anybody(app).client.get(f"/audit/{sent.token}/zip")
    assert "statement-TH-CAN-2026-001.zip" in response.headers["Content-Disposition"]
    files = packs.unzipped(response.data)
    assert set(files) == {
        "READ-ME.txt", "statement.pdf", "statement.csv", "statement.json", "papers/line-12.pdf",
    }  # fmt: skip
    (kept,) = packs.kept_of(made.people[0])
    assert files["statement.json"] == kept.content
    told = files.pop("READ-ME.txt").decode()
    for name, body in files.items():
        assert f"{zipping.values.digest(body).hex()}  {name}" in told


def test_the_link_is_shown_once_and_kept_nowhere(app):
    made = hub()
    tom = device(app, made.people[0])
    _, link = sent_by(tom)
    token = link.removeprefix("/audit/")
    assert token not in tom.get(HOME + "/packs").html
    with db.reading() as session:
        (row,) = session.exec(select(PackLink))
    assert row.token_hash == hashed(token)
    assert len(token) >= 43


def test_the_same_form_again_makes_no_second_link(database):
    made = hub()
    key = db.new_id()
    assert packs.send(made, made.people[0], key=key).token
    assert packs.send(made, made.people[0], key=key).token is None
    assert len(packs.my_links(made.people[0])) == 1


# --- until when, and who looked -------------------------------------------------------------------


def test_the_person_sees_each_look_and_gets_one_letter(app):
    made = hub()
    tom = device(app, made.people[0])
    _, link = sent_by(tom)
    assert "Nobody has looked yet." in tom.get(HOME + "/packs")
    council = packs.anybody(app)
    council.get(link)
    council.client.get(link + "/pdf")
    page = tom.get(HOME + "/packs")
    assert "Somebody looked 2 times" in page
    assert re.search("Friday 18 December, (11:59am|12pm): the PDF", page.text)  # its clock runs
    with db.reading() as session:
        letters = session.exec(select(Letter).where(Letter.kind == "pack_looked")).all()
    assert [letter.person_id for letter in letters] == [made.people[0].person_id]


@pytest.mark.parametrize(("days", "works"), [(13, True), (15, False)])
def test_a_link_ends_after_two_weeks(database, days, works):
    made = hub()
    token = packs.send(made, made.people[0]).token
    later = making.NOW + timedelta(days=days)
    if works:
        with db.transaction() as session:
            links.look(session, token, "page", now=later)
    else:
        with pytest.raises(links.LinkEnded), db.transaction() as session:
            links.look(session, token, "page", now=later)


@pytest.mark.parametrize("days", [0, -1, 61, 10**9])
def test_a_link_works_for_sixty_days_at_most(database, days):
    made = hub()
    with pytest.raises(links.DaysOutOfReach):
        packs.send(made, made.people[0], to=ToSend(days=days))
    assert packs.kept_of(made.people[0]) == []


def test_a_link_that_was_ended_says_who_to_ask_and_nothing_else(app):
    made = hub()
    tom = device(app, made.people[0])
    _, link = sent_by(tom)
    assert "That link shows nothing any more." in tom.get(HOME + "/packs").send("End this link now")
    for path in ("", "/pdf", "/csv", "/zip", "/paper/1"):
        page = packs.anybody(app).get(link + path)
        assert page.status == 410
        assert "This link has ended" in page
        assert "Canary" not in page.html
    assert "You ended it" in tom.get(HOME + "/packs")
    assert "Nobody has looked yet." in tom.get(HOME + "/packs")


def test_nobody_else_can_end_a_link_or_open_what_was_kept(app):
    made = hub()
    packs.send(made, made.people[0])
    (link,) = packs.my_links(made.people[0])
    (kept,) = packs.kept_of(made.people[0])
    for other in (made.people[1], made.treasurer, made.organiser):
        browser = device(app, other)
        assert browser.get(f"{HOME}/packs/kept/{kept.id}").status == 404
        assert browser.get(f"{HOME}/packs/kept/{kept.id}/zip").status == 404
        with pytest.raises(links.NoSuchLink), db.transaction() as session:
            links.withdraw(session, link.id, other, now=making.NOW)


def test_a_wrong_link_shows_nothing(app):
    for token in ("x", "a" * 43, "%00", "../../etc", "é" * 20):
        assert packs.anybody(app).client.get(f"/audit/{token}").status_code == 404


def test_a_link_opened_without_end_is_held_back(app):
    made = hub()
    token = packs.send(made, made.people[0]).token
    with db.transaction() as session:
        for _ in range(links.MOST_LOOKS):
            links.look(session, token, "page", now=making.NOW)
    response = packs.anybody(app).client.get(f"/audit/{token}")
    assert response.status_code == 429
    assert "Canary" not in response.get_data(as_text=True)
    with db.transaction() as session:
        links.look(session, token, "page", now=making.later(hours=1, seconds=1))


def test_no_search_engine_keeps_it_and_no_site_is_told_its_address(app):
    made = hub()
    token = packs.send(made, made.people[0]).token
    for path in ("", "/pdf", "/csv", "/zip"):
        response = packs.anybody(app).client.get(f"/audit/{token}{path}")
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"


def test_a_newer_statement_is_named_on_the_older_link(app):
    made = hub()
    tom = made.people[0]
    token = packs.send(made, tom).token
    making.pay_in(made, tom, 100)
    packs.keep(made, tom, now=making.later(minutes=5))
    audit = packs.anybody(app).get(f"/audit/{token}")
    assert "A newer statement took its place: TH-CAN-2026-002." in audit


def test_it_is_kept_without_a_link_to_print_it(app):
    made = hub()
    tom = device(app, made.people[0])
    look = tom.get(HOME + "/packs/look")
    page = look.send("Only keep it, to print")
    assert page.h1 == "Statement TH-CAN-2026-001"
    assert packs.my_links(made.people[0]) == ()
    pdf = tom.client.get(page.links()["Download as PDF"])
    assert "TH-CAN-2026-001" in packs.pdf_text(pdf.data)


# --- papers --------------------------------------------------------------------------------------


def test_somebody_with_a_job_says_whether_a_bill_names_people(app):
    made = hub()
    bill = making.paid(made, evidence_id=making.file(made).id)
    checker = device(app, made.checker)
    page = checker.get(f"{HOME}/bills/{bill.id}").click("Does it name people?")
    assert "Nobody has looked yet." in page
    assert "Pick yes or no." in page.send("Save")
    page.send("Save", names="yes")
    assert "it names people." in checker.get(f"{HOME}/bills/{bill.id}/names")
    blacked = (io.BytesIO(making.PDF + b"%%EOF\n"), "x.pdf")
    again = checker.get(f"{HOME}/bills/{bill.id}/names")
    again.send("Save", names="yes", file=blacked)
    with db.reading() as session:
        assert naming.newest(session, [bill.id])[bill.id].evidence_id is not None
    same = checker.get(f"{HOME}/bills/{bill.id}/names")
    assert "That is the same paper" in same.send(
        "Save", names="yes", file=(io.BytesIO(making.PDF), "x.pdf")
    )


# --- nobody else ---------------------------------------------------------------------------------


def amounts(pence):
    return f"{pence // 100:,}.{pence % 100:02}", f"{pence // 100}.{pence % 100:02}"


def test_nothing_that_the_link_reaches_tells_of_another_member(app):
    """Everybody has an odd name and odd sums; there is a vote, a bill whose paper nobody looked at,
    one that names people, one put right with names in the reason; the owner sends all they can.
    """
    made = hub(paid_in=0)
    tom, *others = made.people
    making.pay_in(made, tom, 50000)
    own = {one.id: 17011 + number * 1013 for number, one in enumerate(others)}
    for one in others:
        making.pay_in(made, one, own[one.id])
    secret = f"Taxi for {others[0].name} and {others[1].name}"
    proposal = passed_vote(made)
    paid = [
        making.paid(made, evidence_id=making.file(made).id),
        making.paid(made, words=secret, number=others[2].name),
        making.paid(made, authority_id=proposal.id, amount=48000, now=making.later(hours=2)),
    ]
    packs.mark(made, paid[0])
    named = making.paid(
        made, evidence_id=making.file(made, making.PDF + others[3].name.encode() + b"\n%%EOF\n").id
    )
    packs.mark(made, named, names=True)
    with db.transaction() as session:
        journal.reverse(
            session, made.pool.book_id, paid[1].paid_seq, f"It was for {others[4].name}",
            by=made.treasurer.code, key="undo", now=making.NOW,
        )  # fmt: skip
        bills.unpay(session, made.pool.id, paid[1].paid_seq)
    token = packs.send(made, tom).token
    everything = reached(packs.anybody(app), f"/audit/{token}")
    assert len(everything) >= 12
    assert any(tom.name in text for text in everything.values())
    for path, text in everything.items():
        for one in (*others, made.treasurer, made.checker, made.organiser):
            assert not re.search(rf"(?<!\w){re.escape(one.name)}(?!\w)", text), (path, one.name)
        for pence in own.values():
            assert not any(said in text for said in amounts(pence)), (path, pence)
        assert "Yes" not in text or "votes" not in text, path


def reached(browser, start):
    """Every page, file, member of a zip and word of a PDF that can be reached from an address; the
    pages that everybody may open aside.
    """
    found, todo = {}, [start]
    while todo:
        path = todo.pop()
        if path in found or not path.startswith(start):
            continue
        response = browser.client.get(path)
        assert response.status_code == 200, path
        if response.mimetype == "text/html":
            page = browser.get(path)
            todo += [*page.links().values()] + [str(i["src"]) for i in page.soup.find_all("img")]
        found |= dict(readable(path, response.data, response.mimetype))
        found[path + " headers"] = str(response.headers)
    return found


def readable(path, body, media):
    if media == "application/zip":
        for name, inner in packs.unzipped(body).items():
            yield from readable(f"{path}/{name}", inner, "")
        return
    yield path, body.decode("utf-8", "replace")
    if body.startswith(b"%PDF") and b"xref" in body:
        reader = pypdf.PdfReader(io.BytesIO(body))
        yield path + " words", packs.pdf_text(body)
        yield path + " facts", str(reader.metadata) + str(reader.xmp_metadata and "")


def test_in_a_group_where_two_have_money_no_sum_of_all_is_told(app):
    made = hub(paid_in=0)
    tom, other = made.people[:2]
    making.pay_in(made, tom, 10000)
    making.pay_in(made, other, 3307)
    token = packs.send(made, tom).token
    everything = reached(packs.anybody(app), f"/audit/{token}")
    for path, text in everything.items():
        assert not any(said in text for said in (*amounts(13307), *amounts(3307))), path
    assert any("So few people have money here" in text for text in everything.values())


def test_of_a_bill_that_two_share_neither_the_whole_nor_the_paper_is_told(app):
    made = hub()
    tom, other = made.people[:2]
    two = frozenset({tom.id, other.id})
    paper = making.file(made).id
    bill = making.paid(made, rule="named", people=two, amount=3331, evidence_id=paper)
    packs.mark(made, bill)
    line = packs.statement(made, tom).lines[-1]
    assert line.people == 2
    assert (line.whole, line.paper.kind) == (None, "summary")
    everything = reached(packs.anybody(app), f"/audit/{packs.send(made, tom).token}")
    assert not any("33.31" in text for text in everything.values())


def test_a_paper_of_another_line_or_group_is_not_there(app):
    made = hub()
    other = making.hub("saturday-art")
    shown = making.paid(other, evidence_id=making.file(other).id)
    token = packs.send(made, made.people[0]).token
    for seq in (0, 1, 2, shown.paid_seq, 10**12):
        assert packs.anybody(app).client.get(f"/audit/{token}/paper/{seq}").status_code == 404
