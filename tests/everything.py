"""Everything that proves the app, in order; what `python3 start.py test` runs.

Lint and types, then the suite on SQLite, the suite on a real PostgreSQL, and the journeys in a real
Chromium. A part whose program is missing is installed where that is possible (as root on Debian);
where it is not, the run says so at its end, and fails under CI.

    start.py test            everything
    start.py test quick      all but the browser
    start.py test ARGS...    pytest with these arguments, on SQLite
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import postgres

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

PYTEST = [sys.executable, "-m", "pytest", "-n", "2"]
CHROMIUM = "/usr/bin/chromium"
missing: list[str] = []


def apt(package: str) -> bool:
    """Install a Debian package, if this is Debian and we may."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {package} ...", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["update", "-qq"],
        ["install", "-y", "-qq", "--no-install-recommends", package],
    ):
        done = subprocess.run(
            ["apt-get", *command], env=env, check=False, capture_output=True, text=True
        )
        if done.returncode:
            print(done.stdout[-2000:], done.stderr[-2000:])
            return False
    return True


def has_postgres() -> bool:
    try:
        postgres.binaries()
    except postgres.NoPostgres:
        return apt("postgresql")
    return True


def has_hledger() -> bool:
    return bool(shutil.which("hledger")) or apt("hledger")


def has_chromium() -> bool:
    found = (
        shutil.which("chromium")
        or shutil.which("google-chrome")
        or shutil.which("chromium-browser")
    )
    return bool(found) or apt("chromium")


def step(name: str, command: list[str], **env: str) -> bool:
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, check=False)
    good = done.returncode == 0
    print(f"== {name}: {'passed' if good else 'FAILED'} in {time.monotonic() - started:.0f} s")
    return good


def main(arguments: list[str]) -> int:
    if arguments and arguments != ["quick"]:
        return 0 if step("pytest", [sys.executable, "-m", "pytest", *arguments]) else 1
    ruff, mypy = [sys.executable, "-m", "ruff"], [sys.executable, "-m", "mypy"]
    suite = [*PYTEST, "--ignore=tests/browser"]
    good = [
        step("lint", [*ruff, "check", "."]),
        step("format", [*ruff, "format", "--check", "-q", "."]),
        step("types", [*mypy, "."]),
    ]
    if not has_hledger():
        missing.append("hledger: what it reckons of our books. apt-get install hledger")
        suite += ["-m", "not hledger"]
    if has_postgres():
        twice = {"CLUB_TEST_TWICE": "yes"}
        good.append(step("suite on SQLite", suite, **twice))
        good.append(step("suite on PostgreSQL", suite, CLUB_TEST_DB="postgres", **twice))
    else:
        missing.append(
            "PostgreSQL: the races and the whole suite on it. apt-get install postgresql"
        )
        without = " and not hledger" if "not hledger" in suite else ""
        good.append(step("suite on SQLite", [*suite, "-m", f"not postgres{without}"]))
    if arguments != ["quick"]:
        if has_chromium():
            good.append(step("journeys in Chromium", [*PYTEST, "tests/browser"]))
        else:
            missing.append("Chromium: the journeys in a browser. apt-get install chromium")
    for what in missing:
        print(f"\nNOT RUN. Missing on this machine: {what}")
    failed = good.count(False) + (len(missing) if os.environ.get("CI") else 0)
    print(f"\nsteps: {good.count(True)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
