"""The forms of questions: what to ask and who may see it, an answer, yes or no to an answer."""

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

import web
from errors import NotValid
from pools.spending import answering, questions

WORRIED = "worried"


class Lines:
    """Words in lines: not too long, and nothing that can't be seen."""

    def __init__(self, most: int, missing: str = "") -> None:
        self.most, self.missing = most, missing

    def __call__(self, _form: object, field: TextAreaField) -> None:
        try:
            field.data = answering.tidy(field.data or "", self.most)
        except NotValid as refusal:
            raise ValidationError(refusal.sentence) from refusal
        if self.missing and not field.data:
            raise ValidationError(self.missing)


class AskForm(web.Form):
    """The last of the ready questions leaves this path: see `pools.outside`."""

    what = RadioField(
        "What do you want to ask?",
        [InputRequired(questions.PickAQuestion().sentence)],
        choices=[
            *(SelectChoice(kind, words) for kind, words in answering.READY.items()),
            SelectChoice(WORRIED, "I am worried about this."),
        ],
        invalid_choice_message=questions.PickAQuestion().sentence,
    )
    words = TextAreaField(
        "Your own words",
        [Lines(questions.LONGEST)],
        description="You can leave this empty.",
    )
    seen_by = RadioField(
        "Who can see it?",
        [InputRequired(questions.PickWhoSees().sentence)],
        choices=[
            SelectChoice("group", "Everyone in the group"),
            SelectChoice("answerer", "Only the person who answers"),
        ],
        default="group",
        invalid_choice_message=questions.PickWhoSees().sentence,
    )


class AnswerForm(web.Form):
    words = TextAreaField(
        "Your answer",
        [Lines(answering.LONGEST_ANSWER, answering.AnswerNeeded().sentence)],
        description="Write short sentences. Write no names of people in the group.",
    )


class DecideForm(web.Form):
    """Drawn as two buttons."""

    good = RadioField(
        "Does this answer your question?",
        [InputRequired("Press yes or no.")],
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
        invalid_choice_message="Press yes or no.",
    )
