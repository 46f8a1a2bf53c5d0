"""The copy of my data: whole, mine alone, and made at once."""

import io
import json
import zipfile

import bills_making as hubs
import going_making as made
import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

import db
import migrations.tables  # noqa: F401 - every table is known
from members import copying
from members.models import Person

# Where each table that knows a person is in the copy: room and heading.
IN_COPY = {
    "person": ("Me", "My details"),
    "membership": ("Me", "Groups I am or was in"),
    "role": ("Me", "Jobs I have or had"),
    "provider_person": ("Me", "Centres I sign in for"),
    "sign_in": ("Me", "Devices that signed in"),
    "sign_in_link": ("Me", "Links to sign in"),
    "paper_link": ("Me", "Letters to sign in with"),
    "email_change": ("Me", "Changes of my email"),
    "invitation": ("Me", "Invitations to me"),
    "letter": ("Me", "Letters to me"),
    "erasure": ("Me", "When I asked to be deleted"),
    "signature": ("My groups", "Rules I signed"),
    "funding_source": ("My groups", "Where my money comes from"),
    "group_draft": ("My groups", "A group I began to set up"),
    "promise": ("My promises and places", "What I promised"),
    "place": ("My promises and places", "Places I have or had"),
    "roll": ("My votes", "Votes I was asked in"),
    "proposal": ("My votes", "Votes I started"),
    "attendance": ("My days", "Days I came or did not come"),
    "band_held": ("My days", "Bands I am or was in"),
    "band": ("My days", "Bands I made"),
    "plan": ("My plan", "What my plans say"),
    "need": ("My plan", "My needs"),
    "own_account": ("My plan", "What I said is in my own account"),
    "weeks_warning": ("My plan", "When you told me how much I hold"),
    "share_need": ("My plan", "Which need each share of a bill was for"),
    "pays_anyway": ("My plan", "What I pay for though my plan does not name it"),
    "posting": ("My money", "Lines of the money book about my money"),
    "bill_share": ("My money", "My shares of bills"),
    "interest": ("My money", "Who we pay that I am on the side of"),
    "question_asked": ("My money", "Questions I asked"),
    "answer": ("My money", "Answers to my questions"),
    "no_weekly": ("My money", "Weekly letters I stopped"),
    "bill": ("My money", "Bills I entered or took back"),
    "approval": ("My money", "Bills I checked"),
    "payee": ("My money", "Who we pay that I added"),
    "grant_fund": ("My money", "Grants I wrote down"),
    "correction": ("My money", "Lines I said were wrong, or looked at"),
    "override": ("My money", "Times I let a bill be paid though money was late"),
    "evidence": ("My money", "Files I added"),
    "kept_statement": ("My statements", "Statements I kept"),
    "own_words": ("My statements", "What I said I did"),
    "pack_link": ("My statements", "Links I made"),
    "pack_look": ("My statements", "Who looked"),
    "bank_line": ("My money at the bank", "Lines of the bank that were mine"),
    "bank_part": ("My money at the bank", "My parts of lines of the bank"),
    "bank_import": ("My money at the bank", "Bank files I read in"),
    "bank_upload": ("My money at the bank", "Bank files I added"),
    "closing": ("My money at the bank", "Months I closed, or asked to"),
    "opening_money": (
        "My money at the bank", "Money we began with that I wrote down or looked at"
    ),
    "opening_part": ("My money at the bank", "My parts of the money we began with"),
}  # fmt: skip
LEFT_OUT = {
    "ballot": "what somebody chose is shown to nobody, so that nobody can be made to show it",
    "named_words": "which words a job-holder looked at; it says nothing of them",
    "bill_names": "which bills a job-holder looked at; it says nothing of them",
    "statement_replaced": "only which of my statements took the place of which",
    "text_gone": "that words were taken away for somebody who is gone",
    "entry": "the lines of the book stand in the copy as they touch my money",
    "fund": "a code and a kind; the copy has them as where my money comes from",
    "balance": "a sum of the lines that are in the copy",
    "month_total": "a sum of the lines that are in the copy",
    "checkpoint": "a sum of the lines that are in the copy",
    "grant_cost": "what a grant may pay for; no person",
}
PATHS = {"person", "membership", "funding_source", "plan", "need", "kept_statement", "pack_link"}
CODES = {"owner_code", "recorded_by", "address", "email", "fund_id", "because"}


@pytest.fixture
def hub(database):
    return hubs.hub()


@pytest.fixture
def who(hub):
    return made.canary(hub)


def copy_of(who) -> zipfile.ZipFile:
    with db.reading() as session:
        person = session.get_one(Person, who.person_id)
        pieces = copying.pieces(session, made.ROOMS, person, now=made.ASKED)
        return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def told(copy) -> dict[tuple[str, str], object]:
    return {
        (room.name, heading): value
        for room in made.ROOMS
        for heading, value in json.loads(copy.read(f"{copying.name_of(room)}.json")).items()
    }


def knows_a_person(table) -> bool:
    ways = {key.column.table.name for column in table.columns for key in column.foreign_keys}
    return bool(ways & PATHS or CODES & set(table.columns.keys()))


def test_every_table_that_knows_a_person_is_in_the_copy_or_left_out_for_a_reason():
    tables = SQLModel.metadata.tables
    known = {name for name, table in tables.items() if knows_a_person(table)} | {"person"}
    assert known - IN_COPY.keys() == LEFT_OUT.keys() & known
    assert LEFT_OUT.keys() <= tables.keys()
    assert IN_COPY.keys() <= tables.keys()


def test_every_heading_that_is_promised_is_there(hub, who):
    found = told(copy_of(who))
    assert set(IN_COPY.values()) <= found.keys()


def test_the_copy_has_all_that_was_done(hub, who):
    made.live(hub, who)
    copy = copy_of(who)
    found = told(copy)
    for heading in (
        "My details", "Devices that signed in", "Links to sign in", "Changes of my email",
        "Invitations to me", "Letters to me",
    ):  # fmt: skip
        assert found["Me", heading], heading
    (asked,) = found["My money", "Questions I asked"]
    assert asked["words"] == f"{made.SAID} said {made.NAME}"
    kinds = {line["what"] for line in found["My money", "Lines of the money book about my money"]}
    assert {"You paid in", "Your money went back to where it came from"} <= kinds
    assert [vote["I voted"] for vote in found["My votes", "Votes I was asked in"]] == [True, True]
    files = [name for name in copy.namelist() if name.startswith("files/")]
    assert len(files) == 1
    assert copy.read(files[0]).endswith(made.SAID.encode())
    assert copy.testzip() is None


def test_the_page_in_it_can_be_read_without_us(hub, who):
    made.live(hub, who)
    page = copy_of(who).read("index.html").decode()
    for words in (made.EMAIL, made.SAID, "What I promised", "style.css"):
        assert words in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_copy_says_nothing_of_anybody_else(hub, who):
    made.live(hub, who)
    with db.transaction() as session:
        for number, other in enumerate(hub.people[1:]):
            them = session.get_one(Person, other.person_id)
            them.email, them.phone = f"secret{number}@other.example", f"07700 9{number:05}"
    copy = copy_of(who)
    whole = "".join(copy.read(name).decode("latin-1") for name in copy.namelist())
    assert "other.example" not in whole
    assert "Canary 3" not in whole  # another member's name


def test_the_copy_never_says_what_was_chosen_nor_lets_anybody_in(hub, who):
    made.live(hub, who)
    vote = made.vote(hub, who, at=made.ASKED, close=False)
    copy = copy_of(who)
    whole = "".join(copy.read(name).decode("latin-1") for name in copy.namelist())
    assert "choice" not in whole
    assert "/in/" not in whole
    with db.reading() as session:
        ballot = text("SELECT id FROM ballot WHERE membership_id IS NOT NULL")
        assert str(session.execute(ballot).scalar_one()) not in whole
    assert str(vote.title) in whole
