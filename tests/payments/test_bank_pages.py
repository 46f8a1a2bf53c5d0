"""The bank pages as the treasurer walks them: a strict browser without script."""

from datetime import timedelta

import pytest
from bank_making import move, multipart, ofx
from page import filled
from sqlmodel import select

import db
from payments.models import BankAccount, BankImport, BankLine
from pools.models import Pool

BANK, ART = "/g/thursday-hub/bank", "/g/saturday-art/bank"
HEADING = "Date,Type,Description,Paid out,Paid in,Balance\n"


def upload(page, body, name="bank.ofx"):
    """As a browser sends it. (The test client would spool a big file and leave it open.)"""
    form = page.form("Bring in this file")
    return page.browser.post(form["action"], **multipart(filled(form), body, name))


def waiting_file(story, name="bank-1.ofx"):
    return (story.config.home / "demo" / name).read_bytes()


def rows(kind, slug="thursday-hub"):
    with db.reading() as session:
        pool = session.exec(select(Pool).where(Pool.slug == slug)).one()
        return session.exec(select(kind).where(kind.pool_id == pool.id)).all()


def at(page):
    """The address of the page, without its host."""
    return page.path.removeprefix("http://127.0.0.1:8000")


def day(story, back=0, form="%d/%m/%Y"):
    return f"{(story.now - timedelta(days=back)).date():{form}}"


def table(story, *lines):
    return (HEADING + "".join(f"{day(story, 2)},FPI,{line}\n" for line in lines)).encode()


def test_the_treasurer_brings_in_the_file_and_gives_each_line_its_place(story):
    """Step 4 of the story, to a difference of nought."""
    ana = story.browser("ana")
    page = ana.get(BANK)
    assert "Our book agrees" in page
    page = upload(page, waiting_file(story))
    assert "12 new lines. 10 found their place. 2 wait for you." in page
    assert "Bank £4,467.48. Our book £4,297.36. Difference £170.12." in page
    assert "2 lines wait below: £170.12 together." in page
    page = page.click("TOM B")
    assert "1 of 2" in page
    assert page.h1 == "What is this line?"
    assert "The bank says Tom" in page
    assert "The same amount as 4 days at £42" in page
    tom = next(c for c in page.soup.find_all("label", class_="card") if "Tom (" in c.get_text())
    page = page.send("Write it in the book", answer=tom.find("input")["value"])
    assert "Written in the book." in page
    assert "1 of 1" in page
    page = page.send("Write it in the book", answer="other:interest")
    assert "Every line has its place." in page
    assert "Our book agrees" in page
    assert "Bank £4,467.48. Our book £4,467.48. Difference £0." in page


def test_the_same_file_again_says_when_it_came_and_adds_nothing(story):
    ana = story.browser("ana")
    upload(ana.get(BANK), waiting_file(story))
    before = len(rows(BankLine))
    page = upload(ana.get(BANK), waiting_file(story))
    assert "You brought in this file on" in page
    assert "Nothing was added twice." in page
    assert len(rows(BankLine)) == before


def test_a_line_can_be_left_for_later(story):
    ana = story.browser("ana")
    page = upload(ana.get(BANK), waiting_file(story)).click("TOM B").click("Leave it for later")
    assert "2 of 2" in page
    assert at(page.click("Leave it for later")) == BANK


def test_no_answer_is_asked_for_in_plain_words(story):
    ana = story.browser("ana")
    page = upload(ana.get(BANK), waiting_file(story)).click("TOM B").send("Write it in the book")
    assert page.status == 422
    assert "Pick what this line is." in page


@pytest.mark.parametrize("answer", ["other:charge", "source:", "bill:x", "x" * 5000, "\0"])
def test_an_answer_that_was_not_offered_is_refused(story, answer):
    ana = story.browser("ana")
    page = upload(ana.get(BANK), waiting_file(story)).click("TOM B")
    assert page.send("Write it in the book", answer=answer).status == 422


def test_a_line_that_somebody_else_was_faster_with_leads_on_to_the_next(story):
    ana, sam = story.browser("ana"), story.browser("sam")
    mine = upload(ana.get(BANK), waiting_file(story)).click("INTEREST")
    sam.get(BANK).click("INTEREST").send("Write it in the book", answer="other:grant")
    for page in (mine.send("Write it in the book", answer="other:interest"), ana.get(at(mine))):
        assert "That line has its place already." in page
        assert "TOM B" in page
    assert len([line for line in rows(BankLine) if line.words == "INTEREST"]) == 1


def test_a_wrong_file_is_refused_where_it_was_chosen(story):
    ana = story.browser("ana")
    for body, said in (
        (b"%PDF-1.4", "This is a PDF."),
        (b"", "This file is empty."),
        (waiting_file(story).replace(b"12344471", b"99999999"), "It ends in 9999. Ours ends in"),
        (waiting_file(story).replace(b"GBP", b"EUR"), "This file is in EUR."),
        (waiting_file(story)[:-60], "stops in the middle"),
        (b"x" * 2_100_000, "bigger than 2 megabytes"),
    ):
        page = upload(ana.get(BANK), body)
        assert page.status == 422
        assert said in page
        assert "Bring in a file from the bank" in page
    assert len(rows(BankImport)) == 7


def test_without_a_file_it_says_to_choose_one(story):
    page = story.browser("ana").get(BANK).send("Bring in this file")
    assert page.status == 422
    assert "Choose the file that you saved from the bank." in page


def test_a_file_over_the_limit_gets_a_page_that_says_so(story):
    page = upload(story.browser("ana").get(BANK), b"x" * 7_000_000)
    assert page.status == 413


# --- a table --------------------------------------------------------------------------------------


def test_a_table_is_looked_at_once_and_the_next_one_comes_in_at_once(story):
    ana = story.browser("ana")
    page = upload(ana.get(BANK), table(story, "NEW PERSON,,50.00,1050.00"), "november.csv")
    assert page.h1 == "Is this what the bank says?"
    assert "1 line: £50 in, £0 out" in page
    assert "NEW PERSON" in page
    page = page.send("Yes, bring them in")
    assert "1 new line. 1 waits for you." in page
    assert "does not follow from the one before" in page or "missing" in page
    page = upload(ana.get(BANK), table(story, "ANOTHER,7.00,,1043.00"), "december.csv")
    assert "1 new line. 1 waits for you." in page
    assert at(page) == BANK


def test_other_columns_can_be_chosen_and_are_shown_before_anything_comes_in(story):
    ana = story.browser("ana")
    page = upload(ana.get(BANK), table(story, "NEW PERSON,,50.00,1050.00"))
    before = len(rows(BankLine))
    page = page.send("Show me the lines", words=["1", "2"])
    assert "FPI NEW PERSON" in page
    assert len(rows(BankLine)) == before
    page.send("Yes, bring them in")
    assert [line.words for line in rows(BankLine)][-1] == "FPI NEW PERSON"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": []}, "Tick at least one column"),
        ({"date": "4"}, "Each needs a column of its own."),
        ({"date": "2"}, "where the date should be"),
        ({"amount": "2", "money_in": "-1", "money_out": "-1"}, "where an amount should be"),
        ({"amount": "4"}, "either one amount or both money in and money out"),
        ({"date": "77"}, "Not a valid choice"),
    ],
)
def test_columns_that_cannot_be_are_said_in_plain_words_and_asked_again(story, wrong, said):
    page = upload(story.browser("ana").get(BANK), table(story, "NEW PERSON,,50.00,1050.00"))
    page = page.send("Show me the lines", **wrong)
    assert said in page
    assert page.form("Show me the lines")


def test_dates_that_can_be_read_both_ways_are_asked_about(story):
    body = b"Date,Description,Amount\n03/04/2026,A,1.00\n05/04/2026,B,2.00\n"
    page = upload(story.browser("ana").get(BANK), body)
    assert "How are dates written?" in page
    with pytest.raises(AssertionError):
        page.form("Yes, bring them in")
    page = page.send("Show me the lines")
    assert "Pick how dates are written." in page
    assert "3 Apr: A" in page.send("Show me the lines", order="day")
    assert "4 Mar: A" in page.send("Show me the lines", order="month")


def test_a_table_that_changed_is_asked_about_again_and_says_why(story):
    ana = story.browser("ana")
    upload(ana.get(BANK), table(story, "NEW PERSON,,50.00,1050.00")).send("Yes, bring them in")
    body = table(story, "OTHER,,5.00,1055.00").replace(b"Paid in", b"Received")
    page = upload(ana.get(BANK), body)
    assert "The columns of this file have other names than before." in page
    assert page.h1 == "Is this what the bank says?"


def test_the_columns_can_be_forgotten(story):
    ana = story.browser("ana")
    upload(ana.get(BANK), table(story, "NEW PERSON,,50.00,1050.00")).send("Yes, bring them in")
    page = ana.get(BANK).send("Ask me again")
    assert "We will ask about the columns with the next file." in page
    page = upload(page, table(story, "OTHER,,5.00,1055.00"))
    assert page.h1 == "Is this what the bank says?"


@pytest.mark.parametrize("columns", ["", "{}", "null", "[1]", '{"date": 0}', "x" * 9999, "{" * 900])
def test_a_choice_that_was_tampered_with_is_refused(story, columns):
    page = upload(story.browser("ana").get(BANK), table(story, "NEW PERSON,,50.00,1050.00"))
    page = page.send("Yes, bring them in", columns=columns)
    assert page.status == 422
    assert len(rows(BankImport)) == 7


def test_a_table_for_another_account_is_refused_and_another_can_be_chosen(story):
    body = table(story, "NEW PERSON,,50.00,1050.00").replace(b"Type", b"Account number")
    page = upload(story.browser("ana").get(BANK), body.replace(b"FPI", b"99999999"))
    page = page.send("Yes, bring them in")
    assert page.status == 422
    assert "This file is for another account. It ends in 9999." in page
    assert at(page.click("Choose another file")) == BANK


# --- a line that may be here twice ----------------------------------------------------------------


def test_a_line_that_may_be_here_twice_says_so_and_is_left_out_or_put_back(story):
    ana = story.browser("ana")
    upload(ana.get(BANK), waiting_file(story))
    (tom,) = [line for line in rows(BankLine) if line.words == "TOM B"]
    body = f"Date,Description,Amount\n{tom.happened_on:%Y-%m-%d},FPI TOM B,168.00\n".encode()
    page = upload(ana.get(BANK), body)
    if page.forms() and "How are dates written?" in page and "1 line:" not in page:
        page = page.send("Show me the lines", order="day")
    page = page.send("Yes, bring them in")
    assert "We may have this line already." in page
    page = page.click("FPI TOM B")
    assert "We may have this line already" in page
    assert "That one waits too." in page
    page = page.send("Same payment, leave it out")
    assert "Left out." in page
    page = ana.get(BANK)
    assert "Left out, since they are here twice" in page
    page = page.send("Put it back")
    assert "It waits for you again." in page
    assert "FPI TOM B" in page


def test_only_a_line_that_may_be_here_twice_offers_to_be_left_out(story):
    ana = story.browser("ana")
    page = upload(ana.get(BANK), waiting_file(story)).click("TOM B")
    assert "leave it out" not in page
    page = ana.post(at(page) + "/twice", {"id": str(db.new_id()), "csrf_token": token(page)})
    assert "That line is here once. It needs its place in the book." in page


def token(page):
    return page.soup.find("input", attrs={"name": "csrf_token"})["value"]


# --- the account ----------------------------------------------------------------------------------


def test_the_account_is_named_before_the_first_file_and_a_slip_put_right(story):
    jo = story.browser("jo")
    page = jo.get(ART)
    assert page.h1 == "The bank account"
    page = page.send("Save the account", name="", number="12")
    assert page.status == 422
    assert "Type what the account is called." in page
    page = page.send("Save the account", name="Art club", number="12")
    assert "Type the whole account number: at least 6 figures." in page
    page = page.send("Save the account", name="Art club", number="11112222")
    assert "Saved. Now bring in a file from the bank." in page
    assert "account ending 2222" in page
    page = page.click("Change the name or the number")
    page = page.send("Save the account", number="12344471")
    assert "account ending 4471" in page
    (account,) = rows(BankAccount, "saturday-art")
    assert account.number == "12344471"
    page = upload(page, ofx(move(100, on=story.now.date())))
    assert "Change the name or the number" not in page
    page = jo.get(f"{ART}/account").send("Save the account", number="99999999")
    assert "Files came in for this account already. It can't be changed now." in page


def test_a_file_sent_before_the_account_is_named_is_told_so(story):
    jo = story.browser("jo")
    page = jo.get(ART)
    data = {"id": str(db.new_id()), "csrf_token": token(page)}
    page = jo.post(f"{ART}/files", **multipart(data, ofx(move(100)), "x.ofx"))
    assert page.h1 == "The bank account"


def test_each_page_can_be_given_as_a_fragment(story):
    ana = story.browser("ana")
    line = at(upload(ana.get(BANK), waiting_file(story)).click("TOM B"))
    columns = at(upload(ana.get(BANK), table(story, "NEW PERSON,,50.00,1050.00")))
    for path in (BANK, f"{BANK}/account", line, columns):
        answer = ana.fragment(path, "main")
        assert answer.status_code == 200
        assert "<h1>" in answer.get_data(as_text=True)
        assert "<html" not in answer.get_data(as_text=True)


# --- who ------------------------------------------------------------------------------------------


def test_a_checker_looks_and_changes_nothing(story):
    upload(story.browser("ana").get(BANK), waiting_file(story))
    page = story.browser("raj").get(BANK)
    assert "Difference £170.12" in page
    assert "TOM B" in page
    assert page.forms() == []
    assert not [to for to in page.links().values() if "/lines/" in to]


def test_the_whole_account_number_is_shown_to_nobody_but_who_types_it(story):
    for key in ("ana", "raj"):
        assert "12344471" not in story.browser(key).get(BANK).html


def test_what_the_bank_writes_is_only_ever_words(story):
    body = ofx(move(100, "&lt;script&gt;alert(1)&lt;/script&gt;", on=story.now.date()))
    page = upload(story.browser("ana").get(BANK), body, "<img src=x>.ofx")
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html
    assert "<script>alert(1)</script>" in page.click("alert(1)").text
