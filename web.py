"""Between HTTP and the rooms: the clock, the page or its fragment, forms, refusals, words of time.

The only place that knows htmx's headers, and the only clock of a request.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    get_flashed_messages,
    make_response,
    redirect,
    request,
    url_for,
)
from flask_htmx import HTMX
from flask_wtf import FlaskForm
from sqlmodel import Session
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError
from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

import db
import headers
from config import Config
from errors import NotAllowed, NotFound, NotPossible, NotValid, Refusal
from ledger import money

HOME_ZONE = "Europe/London"
STATUS: Mapping[type[Refusal], int] = {
    NotFound: 404,
    NotAllowed: 403,
    NotValid: 422,
    NotPossible: 409,
    Refusal: 409,
}
HTTP_SENTENCES = {
    400: "That form was too old, or did not come from our page. Go back and try again.",
    403: "You are signed in, but this page is for somebody else.",
    404: NotFound.__doc__,
    405: "This address is for a button. The page that has the button is one step back.",
    413: "That file is too big. It can be up to 5 megabytes.",
    429: "You asked many times. Wait 15 minutes, then ask again.",
}
BROKE = "Something broke. Nothing was changed. Go back and try again."
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
ERROR = "error.html"
htmx = HTMX()


# --- the clock ---


def moment(config: Config) -> datetime:
    """The app's clock. In the demo a button moves it on; the shift lies in a file of the demo."""
    return datetime.now(UTC) + (shift(config.home) if config.demo else timedelta())


def shift(home: Path) -> timedelta:
    path = home / "clock_shift"
    return timedelta(seconds=int(path.read_text())) if path.exists() else timedelta()


def now() -> datetime:
    """One instant for the whole request, aware UTC."""
    if "now" not in g:
        g.now = moment(current_app.config["CLUB"])
    return g.now  # type: ignore[no-any-return]


def zone() -> ZoneInfo:
    pool = g.get("pool")
    return ZoneInfo(pool.time_zone if pool else HOME_ZONE)


def today() -> date:
    return now().astimezone(zone()).date()


# --- reading, and the page ---


def reading() -> Session:
    """The request's own session that can only look; opened at the first need."""
    if "reading" not in g:
        g.reading_stack = ExitStack()
        g.reading = g.reading_stack.enter_context(db.reading())
    return g.reading  # type: ignore[no-any-return]


def stop_reading(_error: BaseException | None = None) -> None:
    if stack := g.pop("reading_stack", None):
        g.pop("reading", None)
        stack.close()


def page(template: str, status: int | None = None, /, **context: Any) -> Response:
    """The page, or, for htmx, the block of it that is named as the element to be replaced.

    A form with errors answers 422 by itself.
    """
    form = context.get("form")
    failed = bool(form is not None and (form.errors or form.form_errors))
    context["errors"] = failed
    current_app.update_template_context(context)
    made = current_app.jinja_env.get_template(template)
    wanted = "main" if template == ERROR else htmx.target
    block = made.blocks.get(wanted or "") if htmx else None
    body = "".join(block(made.new_context(context))) if block else made.render(context)
    response = make_response(body, status or (422 if failed else 200))
    response.headers.add("Vary", "HX-Request")
    return response


def go(endpoint: str, *, said: str | None = None, **values: Any) -> Response:
    """303 to the page that shows what was done; `said` is shown there once."""
    if said:
        flash(said)
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]


def internal(path: str | None) -> str | None:
    """A path within this site, or None: never send anybody elsewhere."""
    ok = path and re.fullmatch(r"/[A-Za-z0-9/_.?=&-]*", path) and not path.startswith("//")
    return path if ok else None


# --- forms ---


def without_controls(text: str | None) -> str | None:
    return CONTROLS.sub("", text) if isinstance(text, str) else text


def _fresh_id() -> str:
    return str(db.new_id())


class Form(FlaskForm):  # type: ignore[misc]
    """A form that carries its own id: sent twice, it counts once."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Control characters that nobody can type are dropped from every text field."""
            field = super().bind_field(form, unbound_field, options)
            if isinstance(field, StringField):
                field.filters = (without_controls, *field.filters)
            return field

    id = HiddenField(default=_fresh_id)

    def validate_id(self, field: HiddenField) -> None:
        try:
            UUID(field.data)
        except (ValueError, TypeError, AttributeError):
            field.data = _fresh_id()
            raise ValidationError("This form was damaged. Press the button again.") from None

    @property
    def key(self) -> UUID:
        return UUID(self.id.data)


class PoundsField(StringField):  # type: ignore[misc]
    """Money as people type it; `pence` is what it means."""

    pence: int | None = None

    def pre_validate(self, _form: object) -> None:
        if not (self.data or "").strip():
            return
        try:
            self.pence = money.pence_of(self.data)
        except NotValid as refusal:
            raise ValidationError(refusal.sentence) from refusal


def saved(form: Any, work: Callable[[Session], object]) -> bool:
    """Do `work` in one transaction, if the form is right. A refusal becomes the form's own error,
    with everything that was typed still there and nothing changed.
    """
    if not form.validate_on_submit():
        return False
    stop_reading()
    try:
        with db.transaction() as session:
            work(session)
    except NotPossible as refusal:
        form.form_errors.append(refusal.sentence)
        return False
    return True


# --- refusals, headers, words ---


def refused(refusal: Refusal) -> Response:
    status = next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
    return error_page(status, refusal.sentence)


def http_refused(error: HTTPException) -> Response:
    code = error.code or 500
    if code < 400 or isinstance(error, SecurityError):  # asked of another host: no page of ours
        return error.get_response()  # type: ignore[return-value]
    made = error_page(
        code, HTTP_SENTENCES.get(code) or BROKE, above=page_above() if code == 405 else ""
    )
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        made.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return made


def page_above() -> str:
    """The nearest page that this address lies under: of a button's address, where the button is."""
    matching, path = current_app.create_url_adapter(request), request.path
    while path := path.rstrip("/"):
        try:
            matching.match(path, method="GET")  # type: ignore[union-attr]
        except HTTPException:
            path = path.rpartition("/")[0]
        else:
            return internal(path) or ""
    return ""


def broke(error: Exception) -> Response:
    current_app.logger.error("unexpected", exc_info=error)
    return error_page(500, BROKE)


def error_page(status: int, sentence: str, above: str = "") -> Response:
    """For htmx it takes the place of the whole main part, whatever was to be replaced. `above` is
    the page to go to instead.
    """
    response = page(ERROR, status, code=status, sentence=sentence, above=above, errors=False)
    if htmx:
        response.headers.update({"HX-Retarget": "#main", "HX-Reswap": "innerHTML"})
    return response


@cache
def _day_name(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def day(when: date | datetime) -> str:
    """Friday 12 June; with the year where it is not this one."""
    local = when.astimezone(zone()).date() if isinstance(when, datetime) else when
    return _day_name(local) + ("" if local.year == today().year else f" {local.year}")


def day_time(when: datetime) -> str:
    """Friday 12 June, 5pm"""
    local = when.astimezone(zone())
    hour = f"{local.hour % 12 or 12}{f':{local.minute:02}' if local.minute else ''}"
    return f"{day(when)}, {hour}{'am' if local.hour < 12 else 'pm'}"


def short_day(when: date | datetime) -> str:
    local = when.astimezone(zone()).date() if isinstance(when, datetime) else when
    return f"{local.day} {local:%b}" + ("" if local.year == today().year else f" {local.year}")


def in_days(when: datetime) -> str:
    """today, tomorrow, in 3 days, 2 days ago"""
    days = (when.astimezone(zone()).date() - today()).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return near.get(days) or (f"in {days} days" if days > 0 else f"{-days} days ago")


def people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


FILTERS = {
    "pounds": money.say, "column": money.column, "day": day, "day_time": day_time,
    "short_day": short_day, "in_days": in_days, "people": people,
}  # fmt: skip


def context() -> Iterator[tuple[str, Any]]:
    """What every page may use, besides what its view gives it."""
    config = current_app.config["CLUB"]
    yield "me", g.get("me")
    yield "group", g.get("pool") if g.get("membership") else None
    yield "contact", g.get("contact")
    yield "jobs", bool(g.get("roles"))
    yield "roles", g.get("roles", frozenset())
    yield "provider", g.get("provider")
    yield "demo", config.demo
    yield "now", now()
    yield "now_words", day_time(now())
    yield "said", " ".join(map(str, get_flashed_messages()))


SHORT = {"forms": "f", "choices": "c", "pictures": "p", "charts": "ch", "money": "m"}


def macros(app: Flask) -> None:
    """Each file of templates/macros is a name in every template, in full and in short.

    A fragment is drawn without its page's own imports, so the short names stand here too.
    """
    folder = Path(app.root_path) / "templates" / "macros"
    for path in sorted(folder.glob("*.html")):
        made = app.jinja_env.get_template(f"macros/{path.name}")
        for name in (path.stem, SHORT.get(path.stem, path.stem)):
            app.jinja_env.globals[name] = made.module


def init(app: Flask) -> None:
    htmx.init_app(app)
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.teardown_request(stop_reading)
    headers.init(app)
    app.context_processor(lambda: dict(context()))
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, http_refused)
    app.register_error_handler(Exception, broke)
    with app.app_context():
        macros(app)
