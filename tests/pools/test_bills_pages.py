"""The pages of bills, as people without script meet them; S1 to S5 at the page."""

import io
import re

import bills_making as making
import pytest
from bills_making import HOME, device, enter, hub
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlmodel import func, select

import db
from members import mail
from members.models import Letter
from pools.models import Evidence
from pools.spending.models import Approval, Authority, Bill, BillShare, Interest, Payee


@pytest.fixture
def app(database, tmp_path):
    return making.app_at(tmp_path, database)


def count(model):
    with db.reading() as session:
        return session.exec(select(func.count()).select_from(model)).one()


def the(model):
    with db.reading() as session:
        return session.exec(select(model)).one()


def typed(made, **other):
    facts = {
        "payee": str(made.payee.id), "number": "A-17", "billed_on": "2026-12-17",
        "amount": "443.72", "words": "One Thursday",
    }  # fmt: skip
    return facts | other


def photo():
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    kept = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(kept, "JPEG", exif=exif)
    return kept.getvalue()


# --- entering -------------------------------------------------------------------------------------


def test_the_treasurer_sees_every_share_before_a_bill_is_saved(app):
    made = hub()
    ana = device(app, made.treasurer)
    form = ana.get(HOME + "/bills").click("Enter a bill")
    check = form.send("See each share", **typed(made), file=(io.BytesIO(making.PDF), "../x.php"))
    for words in (
        "Each of 11 people pays £40.34 or £40.33.",
        "Oak Lane Care, account ending 4471",
        "£443.72 (four hundred and forty-three pounds and seventy-two pence)",
        "1 person must check it",
        "Raj of thursday-hub and Sam of thursday-hub",
        "We have the file",
    ):
        assert words in check
    assert (count(Bill), count(Authority), count(Evidence)) == (0, 0, 1)
    saved = check.send("Save and ask for a check")
    assert saved.status == 200
    assert "Saved. Now another person checks it." in saved
    bill = the(Bill)
    assert saved.path == f"{HOME}/bills/{bill.id}"
    assert bill.evidence_id == the(Evidence).id
    assert the(Evidence).name.endswith(".pdf")
    assert count(BillShare) == 11


def test_what_was_typed_is_there_to_change(app):
    made = hub()
    ana = device(app, made.treasurer)
    check = ana.get(HOME + "/bills/new").send(
        "See each share", **typed(made), file=(io.BytesIO(making.PDF), "x.pdf")
    )
    again = check.send("Change it")
    assert again.status == 200
    assert again.soup.find(attrs={"name": "number"})["value"] == "A-17"
    assert "the file you chose" in again
    saved = again.send("See each share", amount="£400").send("Save and ask for a check")
    assert "£400 (four hundred pounds)" in saved
    assert the(Bill).evidence_id is not None


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"amount": ""}, "Type how much the bill is"),
        ({"amount": "4O"}, "Did you mean £40?"),
        ({"amount": "-5"}, "without a minus"),
        ({"amount": "0"}, "Type how much the bill is"),
        ({"amount": "5324.65"}, "This bill is more than was agreed. £5,324.64 is left."),
        ({"number": ""}, "Type the number on the bill"),
        ({"words": ""}, "Type what the bill is for"),
        ({"words": "x" * 121}, "shorter"),
        ({"billed_on": ""}, "Pick the date on it."),
        ({"billed_on": "not a date"}, "Pick a day."),
        ({"billed_on": "2026-12-19"}, "Check the date on the bill"),
        ({"payee": ""}, "Pick who gets the money"),
        ({"file": (io.BytesIO(b"<svg>"), "x.pdf")}, "We can take a PDF or a photo"),
    ],
)
def test_a_wrong_answer_is_named_kept_and_changes_nothing(app, other, sentence):
    made = hub()
    ana = device(app, made.treasurer)
    page = ana.get(HOME + "/bills/new").send("See each share", **typed(made, **other))
    assert page.status == 422
    assert sentence in page
    if "number" not in other:
        assert page.soup.find(attrs={"name": "number"})["value"] == "A-17"
    assert (count(Bill), count(BillShare), count(Authority)) == (0, 0, 0)


@pytest.mark.parametrize(
    ("size", "status", "sentence"),
    [
        (5_300_000, 422, "The file is too big. It can be up to 5 megabytes."),
        (7_000_000, 413, "That file is too big"),
    ],
)
def test_a_file_that_is_too_big_is_refused(app, size, status, sentence):
    made = hub()
    ana = device(app, made.treasurer)
    token = token_of(ana.get(HOME + "/bills/new"))
    part = b'--x\r\nContent-Disposition: form-data; name="'
    body = part + b'csrf_token"\r\n\r\n' + token.encode() + b"\r\n" + part
    body += b'file"; filename="a.pdf"\r\n\r\n%PDF-' + b"0" * size + b"\r\n--x--\r\n"
    response = ana.client.post(
        HOME + "/bills/new", data=body, content_type="multipart/form-data; boundary=x"
    )
    assert response.status_code == status
    assert sentence in response.get_data(as_text=True)
    assert count(Evidence) == 0


def test_shares_that_moved_meanwhile_are_looked_at_again(app):
    made = hub()
    ana = device(app, made.treasurer)
    check = ana.get(HOME + "/bills/new").send("See each share", **typed(made))
    enter(made, by=made.organiser)
    page = check.send("Save and ask for a check")
    assert page.status == 422
    assert "The shares changed while you looked" in page
    saved = page.send("See each share").send("Save and ask for a check")
    assert "Saved." in saved
    assert count(Bill) == 2


def test_pressing_save_twice_makes_one_bill(app):
    made = hub()
    ana = device(app, made.treasurer)
    check = ana.get(HOME + "/bills/new").send("See each share", **typed(made))
    first, second = (check.send("Save and ask for a check") for _ in range(2))
    assert first.path == second.path
    assert count(Bill) == 1


def test_saving_without_having_looked_goes_through_the_same_checks(app):
    made = hub()
    ana = device(app, made.treasurer)
    form = ana.get(HOME + "/bills/new").form("See each share")
    token = form.find(attrs={"name": "csrf_token"})["value"]
    page = ana.post(HOME + "/bills/new/save", {"csrf_token": token, "authority": "x"})
    assert page.status == 422
    assert count(Bill) == 0


def test_without_anything_agreed_the_page_leads_to_a_vote(app):
    made = making.rounds.group("no-round-yet")
    sam = device(app, made.organiser)
    page = sam.get("/g/no-round-yet/bills/new")
    assert "The group has not agreed to any spending now." in page
    assert page.click("Ask the group to vote").status == 200


def test_two_days_can_be_billed_one_by_one(app):
    made = hub(days=(1, 3))
    ana = device(app, made.treasurer)
    form = ana.get(HOME + "/bills/new")
    page = form.send("See each share", **typed(made), day=str(made.made.days[1]))
    assert "Nobody has a place on that day" in page
    assert "only Tuesdays" in form.send("See each share", **typed(made), day=str(made.made.days[0]))


# --- checking: S1, S2, S3 and S5 at the page ---


def bill_path(bill):
    return f"{HOME}/bills/{bill.id}"


def token_of(page):
    return page.soup.find(attrs={"name": "csrf_token"})["value"]


def press(browser, page, path, **data):
    return browser.post(path, {"csrf_token": token_of(page), "id": str(db.new_id()), **data})


def test_a_checker_sees_exactly_what_they_approve(app):
    made = hub()
    file = making.file(made)
    bill = enter(made, evidence_id=file.id)
    raj = device(app, made.checker)
    page = raj.get(HOME + "/run").click("Check a bill")
    for words in (
        "Check this bill", "£443.72", "four hundred and forty-three pounds and seventy-two pence",
        "Oak Lane Care, account ending 4471", "One Thursday", bill.number,
        "Thursdays at The Hub", "We have £1,848. After this we have £1,404.28.",
        "Ana of thursday-hub entered this. You check it.", "You pay nothing for this.",
        "We never paid Oak Lane Care before",
    ):  # fmt: skip
        assert words in page, words
    done = page.send("Yes, pay £443.72 to Oak Lane Care")
    assert "You said yes to this bill." in done
    assert "A bill to pay" in done.h1
    assert count(Approval) == 1
    assert all(b.get_text() != "Yes" for b in done.soup.find_all("button"))


def test_s1_the_maker_has_no_button_and_is_told_who_can(app):
    made = hub()
    bill = enter(made)
    ana = device(app, made.treasurer)
    page = ana.get(bill_path(bill))
    assert not page.soup.find("button", string=re.compile("Yes"))
    assert "You entered this bill. Raj of thursday-hub or Sam of thursday-hub can check it." in page
    refused = press(ana, page, bill_path(bill) + "/approve")
    assert refused.status == 403
    assert "You entered this bill. Another person must check it." in refused
    assert count(Approval) == 0


def test_s2_the_payees_side_has_no_button(app):
    made = hub()
    bill = enter(made)
    making.side_with(made, made.payee, made.checker)
    raj = device(app, made.checker)
    page = raj.get(bill_path(bill))
    assert "You are on the side of who gets paid. Sam of thursday-hub can check it." in page
    assert press(raj, page, bill_path(bill) + "/approve").status == 403
    ana = device(app, made.treasurer)
    assert "is on their side, and may not check it" in ana.get(bill_path(bill))


def test_s2_the_payees_side_can_not_enter_its_bills(app):
    made = hub()
    making.side_with(made, made.payee, made.treasurer)
    ana = device(app, made.treasurer)
    page = ana.get(HOME + "/bills/new").send("See each share", **typed(made))
    assert page.status == 403
    assert "You are on the side of who gets paid." in page


def test_s3_a_bill_that_needs_two_waits_for_two(app):
    made = hub(terms={"new_payee_two": True})
    bill = enter(made)
    raj, sam = device(app, made.checker), device(app, made.organiser)
    page = raj.get(bill_path(bill)).send("Yes, pay")
    assert page.h1 == "A bill that waits for a check"
    assert "You said yes. Sam of thursday-hub can check it." in page
    assert "A bill to pay" in sam.get(bill_path(bill)).send("Yes, pay").h1


def test_s5_a_bill_that_is_not_as_entered_is_not_approved(app):
    made = hub()
    file = making.file(made)
    bill = enter(made, evidence_id=file.id)
    drop = "DROP TRIGGER bill_frozen_evidence_update" + ("" if db.is_sqlite() else " ON evidence")
    with db.transaction() as session:
        session.connection().exec_driver_sql(drop)
        session.get_one(Evidence, file.id).body = b"another bill"
    page = device(app, made.checker).get(bill_path(bill)).send("Yes, pay")
    assert page.status == 422
    assert "Something about this bill changed after it was entered." in page
    assert count(Approval) == 0


def test_no_authority_and_over_the_authority_are_refused_at_the_page(app):
    made, other = hub(), hub("saturday-art")
    ana = device(app, made.treasurer)
    form = ana.get(HOME + "/bills/new")
    page = form.send("See each share", **typed(made, amount="1"), authority=str(other.standing))
    assert page.status == 422
    assert "Pick what allows this bill." in page or "Not a valid choice" in page.html
    check = form.send("See each share", **typed(made, amount="5324.64"))
    enter(made, amount=1)
    assert "more than was agreed" in check.send("Save and ask for a check")
    assert count(Bill) == 1


def test_a_bill_is_sent_back_with_a_reason_and_entered_again(app):
    made = hub()
    bill = enter(made, number="A-17")
    raj = device(app, made.checker)
    form = raj.get(bill_path(bill)).click("No, send it back")
    assert form.send("Send it back", why="").status == 422
    done = form.send("Send it back", why="The bill says two Thursdays")
    assert "Raj of thursday-hub sent it back" in done
    assert "two Thursdays" in done
    assert "A bill that went back" in raj.get(HOME + "/bills").click("Oak Lane Care, £443.72").h1
    ana = device(app, made.treasurer)
    form = ana.get(bill_path(bill)).click("Enter it again")
    assert "Saved." in form.send("See each share", **typed(made)).send("Save and ask for a check")


def test_a_bill_waits_and_says_for_how_many_shares_never_whose(app):
    made = hub(paid_in=0)
    for one in made.people[:9]:
        making.pay_in(made, one, 5000)
    bill = enter(made)
    making.approve(made, bill)
    for who in (made.treasurer, made.people[0]):
        page = device(app, who).get(bill_path(bill))
        assert "The bill waits" in page
        assert "Money for 2 shares has not arrived yet." in page
        assert "Canary" not in page.text.replace(who.name, "")


def test_a_member_reads_a_bill_and_sees_only_their_own_share(app):
    made = hub()
    bill = enter(made)
    member = made.people[3]
    page = device(app, member).get(bill_path(bill))
    assert "Each of 11 people pays £40.34 or £40.33." in page
    assert re.search(r"Your share is £40\.3[34]\.", page.text)
    assert not page.forms()
    assert "Canary" not in page.text.replace(member.name, "")


def test_the_list_goes_on_page_by_page(app):
    made = hub(paid_in=100_000)
    for number in range(23):
        making.paid(made, amount=100 + number, number=str(number))
    page = device(app, made.people[0]).get(HOME + "/bills")
    assert "£1.22" in page
    older = page.click("Older bills")
    assert "£1.02" in older
    assert "£1.22" not in older
    assert older.click("Newest bills").path == HOME + "/bills"


@pytest.mark.parametrize("before", ["0", "-1", "x", "9" * 30, "1e3"])
def test_a_strange_page_number_shows_the_first(app, before):
    made = hub()
    assert device(app, made.people[0]).get(HOME + f"/bills?before={before}").status == 200


# --- jobs, letters, files, who we pay ---


def test_each_person_with_a_job_sees_what_waits_for_them(app):
    made = hub()
    first, _ = enter(made), enter(made)
    raj, ana = device(app, made.checker), device(app, made.treasurer)
    assert "Check bills (2)" in raj.get(HOME + "/run")
    assert "Check" not in ana.get(HOME + "/run").text.replace("Checker", "")
    making.approve(made, first)
    assert "Check a bill" in raj.get(HOME + "/run")
    assert ana.get(HOME + "/run").click("Pay a bill at the bank").path == bill_path(first)
    assert "Pay a bill" not in raj.get(HOME + "/run")


def test_the_letters_say_what_to_do_and_no_sum_in_the_subject(app):
    made = hub()
    making.send_back(made, enter(made), why="The amount is for two days")
    with app.app_context(), db.reading() as session:
        letters = {
            letter.kind: mail.written_letter(session, letter)
            for letter in session.exec(select(Letter).where(Letter.kind.startswith("bill_")))
        }
    ask, back = letters["bill_to_approve"], letters["bill_sent_back"]
    assert "£443.72" in ask.body
    assert f"http://127.0.0.1:8000{HOME}/bills/" in ask.body
    assert "The amount is for two days" in back.body
    assert all("£" not in one.subject for one in (ask, back))


def test_a_file_is_saved_never_run(app):
    made = hub()
    file = making.file(made, photo())
    bill = enter(made, evidence_id=file.id)
    tom = device(app, made.people[0])
    response = tom.client.get(f"{HOME}/files/{file.id}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="bill-')
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert b"CANARY" not in response.data
    assert tom.get(bill_path(bill)).soup.find("img")["src"] == f"{HOME}/files/{file.id}"


def test_a_file_that_stands_with_no_bill_is_only_for_those_with_a_job(app):
    made, other = hub(), hub("saturday-art")
    file = making.file(made)
    path = f"{HOME}/files/{file.id}"
    assert device(app, made.people[0]).client.get(path).status_code == 404
    assert device(app, made.checker).client.get(path).status_code == 200
    theirs = f"/g/saturday-art/files/{file.id}"
    assert device(app, other.treasurer).client.get(theirs).status_code == 404


def test_somebody_new_to_pay_and_who_is_on_their_side(app):
    made = hub()
    ana = device(app, made.treasurer)
    page = ana.get(HOME + "/payees")
    wrong = page.send("Add them", name="Kiln Shop", last4="12")
    assert wrong.status == 422
    assert "Type the last 4 numbers" in wrong
    page = wrong.send("Add them", last4="1234")
    assert page.h1 == "Kiln Shop"
    side = str(made.checker.id)
    assert "Saved." in page.send("Save", members=[side])
    assert the(Interest).membership_id == made.checker.id
    again = ana.get(HOME + "/payees").send("Add them", name="Kiln Shop", last4="1234")
    assert again.status == 422
    assert "We have them with that account already." in again
    assert count(Payee) == 2
    raj = device(app, made.checker)
    assert not raj.get(HOME + "/payees").forms()
    refused = raj.get(page.path).send("Save", members=[])
    assert "Another person must say" in refused


# --- whatever is sent ---

PATHS = ["bills/new", "bills/new/save", "payees", "bills/{}/send-back", "bills/{}/approve"]
TEXT = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        ["", " ", "\x00", "=1+1", "<script>", "4200", "£1e9", "NaN", "-0", "٤٢", "x" * 300]
    ),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.dictionaries(
    st.sampled_from([
        "authority", "payee", "number", "billed_on", "amount", "words", "day", "evidence", "seen",
        "id", "pool_id", "approved_by", "checkers", "paid_seq", "act", "why", "name", "last4",
        "members",
    ]), TEXT, max_size=12),
    file=st.one_of(st.none(), st.binary(max_size=200)),
    path=st.sampled_from(PATHS),
)  # fmt: skip
def test_whatever_is_sent_to_a_form_breaks_nothing(app, fuzzed, data, file, path):
    made, bill, browser, right = fuzzed
    form = dict(right, **data)
    if file is not None:
        form["file"] = (io.BytesIO(file), "x")
    response = browser.client.post(f"{HOME}/{path.format(bill.id)}", data=form)
    assert response.status_code in {200, 303, 403, 404, 409, 422}, response.get_data(as_text=True)
    with db.reading() as session:
        for one in session.exec(select(Bill)):
            shared = session.exec(
                select(func.sum(BillShare.amount)).where(BillShare.bill_id == one.id)
            ).one()
            assert shared == one.amount
            assert one.pool_id == made.pool.id
            assert one.entered_by == made.treasurer.id
            assert one.paid_seq is None
    assert count(Approval) == 0


@pytest.fixture
def fuzzed(app):
    made = hub()
    bill = enter(made)
    browser = device(app, made.treasurer)
    page = browser.get(HOME + "/bills/new")
    right = typed(made, amount="1") | {
        "csrf_token": token_of(page), "authority": str(made.standing), "day": "all",
    }  # fmt: skip
    return made, bill, browser, right
