"""The three ways to say no. A room names its own refusals below these.

The docstring is the sentence that a person reads, so pure code can refuse without knowing HTTP.
"""

import inspect


class Refusal(Exception):
    """Something stopped this. Nothing was changed."""

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The class's docstring with its facts filled in: plain English, shown to people."""
        words = " ".join(inspect.cleandoc(type(self).__doc__ or Refusal.__doc__ or "").split())
        return words.format_map(self.facts)


class NotFound(Refusal):
    """We could not find that. It may have moved, or the address may be wrong."""


class NotAllowed(Refusal):
    """You are signed in, but this page is for somebody else."""


class NotPossible(Refusal):
    """That can't be done now. Nothing was changed."""


class NotValid(NotPossible):
    """Something that was typed needs to be put right. Nothing was changed."""
