"""The rules: versions that are only added to, signed by those who are in, in short words."""

import re

import pytest
from groups_making import NOW, group, later
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

import db
from pools import agreement, joining
from pools.agreement import READY, Terms

terms = st.builds(
    Terms,
    price_rule=st.just("list"),
    list_price=st.none() | st.integers(1, 10_000_000),
    order_rule=st.sampled_from(["earliest", "held", "lot"]),
    term_weeks=st.integers(1, 52),
    notice_weeks=st.integers(0, 12),
    hospital_weeks=st.integers(0, 12),
    vote_hours=st.integers(0, 1440),
    checkers=st.integers(1, 2),
    two_checkers_over=st.integers(0, 10_000_000),
    new_payee_two=st.booleans(),
)


@pytest.fixture
def hub(database):
    with db.transaction() as session:
        return group(session)


@given(terms)
def test_each_rule_is_said_in_short_sentences(some):
    for words in agreement.in_words(some):
        for sentence in re.split(r"(?<=\.) ", words):
            assert sentence.endswith(".")
            assert len(sentence.split()) <= 15, sentence


def test_the_ready_made_rules_in_words():
    said = " ".join(agreement.in_words(READY))
    for words in (
        "You never pay more than the most you said.",
        "We share the cost of each day equally.",
        "The price stays the same for 12 weeks.",
        "Tell us 4 weeks before you leave. You still pay for that time.",
        "A vote stays open for 14 days.",
        "One person enters a bill, and a second person checks it.",
        "For a bill over £500, one more person checks it.",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"price_rule": "list", "list_price": 4200}, "Each day costs £42."),
        ({"notice_weeks": 0}, "You can leave on any day."),
        ({"notice_weeks": 1}, "Tell us 1 week before you leave."),
        ({"vote_hours": 0}, "A vote can close as soon as it opens."),
        ({"vote_hours": 36}, "A vote stays open for 36 hours."),
        ({"vote_hours": 24}, "A vote stays open for 1 day."),
        ({"checkers": 2}, "two more people check it"),
        ({"order_rule": "lot"}, "we draw lots"),
    ],
)
def test_a_changed_rule_changes_its_words(change, words):
    assert words in " ".join(agreement.in_words(Terms(**change)))


def test_a_new_version_is_added_and_must_be_signed_anew(hub):
    pool, sam, _ = hub
    with db.transaction() as session:
        agreement.agree(session, pool.id, Terms(notice_weeks=2), now=later(days=1))
    with db.reading() as session:
        page = agreement.rules(session, sam)
    assert (page.version, page.signed, page.people, page.mine) == (2, 0, 1, False)
    with db.transaction() as session:
        for _ in range(2):
            agreement.sign_current(session, sam, page.agreement_id, now=later(days=1))
    with db.reading() as session:
        page = agreement.rules(session, sam)
    assert (page.signed, page.mine) == (1, True)


def test_nobody_signs_what_they_did_not_read(hub):
    pool, sam, _ = hub
    with db.transaction() as session:
        old = agreement.current(session, pool.id)
        agreement.agree(session, pool.id, Terms(notice_weeks=2), now=NOW)
    with pytest.raises(agreement.NewerRules), db.transaction() as session:
        agreement.sign_current(session, sam, old.id, now=NOW)


def test_who_left_no_longer_counts_as_having_signed(hub):
    with db.transaction() as session:
        jo = joining.join(session, hub[2], name="Jo", now=NOW)
        session.get(joining.Membership, jo.id).left_at = later(days=1)
    with db.reading() as session:
        page = agreement.rules(session, hub[1])
    assert (page.signed, page.people) == (1, 1)


def test_the_database_itself_keeps_old_rules_as_they_were(hub):
    with pytest.raises((DBAPIError, db.Broken)), db.transaction() as session:
        agreement.current(session, hub[0].id).notice_weeks = 0
