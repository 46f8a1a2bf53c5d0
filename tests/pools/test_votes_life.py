"""A question's life: put, voted on, closed, counted, or taken back."""

from datetime import timedelta

import pytest
from making_votes import HOUR, NOW, Done, asked, closed, group, kiln, member, say, walk
from sqlmodel import col, select

import db
from errors import NotFound
from members import access
from members.models import Letter, Membership, Role
from pools.decisions import ballots, proposals, reminders
from pools.decisions.effects import Effect
from pools.decisions.models import Ballot, Proposal, Roll


def read(model, ident):
    with db.reading() as session:
        return session.get(model, ident)


def letters(kind):
    with db.reading() as session:
        return session.exec(select(Letter).where(Letter.kind == kind)).all()


# --- voting ---


def test_a_choice_can_be_changed_a_hundred_times_and_the_last_one_counts(database):
    pool, members = group(4)
    made = asked(pool, members[0])
    for turn in range(100):
        say(made, members[1], ("yes", "no", "unsure")[turn % 3])
    with db.reading() as session:
        rows = session.exec(select(Ballot)).all()
    assert [(row.membership_id, row.choice) for row in rows] == [(members[1].id, "yes")]


def test_a_vote_closes_by_itself_only_when_everyone_has_voted(database):
    pool, members = group(3)
    done = Done()
    effects = {"spend": done.effect()}
    made = asked(pool, members[0], effects=effects)
    say(made, members[0], "yes", effects=effects)
    assert say(made, members[1], "yes", effects=effects).closed_at is None
    last = say(made, members[2], "no", effects=effects)
    assert (last.passed, last.yes, last.no, last.unsure) == (True, 2, 1, 0)
    assert done.applied == [made.id]
    with pytest.raises(ballots.NotCounted):
        say(made, members[2], "yes", effects=effects)


def test_who_is_not_on_the_roll_has_no_vote(database):
    pool, members = group(3)
    made = asked(pool, members[0])
    with db.transaction() as session:
        late = member(session, pool, "Late")
    with pytest.raises(ballots.NotOnTheRoll):
        say(made, late, "yes")
    _, strangers = group(3, slug="art")
    with pytest.raises(proposals.NoSuchVote):
        say(made, strangers[0], "yes")
    assert issubclass(proposals.NoSuchVote, NotFound)
    assert closed(made).yes == 0


@pytest.mark.parametrize("choice", ["", "YES", "maybe", "yes\x00", "1"])
def test_only_the_three_choices_are_ballots(database, choice):
    pool, members = group(3)
    made = asked(pool, members[0])
    with pytest.raises(ballots.PickOne):
        say(made, members[0], choice)


def test_who_left_while_it_was_open_is_not_counted(database):
    pool, members = group(5)
    made = asked(pool, members[0])
    for one in members[:3]:
        say(made, one, "yes")
    leave(members[1])
    with pytest.raises(proposals.NotInGroup):
        say(made, members[1], "no")
    end = closed(made)
    assert (end.yes, end.no, end.unsure, end.passed) == (2, 0, 0, True)
    assert not read(Roll, (made.id, members[1].id)).voted


def test_nobody_waits_for_the_vote_of_somebody_who_left(database):
    pool, members = group(3)
    made = asked(pool, members[0])
    leave(members[2])
    say(made, members[0], "yes")
    assert say(made, members[1], "yes").passed


def leave(membership):
    with db.transaction() as session:
        session.get(Membership, membership.id).left_at = NOW + HOUR


# --- closing ---


def test_the_time_being_over_closes_it_once_however_often_it_is_asked(database):
    pool, members = group(11)
    done = Done()
    effects = {"spend": done.effect()}
    made = asked(pool, members[0], effects=effects)
    for one in members[:4]:
        say(made, one, "yes", effects=effects)
    with pytest.raises(proposals.StillOpen):
        closed(made, now=made.closes_at, effects=effects)
    with db.reading() as session:
        assert proposals.due(session, made.closes_at) == []
        assert proposals.due(session, made.closes_at + HOUR) == [made.id]
    ends = [closed(made, effects=effects) for _ in range(3)]
    assert {end.closed_at for end in ends} == {made.closes_at + timedelta(seconds=1)}
    assert ends[0].passed
    assert done.applied == [made.id]
    assert len(letters("vote_closed")) == 11
    with db.reading() as session:
        assert proposals.due(session, made.closes_at + HOUR) == []


@pytest.mark.parametrize(
    ("rule", "said", "passes"),
    [
        ("yes_no", "yyynn", True),
        ("yes_no", "yyyyynnnnn", False),
        ("yes_no", "yy", False),
        ("yes_no", "", False),
        ("yes_no", "?" * 10, False),
        ("big_yes_no", "yyyynn", True),
        ("big_yes_no", "yyyyynnn", False),
        ("big_yes_no", "yyy", False),
    ],
)
def test_the_frozen_rule_decides(database, rule, said, passes):
    pool, members = group(11)
    done = Done()
    effects = {"spend": done.effect()}
    made = asked(pool, members[0], draft=kiln(pool, rule=rule), effects=effects)
    names = {"y": "yes", "n": "no", "?": "unsure"}
    for one, mark in zip(members, said, strict=False):
        say(made, one, names[mark], effects=effects)
    end = closed(made, effects=effects)
    assert end.passed is passes
    assert done.applied == ([made.id] if passes else [])
    assert (end.yes, end.no, end.unsure) == tuple(said.count(mark) for mark in "yn?")


def test_a_question_with_no_cost_needs_no_effect(database):
    pool, members = group(3)
    made = asked(pool, members[0], draft=walk(pool), effects={})
    for one in members:
        end = say(made, one, "yes", effects={})
    assert end.passed


def test_a_spending_whose_effect_fails_is_not_closed(database):
    def breaks(_session, _proposal, *, now):
        raise RuntimeError("no authority")

    pool, members = group(3)
    made = asked(pool, members[0])
    for one in members[:2]:
        say(made, one, "yes")
    with pytest.raises(RuntimeError):
        closed(made, effects={"spend": Effect(apply=breaks)})
    assert read(Proposal, made.id).closed_at is None
    with db.reading() as session:
        linked = select(Ballot).where(col(Ballot.membership_id).is_not(None))
        assert len(session.exec(linked).all()) == 2
    assert closed(made).passed


# --- taking back ---


def test_the_asker_or_the_organiser_can_take_it_back_and_nobody_else(database):
    pool, members = group(4)
    for by in (members[1], members[0]):
        made = asked(pool, members[1])
        say(made, members[2], "no")
        with db.transaction() as session, pytest.raises(access.NotYourJob):
            proposals.cancel(session, made.id, members[2], now=NOW + HOUR)
        for _ in range(2):
            with db.transaction() as session:
                end = proposals.cancel(session, made.id, by, now=NOW + HOUR)
        assert (end.cancelled_by, end.passed) == (by.id, None)
        with pytest.raises(ballots.TakenBack):
            say(made, members[2], "yes")
        assert closed(made).closed_at is None
    with db.reading() as session:
        assert session.exec(select(Ballot)).all() == []
    assert len(letters("vote_cancelled")) == 8


def test_once_its_time_is_over_it_cannot_be_taken_back(database):
    pool, members = group(3)
    made = asked(pool, members[0])
    late = made.closes_at + HOUR
    with pytest.raises(proposals.VoteClosed), db.transaction() as session:
        proposals.cancel(session, made.id, members[0], now=late)
    closed(made)
    with pytest.raises(proposals.VoteClosed), db.transaction() as session:
        proposals.cancel(session, made.id, members[0], now=NOW)


def test_an_organiser_who_is_one_no_more_cannot_take_it_back(database):
    pool, members = group(3)
    made = asked(pool, members[1])
    with db.transaction() as session:
        session.exec(select(Role).where(Role.pool_id == pool.id)).one().until = NOW
    with pytest.raises(access.NotYourJob), db.transaction() as session:
        proposals.cancel(session, made.id, members[0], now=NOW)


# --- reminding ---


def test_those_who_have_not_voted_are_reminded_once_when_a_day_is_left(database):
    pool, members = group(4)
    made = asked(pool, members[0])
    say(made, members[0], "yes")
    soon = made.closes_at - timedelta(hours=23)
    with db.reading() as session:
        assert reminders.due(session, made.closes_at - timedelta(hours=25)) == []
        assert reminders.due(session, soon) == [made.id]
    for _ in range(2):
        with db.transaction() as session:
            reminders.remind(session, made.id, now=soon)
    assert {one.person_id for one in letters("vote_reminder")} == {
        one.person_id for one in members[1:]
    }
    with db.reading() as session:
        assert reminders.due(session, soon) == []


def test_a_short_vote_reminds_nobody(database):
    pool, members = group(3, hours=1)
    made = asked(pool, members[0])
    with db.reading() as session:
        assert reminders.due(session, made.closes_at - timedelta(minutes=5)) == []


def test_letters_say_no_choice_no_amount_and_no_foreign_address(database):
    pool, members = group(3)
    bad = "See www.example.com for our kiln"
    made = asked(pool, members[0], draft=kiln(pool, title=bad))
    for one in members:
        say(made, one, "no")
    said = " ".join(one.facts for kind in ("vote_opened", "vote_closed") for one in letters(kind))
    assert "example.com" not in said
    assert "480" not in said
    assert '"no"' not in said
