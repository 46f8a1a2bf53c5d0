"""Forms of closing a month: that it is ready, and why one must be opened again."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import ValidationError

import web
from ledger import marks
from payments.closings import LONGEST_WORDS, SayWhy, WhyOpen
from pools.forms import Words


class ReadyForm(web.Form):
    """`month` is the month that the page showed; `words` only where bank and book differ."""

    month = HiddenField()
    words = TextAreaField(
        "Why do they differ?",
        description="In a few words, for every part above. Write no names.",
    )
    differs = False

    def validate_month(self, field: HiddenField) -> None:
        try:
            marks.number_of(field.data or "")
        except ValueError:
            raise ValidationError("This form was damaged. Open the page again.") from None

    def validate_words(self, field: TextAreaField) -> None:
        if self.differs:
            Words(SayWhy().sentence, LONGEST_WORDS)(self, field)

    @property
    def number(self) -> int:
        return marks.number_of(self.month.data)


class OpenForm(web.Form):
    words = TextAreaField(
        "Why must it be opened again?",
        [Words(WhyOpen().sentence, LONGEST_WORDS)],
        description="In a few words. Everyone in the group reads it, so write no names.",
    )
