"""Signing in by link: who gets in, how often one may ask, and what is given away (nothing)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import people_making as make
import pytest
from people_making import HERE, NOW, SECRET
from sqlalchemy import event
from sqlmodel import select

import db
from errors import NotFound, NotValid
from members import signing_in
from members.models import LinkAsked, Person, SignIn, SignInLink

MINUTE = timedelta(minutes=1)


def who(token, *, now=NOW):
    with db.reading() as session:
        person = signing_in.person_of(session, token, now=now)
        return person and person.name


def rows(table):
    with db.reading() as session:
        return session.exec(select(table)).all()


def outcome(work):
    try:
        work()
    except signing_in.AskedTooOften:
        return "too often"
    except signing_in.LinkUsed:
        return "used"
    return "done"


def at_once(times, work):
    with ThreadPoolExecutor(16) as threads:
        return Counter(threads.map(lambda one: outcome(lambda: work(one)), range(times)))


def test_a_link_signs_its_person_in(database):
    make.person("Jo", "jo@example.com")
    signed_in = make.use(make.ask("jo@example.com"))
    assert who(signed_in.token) == "Jo"


def test_an_address_is_the_same_however_it_is_typed(database):
    make.person("Jo", "jo@example.com")
    make.ask("jo@example.com")
    with db.transaction() as session:
        signing_in.ask_link(session, " JO@Example.COM ", HERE, secret=SECRET, now=NOW)
    assert make.use(make.mailed("jo@example.com", "sign_in")).person.name == "Jo"


def test_a_link_works_once(database):
    make.person()
    token = make.ask("jo@example.com")
    make.use(token)
    with pytest.raises(signing_in.LinkUsed):
        make.use(token)


@pytest.mark.parametrize(("later", "works"), [(MINUTE * 9, True), (MINUTE * 10, False)])
def test_a_link_lives_ten_minutes(database, later, works):
    make.person()
    token = make.ask("jo@example.com")
    if works:
        assert make.use(token, now=NOW + later)
    else:
        with pytest.raises(signing_in.LinkOld):
            make.use(token, now=NOW + later)


def test_a_new_link_ends_the_old_one(database):
    make.person()
    old = make.ask("jo@example.com")
    new = make.ask("jo@example.com", now=NOW + MINUTE)
    with pytest.raises(signing_in.LinkOld):
        make.use(old, now=NOW + MINUTE)
    assert make.use(new, now=NOW + MINUTE)


def test_a_made_up_link_is_not_known(database):
    with pytest.raises(signing_in.LinkUnknown):
        make.use("made-up")


def test_another_persons_link_lives_on(database):
    make.person("Jo", "jo@example.com")
    make.person("Sam", "sam@example.com")
    sams = make.ask("sam@example.com")
    make.ask("jo@example.com")
    assert make.use(sams).person.name == "Sam"


def test_an_old_link_can_be_swapped_for_a_new_one_without_typing(database):
    make.person()
    old = make.ask("jo@example.com")
    with db.transaction() as session:
        sent = signing_in.ask_again(session, old, HERE, secret=SECRET, now=NOW + 20 * MINUTE)
    assert sent.email == "jo@example.com"
    assert make.use(make.mailed("jo@example.com", "sign_in"), now=NOW + 20 * MINUTE)


def test_an_address_that_is_nobodys_becomes_a_new_person(database):
    signed_in = make.use(make.ask("new@example.com"), name="  Pat   Lee ")
    assert (signed_in.person.name, signed_in.person.email) == ("Pat Lee", "new@example.com")
    assert who(signed_in.token) == "Pat Lee"


def test_a_new_person_needs_a_name_and_the_link_stays_good(database):
    token = make.ask("new@example.com")
    with pytest.raises(NotValid, match="name you want people to use"):
        make.use(token)
    assert make.use(token, name="Pat")


def test_asking_makes_nobody(database):
    make.ask("new@example.com")
    assert rows(Person) == []


def test_only_hashes_of_tokens_are_kept(database):
    make.person()
    token = make.ask("jo@example.com")
    cookie = make.use(token).token
    kept = [one.token_hash for one in [*rows(SignInLink), *rows(SignIn)]]
    assert kept == [signing_in.hashed(token), signing_in.hashed(cookie)]
    assert all(len(one) >= 43 for one in (token, cookie))  # 256 bits in base 64


def test_who_asked_is_kept_as_a_keyed_hash_for_an_hour(database):
    make.ask("jo@example.com")
    kept = b"".join(one.asked_by for one in rows(LinkAsked))
    assert b"jo@" not in kept
    assert signing_in.keyed("another secret", "email", "jo@example.com") not in kept
    make.ask("sam@example.com", now=NOW + timedelta(hours=1))
    assert {one.asked_at for one in rows(LinkAsked)} == {NOW + timedelta(hours=1)}


def test_links_of_yesterday_are_forgotten(database):
    make.ask("jo@example.com")
    make.ask("sam@example.com", now=NOW + timedelta(days=2))
    assert [one.email for one in rows(SignInLink)] == ["sam@example.com"]


def test_asking_does_the_same_work_for_somebody_and_for_nobody(database):
    make.person("Jo", "jo@example.com")
    make.ask("warm@example.com")
    done = []
    event.listen(db.engine(), "after_cursor_execute", lambda _c, _cu, sql, *_more: done.append(sql))
    make.ask("jo@example.com", network="198.51.100.1")
    known, done[:] = list(done), []
    make.ask("no@example.com", network="198.51.100.2")
    assert known == done


# --- how often one may ask ---


def test_five_times_in_a_quarter_of_an_hour_and_no_more(database):
    make.person()
    asked = [NOW + MINUTE * n for n in range(5)]
    for now in asked:
        make.ask("jo@example.com", now=now)
    with pytest.raises(signing_in.AskedTooOften, match="Wait 15 minutes"):
        make.ask("jo@example.com", now=NOW + 14 * MINUTE)
    make.ask("jo@example.com", now=NOW + 15 * MINUTE)


def test_a_refused_asking_changes_nothing_so_the_newest_link_still_works(database):
    make.person()
    for _ in range(5):
        token = make.ask("jo@example.com")
    with pytest.raises(signing_in.AskedTooOften):
        make.ask("jo@example.com")
    assert make.use(token)


def test_a_place_may_ask_sixty_times_an_hour(database):
    for n in range(60):
        make.ask(f"p{n}@example.com")
    with pytest.raises(signing_in.AskedTooOften, match="Wait an hour"):
        make.ask("p60@example.com")
    make.ask("p60@example.com", network="198.51.100.1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.7", "192.0.2.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("unknown", "unknown", True),
    ],
)
def test_a_place_is_one_line_to_the_internet(one, other, same):
    assert (signing_in.place_of(one) == signing_in.place_of(other)) is same


# --- being signed in ---


@pytest.mark.parametrize(
    ("shared", "later", "still"),
    [
        (False, timedelta(days=29), "Jo"),
        (False, timedelta(days=30), None),
        (True, timedelta(hours=11), "Jo"),
        (True, timedelta(hours=12), None),
    ],
)
def test_a_device_stays_signed_in_for_thirty_days_a_shared_one_for_twelve_hours(
    database, shared, later, still
):
    make.person()
    token = make.use(make.ask("jo@example.com"), shared=shared).token
    assert who(token, now=NOW + later) == still


def test_signing_out_ends_it_on_the_server(database):
    make.person()
    token = make.use(make.ask("jo@example.com")).token
    for _ in range(2):
        with db.transaction() as session:
            signing_in.sign_out(session, token, now=NOW)
    assert who(token) is None


def test_signing_in_again_on_a_device_ends_what_was_there(database):
    make.person("Jo", "jo@example.com")
    make.person("Sam", "sam@example.com")
    jos = make.use(make.ask("jo@example.com")).token
    sams = make.use(make.ask("sam@example.com"), replacing=jos).token
    assert (who(jos), who(sams)) == (None, "Sam")


def test_a_person_sees_their_devices_newest_first_and_ends_one(database):
    jo = make.person()
    first = make.use(make.ask("jo@example.com"), "Chrome on a Mac").token
    second = make.use(make.ask("jo@example.com"), "Safari on an iPhone", now=NOW + MINUTE).token
    with db.reading() as session:
        mine = signing_in.devices(session, jo, now=NOW + MINUTE)
    assert [one.device for one in mine] == ["Safari on an iPhone", "Chrome on a Mac"]
    with db.transaction() as session:
        signing_in.end(session, mine[0].id, jo, now=NOW + MINUTE)
    assert (who(first), who(second)) == ("Jo", None)


def test_nobody_ends_another_persons_device(database):
    jo, sam = make.person("Jo", "jo@example.com"), make.person("Sam", "sam@example.com")
    token = make.use(make.ask("jo@example.com")).token
    with db.reading() as session:
        jos = signing_in.devices(session, jo, now=NOW)[0]
    with pytest.raises(NotFound), db.transaction() as session:
        signing_in.end(session, jos.id, sam, now=NOW)
    assert who(token) == "Jo"


def test_a_new_kind_of_device_is_told_to_its_owner(database):
    make.person()
    for device in ("Chrome on a Mac", "Chrome on a Mac", "Safari on an iPhone"):
        make.use(make.ask("jo@example.com"), device)
    told = make.letters(kind="new_device")
    assert [("Safari" in one.facts, one.address) for one in told] == [(True, "jo@example.com")]


# --- many at once ---


@pytest.mark.parametrize("known", [True, False], ids=["somebody", "nobody yet"])
def test_of_twenty_who_open_one_link_one_gets_in(on_postgres, known):
    if known:
        make.person("Jo", "jo@example.com")
    token = make.ask("jo@example.com")
    assert at_once(20, lambda _n: make.use(token, name="Jo")) == {"done": 1, "used": 19}
    assert len(rows(SignIn)) == len(rows(Person)) == 1


def test_the_limit_of_an_address_is_exact_when_sixteen_ask_at_once(on_postgres):
    assert at_once(32, lambda n: make.ask("jo@example.com", network=f"192.0.2.{n}")) == {
        "done": 5,
        "too often": 27,
    }
    alive = [link for link in rows(SignInLink) if link.ends_at > NOW]
    assert len(alive) == 1


def test_the_limit_of_a_place_is_exact_when_sixteen_ask_at_once(on_postgres):
    assert at_once(80, lambda n: make.ask(f"p{n}@example.com")) == {"done": 60, "too often": 20}


def test_those_who_ask_across_each_other_do_not_block(on_postgres):
    def ask(n):
        make.ask(f"p{n % 4}@example.com", network=f"192.0.2.{n // 4 % 4}")

    assert at_once(64, ask) == {"done": 20, "too often": 44}
