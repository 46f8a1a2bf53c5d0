"""The forms of a group, and fields that others here fill in too: numbers, days, words."""

from typing import Any

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation, ValidationError

import web
from errors import NotValid
from members import typed
from members.forms import Typed
from pools.people import JOB_WORDS


class WholeField(StringField):  # type: ignore[misc]
    """A whole number as people type it; `number` is what it means. Blank is `blank`, or refused."""

    number: int | None = None

    def __init__(
        self,
        label: str,
        *,
        least: int,
        most: int,
        missing: str = "",
        blank: int | None = None,
        **more: Any,
    ) -> None:
        super().__init__(label, **more)
        self.least, self.most, self.missing, self.blank = least, most, missing, blank

    def pre_validate(self, _form: object) -> None:
        words = (self.data or "").strip()
        if not words and self.blank is not None:
            self.number = self.blank
            return
        if not words:
            raise StopValidation(self.missing)
        if not words.isascii() or not words.isdigit() or len(words) > 9:
            raise StopValidation(f"Type a whole number, like {max(self.least, 4)}.")
        if not self.least <= int(words) <= self.most:
            raise StopValidation(f"Type a number from {self.least} to {self.most}.")
        self.number = int(words)


class DayField(DateField):  # type: ignore[misc]
    """A date from the browser's own picker, or typed as we write it where there is none."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(
            label,
            format=["%Y-%m-%d", "%d/%m/%Y"],
            invalid_value_message="Pick a day.",
            **more,
        )


class Words:
    """Words on one line: at least one letter, not too long, nothing that can't be seen."""

    def __init__(self, missing: str, most: int) -> None:
        self.missing, self.most = missing, most

    def __call__(self, _form: object, field: StringField) -> None:
        words = " ".join((field.data or "").split())
        if typed.is_strange(words):
            raise ValidationError(typed.StrangeLetters().sentence)
        if not words and self.missing:
            raise ValidationError(self.missing)
        if len(words) > self.most:
            raise ValidationError(f"Make it shorter. It can have {self.most} letters and spaces.")
        field.data = words


class JoinNameForm(web.Form):
    name = StringField("What do you want people to call you?", [Typed(typed.name_of)])


class ContactForm(web.Form):
    email = StringField("Your email")
    no_email = BooleanField("I do not have email")
    phone = StringField("Your phone number", [Typed(typed.phone_of)])

    def validate_email(self, field: StringField) -> None:
        if self.no_email.data and (field.data or "").strip():
            raise ValidationError(
                "You ticked that you have no email. Untick it, or empty this box."
            )
        if self.no_email.data:
            field.data = ""
            return
        if not (field.data or "").strip():
            raise ValidationError("Type your email, or tick that you do not have one.")
        try:
            field.data = typed.email_of(field.data)
        except NotValid as refusal:
            raise ValidationError(refusal.sentence) from refusal


class AgreeForm(web.Form):
    agree = BooleanField(
        "I agree to these rules", [InputRequired("Tick the box if you agree to the rules.")]
    )
    shared = BooleanField("Other people use this phone or computer")


class SignForm(web.Form):
    agreement = HiddenField()


class InviteForm(web.Form):
    email = StringField("Their email", [Typed(typed.email_of)])


class GiveForm(web.Form):
    who = SelectField("Who?", invalid_choice_message="Pick a person.")
    job = RadioField(
        "Which job?",
        [InputRequired("Pick a job.")],
        choices=[SelectChoice(kind, words.capitalize()) for kind, words in JOB_WORDS.items()],
        invalid_choice_message="Pick a job.",
    )
