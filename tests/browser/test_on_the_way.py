"""The pages between: what is shown only after a button was pressed, or once something has happened.

No link leads to them, so test_every_page does not see them.
"""

from datetime import date

import pytest
from looking import problems
from walking import (
    ART,
    HUB,
    a_week_passes,
    approve,
    bank_file,
    field,
    fill,
    follow,
    goto,
    lead,
    press,
    sign_in,
)

from demo.paper import bill as paper_bill

CSV = b"Date,Words,In,Out\n23/11/2026,FROM TOM,42.00,\n24/11/2026,OAK LANE,,10.00\n"


@pytest.fixture
def looked():
    """`looked(page, words)` looks at the page whose h1 has these words."""
    wrong = []

    def look(page, words):
        assert words in lead(page)
        wrong.extend(problems(page))

    yield look
    assert wrong == []


def test_the_way_in_is_usable_by_all(device, looked):
    jo = sign_in(device(), "Jo")
    goto(jo, f"{ART}/invites")
    link = jo.get_by_label("The link").input_value()
    page = device()
    goto(page, link)
    looked(page, "Jo asked you to join")
    follow(page, "Yes, I want to join")
    press(page, "Go on")
    looked(page, "Your name")
    fill(page, name="Zoe")
    press(page, "Go on")
    looked(page, "How to reach you")
    page.get_by_label("I do not have email").check()
    press(page, "Go on")
    looked(page, "Look at it once more")
    page.get_by_label("I agree").check()
    press(page, "Join Saturday art")
    looked(page, "Saturday art")


def test_the_way_to_a_promise_and_to_the_rounds_end_is_usable_by_all(device, looked):
    jo = sign_in(device(), "Jo")
    goto(jo, f"{ART}/promise")
    fill(jo, most="90")
    press(jo, "Next: check my promise")
    looked(jo, "Is £90 a day right?")
    press(jo, "Yes, £90 is right")
    looked(jo, "Check your promise")
    press(jo, "Promise Saturdays")
    looked(jo, "Thank you")
    goto(jo, f"{ART}/round")
    follow(jo, "Close it now")
    press(jo, "Close it and count")
    looked(jo, "What came out")
    goto(jo, ART)
    looked(jo, "Saturday art")
    follow(jo, "See what came out")
    follow(jo, "Ask again")
    looked(jo, "Ask who wants to be in")


def test_the_way_of_a_vote_to_its_answer_is_usable_by_all(device, looked):
    tom = sign_in(device(), "Tom")
    goto(tom, HUB)
    follow(tom, "Shall we buy a kiln?")
    press(tom, "Send my vote")
    looked(tom, "Shall we buy a kiln?")
    fill(tom, choice="yes")
    press(tom, "Send my vote")
    looked(tom, "Check your vote")
    press(tom, "Send my vote")
    looked(tom, "Shall we buy a kiln?")
    address = tom.url
    a_week_passes(tom)
    a_week_passes(tom)
    goto(tom, address)
    assert tom.get_by_text("What happened next").is_visible()
    looked(tom, "Shall we buy a kiln?")
    goto(tom, f"{HUB}/votes/new")
    fill(
        tom, title="Shall we go to the sea?", sort="spend", amount="90", cost="equipment",
        payee="Blue Coaches",
    )  # fmt: skip
    press(tom, "Check my question")
    looked(tom, "Check your question")


def test_the_way_of_a_bill_is_usable_by_all(device, looked):
    ana, raj = sign_in(device(), "Ana"), sign_in(device(), "Raj")
    goto(ana, f"{HUB}/bills/new")
    day = date.today()  # noqa: DTZ011 - the demo's clock has not moved
    picture = paper_bill("Oak Lane Care", "OLC-200", day, "A trip", 5000)
    field(ana, "payee").select_option(index=1)
    fill(
        ana, number="OLC-200", billed_on=day.isoformat(), amount="50", words="A trip",
        file={"name": "bill.png", "mimeType": "image/png", "buffer": picture},
    )  # fmt: skip
    press(ana, "See each share")
    looked(ana, "Look at each share")
    press(ana, "Save and ask for a check")
    looked(ana, "A bill that waits for a check")
    goto(raj, f"{HUB}/bills")
    follow(raj, "Oak Lane Care, £50")
    looked(raj, "Check this bill")
    follow(raj, "No, send it back")
    looked(raj, "Send this bill back")
    fill(raj, why="The day is wrong.")
    press(raj, "Send it back")
    looked(raj, "A bill that went back")
    approve(raj, "Oak Lane Care, £1,774.88")
    looked(raj, "A bill to pay")


def test_the_way_of_the_banks_file_is_usable_by_all(device, looked):
    ana = sign_in(device(), "Ana")
    bank_file(ana, "bank-1.ofx")
    looked(ana, "The bank")
    follow(ana, "TOM B")
    press(ana, "Write it in the book")
    looked(ana, "What is this line?")
    goto(ana, f"{HUB}/bank")
    fill(ana, file={"name": "bank.csv", "mimeType": "text/csv", "buffer": CSV})
    press(ana, "Bring in this file")
    looked(ana, "Is this what the bank says?")
