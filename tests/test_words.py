"""One word a thing, and no word that hurts: what member pages and letters may not say."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parent.parent / "templates"
NEVER = re.compile(
    r"\b(pools?|pledge\w*|syndicate|pot|ledger|journal|invoice\w*|service users?|clients?|"
    r"beneficiar\w+|vulnerable|suffers?|proxy|clawback|reversed|pending|invalid|sorry|please)\b",
    re.IGNORECASE,
)
TAGS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)


def spoken(path: Path) -> str:
    """What a person reads: no tags, no template language."""
    return re.sub(r"\s+", " ", TAGS.sub(" ", path.read_text()))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.*")), ids=lambda p: p.name)
def test_no_page_says_a_word_that_hurts_or_puzzles(path):
    assert NEVER.findall(spoken(path)) == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.*")), ids=lambda p: p.name)
def test_no_page_says_percent_or_point_nought_nought(path):
    assert not re.search(r"\d\s?%|£[\d,]+\.00\b", spoken(path))
