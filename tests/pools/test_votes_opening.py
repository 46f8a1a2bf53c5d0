"""A question opens at once, with its roll, its rule and its end fixed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from making_votes import HOUR, NOW, Done, asked, closed, group, kiln, say, walk
from sqlmodel import select

import db
from errors import NotPossible
from members.models import Letter
from pools.decisions import ballots, drafts, proposals
from pools.decisions.effects import Effect
from pools.decisions.models import Proposal, Roll
from pools.models import Pool

LONDON = ZoneInfo("Europe/London")


def letters(kind):
    with db.reading() as session:
        return session.exec(select(Letter).where(Letter.kind == kind)).all()


def test_a_question_opens_at_once_with_its_roll_rule_and_end_fixed(database):
    pool, members = group(11)
    made = asked(pool, members[3])
    assert (made.roll_size, made.quorum, made.rule) == (11, 3, "yes_no")
    assert made.closes_at == NOW + timedelta(hours=72)
    with db.reading() as session:
        seats = session.exec(select(Roll).where(Roll.proposal_id == made.id)).all()
    assert {seat.membership_id for seat in seats} == {one.id for one in members}
    assert len(letters("vote_opened")) == 11


def test_a_form_sent_twice_is_one_question(database):
    pool, members = group(3)
    key = db.new_id()
    for _ in range(2):
        with db.transaction() as session:
            made = proposals.propose(
                session, members[0], kiln(pool), key=key, effects={"spend": Effect()}, now=NOW
            )
            assert made.id == key
    with db.reading() as session:
        assert len(session.exec(select(Proposal)).all()) == 1
    assert len(letters("vote_opened")) == 3


@pytest.mark.parametrize("other", [{"amount": 48001}, {"title": "Shall we buy two?"}])
def test_a_used_form_with_other_facts_is_refused(database, other):
    pool, members = group(3)
    made = asked(pool, members[0])
    with pytest.raises(proposals.AskedBefore), db.transaction() as session:
        proposals.propose(
            session, members[0], kiln(pool, **other), key=made.id, effects={"spend": Effect()},
            now=NOW,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        ({"title": ""}, drafts.NoQuestion),
        ({"title": "x" * 81}, drafts.NoQuestion),
        ({"words": "x" * 601}, drafts.LongWords),
        ({"amount": 0}, drafts.NoAmount),
        ({"amount": None}, drafts.NoAmount),
        ({"amount": 100_000_001}, drafts.NoAmount),
        ({"cost": "bank"}, drafts.NoSuchCost),
        ({"cost": None}, drafts.NoSuchCost),
        ({"payee": ""}, drafts.NoPayee),
        ({"payee": "x" * 81}, drafts.NoPayee),
        ({"kind": "ask"}, drafts.NothingToSpend),
        ({"kind": "gift"}, NotPossible),
        ({"rule": "mine"}, NotPossible),
    ],
)
def test_a_question_that_is_not_whole_is_refused(database, other, refusal):
    pool, members = group(3)
    with pytest.raises(refusal):
        asked(pool, members[0], draft=kiln(pool, **other))


def test_one_person_alone_cannot_vote(database):
    pool, members = group(1)
    with pytest.raises(proposals.TooFewToVote):
        asked(pool, members[0])


def test_one_person_has_at_most_five_votes_open(database):
    pool, members = group(2)
    made = [asked(pool, members[0]) for _ in range(5)]
    with pytest.raises(proposals.TooManyAtOnce):
        asked(pool, members[0])
    asked(pool, members[1])
    closed(made[0])
    asked(pool, members[0])


def test_nobody_asks_in_a_group_of_others_or_one_that_ended(database):
    pool, members = group(2)
    other, _ = group(2, slug="art")
    with pytest.raises(proposals.NotInGroup):
        asked(other, members[0])
    with db.transaction() as session:
        session.get(Pool, pool.id).ended_at = NOW
    with pytest.raises(proposals.GroupEnded):
        asked(pool, members[0])


def test_who_stands_to_gain_is_kept_out_of_the_roll(database):
    pool, members = group(5)
    done = Done(kept_out=frozenset({members[4].id}))
    made = asked(pool, members[0], effects={"spend": done.effect()})
    assert (made.roll_size, made.quorum) == (4, 2)
    with pytest.raises(ballots.NotOnTheRoll):
        say(made, members[4], "yes")


@pytest.mark.parametrize(
    ("asked_at", "hours", "ends_at"),
    [
        ("2026-11-24T10:00:00", 72, "2026-11-27T10:00:00"),
        ("2026-11-24T10:00:07.5", 72, "2026-11-27T10:01:00"),  # people are shown whole minutes
        ("2026-11-24T10:00:00", 0, "2026-11-24T10:01:00"),
        ("2027-03-27T01:30:00", 24, "2027-03-28T01:30:00"),  # the clock goes on: 2:30am is once
        ("2026-10-24T00:30:00", 24, "2026-10-25T02:00:00"),  # 1:30am comes twice that night
        ("2026-10-24T01:30:00", 24, "2026-10-25T02:00:00"),
        ("2026-10-24T23:59:00", 1, "2026-10-25T02:29:00"),
        ("2028-02-28T12:00:00", 24, "2028-02-29T12:00:00"),
    ],
)
def test_a_vote_ends_at_a_minute_that_people_can_read_off_their_clock(asked_at, hours, ends_at):
    now = datetime.fromisoformat(asked_at).replace(tzinfo=UTC)
    found = proposals.deadline(now, hours, LONDON)
    assert found == datetime.fromisoformat(ends_at).replace(tzinfo=UTC)
    local = found.astimezone(LONDON)
    assert local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()


@pytest.mark.parametrize("start", ["2026-10-22T00:30", "2026-03-26T01:30", "2028-02-27T23:59"])
def test_a_vote_ends_at_its_instant_whatever_the_clocks_do(database, start):
    now = datetime.fromisoformat(start).replace(tzinfo=UTC)
    pool, members = group(3)
    made = asked(pool, members[0], now=now)
    say(made, members[0], "yes", now=made.closes_at)
    late = made.closes_at + timedelta(microseconds=1)
    with pytest.raises(ballots.NotCounted):
        say(made, members[1], "yes", now=late)
    say(made, members[1], "yes", now=made.closes_at - HOUR)  # the server's clock was put back
    with pytest.raises(proposals.StillOpen):
        closed(made, now=made.closes_at)
    assert closed(made, now=late).yes == 2


def test_a_draft_read_back_from_its_row_is_the_draft(database):
    pool, members = group(3)
    served = kiln(pool, serves=("out", "learning"))
    for draft in (kiln(pool), served, walk(pool, rule="big_yes_no")):
        made = asked(pool, members[0], draft=draft, effects={"spend": Effect()})
        with db.reading() as session:
            found = drafts.of(session, made)
        assert (found, found.asked) == (draft, made.id)
