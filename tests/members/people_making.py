"""People and a small group for the tests of members, made with real commits."""

from datetime import UTC, datetime

from sqlmodel import select

import db
from ledger import journal
from members import notices, people, signing_in
from members.models import Letter, Membership, Role
from pools.models import Pool

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SECRET = "k7Jq2vXw9ZrB4nTf8LmC3pHs6YdG5aQe"
HERE = "192.0.2.7"


def person(name="Jo", email="jo@example.com", *, phone=None, now=NOW):
    with db.transaction() as session:
        return people.make_person(session, name, email=email, phone=phone, now=now)


def pool(slug="thursday-hub", name="Thursday Hub", *, phone="01302 555 019", now=NOW):
    with db.transaction() as session:
        book = journal.open_book(session, "GBP", now=now)
        made = Pool(
            slug=slug, name=name, place="Town centre", phone=phone, book_id=book.book_id,
            started_at=now,
        )  # fmt: skip
        session.add(made)
    return made


def member(pool_id, who, *, role=None, now=NOW):
    with db.transaction() as session:
        made = Membership(pool_id=pool_id, person_id=who.id, name=who.name, joined_at=now)
        session.add(made)
        if role:
            session.add(Role(pool_id=pool_id, person_id=who.id, kind=role, since=now))
    return made


def ask(email, *, network=HERE, now=NOW):
    """Ask for a link; returns the token that was mailed."""
    with db.transaction() as session:
        signing_in.ask_link(session, email, network, secret=SECRET, now=now)
    return mailed(email, "sign_in")


def mailed(email, kind):
    """The token in the newest letter of that kind to that address."""
    return notices.facts_of(letters(kind=kind, address=email)[-1].facts)["link"].split("/")[-1]


def use(token, device="Chrome on a Mac", *, now=NOW, **more):
    with db.transaction() as session:
        return signing_in.use_link(session, token, device, now=now, **more)


def letters(**wanted):
    """In the order in which they were written."""
    with db.reading() as session:
        return session.exec(select(Letter).filter_by(**wanted).order_by(Letter.id)).all()
