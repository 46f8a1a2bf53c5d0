"""Checks a bundle without any code of Clubtogether: python3 verify_bundle.py FILE [HASH ...]"""
import collections, json, sys, uuid, zipfile
from hashlib import file_digest, sha256
zipped, papers, letters = zipfile.ZipFile(sys.argv[1]), set(), set(sys.argv[2:])
rows = lambda name: map(json.loads, zipped.open(name))
need = lambda right, words: right or sys.exit(f"NOT as it was written: {words}")
def is_print(told, *facts):  # is this id the fingerprint of these facts, its version aside?
    made = sha256("\0".join(fact or "" for fact in facts).encode()).hexdigest()
    return all(a == b or i in (12, 16) for i, (a, b) in enumerate(zip(told.replace("-", ""), made)))
sums = {line[66:]: line[:64] for line in zipped.read("SHA256SUMS").decode().splitlines()}
need(sorted([*sums, "SHA256SUMS"]) == sorted(zipped.namelist()), "a file was added or is missing")
for name, digest in sums.items():
    need(file_digest(zipped.open(name), sha256).hexdigest() == digest, name)
held, (book, end) = collections.Counter(), map(next(rows("bundle.json")).get, ("book", "head"))
need(is_print(book["id"], "book", book["salt"], book["unit"], book["opened_at"]), "the book itself")
kinds, funds = {row["code"]: row["kind"] for row in rows("accounts.jsonl")}, set()
for f in rows("funds.jsonl"):
    facts = "fund", f["salt"], book["id"], f["kind"], f["owner"], f["source"]
    need(is_print(f["fund"], *facts) and not funds.add(f["fund"]), "whose money a fund is")
n, head = 0, sha256(b"clubtogether:" + uuid.UUID(book["id"]).bytes).digest()
for n, line in enumerate((row for row in rows("book.jsonl") if "seq" in row), 1):
    facts, adds_up = json.loads(line["content"]), collections.Counter()
    head = sha256(head + n.to_bytes(8, "big") + sha256(line["content"].encode()).digest()).digest()
    need((line["seq"], line["hash"]) == (str(n), head.hex()), f"line {n} does not fit the chain")
    for part in facts["postings"]:
        need(kinds.get(part["account"]) == part["kind"] and part["fund"] in funds, f"line {n}")
        held[part["fund"], part["account"], part["unit"]] += int(part["amount"])
        adds_up[part["fund"], part["unit"]] += int(part["amount"])
    need(facts["book"] == book["id"] and not any(adds_up.values()), f"line {n} does not add up")
    for field, kept in line["texts"].items():
        made = sha256(bytes.fromhex(kept["salt"]) + f"{field}\0{kept['text']}".encode()).hexdigest()
        need(made == facts["texts"].get(field), f"line {n}: its {field} were changed")
        papers |= {kept["text"]} if field == "evidence" else set()
    letters -= {head.hex()}
have = sum(held[it] for it in held if kinds[it[1]] == "asset" and it[2] == book["unit"])
need((end["seq"], end["hash"], end["total"]) == (str(n), head.hex(), str(have)), "the end of it")
kept = {(b["fund"], b["account"], b["unit"]): int(b["amount"]) for b in rows("balances.jsonl")}
need(kept == dict(held) and papers <= {*sums.values()}, "its balances, or its evidence")
need(not letters, "no line has the hash of your letter")
print(f"{n} lines, all as they were written. We have {have} {book['unit']}. Head: {head.hex()}")
