"""The Thursday Hub once it runs: eleven in at £42, a treasurer, two checkers, a payee, money paid
in. For the tests of bills and of the money book.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import rounds_making as rounds
from page import Browser
from sqlmodel import select
from world import demo_config

import commands
import db
from ledger import accounting, journal
from members import signing_in
from members.models import Membership, Person, Role
from pools import agreement
from pools.models import Evidence, FundingSource, Pool
from pools.spending import bills, evidence, payees
from pools.spending.models import Bill, Payee
from pools.spending.sharing import How

NOW = datetime(2026, 12, 18, 12, 0, tzinfo=rounds.NOW.tzinfo)
BILLED = date(2026, 12, 17)
HOME = "/g/thursday-hub"
SESSION = 44372  # what one Thursday costs with eleven people
HOW = ("rule", "session_id", "since", "until", "people", "fund_id", "from_fund")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Page>>endobj\n%%EOF\n"


@dataclass
class Hub:
    made: rounds.Group
    pool: Pool
    people: list[Membership]  # the eleven with a place
    organiser: Membership
    treasurer: Membership
    checker: Membership
    payee: Payee

    @property
    def standing(self) -> UUID:
        return self.made.round_id


def hub(slug="thursday-hub", *, people=11, paid_in=4200 * 4, terms=None, days=(rounds.THURSDAY,)):
    """`terms` are changes to the ready-made rules; by default one checker is enough."""
    made = rounds.group(slug, days=days)
    inside = rounds.promised(made, [6000] * people, name="Canary")
    rounds.close(made)
    treasurer = rounds.member(made.pool_id, f"Ana of {slug}", role="treasurer")
    checker = rounds.member(made.pool_id, f"Raj of {slug}", role="checker")
    easy = {"checkers": 1, "two_checkers_over": 10**9, "new_payee_two": False}
    with db.transaction() as session:
        rules = agreement.Terms(price_rule="list", list_price=4200, **(easy | (terms or {})))
        agreement.agree(session, made.pool_id, rules, now=NOW)
        payee = payees.add(session, "Oak Lane Care", "4471", treasurer, key=db.new_id(), now=NOW)
        pool = session.get_one(Pool, made.pool_id)
    all_of = Hub(made, pool, inside, made.organiser, treasurer, checker, payee)
    if paid_in:
        for number, one in enumerate(inside):
            pay_in(all_of, one, paid_in, key=f"bank:{slug}-{number}")
    return all_of


def fund_of(who: Membership) -> UUID:
    with db.reading() as session:
        return session.exec(
            select(FundingSource.fund_id).where(FundingSource.membership_id == who.id)
        ).first()


def pay_in(hub, who, amount, *, key=None, on=date(2026, 12, 5)):
    facts = accounting.Facts(on=on, key=key or f"bank:{db.new_id()}", words="Paid in")
    with db.transaction() as session:
        draft = accounting.contribution(fund_of(who), amount, facts)
        return journal.post(session, hub.pool.book_id, draft, now=NOW)


def new_bill(hub, **other) -> bills.NewBill:
    facts = {
        "key": db.new_id(),
        "authority_id": hub.standing,
        "payee_id": hub.payee.id,
        "number": f"A-{db.new_id().hex[-10:]}",
        "billed_on": BILLED,
        "amount": SESSION,
        "words": "One Thursday",
    }
    how = {name: other.pop(name) for name in HOW if name in other}
    return bills.NewBill(**(facts | other), how=How(**how))


def enter(hub, *, by=None, now=NOW, **other) -> Bill:
    with db.transaction() as session:
        return bills.enter(session, new_bill(hub, **other), by or hub.treasurer, now=now)


def approve(hub, bill, *, by=None, now=NOW) -> Bill:
    with db.transaction() as session:
        return bills.approve(session, bill.id, by or hub.checker, now=now)


def send_back(hub, bill, *, by=None, why="Wrong amount", now=NOW) -> Bill:
    with db.transaction() as session:
        return bills.withdraw(session, bill.id, by or hub.checker, why, now=now)


def pay(hub, bill, *, key="line-1", on=date(2026, 12, 18), now=NOW) -> int:
    with db.transaction() as session:
        return bills.pay(session, bill.id, bank_key=key, paid_on=on, by=hub.treasurer.code, now=now)


def paid(hub, **other) -> Bill:
    """A bill through its whole life."""
    bill = enter(hub, **other)
    approve(hub, bill)
    pay(hub, bill, key=f"line-{bill.id}")
    return again(bill)


def again(bill) -> Bill:
    with db.reading() as session:
        return session.get_one(Bill, bill.id)


def file(hub, body=PDF, *, by=None) -> Evidence:
    cleaned = evidence.clean(body)
    with db.transaction() as session:
        return evidence.keep(session, cleaned, by or hub.treasurer, now=NOW)


def other_payee(hub, name="Kiln Shop", last4="1234") -> Payee:
    with db.transaction() as session:
        return payees.add(session, name, last4, hub.treasurer, key=db.new_id(), now=NOW)


def side_with(hub, payee, *people, by=None):
    with db.transaction() as session:
        payees.declare(session, payee.id, {one.id for one in people}, by or hub.organiser)


def take_job(hub, who, *, now=NOW):
    with db.transaction() as session:
        role = session.exec(
            select(Role).where(Role.person_id == who.person_id).with_for_update()
        ).one()
        role.until = now
        session.add(role)


def later(**span) -> datetime:
    return NOW + timedelta(**span)


# --- pages ---


def app_at(home, url):
    """The whole app on this database, with its clock at NOW."""
    made = commands.make_app(demo_config(home, url))
    made.config["SERVER_NAME"] = "127.0.0.1:8000"
    shift = int((NOW - datetime.now(UTC)).total_seconds())
    (home / "clock_shift").write_text(str(shift))
    return made


def device(app, membership) -> Browser:
    """A browser that is signed in as this member."""
    with db.transaction() as session:
        person = session.get_one(Person, membership.person_id)
        token = signing_in.sign_in_as(session, person, "A test", NOW)
    made = Browser(app)
    made.client.set_cookie("club", token, domain="127.0.0.1")
    return made
