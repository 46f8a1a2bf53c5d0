"""The whole pack as one file: the statement in each form, the papers, and what is in it."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date

from sqlmodel import Session

from errors import NotFound
from pools.models import Evidence, Pool
from pools.packs import naming, paper, said, sheet
from pools.packs import statement as values
from pools.packs.statement import Line, Paper, Statement
from pools.spending.uploads import ENDINGS

OPENED = (1980, 1, 1, 0, 0, 0)  # the same pack gives the same file


class PaperNotShown(NotFound):
    """That paper is not in this pack."""


def body_of(session: Session, pool: Pool, found: Statement, seq: int) -> tuple[Paper, bytes]:
    """The paper of a line as this pack shows it. One that turned out to name people is not shown
    any more, whatever the statement said when it was made.
    """
    line = next((one for one in found.lines if one.seq == seq and one.paper.file), None)
    if line is None or line.paper.file is None:
        raise PaperNotShown
    file = session.get(Evidence, line.paper.file)
    if file is None or file.pool_id != pool.id or not naming.may_show(session, file.id):
        raise PaperNotShown
    return line.paper, file.body


def papers(session: Session, pool: Pool, found: Statement) -> Iterator[tuple[str, bytes]]:
    """Each paper that may be shown, by its name in the pack."""
    for line in found.lines:
        if line.paper.file is None:
            continue
        try:
            shown, body = body_of(session, pool, found, line.seq)
        except PaperNotShown:
            continue
        yield name_of(line, shown), body


def name_of(line: Line, shown: Paper) -> str:
    return f"papers/line-{line.seq}.{ENDINGS.get(shown.media, 'bin')}"


def file_name(found: Statement, ending: str) -> str:
    """statement-TH-MIA-2026-003.pdf"""
    named = found.number or f"{found.since.isoformat()}-{found.until.isoformat()}"
    plain = "".join(
        one if one.isascii() and (one.isalnum() or one == "-") else "_" for one in named
    )
    return f"statement-{plain}.{ending}"


def zipped(session: Session, pool: Pool, found: Statement) -> bytes:
    """The whole pack. `statement.json` is what was kept, byte for byte."""
    files = [
        ("statement.pdf", paper.pdf(found)),
        ("statement.csv", "".join(sheet.csv(found)).encode()),
        ("statement.json", values.written(found)),
        *papers(session, pool, found),
    ]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, body in [("READ-ME.txt", _about(found, files).encode()), *files]:
            whole.writestr(zipfile.ZipInfo(name, OPENED), body, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _about(found: Statement, files: list[tuple[str, bytes]]) -> str:
    rows = [f"{values.digest(body).hex()}  {name}" for name, body in files]
    return "\n".join(
        (
            f"Statement {found.number}: {found.who.name}, {found.who.group}",
            f"{said.days(found)}. Made on {_day(found.made_on)}.",
            "",
            said.sentence(found, mine=False),
            "",
            *(f"- {check.words}" for check in said.checks(found)),
            "",
            "What is in this pack (SHA-256 of each file):",
            *rows,
            "",
        )
    )


def _day(on: date | None) -> str:
    return said.day(on) if on else "no day yet"
