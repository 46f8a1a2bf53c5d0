"""A round closes once, all or nothing, and everybody is told what came out and why."""

import json
from datetime import date, timedelta

import pytest
import rounds_making as making
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

import db
from members import notices
from members.access import NotYourJob
from members.models import Letter, Membership
from pools import agreement
from pools.clubbing import price_file, rounds
from pools.clubbing.models import Place, Round
from pools.clubbing.promises import NoSuchRound


def places(made):
    with db.reading() as session:
        found = select(Place).where(Place.round_id == made.round_id)
        return list(session.exec(found.order_by(col(Place.id))))


def letter_of(who):
    """The letter that told them how the round came out."""
    with db.reading() as session:
        found = select(Letter).where(
            Letter.person_id == who.person_id, col(Letter.key).startswith("round:")
        )
        (letter,) = session.exec(found)
    return letter.kind, notices.facts_of(letter.facts)


def result(made):
    return json.loads(making.the_round(made).result)["sessions"]


def test_eleven_at_42_run_the_hub_and_each_owes_the_list_price(database):
    hub = making.group()
    people = making.promised(hub, [4200] * 11)
    closed = making.close(hub)
    assert closed.runs is True
    assert {one.membership_id for one in places(hub)} == {one.id for one in people}
    assert {one.price for one in places(hub)} == {4200}
    (thursday,) = result(hub).values()
    assert (thursday["size"], thursday["cost"]) == (11, 44372)
    assert sorted(thursday["shares"].values()) == [4033] * 2 + [4034] * 9


def test_with_equal_shares_eleven_owe_4034(database):
    hub = making.group(rule="equal")
    making.promised(hub, [4200] * 11)
    making.close(hub)
    assert {one.price for one in places(hub)} == {4034}


@pytest.mark.parametrize("rule", ["list", "equal"])
def test_ten_at_42_are_too_few_nobody_owes_and_all_are_told(database, rule):
    hub = making.group(rule=rule)
    people = making.promised(hub, [4200] * 10)
    closed = making.close(hub)
    assert closed.runs is False
    assert places(hub) == []
    for who in [*people, hub.organiser]:
        assert letter_of(who)[0] == "round_ended"
    assert "The lowest price we found was £42.72. You said £42." in letter_of(people[0])[1]["lines"]
    assert letter_of(hub.organiser)[1]["lines"] == []
    then = {"list": "It needs 11 people.", "equal": "Too few of them could pay enough."}
    counts = [f"Thursdays: 10 people promised. {then[rule]}"]
    assert letter_of(hub.organiser)[1]["counts"] == counts


def test_a_place_runs_from_the_first_day_for_the_whole_term(database):
    hub = making.group()
    making.promised(hub, [4200] * 11)
    making.close(hub)
    assert {(one.starts_on, one.ends_on) for one in places(hub)} == {
        (making.STARTS, making.STARTS + timedelta(weeks=12))
    }


def test_each_is_told_what_they_pay_and_with_which_reference(database):
    hub = making.group()
    people = making.promised(hub, [4200] * 11)
    making.close(hub)
    kind, facts = letter_of(people[3])
    assert kind == "round_result_in"
    assert facts["lines"] == ["You are in on Thursdays.", "You pay £42 a day."]
    assert facts["starts"] == "Thursday 3 December 2026"
    assert facts["reference"].startswith("ME-")


def test_who_is_not_in_is_told_what_would_have_been_needed(database):
    hub = making.group(rule="equal", capacity=16)
    people = making.promised(hub, [4500] * 11 + [3500])
    making.close(hub)
    kind, facts = letter_of(people[-1])
    assert kind == "round_result_out"
    assert facts["lines"] == [
        "It was £40.34 a day. You said £35.",
        "With you in, it would be £37.27.",
        "With you and 4 more people, it would be £34.55.",
    ]
    assert letter_of(people[0])[0] == "round_result_in"


def test_under_a_list_price_who_said_less_is_told_the_price(database):
    hub = making.group()
    people = making.promised(hub, [4200] * 11 + [3500])
    making.close(hub)
    assert letter_of(people[-1])[1]["lines"] == ["It was £42 a day. You said £35."]


def test_when_every_place_is_taken_the_earlier_promises_are_in(database):
    hub = making.group()
    people = making.promised(hub, [4200] * 13)
    making.close(hub)
    assert {one.membership_id for one in places(hub)} == {one.id for one in people[:12]}
    assert letter_of(people[12])[1]["lines"] == [
        "Every place on Thursdays is taken.", "Earlier promises came first.",
    ]  # fmt: skip


def test_who_could_pay_but_is_one_too_many_is_told_so(database):
    hub = making.group(rule="equal")
    people = making.promised(hub, [4300] * 10)
    making.close(hub)
    assert len(places(hub)) == 8
    assert letter_of(people[9])[1]["lines"] == [
        "One person more would make it dearer for everybody.", "Earlier promises came first.",
    ]  # fmt: skip


def test_who_promised_nothing_hears_that_it_runs(database):
    hub = making.group()
    making.promised(hub, [4200] * 11)
    making.close(hub)
    assert letter_of(hub.organiser)[0] == "round_runs"


def test_nobody_elses_most_is_in_any_letter(database):
    hub = making.group(rule="equal")
    mosts = [4701 + 13 * number for number in range(11)] + [3001]
    people = making.promised(hub, mosts)
    making.close(hub)
    with db.reading() as session:
        everything = list(session.exec(select(Letter)))
    for letter in everything:
        for who, most in zip(people, mosts, strict=True):
            if letter.person_id != who.person_id:
                assert f"{most / 100:.2f}" not in letter.facts


def test_two_days_are_counted_each_for_itself(database):
    hub = making.group(days=(1, 3))
    both = making.members(hub, 11)
    for who in both:
        making.promise(hub, who, 4200, days=hub.days[1:])
    for who in both[:2]:
        making.promise(hub, who, 4200, days=hub.days)
    making.close(hub)
    assert {one.session_id for one in places(hub)} == {hub.days[1]}
    kind, facts = letter_of(both[0])
    assert kind == "round_result_in"
    assert facts["lines"][0] == "Too few people could pay for Tuesdays."
    assert "You are in on Thursdays." in facts["lines"]


def test_what_was_counted_is_kept_and_counts_again_to_the_byte(database):
    hub = making.group(rule="equal")
    making.promised(hub, [4200] * 11 + [3500])
    making.close(hub)
    kept = making.the_round(hub)
    assert rounds.counts_again(kept)
    assert price_file.price_command_text(kept.given, as_json=True) == kept.result
    kept.given = kept.given.replace('"most":{', '"most": {', 1).replace("3500", "4100", 1)
    assert not rounds.counts_again(kept)


def test_what_is_kept_names_nobody(database):
    hub = making.group()
    people = making.promised(hub, [4200] * 11)
    making.close(hub)
    kept = making.the_round(hub)
    for who in people:
        for sign in (str(who.id), str(who.person_id), who.name):
            assert sign not in kept.given + kept.result


def test_closing_twice_changes_nothing(database):
    hub = making.group()
    making.promised(hub, [4200] * 11)
    first = making.close(hub)
    again = making.close(hub, now=making.LATER + timedelta(days=1), by=hub.organiser)
    assert again.closed_at == first.closed_at
    assert len(places(hub)) == 11


def test_before_its_time_only_the_organiser_can_close_it(database):
    hub = making.group()
    people = making.promised(hub, [4200] * 11)
    with pytest.raises(rounds.NotYet):
        making.close(hub, now=making.NOW)
    with pytest.raises(NotYourJob):
        making.close(hub, now=making.NOW, by=people[0])
    assert making.the_round(hub).closed_at is None
    assert making.close(hub, now=making.NOW, by=hub.organiser).runs


def test_an_organiser_of_another_group_finds_nothing_here(database):
    hub, other = making.group(), making.group("saturday-art")
    with pytest.raises(NoSuchRound):
        making.close(hub, by=other.organiser)


def test_a_round_without_promises_ends(database):
    hub = making.group()
    assert making.close(hub).runs is False
    assert rounds.counts_again(making.the_round(hub))


def test_what_was_taken_back_and_who_left_are_not_counted(database):
    hub = making.group()
    people = making.promised(hub, [4200] * 13)
    making.withdraw(hub, people[0])
    with db.transaction() as session:
        session.get(Membership, people[1].id).left_at = making.NOW
    making.close(hub)
    assert {one.membership_id for one in places(hub)} == {one.id for one in people[2:]}


def test_a_lot_is_drawn_with_the_rounds_own_id(database):
    hub = making.group(order="lot")
    making.promised(hub, [4200] * 13)
    making.close(hub)
    assert json.loads(making.the_round(hub).given)["seed"] == str(hub.round_id)
    assert len(places(hub)) == 12


def test_due_are_the_rounds_whose_time_is_over(database):
    hub = making.group()

    def due(now):
        with db.reading() as session:
            return rounds.due(session, now)

    assert due(making.CLOSES - timedelta(seconds=1)) == []
    assert due(making.CLOSES) == [hub.round_id]
    making.close(hub)
    assert due(making.LATER) == []


def again(made, starts_on, now=making.LATER, key=None):
    with db.transaction() as session:
        rules = agreement.current(session, made.pool_id)
        return rounds.open_round(
            session, made.service_id, rules, closes_at=now + timedelta(days=7),
            starts_on=starts_on, now=now, key=key,
        )  # fmt: skip


def test_after_too_few_the_group_can_ask_again(database):
    hub = making.group()
    making.close(hub)
    key = db.new_id()
    opened = again(hub, date(2027, 1, 7), key=key)
    assert again(hub, date(2027, 1, 7), key=key).id == opened.id == key
    with db.reading() as session:
        assert len(list(session.exec(select(Round)))) == 2


def test_only_one_round_is_open_at_a_time(database):
    hub = making.group()
    with pytest.raises(db.Broken, match="A round is open already"):
        again(hub, date(2027, 1, 7))


def test_the_next_term_starts_when_this_one_ends(database):
    hub = making.group()
    making.promised(hub, [4200] * 11)
    making.close(hub)
    with pytest.raises(rounds.StillRunning, match="Thursday 25 February 2027"):
        again(hub, date(2027, 2, 24))
    assert again(hub, date(2027, 2, 25)).closed_at is None


@pytest.mark.parametrize(
    ("closes", "starts", "refusal"),
    [(-1, 9, rounds.CloseLater), (0, 9, rounds.CloseLater), (7, 6, rounds.StartLater)],
)
def test_a_round_closes_after_today_and_starts_after_it_closes(database, closes, starts, refusal):
    hub = making.group()
    making.close(hub)
    now = making.LATER
    with pytest.raises(refusal), db.transaction() as session:
        rounds.open_round(
            session, hub.service_id, agreement.current(session, hub.pool_id),
            closes_at=now + timedelta(days=closes),
            starts_on=(now + timedelta(days=starts)).date(), now=now,
        )  # fmt: skip


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    mosts=st.lists(st.integers(3000, 6000), max_size=14),
    rule=st.sampled_from(["equal", "list"]),
    order=st.sampled_from(["earliest", "held", "lot"]),
)
def test_places_are_what_the_count_says_and_nobody_pays_over_their_most(
    database, mosts, rule, order
):
    hub = making.group(f"g{db.new_id()}", rule=rule, order=order)
    people = making.promised(hub, mosts)
    making.close(hub)
    kept, found = making.the_round(hub), places(hub)
    (thursday,) = result(hub).values()
    assert len(found) == thursday["size"]
    assert kept.runs == bool(found)
    assert sum(thursday["shares"].values()) == thursday["cost"]
    assert sum(one.price for one in found) >= thursday["cost"]
    said = dict(zip((one.id for one in people), mosts, strict=True))
    assert all(one.price <= said[one.membership_id] for one in found)
    assert rounds.counts_again(kept)
    for who in people:
        assert letter_of(who)[0].startswith("round_")
