"""The story of the demo, lived in real Chromium by its eight people, with script and without."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from walking import (
    ART,
    HUB,
    Open,
    a_week_passes,
    approve,
    bank_file,
    by_key,
    choose,
    field,
    fill,
    follow,
    goto,
    join,
    lead,
    press,
    promise,
    sign_in,
    tab_to,
    text,
    vote,
)

from demo.paper import bill as paper_bill

KILN = "Shall we buy a kiln?"
UNDECIDED = ("Sam", "Ana", "Raj", "Jo", "Priya", "Tom")
COST = {
    "total": "405.22", "staff": "3", "wage": "91.51", "ratio": "4", "min_staff": "2",
    "variable": "3.50", "capacity": "12", "price": "42",
}  # fmt: skip
both = pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])


def people(device: Open, *names: str, script: bool) -> list[Page]:
    return [sign_in(device(script=script), name) for name in names]


# --- 1. the organiser starts a group ---


def start_a_group(mia: Page, *, script: bool) -> str:
    """Every task of the list; what is typed is worked out at once. Returns the link to join by."""
    goto(mia, "/home")
    follow(mia, "Start a group")
    follow(mia, "The place")
    fill(mia, name="Friday Kitchen", place="Mill Lane library", what="Cooking.", days="4",
         phone="01632 960 000")  # fmt: skip
    press(mia, "Save and go on")
    assert lead(mia) == "What it costs"
    fill(mia, **COST)
    if script:
        field(mia, "price").blur()
    else:
        press(mia, "Work it out")
    sums = mia.locator("#sums")
    expect(sums).to_contain_text("11 people at £42 is enough.")
    expect(sums).to_contain_text("9 or 10 people is not enough with 3 staff.")
    press(mia, "Save and go on")
    choose(mia, "The same price each day")
    fill(mia, list_price="42")
    press(mia, "Save and go on")
    closes = date.today() + timedelta(days=14)  # noqa: DTZ011 - the demo's clock has not moved
    friday = closes + timedelta(days=(4 - closes.weekday()) % 7 + 7)
    fill(mia, closes_on=closes.isoformat(), starts_on=friday.isoformat())
    press(mia, "Save and go on")
    assert lead(mia) == "Look at it once more"
    press(mia, "Start the group")
    assert "Your group has started" in text(mia)
    link = mia.get_by_label("The link").input_value()
    follow(mia, "Print a poster")
    assert "Friday Kitchen" in lead(mia)
    return link


@both
def test_an_organiser_starts_a_group_and_gets_a_link_and_a_poster(device, script):
    mia = sign_in(device(script=script), "Mia")
    link = start_a_group(mia, script=script)
    stranger = device(script=script, width="phone")
    goto(stranger, link)
    assert "Mia asked you to join Friday Kitchen" in lead(stranger)


# --- 2. members join and promise ---


def fill_the_art(jo: Page, new: dict[str, Page]) -> None:
    """Jo's link lets three more in; each promises."""
    goto(jo, f"{ART}/invites")
    link = jo.get_by_label("The link").input_value()
    for page, source in zip(new.values(), ("own_money", "isf", "direct_payment"), strict=True):
        join(page, link, "Saturday art")
        assert "You joined." in text(page)
        promise(page, ART, "20", source)
        assert "Your promise is saved" in text(page)


def close_the_art(jo: Page) -> None:
    goto(jo, f"{ART}/round")
    follow(jo, "Close it now")
    press(jo, "Close it and count")


@both
def test_three_join_and_promise_and_the_organiser_closes_the_round(device, script):
    jo, mia, tom, raj = people(device, "Jo", "Mia", "Tom", "Raj", script=script)
    goto(jo, ART)
    assert "6 of the 8 people we need" in text(jo)
    fill_the_art(jo, {"Mia": mia, "Tom": tom, "Raj": raj})
    goto(jo, ART)
    assert "9 people have promised" in text(jo)
    assert goto(mia, f"{ART}/round").status == 200
    assert mia.get_by_role("link", name="Close it now").count() == 0
    close_the_art(jo)
    assert "9 people are in." in text(jo)
    goto(mia, f"{ART}/promise")
    assert "£20" in text(mia)
    goto(mia, f"{ART}/round")
    assert "Counted again: the same" in text(mia)


# --- 3. the treasurer brings in the bank's file ---


def bring_in_the_first_file(ana: Page) -> None:
    """Ten pay-ins find their owner. One has no reference, and one is interest: by hand."""
    bank_file(ana, "bank-1.ofx")
    assert "12 new lines" in text(ana)
    for words, answer in (("TOM B", "Tom"), ("INTEREST", "Interest")):
        goto(ana, f"{HUB}/bank")
        follow(ana, words)
        choose(ana, answer)
        press(ana, "Write it in the book")
    goto(ana, f"{HUB}/bank")
    assert "Difference £0." in text(ana)


@both
def test_the_treasurer_brings_in_the_banks_file_and_matches_by_hand(device, script):
    (ana,) = people(device, "Ana", script=script)
    bring_in_the_first_file(ana)
    bank_file(ana, "bank-1.ofx")
    assert "Nothing was added twice" in text(ana)
    fill(ana, file={"name": "bank.ofx", "mimeType": "text/plain", "buffer": b"OFXHEADER:100\n"})
    press(ana, "Bring in this file")
    assert "There is a problem" in text(ana)


# --- 4. the vote ---


def vote_all(device: Open, *, script: bool) -> Page:
    """The six who have not voted do, the last by nothing but keys; then it is decided."""
    for name in UNDECIDED[:-1]:
        page = sign_in(device(script=script), name)
        vote(page, KILN, "no" if name == "Sam" else "yes")
        assert "Your vote is in" in text(page)
        assert not re.search(r"\d+ (person|people) said", text(page))
    tom = sign_in(device(script=script), "Tom")
    vote_by_keys(tom)
    return tom


def vote_by_keys(page: Page) -> None:
    goto(page, HUB)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first thing of each page skips to its main part
    tab_to(page, KILN)
    by_key(page, "Enter")
    tab_to(page, "Yes")
    page.keyboard.press("Space")
    tab_to(page, "Send my vote")
    by_key(page, "Enter")
    assert lead(page) == "Check your vote"
    tab_to(page, "Send my vote")
    by_key(page, "Enter")


@both
def test_a_vote_passes_at_once_when_all_have_voted_the_last_by_keys_alone(device, script):
    tom = vote_all(device, script=script)
    assert "The treasurer can enter a bill for it, up to £480." in text(tom)
    assert "11 of 11 people voted" in text(tom)


# --- 5. and 6. bills ---


def enter_the_kilns_bill(ana: Page, amount: str) -> None:
    goto(ana, f"{HUB}/payees")
    if ana.locator("main").get_by_role("link", name="Fern Kilns").count() == 0:
        fill(ana, name="Fern Kilns", last4="4471")
        press(ana, "Add them")
    goto(ana, f"{HUB}/bills/new")
    choose(ana, KILN)
    field(ana, "payee").select_option(label=payee_label(ana, "Fern Kilns"))
    day = date.today()  # noqa: DTZ011 - the demo's clock has not moved
    picture = paper_bill("Fern Kilns", "FK-2207", day, "A kiln", 48000)
    fill(
        ana, number="FK-2207", billed_on=day.isoformat(), amount=amount, words="A kiln",
        file={"name": "bill.png", "mimeType": "image/png", "buffer": picture},
    )  # fmt: skip
    press(ana, "See each share")


def payee_label(page: Page, name: str) -> str:
    labels = field(page, "payee").locator("option").all_inner_texts()
    return next(one for one in labels if name in one)


def check_both(raj: Page) -> None:
    approve(raj, "Oak Lane Care, £1,774.88")
    approve(raj, "Fern Kilns, £480")


@both
def test_the_second_checker_approves_the_bill_that_waits(device, script):
    raj, ana = people(device, "Raj", "Ana", script=script)
    goto(raj, HUB)
    follow(raj, "bill")
    goto(ana, f"{HUB}/bills")
    follow(ana, "Oak Lane Care, £1,774.88")
    assert ana.get_by_role("button", name="Yes, pay").count() == 0
    approve(raj, "Oak Lane Care, £1,774.88")
    assert "You said yes to this bill." in text(raj)


# --- 7. the bank's second file, the book, statements ---


def pay_and_bring_in(ana: Page) -> None:
    """A week later the bank's second file holds both bills."""
    goto(ana, HUB)
    a_week_passes(ana)
    bank_file(ana, "bank-2.ofx")
    assert "2 found their place" in text(ana)
    assert "Difference £0." in text(ana)


def read_the_book(jo: Page) -> None:
    goto(jo, f"{HUB}/money")
    assert "Fern Kilns: A kiln" in text(jo)
    assert "Agreed by vote" in text(jo)
    follow(jo, "Fern Kilns: A kiln")
    assert "Raj checked it" in text(jo)
    assert "Your share was £48" in text(jo)
    goto(jo, f"{HUB}/statement")
    follow(jo, "Everything")
    assert "£48" in text(jo)
    jo.emulate_media(media="print")
    expect(jo.get_by_role("navigation")).to_be_hidden()
    expect(jo.locator(".demo")).to_be_hidden()
    expect(jo.get_by_text("Made on")).to_be_visible()
    jo.emulate_media(media="screen")
    goto(jo, f"{HUB}/money/check")
    assert re.search(r"All \d+ lines are in place", text(jo))


@both
def test_the_kilns_bill_keeps_to_the_vote_is_checked_paid_and_found_in_the_book(device, script):
    vote_all(device, script=script)
    ana, raj, jo = people(device, "Ana", "Raj", "Jo", script=script)
    enter_the_kilns_bill(ana, "480.01")
    assert "There is a problem" in text(ana)
    assert field(ana, "number").input_value() == "FK-2207"
    enter_the_kilns_bill(ana, "480")
    assert "four hundred and eighty pounds" in text(ana)
    press(ana, "Save and ask for a check")
    assert ana.get_by_role("button", name="Yes, pay").count() == 0
    check_both(raj)
    assert "You said yes to this bill." in text(raj)
    picture = raj.locator("main img")
    assert picture.evaluate("one => one.complete && one.naturalWidth > 0")
    bring_in_the_first_file(ana)
    pay_and_bring_in(ana)
    read_the_book(jo)


# --- 8. the centre ---


def see_demand(lee: Page) -> None:
    goto(lee, "/centre/demand")
    assert "11 people have a place on Thursday" in text(lee)
    assert "£462" in text(lee)
    assert not re.search(r"\b(Sam|Ana|Raj|Jo|Priya|Tom|Mary|Dev|Grace|Leo|Winnie)\b", text(lee))


@both
def test_a_centre_sees_how_many_and_never_who(device, script):
    (lee,) = people(device, "Lee", script=script)
    assert lead(lee) == "What people want to buy"
    see_demand(lee)
    assert goto(lee, HUB).status == 404


def test_the_whole_story_in_one_sitting(device):
    """All eight, one after the other, in one demo; on phones, with script."""
    names = ("Mia", "Jo", "Ana", "Raj", "Tom", "Lee")
    mia, jo, ana, raj, tom, lee = (sign_in(device(width="phone"), name) for name in names)
    start_a_group(mia, script=True)
    fill_the_art(jo, {"Mia": mia, "Tom": tom, "Raj": raj})
    close_the_art(jo)
    bring_in_the_first_file(ana)
    vote_all(device, script=True)
    enter_the_kilns_bill(ana, "480")
    press(ana, "Save and ask for a check")
    check_both(raj)
    pay_and_bring_in(ana)
    read_the_book(jo)
    see_demand(lee)
    goto(mia, "/demo/letters")
    for words in (
        "A bill to check in Thursday Hub",
        "The answer to a question",
        "Saturday art: you are in",
    ):
        assert words in text(mia)
