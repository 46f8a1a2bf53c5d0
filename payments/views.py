"""The bank pages: name the account, bring in a statement, say what each waiting line is."""

from uuid import UUID

from flask import Blueprint, Response, g, request

import web
from members import access
from payments import (
    accounts,
    forms,
    imports,
    layouts,
    lines,
    matching,
    opening_views,
    queries,
    split_views,
)
from payments.imports import Asked, Taken
from payments.statements.read import Columns

views = Blueprint("bank", __name__)
views.register_blueprint(split_views.views)
views.register_blueprint(opening_views.views)
KEEPERS = accounts.KEEPERS
LOOKERS = (*KEEPERS, "checker")


@views.get("/g/<slug>/bank")
@access.role(*LOOKERS)
def bank() -> Response:
    return _bank_page(forms.FileForm())


def _bank_page(form: forms.FileForm) -> Response:
    shown = queries.bank_page(web.reading(), g.pool)
    keeper = bool(g.roles & set(KEEPERS))
    if shown is None:
        return _account_page(forms.AccountForm(), keeper=keeper)
    return web.page("bank/bank.html", here="jobs", bank=shown, form=form, keeper=keeper)


def _account_page(form: forms.AccountForm, *, keeper: bool = True) -> Response:
    return web.page("bank/account.html", here="jobs", form=form, keeper=keeper)


@views.get("/g/<slug>/bank/account")
@access.role(*KEEPERS)
def account() -> Response:
    return _account_page(forms.AccountForm(obj=accounts.of_pool(web.reading(), g.pool.id)))


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
    return _account_page(form)


# --- a file comes in ------------------------------------------------------------------------------


@views.post("/g/<slug>/bank/files")
@access.role(*KEEPERS)
def bring_in() -> Response:
    """A file that we can read is taken in at once. Of another we ask about its columns first."""
    form = forms.FileForm()
    done: list[Taken | Asked] = []
    if web.saved(
        form,
        lambda s: done.append(
            imports.bring_in(s, g.pool, g.membership, _file(form), key=form.key, now=web.now())
        ),
    ):
        return _brought(done[0])
    return _bank_page(form)


def _file(form: forms.FileForm) -> accounts.File:
    sent = form.file.data
    return accounts.File(name=sent.filename or "", body=sent.read())


def _brought(done: Taken | Asked) -> Response:
    if isinstance(done, Asked):
        return web.go("bank.columns", upload_id=done.upload_id, said=done.why)
    return web.go("bank.bank", said=_in_words(done))


def _in_words(taken: Taken) -> str:
    if taken.new == 0:
        came = f"You brought in this file on {web.day(taken.before)}. " if taken.before else ""
        return f"{came or 'We have all of these lines already. '}Nothing was added twice."
    waits = taken.new - taken.matched
    said = [_many(taken.new, "new line", "new lines")]
    if taken.matched:
        said.append(_many(taken.matched, "found its place", "found their place"))
    if waits:
        said.append(_many(waits, "waits for you", "wait for you"))
    if taken.old:
        said.append(f"We had {taken.old} already")
    if taken.left_out:
        said.append(_not_booked(taken.left_out))
    return ". ".join(said) + "."


def _not_booked(count: int) -> str:
    if count == 1:
        return "1 more is not booked at the bank yet. It comes in a later file"
    return f"{count} more are not booked at the bank yet. They come in a later file"


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


@views.get("/g/<slug>/bank/files/<uuid:upload_id>")
@access.role(*KEEPERS)
def columns(upload_id: UUID) -> Response:
    """What the file says, read by the columns that were chosen, or else by those we propose."""
    shown = queries.choosing(web.reading(), g.pool, upload_id)
    form = forms.ColumnsForm(request.args or None, data=forms.filled(shown.guess))
    form.offer(shown)
    if request.args:
        chosen = form.columns(shown.skip) if form.validate() else None
    else:
        chosen = shown.guess
    return _columns_page(shown, chosen, choose=form, form=form)


def _columns_page(
    shown: queries.Choosing,
    chosen: Columns | None,
    *,
    choose: forms.ColumnsForm,
    form: forms.ColumnsForm | forms.BringForm,
) -> Response:
    read = queries.read_as(web.reading(), g.pool, shown.upload_id, chosen) if chosen else None
    bring = forms.BringForm(formdata=None, columns=chosen.to_json() if chosen else "")
    return web.page(
        "bank/columns.html", here="jobs", shown=shown, read=read, choose=choose, bring=bring,
        form=form,
    )  # fmt: skip


@views.post("/g/<slug>/bank/files/<uuid:upload_id>")
@access.role(*KEEPERS)
def take_upload(upload_id: UUID) -> Response:
    form = forms.BringForm()
    done: list[Taken] = []
    if web.saved(
        form,
        lambda s: done.append(
            imports.take_upload(s, g.pool, g.membership, upload_id, form.chosen(), now=web.now())
        ),
    ):
        return _brought(done[0])
    shown = queries.choosing(web.reading(), g.pool, upload_id)
    chosen = form.sent() or shown.guess
    choose = forms.ColumnsForm(data=forms.filled(chosen))
    choose.offer(shown)
    return _columns_page(shown, chosen, choose=choose, form=form)


@views.post("/g/<slug>/bank/columns/forget")
@access.role(*KEEPERS)
def forget_columns() -> Response:
    form = forms.PressForm()
    if web.saved(form, lambda s: layouts.forget(s, g.pool.id, g.membership)):
        return web.go("bank.bank", said="We will ask about the columns with the next file.")
    return web.go("bank.bank", said=" ".join(form.form_errors))


# --- one line ------------------------------------------------------------------------------------


@views.get("/g/<slug>/bank/lines/<uuid:line_id>")
@access.role(*KEEPERS)
def line(line_id: UUID) -> Response:
    return _line_page(line_id, forms.MatchForm())


def _line_page(line_id: UUID, form: forms.MatchForm) -> Response:
    """A line that found its place meanwhile is not asked about again: on to the next."""
    shown = queries.line_page(web.reading(), g.pool, line_id)
    if shown is None:
        return _next_line(line_id, "That line has its place already.")
    form.offer(shown.answers)
    return web.page("bank/line.html", here="jobs", form=form, shown=shown)


@views.post("/g/<slug>/bank/lines/<uuid:line_id>")
@access.role(*KEEPERS)
def match(line_id: UUID) -> Response:
    form = forms.MatchForm()
    shown = queries.line_page(web.reading(), g.pool, line_id)
    form.offer(shown.answers if shown else ())
    kind, _, chosen = (form.answer.data or "").partition(":")
    if shown is not None and kind == "source" and shown.line.amount < 0 and form.validate():
        return web.go("bank.parts.back", line_id=line_id, source_id=UUID(chosen))
    if shown is not None and web.saved(
        form,
        lambda s: matching.match(
            s, g.pool, line_id, form.answer.data, by=g.membership, now=web.now()
        ),
    ):
        return _next_line(line_id, "Written in the book.")
    return _line_page(line_id, form)


@views.post("/g/<slug>/bank/lines/<uuid:line_id>/twice")
@access.role(*KEEPERS)
def leave_out(line_id: UUID) -> Response:
    lines.line_of(web.reading(), g.pool.id, line_id)
    form = forms.PressForm()
    if web.saved(
        form, lambda s: matching.leave_out(s, g.pool, line_id, by=g.membership, now=web.now())
    ):
        return _next_line(line_id, "Left out.")
    return web.go("bank.bank", said=" ".join(form.form_errors))


@views.post("/g/<slug>/bank/lines/<uuid:line_id>/back")
@access.role(*KEEPERS)
def put_back(line_id: UUID) -> Response:
    lines.line_of(web.reading(), g.pool.id, line_id)
    form = forms.PressForm()
    if web.saved(form, lambda s: matching.put_back(s, g.pool, line_id, by=g.membership)):
        return web.go("bank.line", line_id=line_id, said="It waits for you again.")
    return web.go("bank.bank", said=" ".join(form.form_errors))


def _next_line(line_id: UUID, said: str) -> Response:
    """On to the next line that waits, or back when none does."""
    after = queries.next_line(web.reading(), g.pool.id, line_id)
    if after is not None:
        return web.go("bank.line", line_id=after, said=said)
    return web.go("bank.bank", said=f"{said} Every line has its place.")
