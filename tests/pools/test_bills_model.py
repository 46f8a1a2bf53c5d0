"""Any order of acts on bills against a model that fits in the head: the same things happen, and
what must always hold does (I4, I7, I8, I10, I13).
"""

from dataclasses import dataclass, field

import bills_making as making
from bills_making import SESSION, hub
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import func, select

import db
from errors import Refusal
from ledger import audit
from ledger import queries as book
from pools.spending.models import Approval, Authority, Bill, BillShare

PEOPLE = ("treasurer", "organiser", "checker", "member")
ACTS = st.one_of(
    st.tuples(
        st.just("enter"), st.sampled_from(PEOPLE), st.sampled_from([100, 40000, SESSION * 4])
    ),
    st.tuples(st.just("approve"), st.sampled_from(PEOPLE), st.integers(0, 5)),
    st.tuples(st.just("send_back"), st.sampled_from(PEOPLE), st.integers(0, 5)),
    st.tuples(st.just("pay"), st.just("treasurer"), st.integers(0, 5)),
)


@dataclass
class Known:
    """A bill as the model sees it."""

    bill: Bill
    maker: str
    yes: set = field(default_factory=set)
    paid: bool = False
    back: bool = False


class Model:
    """Says of each act whether it may happen. Two people check; nobody is on the payee's side."""

    def __init__(self):
        self.left, self.bills, self.money = SESSION * 12, [], 11 * 16800

    def may(self, act, who, what):
        if who == "member":
            return False
        if act == "enter":
            return who in {"treasurer", "organiser"} and what <= self.left
        return what < len(self.bills) and self.may_on(self.bills[what], act, who)

    def may_on(self, one, act, who):
        if act == "approve":
            return one.maker != who and not one.back and (not one.paid or who in one.yes)
        if act == "send_back":
            return not one.paid
        enough = len(one.yes) >= 2 and not one.back and one.bill.amount <= self.money
        return one.paid or enough


def act_on(made, known, act, who, what):
    somebody = made.people[0] if who == "member" else getattr(made, who)
    if act == "enter":
        return making.enter(made, by=somebody, amount=what)
    bill = known[what].bill if what < len(known) else Bill(id=db.new_id())
    if act == "approve":
        return making.approve(made, bill, by=somebody)
    if act == "send_back":
        return making.send_back(made, bill, by=somebody)
    return making.pay(made, bill, key=f"line-{bill.id}")


def follow(model, act, who, what, done):
    if act == "enter":
        model.bills.append(Known(done, who))
        model.left -= what
        return
    one = model.bills[what]
    if act == "approve":
        one.yes.add(who)
    elif act == "send_back" and not one.back:
        one.back = True
        model.left += one.bill.amount
    elif act == "pay" and not one.paid:
        one.paid = True
        model.money -= one.bill.amount


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(ACTS, max_size=16))
def test_whatever_is_done_in_whatever_order_the_rules_hold(database, acts):
    made = hub(f"hub-{db.new_id().hex}", terms={"checkers": 2})
    model = Model()
    for act, who, what in acts:
        may = model.may(act, who, what)
        try:
            done = act_on(made, model.bills, act, who, what)
        except Refusal:
            assert not may, (act, who, what)
        else:
            assert may, (act, who, what)
            follow(model, act, who, what, done)
    always_holds(made, model)


def always_holds(made, model):
    with db.reading() as session:
        head = book.head(session, made.pool.book_id)
        assert head.total == model.money
        assert audit.findings(session, made.pool.book_id) == []
        funds = [making.fund_of(one) for one in made.people]
        held = book.fund_money(session, made.pool.book_id, funds)
        assert min(held.values()) >= 0
        assert sum(held.values()) == head.total
        authority = session.get(Authority, made.standing)
        if authority is not None:
            assert authority.amount - authority.committed == model.left
        for one in model.bills:
            row = session.get_one(Bill, one.bill.id)
            assert (row.paid_seq is not None, row.withdrawn_at is not None) == (one.paid, one.back)
            yes = session.exec(select(Approval).where(Approval.bill_id == row.id)).all()
            assert all(said.approved_by != row.entered_by for said in yes)
            assert len(yes) == len(one.yes)
            shared = select(func.sum(BillShare.amount)).where(BillShare.bill_id == row.id)
            assert session.exec(shared).one() == row.amount
