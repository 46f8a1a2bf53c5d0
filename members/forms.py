"""The forms about oneself. What a field means is said by `typed`, once."""

from collections.abc import Callable

from wtforms import BooleanField, StringField
from wtforms.validators import ValidationError

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
