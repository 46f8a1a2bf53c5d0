"""A group that was kept elsewhere arrives with its bundle: its book, its people, its papers.

The book comes as it was (ledger.bringing_in). Votes, bills and promises stay behind; the rules are
the ready-made ones until the group agrees on its own again.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import available_timezones

import sqlalchemy as sa
from sqlmodel import Session, select

import db
from ledger import bringing_in
from ledger.audit import Verified
from ledger.export import bundle, opening, parts
from ledger.export.opening import Bundle, NotABundle
from members import people, typed
from members.models import Membership, Person, Role
from pools import agreement, inviting, reference
from pools.clubbing.starting import free_slug
from pools.models import Evidence, FundingSource, Pool

STARTS = {"pdf": b"%PDF", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG"}
LONGEST = {"name": 60, "place": 120, "about": 400, "time_zone": 40}
NO_NAME = "A group from elsewhere"
HOME_ZONE = "Europe/London"
SHOWN = "GBP"  # a book may be in any money, but a page that said £ of yen would lie


@dataclass(frozen=True)
class Arrived:
    """The group, and its book as it stands here."""

    slug: str
    verified: Verified


def arrive(session: Session, path: Path, *, organiser: str | None, now: datetime) -> Arrived:
    """Bring a bundle in, whole or not at all. `organiser` is the email of who will run the group
    here; without one nobody can open it yet.
    """
    with opening.opened(path) as opened:
        if (unit := opened.about["book"]["unit"]) != SHOWN:
            raise NotABundle(why=f"its money is {unit}, and pages here say pounds")
        verified = bringing_in.bring_in(session, opened)
        pool = _pool(session, opened, now)
        agreement.agree(session, pool.id, agreement.READY, now=now)
        members = _members(session, opened, pool, now)
        _sources(session, opened, pool, members, now)
        _papers(session, opened, pool, members)
    if organiser is not None:
        _let_in(session, pool, organiser, now)
    return Arrived(pool.slug, verified)


def _pool(session: Session, opened: Bundle, now: datetime) -> Pool:
    told = {name: _words(opened, name) for name in LONGEST}
    name, zone = told["name"] or NO_NAME, told["time_zone"] or HOME_ZONE
    if zone not in available_timezones():
        raise NotABundle(why="its time zone is none that there is")
    pool = Pool(
        slug=free_slug(session, name),
        name=name,
        place=told["place"],
        about=told["about"],
        currency=SHOWN,
        time_zone=zone,
        book_id=UUID(opened.about["book"]["id"]),
        started_at=now,
    )
    session.add(pool)
    session.flush()
    return pool


def _words(opened: Bundle, name: str) -> str:
    words = opened.about["group"].get(name) or ""
    if not isinstance(words, str) or len(words) > LONGEST[name] or typed.is_strange(words):
        raise NotABundle(why=f"what it says of the group ({name}) can't be kept")
    return words


# --- people --------------------------------------------------------------------------------------


def _members(session: Session, opened: Bundle, pool: Pool, now: datetime) -> dict[str, Membership]:
    """By their codes: whoever the bundle names, and whoever has money in it or added a paper."""
    told = {one["code"]: one for one in parts.people(opened)}
    owners = [fund.owner for fund in parts.funds(opened).values() if fund.owner is not None]
    adders = [paper["added_by"] for paper in parts.papers_of(opened)]
    members = {}
    for number, code in enumerate(dict.fromkeys([*told, *owners, *adders]), 1):
        facts = told.get(code, {})
        name = typed.name_of(facts.get("name") or f"Person {number}")
        person = people.make_person(session, name, now=now)
        left_at = facts.get("left_at")
        members[code] = Membership(
            pool_id=pool.id,
            person_id=person.id,
            name=name,
            code=_id(code),
            joined_at=_moment(facts.get("joined_at")) or now,
            left_at=_moment(left_at),
        )
    session.add_all(members.values())
    session.flush()
    return members


def _id(told: str) -> UUID:
    try:
        return parts.uuid_of(told)
    except ValueError as error:
        raise NotABundle(why="a person's code is not one") from error


def _moment(told: str | None) -> datetime | None:
    try:
        return None if told is None else parts.moment_of(told)
    except ValueError as error:
        raise NotABundle(why="a moment is not written as one") from error


def _sources(
    session: Session, opened: Bundle, pool: Pool, members: dict[str, Membership], now: datetime
) -> None:
    """Where each member's money comes from, each with a new reference for the bank."""
    taken: set[str] = set()
    for fund in parts.funds(opened).values():
        if fund.owner is None or fund.source is None:
            continue
        member = members[fund.owner]
        mark = next(
            mark for _ in iter(int, 1) if (mark := reference.make(member.name)) not in taken
        )
        taken.add(mark)
        session.add(
            FundingSource(
                pool_id=pool.id,
                membership_id=member.id,
                kind=fund.source,
                fund_id=UUID(fund.fund_id),
                reference=mark,
                made_at=now,
            )
        )
    session.flush()


def _let_in(session: Session, pool: Pool, email: str, now: datetime) -> None:
    """Somebody known to this install or new to it, as the organiser, with a link to invite by."""
    address = typed.email_of(email)
    person = session.exec(select(Person).where(Person.email == address)).first()
    if person is None:
        person = people.make_person(session, "Organiser", email=address, now=now)
    starter = Membership(pool_id=pool.id, person_id=person.id, name=person.name, joined_at=now)
    session.add(starter)
    session.add(Role(pool_id=pool.id, person_id=person.id, kind="organiser", since=now))
    session.flush()
    inviting.open_link(session, starter, key=db.new_id(), now=now)


# --- papers --------------------------------------------------------------------------------------


def _papers(session: Session, opened: Bundle, pool: Pool, members: dict[str, Membership]) -> None:
    """One by one, so that they need not all be held."""
    for told in parts.papers_of(opened):
        name, body = told["file"], opened.paper(told["file"])
        ending = name.rpartition(".")[2]
        wanted = bundle.ENDINGS.get(told["media"])
        if wanted != ending or not body.startswith(STARTS[ending]):
            raise NotABundle(why=f"{name} is not what it says it is")
        if len(told["name"]) > 120 or typed.is_strange(told["name"]):
            raise NotABundle(why=f"the name of {name} can't be kept")
        facts = {
            "id": db.new_id(),
            "pool_id": pool.id,
            "name": told["name"],
            "media": told["media"],
            "digest": bytes.fromhex(opened.sums[name]),
            "body": body,
            "added_by": members[told["added_by"]].id,
            "added_at": _moment(told["added_at"]),
        }
        session.execute(sa.insert(Evidence), [facts])
