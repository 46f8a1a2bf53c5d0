"""Coming into a group: once each, by a link that is good, and never as somebody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from groups_making import ASKED, NOW, group, later, person
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

import db
from errors import NotPossible, Refusal
from ledger.models import Fund
from members import claims
from members.models import Letter, Membership, Person, SignInLink
from members.signing_in import AskedTooOften
from pools import agreement, inviting, joining, reference
from pools.models import FundingSource, Signature


def count(session, table, **where):
    return len(session.exec(select(table).filter_by(**where)).all())


def stranger(name="Jo", email="jo@example.org", phone=None):
    return joining.Stranger(name, email, phone, joining.Asked(**ASKED))


def invited(session, by, email="jo@example.org"):
    return inviting.invite(session, by, email, key=db.new_id(), now=NOW).token


def join(token, *, key=None, name="Jo", now=NOW, **who):
    with db.transaction() as session:
        return joining.join(session, token, name=name, key=key, now=now, **who)


@pytest.fixture
def hub(database):
    with db.transaction() as session:
        return group(session)


def test_somebody_new_joins_by_the_open_link_signs_the_rules_and_is_told(hub):
    pool, _, token = hub
    mine = join(token, email="Jo@Example.org", phone="01632 960 200")
    with db.reading() as session:
        jo = session.get(Person, mine.person_id)
        assert (jo.name, jo.email, jo.phone) == ("Jo", None, "01632 960 200")
        assert claims.waits(session, jo.id, NOW)  # until the link in the letter is used
        rules = agreement.current(session, pool.id)
        assert session.get(Signature, (rules.id, mine.id)) is not None
        assert count(session, Letter, kind="welcome", address="jo@example.org") == 1
        assert joining.number_of(session, mine) == 2


def test_nobody_needs_an_email(hub):
    mine = join(hub[2], name="Di")
    with db.reading() as session:
        assert session.get(Person, mine.person_id).email is None
        [letter] = session.exec(select(Letter).where(Letter.person_id == mine.person_id)).all()
        assert letter.address is None


def test_the_open_link_lets_in_many_and_each_has_a_number(hub):
    numbers = []
    for n in range(5):
        mine = join(hub[2], name=f"P{n}", now=later(minutes=n))
        with db.reading() as session:
            numbers.append(joining.number_of(session, mine))
    assert numbers == [2, 3, 4, 5, 6]


def test_a_personal_link_works_once(hub):
    with db.transaction() as session:
        token = invited(session, hub[1])
    join(token, email="jo@example.org")
    with pytest.raises(inviting.LinkUsed):
        join(token, name="Al", email="al@example.org")


def test_the_same_press_twice_is_one_member(hub):
    with db.transaction() as session:
        token = invited(session, hub[1])
    key = uuid4()
    assert join(token, key=key).id == join(token, key=key).id == key
    with db.reading() as session:
        assert count(session, Membership) == 2


@pytest.mark.parametrize("how", ["old", "withdrawn", "group over", "wrong", "nonsense"])
def test_a_link_that_has_stopped_lets_nobody_in(hub, how):
    pool, sam, token = hub
    now = NOW
    with db.transaction() as session:
        if how == "old":
            now = NOW + inviting.OPEN_FOR
        elif how == "withdrawn":
            link = inviting.open_link_of(session, pool.id, NOW)
            inviting.withdraw(session, sam, link.id, now=NOW)
        elif how == "group over":
            session.merge(pool).ended_at = NOW
        elif how == "wrong":
            token = "2222-2222-2222"
        else:
            token = "no\x00pe'; --"
    with pytest.raises(Refusal):
        join(token, now=now)
    with db.reading() as session:
        assert count(session, Membership) == 1


def test_a_link_typed_in_capitals_from_the_poster_works(hub):
    assert join(hub[2].upper()).name == "Jo"


def test_who_is_in_is_not_let_in_again(hub):
    with db.transaction() as session:
        jo = person(session, "Jo", "jo@example.org")
    join(hub[2], person=jo)
    with pytest.raises(joining.InAlready):
        join(hub[2], person=jo)


def test_who_left_comes_back_to_the_same_place_in_the_book(hub):
    with db.transaction() as session:
        jo = person(session, "Jo", "jo@example.org")
    first = join(hub[2], person=jo)
    with db.transaction() as session:
        source = joining.source_of(session, first, "own_money", now=NOW)
        session.get(Membership, first.id).left_at = NOW
    again = join(hub[2], name="Joanna", person=jo, now=later(days=9))
    assert (again.id, again.name, again.left_at) == (first.id, "Joanna", None)
    with db.transaction() as session:
        assert joining.source_of(session, again, "own_money", now=NOW).id == source.id


# --- never as somebody else ---


def test_an_address_that_is_somebodys_gets_a_sign_in_link_and_nobody_joins(hub):
    with db.transaction() as session:
        person(session, "Jo", "jo@example.org")
    with db.transaction() as session:
        arrived = joining.arrive(session, hub[2], stranger(), key=uuid4(), now=NOW)
    assert arrived.membership is None
    assert arrived.link_id is not None
    with db.reading() as session:
        assert count(session, SignInLink, email="jo@example.org") == 1
        assert count(session, Membership) == 1
        assert count(session, Person) == 2


def test_a_personal_link_stays_good_for_whom_it_waits(hub):
    with db.transaction() as session:
        jo = person(session, "Jo", "jo@example.org")
        token = invited(session, hub[1])
    with db.transaction() as session:
        joining.arrive(session, token, stranger(), key=uuid4(), now=NOW)
    assert join(token, person=jo).person_id == jo.id


@pytest.mark.parametrize("known", [True, False])
def test_asking_often_is_refused_alike_for_known_and_new_addresses(hub, known):
    """Else the limit would tell who is here."""
    if known:
        with db.transaction() as session:
            person(session, "Jo", "jo@example.org")

    def arrive(token):
        with db.transaction() as session:
            joining.arrive(session, token, stranger(), key=uuid4(), now=NOW)

    with db.transaction() as session:
        for _ in range(5):
            joining.signing_in.count_asking(session, "jo@example.org", now=NOW, **ASKED)
    with pytest.raises(AskedTooOften):
        arrive(hub[2])


def test_join_itself_never_takes_an_address_as_proof(hub):
    with db.transaction() as session:
        person(session, "Jo", "jo@example.org")
    with pytest.raises(joining.KnownAddress):
        join(hub[2], email="JO@example.org")


@pytest.mark.postgres
def test_of_sixteen_who_use_one_personal_link_one_gets_in(on_postgres):
    with db.transaction() as session:
        _, sam, _ = group(session)
        token = invited(session, sam)

    def press(n):
        try:
            return join(token, name=f"P{n}", email=f"p{n}@example.org")
        except inviting.LinkUsed:
            return None

    with ThreadPoolExecutor(16) as crowd:
        inside = [made for made in crowd.map(press, range(16)) if made]
    assert len(inside) == 1
    with db.reading() as session:
        assert count(session, Membership) == 2
        assert count(session, Person) == 2


@pytest.mark.postgres
def test_sixteen_presses_of_one_button_are_one_member(on_postgres):
    with db.transaction() as session:
        _, _, token = group(session)
    key = uuid4()

    def press(_):
        with db.transaction() as session:
            return joining.arrive(session, token, stranger(), key=key, now=NOW).membership.id

    with ThreadPoolExecutor(16) as crowd:
        assert set(crowd.map(press, range(16))) == {key}


@pytest.mark.postgres
def test_people_join_while_the_link_is_changed_and_nothing_locks_up(on_postgres):
    with db.transaction() as session:
        _, sam, token = group(session)

    def act(n):
        try:
            if n % 4 == 0:
                with db.transaction() as session:
                    inviting.open_link(session, sam, key=db.new_id(), now=later(seconds=n))
            else:
                mine = join(token, name=f"P{n}")
                with db.transaction() as session:
                    joining.source_of(session, mine, "own_money", now=NOW)
        except NotPossible:
            pass

    with ThreadPoolExecutor(16) as crowd:
        list(crowd.map(act, range(48)))
    with db.reading() as session:
        refs = session.exec(select(FundingSource.reference)).all()
        assert len(refs) == len(set(refs)) == count(session, Membership) - 1


# --- names ---


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.none() | st.text(max_size=60), st.none() | st.text(max_size=20))
def test_whatever_is_typed_somebody_joins_whole_or_not_at_all(hub, name, email, phone):
    def people():
        with db.reading() as session:
            return count(session, Person), count(session, Membership), count(session, Signature)

    before = people()
    try:
        join(hub[2], name=name, email=email, phone=phone)
        assert people() == tuple(one + 1 for one in before)
    except NotPossible:
        assert people() == before


@pytest.mark.parametrize("name", ["www.spam.example", "https://x", "a@b", "x" * 41, " ", "a\nb"])
def test_a_name_goes_out_in_letters_and_so_holds_no_link(hub, name):
    with pytest.raises(NotPossible):
        join(hub[2], name=name)


# --- where the money comes from ---


def test_each_kind_of_money_has_one_fund_and_one_reference(hub):
    mine = join(hub[2], name="Jo Bell")
    with db.transaction() as session:
        first = joining.source_of(session, mine, "direct_payment", now=NOW)
        again = joining.source_of(session, mine, "direct_payment", now=later(days=1))
        other = joining.source_of(session, mine, "own_money", now=NOW)
    assert first.id == again.id
    assert first.reference != other.reference
    assert reference.check(first.reference)
    assert first.reference.startswith("JO-")
    with db.reading() as session:
        [fund] = session.exec(select(Fund).where(Fund.fund_id == first.fund_id)).all()
        assert (fund.kind, fund.owner_code, fund.source) == ("member", mine.code, "direct_payment")


def test_an_unknown_kind_of_money_makes_nothing(hub):
    mine = join(hub[2])
    with pytest.raises(joining.NoSuchSource), db.transaction() as session:
        joining.source_of(session, mine, "pocket", now=NOW)


@pytest.mark.postgres
def test_sixteen_who_ask_for_one_source_make_one_fund(on_postgres):
    with db.transaction() as session:
        _, _, token = group(session)
    mine = join(token)

    def ask(_):
        with db.transaction() as session:
            return joining.source_of(session, mine, "isf", now=NOW).fund_id

    with ThreadPoolExecutor(16) as crowd:
        assert len(set(crowd.map(ask, range(16)))) == 1
    with db.reading() as session:
        assert count(session, Fund, kind="member") == 1


def test_a_link_lasts_as_long_as_it_says(hub):
    _, sam, _ = hub
    with db.transaction() as session:
        token = invited(session, sam)
    with pytest.raises(inviting.LinkTooOld):
        join(token, now=NOW + inviting.PERSONAL_FOR)
    assert join(token, now=NOW + inviting.PERSONAL_FOR - timedelta(seconds=1))
