"""Somebody with a name that stands nowhere else, who did everything one can do in a group, and who
is free to go: their place is over and their money went back.
"""

from datetime import UTC, date, datetime, timedelta

import bills_making as hubs
from sqlalchemy import inspect, text
from sqlmodel import select

import db
from ledger import accounting, dump, journal, queries
from members import going, naming, notices, people, signing_in
from members.models import (
    EmailChange,
    Erasure,
    Invitation,
    Letter,
    Membership,
    Need,
    OwnAccount,
    Person,
    Plan,
)
from payments import mine
from payments.models import BankAccount, BankImport, BankLine
from pools import reference
from pools.decisions import ballots, proposals
from pools.decisions.effects import Draft
from pools.models import FundingSource, GroupDraft, PaysAnyway
from pools.packs.models import OwnWords
from pools.spending import answering, questions
from pools.spending.effects import SPEND

NAME, EMAIL, PHONE = "Zephyrine", "zephyrine@canary.example", "07700 900123"
SAID = "Quokka"  # a word that only they wrote
CANARIES = (NAME, EMAIL, PHONE, SAID, "ZE-")
ASKED = datetime(2027, 6, 1, 10, tzinfo=UTC)  # places end in February
DUE = ASKED + going.WAIT
LAST = DUE + going.LETTER_WAITS + timedelta(minutes=1)
ROOMS = mine.ROOMS
EFFECTS = {"spend": SPEND}


def act(use_case, *given, **named):
    with db.transaction() as session:
        return use_case(session, *given, **named)


def canary(hub, *, name=NAME, email=EMAIL, phone=PHONE) -> Membership:
    """The first of the eleven, known by that name before anything else happens."""
    who = hub.people[0]
    act(people.change, who.person_id, name=name, phone=phone)
    with db.transaction() as session:
        session.get_one(Person, who.person_id).email = email
        source = session.exec(
            select(FundingSource).where(FundingSource.membership_id == who.id)
        ).one()
        source.reference = reference.make("Zephyrine")
    with db.reading() as session:
        return session.get_one(Membership, who.id)


def live(hub, who):
    """A life in the group: devices, letters, votes, questions, a file, others' words about them."""
    with db.transaction() as session:
        person = session.get_one(Person, who.person_id)
        signing_in.sign_in_as(session, person, f"{NAME}'s phone", hubs.NOW)
        signing_in.ask_link(session, EMAIL, "10.0.0.1", secret="s" * 40, now=hubs.NOW)
        session.add(GroupDraft(person_id=person.id, answers=SAID, changed_at=hubs.NOW))
        session.add(
            EmailChange(
                person_id=person.id, email=f"new.{EMAIL}", token_hash=b"x" * 32,
                made_at=hubs.NOW, ends_at=hubs.NOW,
            )
        )  # fmt: skip
        session.add(
            Invitation(
                pool_id=hub.pool.id, token="t" * 43, made_by=hub.organiser.id, email=EMAIL,
                made_at=hubs.NOW, ends_at=hubs.NOW,
            )
        )  # fmt: skip
        notices.tell_pool(
            session, hub.pool.id, "job_given", key="job", now=hubs.NOW, who=NAME,
            job="treasurer", link="/g/thursday-hub/people",
        )  # fmt: skip
        plan_of(session, hub, who)
    paid = hubs.paid(hub, words=f"Taxi for {NAME}")
    sent_back = hubs.enter(hub, words="A mistake", amount=100)
    hubs.send_back(hub, sent_back, why=f"Ask {NAME} first")
    asked = act(
        questions.ask,
        questions.New(key=db.new_id(), seq=paid.paid_seq, kind="what", words=f"{SAID} said {NAME}"),
        who,
        now=hubs.NOW,
    )
    act(
        answering.answer, asked.id, hub.treasurer, f"It took {NAME} home.",
        key=db.new_id(), now=hubs.NOW,
    )  # fmt: skip
    act(questions.decide, asked.id, who, good=True, now=hubs.NOW)
    vote(hub, who, title=f"A party for {NAME}?", words=f"Write to {EMAIL}", at=hubs.NOW)
    vote(hub, who)
    hubs.file(hub, hubs.PDF + SAID.encode(), by=who)
    at_the_bank(hub, who)
    correction_of_theirs(hub)
    give_back(hub, who)
    return paid


def plan_of(session, hub, who):
    """What their plan says, and what they told a council."""
    plan = Plan(
        person_id=who.person_id, source="direct_payment", name_there=NAME, funder="Northtown",
        reference=SAID, weekly=20000, starts_on=hubs.BILLED, managed_by=f"{NAME} herself",
        made_at=hubs.NOW,
    )  # fmt: skip
    session.add(plan)
    session.flush()
    need = Need(plan_id=plan.id, words=f"To cook, {SAID}", kind="people", made_at=hubs.NOW)
    own = OwnAccount(plan_id=plan.id, amount=100, on_day=hubs.BILLED, made_at=hubs.NOW)
    said = OwnWords(
        membership_id=who.id, since=hubs.BILLED, until=hubs.BILLED, words=SAID, changed_at=hubs.NOW
    )
    anyway = PaysAnyway(
        membership_id=who.id, service_id=hub.made.service_id, why=SAID, made_at=hubs.NOW
    )
    session.add_all([need, own, said, anyway])
    session.flush()


def vote(hub, who, *, title="A kiln?", words="An oven.", at=hubs.NOW, close=True):
    draft = Draft(
        pool_id=hub.pool.id, kind="ask", title=title, words=words, amount=None, cost=None,
        payee=None,
    )  # fmt: skip
    made = act(proposals.propose, hub.people[1], draft, key=db.new_id(), effects=EFFECTS, now=at)
    act(ballots.cast, made.id, who, "yes", now=at + timedelta(hours=1), effects=EFFECTS)
    if close:
        act(proposals.close, made.id, now=made.closes_at + timedelta(minutes=1), effects=EFFECTS)
    return made


def at_the_bank(hub, who):
    with db.transaction() as session:
        account = BankAccount(
            pool_id=hub.pool.id, name="Club", number="1", currency="GBP", made_at=hubs.NOW
        )
        session.add(account)
        session.flush()
        made = BankImport(
            pool_id=hub.pool.id, account_id=account.id, name="may.csv", digest=b"x",
            imported_by=hub.treasurer.id, imported_at=hubs.NOW, new_lines=1, old_lines=0,
            first_on=hubs.BILLED, last_on=hubs.BILLED,
        )  # fmt: skip
        session.add(made)
        session.flush()
        source = session.exec(
            select(FundingSource).where(FundingSource.membership_id == who.id)
        ).one()
        session.add(
            BankLine(
                pool_id=hub.pool.id, account_id=account.id, import_id=made.id,
                happened_on=hubs.BILLED, amount=4200, words=f"{NAME.upper()} J {source.reference}",
                fingerprint="f", source_id=source.id, entry_seq=1,
                why=f"It has the reference {source.reference}",
            )
        )  # fmt: skip


def correction_of_theirs(hub):
    """A line of the money book whose words name them, among the sums of all."""
    facts = accounting.Facts(on=hubs.BILLED, key="words:1", words=f"Milk for {NAME.upper()}")
    fund = hubs.fund_of(hub.people[1])
    draft = accounting.spending({fund: 100}, "meals", facts)
    act(journal.post, hub.pool.book_id, draft, now=hubs.NOW)


def money_of(hub, who) -> int:
    fund = hubs.fund_of(who)
    with db.reading() as session:
        return queries.fund_money(session, hub.pool.book_id, [fund])[fund]


def give_back(hub, who, amount=None):
    facts = accounting.Facts(
        on=date(2027, 5, 30),
        key=f"back:{db.new_id()}",
        words=f"Back to {NAME} (ZE-4X7K)",
        outside=True,
    )
    amount = amount or money_of(hub, who)
    draft = accounting.paid_back(hubs.fund_of(who), amount, facts)
    act(journal.post, hub.pool.book_id, draft, now=hubs.NOW)


# --- going ---


def ask(who, *, now=ASKED) -> Erasure:
    """Signed in just now, and the button."""
    with db.transaction() as session:
        person = session.get_one(Person, who.person_id)
        token = signing_in.sign_in_as(session, person, "A test", now)
    return act(going.ask, ROOMS, who.person_id, token=token, now=now)


def tick(now):
    with db.reading() as session:
        waits = going.due(session, now)
    for one in waits:
        act(going.go_on, one, rooms=ROOMS, now=now)


def gone(who, *, at=ASKED):
    """Asked, waited, told, done."""
    ask(who, now=at)
    tick(at + going.WAIT)
    with db.transaction() as session:
        for letter in session.exec(select(Letter)):
            letter.sent_at = letter.sent_at or at
    tick(at + going.WAIT + timedelta(minutes=1))


def unlooked(now):
    with db.reading() as session:
        waits = naming.due(session, now)
    for one in waits:
        act(naming.take_unlooked, one, rooms=ROOMS, now=now)


# --- looking ---


def found(*words) -> list[str]:
    """Every place of the database in which one of these words stands, whatever the column."""
    places = []
    with db.reading() as session:
        looked = inspect(session.connection())
        for table in sorted(looked.get_table_names()):
            for row in session.execute(text(f'SELECT * FROM "{table}"')).mappings():
                for column, value in row.items():
                    told = bytes(value).decode("latin-1") if is_bytes(value) else str(value)
                    places += [
                        f"{table}.{column}: {word}" for word in words
                        if word.lower() in told.lower()
                    ]  # fmt: skip
    return places


def is_bytes(value) -> bool:
    return isinstance(value, bytes | memoryview)


def sealed(hub) -> list[bytes]:
    """The whole book without its words: what may never change."""
    with db.reading() as session:
        lines = list(dump.lines(session, hub.pool.book_id))
    return [line.split(b'"texts"')[0] for line in lines]


def known(who) -> Person:
    with db.reading() as session:
        return session.get_one(Person, who.person_id)
