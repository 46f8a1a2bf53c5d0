"""What the database itself refuses, and the one sum it keeps; the same rules on both databases.

Each guard is a condition in SQL that both speak. They are dropped and made again after every
migration, since rebuilding a table on SQLite silently loses its triggers.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

ALWAYS = "1 = 1"


@dataclass(frozen=True)
class Guard:
    """Refuse `moment` (INSERT, UPDATE, DELETE) on `table` where `condition` holds.

    `name` is the key of the sentence in db.sentences.
    """

    name: str
    table: str
    moment: str
    condition: str = ALWAYS

    @property
    def trigger(self) -> str:
        return f"{self.name}_{self.table}_{self.moment.lower()}"


@dataclass(frozen=True)
class Keep:
    """After `moment` on `table`, where `condition` holds, run `statement`."""

    name: str
    table: str
    moment: str
    condition: str
    statement: str


def changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


_RANGE = "book_id = NEW.book_id AND seq > OLD.head_seq AND seq <= NEW.head_seq"
_LAST = "FROM entry WHERE book_id = NEW.book_id AND seq = NEW.head_seq"
_CLOSED = (
    "EXISTS (SELECT 1 FROM proposal p WHERE p.id = {row}.proposal_id"
    " AND (p.closed_at IS NOT NULL OR p.cancelled_at IS NOT NULL))"
)
_VOTES_DIFFER = " OR ".join(
    (
        *(
            f"(SELECT COUNT(*) FROM ballot b WHERE b.proposal_id = NEW.id AND b.choice = '{choice}')"
            f" <> NEW.{choice}"
            for choice in ("yes", "no", "unsure")
        ),
        "(SELECT COUNT(*) FROM roll r WHERE r.proposal_id = NEW.id AND r.voted)"
        " <> NEW.yes + NEW.no + NEW.unsure",
        "(SELECT COUNT(*) FROM roll r WHERE r.proposal_id = NEW.id) <> NEW.roll_size",
    )
)
_APPROVALS = "(SELECT COUNT(*) FROM approval a WHERE a.bill_id = NEW.id)"

LEDGER = (
    *(
        Guard("ledger_append_only", table, moment)
        for table in ("entry", "posting", "account", "fund")
        for moment in ("UPDATE", "DELETE")
    ),
    Guard("ledger_append_only", "entry_text", "UPDATE"),
    Guard("ledger_append_only", "book", "DELETE"),
    *(
        Guard(
            "ledger_next_only",
            table,
            "INSERT",
            "NEW.seq <= (SELECT b.head_seq FROM book b WHERE b.book_id = NEW.book_id)",
        )
        for table in ("entry", "posting", "entry_text")
    ),
    Guard(
        "ledger_adds_up",
        "book",
        "UPDATE",
        f"{changed('book_id', 'salt', 'unit', 'opened_at')} OR NEW.head_seq <= OLD.head_seq"
        f" OR (SELECT COUNT(*) FROM entry WHERE {_RANGE}) <> NEW.head_seq - OLD.head_seq"
        f" OR EXISTS (SELECT 1 FROM entry WHERE book_id = NEW.book_id AND seq > NEW.head_seq)"
        f" OR (SELECT COUNT(DISTINCT seq) FROM posting WHERE {_RANGE}) <> NEW.head_seq - OLD.head_seq"
        f" OR EXISTS (SELECT 1 FROM posting WHERE {_RANGE}"
        "  GROUP BY seq, fund_id, unit HAVING SUM(amount) <> 0)"
        f" OR NEW.head_hash IS DISTINCT FROM (SELECT hash {_LAST})"
        f" OR NEW.total IS DISTINCT FROM (SELECT total {_LAST})",
    ),
)

VOTES = (
    Guard("vote_closed", "ballot", "INSERT", _CLOSED.format(row="NEW")),
    Guard("vote_closed", "ballot", "UPDATE", _CLOSED.format(row="OLD")),
    Guard("vote_closed", "ballot", "DELETE", _CLOSED.format(row="OLD")),
    # Of a ballot only the choice may change: moved or linked anew, it would be somebody else's.
    Guard("vote_frozen", "ballot", "UPDATE", changed("id", "proposal_id", "membership_id")),
    Guard(
        "vote_frozen",
        "proposal",
        "INSERT",
        "NEW.closed_at IS NOT NULL OR NEW.cancelled_at IS NOT NULL",
    ),
    Guard(
        "vote_frozen",
        "proposal",
        "UPDATE",
        "OLD.closed_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL OR "
        + changed(
            "id",
            "pool_id",
            "kind",
            "rule",
            "title",
            "words",
            "amount",
            "cost",
            "payee",
            "proposed_by",
            "opened_at",
            "closes_at",
            "roll_size",
            "quorum",
        ),
    ),
    Guard("vote_frozen", "proposal", "DELETE"),
    Guard("vote_frozen", "roll", "DELETE"),
    Guard(
        "vote_frozen",
        "roll",
        "INSERT",
        "(SELECT COUNT(*) FROM roll r WHERE r.proposal_id = NEW.proposal_id)"
        " >= (SELECT p.roll_size FROM proposal p WHERE p.id = NEW.proposal_id)",
    ),
    Guard("vote_frozen", "roll", "UPDATE", changed("proposal_id", "membership_id")),
    Guard("vote_closed", "roll", "UPDATE", _CLOSED.format(row="OLD")),
    # Closed before its time only if everyone who may still vote has voted.
    Guard(
        "vote_too_soon",
        "proposal",
        "UPDATE",
        "NEW.closed_at <= NEW.closes_at AND EXISTS (SELECT 1 FROM roll r"
        " JOIN membership m ON m.id = r.membership_id"
        " WHERE r.proposal_id = NEW.id AND NOT r.voted AND m.left_at IS NULL)",
    ),
    # At the close: the counts are those of the ballots, one for each who voted, and none is linked.
    Guard(
        "vote_adds_up",
        "proposal",
        "UPDATE",
        "EXISTS (SELECT 1 FROM ballot b WHERE b.proposal_id = NEW.id AND (NEW.cancelled_at IS NOT NULL"
        "  OR NEW.closed_at IS NOT NULL AND b.membership_id IS NOT NULL))"
        f" OR NEW.closed_at IS NOT NULL AND ({_VOTES_DIFFER})",
    ),
)

BILLS = (
    Guard(
        "bill_frozen",
        "bill",
        "UPDATE",
        changed(
            "id",
            "pool_id",
            "authority_id",
            "payee_id",
            "number",
            "billed_on",
            "amount",
            "cost",
            "words",
            "evidence_id",
            "checkers",
            "digest",
            "entered_by",
            "entered_at",
        )
        + " OR (OLD.withdrawn_at IS NOT NULL)"
        + " OR (NEW.withdrawn_at IS NOT NULL AND NEW.paid_seq IS NOT NULL)"
        + " OR (OLD.paid_seq IS NOT NULL AND NEW.paid_seq IS NOT NULL AND "
        + "NEW.paid_seq <> OLD.paid_seq)",
    ),
    Guard("bill_frozen", "bill", "DELETE"),
    Guard(
        "bill_frozen", "bill", "INSERT", "NEW.paid_seq IS NOT NULL OR NEW.withdrawn_at IS NOT NULL"
    ),
    Guard(
        "bill_needs_approval",
        "bill",
        "UPDATE",
        f"NEW.paid_seq IS NOT NULL AND OLD.paid_seq IS NULL AND {_APPROVALS} < NEW.checkers",
    ),
    Guard("bill_frozen", "bill_share", "UPDATE"),
    Guard("bill_frozen", "bill_share", "DELETE"),
    Guard(
        "bill_frozen",
        "bill_share",
        "INSERT",
        "EXISTS (SELECT 1 FROM approval a WHERE a.bill_id = NEW.bill_id)",
    ),
    Guard("bill_frozen", "approval", "UPDATE"),
    Guard("bill_frozen", "approval", "DELETE"),
    Guard("bill_frozen", "evidence", "UPDATE", changed("pool_id", "body", "digest", "added_by")),
    Guard(
        "approval_not_payee",
        "approval",
        "INSERT",
        "EXISTS (SELECT 1 FROM bill b JOIN interest i ON i.payee_id = b.payee_id"
        " WHERE b.id = NEW.bill_id AND i.membership_id = NEW.approved_by)",
    ),
    Guard(
        "approval_open_bill",
        "approval",
        "INSERT",
        "EXISTS (SELECT 1 FROM bill b WHERE b.id = NEW.bill_id"
        " AND (b.withdrawn_at IS NOT NULL OR b.paid_seq IS NOT NULL))",
    ),
    Guard(
        "bill_shares",
        "approval",
        "INSERT",
        "(SELECT b.amount FROM bill b WHERE b.id = NEW.bill_id) IS DISTINCT FROM"
        " (SELECT SUM(s.amount) FROM bill_share s WHERE s.bill_id = NEW.bill_id)",
    ),
    Keep(
        "bill_commits",
        "bill",
        "INSERT",
        ALWAYS,
        "UPDATE authority SET committed = committed + NEW.amount WHERE id = NEW.authority_id",
    ),
    Keep(
        "bill_releases",
        "bill",
        "UPDATE",
        "OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL",
        "UPDATE authority SET committed = committed - NEW.amount WHERE id = NEW.authority_id",
    ),
)

AGREEMENTS = (
    Guard("agreement_frozen", "agreement", "UPDATE"),
    Guard("agreement_frozen", "agreement", "DELETE"),
)

GUARDS = tuple(g for g in (*LEDGER, *VOTES, *BILLS, *AGREEMENTS) if isinstance(g, Guard))
KEEPS = tuple(k for k in BILLS if isinstance(k, Keep))
NEVER_EMPTIED = (
    "book",
    "account",
    "fund",
    "entry",
    "posting",
    "agreement",
    "bill",
    "approval",
    "proposal",
    "roll",
    "ballot",
)


def make_again(connection: Connection) -> None:
    """Drop and create every trigger. Safe to run at any time, any number of times."""
    make = _sqlite if connection.dialect.name == "sqlite" else _postgres
    for statement in make():
        connection.execute(text(statement))


def _sqlite() -> list[str]:
    made = []
    for guard in GUARDS:
        made += [
            f"DROP TRIGGER IF EXISTS {guard.trigger}",
            f"CREATE TRIGGER {guard.trigger} BEFORE {guard.moment} ON {guard.table}"
            f" WHEN {guard.condition} BEGIN SELECT RAISE(ABORT, '{guard.name}'); END",
        ]
    for keep in KEEPS:
        made += [
            f"DROP TRIGGER IF EXISTS {keep.name}",
            f"CREATE TRIGGER {keep.name} AFTER {keep.moment} ON {keep.table}"
            f" WHEN {keep.condition} BEGIN {keep.statement}; END",
        ]
    return made


def _postgres() -> list[str]:
    made = []
    for guard in GUARDS:
        body = (
            f"IF {guard.condition} THEN RAISE EXCEPTION '{guard.name}'"
            " USING ERRCODE = 'check_violation'; END IF;"
            f" RETURN {'OLD' if guard.moment == 'DELETE' else 'NEW'};"
        )
        made += _function(guard.trigger, body, f"BEFORE {guard.moment}", guard.table)
    for keep in KEEPS:
        body = f"IF {keep.condition} THEN {keep.statement}; END IF; RETURN NULL;"
        made += _function(keep.name, body, f"AFTER {keep.moment}", keep.table)
    for table in NEVER_EMPTIED:
        body = "RAISE EXCEPTION 'ledger_append_only' USING ERRCODE = 'check_violation';"
        made += _function(
            f"never_emptied_{table}", body, "BEFORE TRUNCATE", table, each="STATEMENT"
        )
    return made


def _function(name: str, body: str, when: str, table: str, *, each: str = "ROW") -> list[str]:
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body} END $$",
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()",
    ]
