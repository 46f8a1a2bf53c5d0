"""After the close nothing leads from a ballot to a person, and the database lets nothing change."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from making_votes import HOUR, NOW, asked, closed, group, kiln, member, say
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

import db
from pools.decisions import drafts, proposals
from pools.decisions.models import Ballot, Proposal, Roll


def rows(model=Ballot):
    with db.reading() as session:
        return session.exec(select(model)).all()


def as_stored(statement):
    """The rows as they lie on the disk, in the order that a scan gives them."""
    with db.reading() as session:
        return session.execute(text(statement)).all()


def a_vote(size, choices):
    pool, members = group(size)
    made = asked(pool, members[0])
    for one, choice in zip(members, choices, strict=False):
        say(made, one, choice)
    return made, members


# --- secrecy ---


def test_a_ballot_holds_a_choice_and_nothing_that_tells_when_or_in_what_order(database):
    columns = {column["name"] for column in inspect(db.engine()).get_columns("ballot")}
    assert columns == {"id", "proposal_id", "membership_id", "choice"}
    columns = {column["name"] for column in inspect(db.engine()).get_columns("roll")}
    assert columns == {"proposal_id", "membership_id", "voted"}


def test_after_the_close_no_ballot_leads_to_a_person(database):
    made, _ = a_vote(12, ["yes"] * 7 + ["no"] * 4)
    before = {row.id for row in rows()}
    closed(made)
    after = rows()
    assert {row.membership_id for row in after} == {None}
    assert not before & {row.id for row in after}
    assert {UUID(str(row.id)).version for row in after} == {4}
    assert Counter(row.choice for row in after) == {"yes": 7, "no": 4}


def test_ballots_lie_in_an_order_drawn_by_lot(database):
    """All who say yes vote first. If the order stayed, every yes would lie before every no."""
    found = set()
    for turn in range(12):
        pool, members = group(9, slug=f"hub-{turn}")
        made = asked(pool, members[0])
        for one in members[:4]:
            say(made, one, "yes")
        for one in members[4:8]:
            say(made, one, "no")
        closed(made)
        lie = as_stored("SELECT choice, proposal_id FROM ballot")
        found.add(tuple(choice for choice, _ in lie[-8:]))
    assert len(found) > 3


def test_all_ballots_are_written_in_one_go_at_the_close(on_postgres):
    """PostgreSQL marks each row with its transaction: a vote's mark must not be the roll's."""
    made, _ = a_vote(5, ["yes", "no", "yes"])
    theirs = {mark for (mark,) in as_stored("SELECT xmin::text FROM ballot")}
    assert theirs & {mark for (mark,) in as_stored("SELECT xmin::text FROM roll WHERE voted")}
    closed(made)
    now = {mark for (mark,) in as_stored("SELECT xmin::text FROM ballot")}
    assert len(now) == 1
    assert not now & {mark for (mark,) in as_stored("SELECT xmin::text FROM roll WHERE voted")}


def test_the_ballots_of_a_question_taken_back_are_gone(database):
    made, members = a_vote(5, ["yes", "no", "yes"])
    with db.transaction() as session:
        proposals.cancel(session, made.id, members[0], now=NOW + HOUR)
    assert rows() == []


# --- what the database refuses ---


def refused(statement, **values):
    """The same sentence that the page would show, from bare SQL."""
    with pytest.raises((db.Broken, IntegrityError)) as refusal, db.transaction() as session:
        session.execute(text(statement), values)
    return str(refusal.value)


FROZEN = [
    "title = 'Shall we buy two kilns?'", "words = 'x'", "amount = amount + 1", "cost = 'meals'",
    "payee = 'Me'", "rule = 'big_yes_no'", "quorum = 1", "roll_size = 1", "kind = 'ask'",
    "closes_at = '2026-11-24 10:30:00.000000'", "opened_at = '2026-11-24 09:00:00.000000'",
]  # fmt: skip


@pytest.mark.parametrize("change", FROZEN)
def test_nothing_of_an_open_question_can_change(database, change):
    a_vote(5, ["yes"])
    assert "Cancel it and ask again" in refused(f"UPDATE proposal SET {change}")


def test_nothing_of_a_closed_question_can_change(database):
    made, _ = a_vote(5, ["yes", "yes", "no"])
    closed(made)
    for change in [*FROZEN, "passed = NOT passed", "yes = 3", "closed_at = NULL"]:
        refused(f"UPDATE proposal SET {change}")
    for change in (
        "UPDATE ballot SET choice = 'no'",
        "DELETE FROM ballot",
        "UPDATE roll SET voted = NOT voted",
    ):
        assert "has closed" in refused(change)
    for change in ("DELETE FROM proposal", "DELETE FROM roll"):
        refused(change)
    assert Counter(row.choice for row in rows()) == {"yes": 2, "no": 1}


def test_a_closed_vote_takes_no_further_ballot(database):
    made, members = a_vote(5, ["yes", "yes", "no"])
    closed(made)
    for whose in (members[4].id, None):
        with pytest.raises(db.Broken, match="has closed"), db.transaction() as session:
            session.add(Ballot(proposal_id=made.id, membership_id=whose, choice="yes"))


def test_the_roll_takes_nobody_after_the_opening(database):
    pool, members = group(3)
    made = asked(pool, members[0])
    with db.transaction() as session:
        late = member(session, pool, "Late")
    with pytest.raises(db.Broken), db.transaction() as session:
        session.add(Roll(proposal_id=made.id, membership_id=late.id))


def test_a_ballot_of_somebody_not_on_the_roll_cannot_be_stored(database):
    pool, members = group(3)
    made = asked(pool, members[0])
    with db.transaction() as session:
        late = member(session, pool, "Late")
    with pytest.raises((db.Broken, IntegrityError)), db.transaction() as session:
        session.add(Ballot(proposal_id=made.id, membership_id=late.id, choice="yes"))


def test_a_person_has_one_ballot_in_the_database_too(database):
    made, members = a_vote(5, ["yes"])
    with pytest.raises(IntegrityError), db.transaction() as session:
        session.add(Ballot(proposal_id=made.id, membership_id=members[0].id, choice="yes"))


def close_by_hand(made, yes, no, unsure, passed, *, after=HOUR, unlink=True):
    values = {
        "id": made.id.hex if db.is_sqlite() else made.id, "yes": yes, "no": no, "unsure": unsure,
        "passed": passed, "at": made.closes_at + after,
    }  # fmt: skip
    if db.is_sqlite():
        values["at"] = f"{values['at']:%Y-%m-%d %H:%M:%S.%f}"
    with db.transaction() as session:
        if unlink:
            said = [row.choice for row in session.exec(select(Ballot)).all()]
            session.execute(text("DELETE FROM ballot"))
            session.add_all(Ballot(proposal_id=made.id, choice=choice) for choice in said)
            session.flush()
        session.execute(
            text(
                "UPDATE proposal SET yes = :yes, no = :no, unsure = :unsure, passed = :passed,"
                " closed_at = :at WHERE id = :id"
            ),
            values,
        )


@pytest.mark.parametrize(
    "counts",
    [
        (3, 1, 0, True),  # a yes too many
        (2, 0, 0, True),  # a no too few
        (2, 1, 1, True),
    ],
)
def test_counts_that_are_not_those_of_the_ballots_cannot_be_stored(database, counts):
    made, _ = a_vote(5, ["yes", "yes", "no"])
    with pytest.raises(db.Broken, match="do not add up"):
        close_by_hand(made, *counts)


def test_a_result_that_its_rule_does_not_give_cannot_be_stored(database):
    made, _ = a_vote(5, ["yes", "no", "no"])
    with pytest.raises(IntegrityError, match="outcome"):
        close_by_hand(made, 1, 2, 0, passed=True)


def test_a_vote_cannot_be_closed_while_its_ballots_still_lead_to_people(database):
    made, _ = a_vote(5, ["yes", "yes", "no"])
    with pytest.raises(db.Broken, match="do not add up"):
        close_by_hand(made, 2, 1, 0, passed=True, unlink=False)


def test_a_stuffed_ballot_box_cannot_be_counted(database):
    made, _ = a_vote(5, ["yes", "no"])
    with db.transaction() as session:
        session.add(Ballot(proposal_id=made.id, choice="yes"))
    with pytest.raises(db.Broken, match="do not add up"):
        closed(made)


def test_a_vote_cannot_be_closed_early_by_hand_either(database):
    made, _ = a_vote(5, ["yes", "yes", "no"])
    with pytest.raises(db.Broken, match="early"):
        close_by_hand(made, 2, 1, 0, passed=True, after=timedelta())
    close_by_hand(made, 2, 1, 0, passed=True, after=timedelta(seconds=1))


def test_a_question_cannot_be_born_closed(database):
    pool, members = group(3)
    made = Proposal(
        **{name: getattr(kiln(pool), name) for name in drafts.FROZEN},
        proposed_by=members[0].id,
        opened_at=NOW,
        closes_at=NOW + HOUR,
        closed_at=NOW + HOUR + HOUR,
        roll_size=3,
        quorum=2,
        passed=True,
        yes=3,
        no=0,
        unsure=0,
    )
    with pytest.raises(db.Broken), db.transaction() as session:
        session.add(made)


def test_a_moved_ballot_is_refused(database):
    _, members = a_vote(5, ["yes", "no"])
    whose = members[4].id.hex if db.is_sqlite() else str(members[4].id)
    refused(f"UPDATE ballot SET membership_id = '{whose}' WHERE choice = 'yes'")


def test_the_tables_of_votes_cannot_be_emptied(on_postgres):
    a_vote(3, ["yes"])
    for table in ("ballot", "roll", "proposal"):
        with pytest.raises(db.Broken), db.transaction() as session:
            session.execute(text(f"TRUNCATE {table} CASCADE"))


def test_a_passed_vote_says_the_same_whoever_said_what(database):
    """Two members swap their ballots: every row but the random ids is the same."""
    seen = []
    for turn, choices in enumerate((["yes", "no", "yes"], ["no", "yes", "yes"])):
        pool, members = group(5, slug=f"hub-{turn}")
        made = asked(pool, members[0], draft=kiln(pool))
        for one, choice in zip(members, choices, strict=False):
            say(made, one, choice)
        end = closed(made)
        seen.append((end.yes, end.no, end.unsure, end.passed, end.closed_at))
    assert seen[0] == seen[1]
