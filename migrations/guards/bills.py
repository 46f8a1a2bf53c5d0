"""Bills: an authority, two people, shares that add up."""

from migrations.guards import (
    ALWAYS,
    GONE,
    HOLDS_JOB,
    PAYEE_SIDE,
    Guard,
    Keep,
    changed,
    taken_away,
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
            "cost",
            "amount",
            "made_at",
            "until",
        )
        + f" OR {taken_away('authority', 'words')}"
        " OR NEW.committed <> (SELECT COALESCE(SUM(b.amount), 0) FROM bill b"
        "  WHERE b.authority_id = NEW.id AND b.withdrawn_at IS NULL)",
    ),
    Guard("authority_frozen", "authority", "DELETE"),
    Guard(
        "payee_frozen",
        "payee",
        "UPDATE",
        changed("id", "pool_id", "last4", "made_by", "made_at")
        + f" OR (NEW.name <> OLD.name AND (NEW.name NOT LIKE '{GONE}%' OR NOT EXISTS"
        "  (SELECT 1 FROM interest i JOIN membership m ON m.id = i.membership_id"
        "   JOIN erasure e ON e.person_id = m.person_id"
        "   WHERE i.payee_id = OLD.id AND e.undone_at IS NULL)))",
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
        + HOLDS_JOB.format(
            who="NEW.entered_by",
            where="m.pool_id = NEW.pool_id AND r.kind IN ('treasurer', 'organiser')",
        ),
    ),
    Guard(
        "bill_not_payee",
        "bill",
        "INSERT",
        PAYEE_SIDE.format(payee="NEW.payee_id", who="NEW.entered_by"),
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
            "session_id",
            "evidence_id",
            "checkers",
            "digest",
            "entered_by",
            "entered_at",
            "rule",
            "since",
            "until",
        )
        + f" OR {taken_away('bill', 'words')}"
        # What was approved is what is paid, so words go only once that is over.
        " OR (NEW.words <> OLD.words AND OLD.withdrawn_at IS NULL AND OLD.paid_seq IS NULL)"
        " OR (OLD.withdrawn_at IS NOT NULL AND ("
        + changed("withdrawn_at", "withdrawn_by", "paid_seq", "paid_on")
        + f" OR {taken_away('bill', 'withdrawn_why')}))"
        " OR (NEW.withdrawn_at IS NOT NULL AND NEW.paid_seq IS NOT NULL)"
        " OR (OLD.paid_seq IS NOT NULL AND NEW.paid_seq <> OLD.paid_seq)"
        " OR (OLD.paid_seq IS NOT NULL AND NEW.paid_seq IS NULL AND NOT EXISTS"
        "  (SELECT 1 FROM entry e JOIN pool p ON p.book_id = e.book_id"
        "   WHERE p.id = NEW.pool_id AND e.reverses = OLD.paid_seq"
        "    OR p.id = NEW.pool_id AND e.kind = 'refund'"
        "     AND (e.key = 'back:' || OLD.paid_seq OR e.key LIKE 'back:' || OLD.paid_seq || ':%')))",
    ),
    Guard("bill_frozen", "bill", "DELETE"),
    Guard(
        "bill_needs_approval",
        "bill",
        "UPDATE",
        "NEW.paid_seq IS NOT NULL AND OLD.paid_seq IS NULL AND NEW.checkers >"
        " (SELECT COUNT(*) FROM approval a WHERE a.bill_id = NEW.id AND NOT "
        + PAYEE_SIDE.format(payee="NEW.payee_id", who="a.approved_by")
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
    # Whose share it was may be cut off, long after they are gone; nothing else changes.
    Guard(
        "bill_frozen",
        "bill_share",
        "UPDATE",
        changed("bill_id", "fund_id", "days", "amount", "carry")
        + " OR NEW.membership_id IS NOT NULL OR NOT EXISTS"
        " (SELECT 1 FROM membership m JOIN erasure e ON e.person_id = m.person_id"
        "  WHERE m.id = OLD.membership_id AND e.done_at IS NOT NULL)",
    ),
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
        + HOLDS_JOB.format(
            who="NEW.approved_by", where="m.pool_id = " + _BILL_OF.format(column="pool_id")
        ),
    ),
    Guard(
        "approval_not_payee",
        "approval",
        "INSERT",
        PAYEE_SIDE.format(payee=_BILL_OF.format(column="payee_id"), who="NEW.approved_by"),
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
