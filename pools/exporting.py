"""A group's whole money book as a file, and who is named in it.

It tells everything of everybody, so it is for those who keep the book. People stand in it as codes,
unless whoever takes it may see names and asks for them: a file travels further than a page.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from errors import NotFound, NotPossible
from ledger import chain
from ledger.export import beancount, bundle, csv_book, hledger, reading
from ledger.export.bundle import Beside, Paper
from members.models import Membership
from pools.models import Evidence, Pool

BY_JOB = ("treasurer",)  # who may take the whole book, and see names in it


class NoSuchForm(NotFound):
    """There is no file of that kind."""


class CantWrite(NotPossible):
    """Nothing can be written to {path}."""


class NoSuchGroup(NotFound):
    """There is no group with the short name {slug}."""


@dataclass(frozen=True)
class Form:
    """One kind of file: how its name ends, and what it is called on the way."""

    ending: str
    media: str


FORMS: Mapping[str, Form] = {
    "csv": Form("csv", "text/csv"),
    "beancount": Form("beancount", "text/plain"),
    "hledger": Form("journal", "text/plain"),
    "bundle": Form("zip", "application/zip"),
}
_TEXTS = {"csv": csv_book.table, "beancount": beancount.journal, "hledger": hledger.journal}


def form_of(kind: str) -> Form:
    if kind not in FORMS:
        raise NoSuchForm
    return FORMS[kind]


def file_name(pool: Pool, kind: str) -> str:
    return f"{pool.slug}.{form_of(kind).ending}"


def pool_called(session: Session, slug: str) -> Pool:
    found = session.exec(select(Pool).where(Pool.slug == slug)).first()
    if found is None:
        raise NoSuchGroup(slug=slug)
    return found


def pieces(session: Session, pool: Pool, kind: str, *, names: bool) -> Iterator[bytes]:
    """The file, in pieces, each read as it is asked for. What refuses does so before the first."""
    form_of(kind)
    book = reading.whole(session, pool.book_id)
    if kind == "bundle":
        return bundle.zipped(session, book, _beside(session, pool, names=names), personal=names)
    people = _names(session, pool) if names else None
    text = _TEXTS[kind](session, book, people)
    return bundle.gathered(piece.encode() for piece in text)


def _names(session: Session, pool: Pool) -> dict[str, str]:
    rows = session.exec(
        select(Membership.code, Membership.name).where(Membership.pool_id == pool.id)
    )
    return {str(code): name for code, name in rows}


def _beside(session: Session, pool: Pool, *, names: bool) -> Beside:
    return Beside(
        group={
            "about": pool.about,
            "currency": pool.currency,
            "name": pool.name,
            "place": pool.place,
            "slug": pool.slug,
            "started_at": chain.moment(pool.started_at),
            "time_zone": pool.time_zone,
        },
        people=_people(session, pool) if names else (),
        papers=_papers(session, pool),
    )


def _people(session: Session, pool: Pool) -> Iterator[dict[str, str | None]]:
    found = select(Membership).where(Membership.pool_id == pool.id).order_by(col(Membership.code))
    for one in session.exec(found):
        yield {
            "code": str(one.code),
            "joined_at": chain.moment(one.joined_at),
            "left_at": None if one.left_at is None else chain.moment(one.left_at),
            "name": one.name,
        }


def _papers(session: Session, pool: Pool) -> Iterator[Paper]:
    """The files that show what happened; each body is read only when it is written."""
    rows = session.execute(
        sa.select(
            *(col(Evidence.id), col(Evidence.media), col(Evidence.name)),
            *(col(Evidence.added_at), col(Membership.code), col(Evidence.digest)),
        )
        .join(Membership, col(Membership.id) == Evidence.added_by)
        .where(col(Evidence.pool_id) == pool.id)
        .order_by(col(Evidence.added_at), col(Evidence.id))
    ).all()
    for id_, media, name, added_at, code, digest in rows:
        body = partial(_body, session, id_)
        yield Paper(media, name, chain.moment(added_at), str(code), digest, body)


def _body(session: Session, evidence_id: UUID) -> bytes:
    return session.exec(select(Evidence.body).where(Evidence.id == evidence_id)).one()


def save(pieces: Iterator[bytes], path: Path) -> int:
    """Write a file that is there whole or not at all, for its owner only; say how long it is."""
    part = path.with_name(f"{path.name}.part")
    try:
        with open(part, "wb", opener=partial(os.open, mode=0o600)) as file:
            size = sum(file.write(piece) for piece in pieces)
        part.replace(path)
    except OSError as error:
        raise CantWrite(path=path) from error
    finally:
        part.unlink(missing_ok=True)
    return size
