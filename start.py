"""Set up and run Clubtogether, or test it, or pass a command on. Standard library only.

python3 start.py [--port N]     run it (the demo, unless SECRET_KEY or DATABASE_URL is set)
python3 start.py test [...]     run every test
python3 start.py NAME [...]     any other command of the app: verify, tick, migrate ...
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV, FRONT, VENDOR = HERE / ".venv", HERE / "frontend", HERE / "static" / "vendor"
PYTHON = VENV / "bin" / "python"
NO_VENV = "Python's venv is missing. On Debian: apt-get install python3-venv"


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def run(*command: object, env: dict[str, str] | None = None) -> None:
    """Quietly; with everything that it said if it fails."""
    words = [str(part) for part in command]
    done = subprocess.run(words, cwd=HERE, env=env, text=True, capture_output=True, check=False)
    if done.returncode:
        say(done.stdout + done.stderr)
        raise SystemExit(f"This step failed: {' '.join(words)}")


def stamp(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def is_done(mark: Path, value: str) -> bool:
    return mark.exists() and mark.read_text() == value


def make_venv() -> None:
    try:
        run(sys.executable, "-m", "venv", VENV)
    except SystemExit:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SystemExit(NO_VENV) from None


def install_python(lock: Path) -> None:
    """Exactly what the lock names, each file checked against its hash."""
    mark, value = VENV / f"{lock.name}.done", stamp(lock)
    if is_done(mark, value):
        return
    say("Setting up. The first time takes about a minute.")
    if not PYTHON.exists():
        make_venv()
    pip = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    run(*pip, "--require-hashes", "-r", lock)
    mark.write_text(value)


def npm() -> str:
    """The machine's npm, or the one that comes from the Python package index."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return found
    install_python(HERE / "requirements-node.txt")
    return str(VENV / "bin" / "npm")


def install_assets() -> None:
    """Styles, script and typeface, built into static/vendor from what npm brings."""
    mark = VENDOR / ".done"
    value = stamp(FRONT / "package-lock.json", FRONT / "site.scss", FRONT / "build.sh")
    if is_done(mark, value) and (FRONT / "node_modules").exists():
        return
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    certificates = {"NODE_EXTRA_CA_CERTS": "/etc/ssl/certs/ca-certificates.crt"}
    env = {**certificates, **os.environ, "PATH": path}
    run(npm(), "ci", "--prefix", FRONT, env=env)
    run("sh", FRONT / "build.sh", env=env)
    mark.write_text(value)


def main(arguments: list[str]) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file must be able to say so
        raise SystemExit("Clubtogether needs Python 3.11 or later.")
    testing = arguments[:1] == ["test"]
    install_python(HERE / ("requirements-dev.txt" if testing else "requirements.txt"))
    install_assets()
    if not arguments or arguments[0].startswith("-"):
        arguments = ["serve", *arguments]
    os.chdir(HERE)
    os.execv(PYTHON, [str(PYTHON), "commands.py", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
