"""Where htmx makes a page smoother: what changes, where the focus stays, and what is said aloud."""

import pytest
from playwright.sync_api import Page, expect
from walking import ART, HUB, field, fill, goto, press, sign_in


def said(page: Page):
    """The line that a screen reader reads when it changes."""
    return page.locator("#live[aria-live=polite]")


def test_the_sums_follow_what_is_typed_and_say_so(devices, looked_at):
    page = sign_in(devices.open(looked_at), "Mia")
    goto(page, "/start/cost")
    fill(
        page, total="405.22", staff="3", wage="91.51", ratio="4", min_staff="2", variable="3.50",
        capacity="12", price="42",
    )  # fmt: skip
    page.keyboard.press("Tab")
    expect(said(page)).to_have_text("11 people at £42 is enough.")
    expect(page.locator("#sums h2")).to_have_text("11 people at £42 is enough.")
    assert page.url.endswith("/start/cost")
    fill(page, price="60")
    page.keyboard.press("Tab")
    expect(said(page)).to_contain_text("at £60 is enough.")
    fill(page, capacity="none")
    page.keyboard.press("Tab")
    expect(said(page)).to_have_text("Some numbers are missing.")
    assert field(page, "price").input_value() == "60"


def test_the_effect_of_a_promise_follows_the_most_that_is_typed(devices, looked_at):
    page = sign_in(devices.open(looked_at), "Jo")
    goto(page, f"{ART}/promise")
    most = field(page, "most")
    before = page.locator("#effect").inner_text()
    most.fill("")
    most.press_sequentially("1")
    expect(said(page)).not_to_be_empty()
    expect(page.locator("#effect")).not_to_have_text(before)
    expect(most).to_be_focused()
    assert page.url.endswith("/promise")
    most.press_sequentially("8")
    expect(most).to_have_value("18")
    expect(most).to_be_focused()


def test_a_month_of_the_book_comes_alone_and_can_be_gone_back_from(devices, looked_at):
    page = sign_in(devices.open(looked_at), "Tom")
    goto(page, f"{HUB}/money")
    month = field(page, "month")
    value = month.locator("option").nth(2).get_attribute("value")
    page.evaluate("window.same = true")
    month.focus()
    month.select_option(value)
    name = month.locator("option").nth(2).inner_text()
    expect(said(page)).to_have_text(f"Showing {name}")
    expect(month).to_be_focused()
    assert f"month={value}" in page.url
    assert page.evaluate("window.same") is True
    page.go_back()
    expect(page).to_have_url(f"{looked_at}{HUB}/money")
    expect(page.locator("#month")).to_have_attribute("data-say", "Showing all months")
    expect(field(page, "month")).to_have_value("")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_the_summary_of_errors_leads_to_the_field(devices, looked_at, script):
    page = sign_in(devices.open(looked_at, script=script), "Mia")
    goto(page, "/start/place")
    press(page, "Save and go on")
    page.locator("#errors a").first.click()
    expect(field(page, "name")).to_be_focused()
