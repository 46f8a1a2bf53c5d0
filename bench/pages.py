"""How fast the pages are, and whether they cost the same in a small book and in a large one.

    .venv/bin/python bench/pages.py [SMALL LARGE]        (1,000 and 1,000,000 lines)

The group page, the money book and a member's statement, whole requests through the app, beside a
bare Flask + Jinja page of 50 rows held in memory; all in one process and in turns, so that only the
ratios count. Prints a table.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from flask import Flask, render_template_string
from sqlmodel import select

sys.path.insert(0, str(Path(__file__).parent.parent))

import commands
import db
import demo
import demo.story
import migrations
import web
from config import from_environment
from demo.people import email_of
from ledger import accounting, journal
from members import signing_in
from members.models import Person
from pools.models import FundingSource, Pool

BATCH = 2000
ROUNDS, TURNS = 15, 12
PAGES = {
    "group page": "/g/thursday-hub",
    "money book": "/g/thursday-hub/money",
    "my statement, a month": "/g/thursday-hub/statement?since={since}&until={until}",
}
BARE = """<!doctype html><html lang="en"><title>Book</title><table>
{% for row in rows %}<tr><td>{{ row[0] }}</td><td><b>{{ row[1] }}</b><p class="why">{{ row[2] }}
<a href="/g/x/{{ row[3] }}">see the bill</a> <a href="/g/x/{{ row[3] }}/ask">ask about this</a></p></td>
<td class="num">{{ row[4] }}</td><td class="num">{{ row[5] }}</td><td class="num">{{ row[6] }}</td></tr>
{% endfor %}</table></html>"""


def make(home: Path, lines: int) -> Flask:
    """The demo, its book filled up to `lines` lines over twenty years."""
    config = from_environment({"CLUBTOGETHER_HOME": str(home)})
    home.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(db.connect(config.database_url))
    app = commands.make_app(config)
    demo.story.close_months = lambda *_: None  # its past is written into, so it stays open
    with app.app_context():
        demo.load_if_empty(config, now=web.moment(config))
    with db.reading() as session:
        pool = session.exec(select(Pool).where(Pool.slug == "thursday-hub")).one()
        owned = select(FundingSource.fund_id).where(FundingSource.pool_id == pool.id)
        funds = list(session.exec(owned))
    started = date.today() - timedelta(days=7300)  # noqa: DTZ011 - any day will do
    for first in range(0, lines, BATCH):
        drafts = [
            accounting.contribution(
                funds[n % len(funds)],
                100,
                accounting.Facts(
                    on=started + timedelta(days=n * 7300 // lines),
                    key=f"bench:{n}",
                    words="Paid in",
                ),
            )
            for n in range(first, min(first + BATCH, lines))
        ]
        with db.transaction() as session:
            journal.post_many(session, pool.book_id, drafts, now=web.moment(config))
    return app


def reader(app: Flask, path: str) -> Callable[[], int]:
    """A signed-in member who opens that page again and again."""
    client = app.test_client()
    with app.app_context(), db.transaction() as session:
        person = session.exec(select(Person).where(Person.email == email_of("tom"))).one()
        token = signing_in.sign_in_as(session, person, "Bench", web.moment(app.config["CLUB"]))
    client.set_cookie("club", token, domain="127.0.0.1")

    def read() -> int:
        answer = client.get(path, base_url="http://127.0.0.1:8000")
        assert answer.status_code == 200, (path, answer.status_code)
        return len(answer.data)

    return read


def bare() -> Callable[[], int]:
    app = Flask("bare")
    rows = [
        ("21 Nov", "Oak Lane Care", "Agreed by vote", n, "", "1,046.64", "6,212") for n in range(50)
    ]
    app.add_url_rule("/", "page", lambda: render_template_string(BARE, rows=rows))
    client = app.test_client()
    return lambda: len(client.get("/").data)


def timed(read: Callable[[], int]) -> float:
    """Milliseconds a request, over a few in a row."""
    started = time.perf_counter()
    for _ in range(TURNS):
        read()
    return (time.perf_counter() - started) * 1000 / TURNS


def medians(readers: dict[str, Callable[[], int]]) -> dict[str, float]:
    """Every reader in turn, many rounds: whatever disturbs the machine disturbs them all."""
    seen: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(ROUNDS):
        for name, read in readers.items():
            seen[name].append(timed(read))
    return {name: statistics.median(times) for name, times in seen.items()}


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:3]] or [1_000, 1_000_000]
    today = date.today()  # noqa: DTZ011 - any day will do
    month = {"since": today - timedelta(days=30), "until": today}
    found: dict[int, dict[str, float]] = {}
    weight: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            app = make(Path(folder) / str(size), size)
            readers = {name: reader(app, path.format(**month)) for name, path in PAGES.items()}
            weight |= {name: read() for name, read in readers.items()}
            found[size] = medians(readers | {"bare": bare()})
    small, large = sizes
    print(
        f"{'page':24}{'kB':>6}{f'{small:,}':>12}{f'{large:,}':>12}{'x large/small':>15}{'x bare':>9}"
    )
    for name in PAGES:
        one, many = found[small][name], found[large][name]
        speed = found[large]["bare"] / many
        print(
            f"{name:24}{weight[name] / 1000:6.0f}{one:9.2f} ms{many:9.2f} ms{many / one:15.2f}{speed:9.2f}"
        )
    print(
        f"{'bare Flask + Jinja':24}{'':6}{found[small]['bare']:9.2f} ms{found[large]['bare']:9.2f} ms"
    )


if __name__ == "__main__":
    main()
