"""The PDF of a statement is one that a screen reader can read: PDF/UA-1, tags, title, language,
headers of tables, headings in their order. One PDF is made and looked at from all sides.
"""

import io
import shutil
from itertools import pairwise

import bills_making as making
import packs_making as packs
import pypdf
import pytest
from bills_making import hub
from pypdf.generic import IndirectObject

import db
from pools.packs import paper


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory, sqlite_template):
    """The statement of somebody who paid in and shared a bill, as a PDF."""
    path = tmp_path_factory.mktemp("pdf") / "club.db"
    shutil.copyfile(sqlite_template, path)
    db.connect(f"sqlite:///{path}")
    made = hub()
    bill = making.paid(made, evidence_id=making.file(made).id)
    packs.mark(made, bill)
    return pypdf.PdfReader(io.BytesIO(paper.pdf(packs.statement(made, made.people[0]))))


def nodes(reader):
    """Every tag in reading order: (its kind, the tag)."""

    def walk(node):
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, list):
            for one in node:
                yield from walk(one)
        elif isinstance(node, dict):
            if "/S" in node:
                yield str(node["/S"]), node
            yield from walk(node.get("/K", []))

    return list(walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"]))


def test_it_is_tagged_and_says_that_it_is_pdf_ua(looked_at):
    root = looked_at.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf's own kind of yes
    assert "/StructTreeRoot" in root
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert "pdfuaid:part" in xmp
    assert ">1</pdfuaid:part>" in xmp or 'pdfuaid:part="1"' in xmp


def test_it_has_a_title_that_is_shown_and_a_language(looked_at):
    root = looked_at.trailer["/Root"]
    assert looked_at.metadata.title.startswith("Statement: Canary")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712 - the same
    assert root["/Lang"] == "en-GB"


def test_its_tables_have_headers_that_say_what_they_head(looked_at):
    kinds = [kind for kind, _ in nodes(looked_at)]
    heads = [node for kind, node in nodes(looked_at) if kind == "/TH"]
    assert kinds.count("/Table") == 3
    assert len(heads) == 2 + 2 + 5
    for head in heads:
        facts = head["/A"].get_object() if isinstance(head["/A"], IndirectObject) else head["/A"]
        facts = facts if isinstance(facts, list) else [facts]
        assert any(one.get_object().get("/Scope") == "/Column" for one in facts)


def test_its_headings_stand_in_order_and_skip_no_level(looked_at):
    levels = [int(kind[2]) for kind, _ in nodes(looked_at) if kind in {"/H1", "/H2", "/H3"}]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    words = packs.pdf_text(written(looked_at))
    order = [
        "Whose statement this is", "The sums", "What the money that is left is for",
        "Where the money comes from", "Each line", "What stands behind each line", "Days",
        "Checks", "How costs are shared",
    ]  # fmt: skip
    at = 0
    for head in order:
        at = words.index(head, at)  # fails if it does not come after the one before


def test_its_letters_are_all_in_it(looked_at):
    """Typefaces are embedded, with what a reader needs to know which letter is which."""
    for page in looked_at.pages:
        for font in page["/Resources"]["/Font"].values():
            whole = font.get_object()
            assert "/ToUnicode" in whole
            inner = whole["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & inner.keys()


def written(reader) -> bytes:
    out = io.BytesIO()
    writer = pypdf.PdfWriter(clone_from=reader)
    writer.write(out)
    return out.getvalue()
