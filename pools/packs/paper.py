"""A statement as a tagged PDF (PDF/UA-1), so that a screen reader can read it. What people typed
goes in as data, never as markup.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
import typst

from pools.packs import said
from pools.packs.said import Fact
from pools.packs.statement import Statement

HERE = Path(__file__).parent
TEMPLATE = HERE / "statement.typ"
TYPEFACES = HERE.parent.parent / "static" / "vendor"  # unpacked when the pages' own are built
LATIN, SIGNS = 0x250, "–—‘’“”•…−€→"


def pdf(found: Statement) -> bytes:
    """The same statement gives the same bytes. Signs that no typeface here has (a smiley, say) are
    told by their names.
    """
    data = _data(found)
    try:
        return _made(_each(data, _seen))
    except typst.TypstError:
        return _made(_each(data, _named))


def _made(data: Any) -> bytes:
    return typst.compile(
        str(TEMPLATE),
        root=str(HERE),
        font_paths=_typefaces(),
        format="pdf",
        pdf_standards="ua-1",
        sys_inputs={"statement": orjson.dumps(data).decode()},
    )


@lru_cache(maxsize=1)
def _typefaces() -> typst.Fonts:
    """Only ours and those in the program itself, so that every machine makes the same PDF."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(TYPEFACES)] if TYPEFACES.exists() else [],
    )


def _data(found: Statement) -> dict[str, Any]:
    name = f"Statement {found.number}" if found.number else "Statement"
    behind = [
        {"head": f"Line {line.seq}: {line.what}", "facts": _facts(facts)}
        for line in found.lines
        if (facts := said.details(found, line))
    ]
    return {
        "title": f"{name}: {found.who.name}",
        "group": found.who.group,
        "about": f"{found.who.group}, {said.days(found)}",
        "foot": f"{found.who.name}, {found.who.group}, {said.days(found)}",
        "sentence": said.sentence(found, mine=False),
        "who": _facts(said.who(found)),
        "sums": _facts(said.sums(found)),
        "split": _facts(said.split(found)),
        "weeks": _facts(said.weeks(found)),
        "sources": [
            {"name": one.name, "facts": _facts(said.source(found, one))} for one in found.sources
        ],
        "lines": [
            {
                "number": str(line.seq),
                "on": said.short(line.on),
                "what": line.what,
                "share": said.amount(line.share, found.currency),
                "left": said.amount(line.left, found.currency),
            }
            for line in found.lines
        ],
        "behind": behind,
        "service": _facts(said.service(found)),
        "words": found.words.splitlines(),
        "checks": [check.words for check in said.checks(found)],
        "method": list(said.method(found)),
        "seal": found.tie.seal,
    }


def _facts(facts: tuple[Fact, ...]) -> list[list[str]]:
    return [[one.label, one.words] for one in facts]


# --- letters that can be drawn -------------------------------------------------------------------


def _each(data: Any, change: Any) -> Any:
    """The same data with every piece of text changed."""
    if isinstance(data, dict):
        return {key: _each(value, change) for key, value in data.items()}
    if isinstance(data, list):
        return [_each(value, change) for value in data]
    return change(data)


def _seen(text: str) -> str:
    """Without what shows nothing."""
    return "".join(one for one in text if unicodedata.category(one)[0] != "C")


def _named(text: str) -> str:
    return "".join(
        one if ord(one) < LATIN or one in SIGNS else f"({unicodedata.name(one, '?').lower()})"
        for one in _seen(text)
    )
