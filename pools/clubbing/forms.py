"""The forms of promises and rounds. Days are chosen by id; amounts are pounds, as people type."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

import db
import web
from ledger.money import say
from members import needs
from pools import beyond_plan
from pools.clubbing import promises, words
from pools.clubbing.board import Day
from pools.forms import DayField, Words
from pools.models import Pool

CLOSES_AT = time(17)
SOURCES_HERE = ("direct_payment", "isf", "health_budget", "own_money", "grant")
SOURCES_IN = {"AUD": ("ndis", "own_money", "grant")}


def seen(typed: str | None) -> str | None:
    """Without what can't be seen, since a page shows again what was typed."""
    return None if typed is None else "".join(one for one in typed if one.isprintable())


class PromiseForm(web.Form):
    """One amount for every day that is ticked. What can be chosen is offered by the view."""

    days = SelectMultipleField("Which days do you want?", validate_choice=False)
    most = web.PoundsField("The most I could pay for a day", filters=[seen])
    source = RadioField("Where does your money come from?", validate_choice=False)
    why = StringField(
        "Why do you want to pay for it?", [Words("", beyond_plan.LONGEST_WHY)], [seen]
    )

    def offer(self, days: Iterable[Day], currency: str) -> "PromiseForm":
        """A damaged id is replaced as well: the page may be drawn before anything is checked."""
        try:
            UUID(self.id.data)
        except (ValueError, TypeError, AttributeError):
            self.renew()
        self.days.choices = [SelectChoice(str(day.id), day.name) for day in days]
        kinds = SOURCES_IN.get(currency, SOURCES_HERE)
        self.source.choices = [SelectChoice(kind, words.SOURCES[kind]) for kind in kinds]
        return self

    def validate_days(self, field: SelectMultipleField) -> None:
        offered = {str(choice.value) for choice in field.choices}
        if not field.data:
            raise ValidationError("Pick at least one day.")
        if not set(field.data) <= offered:
            raise ValidationError("Pick from the days on this page.")

    def validate_most(self, field: web.PoundsField) -> None:
        if not (field.data or "").strip():
            raise ValidationError("Type the most you could pay, like £42.")
        if field.pence is not None and field.pence < 1:
            raise ValidationError("Type more than £0.")
        if (field.pence or 0) > promises.MOST:
            raise ValidationError(f"Type no more than {say(promises.MOST)}.")

    def validate_source(self, field: RadioField) -> None:
        if field.data not in {str(choice.value) for choice in field.choices}:
            raise ValidationError("Pick where your money comes from.")

    def renew(self) -> None:
        """Nothing was saved: what is sent next is a new form."""
        self.id.data = str(db.new_id())

    @property
    def mosts(self) -> dict[UUID, int]:
        return dict.fromkeys([UUID(one) for one in self.days.data or ()], self.most.pence or 0)


class ServesForm(web.Form):
    """What a service is for. Nothing ticked: for everyone."""

    serves = SelectMultipleField(
        "What is it for?",
        choices=[SelectChoice(kind, needs.WORDS[kind]) for kind in needs.KINDS],
        invalid_choice_message="Pick from the list.",
        description="Tick what it helps people with.",
    )


class AskForm(web.Form):
    closes_on = DayField(
        "What is the last day to promise?", validators=[InputRequired("Pick a day.")]
    )
    starts_on = DayField("When would it start?", validators=[InputRequired("Pick a day.")])

    def process(self, *sent: Any, **more: Any) -> None:
        super().process(*sent, **more)
        for field in (self.closes_on, self.starts_on):
            field.raw_data = [seen(one) for one in field.raw_data or ()]

    def closes_at(self, pool: Pool) -> datetime:
        """At 5pm where the group is."""
        local = datetime.combine(self.closes_on.data, CLOSES_AT, ZoneInfo(pool.time_zone))
        return local.astimezone(UTC)

    def suggest(self, pool: Pool, now: datetime) -> "AskForm":
        """Two weeks to promise, and a week after that to get ready."""
        today = now.astimezone(ZoneInfo(pool.time_zone)).date()
        self.closes_on.data = today + timedelta(weeks=2)
        self.starts_on.data = today + timedelta(weeks=3)
        return self


class SureForm(web.Form):
    """Nothing to fill in: one button that says what it does."""
