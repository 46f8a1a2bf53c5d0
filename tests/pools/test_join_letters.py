"""The letters of joining and of jobs: short, one subject line, one link that is ours."""

import re

import pytest
from groups_making import NOW, group
from rounds_pages import make_app
from sqlmodel import select

import db
from members import mail
from members.models import Letter
from pools import inviting, joining, people

KINDS = ("invitation", "welcome", "joined", "job_given", "job_ended")


@pytest.fixture
def letters(database, tmp_path):
    """One of each kind, as they leave."""
    app = make_app(tmp_path, database)
    with db.transaction() as session:
        _, sam, token = group(session)
        inviting.invite(session, sam, "al@example.org", key=db.new_id(), now=NOW)
        jo = joining.join(session, token, name="Jo", email="jo@example.org", now=NOW)
        joining.join(session, token, name="Al", now=NOW)
        role = people.give(session, sam, jo.id, "treasurer", key=db.new_id(), now=NOW)
        people.take_back(session, sam, role.id, now=NOW)
    with app.app_context(), db.reading() as session:
        found = session.exec(select(Letter)).all()
        return {letter.kind: mail.written_letter(session, letter) for letter in found}


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        ("invitation", "Sam asked you to join Thursday Hub", "Joining is free."),
        ("welcome", "You joined Thursday Hub. Is this your email?", "Then we know that this email"),
        ("joined", "You joined Thursday Hub", "You do not pay anything yet."),
        ("job_given", "Jo is now treasurer of Thursday Hub", "No one person can pay out"),
        ("job_ended", "Jo is no longer treasurer of Thursday Hub", "See who does what"),
    ],
)
def test_each_letter_says_what_happened(letters, kind, subject, words):
    assert letters[kind].subject == subject
    assert words in letters[kind].body


def test_each_letter_holds_one_link_and_short_sentences(letters):
    assert set(letters) == set(KINDS)
    for kind, letter in letters.items():
        links = re.findall(r"\S+://\S+", letter.body)
        assert len(links) == 1, kind
        assert links[0].startswith("http://127.0.0.1:8000/")
        for sentence in re.split(r"[.:]\s", letter.body):
            assert len(sentence.split()) <= 15, sentence


def test_an_invitation_names_nobody_but_who_asked(letters):
    said = letters["invitation"].subject + letters["invitation"].body
    assert "al@example.org" not in said
    assert "Jo" not in re.findall(r"\w+", said)
