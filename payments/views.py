"""The bank pages: name the account, bring in a statement, say what each waiting line is."""

from uuid import UUID

from flask import Blueprint, Response, g, request

import db
import web
from errors import NotPossible
from members import access
from payments import accounts, forms, imports, matching, queries
from payments.statements import read as reader

views = Blueprint("bank", __name__)
KEEPERS = ("treasurer", "organiser")
LOOKERS = (*KEEPERS, "checker")


@views.get("/g/<slug>/bank")
@access.role(*LOOKERS)
def bank() -> Response:
    shown = queries.bank_page(web.reading(), g.pool)
    form = forms.AccountForm() if shown is None else forms.FileForm()
    template = "bank/account.html" if shown is None else "bank/bank.html"
    return web.page(template, here="jobs", bank=shown, form=form, keeper=_is_keeper())


def _is_keeper() -> bool:
    return bool(g.roles & set(KEEPERS))


@views.post("/g/<slug>/bank/account")
@access.role(*KEEPERS)
def set_up() -> Response:
    form = forms.AccountForm()
    if web.saved(
        form,
        lambda s: accounts.set_up(
            s, g.pool, g.membership, form.name.data, form.number.data, key=form.key, now=web.now()
        ),
    ):
        return web.go("bank.bank", said="Saved. Now bring in a file from the bank.")
    return web.page("bank/account.html", here="jobs", bank=None, form=form, keeper=True)


@views.post("/g/<slug>/bank/files")
@access.role(*KEEPERS)
def bring_in() -> Response:
    """An OFX file is taken in at once. A CSV is, once its columns have been chosen."""
    form = forms.FileForm()
    sent = request.files.get("file")
    file = accounts.File(name=(sent.filename or "file")[:120], body=sent.read()) if sent else None
    if file is not None and _needs_columns(file):
        return _ask_columns(form, file)
    taken: list[imports.Taken] = []
    if web.saved(form, lambda s: taken.append(_take_in(s, file, form.key))):
        return _told(taken[0])
    return web.page("bank/bank.html", here="jobs", bank=_bank(), form=form, keeper=True)


def _bank() -> queries.BankPage | None:
    return queries.bank_page(web.reading(), g.pool)


def _known_columns() -> reader.Columns | None:
    account = accounts.of_pool(web.reading(), g.pool.id)
    return reader.Columns.from_json(account.columns) if account and account.columns else None


def _needs_columns(file: accounts.File) -> bool:
    return reader.is_table(file.body) and _known_columns() is None


def _take_in(session: db.Session, file: accounts.File | None, key: UUID) -> imports.Taken:
    account = accounts.locked(session, g.pool.id)
    columns = reader.Columns.from_json(account.columns) if account.columns else None
    given = file or accounts.File(name="", body=b"")
    return imports.take_in(
        session, g.pool, g.membership, given, columns=columns, key=key, now=web.now()
    )


def _ask_columns(form: forms.FileForm, file: accounts.File) -> Response:
    if web.saved(
        form,
        lambda s: accounts.keep_upload(
            s, accounts.locked(s, g.pool.id), g.membership, file, key=form.key, now=web.now()
        ),
    ):
        return web.go("bank.columns", upload_id=form.key)
    return web.page("bank/bank.html", here="jobs", bank=_bank(), form=form, keeper=True)


def _told(taken: imports.Taken) -> Response:
    if taken.new == 0:
        said = "We have all of these lines already. Nothing was added twice."
    else:
        lines = "1 new line" if taken.new == 1 else f"{taken.new} new lines"
        found = "1 found its place" if taken.matched == 1 else f"{taken.matched} found their place"
        said = f"{lines}. {found}."
    return web.go("bank.bank", said=said)


@views.get("/g/<slug>/bank/files/<uuid:upload_id>")
@access.role(*KEEPERS)
def columns(upload_id: UUID) -> Response:
    return _columns_page(upload_id, forms.ColumnsForm())


def _columns_page(upload_id: UUID, form: forms.ColumnsForm) -> Response:
    upload = accounts.upload_of(web.reading(), g.pool.id, upload_id)
    seen = reader.preview(upload.body)
    form.offer(seen.headings, reader.guess_columns(upload.body))
    return web.page("bank/columns.html", here="jobs", form=form, seen=seen, upload=upload)


@views.post("/g/<slug>/bank/files/<uuid:upload_id>")
@access.role(*KEEPERS)
def choose_columns(upload_id: UUID) -> Response:
    form = forms.ColumnsForm()
    upload = accounts.upload_of(web.reading(), g.pool.id, upload_id)
    seen = reader.preview(upload.body)
    form.offer(seen.headings, None)
    taken: list[imports.Taken] = []
    if web.saved(form, lambda s: taken.append(_chosen(s, upload_id, form, seen.skip))):
        return _told(taken[0])
    return web.page("bank/columns.html", here="jobs", form=form, seen=seen, upload=upload)


def _chosen(
    session: db.Session, upload_id: UUID, form: forms.ColumnsForm, skip: int
) -> imports.Taken:
    account = accounts.locked(session, g.pool.id)
    account.columns = form.columns(skip).to_json()
    session.add(account)
    upload = accounts.upload_of(session, g.pool.id, upload_id)
    return _take_in(session, accounts.File(name=upload.name, body=upload.body), upload_id)


@views.post("/g/<slug>/bank/columns/forget")
@access.role(*KEEPERS)
def forget_columns() -> Response:
    form = forms.LeaveOutForm()
    if web.saved(form, lambda s: accounts.forget_columns(s, g.pool.id)):
        return web.go("bank.bank", said="We will ask about the columns with the next file.")
    return web.go("bank.bank")


@views.get("/g/<slug>/bank/lines/<uuid:line_id>")
@access.role(*KEEPERS)
def line(line_id: UUID) -> Response:
    return _line_page(line_id, forms.MatchForm())


def _line_page(line_id: UUID, form: forms.MatchForm) -> Response:
    session = web.reading()
    shown = queries.line_page(session, g.pool, matching.open_line(session, g.pool.id, line_id))
    form.answer.choices = forms.choices(shown.answers)
    return web.page("bank/line.html", here="jobs", form=form, shown=shown)


@views.post("/g/<slug>/bank/lines/<uuid:line_id>")
@access.role(*KEEPERS)
def match(line_id: UUID) -> Response:
    form = forms.MatchForm()
    session = web.reading()
    try:
        shown = queries.line_page(session, g.pool, matching.open_line(session, g.pool.id, line_id))
    except NotPossible as refusal:  # pressed twice, or somebody else was faster: show what waits
        return web.go("bank.bank", said=refusal.sentence)
    form.answer.choices = forms.choices(shown.answers)
    if web.saved(
        form,
        lambda s: matching.match(
            s, g.pool, line_id, form.answer.data, by=g.membership, now=web.now()
        ),
    ):
        return _next_line("Matched.")
    return web.page("bank/line.html", here="jobs", form=form, shown=shown)


@views.post("/g/<slug>/bank/lines/<uuid:line_id>/twice")
@access.role(*KEEPERS)
def here_twice(line_id: UUID) -> Response:
    form = forms.LeaveOutForm()
    if web.saved(
        form, lambda s: matching.leave_out(s, g.pool, line_id, by=g.membership, now=web.now())
    ):
        return _next_line("Left out.")
    return web.go("bank.bank", said=" ".join(form.form_errors))


def _next_line(said: str) -> Response:
    """On to the next line that waits, or back when none does."""
    waiting = queries.waiting_lines(web.reading(), g.pool.id)
    if waiting:
        return web.go("bank.line", line_id=waiting[0].id, said=said)
    return web.go("bank.bank", said=f"{said} Every line has its place.")
