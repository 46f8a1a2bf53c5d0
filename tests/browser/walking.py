"""What people do in a browser, by the words on the page."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, Response

HUB, ART = "/g/thursday-hub", "/g/saturday-art"


def sign_in(page: Page, name: str) -> Page:
    page.goto("/in")
    press(page, re.compile(f"^{name}"))
    return page


def goto(page: Page, path: str) -> Response:
    answer = page.goto(path)
    assert answer is not None, path
    return answer


def press(page: Page, words: str | re.Pattern[str]) -> None:
    """Press the button of the main part, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=words).click()


def follow(page: Page, words: str, *, exact: bool = False) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=words, exact=exact).first.click()


def field(page: Page, name: str) -> Locator:
    return page.locator(f"main [name='{name}']")


def fill(page: Page, **answers: Any) -> None:
    """Answer fields by their names: text, a date, a choice by its value, a file."""
    for name, answer in answers.items():
        one = field(page, name)
        kind = one.first.evaluate("one => one.type")
        if kind in {"radio", "checkbox"}:
            page.locator(f"main [name='{name}'][value='{answer}']").check()
        elif kind == "select-one":
            one.select_option(answer)
        elif kind == "file":
            one.set_input_files(answer)
        else:
            one.fill(answer)


def choose(page: Page, words: str) -> None:
    """Tick the card that says these words."""
    page.locator("label.card", has_text=words).first.locator("input").check()


def text(page: Page) -> str:
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


def lead(page: Page) -> str:
    return page.locator("h1").inner_text()


# --- the keyboard ---


def focused(page: Page) -> str:
    """The words of what has the focus."""
    said = page.evaluate(
        "() => { const one = document.activeElement; return one.matches('input')"
        " ? one.closest('label').innerText : one.innerText }"
    )
    return re.sub(r"\s+", " ", said or "")


def tab_to(page: Page, words: str) -> None:
    """Press Tab until something that says these words has the focus, and can be seen to have it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page).startswith(words):
            shown = "() => document.activeElement.matches(':focus-visible')"
            assert page.evaluate(shown), f"nobody can see the focus on {words!r}"
            return
    raise AssertionError(f"no key leads to {words!r} on {page.url}")


def by_key(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


# --- the parts of the story that several tests need ---


def bank_file(page: Page, name: str) -> None:
    """Fetch the bank's file as the demo's page offers it, and bring it in."""
    body = page.request.get(f"/demo/files/{name}").body()
    goto(page, f"{HUB}/bank")
    fill(page, file={"name": name, "mimeType": "application/x-ofx", "buffer": body})
    press(page, "Bring in this file")


def vote(page: Page, question: str, answer: str) -> None:
    goto(page, HUB)
    follow(page, question)
    fill(page, choice=answer)
    press(page, "Send my vote")
    press(page, "Send my vote")


def approve(page: Page, words: str) -> None:
    """From the home page of the group by the job that waits."""
    goto(page, f"{HUB}/bills")
    follow(page, words)
    press(page, "Yes, pay")


def join(page: Page, link: str, group: str) -> None:
    """Somebody who is signed in joins by the open link."""
    goto(page, link)
    follow(page, "Yes, I want to join")
    press(page, "Go on")
    page.get_by_label("I agree").check()
    press(page, f"Join {group}")


def promise(page: Page, group: str, most: str, source: str) -> None:
    goto(page, f"{group}/promise")
    page.locator("main [name='days']").first.check()
    fill(page, most=most, source=source)
    press(page, "Next: check my promise")
    press(page, re.compile("^Promise "))


def a_week_passes(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="1 week").click()


Open = Callable[..., Page]
