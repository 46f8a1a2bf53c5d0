"""The forms of bills: a new bill, a yes, sending back, who we pay and who is on their side."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_wtf.file import FileField
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

import web
from pools.forms import DayField, Words
from pools.spending.authorities import Allowed
from pools.spending.entering import NewBill
from pools.spending.models import Payee
from pools.spending.sharing import How

ALL_DAYS = "all"
HOW_SHARED = (
    ("", "The usual way"),
    ("people", "Equally, each person the same"),
    ("days", "By the days people have"),
    ("attendance", "By who came"),
    ("band", "By the support people have"),
    ("named", "Only between some people"),
)


class BillForm(web.Form):
    """`file` is the upload; `evidence` is the file once we have it; `seen` the shares shown."""

    allowed: Sequence[Allowed] = ()
    many_days = False
    authority = RadioField("What allows it?", [InputRequired("Pick what allows this bill.")])
    day = SelectField("Which day is it for?")
    payee = SelectField("Who gets the money?", [InputRequired("Pick who gets the money.")])
    number = StringField(
        "Number on the bill",
        [Words("Type the number on the bill. If it has none, type its date.", 40)],
    )
    billed_on = DayField("Date on the bill", validators=[InputRequired("Pick the date on it.")])
    amount = web.PoundsField(
        "How much is it?", [InputRequired("Type how much the bill is, like £42.50.")]
    )
    words = StringField(
        "What is it for?",
        [Words("Type what the bill is for, in a few words.", 120)],
        description="In a few words, like: Four Thursdays in May. Everyone in the group reads it.",
    )
    file = FileField(
        "The bill itself", description="A PDF or a photo (JPEG or PNG). Up to 5 megabytes."
    )
    rule = SelectField(
        "How do we share it?",
        choices=[SelectChoice(value, words) for value, words in HOW_SHARED],
        invalid_choice_message="Pick how the bill is shared.",
    )
    since = DayField("From which day?", validators=[Optional()])
    until = DayField("To which day?", validators=[Optional()])
    people = SelectMultipleField("Between whom?", invalid_choice_message="Pick people from here.")
    fund = SelectField("Does other money of the group pay first?")
    from_fund = web.PoundsField("How much of it?", [Optional()])
    evidence = HiddenField()
    seen = HiddenField()

    def validate_since(self, field: DayField) -> None:
        if self.rule.data == "attendance" and not (field.data and self.until.data):
            raise ValidationError("Pick the first and the last day, so that we can see who came.")

    def validate_people(self, field: SelectMultipleField) -> None:
        if self.rule.data == "named" and not field.data:
            raise ValidationError("Tick the people who share this bill.")

    def offer_sharing(self, people: Mapping[UUID, str], funds: Sequence[tuple[UUID, str]]) -> None:
        """Who can be named, and which of the group's own money could pay first."""
        self.people.choices = [SelectChoice(str(id_), name) for id_, name in people.items()]
        self.fund.choices = [
            SelectChoice("", "No"),
            *(SelectChoice(str(id_), words) for id_, words in funds),
        ]
        self.fund.data, self.rule.data = self.fund.data or "", self.rule.data or ""

    def how(self, session_id: UUID | None) -> How:
        """How it is shared. What does not belong to the chosen rule is left out."""
        came, named = self.rule.data == "attendance", self.rule.data == "named"
        fund = UUID(self.fund.data) if self.fund.data else None
        return How(
            rule=self.rule.data or "",
            session_id=session_id,
            since=self.since.data if came else None,
            until=self.until.data if came else None,
            people=frozenset(UUID(one) for one in self.people.data or []) if named else frozenset(),
            fund_id=fund,
            from_fund=self.from_fund.pence if fund else None,
        )

    @property
    def shared_otherwise(self) -> bool:
        """Is anything but the usual way chosen, or wrong?"""
        fields = (self.rule, self.since, self.until, self.people, self.fund, self.from_fund)
        return any(field.data or field.errors for field in fields)

    def offer(
        self, allowed: Sequence[Allowed], days: Mapping[UUID, str], payees: Sequence[Payee]
    ) -> None:
        """What can be chosen. The only one of its kind is chosen already."""
        self.allowed, self.many_days = allowed, len(days) > 1
        self.authority.choices = [SelectChoice(str(one.id), one.words) for one in allowed]
        self.day.choices = [
            SelectChoice(ALL_DAYS, "All the days"),
            *(SelectChoice(str(id_), name) for id_, name in days.items()),
        ]
        self.payee.choices = [
            SelectChoice("", "Pick one"),
            *(SelectChoice(str(one.id), f"{one.name}, ending {one.last4}") for one in payees),
        ]
        if not self.is_submitted() and len(allowed) == 1:
            self.authority.data = str(allowed[0].id)
        if not self.day.data:
            self.day.data = ALL_DAYS

    @property
    def file_id(self) -> UUID | None:
        try:
            return UUID(self.evidence.data)
        except (ValueError, TypeError, AttributeError):
            return None

    def new_bill(self, standing: frozenset[UUID]) -> NewBill:
        """Once it is right. The day counts only under a standing agreement."""
        authority = UUID(self.authority.data)
        day = self.day.data if authority in standing else ALL_DAYS
        return NewBill(
            key=self.key,
            authority_id=authority,
            payee_id=UUID(self.payee.data),
            number=self.number.data,
            billed_on=self.billed_on.data,
            amount=self.amount.pence or 0,
            words=self.words.data,
            evidence_id=self.file_id,
            how=self.how(None if day == ALL_DAYS else UUID(day)),
            seen=self.seen.data or None,
        )


class YesForm(web.Form):
    """A yes to exactly what the page shows."""


class SendBackForm(web.Form):
    why = TextAreaField(
        "Why do you send it back?",
        [Words("Type why you send it back, so that it can be put right.", 200)],
        description="The person who entered it reads this. So does everyone in the group.",
    )


class OverrideForm(web.Form):
    why = TextAreaField(
        "Why can't the bill wait?",
        [Words("Type why the bill can't wait.", 200)],
        description="Everyone in the group reads it. Name nobody whose money is late.",
    )


class PayeeForm(web.Form):
    name = StringField(
        "Their name, as it stands on their bill",
        [Words("Type who gets the money, as it stands on their bill.", 80)],
    )
    last4 = StringField(
        "Last 4 numbers of their bank account",
        [InputRequired("Type the last 4 numbers of their bank account, like 4471.")],
        description="People who check a bill compare them with the paper.",
    )


class SidesForm(web.Form):
    members = SelectMultipleField("Who of us is on their side?")

    def offer(self, everyone: Sequence[tuple[UUID, str]], sides: frozenset[UUID]) -> None:
        self.members.choices = [SelectChoice(str(id_), name) for id_, name in everyone]
        if not self.is_submitted():
            self.members.data = [str(one) for one in sides]

    @property
    def chosen(self) -> frozenset[UUID]:
        return frozenset(UUID(one) for one in self.members.data or [])
