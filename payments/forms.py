"""The forms of the bank pages."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import Form, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

import web
from payments.answers import Answer
from payments.queries import Choosing
from payments.statements.read import Columns
from payments.statements.refusals import ColumnsNotRight

NONE = "-1"


class AccountForm(web.Form):
    name = StringField(
        "What is the account called?",
        [InputRequired("Type what the account is called."), Length(max=60)],
        description="For example: Thursday Hub club account.",
    )
    number = StringField(
        "Account number",
        [InputRequired("Type the account number."), Length(max=34)],
        description="As the bank writes it. Members only see the last 4 numbers.",
    )


class FileForm(web.Form):
    file = FileField(
        "The bank's file",
        [FileRequired("Choose the file that you saved from the bank.")],
        description="OFX, QFX, CAMT.053, MT940 or CSV. Up to 2 megabytes.",
    )


class ColumnsForm(Form):  # type: ignore[misc]
    """Which column is which. It only asks to look, so it changes nothing and needs no token."""

    date = SelectField("Date")
    order = RadioField(
        "How are dates written?",
        [InputRequired("Pick how dates are written.")],
        choices=[
            SelectChoice("day", "Day first, like 31/12/2026"),
            SelectChoice("month", "Month first, like 12/31/2026"),
        ],
    )
    amount = SelectField("Amount, in and out in one column")
    money_in = SelectField("Money in")
    money_out = SelectField("Money out")
    words = SelectMultipleField(
        "What for", [InputRequired("Tick at least one column that says what it was for.")]
    )

    def offer(self, shown: Choosing) -> None:
        """Set the choices: the columns of the file in hand."""
        columns = [
            SelectChoice(str(n), f"{heading}: {sample}" if sample else heading)
            for n, (heading, sample) in enumerate(shown.headings)
        ]
        none = SelectChoice(NONE, "Not in this file")
        self.date.choices = self.words.choices = columns
        for field in (self.amount, self.money_in, self.money_out):
            field.choices = [none, *columns]

    def validate(self, extra_validators: Any = None) -> bool:
        """Right as answers, and right together."""
        if not super().validate(extra_validators):
            return False
        try:
            self.columns(0)
        except ColumnsNotRight as refusal:
            self.form_errors.append(refusal.sentence)
            return False
        return True

    def columns(self, skip: int) -> Columns:
        return Columns(
            date=int(self.date.data),
            amount=_column(self.amount.data),
            money_in=_column(self.money_in.data),
            money_out=_column(self.money_out.data),
            words=tuple(int(n) for n in self.words.data),
            day_first=self.order.data == "day",
            skip=skip,
        )


def filled(columns: Columns | None) -> dict[str, object]:
    """The columns form as it stands for these columns."""
    if columns is None:
        return {}
    order = {True: "day", False: "month", None: None}[columns.day_first]
    return {
        "date": str(columns.date),
        "order": order,
        "amount": _shown(columns.amount),
        "money_in": _shown(columns.money_in),
        "money_out": _shown(columns.money_out),
        "words": [str(n) for n in columns.words],
    }


def _shown(column: int | None) -> str:
    return NONE if column is None else str(column)


def _column(chosen: str) -> int | None:
    return None if chosen == NONE else int(chosen)


class BringForm(web.Form):
    """The lines were looked at and are right. `columns` is how they were read."""

    columns = HiddenField()

    def chosen(self) -> Columns:
        return Columns.from_json(self.columns.data)

    def sent(self) -> Columns | None:
        """What was chosen, for showing the page again; None if it is damaged."""
        try:
            return self.chosen()
        except ColumnsNotRight:
            return None


class MatchForm(web.Form):
    answer = RadioField("It is", [InputRequired("Pick what this line is.")])

    def offer(self, answers: Iterable[Answer]) -> None:
        self.answer.choices = [SelectChoice(one.value, one.words) for one in answers]


class PressForm(web.Form):
    """No question: the button says it all."""
