"""Who may open what: every route declares it, and every route is called by every kind of person.

The policy is what the view declares; these prove that the app does what it declares, for people of
this group, of another group, of none, and for things that belong to another group.
"""

from uuid import uuid4

import pytest
from sqlalchemy import inspect, text
from sqlmodel import select

import db
from demo.people import email_of
from members.access import rule_of
from members.models import (
    Invitation,
    Letter,
    Membership,
    Need,
    Person,
    Plan,
    Provider,
    Role,
    SignIn,
)
from payments.models import BankLine, Closing, OpeningMoney
from pools import joining
from pools.bands.models import BandHeld
from pools.clubbing.models import Round, Service, ServiceSession
from pools.decisions.models import Proposal
from pools.funds.models import GrantFund
from pools.inviting import open_link_of
from pools.models import Evidence, FundingSource, Pool
from pools.packs.models import KeptStatement
from pools.spending.models import Authority, Bill, Correction, Override, Payee, QuestionAsked

HUB, ART = "thursday-hub", "saturday-art"
PERSONAS = {
    "nobody": None, "stranger": "mia", "another group's": "zed", "provider": "lee",
    "member": "tom", "organiser": "sam", "treasurer": "ana", "checker": "raj",
}  # fmt: skip
INSIDE = {"member", "organiser", "treasurer", "checker"}
ROLES = {"organiser", "treasurer", "checker"}
LEFT_OUT = {"static"}


def rows(kind, slug=HUB, **where):
    with db.reading() as session:
        pool = session.exec(select(Pool).where(Pool.slug == slug)).one()
        wanted = select(kind).filter_by(**where)
        if hasattr(kind, "pool_id"):
            wanted = wanted.where(kind.pool_id == pool.id)
        return session.exec(wanted).all()


def examples(slug=HUB) -> dict[str, str]:
    """A value for each variable part of an address, of things that belong to that group."""

    def one(kind, **where):
        found = rows(kind, slug, **where)
        return str(found[0].id) if found else str(uuid4())

    return {
        "slug": slug,
        "proposal_id": one(Proposal), "bill_id": one(Bill), "line_id": one(BankLine),
        "payee_id": one(Payee), "round_id": one(Round), "evidence_id": one(Evidence),
        "authority_id": one(Authority), "role_id": one(Role), "letter_id": one(Letter),
        "membership_id": one(Membership), "session_id": one(ServiceSession),
        "service_id": one(Service), "invitation_id": one(Invitation),
        "provider_id": one(Provider), "device_id": one(SignIn), "upload_id": str(uuid4()),
        "link_id": str(uuid4()), "correction_id": one(Correction), "seq": "1",
        "kept_id": one(KeptStatement), "form": "pdf",
        "closing_id": one(Closing), "month": "2026-01",
        "question_id": one(QuestionAsked), "source_id": one(FundingSource),
        "opening_id": one(OpeningMoney),
        "override_id": one(Override), "held_id": one(BandHeld),
        "fund_id": str(next((row.fund_id for row in rows(GrantFund, slug)), uuid4())),
        "plan_id": one(Plan), "need_id": one(Need), "part": "who",
        "token": "no-such-token", "code": "no-such-code", "words_id": str(uuid4()), "what": "take",
        "name": "mia", "task": "place", "step": "name",
        "filename": "site.css",
    }  # fmt: skip


def routes(app):
    for route in app.url_map.iter_rules():
        if route.endpoint not in LEFT_OUT:
            for method in sorted(route.methods & {"GET", "POST"}):
                yield route, method


def address(app, route, values) -> str:
    missing = route.arguments - values.keys()
    assert not missing, f"give test_access an example of {missing} ({route.rule})"
    with app.test_request_context(base_url="http://127.0.0.1:8000"):
        adapter = app.url_map.bind("127.0.0.1:8000")
        given = {name: values[name] for name in route.arguments}
        for name, converter in route._converters.items():
            given[name] = converter.to_python(given[name])
        return adapter.build(route.endpoint, given)


@pytest.fixture
def people(story):
    """The story's app, with somebody who is in the other group only; and each one's device."""
    with db.transaction() as session:
        pool = session.exec(select(Pool).where(Pool.slug == ART)).one()
        zed = Person(name="Zed", email=email_of("zed"), made_at=pool.started_at)
        session.add(zed)
        session.flush()
        link = open_link_of(session, pool.id, story.now)
        joining.join(session, link.token, name="Zed", person=zed, now=story.now)
    return {name: story.browser(key).client for name, key in PERSONAS.items()}


def wanted(rule, persona, *, in_group: bool) -> str:
    """in, sign in, not there, or not theirs."""
    if rule.who == "everyone":
        return "in"
    if persona == "nobody":
        return "sign in"
    if rule.who == "provider":
        return "in" if persona == "provider" else "not theirs"
    if in_group and persona not in INSIDE:
        return "not there"
    if rule.who == "role" and persona not in rule.roles:
        return "not theirs"
    return "in"


def got(response) -> str:
    code, to = response.status_code, response.headers.get("Location", "")
    if code == 303 and (to == "/in" or to.startswith("/in?")):
        return "sign in"
    return {404: "not there", 403: "not theirs"}.get(code, "in" if code < 500 else f"{code}")


def contents(*, but=("sign_in", "link_asked")) -> str:
    """Everything in the database, as words; devices' last-seen times aside."""
    lines = []
    with db.reading() as session:
        for table in sorted(inspect(session.connection()).get_table_names()):
            if table not in but:
                found = session.execute(text(f'SELECT * FROM "{table}"')).all()
                lines += [f"{table} {row}" for row in sorted(map(str, found))]
    return "\n".join(lines)


def test_every_route_declares_who_may_open_it(story):
    with story.app.app_context():
        undeclared = [r.endpoint for r, _ in routes(story.app) if rule_of(r.endpoint) is None]
    assert undeclared == []


def test_each_kind_of_person_gets_exactly_what_each_route_declares(story, people):
    story.app.config["WTF_CSRF_ENABLED"] = False
    values, wrong = examples(), []
    for route, method in routes(story.app):
        with story.app.app_context():
            rule = rule_of(route.endpoint)
        path = address(story.app, route, values)
        for persona, client in people.items():
            expected = wanted(rule, persona, in_group="slug" in route.arguments)
            if expected == "in" and method == "POST":
                continue  # what those inside may do, the rooms' own tests do
            before = contents() if method == "POST" else ""
            answer = got(client.open(path, method=method))
            fine = answer == expected or (expected == "in" and answer == "not there")
            if not fine:
                wrong.append(f"{persona}: {method} {path}: {answer}, not {expected}")
            if method == "POST" and contents() != before:
                wrong.append(f"{persona}: {method} {path} changed something")
    assert wrong == []


def test_a_fragment_is_guarded_as_its_page_is(story, people):
    values, wrong = examples(), []
    for route, method in routes(story.app):
        if method == "GET" and "slug" in route.arguments:
            path = address(story.app, route, values)
            for persona in ("nobody", "another group's"):
                headers = {"HX-Request": "true", "HX-Target": "main"}
                answer = got(people[persona].get(path, headers=headers))
                if answer not in {"sign in", "not there"}:
                    wrong.append(f"{persona}: {path}: {answer}")
    assert wrong == []


def test_what_belongs_to_another_group_is_not_there(story, people):
    """Jo is the organiser of one group and a member of the other: ids do not cross."""
    story.app.config["WTF_CSRF_ENABLED"] = False
    mine, theirs = examples(ART), examples(HUB)
    foreign = {**theirs, "slug": ART}
    crossing = {
        "proposal_id", "bill_id", "line_id", "payee_id", "round_id", "evidence_id", "role_id",
        "membership_id", "authority_id", "invitation_id", "correction_id",
        "question_id", "closing_id", "words_id", "kept_id",
        "override_id", "held_id", "fund_id",
    }  # fmt: skip
    jo, wrong = story.browser("jo").client, []
    for route, method in routes(story.app):
        if "slug" in route.arguments and route.arguments & crossing:
            before = contents()
            answer = got(jo.open(address(story.app, route, foreign), method=method))
            if answer not in {"not there", "not theirs"} or contents() != before:
                wrong.append(f"{method} {route.rule}: {answer}")
    assert wrong == []
    assert mine["slug"] == ART


def test_looking_changes_nothing(story, people):
    values, before = examples(), contents()
    for route, method in routes(story.app):
        if method == "GET":
            for client in people.values():
                assert client.get(address(story.app, route, values)).status_code < 500
    assert contents() == before


def test_a_form_without_its_token_is_refused_everywhere(story, people):
    values, wrong = examples(), []
    for route, method in routes(story.app):
        if method == "POST":
            for persona in ("member", "organiser", "treasurer"):
                code = people[persona].post(address(story.app, route, values)).status_code
                if code not in {400, 403, 404}:
                    wrong.append(f"{persona}: {route.rule}: {code}")
    assert wrong == []


def test_the_demo_has_no_door_in_a_real_deployment(real_app):
    rules = {str(rule) for rule in real_app.url_map.iter_rules()}
    assert not [rule for rule in rules if rule.startswith("/demo")]
