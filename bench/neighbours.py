"""Our money book beside I Hate Money, Fava and django-hordak, on the same data in the same run.

    .venv/bin/python bench/neighbours.py [--quick | --million]

The neighbours are installed into a folder of their own (kept inside .venv), each from
the pinned list in neighbours.txt. Every program runs in a process of its own and answers in turns
with ours, through its own app as a user's browser would ask it, without a network between. Medians
in milliseconds; x says how many times as fast ours is. How exports and proofs compare with
bean-check and hledger is bench/export.py.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

import postgres
import psycopg

THEIRS = HERE.parent / ".venv" / "neighbours"
LOCK = HERE / "neighbours.txt"
BESIDE = HERE / "beside"
ROUNDS, TIMES, SLOW = 5, 3, 1_000
QUICK, MILLION = "--quick" in sys.argv, "--million" in sys.argv
SHARED = (100, 1_000) if QUICK else (100, 1_000, 10_000)
PLAIN = (1_000, 10_000) if QUICK else (1_000, 10_000, 100_000)


class Program:
    """A process that does an act and tells its milliseconds."""

    def __init__(self, python: Path | str, script: str, *arguments: object) -> None:
        words = [str(python), "-W", "ignore", str(BESIDE / script), *map(str, arguments)]
        self.process = subprocess.Popen(
            words, cwd=BESIDE, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if "--loud" not in sys.argv else None, text=True,
        )  # fmt: skip
        if self.process.stdout.readline().strip() != "ready":
            told = self.process.stderr.read() if self.process.stderr else ""
            raise SystemExit(f"{script} did not start:\n{told[-2000:]}")

    def time(self, act: str, times: int) -> float | None:
        print(json.dumps([act, times]), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


@contextmanager
def running(*arguments: object) -> Iterator[Program]:
    program = Program(*arguments)
    try:
        yield program
    finally:
        program.process.terminate()
        program.process.wait()


def install() -> Path:
    """The neighbours, exactly as pinned. Once."""
    python, mark = THEIRS / "bin" / "python", THEIRS / "done"
    if not (mark.exists() and mark.read_text() == LOCK.read_text()):
        print("Installing the neighbours ...", file=sys.stderr)
        venv.create(THEIRS, clear=True, with_pip=True)
        pip = [python, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", LOCK]
        subprocess.run(pip, check=True)
        mark.write_text(LOCK.read_text())
    return python


def in_turns(programs: dict[str, Program], act: str) -> dict[str, float]:
    """The median of each, asked in turns after once to warm up; those that have no such act are
    left out. What takes more than a second is asked less often.
    """
    warm = {name: program.time(act, 1) for name, program in programs.items()}
    asked = {name: programs[name] for name, told in warm.items() if told is not None}
    slow = max((told for told in warm.values() if told is not None), default=0) > SLOW
    seen: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(2 if slow else ROUNDS):
        for name, program in asked.items():
            seen[name].append(program.time(act, 1 if slow else TIMES))
    return {name: statistics.median(told) for name, told in seen.items()}


Table = dict[str, dict[int, dict[str, float]]]


def add(table: Table, programs: dict[str, Program], acts: list[str], size: int) -> None:
    for act in acts:
        table.setdefault(act, {})[size] = in_turns(programs, act)


def show(title: str, table: Table, ours: str, theirs: str) -> None:
    print(f"\n{title}")
    print(f"  {'':26}{'entries':>10}{theirs:>16}{ours:>12}{'x':>9}")
    for act, sizes in table.items():
        for size, found in sizes.items():
            one, two = found.get(theirs), found.get(ours)
            ratio = f"{one / two:,.0f}" if one and two and one >= 10 * two else ""
            ratio = ratio or (f"{one / two:.1f}" if one and two else "")
            told = [f"{it:,.2f}" if it is not None else "" for it in (one, two)]
            print(f"  {act:26}{size:>10,}{told[0]:>16}{told[1]:>12}{ratio:>9}")


def beside_i_hate_money(python: Path, folder: Path) -> None:
    acts = ["the book's page", "whose money is left", "report by month", "post one shared by 20",
            "post it and see it"]  # fmt: skip
    table: Table = {}
    for size in SHARED:
        home = folder / f"shared-{size}"
        (home / "theirs").mkdir(parents=True)
        with ExitStack() as stack:
            start = stack.enter_context
            ours = start(running(sys.executable, "ours.py", home / "ours", size, "shared"))
            theirs = start(running(python, "i_hate_money.py", home / "theirs", size))
            add(table, {"I Hate Money": theirs, "ours": ours}, acts, size)
    show("A group of 20, each bill shared by all (ms)", table, "ours", "I Hate Money")


def beside_fava(python: Path, folder: Path) -> None:
    acts = ["the book's page", "balances", "post it and see it"]
    table: Table = {}
    for size in (*PLAIN, *([1_000_000] if MILLION else [])):
        home = folder / f"plain-{size}"
        home.mkdir()
        with ExitStack() as stack:
            start = stack.enter_context
            programs = {"ours": start(running(sys.executable, "ours.py", home, size, "plain"))}
            if size in PLAIN:
                book = home / "book.beancount"
                programs["Fava"] = start(running(python, "fava_app.py", book))
            add(table, programs, acts, size)
    show("One book, the same for both (ms)", table, "ours", "Fava")


def beside_hordak(python: Path) -> None:
    table: Table = {}
    for size in PLAIN:
        with postgres.running(durable=True) as url, ExitStack() as stack:
            start = stack.enter_context
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE hordak")
            driver = url.replace("postgresql://", "postgresql+psycopg://")
            programs = {
                "hordak": start(running(python, "hordak_app.py", url, size)),
                "ours": start(running(sys.executable, "ours.py", driver, size, "post")),
            }
            add(table, programs, ["post one", "20 balances"], size)
    show("On PostgreSQL, durable, one connection (ms)", table, "ours", "hordak")


def main() -> None:
    python = install()
    with tempfile.TemporaryDirectory(prefix="club-bench-") as folder:
        beside_i_hate_money(python, Path(folder))
        beside_fava(python, Path(folder))
    beside_hordak(python)


if __name__ == "__main__":
    main()
