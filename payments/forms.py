"""The forms of the bank pages."""

from wtforms import FileField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

import web
from payments.queries import Answer
from payments.statements.read import Columns

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
        [InputRequired("Choose the file that you saved from the bank.")],
        description="OFX, QFX or CSV. Up to 2 megabytes.",
    )


class ColumnsForm(web.Form):
    """Which column is which. Every select offers the columns of the file in hand."""

    date = SelectField("Date", validate_choice=True)
    order = RadioField(
        "How are dates written?",
        [InputRequired("Pick how dates are written.")],
        choices=[
            SelectChoice("day", "Day first, like 31/12/2026"),
            SelectChoice("month", "Month first, like 12/31/2026"),
        ],
    )
    amount = SelectField("Amount (in and out in one column)")
    money_in = SelectField("Money in")
    money_out = SelectField("Money out")
    words = SelectMultipleField(
        "What for", [InputRequired("Tick at least one column that says what it was for.")]
    )

    def offer(self, headings: tuple[str, ...], guess: Columns | None) -> None:
        """Set the choices, and the guess where nothing was chosen yet."""
        columns = [SelectChoice(str(n), words) for n, words in enumerate(headings)]
        none = SelectChoice(NONE, "Not in this file")
        self.date.choices = columns
        self.words.choices = columns
        for field in (self.amount, self.money_in, self.money_out):
            field.choices = [none, *columns]
        if guess is not None and not self.is_submitted():
            self.date.data = str(guess.date)
            if guess.day_first is not None:
                self.order.data = "day" if guess.day_first else "month"
            self.amount.data = _shown(guess.amount)
            self.money_in.data = _shown(guess.money_in)
            self.money_out.data = _shown(guess.money_out)
            self.words.data = [str(n) for n in guess.words]

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


class MatchForm(web.Form):
    answer = RadioField("What is this line?", [InputRequired("Pick what this line is.")])


class LeaveOutForm(web.Form):
    """No question: the button says it all."""


def _shown(column: int | None) -> str:
    return NONE if column is None else str(column)


def _column(chosen: str) -> int | None:
    return None if chosen in {NONE, None} else int(chosen)


def choices(answers: tuple[Answer, ...]) -> list[SelectChoice]:
    """The answers of queries.answers as radios."""
    return [SelectChoice(answer.value, answer.words) for answer in answers]
