"""The forms of a line that is several things, and of what a payment gives back."""

from collections.abc import Iterable, Sequence

from wtforms import FieldList, Form, FormField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

import web
from payments.splitting import MOST, Part

NOBODY = ""
ROWS = 2


class PartForm(Form):  # type: ignore[misc]
    """Who or what, and how much. A row with neither is no part."""

    answer = SelectField("Who or what")
    amount = web.PoundsField("How much")

    def validate_answer(self, field: SelectField) -> None:
        if self.amount.data and not field.data:
            raise ValidationError("Pick who or what this is for.")

    def validate_amount(self, field: web.PoundsField) -> None:
        if self.answer.data and not field.errors and not field.pence:
            raise ValidationError("Type how much it is, like £42.")


class SplitForm(web.Form):
    """`seen` is how many rows stood there, so that a row can be added without script."""

    parts = FieldList(FormField(PartForm), min_entries=ROWS, max_entries=MOST)

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        self.choices = [SelectChoice(NOBODY, "Pick one"), *(SelectChoice(*one) for one in choices)]
        for row in self.parts:
            row.form.answer.choices = self.choices

    def add(self, part: Part | None = None) -> None:
        if len(self.parts) >= MOST:
            return
        row = self.parts.append_entry()
        row.form.answer.choices = self.choices
        if part is not None:
            _fill(row.form, part)

    def fill(self, parts: Sequence[Part]) -> None:
        """As it was split last time."""
        for _ in range(len(parts) - len(self.parts)):
            self.add()
        for row, part in zip(self.parts, parts, strict=False):
            _fill(row.form, part)

    @property
    def chosen(self) -> tuple[Part, ...]:
        """The rows that are filled in."""
        return tuple(
            Part(row.form.answer.data, row.form.amount.pence)
            for row in self.parts
            if row.form.answer.data and row.form.amount.pence
        )

    @property
    def made(self) -> int:
        """The sum of all amounts that can be read, in pence."""
        return sum(_pence(row.form.amount) for row in self.parts)


def _fill(row: PartForm, part: Part) -> None:
    row.answer.data = part.answer
    row.amount.data = f"{part.amount // 100}.{part.amount % 100:02}"


def _pence(field: web.PoundsField) -> int:
    try:
        field.pre_validate(None)
    except ValidationError:
        return 0
    return field.pence or 0


class BackForm(web.Form):
    """Which payment goes back to somebody, or none in particular."""

    source = HiddenField()
    which = RadioField("Which payment goes back?", [InputRequired("Pick one.")])

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        self.which.choices = [SelectChoice(*one) for one in choices]
