"""I Hate Money as a user runs it: its own app on its own SQLite file, a group of twenty.

python i_hate_money.py FOLDER BILLS
"""

import sqlite3
import sys
import warnings
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from answering import answer

warnings.simplefilter("ignore")
from ihatemoney.models import Person, Project, db
from ihatemoney.run import create_app

PEOPLE = 20
FIRST = date(2020, 1, 1)


def made(folder: Path, bills: int):
    class Settings:
        SQLALCHEMY_DATABASE_URI = f"sqlite:///{folder / 'money.db'}"
        SECRET_KEY = "only for this run"  # noqa: S105
        WTF_CSRF_ENABLED = False
        SESSION_COOKIE_SECURE = False
        ACTIVATE_DEMO_PROJECT = False
        TESTING = True

    app = create_app(Settings, instance_path=str(folder))
    with app.app_context():
        project = Project(
            id="hub", name="Hub", password="x", contact_email="a@example.org",  # noqa: S106
            default_currency="XXX",
        )  # fmt: skip
        db.session.add(project)
        people = [Person(name=f"Person {n}", project=project) for n in range(PEOPLE)]
        db.session.add_all(people)
        db.session.commit()
        ids = [person.id for person in people]
    fill(folder / "money.db", bills, ids)
    return app, ids


def fill(path: Path, bills: int, ids: list[int]) -> None:
    """The rows that its own models write; one by one by these would take an hour."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for n in range(1, bills + 1):
            on = FIRST + timedelta(days=n * 2000 // bills)
            connection.execute(
                "INSERT INTO bill (id, payer_id, amount, what, date, creation_date, bill_type,"
                " external_link, original_currency, converted_amount)"
                " VALUES (?, ?, 40, ?, ?, ?, 'EXPENSE', '', 'XXX', 40)",
                (n, ids[n % PEOPLE], f"Thursday {n}", on.isoformat(), FIRST.isoformat()),
            )
            owers = [(n, id_) for id_ in ids]
            connection.executemany(
                "INSERT INTO billowers (bill_id, person_id) VALUES (?, ?)", owers
            )


def main() -> None:
    app, ids = made(Path(sys.argv[1]), int(sys.argv[2]))
    client = app.test_client()
    with client.session_transaction() as session:
        session["projects"] = {"hub": "Hub"}

    def read(path: str) -> int:
        reply = client.get(path)
        assert reply.status_code == 200, (path, reply.status_code)
        return len(reply.data)

    def post() -> None:
        form = {
            "date": "2026-06-12", "what": "Thursday", "payer": ids[0], "amount": "40",
            "original_currency": "XXX", "payed_for": ids, "bill_type": "Expense",
        }  # fmt: skip
        reply = client.post("/hub/add", data=form)
        assert reply.status_code == 302, reply.status_code

    def post_and_see() -> None:
        post()
        read("/hub/")

    answer(
        {
            "the book's page": lambda: read("/hub/"),
            "whose money is left": lambda: read("/hub/settle_bills"),
            "report by month": lambda: read("/hub/statistics"),
            "post one shared by 20": post,
            "post it and see it": post_and_see,
        }
    )


main()
