"""The demo's story, told through the use cases as its people would live it.

Thursday Hub began months ago: eleven are in, four times they paid in, three bills are paid. A vote
is open, a bill waits to be checked, and two files of the bank wait to be brought in. Saturday art
has six promises of the eight that it needs.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

import db
from demo import bank, paper, people, plans
from demo.people import PEOPLE, email_of
from ledger import closing
from ledger.accounting import month_of
from members.models import Membership, Person
from members.people import make_person
from payments import accounts, closings, imports, said
from pools import joining, outside
from pools.agreement import Terms
from pools.clubbing import promises, rounds, serving, starting
from pools.clubbing.cost import Cost
from pools.clubbing.models import Round, ServiceSession
from pools.decisions import ballots, proposals
from pools.decisions.effects import Draft
from pools.inviting import invite, open_link_of
from pools.models import FundingSource, Pool
from pools.packs import gathering, keeping, links, naming, sending
from pools.packs.keeping import Parts
from pools.packs.links import ToSend
from pools.packs.statement import Days
from pools.people import give
from pools.register import attendance
from pools.spending import authorities, bills, evidence, payees
from pools.spending.effects import SPEND

__all__ = ["FILES", "PEOPLE", "email_of", "tell"]

ZONE = ZoneInfo("Europe/London")
HUB_COST = Cost(fixed=13069, wage=9151, ratio=4, min_staff=2, variable=350, capacity=12)
ART_COST = Cost(fixed=3800, wage=9000, ratio=10, min_staff=1, variable=400, capacity=10)
LIST_PRICE = 4200
ART_MOST = 2000
FIRST_PAY_IN, PAY_IN = 21800, 4 * LIST_PRICE  # the first time £50 more, to have some aside
BILL = 177488  # four Thursdays of £443.72
KILN = 48000
CYCLES = 4
FILES = ("bank-1.ofx", "bank-2.ofx")
RULES = Terms(
    price_rule="list", list_price=LIST_PRICE, term_weeks=24, checkers=1,
    two_checkers_over=100_000_000, new_payee_two=False,
)  # fmt: skip
ART_RULES = Terms(price_rule="list", list_price=ART_MOST, new_payee_two=False)
EFFECTS = {"spend": SPEND}


@dataclass
class Told:
    """What the story has made so far."""

    session: Session
    persons: dict[str, Person]
    hub: Pool
    members: dict[str, Membership]


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC)


def in_turn(first: date, n: int) -> datetime:
    """When the n-th of many does it: three a day, at hours when people are up."""
    return at(first + timedelta(days=n // 3), (10, 13, 18)[n % 3])


def tell(session: Session, *, now: datetime) -> dict[str, str]:
    """Write the whole story, as it stands at `now`. Returns the bank's files that wait, by name."""
    today = now.astimezone(ZONE).date()
    first = today - timedelta(days=(today.weekday() - 3) % 7 + 7 * 4 * CYCLES - 7)
    persons = make_people(session, at(first - timedelta(days=40)))
    told = Told(session, persons, *start_hub(session, persons, first))
    plans.keep(session, persons, began=at(first - timedelta(days=30)), now=now)
    live_months(told, first, today)
    send_statement(told, now)
    ask_for_kiln(told, now)
    start_art(told, now)
    return waiting_files(told, first, today)


def make_people(session: Session, when: datetime) -> dict[str, Person]:
    names = {one.key: one.name for one in PEOPLE} | people.OTHERS
    return {
        key: make_person(session, name, email=email_of(key), now=when)
        for key, name in names.items()
    }


def start_hub(
    session: Session, persons: dict[str, Person], first: date
) -> tuple[Pool, dict[str, Membership]]:
    """Started five weeks before its first Thursday; the round closes a week before it."""
    began, closes = at(first - timedelta(days=35)), at(first - timedelta(days=7), 17)
    plan = starting.Plan(
        id=db.new_id(), name="Thursday Hub", place="Mill Lane library",
        what="Cooking, pottery, music and good company.", phone="01632 960 123", days=(3,),
        starts=time(10), ends=time(15), cost=HUB_COST, terms=RULES, closes_at=closes,
        starts_on=first, serves=("people", "learning"),
    )  # fmt: skip
    pool = starting.start(session, plan, persons["sam"], now=began)
    members = join_all(session, pool, persons, list(people.HUB), began + timedelta(days=1))
    serving.let_in(session, people.PROVIDER, email_of("lee"), serves=pool.slug, now=began)
    for key, kind in (("ana", "treasurer"), ("raj", "checker")):
        given = began + timedelta(days=3)
        give(session, members["sam"], members[key].id, kind, key=db.new_id(), now=given)
    outside.name_somebody(
        session, members["sam"], people.OUTSIDE, email_of("nora"), "01632 960 789",
        now=began + timedelta(days=3),
    )  # fmt: skip
    promised = first - timedelta(days=31)
    promise_all(session, pool, members, people.HUB, most=LIST_PRICE, since=promised)
    rounds.close(session, open_round(session, pool), now=closes)
    accounts.set_up(
        session, pool, members["ana"], "Thursday Hub club account", bank.NUMBER,
        key=db.new_id(), now=closes,
    )  # fmt: skip
    return pool, members


def join_all(
    session: Session, pool: Pool, persons: dict[str, Person], keys: list[str], when: datetime
) -> dict[str, Membership]:
    """Everybody of `keys` comes in by the open link; whoever started it is in already."""
    link = open_link_of(session, pool.id, when)
    starter = session.exec(select(Membership).where(Membership.pool_id == pool.id)).one()
    members = {key: starter for key in keys if persons[key].id == starter.person_id}
    for n, key in enumerate(k for k in keys if k not in members):
        person, moment = persons[key], when + timedelta(hours=n)
        assert link is not None  # noqa: S101 - the group was started with one
        members[key] = joining.join(
            session, link.token, name=person.name, person=person, now=moment
        )
    return members


def open_round(session: Session, pool: Pool) -> UUID:
    return session.exec(select(Round.id).where(Round.pool_id == pool.id)).one()


def promise_all(
    session: Session, pool: Pool, members: dict[str, Membership], sources: dict[str, str], *,
    most: int, since: date,
) -> None:  # fmt: skip
    day = session.exec(select(ServiceSession.id).where(ServiceSession.pool_id == pool.id)).one()
    held = open_round(session, pool)
    for n, (key, source) in enumerate(sources.items()):
        promises.promise(
            session, held, members[key], {day: most}, source,
            key=db.new_id(), now=in_turn(since, n),
        )  # fmt: skip


def live_months(told: Told, first: date, today: date) -> None:
    """Every four weeks: all pay in, the centre's bill comes, is checked and is paid. The last bill
    of the four still waits to be checked.
    """
    ana = told.members["ana"]
    centre = payees.add(told.session, people.PROVIDER, "8802", ana, key=db.new_id(), now=at(first))
    balance = 0
    for cycle in range(CYCLES):
        start = first + timedelta(weeks=4 * cycle)
        moves = pay_ins(told, start, FIRST_PAY_IN if cycle == 0 else PAY_IN)
        balance += sum(move.amount for move in moves)
        bring_in(told, moves, balance, start + timedelta(days=1))
        billed = start + timedelta(days=22)
        bill = enter_bill(told, centre.id, cycle, billed)
        if cycle < CYCLES - 1:
            bills.approve(told.session, bill, told.members["raj"], now=at(billed, 16))
            paid = centre_paid(cycle, billed + timedelta(days=4))
            balance -= BILL
            bring_in(told, [paid], balance, billed + timedelta(days=5))
        if cycle < CYCLES - 2:  # the newest one that is paid still waits for somebody to look
            looked = naming.Looked(names=False)
            naming.say(
                told.session, bill, looked, told.members["raj"], key=db.new_id(),
                now=at(billed + timedelta(days=6)),
            )  # fmt: skip
        close_months(told, start + timedelta(days=1), today)
        fill_register(told, start, today)


def fill_register(told: Told, start: date, today: date) -> None:
    """Raj ticks who came, each Thursday of these four. The newest is left for you."""
    held = select(ServiceSession.id).where(ServiceSession.pool_id == told.hub.id)
    day, keys = told.session.exec(held).one(), list(people.HUB)
    for on in (start + timedelta(weeks=week) for week in range(4)):
        if on > today - timedelta(weeks=1):
            return
        week = on.isocalendar().week
        away = {keys[week % len(keys)]: "told", keys[week * 4 % len(keys)]: "missed"}
        said = {told.members[key].id: away.get(key, "came") for key in keys}
        attendance.tick(told.session, told.members["raj"], day, on, said, now=at(on, 11))


def close_months(told: Told, reached: date, today: date) -> None:
    """Ana and Raj close what the bank's files reach, up to a month that is left for you."""
    month = closing.next_month(told.session, told.hub.book_id)
    last = min(month_of(reached), month_of(today) - 1)
    while month is not None and month < last:
        said = closings.Said(key=db.new_id(), month=month)
        now = at(reached + timedelta(days=1))
        made = closings.say_ready(told.session, said, told.members["ana"], now=now)
        closings.agree(told.session, made.id, told.members["raj"], now=now + timedelta(hours=5))
        month += 1


def send_statement(told: Told, now: datetime) -> None:
    """Jo sent the council what her money did in thirteen weeks. Somebody there looked."""
    jo, sent = told.members["jo"], now - timedelta(days=6)
    until = sent.astimezone(ZONE).date()
    days = Days(until - timedelta(weeks=13), until)
    found = gathering.statement(told.session, told.hub, jo, days, bank=said.of_bank)
    wanted = sending.Wanted(days, Parts(), keeping.seen(found), ToSend("The council"))
    made = sending.send(
        told.session, told.hub, jo, wanted, bank=said.of_bank, key=db.new_id(), now=sent
    )
    links.look(told.session, str(made.token), "page", now=now - timedelta(days=2))


def references(told: Told) -> dict[str, str]:
    """The payment reference of each member's money, by the key of the story."""
    found = told.session.exec(
        select(FundingSource).where(FundingSource.pool_id == told.hub.id)
    ).all()
    by_member = {source.membership_id: source.reference for source in found}
    return {key: by_member[member.id] for key, member in told.members.items()}


def pay_ins(told: Told, start: date, amount: int) -> list[bank.Move]:
    """Everybody's transfer, in the three days before the first Thursday."""
    moves = [
        bank.Move(
            start - timedelta(days=3 - n % 3), amount,
            f"{told.persons[key].name.upper()} {reference}", f"IN{start:%y%m%d}{n:02}",
        )
        for n, (key, reference) in enumerate(references(told).items())
    ]  # fmt: skip
    return sorted(moves, key=lambda move: move.on)


def centre_paid(cycle: int, on: date) -> bank.Move:
    return bank.Move(on, -BILL, f"OAK LANE CARE OLC-{101 + cycle}", f"OUT{on:%y%m%d}")


def bring_in(told: Told, moves: list[bank.Move], balance: int, on: date) -> None:
    text = bank.statement(moves, closing=balance, on=on)
    imports.take_in(
        told.session, told.hub, told.members["ana"],
        accounts.File(f"bank {on:%d %b}.ofx", text.encode()),
        columns=None, key=db.new_id(), now=at(on, 18),
    )  # fmt: skip


def enter_bill(told: Told, payee_id: UUID, cycle: int, billed: date) -> UUID:
    """The treasurer writes down the centre's bill for four Thursdays, with a picture of it."""
    ana, when = told.members["ana"], at(billed, 12)
    allowed = authorities.open_to_spend(told.session, told.hub.id, when)[0]
    number = f"OLC-{101 + cycle}"
    picture = paper.bill(people.PROVIDER, number, billed, "4 Thursdays at the Hub", BILL)
    file = evidence.keep(told.session, evidence.clean(picture), ana, now=when)
    new = bills.NewBill(
        key=db.new_id(), authority_id=allowed.id, payee_id=payee_id, number=number,
        billed_on=billed, amount=BILL, words="4 Thursdays at the Hub", evidence_id=file.id,
    )  # fmt: skip
    return bills.enter(told.session, new, ana, now=when).id


def ask_for_kiln(told: Told, now: datetime) -> None:
    """Priya asks for a kiln; those who are not among the eight have voted already."""
    first = now.astimezone(ZONE).date() - timedelta(days=5)
    asked = at(first, 9)
    draft = Draft(
        pool_id=told.hub.id, kind="spend", title="Shall we buy a kiln?",
        words="A kiln is an oven for pottery. We could make cups and bowls that last.",
        amount=KILN, cost="equipment", payee="Fern Kilns", serves=("learning",),
    )  # fmt: skip
    proposal = proposals.propose(
        told.session, told.members["priya"], draft, key=db.new_id(), effects=EFFECTS, now=asked
    )
    said = zip(people.OTHERS, ("yes", "yes", "no", "yes", "unsure"), strict=True)
    for n, (key, choice) in enumerate(said):
        ballots.cast(
            told.session, proposal.id, told.members[key], choice,
            now=in_turn(first, n), effects=EFFECTS,
        )  # fmt: skip


def start_art(told: Told, now: datetime) -> None:
    """Saturday art needs eight at £20. Six have promised; it ends in three weeks."""
    today = now.astimezone(ZONE).date()
    began = at(today - timedelta(days=9), 9)
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 + 28)
    plan = starting.Plan(
        id=db.new_id(), name="Saturday art", place="Green Street hall",
        what="Painting and drawing with an artist.", phone="01632 960 456", days=(5,),
        starts=time(11), ends=time(15), cost=ART_COST, terms=ART_RULES,
        closes_at=at(today + timedelta(days=21), 17), starts_on=saturday,
    )  # fmt: skip
    pool = starting.start(told.session, plan, told.persons["jo"], now=began)
    members = join_all(told.session, pool, told.persons, list(people.ART), began)
    sources = {key: people.HUB[key] for key in people.ART}
    promised = today - timedelta(days=8)
    promise_all(told.session, pool, members, sources, most=ART_MOST, since=promised)
    invite(told.session, members["jo"], email_of("mia"), key=db.new_id(), now=at(promised))


def waiting_files(told: Told, first: date, today: date) -> dict[str, str]:
    """What the bank has for us: the next pay-ins (one without a reference, and some interest); and,
    once time has moved on a week, the two bills that were paid.
    """
    start = first + timedelta(weeks=4 * CYCLES)
    balance = FIRST_PAY_IN * 11 + PAY_IN * 11 * (CYCLES - 1) - BILL * (CYCLES - 1)
    day = min(start - timedelta(days=1), today)
    moves = [
        bank.Move(
            day, PAY_IN, "TOM B" if move.words.startswith("TOM ") else move.words, move.ref
        )
        for move in pay_ins(told, start, PAY_IN)
    ]  # fmt: skip
    moves.append(bank.Move(day, 212, "INTEREST", f"INT{day:%y%m%d}"))
    balance += sum(move.amount for move in moves)
    later = today + timedelta(days=6)
    paid = [
        centre_paid(CYCLES - 1, later),
        bank.Move(later, -KILN, "FERN KILNS FK-2207", f"OUT{later:%y%m%d}K"),
    ]
    after = balance - BILL - KILN
    return {
        FILES[0]: bank.statement(moves, closing=balance, on=day),
        FILES[1]: bank.statement(paid, closing=after, on=later),
    }
