"""`verify` for the command line: every book, one group's, or a bundle, from its first line on."""

from collections.abc import Collection
from pathlib import Path

from sqlmodel import Session, select

from errors import NotFound
from ledger import audit, closing, marks, queries
from ledger.audit import Verified
from ledger.export import checking
from ledger.marks import in_words
from pools.models import Pool


class NoSuchGroup(NotFound):
    """There is no group with the short name {slug}."""


def report(
    session: Session, slug: str | None, letters: Collection[str] = ()
) -> tuple[list[str], bool]:
    """What to print, and whether every book is as it was written and has the seals of `letters`."""
    pools = session.exec(select(Pool).order_by(Pool.slug)).all()
    chosen = [pool for pool in pools if slug in {None, pool.slug}]
    if slug is not None and not chosen:
        raise NoSuchGroup(slug=slug)
    lines: list[str] = []
    healthy = True
    for pool in chosen:
        said, good = _one(session, pool, letters)
        lines += said
        healthy = healthy and good
    return lines or ["There is no group yet."], healthy


def report_bundle(path: Path, letters: Collection[str] = ()) -> tuple[list[str], bool]:
    """The same for a bundle, with no database."""
    return _told(path.name, checking.verify(path, letters=letters))


def _one(session: Session, pool: Pool, letters: Collection[str]) -> tuple[list[str], bool]:
    lines, good = _told(pool.slug, audit.verify(session, pool.book_id))
    for seal in letters:
        what = _sealed(session, pool, seal)
        good = good and what is not None
        lines.append(f"  {seal}: " + (f"the seal of {what}" if what else "NO line has this seal"))
    return lines, good


def _sealed(session: Session, pool: Pool, seal: str) -> str | None:
    seq = queries.line_sealed(session, pool.book_id, seal)
    month = closing.month_sealed(session, pool.book_id, seal)
    return f"line {seq}" if seq else marks.in_words(month) if month else None


def _told(name: str, checked: Verified) -> tuple[list[str], bool]:
    if checked.findings:
        wrong = [f"  {finding.sentence}" for finding in checked.findings]
        return [f"{name}: NOT as it was written", *wrong], False
    head = checked.head.hex()
    said = f"{name}: {checked.entries} lines, all in place. {_months(checked)}"
    return [f"{said} {checked.words} ({head})"], True


def _months(checked: Verified) -> str:
    if checked.closed_until is None:
        return "No month is closed."
    many = "1 month is" if checked.closed == 1 else f"{checked.closed} months are"
    return f"{many} closed, up to {in_words(checked.closed_until)}."
