"""Statements, packs and their links, over the Thursday Hub of bills_making."""

import io
import zipfile
from datetime import date

import bills_making as making
import pypdf
from page import Browser
from sqlmodel import select

import db
from members.models import Membership
from payments import said
from pools.packs import gathering, keeping, links, naming, sending
from pools.packs.keeping import Parts
from pools.packs.links import ToSend
from pools.packs.models import KeptStatement
from pools.packs.sending import Wanted
from pools.packs.statement import Days, Statement

DECEMBER = Days(date(2026, 12, 1), date(2026, 12, 18))


def statement(made, who: Membership, days: Days = DECEMBER) -> Statement:
    with db.reading() as session:
        return gathering.statement(session, made.pool, who, days, bank=said.of_bank)


def wanted(made, who, days=DECEMBER, *, parts=None, to=None) -> Wanted:
    picked = parts or Parts()
    seen = keeping.seen(keeping.only(statement(made, who, days), picked))
    return Wanted(days, picked, seen, to or ToSend())


def keep(made, who, days=DECEMBER, *, now=making.NOW) -> KeptStatement:
    asked = wanted(made, who, days)
    with db.transaction() as session:
        kept = sending.keep(session, made.pool, who, asked, bank=said.of_bank, now=now)
    with db.reading() as session:
        return session.get_one(KeptStatement, kept)


def send(made, who, days=DECEMBER, *, now=making.NOW, key=None, parts=None, to=None):
    asked = wanted(made, who, days, parts=parts, to=to)
    with db.transaction() as session:
        return sending.send(
            session, made.pool, who, asked, bank=said.of_bank, key=key or db.new_id(), now=now
        )


def mark(made, bill, *, names=False, blacked=None, by=None, now=making.NOW):
    looked = naming.Looked(names, blacked)
    with db.transaction() as session:
        return naming.say(session, bill.id, looked, by or made.checker, key=db.new_id(), now=now)


def my_links(who):
    with db.reading() as session:
        return links.page(session, who, now=making.NOW).links


def kept_of(who) -> list[KeptStatement]:
    with db.reading() as session:
        wanted_ = select(KeptStatement).where(KeptStatement.membership_id == who.id)
        return list(session.exec(wanted_.order_by(KeptStatement.number)))


def pdf_text(body: bytes) -> str:
    """The words of a PDF, with its line ends as spaces."""
    pages = pypdf.PdfReader(io.BytesIO(body)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def unzipped(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as whole:
        return {name: whole.read(name) for name in whole.namelist()}


def anybody(app) -> Browser:
    """A device that nobody is signed in on."""
    return Browser(app)
