"""The forms about oneself, and the fields that all rooms use: numbers, days, words. What a field
means is said by `typed`, once.
"""

from collections.abc import Callable
from typing import Any

from wtforms import BooleanField, DateField, StringField
from wtforms.validators import StopValidation, ValidationError

import web
from errors import NotValid
from members import typed


class Typed:
    """A field holds what `clean` makes of it, or says what to mend."""

    def __init__(self, clean: Callable[[str], str | None]) -> None:
        self.clean = clean

    def __call__(self, _form: object, field: StringField) -> None:
        try:
            field.data = self.clean(field.data or "") or ""
        except NotValid as refusal:
            raise ValidationError(refusal.sentence) from refusal


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


class EmailForm(web.Form):
    email = StringField("Your email", validators=[Typed(typed.email_of)])


class ConfirmForm(web.Form):
    shared = BooleanField("Other people use this phone or computer")


class NewcomerForm(ConfirmForm):
    name = StringField("What do you want people to call you?", validators=[Typed(typed.name_of)])


class DetailsForm(web.Form):
    name = StringField("Your name", validators=[Typed(typed.name_of)])
    phone = StringField("Your phone number", validators=[Typed(typed.phone_of)])


class NewEmailForm(web.Form):
    email = StringField("Your new email", validators=[Typed(typed.email_of)])
