"""A real server, a real Chromium. Each journey has a demo of its own, started as anyone would."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDTHS = {"wide": 1200, "phone": 375}


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


@pytest.fixture(scope="session")
def told_story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demo loaded, to copy: loading it once is enough."""
    home = tmp_path_factory.mktemp("story")
    env = {**os.environ, "CLUBTOGETHER_HOME": str(home)}
    subprocess.run([sys.executable, "commands.py", "tick"], cwd=ROOT, env=env, check=True)
    return home


@pytest.fixture
def site(told_story: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a running demo that only this test uses."""
    home, port = tmp_path / "home", free_port()
    shutil.copytree(told_story, home)
    env = {**os.environ, "CLUBTOGETHER_HOME": str(home)}
    command = [sys.executable, "commands.py", "serve", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)
    assert b"Traceback" not in (tmp_path / "log").read_bytes()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def device(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """`device(script=False, width="phone")` gives one person's own browser at the site."""
    made: list[BrowserContext] = []

    def open_one(*, script: bool = True, width: str = "wide", scheme: str = "light") -> Page:
        context = chromium.new_context(
            base_url=site,
            java_script_enabled=script,
            viewport={"width": WIDTHS[width], "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        made.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.on("console", lambda said: refuse_violation(said.text))
        return page

    yield open_one
    for context in made:
        context.close()


def refuse_violation(said: str) -> None:
    if "Content Security Policy" in said or "Content-Security-Policy" in said:
        pytest.fail(said)


def problems(page: Page) -> list[str]:
    """What axe finds wrong on this page, as lines."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{page.url} {one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]
    ]


def sideways(page: Page) -> bool:
    """Whether the page scrolls sideways, which no page may."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    )
