"""Questions about a line: who may ask, see, answer and end them, and by when (pages.md 6.5)."""

from datetime import date, datetime, timedelta

import bills_making as making
import pytest
from bills_making import NOW, hub
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

import db
from errors import NotFound, NotValid
from ledger import accounting, journal
from members.access import NotYourJob
from members.models import Letter, Membership, Person, Role
from pools.spending import answering, book, payees, question_queries, questions
from pools.spending.models import Answer, QuestionAsked
from pools.spending.questions import New

DAY = timedelta(days=1)
ROLES = {"treasurer": frozenset({"treasurer"}), "checker": frozenset({"checker"})}


@pytest.fixture
def made(database):
    return hub()


def ask(made, seq=1, *, by=None, now=NOW, **other):
    facts = {"key": db.new_id(), "seq": seq, "kind": "what"} | other
    with db.transaction() as session:
        return questions.ask(session, New(**facts), by or made.people[3], now=now)


def answer(made, one, *, by=None, words="It was for four Thursdays.", key=None, now=NOW):
    with db.transaction() as session:
        return answering.answer(
            session, one.id, by or made.treasurer, words, key=key or db.new_id(), now=now
        )


def decide(made, one, *, by=None, good=True, now=NOW):
    with db.transaction() as session:
        return questions.decide(session, one.id, by or made.people[3], good=good, now=now)


def tick(now):
    with db.reading() as session:
        waits = questions.due(session, now)
    for one in waits:
        with db.transaction() as session:
            questions.pass_on(session, one, now=now)
    return len(waits)


def again(one):
    with db.reading() as session:
        return session.get_one(QuestionAsked, one.id)


def letters(kind):
    with db.reading() as session:
        return session.exec(select(Letter).where(Letter.kind == kind).order_by(Letter.id)).all()


def seen(made, who, one, roles=frozenset()):
    with db.reading() as session:
        return question_queries.question_page(session, made.pool, who, roles, one.id)


def count(made, who, seq=1):
    with db.reading() as session:
        return question_queries.counts(session, made.pool, who, [seq]).get(seq)


def jobs(made, who, roles=ROLES["treasurer"]):
    with db.reading() as session:
        return question_queries.jobs(session, made.pool, who, roles, now=NOW)


# --- the life of a question -----------------------------------------------------------------------


def test_a_question_is_asked_answered_and_ended_by_the_asker(made):
    one = ask(made, words="Who got it?")
    assert one.answer_by == made.treasurer.id
    assert seen(made, made.people[3], one).state == "looking"
    answer(made, one)
    found = seen(made, made.people[3], one)
    assert (found.state, found.may_decide) == ("answered", True)
    assert not seen(made, made.people[4], one).may_decide
    done = decide(made, one)
    assert done.closed_at == NOW
    assert seen(made, made.people[4], one).state == "done"


def test_only_the_asker_says_if_it_is_answered(made):
    one = ask(made)
    answer(made, one)
    for who in (made.treasurer, made.checker, made.organiser, made.people[4]):
        with pytest.raises(NotFound):
            decide(made, one, by=who)
    assert again(one).closed_at is None


def test_no_sends_it_on_to_the_second_checker_with_a_new_date(made):
    one = ask(made)
    answer(made, one)
    later = NOW + DAY * 3
    after = decide(made, one, good=False, now=later)
    assert after.answer_by == made.checker.id
    assert after.answer_until > one.answer_until
    answer(made, one, by=made.checker, now=later)
    assert decide(made, one, now=later).closed_at == later
    assert [said.good for said in seen(made, made.people[3], one).answers] == [False, True]


def test_a_late_one_shows_to_all_and_goes_to_the_second_checker(made):
    one = ask(made)
    assert tick(one.answer_until - timedelta(seconds=1)) == 0
    assert tick(one.answer_until) == 1
    after = again(one)
    assert after.answer_by == made.checker.id
    assert after.late_at == one.answer_until
    assert after.answer_until == questions.until(made.pool, one.answer_until)
    assert seen(made, made.people[5], one).late
    assert tick(one.answer_until) == 0
    told = [letter.person_id for letter in letters("question_asked")]
    assert told == [made.treasurer.person_id, made.checker.person_id]


def test_what_is_answered_in_time_never_gets_late(made):
    one = ask(made)
    answer(made, one)
    assert tick(one.answer_until + DAY) == 0


def test_a_question_never_stays_with_somebody_who_has_no_job_any_more(made):
    one = ask(made)
    making.take_job(made, made.treasurer)
    assert tick(NOW) == 1
    after = again(one)
    assert (after.answer_by, after.late_at) == (made.checker.id, None)


def test_the_date_is_three_working_days_on(made):
    asked_on_friday = NOW  # 18 December 2026
    assert asked_on_friday.weekday() == 4
    assert ask(made).answer_until.date() == date(2026, 12, 23)


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)))
@settings(max_examples=60)
def test_working_days_never_end_on_a_weekend(day):
    found = questions.working_day(day, 3)
    assert found.weekday() < 5
    between = [day + DAY * n for n in range(1, (found - day).days + 1)]
    assert sum(one.weekday() < 5 for one in between) == 3


# --- who sees what --------------------------------------------------------------------------------


def test_the_group_sees_the_question_and_never_who_asked(made):
    one = ask(made, words="CANARY-WORDS")
    asker = made.people[3].name
    for who in (made.people[4], made.treasurer, made.checker):
        found = seen(made, who, one, frozenset({"treasurer"}))
        assert found.words == "CANARY-WORDS"
        assert (found.asker, found.mine) == ("", False)
    assert seen(made, made.people[3], one).mine
    assert not [letter for letter in letters("question_asked") if asker in letter.facts]


def test_what_only_one_person_may_see_is_hidden_from_all_others(made):
    one = ask(made, seen_by="answerer", words="CANARY-WORDS")
    assert seen(made, made.treasurer, one).asker == made.people[3].name
    assert count(made, made.people[4]) is None
    for who in (made.people[4], made.checker, made.organiser):
        with pytest.raises(NotFound):
            seen(made, who, one)
        with pytest.raises((NotFound, NotYourJob)):
            answer(made, one, by=who)


def test_a_late_one_that_only_one_may_see_shows_that_it_is_there_and_nothing_else(made):
    one = ask(made, seen_by="answerer", words="CANARY-WORDS")
    tick(one.answer_until)
    with db.reading() as session:
        (found,) = question_queries.of_line(session, made.pool, made.people[5], frozenset(), 1)
    assert found.hidden
    assert (found.words, found.asks, found.asker, found.answers) == ("", "", "", ())
    assert count(made, made.people[5]).late == 1
    with pytest.raises(NotFound):
        seen(made, made.people[5], one)
    assert seen(made, made.checker, one).words == "CANARY-WORDS"


def test_open_ones_are_counted_beside_the_line(made):
    assert count(made, made.people[0]) is None
    first, second = ask(made), ask(made, kind="amount", by=made.people[4])
    assert count(made, made.people[0]) == question_queries.Count(2, 0, 0)
    answer(made, first)
    assert count(made, made.people[0]) == question_queries.Count(1, 1, 0)
    decide(made, first)
    answer(made, second)
    decide(made, second, by=made.people[4], good=False)
    assert count(made, made.people[0]) == question_queries.Count(1, 1, 0)
    with db.reading() as session:
        (row,) = book.told(
            session, made.pool, made.people[0],
            book.queries.book_page(session, made.pool.book_id, before=2, size=1).lines,
        )  # fmt: skip
    words = [words for words, _ in row.links]
    assert words == ["1 question", "1 answer"]


def test_it_is_a_job_for_the_one_whose_turn_it_is(made):
    one = ask(made)
    assert [job.words for job in jobs(made, made.treasurer)] == ["Answer a question"]
    assert jobs(made, made.checker, ROLES["checker"]) == ()
    assert jobs(made, made.people[3], frozenset()) == ()
    ask(made, by=made.people[4])
    (job,) = jobs(made, made.treasurer)
    assert (job.words, job.count) == ("Answer questions", 2)
    answer(made, one)
    assert len(jobs(made, made.treasurer)) == 1


def test_the_asker_finds_the_answer_on_the_groups_page(made):
    one = ask(made)
    answer(made, one)
    with db.reading() as session:
        card = question_queries.card(session, made.pool, made.people[3], now=NOW)
        assert [found.id for found in card.answered] == [one.id]
        assert question_queries.card(session, made.pool, made.people[4], now=NOW) is None


def test_an_asker_without_email_gets_no_letter_that_others_would_hand_over(made):
    with db.transaction() as session:
        person = session.get_one(Person, made.people[3].person_id)
        person.email = None
        session.add(person)
    answer(made, ask(made))
    answer(made, ask(made, by=made.people[4]))
    assert [letter.person_id for letter in letters("question_answered")] == [
        made.people[4].person_id
    ]


# --- who may not ----------------------------------------------------------------------------------


def test_the_paid_side_neither_asks_nor_answers(made):
    bill = making.paid(made)
    making.side_with(made, made.payee, made.treasurer, made.people[2])
    one = ask(made, bill.paid_seq)
    assert one.answer_by == made.checker.id
    with pytest.raises(answering.PaidByIt):
        answer(made, one, by=made.treasurer)
    with pytest.raises(payees.OnTheirSide):
        ask(made, bill.paid_seq, by=made.people[2])


def test_who_got_money_back_does_not_answer_for_it(made):
    with db.transaction() as session:
        member = session.get_one(Membership, made.people[0].id)
        session.add(
            Role(pool_id=made.pool.id, person_id=member.person_id, kind="treasurer", since=NOW)
        )
    facts = accounting.Facts(on=making.BILLED, key="back", words="Went back", outside=True)
    draft = accounting.paid_back(making.fund_of(made.people[0]), 1000, facts)
    with db.transaction() as session:
        seq = journal.post(session, made.pool.book_id, draft, now=NOW).seq
    making.take_job(made, made.treasurer)
    one = ask(made, seq)
    assert one.answer_by == made.checker.id
    with pytest.raises(answering.PaidByIt):
        answer(made, one, by=made.people[0])
    own = ask(made, seq, by=made.people[0])
    answer(made, own, by=made.checker)
    assert decide(made, own, by=made.people[0]).closed_at


def test_who_came_to_the_paid_side_later_cant_end_it(made):
    bill = making.paid(made)
    one = ask(made, bill.paid_seq)
    answer(made, one)
    making.side_with(made, made.payee, made.people[3])
    with pytest.raises(payees.OnTheirSide):
        decide(made, one)


def test_the_treasurers_own_question_goes_to_another(made):
    one = ask(made, by=made.treasurer)
    assert one.answer_by == made.checker.id
    with pytest.raises(answering.OwnQuestion):
        answer(made, one, by=made.treasurer)


def test_members_without_a_job_dont_answer(made):
    with pytest.raises(NotYourJob):
        answer(made, ask(made), by=made.people[5])


def test_who_left_asks_nothing(made):
    with db.transaction() as session:
        member = session.get_one(Membership, made.people[3].id)
        member.left_at = NOW
        session.add(member)
    with pytest.raises(questions.NotInNow):
        ask(made)


def test_a_line_that_is_not_there_has_no_questions(made):
    for seq in (0, 999, 2**62):
        with pytest.raises(journal.NoSuchEntry):
            ask(made, seq)


def test_nobody_asks_without_end(made):
    for _ in range(questions.MOST_OPEN):
        ask(made)
    with pytest.raises(questions.ManyOpen):
        ask(made)
    assert ask(made, by=made.people[4])


# --- twice, and nonsense --------------------------------------------------------------------------


def test_the_same_form_twice_is_one_question_and_one_answer(made):
    key, reply = db.new_id(), db.new_id()
    one = ask(made, key=key)
    assert ask(made, key=key).id == one.id
    with pytest.raises(answering.FormUsed):
        ask(made, key=key, words="Other")
    assert answer(made, one, key=reply).id == answer(made, one, key=reply).id
    with pytest.raises(answering.AnsweredJustNow):
        answer(made, one, by=made.checker)
    decide(made, one)
    assert decide(made, one).closed_at == NOW
    with pytest.raises(answering.QuestionDone):
        answer(made, one)
    assert len(letters("question_asked")) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "worried"}, {"kind": ""}, {"seen_by": "all"}, {"words": "x" * 401}, {"words": "\x00"},
     {"words": "a\u202eb"}],
)  # fmt: skip
def test_what_cant_be_asked_is_refused(made, wrong):
    with pytest.raises(NotValid):
        ask(made, **wrong)


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 1001, "a\x07b"])
def test_an_answer_has_words(made, words):
    with pytest.raises(NotValid):
        answer(made, ask(made), words=words)


def test_there_is_nothing_to_decide_before_an_answer(made):
    with pytest.raises(questions.NoAnswerYet):
        decide(made, ask(made))


def test_lines_stay_lines(made):
    assert ask(made, words=" one\r\ntwo ").words == "one\ntwo"


@given(words=st.text(max_size=450))
@settings(max_examples=60, deadline=None)
def test_any_words_are_kept_whole_or_refused_with_a_sentence(words):
    try:
        said = answering.tidy(words, 400)
    except NotValid as refusal:
        said = refusal.sentence
        words = said
    assert len(said) <= 400
    assert said == said.strip()
    assert said.split() == words.split()


def test_moments_are_kept_in_order(made):
    one = answer(made, ask(made))
    with db.reading() as session:
        kept = session.get_one(Answer, one.id)
    assert isinstance(kept.answered_at, datetime)
    assert (kept.good, kept.decided_at) == (None, None)
