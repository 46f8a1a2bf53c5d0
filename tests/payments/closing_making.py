"""Closing months in the bank's tests: November is over, and the file of December says what it came
to.
"""

from datetime import UTC, date, datetime

import bank_making as making

import db
from ledger import closing, marks
from payments import closings
from payments.closings import Said

NOVEMBER, DECEMBER = 2026 * 12 + 10, 2026 * 12 + 11
LATER = datetime(2026, 12, 18, 13, tzinfo=UTC)
JANUARY = datetime(2027, 1, 6, 13, tzinfo=UTC)


def on(day, month=11):
    return date(2026, month, day)


def ready(hub, month=NOVEMBER, words="", *, by=None, key=None, now=LATER):
    with db.transaction() as session:
        said = Said(key=key or db.new_id(), month=month, words=words)
        return closings.say_ready(session, said, by or hub.treasurer, now=now)


def ask_to_open(hub, month=NOVEMBER, words="A bill was late", *, by=None, now=LATER):
    with db.transaction() as session:
        said = Said(key=db.new_id(), month=month, words=words)
        return closings.ask_to_open(session, said, by or hub.treasurer, now=now)


def agree(hub, one, *, by=None, now=LATER):
    with db.transaction() as session:
        return closings.agree(session, one.id, by or hub.hub.checker, now=now)


def drop(hub, one, *, by=None, now=LATER):
    with db.transaction() as session:
        return closings.drop(session, one.id, by or hub.hub.checker, now=now)


def closed(hub, month=NOVEMBER, words="", *, now=LATER):
    return agree(hub, ready(hub, month, words, now=now), now=now)


def until(hub):
    with db.reading() as session:
        found = closing.closed_until(session, hub.pool.book_id)
    return None if found is None else marks.name(found)


def november(hub, *more, closing=None, december=4200):
    """Two members paid in during November; one in December, in the file that reaches both."""
    moves = [
        making.move(4200, making.reference(hub, 0), on=on(5)),
        making.move(4200, making.reference(hub, 1), on=on(20)),
        *more,
        making.move(december, making.reference(hub, 2), on=on(3, 12)),
    ]
    return making.take_in(hub, making.ofx(*moves, closing=closing))
