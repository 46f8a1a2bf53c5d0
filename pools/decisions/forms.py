"""The forms of votes: putting a question, and a choice."""

from uuid import UUID

from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

import web
from ledger import money
from members import needs, typed
from pools.decisions import drafts
from pools.decisions.effects import Draft
from pools.decisions.models import CHOICES
from pools.decisions.words import COSTS
from pools.forms import Words

# What people pick -> kind and rule of the question.
SORTS = {"spend": ("spend", "yes_no"), "ask": ("ask", "yes_no"), "big": ("ask", "big_yes_no")}
SORT_WORDS = {
    "spend": "We would spend money",
    "ask": "It costs nothing",
    "big": "It is a big change",
}
CHOICE_WORDS = {"yes": "Yes", "no": "No", "unsure": "Not sure"}
ONLY_FOR_SPENDING = "Leave this empty, or pick “We would spend money”."


def seen(text: str | None) -> str:
    """Without what can't be seen: it has no meaning here, and a page can't show it back."""
    return "".join(mark for mark in text or "" if mark in "\r\n\t" or not typed.is_strange(mark))


class Lines:
    """Words of several lines, not too many."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: object, field: TextAreaField) -> None:
        lines = [" ".join(line.split()) for line in field.data.splitlines()]
        field.data = "\n".join(lines).strip()
        if len(field.data) > self.most:
            raise ValidationError(f"Say it in fewer words. It can have {self.most} letters.")


class QuestionForm(web.Form):
    title = StringField(
        "What do you want to ask?",
        [Words("", drafts.LONGEST_TITLE)],
        [seen],
        description="One short question that people can answer with yes or no.",
    )
    words = TextAreaField(
        "What should people know?",
        [Lines(drafts.LONGEST_WORDS)],
        [seen],
        description="Say what it is, and why you ask.",
    )
    sort = RadioField(
        "What sort of question is it?",
        choices=[SelectChoice(sort, said) for sort, said in SORT_WORDS.items()],
        validate_choice=False,
    )
    amount = web.PoundsField("How much would it cost?", filters=[seen])
    cost = SelectField(
        "What would we spend it on?",
        choices=[
            SelectChoice("", "Pick one"),
            *(SelectChoice(code, said) for code, said in COSTS.items()),
        ],
        validate_choice=False,
    )
    payee = StringField("Who would we pay?", [Words("", drafts.LONGEST_PAYEE)], [seen])
    serves = SelectMultipleField(
        "What is it for?",
        choices=[SelectChoice(kind, needs.WORDS[kind]) for kind in needs.KINDS],
        invalid_choice_message="Pick from the list.",
        description="Tick what it helps people with. It is held beside each person’s own plan. "
        "Tick nothing if it is for the whole group, like insurance.",
    )

    @property
    def spends(self) -> bool:
        return bool(self.sort.data == "spend")

    @property
    def serves_words(self) -> str:
        return needs.named(self.serves.data) or "The whole group"

    @property
    def cost_words(self) -> str:
        return COSTS.get(self.cost.data, "")

    def validate_title(self, field: StringField) -> None:
        if not any(mark.isalnum() for mark in field.data):
            raise ValidationError("Write your question.")

    def validate_sort(self, field: RadioField) -> None:
        if field.data not in SORTS:
            raise ValidationError("Pick what sort of question it is.")

    def validate_amount(self, field: web.PoundsField) -> None:
        typed_one = bool(field.data.strip())
        if typed_one and not self.spends and self.sort.data in SORTS:
            raise ValidationError(ONLY_FOR_SPENDING)
        if self.spends and not typed_one:
            raise ValidationError("Write how much it would cost.")
        if self.spends and not field.errors and not 0 < (field.pence or 0) <= drafts.MOST:
            most = money.say(drafts.MOST)
            raise ValidationError(f"Write an amount above £0 and up to {most}.")

    def validate_cost(self, field: SelectField) -> None:
        if self.spends and field.data not in COSTS:
            raise ValidationError("Pick what we would spend it on.")

    def validate_payee(self, field: StringField) -> None:
        if self.spends and not any(mark.isalnum() for mark in field.data):
            raise ValidationError("Write who we would pay.")
        if field.data and not self.spends and self.sort.data in SORTS:
            raise ValidationError(ONLY_FOR_SPENDING)

    def validate_serves(self, field: SelectMultipleField) -> None:
        if field.data and not self.spends and self.sort.data in SORTS:
            raise ValidationError(ONLY_FOR_SPENDING)

    def draft(self, pool_id: UUID) -> Draft:
        """Only from a form that was found right."""
        kind, rule = SORTS[self.sort.data]
        return Draft(
            pool_id=pool_id,
            kind=kind,
            rule=rule,
            title=self.title.data,
            words=self.words.data,
            amount=self.amount.pence if self.spends else None,
            cost=self.cost.data if self.spends else None,
            payee=self.payee.data if self.spends else None,
            serves=drafts.in_order(self.serves.data) if self.spends else (),
        )


class VoteForm(web.Form):
    """Never filled in beforehand: a vote that is in is not shown again, not even to its voter."""

    choice = RadioField(
        "What do you think?",
        choices=[SelectChoice(choice, CHOICE_WORDS[choice]) for choice in CHOICES],
        validate_choice=False,
    )

    def validate_choice(self, field: RadioField) -> None:
        if field.data not in CHOICES:
            raise ValidationError("Pick one choice.")


class CancelForm(web.Form):
    pass
