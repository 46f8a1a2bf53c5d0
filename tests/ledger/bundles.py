"""Bundles as tests need them: made of a book, taken apart, put together again, brought in."""

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import databases

import db
from ledger import bringing_in
from ledger.export import bundle, checking, opening, reading

VERIFIER = Path(__file__).parents[2] / "docs" / "formats" / "verify_bundle.py"
PDF = b"%PDF-1.4 a bill for a Thursday"
PAPER = hashlib.sha256(PDF).hexdigest()


def paper(body: bytes = PDF, media: str = "application/pdf") -> bundle.Paper:
    return bundle.Paper(
        media=media,
        name="bill-1.pdf",
        added_at="2026-06-12T16:00:00.000000Z",
        added_by="11111111-1111-4111-8111-111111111111",
        digest=hashlib.sha256(body).digest(),
        body=lambda: body,
    )


def bundled(book, papers=(), people=(), *, personal=True) -> bytes:
    with db.reading() as session:
        whole = reading.whole(session, book.id)
        beside = bundle.Beside({"name": "A group"}, people, papers)
        return b"".join(bundle.zipped(session, whole, beside, personal=personal))


def files(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as inside:
        return {name: inside.read(name) for name in inside.namelist()}


def put_together(parts: dict[str, bytes], *, sums: bool = True, packed: bool = True) -> bytes:
    """A zip of these files; with sums that fit them, as whoever tampers would write them."""
    if sums:
        listed = (
            f"{hashlib.sha256(body).hexdigest()}  {name}\n"
            for name, body in parts.items()
            if name != bundle.SUMS
        )
        parts = parts | {bundle.SUMS: "".join(listed).encode()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as inside:
        for name, body in parts.items():
            lies = name.startswith("evidence/") or not packed
            inside.writestr(name, body, zipfile.ZIP_STORED if lies else zipfile.ZIP_DEFLATED)
    return made.getvalue()


def findings(tmp_path: Path, body: bytes) -> list[str]:
    path = tmp_path / "a.bundle.zip"
    path.write_bytes(body)
    return [finding.sentence for finding in checking.verify(path).findings]


def plainly_verified(tmp_path: Path, body: bytes, *letters: str) -> tuple[bool, str]:
    """What the script in docs/formats says, and whether it is content."""
    path = tmp_path / "a.bundle.zip"
    path.write_bytes(body)
    command = [sys.executable, "-I", VERIFIER, path, *letters]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def bring_in(tmp_path: Path, body: bytes):
    """Into the database that db points at."""
    path = tmp_path / "b.bundle.zip"
    path.write_bytes(body)
    with opening.opened(path) as opened, db.transaction() as session:
        return bringing_in.bring_in(session, opened)


def go_elsewhere(request, tmp_path: Path) -> None:
    """From here on db points at a fresh install, which knows of no book."""
    if databases.ON_POSTGRES:
        url = databases.copy_on_postgres(request.getfixturevalue("postgres_server"))
    else:
        path = tmp_path / "elsewhere.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        url = f"sqlite:///{path}"
    db.connect(url)
