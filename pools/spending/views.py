"""The pages of bills: the list, a new one, one to read and check, its file, and who we pay."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, g, make_response, request

import db
import web
from errors import NotPossible
from members import access
from pools.spending import (
    authorities,
    bill_queries,
    bills,
    entering,
    evidence,
    form_queries,
    overriding,
    payees,
    sharing,
)
from pools.spending.forms import (
    BillForm,
    OverrideForm,
    PayeeForm,
    SendBackForm,
    SidesForm,
    YesForm,
)

views = Blueprint("bills", __name__, url_prefix="/g/<slug>")

ANY_JOB = ("organiser", "treasurer", "checker")
LARGEST_SEQ = 2**62


def shown(template: str, **context: Any) -> Response:
    return web.page(f"bills/{template}", here="jobs", **context)


@views.get("/bills", endpoint="bills")
@access.member
def all_bills() -> Response:
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < LARGEST_SEQ:
        before = None
    found = bill_queries.bills_page(
        web.reading(), g.pool, g.membership, g.roles, before=before, now=web.now()
    )
    return shown("bills.html", found=found)


# --- a new bill -----------------------------------------------------------------------------------


@views.route("/bills/new", methods=["GET", "POST"])
@access.role("treasurer", "organiser")
def new() -> Response:
    """The form; when it is right, everybody's share to look at; `change` leads back from there."""
    form, standing = offered(BillForm())
    if not form.is_submitted():
        return shown("new.html", form=form, standing=standing)
    right = form.validate_on_submit()
    right = keep_file(form) and right
    if right and request.form.get("act") != "change":
        return looked_at(form, standing)
    return shown("new.html", form=form, standing=standing)


@views.post("/bills/new/save")
@access.role("treasurer", "organiser")
def save() -> Response:
    form, standing = offered(BillForm())
    if web.saved(
        form,
        lambda session: bills.enter(session, form.new_bill(standing), g.membership, now=web.now()),
    ):
        return web.go("bills.bill", said="Saved. Now another person checks it.", bill_id=form.key)
    form.seen.data = ""
    return shown("new.html", form=form, standing=standing)


def offered(form: BillForm) -> tuple[BillForm, frozenset[UUID]]:
    """The form with what can be chosen, and which of that are standing agreements."""
    session = web.reading()
    allowed = authorities.open_to_spend(session, g.pool.id, web.now())
    days = {id_: name for one in allowed for id_, name in authorities.days_of(session, one).items()}
    form.offer(allowed, days, payees.all_of(session, g.pool.id))
    form.offer_sharing(
        sharing.can_share(session, g.pool.id), form_queries.funds_to_pay(session, g.pool)
    )
    return form, frozenset(one.id for one in allowed if one.standing)


def keep_file(form: BillForm) -> bool:
    """Take in the file, if one came. What else is wrong with the form does not lose it."""
    sent = form.file.data
    body = sent.read() if sent else b""
    if not body:
        return True
    try:
        cleaned = evidence.clean(body)
        web.stop_reading()
        with db.transaction() as session:
            kept = evidence.keep(session, cleaned, g.membership, now=web.now())
    except NotPossible as refusal:
        form.file.errors = [refusal.sentence]
        return False
    form.evidence.data = str(kept.id)
    return True


def looked_at(form: BillForm, standing: frozenset[UUID]) -> Response:
    """Everybody's share before it is saved, or why it can't be saved."""
    bill = form.new_bill(standing)
    try:
        looked = entering.look(web.reading(), bill, g.membership, now=web.now())
    except NotPossible as refusal:
        form.form_errors.append(refusal.sentence)
        return shown("new.html", form=form, standing=standing)
    found = form_queries.check_page(web.reading(), g.membership, bill, looked)
    form.seen.data = found.seen
    return shown("check_new.html", form=form, bill=bill, found=found)


# --- one bill -------------------------------------------------------------------------------------


def one_bill(bill_id: UUID, form: YesForm) -> Response:
    found = bill_queries.bill_page(web.reading(), g.pool, g.membership, g.roles, bill_id)
    return shown("bill.html", form=form, bill=found)


@views.get("/bills/<uuid:bill_id>")
@access.member
def bill(bill_id: UUID) -> Response:
    return one_bill(bill_id, YesForm())


@views.post("/bills/<uuid:bill_id>/approve")
@access.role(*ANY_JOB)
def approve(bill_id: UUID) -> Response:
    form = YesForm()
    if web.saved(
        form, lambda session: bills.approve(session, bill_id, g.membership, now=web.now())
    ):
        return web.go("bills.bill", said="You said yes to this bill.", bill_id=bill_id)
    return one_bill(bill_id, form)


@views.route("/bills/<uuid:bill_id>/send-back", methods=["GET", "POST"])
@access.role(*ANY_JOB)
def send_back(bill_id: UUID) -> Response:
    form = SendBackForm()
    if web.saved(
        form,
        lambda session: bills.withdraw(
            session, bill_id, g.membership, form.why.data, now=web.now()
        ),
    ):
        return web.go("bills.bill", said="This bill went back.", bill_id=bill_id)
    found = bill_queries.bill_page(web.reading(), g.pool, g.membership, g.roles, bill_id)
    if found.can_send_back or form.form_errors:
        return shown("send_back.html", form=form, bill=found)
    return web.go("bills.bill", bill_id=bill_id)


# --- money is late --------------------------------------------------------------------------------


@views.route("/bills/<uuid:bill_id>/override", methods=["GET", "POST"])
@access.role(*ANY_JOB)
def override(bill_id: UUID) -> Response:
    """Ask another person to decide that the bill is paid though money is late."""
    form = OverrideForm()
    if web.saved(
        form,
        lambda session: overriding.ask(
            session, bill_id, g.membership, form.why.data, key=form.key, now=web.now()
        ),
    ):
        return web.go("bills.bill", said="Saved. Another person must agree.", bill_id=bill_id)
    found = bill_queries.bill_page(web.reading(), g.pool, g.membership, g.roles, bill_id)
    if found.deciding.can_ask or form.form_errors or form.errors:
        return shown("override.html", form=form, bill=found)
    return web.go("bills.bill", bill_id=bill_id)


@views.post("/bills/<uuid:bill_id>/override/<uuid:override_id>/agree")
@access.role(*ANY_JOB)
def agree_override(bill_id: UUID, override_id: UUID) -> Response:
    form = YesForm()
    if web.saved(
        form, lambda session: overriding.agree(session, override_id, g.membership, now=web.now())
    ):
        return web.go("bills.bill", said="Two people decided to go on.", bill_id=bill_id)
    return one_bill(bill_id, form)


@views.post("/bills/<uuid:bill_id>/override/<uuid:override_id>/drop")
@access.role(*ANY_JOB)
def drop_override(bill_id: UUID, override_id: UUID) -> Response:
    form = YesForm()
    if web.saved(
        form, lambda session: overriding.drop(session, override_id, g.membership, now=web.now())
    ):
        return web.go("bills.bill", said="The bill waits.", bill_id=bill_id)
    return one_bill(bill_id, form)


@views.get("/files/<uuid:evidence_id>")
@access.member
def file(evidence_id: UUID) -> Response:
    """The file itself. It is saved or shown as a picture, never run as a page."""
    found = evidence.shown_to(web.reading(), g.pool.id, evidence_id, with_job=bool(g.roles))
    response = make_response(found.body)
    response.headers["Content-Type"] = found.media
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


# --- who we pay -----------------------------------------------------------------------------------


@views.route("/payees", methods=["GET", "POST"], endpoint="payees")
@access.role(*ANY_JOB)
def all_payees() -> Response:
    form = PayeeForm()
    if web.saved(
        form,
        lambda session: payees.add(
            session,
            form.name.data,
            form.last4.data,
            g.membership,
            key=form.key,
            now=web.now(),
        ),
    ):
        return web.go("bills.payee", said="Saved.", payee_id=form.key)
    found = form_queries.payees_page(web.reading(), g.pool)
    return shown("payees.html", form=form, found=found)


@views.route("/payees/<uuid:payee_id>", methods=["GET", "POST"])
@access.role(*ANY_JOB)
def payee(payee_id: UUID) -> Response:
    """Who of us is on their side."""
    form = SidesForm()
    found = form_queries.payee_page(web.reading(), g.pool, payee_id)
    form.offer(found.everyone, found.sides)
    if web.saved(
        form, lambda session: payees.declare(session, payee_id, form.chosen, g.membership)
    ):
        return web.go("bills.payee", said="Saved.", payee_id=payee_id)
    return shown("payee.html", form=form, found=found)
