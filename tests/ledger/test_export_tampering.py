"""Whoever changes a bundle is found out, by us and by the plain script; nothing comes in."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import bundles
import pytest
from books import DAY
from bundles import PAPER, bundled, files, paper, plainly_verified, put_together
from sqlmodel import select

import db
from errors import Refusal
from ledger import accounting, chain
from ledger.models import Book

Parts = dict[str, bytes]
PAYER = "22222222-2222-4222-8222-222222222222"
EVIDENCE = f"evidence/{PAPER}.pdf"


@pytest.fixture
def parts(book) -> Parts:
    book.paid_in("anna", 40, "bank:1")
    book.paid_in("ben", 50, "bank:2")
    facts = accounting.Facts(on=DAY, key="bill:1", words="Lunch", authority="vote:1")
    draft = accounting.spending({book.fund("anna"): 1000, book.fund("ben"): 900}, "meals", facts)
    book.post(draft._replace(texts={"words": "Lunch", "evidence": PAPER}))
    book.undone(1, "undo:1")
    return files(bundled(book, [paper()], [PERSON]))


PERSON = {"code": "anna's", "joined_at": None, "left_at": None, "name": "Anna"}


def rows(parts: Parts, name: str) -> list[dict]:
    return [json.loads(line) for line in parts[name].splitlines()]


def rewritten(parts: Parts, name: str, told: list[dict]) -> Parts:
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in told)
    return parts | {name: "".join(f"{line}\n" for line in lines).encode()}


def with_row(name: str, number: int, change: Callable[[dict], object]) -> Callable[[Parts], Parts]:
    """Change one row of one file."""

    def tamper(parts: Parts) -> Parts:
        told = rows(parts, name)
        change(told[number])
        return rewritten(parts, name, told)

    return tamper


def without_row(name: str, number: int) -> Callable[[Parts], Parts]:
    def tamper(parts: Parts) -> Parts:
        told = rows(parts, name)
        del told[number]
        return rewritten(parts, name, told)

    return tamper


def of_a_member(change: Callable[[dict], object] | None) -> Callable[[Parts], Parts]:
    """Change one member's fund, or take it out."""

    def tamper(parts: Parts) -> Parts:
        kinds = [row["kind"] for row in rows(parts, "funds.jsonl")]
        do = with_row if change else without_row
        return do("funds.jsonl", kinds.index("member"), *([change] if change else []))(parts)

    return tamper


def sealed(change: Callable[[dict], object]) -> Callable[[dict], None]:
    """Change what the sealed bytes of a line say."""

    def tamper(row: dict) -> None:
        content = json.loads(row["content"])
        change(content)
        row["content"] = json.dumps(content, separators=(",", ":"), ensure_ascii=False)

    return tamper


def pay_more(content: dict) -> None:
    for part in content["postings"]:
        part["amount"] = str(int(part["amount"]) * 2)


def chained_anew(parts: Parts, told: list[dict]) -> Parts:
    """A clever one: every hash from the changed line on is made again, and the head is too."""
    about = json.loads(parts["bundle.json"])
    digest = chain.genesis(db.UUID(about["book"]["id"]))
    for number, row in enumerate(told[1:], 1):
        digest = chain.entry_hash(digest, number, row["content"].encode())
        row["seq"], row["hash"] = str(number), digest.hex()
    about["head"] |= {"hash": digest.hex(), "words": chain.words(digest)}
    about["head"]["seq"] = str(len(told) - 1)
    parts = rewritten(parts, "book.jsonl", told)
    return parts | {"bundle.json": json.dumps(about).encode() + b"\n"}


def one_side(parts: Parts) -> Parts:
    told = rows(parts, "book.jsonl")
    sealed(lambda content: content["postings"][0].update(amount="4001"))(told[1])
    return chained_anew(parts, told)


def another_fund(parts: Parts) -> Parts:
    """Anna's pay-in becomes Ben's, and the chain is made to fit."""
    told = rows(parts, "book.jsonl")
    ben = json.loads(told[2]["content"])["postings"][0]["fund"]
    sealed(lambda content: [part.update(fund=ben) for part in content["postings"]])(told[1])
    return chained_anew(parts, told)


def cut_short(parts: Parts) -> Parts:
    return chained_anew(parts, rows(parts, "book.jsonl")[:-1])


def swapped(parts: Parts) -> Parts:
    told = rows(parts, "book.jsonl")
    told[1], told[2] = told[2], told[1]
    return rewritten(parts, "book.jsonl", told)


def swapped_texts(parts: Parts) -> Parts:
    told = rows(parts, "book.jsonl")
    told[1]["texts"], told[2]["texts"] = told[2]["texts"], told[1]["texts"]
    return rewritten(parts, "book.jsonl", told)


def another_paper(parts: Parts) -> Parts:
    """Another bill, under its own right name, with everything outside the chain made to fit."""
    body = b"%PDF-1.4 a dearer bill"
    name = f"evidence/{hashlib.sha256(body).hexdigest()}.pdf"
    listed = rows(parts, "evidence.jsonl")
    listed[0]["file"] = name
    parts = rewritten(parts, "evidence.jsonl", listed)
    return {key: value for key, value in parts.items() if key != EVIDENCE} | {name: body}


TAMPERED: dict[str, Callable[[Parts], Parts]] = {
    "an amount": with_row("book.jsonl", 1, sealed(pay_more)),
    "a day": with_row("book.jsonl", 1, sealed(lambda c: c.update(happened_on="2026-06-11"))),
    "who wrote it": with_row("book.jsonl", 1, sealed(lambda c: c.update(recorded_by="x"))),
    "what allowed it": with_row("book.jsonl", 3, sealed(lambda c: c.update(authority="vote:2"))),
    "a hash": with_row("book.jsonl", 2, lambda row: row.update(hash="00" * 32)),
    "a line taken out": without_row("book.jsonl", 2),
    "two lines swapped": swapped,
    "words": with_row("book.jsonl", 3, lambda row: row["texts"]["words"].update(text="Tea")),
    "words of another line": swapped_texts,
    "words that were not sealed": with_row(
        "book.jsonl", 1, lambda row: row["texts"].update(more=row["texts"]["words"])
    ),
    "a salt": with_row("book.jsonl", 3, lambda row: row["texts"]["words"].update(salt="00" * 32)),
    "one side of a line, chained anew": one_side,
    "whose pay-in it is, chained anew": another_fund,
    "the last line cut off, chained anew": cut_short,
    "a balance": with_row("balances.jsonl", 0, lambda row: row.update(amount="999999")),
    "a balance taken out": without_row("balances.jsonl", 0),
    "the owner of a fund": of_a_member(lambda row: row.update(owner=PAYER)),
    "the source of a fund": of_a_member(lambda row: row.update(source="own_money")),
    "a fund taken out": of_a_member(None),
    "the kind of an account": with_row("accounts.jsonl", 1, lambda row: row.update(kind="cost")),
    "what we have": with_row("bundle.json", 0, lambda row: row["head"].update(total="1")),
    "the head": with_row("bundle.json", 0, lambda row: row["head"].update(hash="00" * 32)),
    "the book": with_row("bundle.json", 0, lambda row: row["book"].update(salt="00" * 16)),
    "a bill for another": another_paper,
    "a bill taken out": lambda parts: {k: v for k, v in parts.items() if k != EVIDENCE},
}


def refused_by_us(tmp_path: Path, body: bytes) -> bool:
    try:
        return bool(bundles.findings(tmp_path, body))
    except Refusal:
        return True


def books_there() -> int:
    with db.reading() as session:
        return len(session.exec(select(Book.book_id)).all())


def test_every_way_to_tamper_is_found_by_both_and_nothing_is_brought_in(parts, request, tmp_path):
    assert len(TAMPERED) >= 20
    bundles.go_elsewhere(request, tmp_path)
    for name, tamper in TAMPERED.items():
        body = put_together(tamper(parts))
        assert refused_by_us(tmp_path, body), name
        assert not plainly_verified(tmp_path, body)[0], name
        with pytest.raises(Refusal):
            bundles.bring_in(tmp_path, body)
        assert books_there() == 0, name


def test_a_file_that_is_not_as_its_sum_says_is_found_by_both(parts, tmp_path):
    for name in ("people.jsonl", EVIDENCE, "accounts.jsonl"):
        body = put_together(parts | {name: parts[name].replace(b"a", b"e", 1)}, sums=False)
        assert refused_by_us(tmp_path, body), name
        assert not plainly_verified(tmp_path, body)[0], name


def test_a_flip_of_any_byte_of_the_whole_file_never_goes_unseen_or_changes_nothing(parts, tmp_path):
    """Some bytes of a zip mean nothing; then what is read is what was written."""
    whole = put_together(parts)
    for at in range(0, len(whole), 97):
        flipped = whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :]
        assert refused_by_us(tmp_path, flipped) or files(flipped) == files(whole), at


def test_a_finding_names_the_line_and_what_differs(parts, tmp_path):
    body = put_together(TAMPERED["words"](parts))
    assert bundles.findings(tmp_path, body) == ["Line 3: its words are not what was sealed."]
    (first, *_) = bundles.findings(tmp_path, put_together(TAMPERED["an amount"](parts)))
    assert first == "Line 1: its hash is not that of its sealed bytes."


def test_a_false_reversal_is_found_even_if_the_chain_fits(parts, tmp_path):
    told = rows(parts, "book.jsonl")
    sealed(lambda content: content.update(reverses="2"))(told[4])
    body = put_together(chained_anew(parts, told))
    assert "Line 4: it does not turn round line 2." in bundles.findings(tmp_path, body)


def test_a_bundle_of_another_kind_is_refused_with_its_reason(parts, tmp_path):
    about = json.loads(parts["bundle.json"])
    body = put_together(parts | {"bundle.json": json.dumps(about | {"version": "9"}).encode()})
    with pytest.raises(Refusal, match="of another kind, or of a later version"):
        bundles.findings(tmp_path, body)


# --- bombs and nonsense, in a process of their own, so that its room can be measured ---

MEASURE = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from errors import Refusal
from ledger.export import checking

def room():
    line = next(l for l in open("/proc/self/status") if l.startswith("VmHWM"))
    return int(line.split()[1]) // 1024

before = room()
for path in sorted(Path(sys.argv[2]).glob("*.zip")):
    started = time.perf_counter()
    try:
        found = checking.verify(path).findings
        said = f"found {found[0].sentence}" if found else "NOTHING WRONG"
    except Refusal as refusal:
        said = f"refused {refusal.sentence}"
    print(f"{path.name}|{time.perf_counter() - started:.2f}|{room() - before}|{said}")
"""


def bombs(parts: Parts) -> dict[str, bytes]:
    deep = b'{"code":' + b"[" * 700_000 + b"\n"
    wide = b'{"code":[' + b"[]," * 330_000 + b"[]]}\n"
    first = parts["book.jsonl"].splitlines(keepends=True)
    return {
        "blank": parts | {"book.jsonl": b" " * 20_000_000},
        "newlines": parts | {"accounts.jsonl": b"\n" * 3_000_000},
        "again": parts | {"funds.jsonl": parts["funds.jsonl"] * 5_000},
        "same line": parts | {"book.jsonl": first[0] + first[1] * 10_000},
        "accounts": parts
        | {
            "accounts.jsonl": b"".join(
                b'{"code":"a%d","kind":"cost"}\n' % number for number in range(50_000)
            )
        },
        "deep": parts | {"accounts.jsonl": deep},
        "wide": parts | {"accounts.jsonl": wide},
        "long number": parts
        | {"balances.jsonl": parts["balances.jsonl"].replace(b'"4', b'"' + b"9" * 100_000, 1)},
        "large paper": parts | {EVIDENCE: b"%PDF" + b"0" * 7_000_000},
        "up": parts | {"../../etc/passwd": b"x"},
        "root": parts | {"/etc/passwd": b"x"},
        "back": parts | {"evidence\\..\\x.pdf": b"x"},
        "another": parts | {"evidence/x.exe": b"x"},
        "nul": parts | {"funds.jsonl": b"\0" * 10_000},
        "not text": parts | {"book.jsonl": b"\xff\xfe" + b"\0a" * 100},
        "number for text": parts | {"accounts.jsonl": b'{"code":1,"kind":"cost"}\n'},
        "list for texts": parts
        | {"book.jsonl": first[0] + first[1].replace(b'"texts":{', b'"texts":[{', 1)},
        "a list": parts | {"bundle.json": b"[]\n"},
        "float": parts | {"balances.jsonl": parts["balances.jsonl"].replace(b'"4', b'"4.', 1)},
        "without": {name: body for name, body in parts.items() if name != "funds.jsonl"},
    }


def test_bombs_tricks_and_wrong_types_are_refused_in_two_seconds_and_fifty_megabytes(
    parts, tmp_path
):
    for name, made in bombs(parts).items():
        for packed in (True, False):  # what is not packed escapes the limit on unpacking
            path = tmp_path / f"{name}, {'packed' if packed else 'plain'}.zip"
            path.write_bytes(put_together(made, packed=packed))
    whole = put_together(parts)
    many = {f"evidence/{number:064x}.pdf": b"" for number in range(40_001)}
    for name, body in {
        "many files": put_together(parts | many),
        "empty": b"",
        "half": whole[: len(whole) // 2],
        "words": b"Dear treasurer" * 1000,
        "end only": b"PK\5\6" + b"\0" * 18,
        "far more listed": whole[:-22] + whole[-22:].replace(whole[-14:-12], b"\xff\xff"),
        "twice": whole + whole,
    }.items():
        (tmp_path / f"{name}.zip").write_bytes(body)
    root = str(Path(__file__).parents[2])
    command = [sys.executable, "-c", MEASURE, root, tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [line.split("|") for line in done.stdout.splitlines()]
    assert len(lines) >= 47
    for name, seconds, room, said in lines:
        assert said != "NOTHING WRONG" or name == "twice.zip", name
        assert float(seconds) < 2, (name, seconds, said)
        assert int(room) < 50, (name, room, said)
