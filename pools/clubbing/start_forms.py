"""The forms of starting a group, one a task. What was typed is kept as it was typed, and read again
when the group starts.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation, ValidationError

import web
from members import needs, typed
from members.forms import Typed
from pools.agreement import READY, Terms
from pools.clubbing import words
from pools.clubbing.cost import Cost
from pools.forms import DayField, WholeField, Words

CLOSES_AT = time(17)
MOST_PLACES = 200
MOST_AHEAD = timedelta(days=366)
HALF_HOURS = [time(half // 2, 30 * (half % 2)) for half in range(12, 46)]
TIMES = [SelectChoice(f"{at:%H:%M}", words.hour(at)) for at in HALF_HOURS]
UNKEPT = {"id", "csrf_token", "act"}


class TaskForm(web.Form):
    @property
    def kept(self) -> dict[str, list[str]]:
        """What was sent, as it was sent, to be kept."""
        return {
            name: [str(one) for one in field.raw_data or ()]
            for name, field in self._fields.items()
            if name not in UNKEPT
        }


class PlaceForm(TaskForm):
    name = StringField("What is the group called?", [Typed(typed.name_of)])
    place = StringField("Where is it?", [Words("Type where it is, like the old library.", 100)])
    what = StringField("What do people do there?", [Words("", 200)])
    serves = SelectMultipleField(
        "What is it for?",
        choices=[SelectChoice(kind, needs.WORDS[kind]) for kind in needs.KINDS],
        invalid_choice_message="Pick from the list.",
        description="Tick what it helps people with. Each person sees if it is in their plan. "
        "You can say it later too.",
    )
    phone = StringField("Which phone number can people ring?", [Typed(typed.phone_of)])
    days = SelectMultipleField(
        "Which days?",
        [InputRequired("Pick at least one day.")],
        choices=[SelectChoice(str(day), name) for day, name in enumerate(words.DAYS)],
        invalid_choice_message="Pick from the days of the week.",
    )
    starts = SelectField(
        "When does it start?", choices=TIMES, default="10:00", invalid_choice_message="Pick a time."
    )
    ends = SelectField(
        "When does it end?", choices=TIMES, default="15:00", invalid_choice_message="Pick a time."
    )

    def validate_ends(self, field: SelectField) -> None:
        if field.data and self.starts.data and field.data <= self.starts.data:
            raise ValidationError("The day must end after it starts.")


class MoneyField(web.PoundsField):
    """Pounds; blank is `blank` pence, or refused with `missing`. With `above_zero`, not £0."""

    def __init__(
        self, label: str, *, missing: str = "", above_zero: bool = False, **more: Any
    ) -> None:
        super().__init__(label, **more)
        self.missing, self.above_zero = missing, above_zero

    def pre_validate(self, form: object) -> None:
        if not (self.data or "").strip():
            if self.missing:
                raise StopValidation(self.missing)
            return
        super().pre_validate(form)
        if self.above_zero and self.pence == 0:
            raise StopValidation("Type more than £0.")


class CostForm(TaskForm):
    """The cost of one day, with its staff in it or without; `cost` is what that means."""

    total = MoneyField(
        "What does the centre cost each day?", missing="Type what the centre costs each day."
    )
    staff = WholeField("How many staff are in that cost?", least=0, most=50, blank=0)
    wage = MoneyField("What does one worker cost for a day?")
    ratio = WholeField(
        "How many people can one worker look after?",
        least=1, most=MOST_PLACES, missing="Type how many people one worker can look after.",
    )  # fmt: skip
    min_staff = WholeField("What is the least number of staff?", least=0, most=50, blank=0)
    variable = MoneyField("What does each person cost on top?")
    capacity = WholeField(
        "How many places are there?",
        least=1,
        most=MOST_PLACES,
        missing="Type how many places.",
    )
    price = MoneyField("What could each person pay for a day?", above_zero=True)

    def validate_wage(self, _field: MoneyField) -> None:
        if self.fixed is not None and self.fixed < 0:
            raise ValidationError("The staff cost more than the whole day. Check both numbers.")

    def validate_total(self, _field: MoneyField) -> None:
        nothing = (self.total.pence, self.wage.pence or 0, self.variable.pence or 0) == (0, 0, 0)
        if nothing:
            raise ValidationError("Type more than £0.")

    @property
    def fixed(self) -> int | None:
        """Pence a day without any staff."""
        if self.total.pence is None or self.staff.number is None:
            return None
        return self.total.pence - self.staff.number * (self.wage.pence or 0)

    @property
    def cost(self) -> Cost:
        return Cost(
            fixed=self.fixed or 0,
            wage=self.wage.pence or 0,
            ratio=self.ratio.number or 1,
            min_staff=self.min_staff.number or 0,
            variable=self.variable.pence or 0,
            capacity=self.capacity.number or 1,
        )


class RulesForm(TaskForm):
    price_rule = RadioField(
        "How do we share the cost?",
        choices=[
            SelectChoice("equal", "Share it equally"),
            SelectChoice("list", "The same price each day"),
        ],
        default="equal",
        invalid_choice_message="Pick how we share the cost.",
    )
    list_price = MoneyField("The price for a day", above_zero=True)
    notice_weeks = WholeField(
        "How many weeks before leaving must people say so?",
        least=0, most=12, missing="Type how many weeks.", default=str(READY.notice_weeks),
    )  # fmt: skip
    vote_days = WholeField(
        "For how many days is a vote open?",
        least=1, most=60, missing="Type how many days.", default=str(READY.vote_hours // 24),
    )  # fmt: skip
    term_weeks = WholeField(
        "For how many weeks does the price stay the same?",
        least=1, most=52, missing="Type how many weeks.", default=str(READY.term_weeks),
    )  # fmt: skip
    checkers = RadioField(
        "How many more people check each bill?",
        choices=[SelectChoice("1", "1 more person"), SelectChoice("2", "2 more people")],
        default=str(READY.checkers),
        invalid_choice_message="Pick how many people check.",
    )
    pays_first = RadioField(
        "If somebody has two kinds of money here, which pays first?",
        choices=[
            SelectChoice("soonest", "The one that ends first"),
            SelectChoice("place", "The one they said for that day"),
        ],
        default=READY.pays_first,
        invalid_choice_message="Pick which money pays first.",
    )
    over = MoneyField(
        "Over which sum does one more person check?",
        missing="Type a sum, like £500.",
        default=str(READY.two_checkers_over // 100),
    )

    def validate_list_price(self, field: MoneyField) -> None:
        if self.price_rule.data == "list" and field.pence is None and not field.errors:
            raise ValidationError("Type the price, like £42.")

    @property
    def terms(self) -> Terms:
        flat = self.price_rule.data == "list"
        return Terms(
            price_rule="list" if flat else "equal",
            list_price=self.list_price.pence if flat else None,
            notice_weeks=self.notice_weeks.number or 0,
            vote_hours=24 * (self.vote_days.number or 1),
            term_weeks=self.term_weeks.number or 1,
            checkers=int(self.checkers.data),
            two_checkers_over=self.over.pence or 0,
            pays_first=self.pays_first.data or READY.pays_first,
        )


class WhenForm(TaskForm):
    closes_on = DayField("What is the last day to promise?")
    starts_on = DayField("When would the first day be?")
    weekdays: tuple[int, ...] = ()  # the days of the group, once they are known; 0 is Monday

    def validate_closes_on(self, field: DayField) -> None:
        _must_be_near(field, after=web.today(), words="Pick a day after today.")

    def validate_starts_on(self, field: DayField) -> None:
        closes = self.closes_on.data if not self.closes_on.errors else None
        late = "Pick a day after the last day to promise."
        _must_be_near(field, after=closes or web.today(), words=late)
        if self.weekdays and field.data.weekday() not in self.weekdays:
            named = " or ".join(words.DAYS[day] for day in self.weekdays)
            raise ValidationError(f"Pick a {named}. People go on that day.")

    @property
    def closes_at(self) -> datetime:
        return datetime.combine(self.closes_on.data, CLOSES_AT, ZoneInfo(web.HOME_ZONE)).astimezone(
            UTC
        )


class StartForm(web.Form):
    """One button. Its id becomes the group's own."""


def _must_be_near(field: DayField, *, after: date, words: str) -> None:
    if field.data is None:
        raise StopValidation("" if field.errors else "Pick a day.")
    if field.data <= after:
        raise ValidationError(words)
    if field.data > web.today() + MOST_AHEAD:
        raise ValidationError("Pick a day within a year.")


def filled(form: type[TaskForm], kept: dict[str, Any] | None) -> Any:
    """The task's form as it was left; a fresh one if it never was."""
    if kept is None:
        return form(formdata=None)
    values = MultiDict((name, one) for name, ones in kept.items() for one in ones)
    return form(formdata=values, meta={"csrf": False})
