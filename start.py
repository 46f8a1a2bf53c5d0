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
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
FRONT = HERE / "frontend"
VENDOR = HERE / "static" / "vendor"


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def run(*command: object, **options: object) -> None:
    """Quietly; with everything that it said if it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=HERE,
        text=True,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **options,  # type: ignore[call-overload]
    )
    if done.returncode:
        say(done.stdout)
        raise SystemExit(f"This step failed: {' '.join(str(part) for part in command)}")


def stamp(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def is_done(mark: Path, value: str) -> bool:
    return mark.exists() and mark.read_text() == value


def install_python(names: list[str]) -> None:
    """Exactly what the locks name, each file checked against its hash."""
    locks = [HERE / name for name in names]
    mark, value = VENV / f"{locks[-1].name}.done", stamp(*locks)
    if is_done(mark, value):
        return
    say("Setting up. The first time takes about a minute.")
    if not PYTHON.exists():
        try:
            run(sys.executable, "-m", "venv", VENV)
        except SystemExit:
            shutil.rmtree(VENV, ignore_errors=True)
            raise SystemExit(
                "Python's venv is missing. On Debian: apt-get install python3-venv"
            ) from None
    pip = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps"]
    for lock in locks:
        run(*pip, "--require-hashes", "-r", lock)
    mark.write_text(value)


def npm() -> list[str]:
    """The machine's npm, or the one that comes from the Python package index."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    install_python(["requirements-node.txt"])
    return [str(VENV / "bin" / "npm")]


def install_assets(*, development: bool) -> None:
    parts = [FRONT / "package-lock.json", FRONT / "site.scss", FRONT / "build.sh"]
    mark, value = VENDOR / ".done", stamp(*parts)
    ready = is_done(mark, value) and (not development or (FRONT / "node_modules").exists())
    if ready:
        return
    certificates = {"NODE_EXTRA_CA_CERTS": "/etc/ssl/certs/ca-certificates.crt"}
    env = {**certificates, **os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    run(*npm(), "ci", "--prefix", FRONT, env=env)
    run("sh", FRONT / "build.sh", env=env)
    mark.write_text(value)


def main(arguments: list[str]) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file must be able to say so
        raise SystemExit("Clubtogether needs Python 3.11 or later.")
    testing = arguments[:1] == ["test"]
    install_python(["requirements-dev.txt" if testing else "requirements.txt"])
    install_assets(development=testing)
    if not arguments or arguments[0].startswith("-"):
        arguments = ["serve", *arguments]
    os.chdir(HERE)
    os.execv(PYTHON, [str(PYTHON), "commands.py", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
