"""The look, held by reading its files: contrast, symbols, what the strict policy bars."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parent.parent
SITE = (ROOT / "static" / "site.css").read_text()
SPRITE = ROOT / "static" / "symbols" / "symbols.svg"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
THEMES = {
    "light": ":root {",
    "cream": 'html[data-theme="cream"] {',
    "contrast": 'html[data-theme="contrast"] {',
    "dark": 'html[data-theme="dark"] {',
    "dark by the phone": "html:not([data-theme]) {",
}
INKS = ("ink", "quiet", "teal", "good", "look", "bad", "plum")
PLAIN_GROUNDS = ("paper", "card", "sand", "wash")
OWN_GROUNDS = {"good": "good-wash", "look": "look-wash", "bad": "bad-wash", "plum": "plum-wash"}


def colours(theme: str) -> dict[str, str]:
    """The theme's own colours over the light ones."""

    def block(opening: str) -> dict[str, str]:
        body = SITE.split(opening, 1)[1].split("}", 1)[0]
        return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", body))

    return block(THEMES["light"]) | block(THEMES[theme])


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def pairs() -> list[tuple[str, str]]:
    plain = [(ink, ground) for ink in INKS for ground in PLAIN_GROUNDS if ground != "wash"]
    washed = [(ink, wash) for ink in ("ink", "quiet", "teal") for wash in OWN_GROUNDS.values()]
    own = list(OWN_GROUNDS.items())
    return [
        *plain, *washed, *own,
        ("ink", "wash"), ("quiet", "wash"), ("teal", "wash"), ("teal-hover", "wash"),
        ("on-teal", "teal"), ("on-teal", "teal-hover"), ("head-text", "head"),
        ("on-focus", "focus"),
    ]  # fmt: skip


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_of_text_and_ground_is_seven_to_one(theme: str) -> None:
    own = colours(theme)
    weak = {pair: round(contrast(own[pair[0]], own[pair[1]]), 2) for pair in pairs()}
    assert not {pair: found for pair, found in weak.items() if found < 7}


@pytest.mark.parametrize("theme", THEMES)
def test_edges_of_fields_and_parts_of_pictures_are_three_to_one(theme: str) -> None:
    own = colours(theme)
    for ground in PLAIN_GROUNDS:
        for part in ("edge", "teal", "mark-edge", "me"):
            assert contrast(own[part], own[ground]) >= 3, (part, ground)


def test_dark_is_the_same_by_choice_and_by_the_phone() -> None:
    assert colours("dark") == colours("dark by the phone")


def test_digits_and_pound_come_from_another_typeface() -> None:
    ranges = re.findall(r"unicode-range:\s*([^;]+);", SITE)
    assert len(ranges) == 2
    for text in ranges:
        spans = [span.removeprefix("U+").split("-") for span in re.split(r",\s*", text)]
        taken = [(int(span[0], 16), int(span[-1], 16)) for span in spans]
        assert not [c for c in "0123456789£" if any(a <= ord(c) <= b for a, b in taken)]


def test_the_sprite_is_well_formed_and_its_names_are_one_of_each() -> None:
    names = [node.get("id") for node in ET.fromstring(SPRITE.read_text())]  # noqa: S314 - our own file
    assert len(names) == len(set(names)) == 41


def test_every_symbol_that_a_page_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z-]+)"', SPRITE.read_text()))
    text = "\n".join(path.read_text() for path in TEMPLATES)
    named = set(re.findall(r"""(?:symbol|heading|empty)\(["']([a-z-]+)["']""", text))
    assert named <= drawn


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_needs_more_than_the_strict_policy_allows(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "http://" not in text.replace("http://www.w3.org", "")


def test_the_hand_written_script_stays_small() -> None:
    assert len((ROOT / "static" / "site.js").read_text().splitlines()) <= 60
