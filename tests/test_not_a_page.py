"""An address that only a button may use, opened as a page: it says so, and where the page is."""

import pytest


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/g/thursday-hub/bills/{bill}/approve", "/g/thursday-hub/bills/{bill}"),
        ("/g/thursday-hub/invites/link", "/g/thursday-hub/invites"),
        ("/demo/time", "/demo"),
        ("/me/devices/01890000-0000-7000-8000-000000000000/end", "/me"),
    ],
)
def test_a_buttons_address_leads_to_the_page_of_the_button(story, address, page):
    raj = story.browser("raj")
    bill = raj.get("/g/thursday-hub/bills").soup.select_one("ul.todo a")["href"].split("/")[-1]
    shown = raj.get(address.format(bill=bill))
    assert (shown.status, shown.h1) == (405, "That is not a page")
    assert "POST" in shown.response.headers["Allow"]
    assert "broke" not in shown
    wanted = shown.links().get("Go to the page it belongs to", "")
    assert wanted == page.format(bill=bill)
    assert "Raj" in shown.soup.find("nav").get_text()


def test_a_page_that_takes_no_button_says_so_too(story):
    raj = story.browser("raj")
    page = raj.post("/g/thursday-hub/money")
    assert page.status in {400, 405}
    assert "broke" not in page


def test_an_address_that_is_nowhere_is_drawn_for_who_asks(story):
    page = story.browser("raj").get("/nowhere")
    assert page.status == 404
    assert "Raj" in page.soup.find("nav").get_text()
