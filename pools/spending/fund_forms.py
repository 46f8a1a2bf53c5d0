"""The form of a grant: its name, who gave it, what it may pay for and until when."""

from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

import web
from ledger.accounting import COSTS
from pools.forms import DayField, Words
from pools.funds.funds import COST_WORDS, NewGrant


class GrantForm(web.Form):
    name = StringField(
        "What do we call this money?",
        [Words("Type a short name for this money, like: Bus money.", 60)],
        description="A short name, like: Bus money.",
    )
    giver = StringField("Who gave it?", [Words("Type who gave this money.", 80)])
    costs = SelectMultipleField(
        "What may it pay for?",
        choices=[SelectChoice(code, COST_WORDS[code].capitalize()) for code in COSTS],
        description="Tick nothing if it may pay for anything.",
        invalid_choice_message="Pick from the list what this money may pay for.",
    )
    words = StringField(
        "In their words, what is it for?",
        [Words("", 200)],
        description="If they said more. Everyone in the group reads it.",
    )
    until = DayField("Until when?", validators=[Optional()])

    def new_grant(self) -> NewGrant:
        return NewGrant(
            key=self.key,
            name=self.name.data,
            giver=self.giver.data,
            words=self.words.data or "",
            costs=frozenset(self.costs.data or ()),
            until=self.until.data,
        )
