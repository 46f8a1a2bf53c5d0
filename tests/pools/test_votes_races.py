"""Many at once, on a real PostgreSQL: what each was told is what the count used."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from making_votes import HOUR, NOTHING_DONE, NOW, Done, asked, closed, group, kiln, say
from sqlmodel import select

import db
from errors import NotPossible
from members.models import Letter, Membership
from pools.decisions import ballots, proposals
from pools.decisions.models import Ballot, Proposal, Roll

pytestmark = pytest.mark.postgres
ROUNDS, VOTERS = 50, 16


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Start all together; what each gave back, or the refusal it met."""
    gate = threading.Barrier(len(acts))

    def run(act):
        gate.wait()
        try:
            return act()
        except NotPossible as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_what_each_of_sixteen_was_told_at_the_deadline_is_what_was_counted(on_postgres):
    """Fifty times sixteen people vote while the clock passes the end and two ticks close it."""
    pool, members = group(VOTERS + 2)
    dice = random.Random(16)  # noqa: S311 - a play that can be played again
    told = Counter()
    for _ in range(ROUNDS):
        told.update(one_deadline(pool, members, dice))
    assert told["counted"] + told["late"] == ROUNDS * VOTERS
    assert min(told.values()) > ROUNDS  # both answers were really met


def one_deadline(pool, members, dice):
    done = Done()
    effects = {"spend": done.effect()}
    made = asked(pool, members[0], effects=effects)
    ballot_papers = [(one, dice.choice(["yes", "no", "unsure"])) for one in members[:VOTERS]]
    acts = [
        partial(say, made, one, choice, now=straddling(made, dice), effects=effects)
        for one, choice in ballot_papers
    ]
    late = made.closes_at + timedelta(milliseconds=1)
    ticks = [partial(closed, made, now=late, effects=effects)] * 2
    order = dice.sample(range(VOTERS + 2), VOTERS + 2)
    found = at_once([[*acts, *ticks][i] for i in order])
    answers = [found[order.index(i)] for i in range(VOTERS)]
    counted = [p for p, a in zip(ballot_papers, answers, strict=True) if isinstance(a, Proposal)]
    late_ones = [answer for answer in answers if isinstance(answer, ballots.NotCounted)]
    assert len(counted) + len(late_ones) == VOTERS
    end = check_counted(made, [choice for _, choice in counted], [one for one, _ in counted])
    assert done.applied == ([made.id] if end.passed else [])
    return {"counted": len(counted), "late": len(late_ones)}


def straddling(made, dice):
    return made.closes_at + timedelta(milliseconds=dice.randint(-6, 2))


def check_counted(made, choices, people):
    with db.reading() as session:
        end = session.get(Proposal, made.id)
        said = session.exec(select(Ballot.choice).where(Ballot.proposal_id == made.id)).all()
        voted = session.exec(
            select(Roll.membership_id).where(Roll.proposal_id == made.id, Roll.voted)
        ).all()
    assert (end.yes, end.no, end.unsure) == tuple(choices.count(c) for c in ("yes", "no", "unsure"))
    assert sorted(said) == sorted(choices)
    assert set(voted) == {one.id for one in people}
    return end


def test_many_ticks_close_it_once(on_postgres):
    pool, members = group(5)
    done = Done()
    effects = {"spend": done.effect()}
    made = asked(pool, members[0], effects=effects)
    for one in members[:3]:
        say(made, one, "yes", effects=effects)
    ends = at_once([partial(closed, made, effects=effects)] * 8)
    assert {end.closed_at for end in ends} == {made.closes_at + timedelta(seconds=1)}
    assert done.applied == [made.id]
    with db.reading() as session:
        told = session.exec(select(Letter).where(Letter.kind == "vote_closed")).all()
    assert len(told) == 5


def test_the_last_two_voters_at_once_close_it_once(on_postgres):
    for turn in range(10):
        pool, members = group(4, slug=f"hub-{turn}")
        done = Done()
        effects = {"spend": done.effect()}
        made = asked(pool, members[0], effects=effects)
        for one in members[:2]:
            say(made, one, "yes", effects=effects)
        at_once([partial(say, made, one, "no", effects=effects) for one in members[2:]])
        with db.reading() as session:
            end = session.get(Proposal, made.id)
        assert (end.yes, end.no, end.passed) == (2, 2, False)
        assert done.applied == []


def test_two_devices_of_one_person_are_one_ballot(on_postgres):
    pool, members = group(4)
    made = asked(pool, members[0])
    for _ in range(10):
        choices = ("yes", "no", "unsure") * 3
        answers = at_once([partial(say, made, members[1], choice) for choice in choices])
        assert not [one for one in answers if isinstance(one, Exception)]
    with db.reading() as session:
        assert len(session.exec(select(Ballot)).all()) == 1


def test_a_form_sent_many_times_at_once_is_one_question(on_postgres):
    pool, members = group(4)
    key = db.new_id()

    def send():
        with db.transaction() as session:
            return proposals.propose(
                session, members[1], kiln(pool), key=key, effects=NOTHING_DONE, now=NOW
            ).id

    assert set(at_once([send] * 8)) == {key}
    with db.reading() as session:
        assert len(session.exec(select(Roll)).all()) == 4


def test_a_vote_and_a_taking_back_at_once_leave_no_ballot(on_postgres):
    pool, members = group(4)
    for _ in range(10):
        made = asked(pool, members[0])

        def take_back(made=made):
            with db.transaction() as session:
                return proposals.cancel(session, made.id, members[0], now=NOW + HOUR)

        acts = [partial(say, made, one, "yes") for one in members[1:]]
        answers = at_once([*acts, take_back])
        assert not isinstance(answers[-1], Exception)
        with db.reading() as session:
            assert session.exec(select(Ballot)).all() == []


def test_who_is_being_put_out_while_their_vote_is_on_its_way_is_refused(on_postgres):
    """The vote waits for whoever is changing the membership, and then sees it."""
    pool, members = group(4)
    made = asked(pool, members[0])
    with ThreadPoolExecutor(1) as threads:
        with db.transaction() as session:
            session.get(Membership, members[3].id).left_at = NOW
            session.flush()
            vote = threads.submit(say, made, members[3], "yes")
            with pytest.raises(TimeoutError):
                vote.result(timeout=0.3)
        with pytest.raises(proposals.NotInGroup):
            vote.result(timeout=5)
    assert closed(made).yes == 0


def test_who_is_put_out_after_their_vote_is_in_is_not_counted(on_postgres):
    pool, members = group(4)
    made = asked(pool, members[0])
    with ThreadPoolExecutor(1) as threads:
        with db.transaction() as session:
            ballots.cast(session, made.id, members[3], "yes", now=NOW + HOUR, effects=NOTHING_DONE)
            leaving = threads.submit(put_out, members[3])
            with pytest.raises(TimeoutError):
                leaving.result(timeout=0.3)
        leaving.result(timeout=5)
    assert closed(made).yes == 0


def put_out(membership):
    with db.transaction() as session:
        session.get(Membership, membership.id).left_at = NOW + HOUR
