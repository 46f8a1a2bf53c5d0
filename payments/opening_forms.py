"""The form with which somebody says whose the money was before our first file."""

from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from payments.opening import ShownByNeeded
from payments.split_forms import SplitForm


class OpeningForm(SplitForm):
    shown_by = StringField(
        "What shows it?",
        [InputRequired(ShownByNeeded().sentence), Length(max=200)],
        description="For example: the bank's paper statement of March.",
    )
    file = FileField(
        "A photo or PDF of it", description="If you have one. PDF, JPEG or PNG, up to 5 megabytes."
    )
