"""A statement as a value: all that any of its faces shows, and nothing of anybody else. Pure.

The screen, the paper, the PDF, the spreadsheet and the Easy Read page are drawn from one of these;
so is what is kept: it is written as canonical JSON, and read back as the same value.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import orjson
from pydantic import TypeAdapter


@dataclass(frozen=True)
class Days:
    """From `since` to `until`, both days included."""

    since: date
    until: date


@dataclass(frozen=True)
class Who:
    """Whose statement it is and where their money lies. `held_by` names an account by its end."""

    name: str
    group: str
    place: str
    phone: str
    held_by: str
    rules: str


@dataclass(frozen=True)
class Source:
    """One kind of my money, in pence. What the funder calls it is from the person's own plan."""

    name: str
    reference: str
    opening: int
    paid_in: int
    spent: int
    moved: int
    put_right: int
    closing: int
    funder: str = ""
    funder_reference: str = ""
    name_there: str = ""
    managed_by: str = ""
    serves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sums:
    """opening + paid_in - spent + moved + put_right = closing; pence. Of the closing, `committed`
    is my part of bills that are agreed and not paid, `safety` what my notice weeks would cost.
    """

    opening: int
    paid_in: int
    spent: int
    moved: int
    put_right: int
    closing: int
    committed: int = 0
    safety: int = 0

    @property
    def free(self) -> int:
        return self.closing - self.committed - self.safety


@dataclass(frozen=True)
class Paper:
    """The paper behind a line. `kind` is whole, blacked (names are blacked out), summary (it is
    not shown; `why` says why) or none.
    """

    kind: str
    why: str = ""
    file: UUID | None = None
    media: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Line:
    """What one thing did to my money. `share` is signed: what came in is positive. `whole` is what
    all of us paid for it together, where that tells nobody's share.
    """

    seq: int
    on: date
    what: str
    part: str
    share: int
    left: int
    cost: str = ""
    supplier: str = ""
    bill: str = ""
    billed_on: date | None = None
    whole: int | None = None
    rule: str = ""
    people: int = 0
    serves: tuple[str, ...] = ()
    agreed: str = ""
    checked: str = ""
    bank_on: date | None = None
    put_right: str = ""
    paper: Paper = Paper("none")


@dataclass(frozen=True)
class Service:
    """The days on which I had a place, came, or did not come."""

    planned: int
    attended: int
    missed: int


@dataclass(frozen=True)
class Weeks:
    """How long my money would last at what I get each week, and what the funder lets me keep."""

    source: str
    held: str
    limit: int
    own: int | None = None
    own_on: date | None = None


@dataclass(frozen=True)
class Tie:
    """Does it all fit together? `whole` and `bank` are what all of us have, by our book and by the
    bank's own statement of the day `on`; nothing where so few have money here that the sums would
    tell of one of them. `waiting` counts lines of the bank that have no place in the book yet.
    """

    lines: int
    seal: str
    words: str
    whole: int | None
    bank: int | None
    on: date | None
    agrees: bool | None
    waiting: int
    by: str
    read_on: date | None
    closed_until: date | None = None


@dataclass(frozen=True)
class Replaces:
    """An older statement that this one takes the place of, and what changed."""

    number: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """`number` and `made_on` are empty until it is made for keeping."""

    who: Who
    currency: str
    since: date
    until: date
    sources: tuple[Source, ...]
    lines: tuple[Line, ...]
    sums: Sums
    tie: Tie
    service: Service | None = None
    weeks: tuple[Weeks, ...] = ()
    words: str = ""
    number: str = ""
    made_on: date | None = None
    replaces: tuple[Replaces, ...] = ()


@dataclass(frozen=True)
class Bank:
    """What the bank side knows, for statements: `lines` are the days at the bank by line of our
    book. The rooms that read bank files stand above this one, so app.py hands it down.
    """

    name: str
    last4: str
    balance: int | None = None
    on: date | None = None
    agrees: bool | None = None
    waiting: int = 0
    by: str = ""
    read_at: datetime | None = None
    lines: Mapping[int, date] | None = None


_FORM = TypeAdapter(Statement)


def written(found: Statement) -> bytes:
    """Canonical JSON: keys in order, no spaces; the same value gives the same bytes."""
    return orjson.dumps(_FORM.dump_python(found, mode="json"), option=orjson.OPT_SORT_KEYS)


def read(content: bytes) -> Statement:
    return _FORM.validate_json(content)


def digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def heart(found: Statement) -> bytes:
    """What a statement says of the money, whenever it is made: two with the same heart are one."""
    tie = replace(found.tie, lines=0, seal="", words="", whole=None, bank=None, waiting=0)
    tie = replace(tie, on=None, agrees=None, by="", read_on=None, closed_until=None)
    return written(replace(found, number="", made_on=None, replaces=(), tie=tie))
