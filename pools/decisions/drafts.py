"""A question before it opens: what it must hold, and the same facts read back from its row."""

from errors import NotValid
from ledger.accounting import COSTS
from pools.decisions.counting import RULES
from pools.decisions.effects import Draft
from pools.decisions.models import Proposal

LONGEST_TITLE, LONGEST_WORDS, LONGEST_PAYEE = 80, 600, 80
MOST = 100_000_000  # pence: a million pounds
FROZEN = ("pool_id", "kind", "rule", "title", "words", "amount", "cost", "payee")


class NoQuestion(NotValid):
    """Write the question. It can have {most} letters."""


class LongWords(NotValid):
    """Say it in fewer words. It can have {most} letters."""


class NoAmount(NotValid):
    """Write how much it costs, above £0 and up to £1,000,000."""


class NoSuchCost(NotValid):
    """Pick what kind of cost it is."""


class NoPayee(NotValid):
    """Write who would be paid. It can have {most} letters."""


class NothingToSpend(NotValid):
    """A question with no cost has no amount and nobody to pay. Leave those empty."""


def check(draft: Draft) -> None:
    if not 0 < len(draft.title) <= LONGEST_TITLE:
        raise NoQuestion(most=LONGEST_TITLE)
    if len(draft.words) > LONGEST_WORDS:
        raise LongWords(most=LONGEST_WORDS)
    if draft.rule not in RULES or draft.kind not in {"spend", "ask"}:
        raise NotValid
    if draft.kind == "spend":
        _check_spending(draft)
    elif (draft.amount, draft.cost, draft.payee) != (None, None, None):
        raise NothingToSpend


def _check_spending(draft: Draft) -> None:
    if draft.amount is None or not 0 < draft.amount <= MOST:
        raise NoAmount
    if draft.cost not in COSTS:
        raise NoSuchCost
    if not 0 < len(draft.payee or "") <= LONGEST_PAYEE:
        raise NoPayee(most=LONGEST_PAYEE)


def of(proposal: Proposal) -> Draft:
    return Draft(**{name: getattr(proposal, name) for name in FROZEN})
