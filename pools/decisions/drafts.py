"""A question before it opens: what it must hold, and the same facts read back from its row."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, select

from errors import NotValid
from ledger.accounting import COSTS
from members.needs import KINDS
from pools.decisions.counting import RULES
from pools.decisions.effects import Draft
from pools.decisions.models import Proposal, ProposalServes

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


class NoSuchNeed(NotValid):
    """Pick what it is for from the list."""


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
    elif (draft.amount, draft.cost, draft.payee, draft.serves) != (None, None, None, ()):
        raise NothingToSpend


def _check_spending(draft: Draft) -> None:
    if draft.amount is None or not 0 < draft.amount <= MOST:
        raise NoAmount
    if draft.cost not in COSTS:
        raise NoSuchCost
    if draft.serves != in_order(draft.serves):
        raise NoSuchNeed
    if not 0 < len(draft.payee or "") <= LONGEST_PAYEE:
        raise NoPayee(most=LONGEST_PAYEE)


def of(session: Session, proposal: Proposal) -> Draft:
    frozen = {name: getattr(proposal, name) for name in FROZEN}
    return Draft(**frozen, serves=serves(session, proposal.id), asked=proposal.id)


def serves(session: Session, proposal_id: UUID) -> tuple[str, ...]:
    """The kinds of need that a question's spending is for; none for one that spends nothing."""
    kinds = select(ProposalServes.kind).where(ProposalServes.proposal_id == proposal_id)
    return in_order(session.exec(kinds))


def in_order(kinds: Iterable[str]) -> tuple[str, ...]:
    wanted = set(kinds)
    return tuple(kind for kind in KINDS if kind in wanted)
