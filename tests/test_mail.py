"""Letters leave by a real mail server on this machine: each arrives, none is sent where it should
not go, and nothing that somebody typed gets into a header.
"""

import ast
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

import db
from config import Config, NotConfigured
from members import groups, mail, notices
from members.models import Letter, Person

ROOT = Path(__file__).parent.parent
KINDS = sorted(p.name for p in (ROOT / "templates" / "mail").iterdir() if p.is_dir())
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GROUP = groups.Group(db.new_id(), "hub", "Thursday Hub", "Town", "01302 555 019", "Europe/London")


class Box:
    """A mail server's memory: what came in, and how it answers."""

    def __init__(self):
        self.mails, self.answers = [], []

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address.startswith("gone@"):
            return f"550 no such person: {address}"
        if address.startswith("full@"):
            return f"452 mailbox of {address} is full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=SMTP))
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "cut":
            server.transport.close()
        return answer

    @property
    def arrived(self):
        return [(one["To"], one["Message-ID"]) for one in self.mails]


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def serving(box, port):
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield box
    finally:
        server.stop()


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def box(port):
    with serving(Box(), port) as box:
        yield box


def app_for(url, port):
    app = Flask("mail")
    app.config["CLUB"] = Config(
        home=ROOT, database_url=url, secret_key="k" * 40, base_url="https://club.example.org",
        smtp_url=f"smtp://127.0.0.1:{port}", mail_from="Clubtogether <post@club.example.org>",
        demo=False, testing=True,
    )  # fmt: skip
    return app


@pytest.fixture
def app(database, port):
    app = app_for(database, port)
    with app.app_context():
        yield app


def write(address="jo@example.com", kind="sign_in", key="fact", **facts):
    facts = facts or {"link": "/in/the-token"}
    with db.transaction() as session:
        notices.write_to(session, address, kind, key=key, now=NOW, **facts)


def send(now=NOW):
    with db.reading() as session:
        batches = mail.due(session, now)
    return sum(mail.deliver(batch, now) for batch in batches)


def letters():
    with db.reading() as session:
        return session.exec(select(Letter).order_by(Letter.id)).all()


# --- leaving ---


def test_a_letter_arrives_once_with_a_link_to_our_own_address(app, box):
    write()
    assert (send(), send()) == (1, 0)
    (came,) = box.mails
    assert came["To"] == "jo@example.com"
    assert came["From"] == "Clubtogether <post@club.example.org>"
    assert "https://club.example.org/in/the-token" in came.get_content()
    assert came.get_content_type() == "text/plain"
    assert letters()[0].sent_at == NOW


def test_what_a_sign_in_letter_said_is_wiped_once_it_is_sent(app, box):
    write()
    write(key="other", kind="email_changed", name="Jo", link="/worried")
    send()
    link, other = letters()
    assert link.facts == "{}"
    assert "Jo" in other.facts


def test_nothing_is_sent_before_its_time(app, box):
    write()
    assert send(NOW - MINUTE) == 0


def test_without_a_mail_server_nothing_is_due(app, database):
    app.config["CLUB"] = Config(**(vars(app.config["CLUB"]) | {"smtp_url": None}))
    write()
    assert send() == 0
    assert letters()[0].tries == 0


def test_a_letter_to_print_is_never_mailed(app, box):
    with db.transaction() as session:
        person = Person(name="Jo", made_at=NOW)
        session.add(person)
        session.flush()
        notices.tell(session, person.id, "email_changed", key="k", now=NOW, link="/worried")
    assert send() == 0


def test_many_letters_leave_in_the_order_they_were_written(app, box):
    for n in range(60):
        write(f"p{n}@example.com", key=f"k{n}")
    assert send() == 60
    assert [one["To"] for one in box.mails] == [f"p{n}@example.com" for n in range(60)]


def test_two_ticks_at_once_send_each_letter_once(on_postgres, port):
    app = app_for(on_postgres, port)
    for n in range(30):
        write(f"p{n}@example.com", key=f"k{n}")

    def tick(_n):
        with app.app_context():
            return send()

    with serving(Box(), port) as box, ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(tick, range(4))) == 30
    assert len(set(box.arrived)) == len(box.arrived) == 30


# --- when it does not go ---


def test_while_the_server_is_down_letters_wait_and_then_all_arrive(app, port):
    for n in range(8):
        write(f"p{n}@example.com", key=f"k{n}")
    for minute in range(0, 24 * 60, 40):
        assert send(NOW + minute * MINUTE) == 0
    up_again = NOW + timedelta(days=1)
    with serving(Box(), port) as box:
        for minute in range(5):
            send(up_again + minute * MINUTE)
    assert sorted(to for to, _ in box.arrived) == [f"p{n}@example.com" for n in range(8)]
    assert {one.problem for one in letters()} == {None}


def test_a_server_that_is_down_is_asked_once_a_tick_not_once_a_letter(app):
    for n in range(8):
        write(f"p{n}@example.com", key=f"k{n}")
    send()
    assert [one.tries for one in letters()] == [1] + [0] * 7
    assert letters()[0].problem == "The mail server does not answer (ConnectionRefusedError)"


def test_an_answer_that_is_lost_repeats_the_letter_once_under_the_same_id(app, box):
    write()
    box.answers = ["cut"]
    assert send() == 0
    assert send(NOW + MINUTE) == 1
    first, again = box.arrived
    assert first == again


def test_a_crash_between_sending_and_noting_it_repeats_at_most_that_letter(database, port):
    for n in range(3):
        write(f"p{n}@example.com", key=f"k{n}")
    app = app_for(database, port)
    with serving(Box(), port) as box:
        crashed = tick_that_dies_in_its_second_letter(database, port, box)
        assert crashed == -signal.SIGKILL
        assert [to for to, _ in box.arrived] == ["p0@example.com", "p1@example.com"]
        with app.app_context():
            assert send(NOW + MINUTE) == 1  # p1 is still leased to the dead
            assert send(NOW + mail.LEASE) == 1
    ids = [one for _, one in box.arrived]
    assert len(ids) == 4
    assert len(set(ids)) == 3
    assert ids[1] == ids[3]


def tick_that_dies_in_its_second_letter(url, port, box):
    """Another process, killed as with kill -9 once the server holds two letters."""
    script = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
import db, migrations.tables, test_mail
db.connect({url!r})
with test_mail.app_for({url!r}, {port}).app_context():
    test_mail.send()
"""
    process = None

    async def hold(server, _session, envelope):
        box.mails.append(message_from_bytes(envelope.content, policy=SMTP))
        if len(box.mails) == 2:
            process.send_signal(signal.SIGKILL)
        return "250 OK"

    box.handle_DATA, usual = hold, box.handle_DATA
    process = subprocess.Popen([sys.executable, "-c", script])
    code = process.wait(30)
    box.handle_DATA = usual
    return code


def test_an_address_that_is_refused_for_good_is_not_tried_again(app, box):
    write("gone@example.com")
    write("jo@example.com", key="other")
    assert send() == 1
    gone = letters()[0]
    assert (gone.refused_at, gone.problem) == (NOW, "The mail server refused the address (550)")
    assert send(NOW + timedelta(days=9)) == 0


def test_a_full_mailbox_is_tried_again_later_and_later(app, box):
    write("full@example.com")
    waits, now = [], NOW
    for _ in range(12):
        send(now)
        waits.append((letters()[0].due_at - now) // MINUTE)
        now = letters()[0].due_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]


def test_what_went_wrong_is_kept_without_the_address(app, box):
    write("full@example.com")
    box.answers = ["554 we dislike jo@example.com"]
    write("jo@example.com", key="other")
    send()
    assert [one.problem for one in letters()] == [
        "The mail server refused the address (452)",
        "The mail server refused the letter (554)",
    ]


def test_a_letter_with_a_hole_in_it_never_leaves_and_stops_no_other(app, box, caplog):
    write(key="holed", kind="new_device", name="Jo")
    write("sam@example.com", key="whole")
    assert send() == 1
    assert letters()[0].problem == "The letter could not be written (UndefinedError)"
    assert "could not be written" in caplog.text


# --- what gets into a mail ---

WEIRD = st.text(st.characters(codec="utf-8"), max_size=60)


@given(WEIRD, WEIRD)
@settings(max_examples=60)
def test_nothing_that_somebody_typed_becomes_a_header(subject, body):
    letter = Letter(id=db.new_id(), key="k", kind="k", address="jo@example.com", facts="{}",
                    made_at=NOW, due_at=NOW)  # fmt: skip
    said = mail.Written(mail.one_line(f"News {subject}"), body)
    sent = message_from_bytes(
        mail.message(letter, said, "post@club.example.org").as_bytes(), policy=SMTP
    )
    assert sorted(sent.keys()) == sorted({
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    })  # fmt: skip
    assert sent["Subject"].split() == said.subject.split()


@pytest.mark.parametrize(
    "mark", ["\r\n", "\n", "\u2028", "\x85", "%0d%0aBcc: x", "=?utf-8?q?=0A?="]
)
def test_a_line_break_in_a_subject_is_only_a_gap(mark):
    assert "\n" not in mail.one_line(f"Kiln{mark}Bcc: all@example.com")
    assert "\u2028" not in mail.one_line(f"Kiln{mark}Bcc: all@example.com")


def test_times_in_a_letter_are_those_of_the_groups_clock(app):
    facts = {
        "name": "Jo",
        "device": "a Mac",
        "at": datetime(2026, 6, 12, 16, 0, tzinfo=UTC),
        "link": "/me",
    }
    said = mail.written("new_device", facts, base_url="https://x.example", group=GROUP)
    assert "Friday 12 June, 5pm" in said.body
    assert "Ring 01302 555 019" in said.body


# --- what letters say ---


def test_every_kind_of_letter_that_is_written_has_its_words():
    assert kinds_written() - set(KINDS) == set()


def kinds_written():
    """The kinds named in calls of tell, tell_pool, tell_people and write_to anywhere."""
    calls = {"tell", "tell_pool", "tell_people", "write_to", "_warn"}
    found = set()
    for path in [
        *ROOT.glob("*.py"),
        *(p for d in ("members", "pools", "payments") for p in (ROOT / d).rglob("*.py")),
    ]:
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", getattr(node.func, "id", "")) in calls
            ):
                found |= {a.value for a in node.args[2:3] if isinstance(a, ast.Constant)}
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_subject_says_no_amount_no_vote_no_health_and_no_worry(kind):
    subject = (ROOT / "templates" / "mail" / kind / "subject.txt").read_text()
    words = ("£", "pounds", "column", "choice", "yes", "voted for", "worried", "abuse", "hospital",
             "disab", "health", "budget", "price", "amount")  # fmt: skip
    assert [word for word in words if word in subject.lower()] == []
    assert len(subject.strip().splitlines()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_holds_no_link_but_our_own(kind):
    body = (ROOT / "templates" / "mail" / kind / "body.txt").read_text()
    assert "://" not in body


# --- the mail server's address ---


@pytest.mark.parametrize(
    ("url", "post"),
    [
        ("smtp://localhost", mail.Post("localhost", 587, "offered")),
        ("smtp://127.0.0.1:2525", mail.Post("127.0.0.1", 2525, "offered")),
        ("smtp://jo:w%40rd@127.0.0.1:25", mail.Post("127.0.0.1", 25, "offered", "jo", "w@rd")),
        ("smtp://jo:w@mail.example.org", mail.Post("mail.example.org", 587, "starttls", "jo", "w")),
        ("starttls://mail.example.org", mail.Post("mail.example.org", 587, "starttls")),
        ("smtps://jo:w@mail.example.org", mail.Post("mail.example.org", 465, "wrapped", "jo", "w")),
    ],
)
def test_the_mail_servers_address_is_read(url, post):
    assert mail.post_of(url) == post


@pytest.mark.parametrize("url", ["", "mail.example.org", "http://mail.example.org", "smtp://"])
def test_an_address_that_is_no_mail_server_is_refused(url):
    with pytest.raises(NotConfigured, match="SMTP_URL"):
        mail.post_of(url)


def test_a_server_that_offers_no_encryption_gets_no_password(app, box, port):
    app.config["CLUB"] = Config(
        **(vars(app.config["CLUB"]) | {"smtp_url": f"starttls://jo:word@127.0.0.1:{port}"})
    )
    write()
    assert send() == 0
    assert letters()[0].problem == "The mail server does not answer (SMTPNotSupportedError)"
