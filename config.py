"""One frozen object from the environment. The only reader of it; refuses to start half set up."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).parent
# Long enough that a random key does not hold one by chance.
PLACEHOLDERS = ("change", "secret", "placeholder", "example", "password", "xxxxxx")
LEAST_SECRET = 32


class NotConfigured(Exception):
    """The environment does not fit together. The words say which setting to mend."""


@dataclass(frozen=True, kw_only=True)
class Config:
    home: Path
    database_url: str
    secret_key: str
    base_url: str
    smtp_url: str | None
    mail_from: str
    demo: bool
    tick_inside: bool = True
    workers: int = 1
    proxies: int = 0  # trusted ones in front of us, whose word we take for who asks
    testing: bool = False

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "127.0.0.1"


def from_environment(env: Mapping[str, str] | None = None, *, port: int = 8000) -> Config:
    """The settings of this process. With neither SECRET_KEY nor DATABASE_URL it is the demo, on
    this machine only. With either of them it is a real deployment, and all must fit together.
    """
    env = os.environ if env is None else env
    home = Path(env.get("CLUBTOGETHER_HOME") or HERE / "instance")
    if not (env.get("SECRET_KEY") or env.get("DATABASE_URL")):
        home.mkdir(parents=True, exist_ok=True)
        return Config(
            home=home,
            database_url=sqlite_name(home),
            secret_key=kept_secret(home / "secret_key"),
            base_url=f"http://127.0.0.1:{port}",
            smtp_url=env.get("SMTP_URL"),
            mail_from=env.get("MAIL_FROM", "clubtogether@localhost"),
            demo=True,
        )
    return Config(
        home=home,
        database_url=postgres_name(
            env.get("DATABASE_URL") or f"sqlite:///{home / 'clubtogether.db'}"
        ),
        secret_key=real_secret(env.get("SECRET_KEY", "")),
        base_url=real_address(env.get("CLUBTOGETHER_URL", "")),
        smtp_url=needed(env, "SMTP_URL", "smtp://user:word@host:587"),
        mail_from=needed(env, "MAIL_FROM", "the address that letters come from"),
        demo=False,
        tick_inside=env.get("TICK", "inside") != "outside",
        workers=whole(env, "WORKERS", 1),
        proxies=whole(env, "PROXIES", 0),
    )


def needed(env: Mapping[str, str], name: str, what: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise NotConfigured(f"Set {name} ({what}). A real deployment does not start without it.")
    return value


def whole(env: Mapping[str, str], name: str, usual: int) -> int:
    value = env.get(name, str(usual))
    if not value.isdecimal():
        raise NotConfigured(f"{name} must be a whole number.")
    return int(value)


def real_secret(secret: str) -> str:
    plain = secret.lower()
    if len(secret) < LEAST_SECRET or any(word in plain for word in PLACEHOLDERS):
        raise NotConfigured(
            "Set SECRET_KEY to at least 32 random characters. To make one: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return secret


def real_address(url: str) -> str:
    if urlsplit(url).scheme not in {"https", "http"} or not urlsplit(url).hostname:
        raise NotConfigured("Set CLUBTOGETHER_URL to the address that people use, with https.")
    if urlsplit(url).scheme == "http" and urlsplit(url).hostname not in {"127.0.0.1", "localhost"}:
        raise NotConfigured("CLUBTOGETHER_URL must begin with https. Sign-in links travel over it.")
    return url.rstrip("/")


def postgres_name(url: str) -> str:
    """Many hosts hand out postgres://, a name that SQLAlchemy no longer knows."""
    return url.replace("postgres://", "postgresql://", 1)


def sqlite_name(home: Path) -> str:
    return f"sqlite:///{home / 'clubtogether.db'}"


def kept_secret(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()
