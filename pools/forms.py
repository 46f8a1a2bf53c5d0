"""The forms of a group. The fields that others here fill in too lie with `members`."""

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

import web
from errors import NotValid
from members import typed
from members.forms import DayField, Typed, WholeField, Words
from pools.people import JOB_WORDS

__all__ = ["DayField", "WholeField", "Words"]


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
