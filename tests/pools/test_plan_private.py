"""What a plan says is its person's alone: canary words in it, and every page as everybody else."""

import zipfile
from io import BytesIO

import pytest
from sqlmodel import select
from test_access import address, examples, routes

import db
from demo.people import email_of
from ledger import queries as ledger
from members import notices, plans
from members.models import Letter, Membership, Need, Person, Plan
from pools import beyond_plan
from pools.decisions.models import Proposal
from pools.models import PaysAnyway, Pool
from pools.spending import my_money, plan_mine, warning
from pools.spending.plan_models import WeeksWarning

WORDS = ("Zanzibar Council", "Quixotry", "KESTREL-77", "Ombre the advocate", "I train wombats")
OTHERS = ("lee", "tom", "sam", "ana")  # a provider, a member, the organiser, the treasurer
WHY = "Because flamingos"


@pytest.fixture
def grace(story):
    """Somebody of the group whom nobody of test_access is, with canary words in her plan."""
    with db.transaction() as session:
        me = session.exec(select(Person).where(Person.email == email_of("grace"))).one()
        for plan in plans.open_plans(session, me.id):
            plans.end(session, me, plan.id, now=story.now)
        facts = plans.Facts(
            source="direct_payment", funder=WORDS[0], weekly=13337, name_there=WORDS[1],
            reference=WORDS[2], managed_by=WORDS[3], starts_on=story.now.date(),
        )  # fmt: skip
        plan = plans.begin(session, me, facts, key=db.new_id(), now=story.now)
        plans.add_need(session, me, plan.id, WORDS[4], "travel", key=db.new_id(), now=story.now)
        plans.say_own(
            session, me, plan.id, 7777700, story.now.date(), key=db.new_id(), now=story.now
        )
        hub = session.exec(select(Pool).where(Pool.slug == "thursday-hub")).one()
        member = session.exec(
            select(Membership).where(Membership.person_id == me.id, Membership.pool_id == hub.id)
        ).one()
        asked = session.exec(select(Proposal).where(Proposal.pool_id == hub.id)).first()
        beyond_plan.say(session, member, WHY, proposal_id=asked.id, now=story.now)
        warning.warn(session, plan.id, now=story.now)
    return me


CANARIES = (*WORDS, WHY, "133.37", "77,777", "77777")


def hers(grace) -> dict[str, str]:
    with db.reading() as session:
        [plan] = plans.open_plans(session, grace.id)
        [need] = plans.needs_of(session, [plan.id])[plan.id]
    return {"plan_id": str(plan.id), "need_id": str(need.id)}


def leaks(body: bytes) -> list[str]:
    """Also in the files of a zip."""
    text = body.decode("utf-8", "replace")
    if body[:2] == b"PK":
        with zipfile.ZipFile(BytesIO(body)) as packed:
            text = "".join(
                packed.read(name).decode("utf-8", "replace") for name in packed.namelist()
            )
    return [word for word in CANARIES if word in text]


def test_no_page_and_no_file_tells_anybody_else_what_a_plan_says(story, grace):
    values, wrong = examples() | hers(grace), []
    devices = {key: story.browser(key).client for key in OTHERS}
    for route, method in routes(story.app):
        if method != "GET":
            continue
        path = address(story.app, route, values)
        for key, device in devices.items():
            if found := leaks(device.get(path).get_data()):
                wrong.append(f"{key}: {path}: {found}")
    assert wrong == []


def test_its_person_reads_all_of_it(story, grace):
    mine = story.browser("grace")
    assert set(WORDS) <= {word for word in WORDS if word in mine.get("/me/plan")}
    assert "You hold more than" in mine.get("/me/money")


def test_no_letter_and_no_line_of_the_book_holds_a_word_of_it(story, grace):
    with story.app.app_context(), db.reading() as session:
        letters = session.exec(select(Letter)).all()
        assert [one for one in letters if one.kind == "weeks_held"]
        said = "".join(f"{one.kind} {notices.facts_of(one.facts)}" for one in letters)
        hub = session.exec(select(Pool).where(Pool.slug == "thursday-hub")).one()
        said += str(ledger.book_page(session, hub.book_id, size=500))
    assert leaks(said.encode()) == []


def test_whoever_asks_or_enters_a_bill_reads_how_many_and_never_who(story, grace):
    """Grace's plan names only travel, and the kiln is for learning."""
    asked = examples()["proposal_id"]
    for key in ("ana", "sam", "raj", "tom"):
        page = story.browser(key).get(f"/g/thursday-hub/votes/{asked}")
        if "share it" in page:
            assert "Grace" not in page.text


def test_all_of_it_goes_when_she_asks_and_bills_stay(story, grace):
    with db.transaction() as session:
        told = plan_mine.my_data(session, grace, now=story.now)
        assert leaks(str(told).encode()) != []
        before = my_money.my_money(session, grace, today=story.now.date())[0].left
        for _ in range(2):
            plan_mine.erase(session, grace, now=story.now)
    with db.reading() as session:
        assert not any(plan_mine.my_data(session, grace, now=story.now).values())
        mine = (Plan.person_id == grace.id, PaysAnyway.why == WHY, Need.words == WORDS[4])
        for table, where in zip((Plan, PaysAnyway, Need), mine, strict=True):
            assert session.exec(select(table).where(where)).all() == []
        held = my_money.my_money(session, grace, today=story.now.date())[0]
        assert (held.left, held.weeks) == (before, None)
        assert session.exec(select(WeeksWarning)).all() == []
