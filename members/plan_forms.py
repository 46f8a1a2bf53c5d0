"""The small forms of my plan: a few questions each."""

from typing import Any

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

import web
from ledger import money
from members import money_from, needs, plans
from members.forms import DayField, WholeField, Words

WHO_HINT = "Like Northtown Council, or the NHS."


class Pence(web.PoundsField):
    """An amount that must be there."""

    def __init__(self, label: str, missing: str, **more: Any) -> None:
        super().__init__(label, **more)
        self.missing = missing

    def pre_validate(self, form: object) -> None:
        super().pre_validate(form)
        if self.pence is None:
            raise ValidationError(self.missing)


def funder() -> StringField:
    missing = "Type who the money comes from."
    return StringField("Who pays it?", [Words(missing, plans.LONGEST_NAME)], description=WHO_HINT)


def weekly() -> Pence:
    return Pence("How much is it each week?", "Type how much you get each week.")


class BeginForm(web.Form):
    source = RadioField(
        "Which money is the plan for?",
        [InputRequired("Pick which money it is.")],
        choices=[SelectChoice(kind, money_from.WORDS[kind]) for kind in money_from.WITH_PLAN],
        invalid_choice_message="Pick which money it is.",
    )
    funder = funder()
    weekly = weekly()

    def facts(self) -> plans.Facts:
        return plans.Facts(
            source=self.source.data,
            funder=self.funder.data,
            weekly=self.weekly.pence or 0,
            starts_on=web.today(),
        )


class WhoForm(web.Form):
    """Each part of a plan: its fields are named as the facts are."""

    title = "Who pays"
    funder = funder()
    name_there = StringField(
        "Your name as they have it",
        [Words("", plans.LONGEST_NAME)],
        description="It can be longer than the name your group uses.",
    )
    reference = StringField(
        "Their number for you",
        [Words("", plans.LONGEST_REFERENCE)],
        description="It stands on their letters. You can leave this empty.",
    )

    def facts(self) -> dict[str, Any]:
        return {
            "funder": self.funder.data,
            "name_there": self.name_there.data,
            "reference": self.reference.data,
        }


class MoneyForm(web.Form):
    title = "How much it is"
    weekly = weekly()
    limit_weeks = WholeField(
        "How many weeks’ money may you keep?",
        least=1,
        most=52,
        blank=8,
        description="It stands in your letter from them. Many say 8 weeks.",
    )
    elsewhere = web.PoundsField(
        "How much of it do you spend each week on other things?",
        description="Things outside your groups, like a helper you pay. You can leave this empty.",
    )

    def facts(self) -> dict[str, Any]:
        return {
            "weekly": self.weekly.pence,
            "limit_weeks": self.limit_weeks.number,
            "elsewhere": self.elsewhere.pence or 0,
        }


class DatesForm(web.Form):
    title = "From when until when"
    starts_on = DayField("The first day of the plan", validators=[InputRequired("Pick a day.")])
    ends_on = DayField(
        "The last day",
        validators=[Optional()],
        description="Leave this empty if it has no last day.",
    )

    def facts(self) -> dict[str, Any]:
        return {"starts_on": self.starts_on.data, "ends_on": self.ends_on.data}


class HelpForm(web.Form):
    title = "Who looks after it"
    managed_by = StringField(
        "Who looks after this money?",
        [Words("", plans.LONGEST_MANAGER)],
        description="Myself. Or who does it, and why they may. Like: Ann, my attorney.",
    )

    def facts(self) -> dict[str, Any]:
        return {"managed_by": self.managed_by.data}


PARTS = {"who": WhoForm, "money": MoneyForm, "dates": DatesForm, "help": HelpForm}


def filled(part: str, facts: plans.Facts) -> Any:
    """The form of one part, with what the plan says now."""
    said = {name: getattr(facts, name) for name in facts.__dataclass_fields__}
    return PARTS[part](
        **said
        | {
            "weekly": _typed(facts.weekly),
            "elsewhere": _typed(facts.elsewhere) if facts.elsewhere else "",
            "limit_weeks": str(facts.limit_weeks),
        }
    )


def _typed(pence: int) -> str:
    return money.column(pence).removesuffix(".00")


class NeedForm(web.Form):
    kind = RadioField(
        "What is it about?",
        [InputRequired("Pick what it is about.")],
        choices=[SelectChoice(kind, needs.WORDS[kind]) for kind in needs.KINDS],
        invalid_choice_message="Pick what it is about.",
    )
    words = TextAreaField(
        "What does your plan say?",
        [Words("Write what your plan says you need.", plans.LONGEST_WORDS)],
        description="Use your own words, like: I meet my friends every week.",
    )


class OwnForm(web.Form):
    amount = Pence(
        "How much of this money is in your own account?", "Type how much it is. It can be £0."
    )
    on_day = DayField("On which day?", validators=[InputRequired("Pick a day.")])


class SureForm(web.Form):
    pass
