"""Finding a line of the bank, and whether it still waits for its place in the book."""

from uuid import UUID

from sqlmodel import Session

from errors import NotFound, NotPossible, NotValid
from payments.models import BankLine
from pools.models import FundingSource, Pool


class NoLine(NotFound):
    """That bank line is not here."""


class LineDone(NotPossible):
    """That line has its place already."""


class WrongWay(NotPossible):
    """That can't be. Money came in on one of them and went out on the other."""


class NotAnAnswer(NotValid):
    """Pick what this line is."""


class NoSuchSource(NotFound):
    """That person's money is not in this group."""


def line_of(session: Session, pool_id: UUID, line_id: UUID) -> BankLine:
    line = session.get(BankLine, line_id, populate_existing=True)
    if line is None or line.pool_id != pool_id:
        raise NoLine
    return line


def is_open(line: BankLine) -> bool:
    return line.entry_seq is None and line.left_out is None


def open_line(session: Session, pool_id: UUID, line_id: UUID) -> BankLine:
    line = line_of(session, pool_id, line_id)
    if not is_open(line):
        raise LineDone
    return line


def as_id(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        raise NotAnAnswer from None


def source_of(session: Session, pool: Pool, chosen: str) -> FundingSource:
    found = session.get(FundingSource, as_id(chosen))
    if found is None or found.pool_id != pool.id:
        raise NoSuchSource
    return found
