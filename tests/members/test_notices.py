"""Letters are written once for each fact and person, in the transaction that causes them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import people_making as make
import pytest
from hypothesis import given
from hypothesis import strategies as st
from people_making import NOW

import db
from errors import NotFound, NotValid
from members import notices


def tell(person, **more):
    given = {"key": "round:1", "now": NOW} | more
    with db.transaction() as session:
        notices.tell(session, person.id, "round_result", **given)


def test_a_letter_holds_what_it_will_say_and_to_whom(database):
    jo = make.person()
    tell(jo, price=4200, closes=NOW, starts=date(2026, 12, 3), names=("Ann", "Bob"))
    (letter,) = make.letters()
    assert (letter.address, letter.person_id, letter.due_at) == ("jo@example.com", jo.id, NOW)
    assert notices.facts_of(letter.facts) == {
        "price": 4200, "closes": NOW, "starts": date(2026, 12, 3), "names": ["Ann", "Bob"],
    }  # fmt: skip


def test_one_fact_is_told_once(database):
    jo = make.person()
    tell(jo, price=4200)
    tell(jo, price=1)
    assert [notices.facts_of(one.facts)["price"] for one in make.letters()] == [4200]


def test_one_fact_is_told_to_each(database):
    for person in (make.person("Jo", "jo@example.com"), make.person("Sam", "sam@example.com")):
        tell(person)
    assert len(make.letters()) == 2


def test_a_fact_told_twice_at_once_is_told_once(on_postgres):
    jo = make.person()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _n: tell(jo), range(16)))
    assert len(make.letters()) == 1


def test_what_is_rolled_back_is_told_to_nobody(database):
    jo = make.person()

    def fails():
        with db.transaction() as session:
            notices.tell(session, jo.id, "round_result", key="round:1", now=NOW)
            raise NotFound

    with pytest.raises(NotFound):
        fails()
    assert make.letters() == []


def test_everybody_who_is_in_the_group_is_told_and_nobody_else(database):
    hub, art = make.pool(), make.pool("saturday-art", "Saturday art")
    people = [make.person(name, f"{name}@example.com") for name in ("ann", "bob", "cas", "dee")]
    for one in people[:3]:
        make.member(hub.id, one)
    make.member(art.id, people[3])
    with db.transaction() as session:
        notices.tell_pool(session, hub.id, "vote_opened", key="vote:1", now=NOW)
    assert [one.address for one in make.letters()] == [
        "ann@example.com", "bob@example.com", "cas@example.com",
    ]  # fmt: skip
    assert {one.pool_id for one in make.letters()} == {hub.id}


def test_who_left_is_told_nothing_more(database):
    hub = make.pool()
    jo = make.person()
    membership = make.member(hub.id, jo)
    with db.transaction() as session:
        session.get(type(membership), membership.id).left_at = NOW
    with db.transaction() as session:
        notices.tell_pool(session, hub.id, "vote_opened", key="vote:1", now=NOW)
    assert make.letters() == []


def test_somebody_without_email_gets_a_letter_to_print(database):
    tell(make.person("Jo", None))
    assert [one.address for one in make.letters()] == [None]


def test_a_key_that_is_too_long_is_a_fault_of_the_programmer(database):
    jo = make.person()
    with pytest.raises(ValueError, match="at most 120"):
        tell(jo, key="x" * 100)


@pytest.mark.parametrize("mark", ["\x00", "\r", "\x0b", "\x0c", "\x1b", "\x85", "\u2028", "\u202e"])
def test_marks_that_could_break_out_of_a_header_are_refused_when_written(database, mark):
    jo = make.person()
    with pytest.raises(NotValid, match="can't be shown"):
        tell(jo, title=f"Kiln{mark}Bcc: all@example.com")
    with pytest.raises(NotValid, match="can't be shown"):
        tell(jo, titles=[{"title": f"Kiln{mark}"}])
    assert make.letters() == []


def test_the_lines_of_a_longer_text_stay(database):
    tell(make.person(), why="One.\r\nTwo.\n\tThree.")
    assert notices.facts_of(make.letters()[0].facts) == {"why": "One.\nTwo.\n\tThree."}


@pytest.mark.parametrize("value", [1.5, object(), {1.5}])
def test_a_letter_holds_plain_values_and_no_float(value):
    with pytest.raises(TypeError):
        notices.facts_text({"price": value})


FACTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.dates()
    | st.datetimes(timezones=st.just(UTC)) | st.text(st.characters(categories=["L", "N", "P"])),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.text("abcdef", min_size=1), FACTS, max_size=4))
def test_facts_come_back_as_they_were(facts):
    assert notices.facts_of(notices.facts_text(facts)) == facts


def test_moments_come_back_aware():
    moment = datetime(2026, 6, 12, 16, 0, tzinfo=UTC)
    assert notices.facts_of(notices.facts_text({"at": moment}))["at"] == moment
