"""The pages of lines that are several things, walked without script as the treasurer does."""

import re

from bank_making import move, ofx
from sqlalchemy import update
from sqlmodel import select

import db
from members.models import Membership
from payments import accounts, imports
from payments.models import BankImport, BankLine
from pools.models import FundingSource, Pool

BANK = "/g/thursday-hub/bank"


def brought_in(story, *moves):
    """Lines that came in today, and the address of each."""
    with db.transaction() as session:
        pool = session.exec(select(Pool).where(Pool.slug == "thursday-hub")).one()
        ana = select(Membership).where(Membership.pool_id == pool.id, Membership.name == "Ana")
        closing = session.exec(
            select(BankImport.closing)
            .where(BankImport.pool_id == pool.id)
            .order_by(BankImport.last_on.desc())
        ).first()
        body = ofx(*moves, closing=closing + sum(one.amount for one in moves))
        file = accounts.File("bank.ofx", body)
        taken = imports.bring_in(
            session, pool, session.exec(ana).one(), file, key=db.new_id(), now=story.now
        )
        lines = session.exec(select(BankLine).where(BankLine.import_id == taken.import_id)).all()
        return [f"{BANK}/lines/{line.id}" for line in lines]


def today(story, amount, words):
    return move(amount, words, on=story.now.date())


def sources():
    with db.reading() as session:
        found = session.exec(
            select(FundingSource.id, Membership.name)
            .join(Membership, Membership.id == FundingSource.membership_id)
            .join(Pool, Pool.id == FundingSource.pool_id)
            .where(Pool.slug == "thursday-hub")
        )
        return {name: f"source:{source}" for source, name in found}


def test_a_council_pays_for_three_and_next_month_again(story):
    ana, people = story.browser("ana"), sources()
    (line,) = brought_in(story, today(story, 50400, "LEEDS COUNCIL NOV 12"))
    page = ana.get(line).click("It is for several people or things: split it")
    assert page.h1 == "Split this line"
    assert "£504 of £504 is left to split" in page
    two = {
        "parts-0-answer": people["Mary"], "parts-0-amount": "168",
        "parts-1-answer": people["Tom"], "parts-1-amount": "£168.00",
    }  # fmt: skip
    page = page.send("One more part", **two)
    assert "£168 of £504 is left to split" in page
    assert "Part 3" in page
    page = page.send("Write all parts in the book")
    assert "The parts make £336. The line is £504. £168 is missing." in page
    three = {"parts-2-answer": people["Jo"], "parts-2-amount": "168"}
    page = page.send("Write all parts in the book", **three)
    assert "Written in the book, each part where it belongs." in page
    (line,) = brought_in(story, today(story, 50400, "LEEDS COUNCIL DEC 13"))
    page = ana.get(line)
    assert "Split as last time: Mary £168, Tom £168, Jo £168" in page
    assert "The same payer and the same sum as on" in page
    tom = story.browser("tom").get("/g/thursday-hub/money")
    assert "Mary" not in tom


def test_an_amount_that_is_none_is_said_at_its_row(story):
    (line,) = brought_in(story, today(story, 8400, "COUNCIL"))
    page = story.browser("ana").get(f"{line}/split")
    filled = {"parts-0-answer": sources()["Tom"], "parts-0-amount": "4O", "parts-1-amount": "42"}
    page = page.send("Write all parts in the book", **filled)
    assert page.status == 422
    assert "Did you mean £40?" in page
    assert "Pick who or what this is for." in page


def test_money_back_asks_which_payment_it_gives_back(story):
    (line,) = brought_in(story, today(story, -2000, "TO TOM"))
    page = story.browser("ana").get(line)
    page = page.send("Write it in the book", answer=sources()["Tom"])
    assert page.h1 == "Which payment goes back?"
    assert "£20 went back to Tom" in page
    page = page.send("Write it in the book", which=re.search(r"back:[0-9a-f-]{36}", page.html)[0])
    assert "Written in the book." in page


def test_two_people_say_whose_the_first_money_was(story):
    with db.transaction() as session:  # as if the account had begun with that
        session.execute(update(BankImport).values(closing=BankImport.closing + 50000))
    ana = story.browser("ana")
    page = ana.get(BANK)
    assert "£500 was in the bank before" in page
    page = page.click("Tell us whose it is")
    assert page.h1 == "Whose money was there first?"
    filled = {
        "parts-0-answer": "other:safety", "parts-0-amount": "500",
        "shown_by": "The paper statement",
    }  # fmt: skip
    page = page.send("Ask another person to look", **filled)
    assert "Nothing is written until another person has looked." in page
    assert "Another person with a job must look." in page
    raj = story.browser("raj")
    page = raj.get("/g/thursday-hub/run").click("Check what was there at first")
    page = page.send("Yes, write it in the book")
    assert "Written in the book." in page
    assert "was in the bank before" not in ana.get(BANK)


def test_a_payment_that_came_back_tells_its_story(story):
    ana = story.browser("ana")
    (line,) = brought_in(story, today(story, -16800, "UNPAID DIRECT DEBIT"))
    page = ana.get(line)
    answer = re.search(r"returned:[0-9a-f-]{36}", page.html)[0]
    assert "the bank says UNPAID" in page
    page.send("Write it in the book", answer=answer)
    page = ana.get("/g/thursday-hub/money")
    assert "A payment came back" in page
    page = page.click("see the payment that came back")
    assert "it came back" in ana.get("/g/thursday-hub/money")
