"""How safe is our place: the worked figures of the Hub, and nothing of what anybody could pay."""

import sqlalchemy as sa
from sqlmodel import select

import db
from pools.clubbing.models import Place, Promise

SAFE = "/g/thursday-hub/safe"


def test_losing_two_of_eleven_is_said_in_pounds_and_weeks(story):
    """£58.72 a day short at nine; two who pay four weeks' notice give five weeks."""
    words = story.browser("tom").get(f"{SAFE}?leave=2").text
    for said in (
        "11 people are in at £42 a day. It needs 11.",
        "We need every one of us",
        "9 people pay £378 a day. It costs £436.72.",
        "£58.72 a day is missing.",
        "So we have 5 weeks to find others.",
        "We would need 2 more.",
        "a day would cost £48.53 each.",
        "£234.88 put aside would carry us through losing two people for four weeks.",
    ):
        assert said in words


def test_nine_and_ten_are_short_of_more_than_eight(story):
    words = story.browser("tom").get(SAFE).text
    assert "8 £5.71 short" in words
    assert "9 £58.72 short" in words
    assert "10 £20.22 short" in words
    assert "11 Enough We are here" in words


def test_a_silly_number_of_leavers_is_taken_as_all_or_as_one(story):
    tom = story.browser("tom")
    assert "Then nobody is left, and it closes." in tom.get(f"{SAFE}?leave=999").text
    for silly in ("-3", "x", "99999999999", "%D9%A4", ""):
        assert "If 1 person leaves" in tom.get(f"{SAFE}?leave={silly}").text


def test_where_nothing_runs_it_says_when_it_will(story):
    words = story.browser("jo").get("/g/saturday-art/safe").text
    assert "Nothing runs yet" in words


def test_what_anybody_could_pay_at_most_changes_nothing_on_it(story):
    """The attacker has every what-if there is, and learns nothing: the mosts are not read."""
    tom = story.browser("tom")
    before = [tom.get(f"{SAFE}?leave={leave}").text for leave in range(12)]
    with db.transaction() as session:
        price = session.exec(select(Place.price)).first()
        session.execute(sa.update(Promise).values(most=sa.func.abs(Promise.most) + price * 7))
    assert [tom.get(f"{SAFE}?leave={leave}").text for leave in range(12)] == before
