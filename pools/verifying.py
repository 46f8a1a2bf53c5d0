"""`verify` for the command line: every book, one group's, or a bundle, from its first line on."""

from pathlib import Path
from uuid import UUID

from sqlmodel import Session, select

from errors import NotFound
from ledger import audit
from ledger.audit import Verified
from ledger.export import checking
from pools.models import Pool


class NoSuchGroup(NotFound):
    """There is no group with the short name {slug}."""


def report(session: Session, slug: str | None) -> tuple[list[str], bool]:
    """What to print, and whether every book is as it was written."""
    pools = session.exec(select(Pool).order_by(Pool.slug)).all()
    chosen = [pool for pool in pools if slug in {None, pool.slug}]
    if slug is not None and not chosen:
        raise NoSuchGroup(slug=slug)
    lines: list[str] = []
    healthy = True
    for pool in chosen:
        said, good = _one(session, pool.slug, pool.book_id)
        lines += said
        healthy = healthy and good
    return lines or ["There is no group yet."], healthy


def report_bundle(path: Path) -> tuple[list[str], bool]:
    """The same for a bundle, with no database."""
    return _told(path.name, checking.verify(path))


def _one(session: Session, slug: str, book_id: UUID) -> tuple[list[str], bool]:
    return _told(slug, audit.verify(session, book_id))


def _told(name: str, checked: Verified) -> tuple[list[str], bool]:
    if checked.findings:
        wrong = [f"  {finding.sentence}" for finding in checked.findings]
        return [f"{name}: NOT as it was written", *wrong], False
    head = checked.head.hex()
    return [f"{name}: {checked.entries} lines, all in place. {checked.words} ({head})"], True
