"""The forms of statements and packs: days, what goes in, for whom, my words, what a paper shows."""

from datetime import date
from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

import web
from pools.forms import DayField, Words
from pools.packs.gathering import WrongWayRound
from pools.packs.keeping import Parts
from pools.packs.links import USUAL_DAYS
from pools.packs.models import LONGEST_WHOM
from pools.packs.statement import Days

ENDS = {7: "1 week", USUAL_DAYS: "2 weeks", 30: "30 days", 60: "60 days"}


class PeriodForm(web.Form):
    """Asked by GET, so that a period has an address."""

    class Meta:
        csrf = False

    since = DayField("First day", validators=[Optional()], name="from")
    until = DayField("Last day", validators=[Optional()], name="to")

    def days(self, opens_on: Days) -> Days:
        """The days that were asked for. Where they can't be read: those it opens on."""
        self.validate()
        until = self.until.data or opens_on.until
        since = self.since.data or min(
            opens_on.since if not self.until.data else until.replace(day=1), until
        )
        if not self.errors and since > until:
            self.form_errors.append(WrongWayRound().sentence)
        if self.errors or self.form_errors:
            return opens_on
        self.since.data, self.until.data = since, until
        return Days(since, until)


class PickForm(PeriodForm):
    """What goes into a pack. Everything does, unless the person takes it out."""

    picked = HiddenField(default="y")
    papers = BooleanField("The bills")
    words = BooleanField("What I did and how it helped")
    service = BooleanField("The days I came")

    def __init__(self, asked: MultiDict[str, str]) -> None:
        super().__init__(asked)
        if "picked" not in asked:
            for field in (self.papers, self.words, self.service):
                field.data = True

    @property
    def parts(self) -> Parts:
        return Parts(self.papers.data, self.words.data, self.service.data)


class SendForm(web.Form):
    """A yes to exactly the pack that the page shows."""

    since = HiddenField()
    until = HiddenField()
    papers = HiddenField()
    words = HiddenField()
    service = HiddenField()
    seen = HiddenField()
    for_whom = StringField(
        "Who is it for?",
        [Words("", LONGEST_WHOM)],
        description="Like: the council. You see it in your list. So do they.",
    )
    ends = SelectField(
        "How long should the link work?",
        choices=[SelectChoice(str(days), words) for days, words in ENDS.items()],
        default=str(USUAL_DAYS),
    )

    def of(self, days: Days, parts: Parts, seen: str) -> None:
        """What this form says yes to."""
        self.since.data, self.until.data = days.since.isoformat(), days.until.isoformat()
        self.seen.data = seen
        for field, wanted in self._parts(parts):
            field.data = "y" if wanted else ""

    def _parts(self, parts: Parts) -> tuple[tuple[Any, bool], ...]:
        return (
            (self.papers, parts.papers),
            (self.words, parts.words),
            (self.service, parts.days),
        )

    @property
    def days(self) -> Days | None:
        """None where somebody wrote other days into the form than the page did."""
        try:
            days = Days(date.fromisoformat(self.since.data), date.fromisoformat(self.until.data))
        except (ValueError, TypeError):
            return None
        return days if days.since <= days.until else None

    @property
    def parts(self) -> Parts:
        return Parts(bool(self.papers.data), bool(self.words.data), bool(self.service.data))


class EndForm(web.Form):
    """End a link now."""


class OwnWordsForm(web.Form):
    words = TextAreaField(
        "What did you do, and how did it help?",
        description="Two or three lines are enough. Do not name other people.",
    )


class NamesForm(web.Form):
    names = RadioField(
        "Does it name people of the group?",
        [InputRequired("Pick yes or no.")],
        choices=[SelectChoice("no", "No, it names nobody"), SelectChoice("yes", "Yes, it does")],
        invalid_choice_message="Pick yes or no.",
    )
    file = FileField(
        "The same bill with the names blacked out",
        description="You can leave this empty. Then people send a summary of the bill.",
    )
