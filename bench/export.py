"""Taking a book out and proving it, beside those who read it: Beancount and hledger.

    .venv/bin/python bench/export.py [--quick | --million]

At 1,000, 10,000 and 100,000 entries (`--quick`: the first two; `--million`: ours also at a
million): each file written and each proof in a process of its own, so that its room is its own.
bean-check and hledger read the files that were just written. Seconds; MB above an idle process.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import db
import migrations
from ledger import accounting, audit, journal
from ledger.accounting import Facts
from ledger.export import beancount, bundle, checking, csv_book, hledger, reading

SIZES, MILLION = (1_000, 10_000, 100_000), 1_000_000
BATCH, MEMBERS, DAYS = 2_000, 50, 2_000
NOW, FIRST = datetime(2026, 6, 12, 10, tzinfo=UTC), date(2020, 1, 1)
TEXTS = {"csv": csv_book.table, "beancount": beancount.journal, "hledger": hledger.journal}
SCRIPT = ROOT / "docs" / "formats" / "verify_bundle.py"
MOST_SECONDS, MOST_ROOM, AIM_AT = 20, 50, 100_000  # trust.md G5


def make(url: str, size: int) -> UUID:
    """A book in which members pay in and every second entry is a bill that two share."""
    migrations.upgrade(db.connect(url))
    with db.transaction() as session:
        book = journal.open_book(session, "GBP", now=NOW).book_id
        funds = [
            journal.open_fund(session, book, "member", uuid4(), "direct_payment")
            for _ in range(MEMBERS)
        ]
    for first in range(0, size, BATCH):
        numbers = range(first, min(first + BATCH, size))
        drafts = [draft(number, size, funds) for number in numbers]
        with db.transaction() as session:
            journal.post_many(session, book, drafts, now=NOW)
    return book


def draft(number: int, size: int, funds: list[UUID]) -> accounting.Draft:
    on = FIRST + timedelta(days=number * DAYS // size)
    facts = Facts(on=on, key=f"bank:{number}", words=f"Thursday {number}, thank you", outside=True)
    one, two = funds[number % MEMBERS], funds[(number + 7) % MEMBERS]
    if number % 2:
        return accounting.spending({one: 1500, two: 1500}, "day_centre", facts)
    return accounting.contribution(one, 4000, facts)


# --- in a process of its own ---------------------------------------------------------------------


def room() -> int:
    """The most memory that this process ever had, in MB."""
    line = next(ln for ln in open("/proc/self/status") if ln.startswith("VmHWM"))  # noqa: PTH123, SIM115
    return int(line.split()[1]) // 1024


def written(what: str, book: UUID, path: Path) -> None:
    with db.reading() as session, path.open("wb") as file:
        whole = reading.whole(session, book)
        if what == "bundle":
            pieces = bundle.zipped(session, whole, bundle.Beside(), personal=True)
        else:
            pieces = bundle.gathered(ln.encode() for ln in TEXTS[what](session, whole, {}))
        for piece in pieces:
            file.write(piece)


def proved(what: str, book: UUID, path: Path) -> None:
    if what == "verify bundle":
        assert checking.verify(path).findings == ()
    else:
        with db.reading() as session:
            assert audit.verify(session, book).findings == ()


def child(url: str, book: str, what: str, path: str) -> None:
    db.connect(url)
    with db.reading() as session:
        reading.whole(session, UUID(book))
    idle, start = room(), time.perf_counter()
    act = proved if what.startswith("verify") else written
    act(what, UUID(book), Path(path))
    print(time.perf_counter() - start, room() - idle)


# --- the table -----------------------------------------------------------------------------------


def ours(url: str, book: UUID, what: str, path: Path) -> tuple[float, int]:
    command = [sys.executable, __file__, "--child", url, str(book), what, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, more = done.stdout.split()
    return float(seconds), int(more)


def theirs(*command: object) -> float:
    start = time.perf_counter()
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return time.perf_counter() - start


def measure(folder: Path, size: int, *, neighbours: bool) -> dict[str, tuple[float, int | None]]:
    url = f"sqlite:///{folder / f'{size}.db'}"
    book = make(url, size)
    db.engine().dispose()
    paths = {"csv": "a.csv", "beancount": "a.beancount", "hledger": "a.journal", "bundle": "a.zip"}
    found: dict[str, tuple[float, int | None]] = {}
    for what, name in paths.items():
        found[f"export {what}"] = ours(url, book, what, folder / name)
    for what in ("verify bundle", "verify live"):
        found[what] = ours(url, book, what, folder / "a.zip")
    found["the plain script"] = theirs(sys.executable, SCRIPT, folder / "a.zip"), None
    others: dict[str, Callable[[], float]] = {
        "bean-check": lambda: theirs(
            *(sys.executable, "-m", "beancount.scripts.check", "--no-cache"), folder / "a.beancount"
        ),
        "hledger check": lambda: theirs(
            *("hledger", "check", "--strict", "-f"), folder / "a.journal"
        ),
        "hledger balance": lambda: theirs(*("hledger", "balance", "-f"), folder / "a.journal"),
    }
    for name, act in others.items() if neighbours else ():
        if name == "bean-check" or shutil.which("hledger"):
            found[name] = act(), None
    return found


def show(found: dict[int, dict[str, tuple[float, int | None]]]) -> None:
    print(f"{'seconds (MB above idle)':24}" + "".join(f"{size:>20,}" for size in found))
    for what in dict.fromkeys(name for column in found.values() for name in column):
        print(f"{what:24}", end="")
        for column in found.values():
            seconds, more = column.get(what, (None, None))
            told = "" if seconds is None else f"{seconds:.2f}"
            print(f"{told + ('' if more is None else f' ({more:3})'):>20}", end="")
        print()


def main() -> None:
    sizes = SIZES[:2] if "--quick" in sys.argv else SIZES
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in (*sizes, *([MILLION] if "--million" in sys.argv else [])):
            found[size] = measure(Path(folder), size, neighbours=size in SIZES)
    show(found)
    if AIM_AT in found:
        exports = {what: it for what, it in found[AIM_AT].items() if what.startswith("export")}
        slow = [what for what, (seconds, _) in exports.items() if seconds > MOST_SECONDS]
        large = [what for what, (_, more) in exports.items() if (more or 0) > MOST_ROOM]
        print(f"\naim at {AIM_AT:,}: each export in {MOST_SECONDS} s and {MOST_ROOM} MB: ", end="")
        print("met" if not slow + large else f"NOT met by {', '.join(slow + large)}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:6])
    else:
        main()
