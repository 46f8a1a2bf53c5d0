"""The forms of bands: a new band, and who is in which."""

from collections.abc import Sequence
from uuid import UUID

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

import web
from pools.bands.pages import BandLine
from pools.forms import Words


class BandForm(web.Form):
    name = StringField(
        "What is the band called?",
        [Words("Type a short name for the band, like: Two people share a worker.", 40)],
    )
    weight = StringField(
        "How much does it count?",
        [InputRequired("Type a number, like 1, or 1 1/2.")],
        description="1 is an ordinary share. A person with 2 pays twice as much.",
    )


class HeldForm(web.Form):
    who = SelectField("Who?", [InputRequired("Pick a person.")])
    band = SelectField("Which band?", [InputRequired("Pick a band.")])

    def offer(self, everyone: Sequence[tuple[UUID, str]], bands: Sequence[BandLine]) -> None:
        self.who.choices = [
            SelectChoice("", "Pick one"),
            *(SelectChoice(str(id_), name) for id_, name in everyone),
        ]
        self.band.choices = [
            SelectChoice("", "Pick one"),
            *(SelectChoice(str(one.id), one.name) for one in bands),
        ]


class SayForm(web.Form):
    """A yes or no to what stands on the page."""
