"""Every page that anybody of the demo can reach: wide and on a phone, light, dark and on paper.

A page is looked at by axe once for each shape that it has: the same page for two people who see the
same things on it is one shape.
"""

import re
from collections import deque

import pytest
from looking import links, problems, shape_of
from playwright.sync_api import Page, expect
from walking import ART, HUB, fill, goto, press, sign_in

# Where nobody is led by a link: pages that help when something is wrong.
NOBODY = ("/", "/in", "/in/sent", "/worried", "/nowhere", "/in/no-such-link", "/join/no-such-link")
PEOPLE = {
    None: NOBODY, "Mia": ("/home", "/g/thursday-hub"), "Tom": ("/home", "/start"),
    "Jo": ("/home", ART), "Sam": (HUB,), "Ana": (HUB,), "Raj": (HUB,),
    "Lee": ("/centre/demand", "/centre/demand?by=place", "/me"),
}  # fmt: skip
FILES = re.compile(
    r"\.csv|\.zip|\.pdf|/files/|/(pdf|csv|zip)$|/paper/\d+$|/exports/.|^/demo/in/|^/out"
)
ONE_OF_MANY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/money/)\d+|(?<==)[^&]*")


@pytest.fixture(scope="session")
def shapes() -> set[str]:
    """What axe has looked at already."""
    return set()


@pytest.mark.parametrize("name", PEOPLE, ids=str)
def test_every_page_is_usable_by_all_at_both_widths_light_and_dark(
    devices, looked_at, shapes, name
):
    page = devices.open(looked_at)
    if name:
        sign_in(page, name)
    todo, seen, wrong = deque(PEOPLE[name]), set(), []
    while todo:
        path = todo.popleft()
        kind = ONE_OF_MANY.sub("", path)
        if kind in seen or FILES.search(path):
            continue
        seen.add(kind)
        if goto(page, path).status >= 500:
            wrong.append(f"{path}: {page.title()}")
        todo += links(page)
        shape = shape_of(page)
        if shape not in shapes:
            shapes.add(shape)
            wrong += problems(page)
    assert wrong == []
    assert len(seen) > 5


def test_what_is_wrong_would_be_found(devices, looked_at):
    page = devices.open(looked_at)
    goto(page, "/help")
    page.evaluate("""() => { const one = document.createElement("img"); one.style.width = "2000px";
        one.style.maxWidth = "none"; document.querySelector("main").append(one); }""")
    found = "\n".join(problems(page))
    assert "1200 dark: image-alt" in found
    assert "375 light: scrolls sideways" in found


def test_a_page_with_errors_is_usable_by_all(devices, looked_at):
    page = sign_in(devices.open(looked_at), "Mia")
    for path, button in (
        ("/start/place", "Save and go on"),
        ("/start/cost", "Work it out"),
        ("/me/email", "Send a link"),
    ):
        goto(page, path)
        press(page, button)
        assert page.title().startswith("Error: ")
        assert problems(page) == []


def test_a_price_that_cannot_work_is_usable_by_all(devices, looked_at):
    """The picture of the price at each number of people, with its dead zone."""
    page = sign_in(devices.open(looked_at), "Mia")
    goto(page, "/start/cost")
    fill(
        page, total="405.22", staff="3", wage="91.51", ratio="4", min_staff="2", variable="3.50",
        capacity="12", price="42",
    )  # fmt: skip
    press(page, "Work it out")
    expect(page.locator("#sums")).to_contain_text("11 people at £42 is enough.")
    assert problems(page) == []


# --- on paper ---


def pages_of(page: Page) -> int:
    """How many sheets of A4 it makes."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4")))


@pytest.mark.parametrize(
    ("name", "path", "most"),
    [
        ("Tom", f"{HUB}/statement?from=2026-01-01&to=2027-12-31", 4),
        ("Tom", f"{HUB}/statement/easy?from=2026-01-01&to=2027-12-31", 1),
        ("Sam", f"{HUB}/poster", 1),
        ("Jo", f"{ART}/poster", 1),
        ("Tom", f"{HUB}/rules", 2),
    ],
)
def test_on_paper_only_what_matters_is_left(devices, looked_at, name, path, most):
    page = sign_in(devices.open(looked_at), name)
    goto(page, path)
    page.emulate_media(media="print", color_scheme="dark")
    for part in ("nav", ".demo", ".crumb", ".foot__links", "main button", "main .noprint"):
        for one in page.locator(part).all():
            expect(one).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    assert 1 <= pages_of(page) <= most


def test_a_letter_is_one_sheet(devices, looked_at):
    page = sign_in(devices.open(looked_at), "Sam")
    goto(page, "/demo/letters")
    page.locator("main li a").first.click()
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_be_hidden()
    assert pages_of(page) == 1
