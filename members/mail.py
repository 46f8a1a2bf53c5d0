"""Letters leave: rendered from templates/mail/<kind>/ and sent by SMTP, after the commit.

The tick asks `due` and gives each batch to `deliver`. A letter is taken under a lease, sent with no
transaction open, and marked; so a crash repeats at most the one in hand, under the same Message-ID.
"""

import smtplib
import ssl
import unicodedata
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import jinja2
from flask import current_app, g
from sqlmodel import Session, col, select

import db
import web
from config import NotConfigured
from ledger import queries
from ledger.queries import Head
from members import groups, notices
from members.models import Letter, Person

TEMPLATES = Path(__file__).parent.parent / "templates"
LEASE = timedelta(minutes=10)  # longer than any sending takes; then the letter is free again
PATIENCE = 15  # seconds for one answer of the mail server
BATCH, BATCHES = 50, 4
LOCAL = {"localhost", "127.0.0.1", "::1"}
NO_ANSWER = "The mail server does not answer"

words = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES),
    undefined=jinja2.StrictUndefined,  # a letter with a hole in it never leaves
    autoescape=False,  # noqa: S701 - plain text, not HTML
    trim_blocks=True,
    lstrip_blocks=True,
)
words.filters.update(web.FILTERS)


# --- what a letter says ---


@dataclass(frozen=True)
class Written:
    subject: str
    body: str


@dataclass(frozen=True)
class Post:
    """How to reach the mail server. `tls` is wrapped, starttls or offered (used if it is there)."""

    host: str
    port: int
    tls: str
    user: str = ""
    word: str = ""


def written(
    kind: str,
    facts: Mapping[str, Any],
    *,
    base_url: str,
    name: str = "",
    group: groups.Group | None = None,
    book: Head | None = None,
) -> Written:
    """The subject in one line, and the body. Times are those of the group's own clock. `book` is
    the end of the group's money book: whoever keeps the letter is a witness of it.
    """
    known = {"name": name, "group": group.name if group else "", **facts}
    known |= {
        key: base_url + value
        for key, value in facts.items()
        if key in ("link", "stop") and str(value).startswith("/")
    }
    with current_app.app_context():
        g.pool = group
        subject = words.get_template(f"mail/{kind}/subject.txt").render(known)
        body = words.get_template(f"mail/{kind}/body.txt").render(known)
        foot = words.get_template("mail/foot.txt").render(
            phone=group.phone if group else None,
            book=book,
            check=f"{base_url}/g/{group.slug}/money/check" if group else "",
        )
    return Written(one_line(subject), f"{body.strip()}\n\n{foot.strip()}\n")


def one_line(text: str) -> str:
    """For a header: nothing that breaks a line gets past here, whatever wrote it."""
    kept = "".join(" " if unicodedata.category(one)[0] in "CZ" else one for one in text)
    return " ".join(kept.split())


def written_letter(session: Session, letter: Letter) -> Written:
    person = session.get(Person, letter.person_id) if letter.person_id else None
    group = groups.group_of(session, letter.pool_id) if letter.pool_id else None
    book_id = group.book_id if person and group else None
    return written(
        letter.kind,
        notices.facts_of(letter.facts),
        base_url=current_app.config["CLUB"].base_url,
        name=person.name if person else "",
        group=group,
        book=queries.head(session, book_id) if book_id else None,
    )


def message(letter: Letter, said: Written, mail_from: str) -> EmailMessage:
    """Its Message-ID comes from the letter's own id, so that a repeat can be known as one."""
    name, sender = parseaddr(mail_from)
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(name or "Clubtogether", addr_spec=sender)
    made["To"] = Address(addr_spec=letter.address or "")
    made["Subject"] = said.subject
    made["Date"] = letter.made_at
    made["Message-ID"] = f"<{letter.id.hex}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(said.body, cte="quoted-printable")
    return made


# --- sending ---


def due(session: Session, now: datetime) -> list[tuple[UUID, ...]]:
    """Letters whose time has come, oldest first, in batches that each share one connection."""
    if current_app.config["CLUB"].smtp_url is None:
        return []
    waiting = session.exec(
        select(Letter.id)
        .where(*_waits(now))
        .order_by(col(Letter.due_at), col(Letter.id))
        .limit(BATCH * BATCHES)
    ).all()
    return [tuple(waiting[at : at + BATCH]) for at in range(0, len(waiting), BATCH)]


def deliver(batch: tuple[UUID, ...], now: datetime) -> int:
    """Send these letters, each once; returns how many left. Where the server does not answer, the
    rest of the batch waits untouched.
    """
    config, sent = current_app.config["CLUB"], 0
    post = post_of(config.smtp_url)
    with ExitStack() as stack:
        server: smtplib.SMTP | None = None
        for letter_id in batch:
            letter = _take(letter_id, now)
            if letter is None:
                continue
            try:
                made = _made(letter, config.mail_from)
                server = server or connected(post, stack)
                server.send_message(made, config.mail_from, [letter.address or ""])
            except Exception as error:  # noqa: BLE001 - whatever it was, the letter is tried again
                problem = _problem(error)
                _failed(letter, problem, now)
                if problem.lost:
                    break
            else:
                _sent(letter.id, now)
                sent += 1
    return sent


def _waits(now: datetime) -> tuple[Any, ...]:
    return (
        col(Letter.sent_at).is_(None),
        col(Letter.refused_at).is_(None),
        col(Letter.address).is_not(None),
        col(Letter.due_at) <= now,
    )


def _take(letter_id: UUID, now: datetime) -> Letter | None:
    """Ours for a while; None if it left, or if another tick has it."""
    with db.transaction() as session:
        letter = session.exec(
            select(Letter)
            .where(Letter.id == letter_id, *_waits(now))
            .with_for_update(skip_locked=True)
        ).first()
        if letter is not None:
            letter.due_at, letter.tries = now + LEASE, letter.tries + 1
    return letter


def _made(letter: Letter, mail_from: str) -> EmailMessage:
    with db.reading() as session:
        return message(letter, written_letter(session, letter), mail_from)


def _sent(letter_id: UUID, now: datetime) -> None:
    with db.transaction() as session:
        letter = session.get_one(Letter, letter_id)
        letter.sent_at, letter.problem = now, None
        if letter.kind in notices.SECRET_KINDS:
            letter.facts = "{}"


# --- when it does not go ---


@dataclass(frozen=True)
class Problem:
    """`lost`: the server is not there. `final`: it says that there is no such address."""

    text: str
    lost: bool = False
    final: bool = False


def _problem(error: Exception) -> Problem:
    """In our words: what servers say often names the address, which is kept nowhere but once."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        return Problem(f"The mail server refused the address ({code})", final=code >= 500)
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPConnectError):
        return Problem(f"The mail server did not let us in ({error.smtp_code})", lost=True)
    if isinstance(error, smtplib.SMTPResponseException):
        return Problem(f"The mail server refused the letter ({error.smtp_code})")
    if isinstance(error, OSError):  # which smtplib's own errors are too
        return Problem(f"{NO_ANSWER} ({type(error).__name__})", lost=True)
    current_app.logger.error("a letter could not be written", exc_info=error)
    return Problem(f"The letter could not be written ({type(error).__name__})")


def _failed(taken: Letter, problem: Problem, now: datetime) -> None:
    """Again later: after 1, 2, 4 ... minutes, up to six hours; up to four minutes while the server
    is down, since then the fault is not the letter's.
    """
    longest = 4 if problem.lost else 360
    minutes = min(2 ** min(taken.tries - 1, 10), longest)
    with db.transaction() as session:
        letter = session.get_one(Letter, taken.id)
        letter.problem, letter.due_at = problem.text, now + timedelta(minutes=minutes)
        if problem.final:
            letter.refused_at = now


# --- the mail server ---


def post_of(url: str) -> Post:
    """smtp://user:word@host:587, starttls://... (must be encrypted), smtps://... (from the start).

    Anybody's password travels encrypted or not at all, except to this very machine.
    """
    parts = urlsplit(url)
    known = {"smtp": ("offered", 587), "starttls": ("starttls", 587), "smtps": ("wrapped", 465)}
    if parts.scheme not in known or not parts.hostname:
        raise NotConfigured("SMTP_URL must look like smtp://user:word@host:587, or smtps://...")
    tls, port = known[parts.scheme]
    if tls == "offered" and parts.username and parts.hostname not in LOCAL:
        tls = "starttls"
    user, word = unquote(parts.username or ""), unquote(parts.password or "")
    return Post(parts.hostname, parts.port or port, tls, user, word)


def connected(post: Post, stack: ExitStack) -> smtplib.SMTP:
    """Signed in at the mail server; `stack` says goodbye to it."""
    trusted = ssl.create_default_context()
    if post.tls == "wrapped":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            post.host, post.port, timeout=PATIENCE, context=trusted
        )
    else:
        server = smtplib.SMTP(post.host, post.port, timeout=PATIENCE)
    stack.callback(_leave, server)
    server.ehlo_or_helo_if_needed()
    if post.tls == "starttls" or (post.tls == "offered" and server.has_extn("starttls")):
        server.starttls(context=trusted)
    if post.user:
        server.login(post.user, post.word)
    return server


def _leave(server: smtplib.SMTP) -> None:
    with suppress(OSError):
        server.quit()
    server.close()
