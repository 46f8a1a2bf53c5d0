"""The whole book as a file: who may take it, who is named, and that others can go on with it."""

import csv
import hashlib
import io
import re
import subprocess
import zipfile
from pathlib import Path

import databases
import pytest
from beancount import loader
from beancount.core import data
from sqlmodel import select

import commands
import db
from demo.people import email_of
from errors import Refusal
from ledger import audit, journal, queries
from ledger.export import bundle, checking, reading
from ledger.export.opening import NotABundle
from ledger.sheets import BEGINS
from members.models import Membership, Person
from pools import exporting, verifying
from pools.clubbing import arriving
from pools.models import Evidence, Pool

HUB = "/g/thursday-hub/money/exports"
PAGES = ("", "/money", "/money/check", "/run", "/people", "/rules", "/bills", "/votes")
VERIFIER = Path(__file__).parents[2] / "docs" / "formats" / "verify_bundle.py"


def hub() -> Pool:
    with db.reading() as session:
        return exporting.pool_called(session, "thursday-hub")


def file_of(kind: str, *, names: bool = False) -> bytes:
    with db.reading() as session:
        return b"".join(exporting.pieces(session, hub(), kind, names=names))


def names() -> set[str]:
    with db.reading() as session:
        return set(session.exec(select(Membership.name).where(Membership.pool_id == hub().id)))


def everything_in(kind: str, body: bytes) -> str:
    """All words of a file; of a bundle, of every file of lines in it."""
    if kind != "bundle":
        return body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as inside:
        lines = [name for name in inside.namelist() if not name.startswith("evidence/")]
        return "\n".join(inside.read(name).decode() for name in lines)


def named_in(words: str) -> set[str]:
    return {name for name in names() if re.search(rf"\b{re.escape(name)}\b", words)}


# --- who is named ---


@pytest.mark.parametrize("kind", list(exporting.FORMS))
def test_people_are_codes_and_nobody_is_named(story, kind):
    words = everything_in(kind, file_of(kind))
    assert len(names()) > 5
    assert named_in(words) == set()
    assert "@example" not in words


@pytest.mark.parametrize("kind", list(exporting.FORMS))
def test_with_names_whoever_has_money_in_the_book_is_named(story, kind):
    assert len(named_in(everything_in(kind, file_of(kind, names=True)))) > 5


# --- who may take what ---


@pytest.mark.parametrize("kind", list(exporting.FORMS))
def test_the_treasurer_takes_the_whole_book(story, kind):
    ana = story.browser("ana").client
    response = ana.get(f"{HUB}/{kind}")
    assert response.status_code == 200
    assert response.data == file_of(kind)
    assert response.headers["Content-Disposition"].startswith('attachment; filename="thursday-hub.')
    assert ana.get(f"{HUB}/{kind}?names=yes").data == file_of(kind, names=True)


@pytest.mark.parametrize("person", ["tom", "sam", "raj"])
def test_nobody_else_in_the_group_gets_it(story, person):
    device = story.browser(person).client
    for kind in exporting.FORMS:
        assert device.get(f"{HUB}/{kind}").status_code == 403


def test_a_member_is_shown_only_what_they_may_have(story):
    page = story.browser("tom").get(HUB)
    assert "My statement, as a table" in page
    assert "whole book" not in page
    assert "/exports/" not in page.response.text
    assert "For the treasurer: the whole book" in story.browser("ana").get(HUB)


def test_the_seals_that_a_member_gets_end_in_the_head_and_name_nobody(story):
    text = story.browser("tom").client.get("/g/thursday-hub/money/seals.csv").text
    with db.reading() as session:
        head = queries.head(session, hub().book_id)
    assert text.splitlines()[-1].endswith(head.hash.hex())
    assert len(text.splitlines()) == head.seq + 1
    assert named_in(text) == set()


def test_the_page_is_reached_from_the_jobs(story):
    page = story.browser("ana").get("/g/thursday-hub/run")
    assert "Take the money book away" in page.click("Take the money book away")


def test_a_kind_that_there_is_not_is_a_page_that_says_so(story):
    assert story.browser("ana").client.get(f"{HUB}/xlsx").status_code == 404


# --- others reckon the same ---


def our_money() -> dict[str, int]:
    with db.reading() as session:
        return {held.account: held.amount for held in queries.trial_balance(session, hub().book_id)}


def account_of(name: str) -> str:
    return name.split(":")[1].lower().replace("-", "_")


def test_beancount_reckons_the_demo_to_the_penny(story):
    entries, errors, _ = loader.load_string(file_of("beancount").decode())
    assert errors == []
    sums: dict[str, int] = {}
    for entry in entries:
        for part in entry.postings if isinstance(entry, data.Transaction) else ():
            account = account_of(part.account)
            sums[account] = sums.get(account, 0) + int(part.units.number * 100)
    assert sums == our_money()


@pytest.mark.hledger
def test_hledger_reckons_the_demo_to_the_penny(story):
    text = file_of("hledger").decode()
    check = ["hledger", "check", "--strict", "-f", "-"]
    assert subprocess.run(check, input=text, text=True, check=True).returncode == 0
    balance = ["hledger", "balance", "--flat", "-E", "-N", "-O", "csv", "-f", "-"]
    done = subprocess.run(balance, input=text, text=True, check=True, capture_output=True)
    sums: dict[str, int] = {}
    for account, held in list(csv.reader(io.StringIO(done.stdout)))[1:]:
        pence = int(held.replace(" GBP", "").replace(".", "")) if "GBP" in held else 0
        sums[account_of(account)] = sums.get(account_of(account), 0) + pence
    assert sums == our_money()


def test_the_table_has_a_row_for_each_part_and_adds_up_to_what_we_have(story):
    text = file_of("csv").decode().removeprefix(BEGINS)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    have = sum(
        int(row["Amount"].replace(".", "")) for row in rows if row["Account kind"] == "asset"
    )
    assert have == sum(our_money()[place] for place in ("bank", "cash_tin") if place in our_money())


# --- by command, and elsewhere ---


def run(*arguments: object) -> int:
    return commands.main([str(one) for one in arguments])


@pytest.fixture
def by_command(story, monkeypatch):
    monkeypatch.setenv("CLUBTOGETHER_HOME", str(story.config.home))
    monkeypatch.setenv("DATABASE_URL", story.config.database_url)
    monkeypatch.setenv("SECRET_KEY", "k" * 40)
    monkeypatch.setenv("CLUBTOGETHER_URL", "https://club.example.org")
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:25")
    monkeypatch.setenv("MAIL_FROM", "club@example.org")
    return story


def test_the_commands_write_a_bundle_verify_it_and_refuse_what_was_changed(
    by_command, tmp_path, capsys
):
    path = tmp_path / "hub.zip"
    assert run("export", "thursday-hub", "--format", "bundle", "--out", path) == 0
    assert path.read_bytes() == file_of("bundle")
    assert path.stat().st_mode & 0o077 == 0
    assert run("verify", path) == 0
    assert run("verify", "thursday-hub") == 0
    from_file, live = capsys.readouterr().out.splitlines()[-2:]
    assert from_file.partition(":")[2] == live.partition(":")[2]
    done = subprocess.run(["python3", VERIFIER, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    path.write_bytes(path.read_bytes()[:-1])
    assert run("verify", path) == 2
    assert "not a bundle" in capsys.readouterr().err


def test_a_bundle_is_verified_without_any_database(by_command, tmp_path, monkeypatch):
    path = tmp_path / "hub.zip"
    path.write_bytes(file_of("bundle"))
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all.db")
    assert run("verify", path) == 0


def test_a_file_that_can_not_be_written_leaves_nothing_behind(by_command, tmp_path, capsys):
    out = tmp_path / "no such folder" / "a.csv"
    assert run("export", "thursday-hub", "--format", "csv", "--out", out) == 2
    assert "Nothing can be written" in capsys.readouterr().err
    assert run("export", "no-such", "--format", "csv", "--out", tmp_path / "a.csv") == 2
    assert list(tmp_path.glob("*.part")) == []


@pytest.fixture
def elsewhere(story, request, tmp_path):
    """A fresh install, with the demo's bundles (with names, and without) to bring in."""
    for kind, with_names in (("named", True), ("coded", False)):
        (tmp_path / f"{kind}.zip").write_bytes(file_of("bundle", names=with_names))
    with db.reading() as session:
        was = audit.verify(session, hub().book_id), our_money(), names()
        papers = set(session.exec(select(Evidence.digest)).all())
    if databases.ON_POSTGRES:
        url = databases.copy_on_postgres(request.getfixturevalue("postgres_server"))
    else:
        path = tmp_path / "elsewhere.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        url = f"sqlite:///{path}"
    db.connect(url)
    return tmp_path, *was, papers


def arrive(story, path, organiser=None):
    with db.transaction() as session:
        return arriving.arrive(session, path, organiser=organiser, now=story.now)


@pytest.mark.parametrize("kind", ["named", "coded"])
def test_a_group_arrives_with_the_same_head_balances_and_papers(story, elsewhere, kind):
    folder, verified, money, people, papers = elsewhere
    arrived = arrive(story, folder / f"{kind}.zip")
    assert (arrived.slug, arrived.verified) == ("thursday-hub", verified)
    assert our_money() == money
    assert (people <= names()) == (kind == "named")
    with db.reading() as session:
        assert set(session.exec(select(Evidence.digest)).all()) == papers
        lines, healthy = verifying.report(session, "thursday-hub")
    assert healthy, lines
    with pytest.raises(Refusal, match="here already"):
        arrive(story, folder / f"{kind}.zip")


def test_what_arrived_goes_out_again_with_the_same_book(story, elsewhere):
    folder, *_ = elsewhere
    arrive(story, folder / "named.zip")
    again = file_of("bundle", names=True)
    for name in ("book.jsonl", "funds.jsonl", "accounts.jsonl", "balances.jsonl", "people.jsonl"):
        with zipfile.ZipFile(folder / "named.zip") as was:
            assert zipfile.ZipFile(io.BytesIO(again)).read(name) == was.read(name), name


def test_the_organiser_named_at_the_command_opens_every_page_of_the_book(story, elsewhere):
    folder, *_ = elsewhere
    arrive(story, folder / "named.zip", organiser=email_of("zed"))
    with db.transaction() as session:
        person = session.exec(select(Person).where(Person.email == email_of("zed"))).one()
        person.name = "Zed"
        session.add(person)
    zed = story.browser("zed")
    for page in PAGES:
        assert zed.get(f"/g/thursday-hub{page}").response.status_code == 200, page
    with db.reading() as session:
        last = queries.head(session, hub().book_id).seq
    for seq in range(1, last + 1):
        page = zed.get(f"/g/thursday-hub/money/{seq}")
        assert page.response.status_code == 200, seq
        for link in page.soup.select("main a[href^='/']"):
            assert zed.client.get(link["href"]).status_code == 200, (seq, link)


def changed(path: Path, name: str, change) -> Path:
    """The bundle with one file changed; the sums are made to fit."""
    with zipfile.ZipFile(path) as inside:
        parts = {one: inside.read(one) for one in inside.namelist()}
    parts[name] = change(parts[name])
    made = path.with_name("changed.zip")
    listed = "".join(
        f"{hashlib.sha256(body).hexdigest()}  {one}\n"
        for one, body in parts.items()
        if one != "SHA256SUMS"
    )
    parts["SHA256SUMS"] = listed.encode()
    with zipfile.ZipFile(made, "w") as out:
        for one, body in parts.items():
            out.writestr(one, body)
    return made


@pytest.mark.parametrize(
    ("name", "was", "becomes"),
    [
        ("bundle.json", b"Thursday Hub", b"Thursday\\nHub"),
        ("bundle.json", b'"name":"Thursday Hub"', b'"name":7'),
        ("bundle.json", b"Europe/London", b"x" * 50),
        ("bundle.json", b"Europe/London", b"Europe/Lundon"),
        ("people.jsonl", b'"joined_at":"2', b'"joined_at":"x'),
        ("people.jsonl", b'"code":"', b'"code":"x'),
        ("people.jsonl", b'"name":"', b'"name":"http://'),
        ("evidence.jsonl", b"image/png", b"text/html"),
        ("evidence.jsonl", b'"added_at":"', b'"added_at":"x'),
    ],
)
def test_a_group_told_wrongly_is_refused_whole(story, elsewhere, name, was, becomes):
    folder, *_ = elsewhere
    path = changed(folder / "named.zip", name, lambda body: body.replace(was, becomes, 1))
    with pytest.raises((NotABundle, Refusal)):
        arrive(story, path)
    with db.reading() as session:
        assert session.exec(select(Pool)).all() == []
        assert session.exec(select(Person)).all() == []


def test_a_book_in_other_money_goes_out_whole_but_comes_to_no_page_that_says_pounds(
    story, tmp_path
):
    path = tmp_path / "yen.zip"
    with db.transaction() as session:
        yen = journal.open_book(session, "JPY", now=story.now)
    with db.reading() as session:
        whole = reading.whole(session, yen.book_id)
        path.write_bytes(b"".join(bundle.zipped(session, whole, bundle.Beside(), personal=True)))
    assert checking.verify(path).findings == ()
    with pytest.raises(NotABundle, match="its money is JPY"):
        arrive(story, path)
