"""Nobody says alone that unclear money is their own; whose money went back hears of it."""

import pytest
from bank_making import DAY, NOW, lines, match, move, ofx, source, take_in
from sqlmodel import select

import db
from members.models import Letter
from payments import splitting
from payments.splitting import Part
from payments.whose import OwnMoney
from pools import joining


def own_source(hub):
    """The treasurer's own money in the group."""
    with db.transaction() as session:
        return joining.source_of(session, hub.treasurer, "own_money", now=NOW)


def line_of(hub, amount, words="SOMEBODY"):
    take_in(hub, ofx(move(amount, words, on=DAY), closing=0))
    return next(one for one in lines(hub) if one.amount == amount)


@pytest.mark.parametrize("amount", [16800, -16800])
def test_the_treasurer_alone_cant_say_that_unclear_money_is_their_own(hub, amount):
    line, mine = line_of(hub, amount), own_source(hub)
    with pytest.raises(OwnMoney):
        match(hub, line, f"source:{mine.id}")
    parts = [Part(f"source:{mine.id}", 16000), Part(f"source:{source(hub, 0).id}", 800)]
    with pytest.raises(OwnMoney), db.transaction() as session:
        splitting.split(session, hub.pool, line.id, parts, by=hub.treasurer, now=NOW)
    assert match(hub, line, f"source:{mine.id}", by=hub.hub.organiser)


def test_money_with_the_treasurers_own_reference_is_theirs(hub):
    mine = own_source(hub)
    take_in(hub, ofx(move(4200, f"ME {mine.reference}", on=DAY), closing=0))
    assert [one.source_id for one in lines(hub)] == [mine.id]


def test_whose_money_went_back_hears_of_it_and_whom_to_ask(hub):
    line, of = line_of(hub, -4200), source(hub, 0)
    seq = match(hub, line, f"source:{of.id}")
    with db.reading() as session:
        (letter,) = session.exec(select(Letter).where(Letter.kind == "money_went_back")).all()
    assert letter.person_id == hub.hub.people[0].person_id
    assert f"/money/{seq}" in letter.facts
