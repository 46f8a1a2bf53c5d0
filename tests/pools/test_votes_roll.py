"""Who may vote, as promises become places and terms end; and the letters they get."""

from datetime import timedelta

import pytest
import rounds_making as make
from making_votes import NOTHING_DONE, kiln
from rounds_making import CLOSES, LATER, NOW, STARTS
from sqlmodel import select
from world import demo_config

import commands
import db
from members import groups, mail
from members.models import Letter, Membership
from members.notices import facts_of
from pools.clubbing.models import Place
from pools.decisions import ballots, proposals, reminders, roll
from pools.models import Pool


def may_vote(made, on):
    with db.reading() as session:
        return {one.name for one in roll.may_vote(session, made.pool_id, on=on)}


def names(people):
    return {one.name for one in people}


def test_before_the_first_round_has_run_those_with_a_promise_vote(database):
    made = make.group()
    assert may_vote(made, NOW.date()) == {made.organiser.name}  # nobody promised: everyone
    people = make.promised(made, [5000] * 3)
    assert may_vote(made, NOW.date()) == names(people)
    make.withdraw(made, people[0])
    assert may_vote(made, NOW.date()) == names(people[1:])


def test_one_person_with_two_days_has_one_vote(database):
    made = make.group(days=(make.THURSDAY, make.SATURDAY))
    [jo, kim] = make.members(made, 2)
    make.promise(made, jo, 5000, days=made.days)
    make.promise(made, kim, 4200)
    with db.transaction() as session:
        draft = kiln(session.get_one(Pool, made.pool_id))
        asked = proposals.propose(
            session, jo, draft, key=db.new_id(), effects=NOTHING_DONE, now=NOW
        )
    assert (asked.roll_size, asked.quorum) == (2, 2)


def test_once_it_has_run_those_with_a_place_vote_until_their_term_ends_or_they_leave(database):
    made = make.group()
    people = make.promised(made, [5000] * 11)
    out = make.member(made.pool_id, "Too low")
    make.promise(made, out, 100)
    make.close(made)
    assert may_vote(made, CLOSES.date()) == names(people)  # decided, and not started yet
    assert may_vote(made, STARTS) == names(people)
    with db.transaction() as session:
        places = session.exec(select(Place)).all()
        ends_on = places[0].ends_on
        gone = next(place for place in places if place.membership_id == people[0].id)
        gone.left_on = STARTS + timedelta(days=7)
    assert may_vote(made, STARTS + timedelta(days=6)) == names(people)
    assert may_vote(made, STARTS + timedelta(days=7)) == names(people[1:])
    assert may_vote(made, ends_on - timedelta(days=1)) == names(people[1:])
    everyone = names([*people, out, made.organiser])
    assert may_vote(made, ends_on) == everyone  # the term is over: everyone in the group


def test_after_a_round_that_ran_a_promise_alone_gives_no_vote(database):
    made = make.group()
    people = make.promised(made, [5000] * 11)
    make.close(made)
    with db.transaction() as session:
        rules = make.agreement.current(session, made.pool_id)
        made.round_id = make.rounds.open_round(
            session, made.service_id, rules, closes_at=LATER + timedelta(days=70),
            starts_on=STARTS + timedelta(weeks=12), now=LATER,
        ).id  # fmt: skip
    newcomer = make.member(made.pool_id, "New")
    make.promise(made, newcomer, 5000, now=LATER)
    assert may_vote(made, STARTS) == names(people)


def test_who_left_the_group_votes_no_more_and_those_of_another_never(database):
    made, other = make.group(), make.group("saturday-art")
    people = make.promised(made, [5000] * 3)
    make.promised(other, [5000] * 2)
    with db.transaction() as session:
        session.get_one(Membership, people[2].id).left_at = NOW
    assert may_vote(made, NOW.date()) == names(people[:2])


# --- letters ---


@pytest.fixture
def letters(database, tmp_path):
    """A vote that was open, was nearly over and closed; and one that was taken back."""
    app = commands.make_app(demo_config(tmp_path, database))
    made = make.group()
    people = make.promised(made, [5000] * 3)
    for turn in range(2):
        with db.transaction() as session:
            draft = kiln(session.get_one(Pool, made.pool_id))
            asked = proposals.propose(
                session, people[0], draft, key=db.new_id(), effects=NOTHING_DONE, now=NOW
            )
        with db.transaction() as session:
            if turn:
                proposals.cancel(session, asked.id, people[0], now=NOW)
                continue
            ballots.cast(session, asked.id, people[1], "no", now=NOW, effects=NOTHING_DONE)
            reminders.remind(session, asked.id, now=asked.closes_at - timedelta(hours=1))
            late = asked.closes_at + timedelta(hours=1)
            proposals.close(session, asked.id, now=late, effects=NOTHING_DONE)
    with app.app_context(), db.reading() as session:
        group = groups.group_of(session, made.pool_id)
        return [
            (
                one,
                mail.written(one.kind, facts_of(one.facts), base_url="https://x.org", group=group),
            )
            for one in session.exec(select(Letter)).all()
            if one.kind.startswith("vote_")
        ]


def test_each_letter_of_a_vote_says_what_to_do_and_nothing_that_is_secret(letters):
    assert {one.kind for one, _ in letters} == {
        "vote_opened", "vote_reminder", "vote_closed", "vote_cancelled",
    }  # fmt: skip
    for letter, said in letters:
        assert "Shall we buy a kiln?" in said.body
        assert "https://x.org/g/thursday-hub/votes/" in said.body
        assert not {"kiln", "vote", "£"} & set(said.subject.lower().split())
        assert "£" not in said.body
        if letter.kind in {"vote_opened", "vote_reminder"}:
            assert "until Tuesday 8 December, 9am" in said.body
        if letter.kind == "vote_closed":
            assert "It did not pass." in said.body
