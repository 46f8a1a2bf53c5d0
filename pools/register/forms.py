"""The form of the register: for each person one of three ticks."""

from collections.abc import Sequence
from uuid import UUID

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

import web
from pools.register.pages import Line

SAID_WORDS = {"came": "Came", "missed": "Did not come", "told": "Told us before"}
CHOICES = tuple(SelectChoice(value, words) for value, words in SAID_WORDS.items())


class TickForm(web.Form):
    """The ticks of one day. Whoever is left empty is not ticked yet."""

    day = HiddenField()
    on = HiddenField()

    def said(self, lines: Sequence[Line]) -> dict[UUID, str]:
        found = {line.membership_id: self[_name(line)].data for line in lines}
        return {who: said for who, said in found.items() if said}

    def tick(self, line: Line) -> RadioField:
        return self[_name(line)]


def _name(line: Line) -> str:
    return f"tick_{line.membership_id.hex}"


def for_day(lines: Sequence[Line]) -> TickForm:
    """A form with a field for each person, showing what was said so far."""
    fields = {
        _name(line): RadioField(
            line.name,
            [Optional()],
            choices=CHOICES,
            default=line.now.said if line.now else None,
            invalid_choice_message="Pick came, did not come, or told us.",
        )
        for line in lines
    }
    made: TickForm = type("DayForm", (TickForm,), fields)()
    return made
