"""The commands as somebody types them: what they print, and the status they end with."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HUB_ROUND = {
    "rule": "equal", "order": "earliest", "overhead": 0,
    "sessions": [{
        "id": "thu", "fixed": 13069, "wage": 9151, "ratio": 4, "min_staff": 2, "variable": 350,
        "capacity": 12,
    }],
    "promises": [
        {"id": f"m{n:02}", "at": f"2026-10-01T09:{n:02}:00Z", "weight": 1, "most": {"thu": 4200}}
        for n in range(1, 12)
    ],
}  # fmt: skip


def run(home, *arguments, **env):
    """One command in a process of its own, with nothing of this machine's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "commands.py", *arguments], cwd=ROOT, text=True, capture_output=True,
        env={**kept, "CLUBTOGETHER_HOME": str(home), **env}, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A demo that was started once."""
    made = tmp_path_factory.mktemp("home")
    assert run(made, "tick").returncode == 0
    return made


def test_verify_says_that_every_book_is_in_place(home):
    done = run(home, "verify")
    assert done.returncode == 0, done.stderr
    assert "thursday-hub: 47 lines, all in place." in done.stdout
    assert "months are closed, up to" in done.stdout
    assert "saturday-art: 0 lines, all in place. No month is closed." in done.stdout


def test_verify_of_a_group_that_is_not_there_says_so(home):
    done = run(home, "verify", "no-such-group")
    assert done.returncode == 2
    assert "no-such-group" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_said_before_anything_is_ready(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(tmp_path, "serve", "--port", str(port))
    assert done.returncode == 1
    assert f"Something runs on port {port} already." in done.stderr
    assert "is ready" not in done.stdout
    assert "Traceback" not in done.stderr


def test_starting_again_keeps_what_is_there(home):
    before = run(home, "verify").stdout
    assert run(home, "migrate").returncode == 0
    assert run(home, "verify").stdout == before


def test_a_provider_is_let_in_and_serves_a_group(home):
    done = run(home, "provider", "Hill House", "kim@example.org", "--serves", "saturday-art")
    assert done.returncode == 0, done.stderr
    again = run(home, "provider", "Hill House", "not an address")
    assert again.returncode == 2
    assert "Traceback" not in again.stderr


def test_price_counts_a_round_from_a_file(home, tmp_path):
    file = tmp_path / "round.json"
    file.write_text(json.dumps(HUB_ROUND))
    done = run(home, "price", str(file), "--json")
    session = json.loads(done.stdout)["sessions"]["thu"]
    assert session["size"] == 11
    assert session["cost"] == 44372
    assert sorted(session["shares"].values()) == [4033] * 2 + [4034] * 9


def test_a_file_that_is_no_round_gets_a_sentence(home, tmp_path):
    file = tmp_path / "round.json"
    file.write_text("{")
    done = run(home, "price", str(file))
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_real_deployment_that_does_not_fit_together_does_not_start(home):
    done = run(home, "migrate", SECRET_KEY="change-me-please-change-me-please-now")
    assert done.returncode == 2
    assert "SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr
