"""htmx gets a piece of the very page that everybody else gets: nothing is written twice."""

import re
from pathlib import Path

import pytest
from sqlmodel import select

import db
from members.models import Membership
from payments import accounts, imports, queries
from pools.models import Pool

HUB, ART = "/g/thursday-hub", "/g/saturday-art"
TEMPLATES = Path(__file__).parent.parent / "templates"
COST = {
    "total": "405.22", "staff": "3", "wage": "91.51", "ratio": "4", "min_staff": "2",
    "variable": "3.50", "capacity": "12", "price": "42", "act": "work",
}  # fmt: skip
# Who asks, where, for which piece, and what was typed if it is sent.
PIECES = {
    "the sums of a day": ("mia", "/start/cost", "sums", COST),
    "what a promise does": ("jo", f"{ART}/promise/effect", "effect", {"most": "18"}),
    "a month of the book": ("tom", f"{HUB}/money?month=&kind=in", "month", None),
    "the parts of a line": ("ana", f"{HUB}/bank/lines/{{line}}/split", "parts", {"act": "more"}),
    "if some left": ("tom", f"{HUB}/safe", "leaving", None),
    "what people want, by place": ("lee", "/centre/demand?by=place", "open", None),
}


def asked(story, who, path, target, typed):
    """The answer as a whole page, and as htmx is given it."""
    device = story.browser(who)
    if "{line}" in path:
        path = path.format(line=waiting_line(story))
    headers = {"HX-Request": "true", "HX-Target": target}
    if typed is None:
        return device.client.get(path), device.client.get(path, headers=headers)
    page = device.get(path.removesuffix("/effect"))
    kept = {
        tag["name"]: tag["value"] for tag in page.form().find_all("input", attrs={"type": "hidden"})
    }
    sent = {**kept, **typed}
    follow = {"follow_redirects": True}
    whole = device.client.post(path, data=sent, **follow)
    return whole, device.client.post(path, data=sent, headers=headers, **follow)


def waiting_line(story):
    """A line of the bank that waits, out of the file of the demo."""
    file = accounts.File("bank-1.ofx", (story.config.home / "demo" / "bank-1.ofx").read_bytes())
    with db.transaction() as session:
        pool = session.exec(select(Pool).where(Pool.slug == "thursday-hub")).one()
        ana = select(Membership).where(Membership.pool_id == pool.id, Membership.name == "Ana")
        by = session.exec(ana).one()
        imports.bring_in(session, pool, by, file, key=db.new_id(), now=story.now)
        return next(line.id for line in queries.waiting_lines(session, pool.id))


def targets() -> set[str]:
    text = "\n".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    return set(re.findall(r"""hx-target["']?\s*[:=]\s*["']#([a-z-]+)["']""", text))


def test_every_piece_that_a_template_asks_for_is_tried_here():
    assert targets() == {target for _, _, target, _ in PIECES.values()}


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_is_found_word_for_word_in_its_whole_page(story, piece):
    whole, part = asked(story, *PIECES[piece])
    target = PIECES[piece][2]
    assert whole.status_code == part.status_code == 200
    words = part.get_data(as_text=True).strip()
    assert re.match(rf"""<[a-z]+[^>]*\bid="{target}\"""", words)
    assert words in whole.get_data(as_text=True)
    assert "<html" not in words
    assert "HX-Request" in part.headers["Vary"]


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_says_in_one_sentence_what_changed(story, piece):
    _, part = asked(story, *PIECES[piece])
    assert re.search(r'data-say="[^"]+"', part.get_data(as_text=True))
