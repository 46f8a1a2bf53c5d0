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


# How many entries were added, if the last of them is where the head goes; and how many of those
# have lines, if all sum to zero in each fund and unit. Each is nothing (NULL) if not.
_NEW_ENTRIES = (
    "SELECT CASE WHEN MAX(e.seq) = NEW.head_seq THEN COUNT(*) END FROM entry e"
    " WHERE e.book_id = NEW.book_id AND e.seq > OLD.head_seq"
)
_EVEN_ENTRIES = (
    "SELECT CASE WHEN MIN(s.amount) = 0 AND MAX(s.amount) = 0 THEN COUNT(DISTINCT s.seq) END"
    " FROM (SELECT p.seq, SUM(p.amount) AS amount FROM posting p"
    "  WHERE p.book_id = NEW.book_id AND p.seq > OLD.head_seq AND p.seq <= NEW.head_seq"
    "  GROUP BY p.seq, p.fund_id, p.unit) s"
)
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

LEDGER = (
    *(
        Guard("ledger_append_only", table, moment)
        for table in ("entry", "posting", "account", "fund")
        for moment in ("UPDATE", "DELETE")
    ),
    Guard("ledger_append_only", "entry_text", "UPDATE"),
    Guard("ledger_append_only", "book", "DELETE"),
    Guard("ledger_adds_up", "book", "INSERT", "NEW.head_seq <> 0 OR NEW.total <> 0"),
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
        f" OR ({_NEW_ENTRIES}) IS DISTINCT FROM NEW.head_seq - OLD.head_seq"
        f" OR ({_EVEN_ENTRIES}) IS DISTINCT FROM NEW.head_seq - OLD.head_seq"
        " OR NOT EXISTS (SELECT 1 FROM entry e WHERE e.book_id = NEW.book_id"
        "  AND e.seq = NEW.head_seq AND e.hash = NEW.head_hash AND e.total = NEW.total)",
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

_HOLDS_JOB = (
    "EXISTS (SELECT 1 FROM membership m JOIN role r"
    " ON r.pool_id = m.pool_id AND r.person_id = m.person_id AND r.until IS NULL"
    " WHERE m.id = {who} AND m.left_at IS NULL AND {where})"
)
_PAYEE_SIDE = (
    "(EXISTS (SELECT 1 FROM interest i WHERE i.payee_id = {payee} AND i.membership_id = {who})"
    " OR EXISTS (SELECT 1 FROM payee p JOIN provider_person pp ON pp.provider_id = p.provider_id"
    "  JOIN membership m ON m.person_id = pp.person_id WHERE p.id = {payee} AND m.id = {who}))"
)
_BILL_OF = "(SELECT b.{column} FROM bill b WHERE b.id = NEW.bill_id)"

BILLS = (
    # What allows it: only a passed vote or a round that runs, as it was decided.
    Guard(
        "authority_from_decision",
        "authority",
        "INSERT",
        "NEW.committed <> 0"
        " OR (NEW.kind = 'vote' AND NOT EXISTS (SELECT 1 FROM proposal p WHERE p.id = NEW.proposal_id"
        "  AND p.pool_id = NEW.pool_id AND p.kind = 'spend' AND p.passed AND NEW.amount <= p.amount))"
        " OR (NEW.kind = 'standing' AND NOT EXISTS (SELECT 1 FROM round r WHERE r.id = NEW.round_id"
        "  AND r.pool_id = NEW.pool_id AND r.runs))",
    ),
    Guard(
        "authority_frozen",
        "authority",
        "UPDATE",
        changed(
            "id",
            "pool_id",
            "kind",
            "proposal_id",
            "round_id",
            "words",
            "cost",
            "amount",
            "made_at",
            "until",
        )
        + " OR NEW.committed <> (SELECT COALESCE(SUM(b.amount), 0) FROM bill b"
        "  WHERE b.authority_id = NEW.id AND b.withdrawn_at IS NULL)",
    ),
    Guard("authority_frozen", "authority", "DELETE"),
    Guard(
        "payee_frozen",
        "payee",
        "UPDATE",
        changed("id", "pool_id", "name", "last4", "made_by", "made_at"),
    ),
    Guard("payee_frozen", "payee", "DELETE"),
    # A bill: entered by somebody with a job who is not paid by it, checked by enough people.
    Guard(
        "bill_frozen", "bill", "INSERT", "NEW.paid_seq IS NOT NULL OR NEW.withdrawn_at IS NOT NULL"
    ),
    Guard(
        "bill_by_role",
        "bill",
        "INSERT",
        "NOT "
        + _HOLDS_JOB.format(
            who="NEW.entered_by",
            where="m.pool_id = NEW.pool_id AND r.kind IN ('treasurer', 'organiser')",
        ),
    ),
    Guard(
        "bill_not_payee",
        "bill",
        "INSERT",
        _PAYEE_SIDE.format(payee="NEW.payee_id", who="NEW.entered_by"),
    ),
    Guard(
        "bill_same_group",
        "bill",
        "INSERT",
        "NEW.pool_id <> (SELECT p.pool_id FROM payee p WHERE p.id = NEW.payee_id)"
        " OR NEW.pool_id <> (SELECT a.pool_id FROM authority a WHERE a.id = NEW.authority_id)"
        " OR NEW.pool_id <> (SELECT e.pool_id FROM evidence e WHERE e.id = NEW.evidence_id)",
    ),
    Guard(
        "bill_checkers",
        "bill",
        "INSERT",
        "NEW.checkers < (SELECT a.checkers"
        "  + CASE WHEN NEW.amount > a.two_checkers_over THEN 1 ELSE 0 END"
        "  FROM agreement a WHERE a.pool_id = NEW.pool_id ORDER BY a.version DESC LIMIT 1)",
    ),
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
            "session_id",
            "evidence_id",
            "checkers",
            "digest",
            "entered_by",
            "entered_at",
        )
        + " OR OLD.withdrawn_at IS NOT NULL"
        " OR (NEW.withdrawn_at IS NOT NULL AND NEW.paid_seq IS NOT NULL)"
        " OR (OLD.paid_seq IS NOT NULL AND NEW.paid_seq <> OLD.paid_seq)"
        " OR (OLD.paid_seq IS NOT NULL AND NEW.paid_seq IS NULL AND NOT EXISTS"
        "  (SELECT 1 FROM entry e JOIN pool p ON p.book_id = e.book_id"
        "   WHERE p.id = NEW.pool_id AND e.reverses = OLD.paid_seq))",
    ),
    Guard("bill_frozen", "bill", "DELETE"),
    Guard(
        "bill_needs_approval",
        "bill",
        "UPDATE",
        "NEW.paid_seq IS NOT NULL AND OLD.paid_seq IS NULL AND NEW.checkers >"
        " (SELECT COUNT(*) FROM approval a WHERE a.bill_id = NEW.id AND NOT "
        + _PAYEE_SIDE.format(payee="NEW.payee_id", who="a.approved_by")
        + ")",
    ),
    Guard(
        "bill_paid_by_line",
        "bill",
        "UPDATE",
        "NEW.paid_seq IS NOT NULL AND OLD.paid_seq IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM entry e JOIN pool p ON p.book_id = e.book_id WHERE p.id = NEW.pool_id"
        "  AND e.seq = NEW.paid_seq AND e.kind = 'spending' AND e.money_out = NEW.amount)",
    ),
    Guard("bill_frozen", "bill_share", "UPDATE"),
    Guard("bill_frozen", "bill_share", "DELETE"),
    Guard(
        "bill_frozen",
        "bill_share",
        "INSERT",
        "EXISTS (SELECT 1 FROM approval a WHERE a.bill_id = NEW.bill_id)",
    ),
    Guard(
        "bill_frozen",
        "evidence",
        "UPDATE",
        changed("pool_id", "media", "body", "digest", "added_by", "added_at"),
    ),
    # The second pair of eyes.
    Guard("bill_frozen", "approval", "UPDATE"),
    Guard("bill_frozen", "approval", "DELETE"),
    Guard(
        "approval_by_role",
        "approval",
        "INSERT",
        "NOT "
        + _HOLDS_JOB.format(
            who="NEW.approved_by", where="m.pool_id = " + _BILL_OF.format(column="pool_id")
        ),
    ),
    Guard(
        "approval_not_payee",
        "approval",
        "INSERT",
        _PAYEE_SIDE.format(payee=_BILL_OF.format(column="payee_id"), who="NEW.approved_by"),
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
        _BILL_OF.format(column="amount") + " IS DISTINCT FROM"
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

_OWN_MONEY = (
    "EXISTS (SELECT 1 FROM {row} x JOIN entry e ON e.book_id = x.book_id AND e.seq = x.seq"
    " JOIN posting p ON p.book_id = e.book_id AND p.seq = e.seq"
    " JOIN fund f ON f.book_id = p.book_id AND f.fund_id = p.fund_id"
    " JOIN membership m ON m.code = f.owner_code"
    " WHERE x.id = {id} AND m.id = {who} AND e.kind IN ({kinds}))"
)
_PAYEE_OF = "(SELECT b.payee_id FROM bill b WHERE b.id = {bill})"
_ASKED = "(SELECT q.{column} FROM question_asked q WHERE q.id = NEW.question_id)"
_OTHER_GROUP = (
    "NEW.book_id IS DISTINCT FROM (SELECT p.book_id FROM pool p WHERE p.id = NEW.pool_id)"
    " OR NEW.pool_id <> (SELECT b.pool_id FROM bill b WHERE b.id = NEW.bill_id)"
)
_ERASED_ONLY = "(NEW.words <> OLD.words AND NEW.words <> '')"

CORRECTIONS = (
    Guard(
        "correction_frozen",
        "correction",
        "INSERT",
        "NEW.confirmed_at IS NOT NULL OR NEW.dropped_at IS NOT NULL",
    ),
    Guard(
        "correction_same_group",
        "correction",
        "INSERT",
        f"{_OTHER_GROUP} OR NEW.bill_id IS DISTINCT FROM"
        " (SELECT b.id FROM bill b WHERE b.pool_id = NEW.pool_id AND b.paid_seq = NEW.seq)",
    ),
    Guard(
        "correction_by_role",
        "correction",
        "INSERT",
        "NOT " + _HOLDS_JOB.format(who="NEW.proposed_by", where="m.pool_id = NEW.pool_id"),
    ),
    Guard(
        "correction_frozen",
        "correction",
        "UPDATE",
        changed(
            "id",
            "pool_id",
            "book_id",
            "seq",
            "bill_id",
            "again",
            "proposed_by",
            "proposed_at",
        )
        + " OR (NEW.why <> OLD.why AND NEW.why <> '') OR OLD.dropped_at IS NOT NULL"
        " OR (OLD.confirmed_at IS NOT NULL AND ("
        + changed("confirmed_by", "confirmed_at", "reversal_seq", "dropped_at")
        + " OR (OLD.again_seq IS NOT NULL AND NEW.again_seq IS DISTINCT FROM OLD.again_seq)))",
    ),
    Guard("correction_frozen", "correction", "DELETE"),
    Guard(
        "correction_by_role",
        "correction",
        "UPDATE",
        "OLD.confirmed_at IS NULL AND NEW.confirmed_by IS NOT NULL AND NOT "
        + _HOLDS_JOB.format(who="NEW.confirmed_by", where="m.pool_id = NEW.pool_id"),
    ),
    Guard(
        "correction_not_payee",
        "correction",
        "UPDATE",
        "OLD.confirmed_at IS NULL AND NEW.confirmed_by IS NOT NULL AND "
        + _PAYEE_SIDE.format(payee=_PAYEE_OF.format(bill="NEW.bill_id"), who="NEW.confirmed_by"),
    ),
    Guard(
        "correction_not_own",
        "correction",
        "UPDATE",
        "OLD.confirmed_at IS NULL AND NEW.confirmed_by IS NOT NULL AND "
        + _OWN_MONEY.format(
            row="correction",
            id="NEW.id",
            who="NEW.confirmed_by",
            kinds="'contribution', 'paid_back', 'transfer'",
        ),
    ),
    Guard(
        "correction_by_line",
        "correction",
        "UPDATE",
        "NEW.confirmed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM entry e"
        " WHERE e.book_id = NEW.book_id AND e.seq = NEW.reversal_seq AND e.reverses = NEW.seq)",
    ),
)

QUESTIONS = (
    Guard(
        "question_frozen",
        "question_asked",
        "INSERT",
        "NEW.closed_at IS NOT NULL OR NEW.late_at IS NOT NULL",
    ),
    Guard("question_same_group", "question_asked", "INSERT", _OTHER_GROUP),
    Guard(
        "question_not_payee",
        "question_asked",
        "INSERT",
        _PAYEE_SIDE.format(payee=_PAYEE_OF.format(bill="NEW.bill_id"), who="NEW.asked_by"),
    ),
    Guard(
        "question_frozen",
        "question_asked",
        "UPDATE",
        changed("id", "pool_id", "book_id", "seq", "bill_id", "asked_by", "kind", "seen_by")
        + f" OR {changed('asked_at')} OR {_ERASED_ONLY}"
        + f" OR (OLD.closed_at IS NOT NULL AND ({changed('closed_at', 'answer_by', 'late_at')}))",
    ),
    Guard("question_frozen", "question_asked", "DELETE"),
    Guard(
        "question_needs_answer",
        "question_asked",
        "UPDATE",
        "NEW.closed_at IS NOT NULL AND OLD.closed_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM answer a WHERE a.question_id = NEW.id AND a.good)",
    ),
    Guard("answer_frozen", "answer", "INSERT", "NEW.good IS NOT NULL"),
    Guard(
        "answer_open_question",
        "answer",
        "INSERT",
        _ASKED.format(column="closed_at") + " IS NOT NULL",
    ),
    Guard(
        "answer_by_role",
        "answer",
        "INSERT",
        "NOT "
        + _HOLDS_JOB.format(
            who="NEW.answered_by", where="m.pool_id = " + _ASKED.format(column="pool_id")
        ),
    ),
    Guard(
        "answer_not_payee",
        "answer",
        "INSERT",
        _PAYEE_SIDE.format(
            payee=_PAYEE_OF.format(bill=_ASKED.format(column="bill_id")), who="NEW.answered_by"
        )
        + " OR "
        + _OWN_MONEY.format(
            row="question_asked", id="NEW.question_id", who="NEW.answered_by", kinds="'paid_back'"
        ),
    ),
    Guard(
        "answer_frozen",
        "answer",
        "UPDATE",
        changed("id", "question_id", "asked_by", "answered_by", "answered_at")
        + f" OR {_ERASED_ONLY} OR (OLD.good IS NOT NULL AND ({changed('good', 'decided_at')}))",
    ),
    Guard("answer_frozen", "answer", "DELETE"),
)

AGREEMENTS = (
    Guard("agreement_frozen", "agreement", "UPDATE"),
    Guard("agreement_frozen", "agreement", "DELETE"),
)

GUARDS = tuple(
    g
    for g in (*LEDGER, *VOTES, *BILLS, *CORRECTIONS, *QUESTIONS, *AGREEMENTS)
    if isinstance(g, Guard)
)
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
    "correction",
    "question_asked",
    "answer",
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
