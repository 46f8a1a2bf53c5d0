"""A real PostgreSQL of our own for the tests: made in a temporary folder, gone afterwards.

Durability is off (nothing here outlives the run) but for a benchmark that asks for it; isolation,
locks and triggers are the real ones.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

NOBODY = "postgres"


class NoPostgres(RuntimeError):
    """No PostgreSQL server is installed. On Debian: apt-get install postgresql"""


def binaries() -> Path:
    """The newest server on this machine."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[4])
    )
    if found:
        return found[-1].parent
    beside = shutil.which("postgres")
    if beside:
        return Path(beside).parent
    raise NoPostgres(NoPostgres.__doc__)


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """Yields the URL of an empty database `postgres` on a server that only this run uses."""
    folder = Path(tempfile.mkdtemp(prefix="club-pg-"))
    run_as = _somebody_else(folder)
    bin_, data = binaries(), folder / "data"
    subprocess.run(
        [bin_ / "initdb", "-D", data, "-U", "club", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        capture_output=True,
        **run_as,
    )
    options = f"-k {folder} -c listen_addresses= -c max_connections=200 -c max_wal_size=4GB"
    if not durable:
        options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    start = [bin_ / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w"]
    subprocess.run([*start, "start"], check=True, capture_output=True, **run_as)
    try:
        yield f"postgresql://club@/postgres?host={folder}"
    finally:
        stop = [bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"]
        subprocess.run(stop, check=False, capture_output=True, **run_as)
        shutil.rmtree(folder, ignore_errors=True)


def _somebody_else(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root, so as root it runs as Debian's postgres."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(NOBODY)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "cwd": folder}
