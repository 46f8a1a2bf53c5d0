"""Telling people. A letter is written in the transaction that causes it, and leaves afterwards.

Each fact is told once: `key` names the fact, and a letter with that key is never written twice.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col, select

import db
from errors import NotFound
from members import typed
from members.models import Letter, Membership, Person

LETTERS = SQLModel.metadata.tables[str(Letter.__tablename__)]
LONGEST_KEY = 120
# What these say is wiped once they are sent.
SECRET_KINDS = ("sign_in", "welcome", "email_confirm", "talk")
UNSEEN_KINDS = ("talk",)  # these stand in no list of letters, not even the demo's


def tell(
    session: Session,
    person_id: UUID,
    kind: str,
    *,
    key: str,
    now: datetime,
    pool_id: UUID | None = None,
    **facts: Any,
) -> None:
    """Tell one person. `facts` are what templates/mail/<kind>/ needs: words, whole numbers (pence),
    dates, lists of them; `link` is a path. Who has no email gets a letter to print.
    """
    person = session.get(Person, person_id)
    if person is not None:
        tell_people(session, [person], kind, key=key, now=now, pool_id=pool_id, **facts)


def tell_pool(
    session: Session, pool_id: UUID, kind: str, *, key: str, now: datetime, **facts: Any
) -> None:
    """Tell everybody who is in the pool now."""
    people = session.exec(
        select(Person)
        .join(Membership, col(Membership.person_id) == Person.id)
        .where(Membership.pool_id == pool_id, col(Membership.left_at).is_(None))
        .order_by(col(Person.id))
    )
    tell_people(session, people, kind, key=key, now=now, pool_id=pool_id, **facts)


def tell_people(
    session: Session,
    people: Iterable[Person],
    kind: str,
    *,
    key: str,
    now: datetime,
    pool_id: UUID | None = None,
    **facts: Any,
) -> None:
    written = facts_text(facts)
    rows = [
        _letter(kind, own_key(key, one.id), now, written)
        | {"pool_id": pool_id, "person_id": one.id, "address": one.email}
        for one in people
    ]
    _write(session, rows)


def write_to(
    session: Session,
    address: str,
    kind: str,
    *,
    key: str,
    now: datetime,
    pool_id: UUID | None = None,
    person_id: UUID | None = None,
    **facts: Any,
) -> None:
    """Write to an address that need not be anybody's: an invitation, a sign-in link."""
    row = _letter(kind, key, now, facts_text(facts)) | {"pool_id": pool_id, "address": address}
    _write(session, [{"person_id": person_id, **row}])


def _letter(kind: str, key: str, now: datetime, facts: str) -> dict[str, Any]:
    if len(key) > LONGEST_KEY:
        raise ValueError(f"a letter's key has at most {LONGEST_KEY} characters: {key}")
    return {
        "id": db.new_id(), "key": key, "kind": kind, "facts": facts,
        "made_at": now, "due_at": now, "tries": 0,
    }  # fmt: skip


def own_key(key: str, person_id: UUID) -> str:
    """One fact, one person, one letter."""
    return key if str(person_id) in key else f"{key}:{person_id}"


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    """Whoever was told already is left alone; the database decides, so two at once are fine."""
    if rows:
        insert = sqlite.insert if db.is_sqlite() else postgresql.insert
        session.connection().execute(insert(LETTERS).on_conflict_do_nothing(), rows)


def given(session: Session, pool_id: UUID, letter_id: UUID, *, now: datetime) -> None:
    """An organiser printed this letter and gave it to its person. Saying so twice is fine."""
    letter = session.exec(
        select(Letter)
        .where(Letter.id == letter_id, Letter.pool_id == pool_id, col(Letter.address).is_(None))
        .with_for_update()
    ).first()
    if letter is None:
        raise NotFound
    letter.sent_at = letter.sent_at or now


# --- facts as text and back ---


def facts_text(facts: dict[str, Any]) -> str:
    return json.dumps(_checked(facts), default=_tagged, ensure_ascii=False)


def facts_of(text: str) -> dict[str, Any]:
    return dict(json.loads(text, object_hook=_alive))


def _checked(value: Any) -> Any:
    """A character that could break out of a mail's header is refused here, when it is written."""
    if isinstance(value, str):
        lines = value.replace("\r\n", "\n")
        if typed.is_strange(lines.replace("\n", " ").replace("\t", " ")):
            raise typed.StrangeLetters
        return lines
    if isinstance(value, list | tuple):
        return [_checked(one) for one in value]
    if isinstance(value, dict):
        return {str(name): _checked(one) for name, one in value.items()}
    if isinstance(value, float):
        raise TypeError("no float in a letter: money is whole pence")
    return value


def _tagged(value: object) -> Any:
    """What JSON has no form for."""
    if isinstance(value, datetime):
        return {"$moment": value.isoformat()}
    if isinstance(value, date):
        return {"$day": value.isoformat()}
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"a letter can't hold {type(value).__name__}: {value!r}")


def _alive(found: dict[str, Any]) -> Any:
    if "$moment" in found:
        return datetime.fromisoformat(found["$moment"])
    if "$day" in found:
        return date.fromisoformat(found["$day"])
    return found
