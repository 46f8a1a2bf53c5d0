"""The whole walk, lived through the pages without script: from the first promise to a paid bill.

Eleven people save their Thursday, with the figures of the field: £405.22 fixed with three staff,
£3.50 a person, one worker to four people, twelve places, £42 a day.
"""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from page import words
from sqlalchemy import text

import db
from demo import bank
from demo.paper import bill as paper_bill
from pools import verifying

CLUB = "/g/thursday-club"
NAMES = ("Abe", "Bea", "Cal", "Dot", "Eve", "Fay", "Gus", "Hal", "Ivy", "Kit")
COST = {
    "total": "405.22", "staff": "3", "wage": "91.51", "ratio": "4", "min_staff": "2",
    "variable": "3.50", "capacity": "12", "price": "42",
}  # fmt: skip


class Walk:
    """What the story's people do, in the order in which they do it."""

    def __init__(self, story):
        self.story = story
        self.mia = story.browser("mia")  # organiser
        self.devices = {"Mia": self.mia}
        self.today = datetime.now(UTC).date()

    def days_pass(self, days):
        for _ in range(days):
            self.mia.get("/help")
            page = self.mia.get("/help")
            token = page.soup.find("input", attrs={"name": "csrf_token"})["value"]
            self.mia.post("/demo/time", {"days": "1", "csrf_token": token})
        self.today += timedelta(days=days)

    def start(self):
        closes = self.today + timedelta(days=14)
        starts = closes + timedelta(days=(3 - closes.weekday()) % 7 + 7)
        start = self.mia.get("/start")
        start.click("The place").send(
            "Save and go on", name="Thursday Club", place="Mill Lane library", what="Cooking.",
            days=["3"], starts="10:00", ends="15:00", phone="01632 960 000",
        )  # fmt: skip
        self.mia.get("/start/cost").send("Save and go on", **COST)
        rules = {"price_rule": ["list"], "list_price": "42", "checkers": ["1"], "over": "5000"}
        self.mia.get("/start/rules").send("Save and go on", **rules)
        look = self.mia.get("/start/when").send(
            "Save and go on", closes_on=closes.isoformat(), starts_on=starts.isoformat()
        )
        return self.mia.get("/start/look") if "Start the group" not in look else look

    def join(self, name, link):
        device = self.devices[name] = self.story.browser()
        page = device.get(link).click("Yes, I want to join")
        page = page.send("Go on", name=name)
        page = page.send("Go on", email=f"{name.lower()}@example.org")
        return page.send("Join Thursday Club", agree=["y"])

    def promise(self, name, most="42", source="direct_payment"):
        page = self.devices[name].get(f"{CLUB}/promise")
        day = page.soup.find("input", attrs={"name": "days"})["value"]
        page = page.send("Next: check my promise", days=[day], most=most, source=[source])
        return page.send()

    def reference(self, name):
        text = self.devices[name].get(CLUB).text
        return re.search(r"Write (\S+) when you pay", text)[1]

    def statement(self, moves, closing):
        body = bank.statement(moves, closing=closing, on=moves[-1].on).encode()
        page = self.devices["Abe"].get(f"{CLUB}/bank")
        return page.send("Bring in this file", file=(io.BytesIO(body), "bank.ofx"))


@pytest.fixture
def walk(story):
    return Walk(story)


def test_a_group_saves_its_day_from_the_first_promise_to_a_paid_bill(walk):
    # 1. The organiser sees at once what works, and starts.
    cost = walk.mia.get("/start/cost").send("Work it out", **COST)
    assert "11 people at £42 is enough." in cost
    assert "9 or 10 people is not enough with 3 staff." in cost
    page = walk.start().send("Start the group")
    link = page.soup.find("input", readonly=True)["value"].removeprefix("http://127.0.0.1:8000")
    assert "Thursday Club" in page.click("Print a poster")

    # 2. Ten more join by the link, and eleven promise.
    for name in NAMES:
        assert walk.join(name, link).status == 200
    walk.promise("Mia")
    assert "Too few" not in walk.mia.get(CLUB)
    for name in NAMES:
        walk.promise(name)

    # Two of them get a job, so that no one person can pay.
    page = walk.mia.get(f"{CLUB}/people")
    for name, kind in (("Abe", "treasurer"), ("Bea", "checker")):
        member = next(o["value"] for o in page.soup.find_all("option") if name in o.get_text())
        page = page.send("Give the job", who=member, job=[kind])

    # 3. The round closes on its date; everyone is told what they pay and why.
    walk.days_pass(15)
    assert "11 people are in." in walk.mia.get(CLUB)
    assert "£42" in walk.devices["Cal"].get(f"{CLUB}/promise")
    letters = walk.mia.get("/demo/letters").text
    assert "Thursday Club" in letters

    # 4. The treasurer brings the bank's file in; references find their owners, twice adds nothing.
    abe = walk.devices["Abe"]
    abe.get(f"{CLUB}/bank").send(
        "Save the account", name="Club account", number=f"{bank.SORT_CODE} {bank.NUMBER}"
    )
    walk.days_pass(10)
    on = walk.today - timedelta(days=1)
    moves = [
        bank.Move(on, 21800, f"{name} {walk.reference(name)}", f"A{n}")
        for n, name in enumerate(walk.devices)
    ]
    moves[-1] = bank.Move(on, 21800, "FROM KIT", "A99")
    page = walk.statement(moves, 11 * 21800)
    assert "11 new lines" in page
    assert "10 found their place" in page
    page = page.click("FROM KIT")
    kit = answer_for(page, "Kit")
    page = page.send("Write it in the book", answer=[kit])
    assert "Difference £0" in page
    assert "Nothing was added twice" in walk.statement(moves, 11 * 21800)

    # 5. A member asks for a kiln, all vote in secret, it passes by the rule that was shown.
    page = walk.devices["Cal"].get(f"{CLUB}/votes/new").send(
        "Check my question", sort=["spend"], title="Shall we buy a kiln?", words="For pottery.",
        amount="480", cost="equipment", payee="Fern Kilns",
    )  # fmt: skip
    page = page.send("Ask the group now")
    vote = re.search(rf"{CLUB}/votes/[0-9a-f-]{{36}}", page.path)[0]
    assert "£43.64" in page or "£43.63" in page
    for n, device in enumerate(walk.devices.values()):
        choice = "no" if n in {3, 4, 5} else "yes"
        page = device.get(vote).send("Send my vote", choice=[choice])
        assert "Your vote is in" in page.send("Send my vote") or n == 10
    result = walk.devices["Dot"].get(vote)
    assert "The treasurer can enter a bill for it, up to £480." in result

    # 6. The treasurer enters the bill under the vote; another checks it; nobody alone can.
    page = abe.get(f"{CLUB}/payees").send("Add them", name="Fern Kilns", last4="4471")
    page = abe.get(f"{CLUB}/bills/new")
    payee = next(o["value"] for o in page.soup.find_all("option") if "Fern" in o.get_text())
    picture = paper_bill("Fern Kilns", "FK-1", walk.today, "A kiln", 48000)
    answers = {
        "authority": [answer_for(page, "kiln", "authority")], "payee": payee, "number": "FK-1",
        "billed_on": walk.today.isoformat(), "words": "A kiln",
        "file": (io.BytesIO(picture), "bill.png"),
    }  # fmt: skip
    over = page.send("See each share", amount="480.01", **answers)
    assert over.status == 422
    answers["file"] = (io.BytesIO(picture), "bill.png")
    page = abe.get(f"{CLUB}/bills/new").send("See each share", amount="480", **answers)
    assert "four hundred and eighty pounds" in page
    page = page.send("Save and ask for a check")
    bill = re.search(rf"{CLUB}/bills/[0-9a-f-]{{36}}", page.path)[0]
    assert not [b for f in abe.get(bill).forms() for b in [words(f)] if "Yes, pay" in b]
    assert abe.post(f"{bill}/approve", {}).status in {400, 403, 404}
    page = walk.devices["Bea"].get(bill)
    page = page.send("Yes, pay £480 to Fern Kilns")
    # Somebody new gets paid, so by the agreement one more person looks.
    assert "No bill waits to be paid" in abe.get(f"{CLUB}/bills")
    walk.mia.get(bill).send("Yes, pay £480 to Fern Kilns")
    assert "No bill waits to be paid" not in abe.get(f"{CLUB}/bills")

    # It is paid at the bank, and the next statement's line finds it.
    walk.days_pass(4)
    paid = [bank.Move(walk.today - timedelta(days=1), -48000, "FERN KILNS FK-1", "P1")]
    page = walk.statement(paid, 11 * 21800 - 48000)
    assert "1 found its place" in page, page.text

    # 7. Everybody reads the book; each has a statement; it verifies, and a changed byte is found.
    book = walk.devices["Gus"].get(f"{CLUB}/money")
    assert "£1,918" in book
    assert "Fern Kilns: A kiln" in book
    assert "Agreed by vote" in book
    mine = walk.devices["Gus"].get(f"{CLUB}/statement")
    assert "£218" in mine
    assert "£43.6" in mine
    assert "All 12 lines are in place" in walk.devices["Gus"].get(f"{CLUB}/money/check")
    assert commands_verify(walk.story, "thursday-club") == 0
    change_a_byte()
    assert commands_verify(walk.story, "thursday-club") == 1

    # 8. Somebody of a centre sees how many, never who.
    lee = walk.story.browser("lee").get("/centre/demand")
    assert not [name for name in NAMES if name in lee.text]


def answer_for(page, wanted, name="answer"):
    """The value of the radio whose label has that word."""
    for tag in page.soup.find_all("input", attrs={"name": name}):
        label = page.soup.find("label", attrs={"for": tag.get("id")}) or tag.find_parent("label")
        if wanted in words(label) or wanted in words(tag.parent):
            return tag["value"]
    raise AssertionError(f"{wanted!r} is not among the answers on {page.path}")


def commands_verify(story, group):
    """What `start.py verify` says, as its exit status."""
    with story.app.app_context(), db.reading() as session:
        lines, healthy = verifying.report(session, group)
    assert healthy or "Line 5: the amount of part 1 is 21801, but 21800 was sealed." in lines[1]
    return 0 if healthy else 1


def change_a_byte():
    """Behind everybody's back: the triggers taken away, one penny of one posting moved."""
    with db.engine().connect().execution_options(writes=True) as connection:
        for name in ("ledger_append_only_posting_update",):
            drop = f"DROP TRIGGER {name}"
            on = "" if db.is_sqlite() else " ON posting"
            connection.execute(text(drop + on))
        connection.execute(
            text("UPDATE posting SET amount = amount + 1 WHERE line = 1 AND seq = 5")
        )
        connection.commit()
