"""How a page is looked at: by axe, for its width, and for the shape that it has."""

import re
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent.parent
AXE = (ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text()
FOUND = """async () => (await axe.run({resultTypes: ["violations"]})).violations.flatMap(
    (one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`))"""
WIDTHS = (1200, 375)
SCHEMES = ("light", "dark")
# Tags, classes and roles, without the words; a row of many is as good as one.
SHAPE = """() => { const seen = new Set();
    const walk = (one, above) => { const me = `${above}>${one.tagName}.${one.className.baseVal ??
        one.className}[${one.getAttribute("role") ?? ""}]`; seen.add(me);
        [...one.children].forEach((child) => walk(child, me)); };
    walk(document.body, ""); return [...seen].sort().join("\\n"); }"""


def links(page: Page) -> list[str]:
    """Where the page leads, within the site."""
    there = page.eval_on_selector_all("a[href]", "every => every.map((one) => one.href)")
    origin = re.match(r"https?://[^/]+", page.url)[0]
    return [one.removeprefix(origin).split("#")[0] for one in there if one.startswith(origin)]


def problems(page: Page) -> list[str]:
    """What axe finds in this page at both widths, light and dark; and whether it scrolls sideways,
    which no page may. The page is loaded once.
    """
    wrong = []
    page.evaluate(AXE)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate(FOUND)
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            if page.evaluate(wide):
                found.append("scrolls sideways")
            wrong += [f"{page.url} {width} {scheme}: {one}" for one in found]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return wrong


def shape_of(page: Page) -> str:
    return str(page.evaluate(SHAPE))
