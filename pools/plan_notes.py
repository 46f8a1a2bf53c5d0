"""What a person reads about a thing and their own plan. For their eyes only."""

from collections.abc import Iterable
from dataclasses import dataclass

from members.money_from import WITH_PLAN
from members.needs import Fit, Why

ASK = ("Find somebody to talk to", "/help")


@dataclass(frozen=True)
class PlanNote:
    """`heading` and `lines` say whether it is in my plan and what follows; `more` are pages to go
    on to, as words and paths. `good`: nothing stands against it.
    """

    heading: str
    lines: tuple[str, ...]
    good: bool
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Beside:
    """One of my sources that would pay, in words, and how the thing fits the plan behind it."""

    source: str
    name: str
    fit: Fit


def of_vote(mine: Iterable[Beside], vote: str, why: str = "") -> PlanNote | None:
    """For the page of a vote to spend, at the path `vote`; `why` is what I said if I pay anyway."""
    found = tuple(mine)
    whys = {one.fit.why for one in found}
    if Why.ANYWAY in whys:
        said = ("It is not in your plan.", f"You said why: {why}")
        return PlanNote("You said that you pay for this", said, True, (_back(vote), ASK))
    if Why.NOT_IN_PLAN in whys and not any(one.fit.pays for one in found):
        lines = ("You will not pay for it. You can still vote.",)
        return PlanNote("This is not in your plan", lines, False, (_pay(vote), ASK))
    if Why.NOT_IN_PLAN in whys:
        return PlanNote("Only some of your money pays for this", _parts(found), False, (ASK,))
    return _in_plan(found)


def of_service(beside: Beside) -> PlanNote | None:
    """For the page of a promise, about the money that I would promise."""
    if beside.fit.why is Why.ANYWAY:
        said = ("It is not in your plan. You said why you want it.",)
        return PlanNote("You said that you pay for this", said, True, (ASK,))
    if beside.fit.why is Why.NOT_IN_PLAN:
        lines = (
            "Your plan does not name what this is for.",
            "You may have to give the money back.",
            "Talk to somebody before you promise. Or use other money.",
        )
        return PlanNote("This is not in your plan", lines, False, (ASK,))
    return _in_plan((beside,))


def _in_plan(found: tuple[Beside, ...]) -> PlanNote | None:
    needs = tuple(dict.fromkeys(one.words for beside in found for one in beside.fit.needs))
    if needs:
        lines = tuple(f"Your plan says: {words}" for words in needs if words)
        return PlanNote("This is in your plan", lines, True)
    unknown = {
        one.fit.why
        for one in found
        if one.source in WITH_PLAN and one.fit.why in {Why.NO_PLAN, Why.NO_NEEDS}
    }
    if not unknown:
        return None
    return PlanNote(
        "We do not know what your plan says",
        ("So you count as in. You pay like everyone.", "Only you can see what you write there."),
        True,
        (("Write down what my plan says", "/me/plan"),),
    )


def _parts(found: tuple[Beside, ...]) -> tuple[str, ...]:
    return tuple(
        f"{one.name} pays for it."
        if one.fit.pays
        else f"{one.name} does not. It is not in its plan."
        for one in found
    )


def _pay(vote: str) -> tuple[str, str]:
    return ("I want to pay for it", f"{vote}/pay")


def _back(vote: str) -> tuple[str, str]:
    return ("I do not want to pay after all", f"{vote}/pay/back")
