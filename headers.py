"""What every answer carries: the content policy and its fellows, how long it may be kept, gzip."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
A_YEAR, A_MONTH = 31_536_000, 2_592_000
FONT = ".woff2"  # the style sheets name fonts by their plain address; so must the pages
SMALL = 1000  # bytes; below it gzip gains nothing
WORDS = {"text/html", "text/css", "text/javascript", "image/svg+xml", "text/csv", "text/plain"}


def init(app: Flask) -> None:
    version = version_of(Path(app.static_folder or "static"))
    app.url_defaults(lambda endpoint, values: _same_version(endpoint, values, version))
    app.after_request(shrink)
    app.after_request(guard)


def version_of(folder: Path) -> str:
    """Changes when any static file does, so that browsers may keep them for a year."""
    made = hashlib.sha256()
    for path in sorted(folder.rglob("*.*")):
        made.update(path.name.encode() + path.read_bytes())
    return made.hexdigest()[:10]


def _same_version(endpoint: str, values: dict[str, Any], version: str) -> None:
    if endpoint == "static" and not str(values.get("filename")).endswith(FONT):
        values.setdefault("v", version)


def guard(response: Response) -> Response:
    """A person's own page is never kept by a cache; a static file with its version is, for long."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if current_app.config["CLUB"].secure:
        headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    elif "v" in request.args and response.status_code == 200:
        headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    elif request.path.endswith(FONT) and response.status_code == 200:
        headers["Cache-Control"] = f"public, max-age={A_MONTH}"
    return response


def shrink(response: Response) -> Response:
    """Gzip for words, where the browser takes it. Streams pass as they are."""
    wants = "gzip" in request.headers.get("Accept-Encoding", "")
    if response.mimetype in WORDS:
        response.headers.add("Vary", "Accept-Encoding")
    if not wants or response.mimetype not in WORDS or response.status_code != 200:
        return response
    if request.endpoint == "static":
        response.direct_passthrough = False
    if response.is_streamed or len(body := response.get_data()) < SMALL:
        return response
    once = request.endpoint == "static"
    response.set_data(_zipped(body) if once else gzip.compress(body, 4))
    response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=64)
def _zipped(body: bytes) -> bytes:
    return gzip.compress(body, 9)
