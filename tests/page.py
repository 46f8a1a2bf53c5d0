"""A strict browser without script: it follows links and fills in forms as a person would, and
refuses a page that is sloppy. What it refuses no test can pass by accident.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import html5lib
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

UNLABELLED = {"hidden", "submit", "button", "image"}
IN_TITLE = "Error: "


class Sloppy(AssertionError):
    """A page that no person should be given."""


@dataclass
class Page:
    """One answer. `path` is where the redirects ended."""

    browser: Browser
    response: TestResponse
    path: str
    soup: BeautifulSoup = field(init=False)

    def __post_init__(self) -> None:
        self.soup = BeautifulSoup(self.response.get_data(as_text=True), "html5lib")

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def text(self) -> str:
        """The words of the main part, as read."""
        main = self.soup.find("main") or self.soup
        return re.sub(r"\s+", " ", main.get_text(" ")).strip()

    @property
    def h1(self) -> str:
        return words(self.soup.find("h1"))

    def __contains__(self, sentence: str) -> bool:
        return sentence in re.sub(r"\s+", " ", self.soup.get_text()) or sentence in self.text

    def links(self) -> dict[str, str]:
        return {words(a): str(a["href"]) for a in self.soup.find_all("a", href=True)}

    def click(self, text: str) -> Page:
        """Follow the first link whose words are, or else contain, `text`."""
        links = self.links()
        href = links.get(text) or next((h for w, h in links.items() if text in w), None)
        if href is None:
            raise AssertionError(f"no link {text!r} on {self.path}; there are {sorted(links)}")
        return self.browser.get(href)

    def forms(self) -> list[Tag]:
        return list((self.soup.find("main") or self.soup).find_all("form"))

    def form(self, button: str | None = None) -> Tag:
        """The form with that button; without one, the only form of the main part."""
        found = [
            f for f in self.forms() if button is None or any(button in words(b) for b in buttons(f))
        ]
        if not found:
            there = [words(b) for f in self.forms() for b in buttons(f)]
            raise AssertionError(
                f"no form with button {button!r} on {self.path}; there are {there}"
            )
        return found[0]

    def send(self, button: str | None = None, **answers: Any) -> Page:
        """Fill in the form and press the button. An answer to a field that is not there fails."""
        form = self.form(button)
        data = filled(form)
        for name, value in answers.items():
            if not form.find(attrs={"name": name}):
                there = sorted({str(t["name"]) for t in form.find_all(attrs={"name": True})})
                raise AssertionError(f"no field {name!r} on {self.path}; there are {there}")
            data[name] = value
        pressed = next((b for b in buttons(form) if button and button in words(b)), None)
        if pressed is not None and pressed.get("name"):
            data[str(pressed["name"])] = str(pressed.get("value", ""))
        action = str((pressed is not None and pressed.get("formaction")) or form["action"])
        if str(form.get("method", "get")).lower() == "get":
            return self.browser.get(action, query_string=data)
        return self.browser.post(action, data)


def words(tag: Tag | None) -> str:
    return re.sub(r"\s+", " ", tag.get_text(" ")).strip() if tag else ""


def buttons(form: Tag) -> list[Tag]:
    return [b for b in form.find_all("button") if b.get("type", "submit") == "submit"]


def filled(form: Tag) -> dict[str, Any]:
    """What a browser would send if nobody typed anything."""
    data: dict[str, Any] = {}
    for tag in form.find_all(["input", "select", "textarea"]):
        name, kind = tag.get("name"), tag.get("type", "text")
        if not name or kind in {"submit", "button", "file"} or tag.has_attr("disabled"):
            continue
        if tag.name == "select":
            chosen = tag.find("option", selected=True) or tag.find("option")
            if chosen is not None:
                data[str(name)] = str(chosen.get("value", words(chosen)))
        elif kind in {"radio", "checkbox"}:
            if tag.has_attr("checked"):
                data.setdefault(str(name), []).append(str(tag.get("value", "on")))
        else:
            data[str(name)] = (
                tag.get_text() if tag.name == "textarea" else str(tag.get("value", ""))
            )
    return data


class Client(FlaskClient):
    """Comes to the app at the address that its settings name; other hosts are refused."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        options.setdefault("base_url", self.application.config["CLUB"].base_url)
        return super().open(*args, **options)


class Browser:
    """One person's device: its own cookies."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = Client(app, app.response_class, use_cookies=True)

    def get(self, path: str, **options: Any) -> Page:
        return self._arrive(self.client.get(path, **options), path)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Page:
        return self._arrive(self.client.post(path, data=data or {}, **options), path)

    def fragment(self, path: str, target: str, **options: Any) -> TestResponse:
        """What htmx would be given for the element with that id."""
        headers = {"HX-Request": "true", "HX-Target": target}
        return self.client.get(path, headers=headers, **options)

    def _arrive(self, response: TestResponse, path: str) -> Page:
        hops = 0
        while response.status_code in {301, 302, 303, 307, 308}:
            hops += 1
            assert hops < 10, f"{path} goes round in circles"
            path = response.headers["Location"]
            response = self.client.get(path)
        page = Page(self, response, path)
        if response.mimetype == "text/html" and response.status_code != 204:
            check(page)
        return page


def check(page: Page) -> None:
    """The rules that every page keeps."""
    html5lib.HTMLParser(strict=True).parse(page.html)
    soup, wrong = page.soup, []
    if len(soup.find_all("h1")) != 1:
        wrong.append(f"{len(soup.find_all('h1'))} h1 headings, not one")
    title = words(soup.find("title")).removeprefix(IN_TITLE)
    if not title.startswith(page.h1):
        wrong.append(f"the title {title!r} does not start with the h1 {page.h1!r}")
    wrong += unlabelled(soup) + twice(soup) + loose_forms(soup) + loose_htmx(soup)
    if soup.find(style=True) or soup.find("style"):
        wrong.append("an inline style, which the content policy refuses")
    if any(script.get_text().strip() for script in soup.find_all("script")):
        wrong.append("an inline script, which the content policy refuses")
    if wrong:
        raise Sloppy(f"{page.path}: " + "; ".join(wrong))


def unlabelled(soup: BeautifulSoup) -> list[str]:
    labelled = {label.get("for") for label in soup.find_all("label")}
    return [
        f"no label for {tag.get('name')!r}"
        for tag in soup.find_all(["input", "select", "textarea"])
        if tag.get("type") not in UNLABELLED
        and tag.get("id") not in labelled
        and not tag.get("aria-label")
        and not tag.get("aria-labelledby")
        and tag.find_parent("label") is None
    ]


def twice(soup: BeautifulSoup) -> list[str]:
    ids = [str(tag["id"]) for tag in soup.find_all(id=True)]
    return [f"the id {one!r} stands twice" for one in sorted(set(ids)) if ids.count(one) > 1]


def loose_forms(soup: BeautifulSoup) -> list[str]:
    wrong = [
        f"a form without action: {f}"[:90] for f in soup.find_all("form") if not f.get("action")
    ]
    for form in soup.find_all("form", method=re.compile("post", re.IGNORECASE)):
        if not form.find("input", attrs={"name": "csrf_token"}):
            wrong.append(f"a form without its token: {form.get('action')}")
    return wrong


def loose_htmx(soup: BeautifulSoup) -> list[str]:
    wrong = []
    for tag in soup.find_all(attrs={"hx-target": True}):
        target = str(tag["hx-target"])
        if target.startswith("#") and not soup.find(id=target[1:]):
            wrong.append(f"hx-target {target} is not on the page")
    return wrong
