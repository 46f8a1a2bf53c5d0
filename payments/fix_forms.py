"""The form with which somebody says that a line of the book is wrong."""

from collections.abc import Sequence

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

import web
from payments.answers import Answer
from payments.corrections import LONGEST_WHY, WhyNeeded
from pools.forms import Words

OUT, OTHER_AMOUNT = "out", "amount"


class WrongForm(web.Form):
    """What the line should be, and why."""

    right = RadioField("What should it be?", invalid_choice_message="Pick what the line should be.")
    amount = web.PoundsField("The right amount", description="Only if the amount is wrong.")
    why = TextAreaField(
        "What is wrong?",
        [Words(WhyNeeded().sentence, LONGEST_WHY)],
        description="In a few words. Write no names: people in the group read it.",
    )

    def offer(self, answers: Sequence[Answer], *, can_change_amount: bool) -> None:
        """Taking it out can always be picked, and is, where there is nothing else to pick."""
        amount = [SelectChoice(OTHER_AMOUNT, "The amount is wrong")] if can_change_amount else []
        self.right.choices = [
            *amount,
            *(SelectChoice(one.value, one.words) for one in answers),
            SelectChoice(OUT, "It should not be there"),
        ]
        if not self.is_submitted() and len(self.right.choices) == 1:
            self.right.data = OUT

    def validate_amount(self, field: web.PoundsField) -> None:
        if self.right.data == OTHER_AMOUNT and not field.pence:
            raise ValidationError("Type the right amount, like £590.")

    @property
    def again(self) -> str:
        """As the use case takes it."""
        if self.right.data == OUT:
            return ""
        if self.right.data == OTHER_AMOUNT:
            return f"{OTHER_AMOUNT}:{self.amount.pence}"
        return str(self.right.data)
