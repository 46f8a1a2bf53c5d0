"""Deleting somebody: of them nothing is left, of the sums everything."""

import shutil
import time
from dataclasses import replace
from datetime import date, timedelta

import bills_making as hubs
import going_making as made
import pytest
from databases import ON_POSTGRES, copy_on_postgres
from going_making import ASKED, CANARIES, DUE, NAME, ROOMS, act
from sqlalchemy import text
from sqlmodel import select
from world import demo_config

import commands
import db
from errors import NotPossible
from ledger import audit, queries
from members import going, naming, signing_in, stones
from members.models import Erasure, Letter, Membership, NamedWords, Person, Role
from pools import exporting
from pools.decisions.models import Ballot, Roll
from pools.spending.models import Bill, BillShare

MONTH = timedelta(days=31)


@pytest.fixture
def hub(database):
    return hubs.hub()


@pytest.fixture
def who(hub):
    return made.canary(hub)


def head(hub):
    with db.reading() as session:
        assert audit.findings(session, hub.pool.book_id) == []
        return queries.head(session, hub.pool.book_id)


def erasure():
    with db.reading() as session:
        return session.exec(select(Erasure)).one()


# --- what goes and what stays ---------------------------------------------------------------------


def test_nothing_anywhere_says_who_is_gone(hub, who):
    made.live(hub, who)
    assert {place.split(": ")[1] for place in made.found(*CANARIES)} == set(CANARIES)
    made.gone(who)
    made.unlooked(DUE + MONTH)
    assert made.found(*CANARIES) == []


def test_what_only_they_said_goes_at_once(hub, who):
    made.live(hub, who)
    made.gone(who)
    assert made.found(made.EMAIL, made.PHONE, made.SAID, "ZE-") == []


def test_sums_chain_and_head_stay_exactly_as_they_were(hub, who):
    made.live(hub, who)
    before, sealed = head(hub), made.sealed(hub)
    made.gone(who)
    made.unlooked(DUE + MONTH)
    assert head(hub) == before
    assert made.sealed(hub) == sealed


def test_a_book_taken_away_with_names_no_longer_names_them(hub, who):
    made.live(hub, who)
    made.gone(who)
    made.unlooked(DUE + MONTH)
    with db.reading() as session:
        for kind in exporting.FORMS:
            pieces = exporting.pieces(session, hub.pool, kind, names=True)
            whole = b"".join(pieces).decode("latin-1")
            assert not [word for word in CANARIES if word.lower() in whole.lower()], kind


def test_the_stone_says_what_was_kept_and_until_when(hub, who):
    made.live(hub, who)
    made.gone(who)
    stone = erasure()
    assert "Amounts and dates in the money book of Thursday Hub" in stone.kept
    assert stone.kept_until == date(2033, 12, 31)


def test_a_person_of_whom_no_book_knows_leaves_only_a_stone(hub):
    new = hubs.rounds.member(hub.pool.id, NAME, now=hubs.NOW)
    made.gone(new)
    assert (erasure().kept_until, made.found(NAME)) == (None, [])


def test_doing_it_again_changes_nothing(hub, who):
    made.live(hub, who)
    made.gone(who)
    with db.transaction() as session:
        person = session.get_one(Person, who.person_id)
        for room in ROOMS:
            room.erase(session, person, now=DUE + MONTH)
    assert head(hub)


# --- the way to it --------------------------------------------------------------------------------


def test_who_asks_is_out_at_once_everywhere(hub, who):
    made.give_back(hub, who)
    with db.transaction() as session:
        person = session.get_one(Person, who.person_id)
        token = signing_in.sign_in_as(session, person, "Another", hubs.NOW)
    made.ask(who)
    with db.reading() as session:
        assert signing_in.person_of(session, token, now=ASKED) is None
        assert session.get_one(Membership, who.id).left_at == ASKED
    assert made.known(who).name == NAME


def test_within_14_days_they_can_change_their_mind(hub, who):
    made.give_back(hub, who)
    made.ask(who)
    act(going.keep, who.person_id, now=DUE - timedelta(seconds=1))
    made.tick(DUE)
    made.tick(DUE + MONTH)
    with db.reading() as session:
        assert session.get_one(Membership, who.id).left_at is None
    assert made.known(who).email == made.EMAIL
    assert made.ask(who, now=DUE + MONTH).due_at > DUE + MONTH  # and ask again later


def test_who_joins_again_meanwhile_stays(hub, who):
    made.give_back(hub, who)
    made.ask(who)
    with db.transaction() as session:
        session.get_one(Membership, who.id).left_at = None
    made.tick(DUE)
    assert erasure().undone_at == DUE


def test_a_plain_letter_goes_before_the_address_does(hub, who):
    made.give_back(hub, who)
    made.ask(who)
    made.tick(DUE)
    with db.reading() as session:
        last = session.exec(select(Letter).where(Letter.kind == "erase_now")).one()
    assert (last.address, made.known(who).name) == (made.EMAIL, NAME)
    made.tick(DUE + timedelta(hours=1))
    assert made.known(who).name == NAME  # the letter has not left yet
    with db.transaction() as session:
        session.get_one(Letter, last.id).sent_at = DUE
    made.tick(DUE + timedelta(hours=2))
    assert made.known(who).email is None


def test_a_mail_server_that_is_down_holds_it_up_by_a_day_at_most(hub, who):
    made.give_back(hub, who)
    made.ask(who)
    made.tick(DUE)
    made.tick(made.LAST)
    assert made.known(who).email is None


def test_money_that_came_in_meanwhile_goes_back_first(hub, who):
    made.give_back(hub, who)
    made.ask(who)
    hubs.pay_in(hub, who, 500)
    for _ in range(2):
        made.tick(DUE)
    with db.reading() as session:
        letters = session.exec(select(Letter).where(Letter.kind == "erase_waits")).all()
    assert (len(letters), made.known(who).name) == (1, NAME)
    made.give_back(hub, who, 500)
    made.tick(DUE + timedelta(hours=1))
    made.tick(DUE + 2 * going.LETTER_WAITS)
    assert made.known(who).name == "A past member"


def test_an_old_sign_in_is_not_enough(hub, who):
    made.give_back(hub, who)
    with db.transaction() as session:
        person = session.get_one(Person, who.person_id)
        token = signing_in.sign_in_as(session, person, "A", ASKED - going.FRESH)
    with pytest.raises(going.SignInAgain):
        act(going.ask, ROOMS, who.person_id, token=token, now=ASKED)


# --- what must come first (G-E3) ------------------------------------------------------------------


def _nothing(hub, who):
    made.give_back(hub, who)


def _money(hub, who):
    made.give_back(hub, who, made.money_of(hub, who) - 665)


def _short(hub, who):
    made.give_back(hub, who, made.money_of(hub, who) + 500)


def _open_vote(hub, who):
    made.give_back(hub, who)
    made.vote(hub, who, at=ASKED - timedelta(days=1), close=False)


def _closed_vote(hub, who):
    made.give_back(hub, who)
    made.vote(hub, who)


def _bill(hub, who):
    bill = hubs.enter(hub)
    made.give_back(hub, who)
    return bill


def _bill_paid(hub, who):
    hubs.paid(hub)
    made.give_back(hub, who)


def _job(hub, who, kind="checker"):
    made.give_back(hub, who)
    with db.transaction() as session:
        session.add(Role(pool_id=who.pool_id, person_id=who.person_id, kind=kind, since=hubs.NOW))


def _only_job(hub, who):
    _job(hub, who, "treasurer")
    hubs.take_job(hub, hub.treasurer)


def _checked(hub, who):
    bill = hubs.enter(hub)
    _job(hub, who)
    hubs.approve(hub, bill, by=who)


def _side(hub, who):
    made.give_back(hub, who)
    hubs.side_with(hub, hub.payee, who)


def _question(hub, who):
    bill = hubs.paid(hub)
    new = made.questions.New(key=db.new_id(), seq=bill.paid_seq, kind="what", words="Why?")
    act(made.questions.ask, new, who, now=hubs.NOW)
    made.give_back(hub, who)


def _matched(hub, who):
    made.give_back(hub, who)
    made.at_the_bank(hub, who)


def _unmatched(hub, who):
    _matched(hub, who)
    with db.transaction() as session:
        session.execute(text("UPDATE bank_line SET entry_seq = NULL"))


def _payee_in_the_middle(hub, who):
    _bill(hub, who)
    hubs.side_with(hub, hub.payee, who)


STATES = [
    ("nothing is open", True, _nothing, ""),
    ("money in the group", False, _money, "£6.65 of your money is in"),
    ("money missing", False, _short, "£5 is missing"),
    ("a vote is open", True, _open_vote, ""),
    ("a vote has closed", True, _closed_vote, ""),
    ("a share in a bill that is not paid", False, _bill, "You have a share in a bill"),
    ("a share in a bill that is paid", True, _bill_paid, ""),
    ("the only treasurer", False, _only_job, "You are the only treasurer"),
    ("one of two checkers", True, _job, ""),
    ("checked a bill that is not paid", False, _checked, "A bill that you checked"),
    ("on the payee's side, no bill open", True, _side, ""),
    ("on the payee's side, a bill open", False, _payee_in_the_middle, "you are on the side of"),
    ("a question is open", True, _question, ""),
    ("could be asked to answer", True, _job, ""),
    ("a payment waits at the bank", False, _unmatched, "A payment of £42 waits at the bank"),
    ("a line of the bank was matched", True, _matched, ""),
]


@pytest.mark.parametrize(("_state", "free", "do", "said"), STATES, ids=[s[0] for s in STATES])
def test_each_state_has_its_end(hub, who, _state, free, do, said):
    do(hub, who)
    before = head(hub)
    if not free:
        with db.reading() as session:
            first = going.firsts(session, ROOMS, [who], ASKED)
        assert [one for one in first if said in one.words and one.href]
        with pytest.raises(going.FirstThis):
            made.ask(who)
        assert made.known(who).name == NAME
        return
    made.gone(who)
    assert made.known(who).name == "A past member"
    assert made.found(made.EMAIL, made.PHONE) == []
    assert head(hub) == before


def test_a_place_ends_first(hub, who):
    made.give_back(hub, who)
    with pytest.raises(going.FirstThis, match="You have a place in Thursday Hub until"):
        made.ask(who, now=hubs.NOW)


def test_a_promise_is_taken_back_first(database):
    hub = hubs.rounds.group("other")
    (new,) = hubs.rounds.promised(hub, [6000])
    with pytest.raises(going.FirstThis, match="Your promise in Other is open"):
        made.ask(new, now=hubs.rounds.NOW + timedelta(hours=1))


def test_a_ballot_in_an_open_vote_goes_and_the_vote_can_still_be_counted(hub, who):
    made.give_back(hub, who)
    vote = made.vote(hub, who, at=DUE - timedelta(days=1), close=False)
    made.gone(who)
    with db.reading() as session:
        assert session.exec(select(Ballot).where(Ballot.proposal_id == vote.id)).all() == []
        assert not session.get_one(Roll, (vote.id, who.id)).voted
    act(made.proposals.close, vote.id, now=vote.closes_at + MONTH, effects=made.EFFECTS)


def test_a_question_that_only_they_could_end_has_ended(hub, who):
    _question(hub, who)
    made.gone(who)
    with db.reading() as session:
        (question,) = session.exec(select(made.questions.QuestionAsked)).all()
    assert (question.words, question.closed_at) == ("", DUE + timedelta(minutes=1))


# --- words that others wrote ----------------------------------------------------------------------


def waiting(hub):
    with db.reading() as session:
        return {one.called: one for one in naming.waiting(session, ROOMS, hub.pool.id)}


def test_somebody_with_a_job_says_which_words_name_them(hub, who):
    paid = made.live(hub, who)
    made.gone(who)
    lines = waiting(hub)
    assert lines["What a bill was for"].words == f"Taxi for {NAME}"
    act(naming.decide, ROOMS, lines["What a bill was for"].id, hub.checker, take=True, now=DUE)
    keep = lines["What somebody answered"].id
    act(naming.decide, ROOMS, keep, hub.treasurer, take=False, now=DUE)
    with db.reading() as session:
        assert session.get_one(Bill, paid.id).words == "Words taken away"
        assert not session.get_one(NamedWords, keep).taken
    assert not {"What a bill was for", "What somebody answered"} & waiting(hub).keys()


def test_words_of_what_is_still_open_wait(hub, who):
    made.give_back(hub, who)
    for one in hub.people[1:]:
        hubs.pay_in(hub, one, 50000)
    bill = hubs.enter(hub, words=f"Taxi for {NAME}", authority_id=hub.standing)
    with db.transaction() as session:  # as if they had no share
        session.add(Erasure(person_id=who.person_id, asked_at=ASKED, due_at=DUE))
        session.flush()
        asked = session.exec(select(Erasure)).one()
        going.finish(session, asked, session.get_one(Person, who.person_id), rooms=ROOMS, now=DUE)
    line = waiting(hub)["What a bill was for"]
    with pytest.raises(naming.StillOpen):
        act(naming.decide, ROOMS, line.id, hub.checker, take=True, now=DUE)
    made.unlooked(DUE + MONTH)
    with db.reading() as session:
        assert session.get_one(NamedWords, line.id).ends_at == DUE + MONTH + naming.LATER
        assert session.get_one(Bill, bill.id).words == f"Taxi for {NAME}"


def test_a_name_inside_another_word_is_not_theirs(hub):
    who = made.canary(hub, name="Art")
    hubs.paid(hub, words="Party and smart cars")
    made.give_back(hub, who)
    made.gone(who)
    assert "What a bill was for" not in waiting(hub)


# --- the database itself --------------------------------------------------------------------------

NEVER = [
    "UPDATE erasure SET done_at = NULL, kept = NULL",
    "UPDATE erasure SET kept_until = NULL",
    "DELETE FROM erasure",
    "DELETE FROM entry_text",
    "UPDATE bill SET words = 'Words taken away'",
    "UPDATE bill SET words = 'Something else'",
    "UPDATE proposal SET title = 'Words taken away'",
    "UPDATE payee SET name = 'Words taken away'",
    "UPDATE bill_share SET membership_id = NULL",
]


@pytest.mark.parametrize("statement", NEVER)
def test_the_database_takes_away_nothing_else(hub, who, statement):
    made.live(hub, who)
    made.gone(who)
    before = made.found("taxi", "words taken away")
    with pytest.raises(NotPossible), db.transaction() as session:
        session.execute(text(statement))
    assert made.found("taxi", "words taken away") == before


# --- afterwards -----------------------------------------------------------------------------------


def test_when_no_council_may_ask_any_more_the_last_link_is_cut(hub, who):
    made.live(hub, who)
    made.gone(who)
    code = who.code
    assert _cut(date(2033, 12, 31)) == 0
    assert _cut(date(2034, 1, 1)) == 1
    with db.reading() as session:
        assert session.get_one(Membership, who.id).code != code
        mine = select(BillShare).where(BillShare.membership_id == who.id)
        assert session.exec(mine).all() == []
    assert head(hub)


def _cut(day) -> int:
    now = DUE.replace(year=day.year, month=day.month, day=day.day)
    with db.reading() as session:
        waits = going.to_cut(session, now)
    for one in waits:
        act(going.cut, one, rooms=ROOMS, now=now)
    return len(waits)


def test_an_old_backup_that_is_put_back_brings_nobody_back(hub, who, tmp_path):
    made.live(hub, who)
    kept = _copy(tmp_path)
    made.gone(who)
    with db.reading() as session:
        (tmp_path / stones.FILE).write_text("".join(stones.lines(session)))
    assert NAME not in (tmp_path / stones.FILE).read_text()
    _restore(kept)
    assert made.known(who).name == NAME
    assert stones.again(tmp_path / stones.FILE, ROOMS, now=made.LAST) == 1
    assert stones.again(tmp_path / stones.FILE, ROOMS, now=made.LAST) == 0
    made.unlooked(made.LAST + MONTH)
    assert made.found(*CANARIES) == []
    assert head(hub)


def test_the_list_is_kept_by_the_tick_and_read_before_anybody_is_served(hub, who, tmp_path):
    made.live(hub, who)
    kept = _copy(tmp_path)
    config = replace(demo_config(tmp_path, _url()), demo=False)
    app = commands.make_app(config)
    made.gone(who)
    with app.app_context():
        for one in _unlisted():
            stones.add(one, made.LAST)
        assert _unlisted() == []
    _restore(kept)
    commands.ready(replace(config, database_url=_url()))
    assert made.known(who).name == "A past member"


def _unlisted():
    with db.reading() as session:
        return stones.due(session, made.LAST)


def _url():
    return db.engine().url.render_as_string(hide_password=False)


def test_a_list_that_is_none_is_refused(database, tmp_path):
    (tmp_path / stones.FILE).write_text("Jo and Sam\n")
    with pytest.raises(stones.NotOurList):
        stones.again(tmp_path / stones.FILE, ROOMS, now=made.LAST)


def _copy(tmp_path):
    """As an operator would: the file, or another database made from this one."""
    url = db.engine().url
    db.engine().dispose()
    if not ON_POSTGRES:
        shutil.copyfile(url.database, tmp_path / "backup.db")
        return tmp_path / "backup.db"
    whole = url.render_as_string(hide_password=False)
    return copy_on_postgres(whole.replace(f"/{url.database}?", "/postgres?"), url.database)


def _restore(kept):
    url = db.engine().url
    db.engine().dispose()
    if ON_POSTGRES:
        db.connect(kept)
    else:
        shutil.copyfile(kept, url.database)


def test_a_hundred_of_three_hundred_go_in_seconds(hub):
    with db.transaction() as session:
        new = [
            hubs.rounds.add_member(session, hub.pool.id, f"Gone{n:03}", None, hubs.NOW)
            for n in range(300)
        ]
    began = time.perf_counter()
    for one in new[:100]:
        with db.transaction() as session:
            asked = Erasure(person_id=one.person_id, asked_at=ASKED, due_at=DUE)
            session.add(asked)
            person = session.get_one(Person, one.person_id)
            going.finish(session, asked, person, rooms=ROOMS, now=DUE)
    assert time.perf_counter() - began < 20
    assert made.found("gone00", "gone050", "gone099") == []
    assert len(made.found("gone100")) == 3
    assert head(hub)
