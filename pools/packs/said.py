"""A statement in words: the same labels, figures and sentences for every face of it. Pure.

The screen, the paper, the PDF and the spreadsheet only lay these out. Whoever reads them may be the
person or an auditor, so labels say "my" and sentences name the person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger import money
from pools.packs.statement import Line, Source, Statement, Tie, Weeks

PAPERS = {
    "whole": "In this pack",
    "blacked": "In this pack, with names blacked out",
    "summary": "Only this summary",
    "none": "There is none",
    "left": "Not sent",
}


@dataclass(frozen=True)
class Fact:
    """A label and what is said. `pence` is there where it is an amount."""

    label: str
    words: str
    pence: int | None = None


@dataclass(frozen=True)
class Check:
    """One thing that was checked. `good` is none where nothing can be said yet."""

    words: str
    good: bool | None


def day(on: date) -> str:
    """17 December 2026"""
    return f"{on.day} {on:%B %Y}"


def short(on: date) -> str:
    """17 Dec 2026"""
    return f"{on.day} {on:%b %Y}"


def amount(pence: int, currency: str) -> str:
    """£1,046.64, −£4.00: with its pence, as in a column."""
    minus = "−" if pence < 0 else ""
    return f"{minus}{money.symbol(currency)}{money.column(abs(pence), currency)}"


def _sum(found: Statement, label: str, pence: int) -> Fact:
    return Fact(label, amount(pence, found.currency), pence)


def days(found: Statement) -> str:
    if found.since == found.until:
        return day(found.since)
    return f"{day(found.since)} to {day(found.until)}"


def sentence(found: Statement, *, mine: bool) -> str:
    """You paid in £168. Your share of what we spent was £40.34. £127.66 is left in the group."""
    of = found.sums
    paid_in, spent, left = (
        money.say(pence, found.currency) for pence in (of.paid_in, of.spent, of.closing)
    )
    if mine:
        share = f"Your share of what we spent was {spent}."
        return f"You paid in {paid_in}. {share} {left} of your money is in the group."
    name = found.who.name
    return f"{name} paid in {paid_in}. {spent} went on shared costs. {left} is left in the group."


# --- the head ------------------------------------------------------------------------------------


def who(found: Statement) -> tuple[Fact, ...]:
    facts = [
        Fact("Name", found.who.name),
        Fact("Group", f"{found.who.group}, {found.who.place}"),
        Fact("Days", days(found)),
        Fact("Statement number", found.number or "None yet. It gets one when it is kept."),
    ]
    if found.made_on:
        facts.append(Fact("Made on", day(found.made_on)))
    facts += [Fact("Takes the place of", replaced) for replaced in replaces(found)]
    if found.who.held_by:
        facts.append(Fact("Who holds the money", found.who.held_by))
    facts.append(Fact("Rules of the group", found.who.rules))
    return tuple(facts)


def replaces(found: Statement) -> Iterator[str]:
    for one in found.replaces:
        yield " ".join((f"{one.number}.", *one.why))


def sums(found: Statement) -> tuple[Fact, ...]:
    """Opening + paid in - my share + moved + put right = closing"""
    of = found.sums
    return (
        _sum(found, "At the start", of.opening),
        _sum(found, "Paid in", of.paid_in),
        _sum(found, "My share of spending", -of.spent),
        *([_sum(found, "Moved inside the group", of.moved)] if of.moved else []),
        *([_sum(found, "Put right", of.put_right)] if of.put_right else []),
        _sum(found, "At the end", of.closing),
    )


def split(found: Statement) -> tuple[Fact, ...]:
    """What the closing is for."""
    of = found.sums
    return (
        _sum(found, "For bills that are agreed and not paid", of.committed),
        _sum(found, "Safety money, for my weeks of notice", of.safety),
        _sum(found, "Free", of.free),
    )


def weeks(found: Statement) -> tuple[Fact, ...]:
    """How many weeks' money that is, for each source that has a plan."""
    return tuple(
        Fact(
            f"Weeks held, {one.source}",
            f"{one.held} of {one.limit}{_own(found, one)}",
        )
        for one in found.weeks
    )


def _own(found: Statement, one: Weeks) -> str:
    if one.own is None or one.own_on is None:
        return ""
    return f", with {money.say(one.own, found.currency)} in my own account on {day(one.own_on)}"


def source(found: Statement, one: Source) -> tuple[Fact, ...]:
    named = [
        ("Who pays it", one.funder),
        ("Their number for me", one.funder_reference),
        ("My name there", one.name_there),
        ("Who manages it", one.managed_by),
        ("It is for", ". ".join(one.serves)),
        ("Put this on each payment", one.reference),
    ]
    return (
        *(Fact(label, words) for label, words in named if words),
        _sum(found, "At the start", one.opening),
        _sum(found, "Paid in", one.paid_in),
        _sum(found, "My share of spending", -one.spent),
        *([_sum(found, "Moved inside the group", one.moved)] if one.moved else []),
        *([_sum(found, "Put right", one.put_right)] if one.put_right else []),
        _sum(found, "At the end", one.closing),
    )


# --- one line ------------------------------------------------------------------------------------


def shared(found: Statement, line: Line) -> str:
    """£443.72 shared by 11 people. Shared by how many days each person has."""
    if not line.people:
        return ""
    by = "1 person" if line.people == 1 else f"{line.people} people"
    if line.whole is None:
        return f"{by} shared it. {line.rule}"
    return f"{by} shared {money.say(line.whole, found.currency)}. {line.rule}"


def details(found: Statement, line: Line) -> tuple[Fact, ...]:
    """All that stands behind a line, in the order in which an auditor asks."""
    paper = line.paper
    seen = f"{PAPERS[paper.kind]}. {paper.why}".strip() if line.supplier else ""
    bank = f"{day(line.bank_on)}" if line.bank_on else ""
    named = [
        ("Supplier", line.supplier),
        ("Bill number", line.bill),
        ("Date on the bill", day(line.billed_on) if line.billed_on else ""),
        ("Kind of cost", line.cost),
        ("The whole bill", money.say(line.whole, found.currency) if line.whole else ""),
        ("How it was shared", shared(found, line) if line.whole is None else line.rule),
        ("How many shared it", str(line.people) if line.people and line.whole else ""),
        ("Need in my plan", "; ".join(line.serves)),
        ("Agreed by", line.agreed),
        ("Checked", line.checked),
        ("Seen at the bank on", bank),
        ("Put right", line.put_right),
        ("The bill itself", seen),
    ]
    return tuple(Fact(label, words) for label, words in named if words)


# --- the rest ------------------------------------------------------------------------------------


def service(found: Statement) -> tuple[Fact, ...]:
    if found.service is None:
        return ()
    of = found.service
    open_ = of.planned - of.attended - of.missed
    known = of.attended + of.missed
    return (
        Fact("Days planned", str(of.planned)),
        *([Fact("Days I came", str(of.attended))] if known else []),
        *([Fact("Days I missed", str(of.missed))] if known else []),
        *([Fact("Nobody wrote down who came", str(open_))] if open_ else []),
    )


def checks(found: Statement) -> tuple[Check, ...]:
    """Does it all fit together? In words, for somebody who did not make it."""
    of, tie = found.sums, found.tie
    adds = of.opening + of.paid_in - of.spent + of.moved + of.put_right == of.closing
    lines = sum(line.share for line in found.lines) == of.closing - of.opening
    apart = sum(one.closing for one in found.sources) == of.closing
    return (
        Check("The sums of this statement add up.", adds and lines and apart),
        Check(
            f"The money book had {_count(tie.lines, 'line')} when this was made. Each line is "
            f"sealed to the one before it. The last seal ends in {tie.words or 'nothing yet'}.",
            good=bool(tie.lines),
        ),
        _with_bank(found, tie),
        *_closed(tie),
    )


def _closed(tie: Tie) -> Iterator[Check]:
    if tie.closed_until:
        until = day(tie.closed_until)
        yield Check(f"Two people closed the book up to {until}. Nothing before can be added.", True)


def _with_bank(found: Statement, tie: Tie) -> Check:
    if tie.on is None:
        return Check("No statement of the bank has been compared with the book yet.", None)
    read = f" The {tie.by} read it in on {day(tie.read_on)}." if tie.by and tie.read_on else ""
    if tie.agrees:
        shares = "The shares of everybody add up to what is in the bank"
        sum_ = f", {amount(tie.bank, found.currency)}" if tie.bank is not None else ""
        none = amount(0, found.currency)
        return Check(f"{shares}{sum_} on {day(tie.on)}. Difference {none}.{read}", good=True)
    waits = f" {_count(tie.waiting, 'line')} of the bank still wait." if tie.waiting else ""
    return Check(
        f"The book and the bank do not agree yet for {day(tie.on)}.{waits}{read}", good=False
    )


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"


METHOD = (
    "Each bill is shared exactly. The odd pennies go round, so that nobody pays more over time.",
    "Nobody’s money pays for another person.",
    "Two people look at each bill before it is paid.",
)
SMALL = "So few people have money here that the sums of all are left out."


def method(found: Statement) -> tuple[str, ...]:
    return METHOD if found.tie.whole is not None else (*METHOD, SMALL)


# --- easy read -----------------------------------------------------------------------------------


def easy(found: Statement) -> tuple[tuple[str, str], ...]:
    """At most eight pictures with one short sentence or two each: it fits one sheet of paper."""
    of = found.sums

    def say(pence: int) -> str:
        return money.say(pence, found.currency)

    rows = [("money", f"You had {say(of.opening)}.")] if of.opening else []
    rows.append(("pay-in", f"You paid in {say(of.paid_in)}."))
    rows.append(("bill", f"Your share of what we spent was {say(of.spent)}."))
    changed = of.moved + of.put_right
    if changed:
        rows.append(("right", f"We put something right: {say(changed)}."))
    rows.append(("bank", f"{say(of.closing)} of your money is left."))
    if of.committed:
        rows.append(("think", f"{say(of.committed)} of it is for bills we agreed."))
    elif of.closing > 0:
        rows.append(("happy", f"{say(of.free)} of it is free."))
    if found.service and found.service.attended:
        rows.append(("calendar", f"You came {_times(found.service.attended)}."))
    if found.tie.agrees:
        rows.append(("tick", "The book and the bank say the same."))
    return tuple(rows)


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
