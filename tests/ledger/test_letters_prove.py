"""Whoever keeps a letter is a witness: a book that was written anew does not fit it."""

import hashlib
import json

import intruder
from sqlmodel import select

import commands
import db
from ledger import audit, chain, queries
from ledger.export import checking
from ledger.models import MonthMark
from members import mail
from members.models import Letter, Membership
from pools import exporting

FORGED = "Gifts for everybody"


def letter_to(key: str) -> str:
    """The newest letter to a member, as it leaves now."""
    with db.reading() as session:
        found = session.exec(
            select(Letter)
            .join(Membership, Membership.person_id == Letter.person_id)
            .where(Membership.name == key, Letter.pool_id == Membership.pool_id)
            .order_by(Letter.made_at.desc())
        ).first()
        assert found is not None
        return mail.written_letter(session, found).body


def head():
    with db.reading() as session:
        return queries.head(session, exporting.pool_called(session, "thursday-hub").book_id)


def write_the_past_anew(seq: int) -> None:
    """Another text in an old line, and every seal from there on made to fit; no month was closed,
    since what is sealed of that would tell.
    """
    with db.reading() as session:
        book_id = exporting.pool_called(session, "thursday-hub").book_id
    with intruder.at_work() as owner:
        bound = book_id.hex if owner.mark == "?" else book_id
        text = owner.run(
            "SELECT salt FROM entry_text WHERE book_id = ? AND seq = ? AND field = 'words'",
            (bound, seq),
        )[0]
        rows = owner.run(
            "SELECT seq, content, hash FROM entry WHERE book_id = ? ORDER BY seq", (bound,)
        )
        for table in ("checkpoint", "month_mark"):
            owner.run(f"DELETE FROM {table} WHERE book_id = ?", (bound,))
        last = chain.genesis(book_id)
        for row in rows:
            content = bytes(row["content"])
            if row["seq"] == seq:
                facts = json.loads(content)
                facts["texts"]["words"] = chain.commitment(bytes(text["salt"]), "words", FORGED)
                content = json.dumps(facts, separators=(",", ":")).encode()
            last = hashlib.sha256(
                last + row["seq"].to_bytes(8, "big") + hashlib.sha256(content).digest()
            ).digest()
            owner.run(
                "UPDATE entry SET content = ?, hash = ? WHERE book_id = ? AND seq = ?",
                (content, last, bound, row["seq"]),
            )
        owner.run(
            "UPDATE entry_text SET text = ? WHERE book_id = ? AND seq = ? AND field = 'words'",
            (FORGED, bound, seq),
        )
        owner.run("UPDATE book SET head_hash = ? WHERE book_id = ?", (last, bound))


def test_every_letter_to_a_member_ends_with_the_seal_of_the_book(story):
    with story.app.app_context():
        said = letter_to("Jo")
    end = head()
    assert end.hash.hex() in said
    assert f"line {end.seq}: {end.words}" in said
    assert "/g/thursday-hub/money/check" in said


def test_a_letter_to_somebody_who_is_not_in_yet_tells_nothing_of_the_book(story):
    with story.app.app_context(), db.reading() as session:
        letters = session.exec(select(Letter).where(Letter.person_id == None)).all()  # noqa: E711 - SQL
        bodies = [mail.written_letter(session, one).body for one in letters if one.facts != "{}"]
    assert [body for body in bodies if "seal" in body] == []


def test_a_past_that_was_written_anew_fits_itself_and_no_letter(
    story, monkeypatch, tmp_path, capsys
):
    kept = head()
    write_the_past_anew(20)
    with db.reading() as session:
        book_id = exporting.pool_called(session, "thursday-hub").book_id
        assert audit.findings(session, book_id) == []  # only somebody with a letter can tell
    jo = story.browser("jo")
    for seal in (kept.words, kept.hash.hex().upper()):
        page = jo.get("/g/thursday-hub/money/check", query_string={"seal": seal})
        assert "No line of our book has that seal" in page
    now = jo.get("/g/thursday-hub/money/check", query_string={"seal": f" {head().words} "})
    assert f"That is the seal of line {kept.seq}" in now
    settings = {
        "CLUBTOGETHER_HOME": str(story.config.home),
        "DATABASE_URL": story.config.database_url,
        "SECRET_KEY": "k" * 40,
        "CLUBTOGETHER_URL": "https://club.example.org",
        "SMTP_URL": "smtp://127.0.0.1:25",
        "MAIL_FROM": "club@example.org",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    bundle = tmp_path / "hub.zip"
    with db.reading() as session:
        pool = exporting.pool_called(session, "thursday-hub")
        exporting.save(exporting.pieces(session, pool, "bundle", names=False), bundle)
    for what in ("thursday-hub", str(bundle)):
        assert commands.main(["verify", what]) == 0
        assert commands.main(["verify", what, head().words]) == 0
        assert commands.main(["verify", what, kept.hash.hex()]) == 1
        assert commands.main(["verify", what, "no such words"]) == 1
    assert "No line and no month has the seal" in capsys.readouterr().out


def test_the_seal_of_a_closed_month_is_known_too(story, tmp_path):
    with db.reading() as session:
        book_id = exporting.pool_called(session, "thursday-hub").book_id
        digest = session.exec(select(MonthMark.hash).where(MonthMark.book_id == book_id)).first()
    page = story.browser("jo").get(
        "/g/thursday-hub/money/check", query_string={"seal": chain.words(digest)}
    )
    assert "as it was closed" in page
    bundle = tmp_path / "hub.zip"
    with db.reading() as session:
        pool = exporting.pool_called(session, "thursday-hub")
        exporting.save(exporting.pieces(session, pool, "bundle", names=False), bundle)
    assert checking.verify(bundle, letters=[digest.hex(), chain.words(digest)]).findings == ()
