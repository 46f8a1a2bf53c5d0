"""The command line: serve, tick, verify, export, price, test ... `start.py NAME ...` comes here."""

import argparse
import gc
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

import db
import demo
import migrations
import tick as ticking
import web
from app import create_app
from config import Config, NotConfigured, from_environment
from errors import NotPossible, Refusal
from members import mail, stones
from payments import mine
from pools import exporting, verifying
from pools.clubbing import arriving, serving
from pools.clubbing.price_file import price_command_text

HERE = Path(__file__).parent
TICK_SECONDS = 20
PORT = 8000


def serve(arguments: argparse.Namespace) -> int:
    """Run the app on 127.0.0.1. First run: makes the database and, in the demo, its story."""
    config = from_environment(port=arguments.port)
    must_be_free(arguments.port)
    ready(config)
    print(f"Clubtogether is ready. Open {config.base_url} (stop with Ctrl+C)", flush=True)
    Server(config, arguments.port).run()
    return 0


def must_be_free(port: int) -> None:
    """Said before "ready", not after it."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
        except OSError:
            raise SystemExit(
                f"Something runs on port {port} already. Choose another: "
                f"python3 start.py --port {port + 1}"
            ) from None


def ready(config: Config) -> None:
    """The database in its newest shape; the demo's story in it, if it is the demo and is empty."""
    config.home.mkdir(parents=True, exist_ok=True)
    if config.smtp_url:
        mail.post_of(config.smtp_url)  # a letter that can't leave is better known now
    migrations.upgrade(db.connect(config.database_url))
    stones.again(config.home / stones.FILE, mine.ROOMS, now=web.moment(config))
    if config.demo:
        with make_app(config).app_context():
            demo.load_if_empty(config, now=web.moment(config))
    db.engine().dispose()  # no connection may be shared with a worker that is forked later


def make_app(config: Config) -> Flask:
    """The app; with the demo's own pages if, and only if, it is the demo."""
    app = create_app(config)
    app.extensions["tick"] = partial(ticking.run, app)
    if config.demo:
        demo.init(app)
    return app


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with threads. On SQLite one process, since one writer is all there can be."""

    def __init__(self, config: Config, port: int) -> None:
        self.config, self.port = config, port
        super().__init__()

    def load_config(self) -> None:
        lite = self.config.database_url.startswith("sqlite")
        settings: dict[str, Any] = {
            "bind": f"127.0.0.1:{self.port}",
            "workers": 1 if lite else self.config.workers,
            "worker_class": "gthread",
            "threads": 8,
            "timeout": 60,
            "loglevel": "warning",
            "post_worker_init": self.worker_ready,
            "worker_exit": lambda _server, _worker: (
                gc.freeze()
            ),  # else the last sweep of all modules takes seconds
            "on_exit": lambda _: gc.freeze(),
            "control_socket_disable": True,
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:

        self.made = make_app(self.config)
        return self.made

    def worker_ready(self, _worker: object) -> None:
        """Ctrl+C reaches the worker as well as its parent, who then tells it to stop: told twice at
        once, its pool of threads locks itself out. So it listens to its parent alone.
        """
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if self.config.tick_inside:
            threading.Thread(target=self.tick_for_ever, daemon=True).start()

    def tick_for_ever(self) -> None:
        while True:
            ticking.run(self.made)
            time.sleep(TICK_SECONDS)


def tick(_arguments: argparse.Namespace) -> int:
    """Close what is due and send what waits; for cron or a timer where the server does not."""
    config = from_environment()
    ready(config)
    print(f"{ticking.run(make_app(config))} done")
    return 0


def migrate(_arguments: argparse.Namespace) -> int:
    """Bring the database to the newest shape."""
    config = from_environment()
    config.home.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(db.connect(config.database_url))
    print(f"The database is at {migrations.head()}.")
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Prove that nothing in a money book was changed: of every group, of one, or in a bundle."""
    letters = arguments.seal
    if arguments.what and Path(arguments.what).is_file():
        lines, healthy = verifying.report_bundle(Path(arguments.what), letters)
    else:
        ready(from_environment())
        with db.reading() as session:
            lines, healthy = verifying.report(session, arguments.what, letters)
    print("\n".join(lines))
    return 0 if healthy else 1


def export(arguments: argparse.Namespace) -> int:
    """Write a group's whole money book to a file; people as codes, unless --names."""
    ready(from_environment())
    with db.reading() as session:
        pool = exporting.pool_called(session, arguments.group)
        pieces = exporting.pieces(session, pool, arguments.format, names=arguments.names)
        size = exporting.save(pieces, Path(arguments.out))
    print(f"{arguments.out}: {size:,} bytes")
    return 0


def import_bundle(arguments: argparse.Namespace) -> int:
    """Bring in a group from its bundle, whole or not at all."""
    config = from_environment()
    ready(config)
    with db.transaction() as session:
        arrived = arriving.arrive(
            session,
            Path(arguments.file),
            organiser=arguments.organiser,
            now=web.moment(config),
        )
    proved = arrived.verified
    print(f"{arrived.slug}: {proved.entries} lines. {proved.words} ({proved.head.hex()})")
    return 0


def gone(arguments: argparse.Namespace) -> int:
    """Write the list of who is gone, to keep apart from backups; or with --again, delete anew
    everybody it names, after an old backup was put back.
    """
    config = from_environment()
    ready(config)
    path = Path(arguments.file)
    if arguments.again:
        count = stones.again(path, mine.ROOMS, now=web.moment(config))
        print(f"{count} deleted again.")
        return 0
    with db.reading() as session:
        written = exporting.save((words.encode() for words in stones.lines(session)), path)
    print(f"{path}: {written:,} bytes")
    return 0


def provider(arguments: argparse.Namespace) -> int:
    """Let a centre sign in with EMAIL and see demand; with --serves, see the group it runs for."""
    config = from_environment()
    ready(config)
    with db.transaction() as session:
        serving.let_in(
            session,
            arguments.name,
            arguments.email,
            serves=arguments.serves,
            now=web.moment(config),
        )
    print(f"{arguments.name} can sign in as {arguments.email}.")
    return 0


def price(arguments: argparse.Namespace) -> int:
    """Count a round from a file (docs/formats/round.md)."""
    try:
        print(price_command_text(Path(arguments.file).read_text(), arguments.json))
    except (OSError, UnicodeDecodeError, NotPossible) as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0


def test(arguments: argparse.Namespace) -> int:
    """Run everything that proves the app: lint, types, tests on both databases, the browser."""
    script = HERE / "tests" / "everything.py"
    return subprocess.run([sys.executable, script, *arguments.rest], check=False).returncode  # noqa: S603


def read_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="start.py", description="Clubtogether")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for act in (serve, migrate, tick, verify, export, import_bundle, gone, provider, price, test):
        command = commands.add_parser(act.__name__.replace("_", "-"), help=act.__doc__)
        command.set_defaults(act=act)
        if act is serve:
            command.add_argument("--port", type=int, default=PORT)
        elif act is verify:
            command.add_argument("what", nargs="?", help="a group's short name, or a bundle's file")
            command.add_argument("seal", nargs="*", help="of a letter: whole, or its three words")
        elif act is export:
            command.add_argument("group", help="its short name, as in /g/NAME")
            command.add_argument("--format", required=True, choices=exporting.FORMS)
            command.add_argument("--out", required=True, metavar="FILE")
            command.add_argument("--names", action="store_true", help="with the names of people")
        elif act is import_bundle:
            command.add_argument("file")
            command.add_argument("--organiser", metavar="EMAIL", help="who runs the group here")
        elif act is gone:
            command.add_argument("file")
            command.add_argument("--again", action="store_true", help="delete them again")
        elif act is provider:
            command.add_argument("name")
            command.add_argument("email")
            command.add_argument("--serves", metavar="GROUP", help="its short name, as in /g/NAME")
        elif act is price:
            command.add_argument("file")
            command.add_argument("--json", action="store_true")
        elif act is test:
            command.add_argument("rest", nargs=argparse.REMAINDER)
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    chosen = read_arguments(arguments)
    try:
        return int(chosen.act(chosen))
    except (NotConfigured, migrations.WrongShape, Refusal) as problem:
        print(problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
