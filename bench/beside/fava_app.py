"""Fava over the same book, exported from ours: what its pages ask for, by its own app.

python fava_app.py FILE.beancount
"""

import sys

from answering import answer
from fava.application import create_app

ENTRY = {
    "t": "Transaction", "date": "2026-06-12", "flag": "*", "payee": "", "narration": "Thursday",
    "tags": [], "links": [], "meta": {},
}  # fmt: skip


def main() -> None:
    path = sys.argv[1]
    client = create_app([path]).test_client()
    slug = client.get("/").headers["Location"].split("/")[1]

    def read(path: str) -> int:
        reply = client.get(f"/{slug}/{path}")
        assert reply.status_code == 200, (path, reply.status_code, reply.data[:300])
        return len(reply.data)

    def journal() -> None:
        read("journal/")
        read("api/journal_page?page=1&order=desc")

    accounts = sorted(account for account in opened(path))
    one, two = accounts[0], accounts[1]

    def post() -> None:
        postings = [
            {"account": one, "amount": "40.00 GBP"},
            {"account": two, "amount": "-40.00 GBP"},
        ]
        reply = client.put(
            f"/{slug}/api/add_entries", json={"entries": [ENTRY | {"postings": postings}]}
        )
        assert reply.status_code == 200, reply.data[:300]

    def post_and_see() -> None:
        post()
        journal()

    journal()  # its first reading of the file is not counted
    answer(
        {
            "the book's page": journal,
            "balances": lambda: (read("balance_sheet/"), read("api/balance_sheet")),
            "post it and see it": post_and_see,
        }
    )


def opened(path: str) -> list[str]:
    with open(path) as lines:  # noqa: PTH123
        return [line.split()[2] for line in lines if line[11:16] == "open "]


main()
