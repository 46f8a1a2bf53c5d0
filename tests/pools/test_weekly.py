"""The weekly letter: on Friday morning, once, if the book moved, never to who stopped it."""

from datetime import UTC, datetime, timedelta

import bills_making as make
import pytest
from sqlmodel import select

import db
from ledger import accounting, journal, queries
from members import mail
from members.models import Letter, Membership, Person
from pools.models import FundingSource, Pool
from pools.spending import weekly
from pools.spending.weekly_models import WeeklyLetter

THURSDAY = datetime(2026, 11, 26, 12, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 9, tzinfo=UTC)
WEEK = timedelta(days=7)


def tick(now):
    with db.reading() as session:
        waiting = weekly.due(session, now)
    for pool_id in waiting:
        with db.transaction() as session:
            weekly.send(session, pool_id, now=now)
    return len(waiting)


def letters():
    with db.reading() as session:
        return session.exec(select(Letter).where(Letter.kind == "weekly")).all()


@pytest.fixture
def hub(database):
    """A group whose first Friday was looked at; since then everybody paid in again."""
    hub = make.hub(paid_in=30000)
    assert tick(THURSDAY) == 1
    assert letters() == []
    return hub


def pay_in(hub, pence=100):
    make.pay_in(hub, hub.people[0], pence)


def readers(hub):
    with db.reading() as session:
        inside = (
            select(Person.id)
            .join(Membership, Membership.person_id == Person.id)
            .where(Membership.pool_id == hub.pool.id, Person.email.is_not(None))
        )
        return set(session.exec(inside))


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (THURSDAY, 20), (FRIDAY - timedelta(seconds=1), 20), (FRIDAY, 27),
        (FRIDAY + timedelta(days=6), 27),
    ],
)  # fmt: skip
def test_the_week_ends_on_friday_at_nine_in_the_groups_own_time(now, day):
    assert weekly.last_friday(now, "Europe/London").day == day


def test_a_group_elsewhere_has_its_own_friday_morning():
    assert weekly.last_friday(FRIDAY, "Australia/Sydney").day == 27
    assert weekly.last_friday(FRIDAY - timedelta(hours=11), "Australia/Sydney").day == 27
    assert weekly.last_friday(FRIDAY, "America/New_York").day == 20


def test_each_member_gets_one_letter_for_a_week_in_which_the_book_moved(hub):
    pay_in(hub)
    assert tick(FRIDAY) == 1
    assert tick(FRIDAY + timedelta(minutes=1)) == 0
    found = [one.person_id for one in letters()]
    assert len(found) == len(set(found)) > 5
    assert set(found) == readers(hub)


def test_a_week_in_which_nothing_moved_has_no_letter(hub):
    assert tick(FRIDAY) == 1
    assert tick(FRIDAY + WEEK) == 1
    assert letters() == []


def test_who_stopped_it_and_who_has_no_email_get_none(hub):
    first, second, *_ = hub.people
    with db.transaction() as session:
        weekly.want(session, first, yes=False, now=THURSDAY)
        weekly.want(session, first, yes=False, now=THURSDAY)
        person = session.get_one(Person, second.person_id)
        person.email = None
        session.add(person)
    pay_in(hub)
    tick(FRIDAY)
    told = {one.person_id for one in letters()}
    assert first.person_id not in told
    assert second.person_id not in told
    with db.transaction() as session:
        weekly.want(session, first, yes=True, now=FRIDAY)
    pay_in(hub, 200)
    tick(FRIDAY + WEEK)
    assert first.person_id in {one.person_id for one in letters()}


def test_two_servers_at_once_write_one_letter_each(hub):
    pay_in(hub)
    with db.reading() as session:
        [pool_id] = weekly.due(session, FRIDAY)
    for _ in range(2):
        with db.transaction() as session:
            weekly.send(session, pool_id, now=FRIDAY)
    assert len(letters()) == len(readers(hub))
    with db.reading() as session:
        head = queries.head(session, hub.pool.book_id)
        assert {one.seq for one in session.exec(select(WeeklyLetter))} >= {head.seq}


def test_the_page_stops_it_and_wants_it_again(story):
    tom = story.browser("tom")
    page = tom.get("/g/thursday-hub/weekly")
    assert "You get no weekly letter." in page.send(yes=None)
    assert "You get the weekly letter." in tom.get("/g/thursday-hub/weekly").send(yes=True)


def test_the_letter_says_what_moved_and_holds_the_whole_seal(story):
    with db.reading() as session:
        pool = session.exec(select(Pool).where(Pool.slug == "thursday-hub")).one()
        fund = session.exec(
            select(FundingSource.fund_id).where(FundingSource.pool_id == pool.id)
        ).first()
    now = story.now
    with db.transaction() as session:
        weekly.send(session, pool.id, now=now)
        facts = accounting.Facts(on=now.date(), key="test:weekly", words="Paid in")
        journal.post(session, pool.book_id, accounting.contribution(fund, 4200, facts), now=now)
        weekly.send(session, pool.id, now=now + WEEK)
    with story.app.app_context(), db.reading() as session:
        letter = session.exec(select(Letter).where(Letter.kind == "weekly")).first()
        written = mail.written_letter(session, letter)
        head = queries.head(session, pool.book_id)
    assert written.subject == "This week in Thursday Hub"
    for said in ("£42 came in.", "kiln", head.hash.hex(), "/g/thursday-hub/weekly"):
        assert said in written.body
    assert "went out" not in written.body
    assert "http://127.0.0.1:8000/g/thursday-hub/weekly" in written.body
