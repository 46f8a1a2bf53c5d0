"""A real server, a real Chromium. Each journey has a demo of its own, started as anyone would."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = {"wide": 1200, "phone": 375}
REFUSED = "the server responded with a status of 4"  # a page that says no, as it should


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: int = 60) -> None:
    for _ in range(seconds * 10):
        if process.poll() is not None:
            raise AssertionError("the server stopped at once")
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nothing answers at {url}")


@contextmanager
def serving(told: Path, folder: Path) -> Iterator[str]:
    """The address of a running demo with a home of its own, copied from one that is loaded."""
    home, port = folder / "home", free_port()
    shutil.copytree(told, home)
    env = {**os.environ, "CLUBTOGETHER_HOME": str(home)}
    command = [sys.executable, "commands.py", "serve", "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # nothing is worth waiting for
            process.wait()
    assert b"Traceback" not in (folder / "log").read_bytes()


@pytest.fixture(scope="session")
def told_story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demo loaded, to copy: loading it once is enough."""
    home = tmp_path_factory.mktemp("story")
    env = {**os.environ, "CLUBTOGETHER_HOME": str(home)}
    subprocess.run([sys.executable, "commands.py", "tick"], cwd=ROOT, env=env, check=True)
    return home


@pytest.fixture
def site(told_story: Path, tmp_path: Path) -> Iterator[str]:
    """A demo that only this test uses."""
    with serving(told_story, tmp_path) as address:
        yield address


@pytest.fixture(scope="session")
def looked_at(told_story: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo for the tests that only look."""
    with serving(told_story, tmp_path_factory.mktemp("looked_at")) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


class Devices:
    """Everybody's own browser. What a page's script or policy complains of is kept."""

    def __init__(self, chromium: Browser) -> None:
        self.chromium = chromium
        self.made: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, address: str, *, script: bool = True, width: str = "wide") -> Page:
        context = self.chromium.new_context(
            base_url=address,
            java_script_enabled=script,
            viewport={"width": WIDTHS[width], "height": 900},
            reduced_motion="reduce",
            locale="en-GB",
        )
        context.set_default_timeout(10_000)
        self.made.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", self.listen)
        return page

    def listen(self, said: ConsoleMessage) -> None:
        if said.type in {"error", "warning"} and REFUSED not in said.text:
            self.complaints.append(f"{said.location['url']}: {said.text}")


@pytest.fixture
def devices(chromium: Browser) -> Iterator[Devices]:
    made = Devices(chromium)
    yield made
    for context in made.made:
        context.close()
    assert made.complaints == []


@pytest.fixture
def device(devices: Devices, site: str) -> Callable[..., Page]:
    """`device(script=False, width="phone")` is one person's own browser at this test's demo."""
    return lambda **wishes: devices.open(site, **wishes)
