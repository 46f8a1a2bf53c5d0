"""Putting a line right: two people, never one's own money."""

from migrations.guards import (
    HOLDS_JOB,
    OTHER_GROUP,
    OWN_MONEY,
    PAYEE_OF,
    PAYEE_SIDE,
    Guard,
    changed,
)

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
        f"{OTHER_GROUP} OR NEW.bill_id IS DISTINCT FROM"
        " (SELECT b.id FROM bill b WHERE b.pool_id = NEW.pool_id AND b.paid_seq = NEW.seq)",
    ),
    Guard(
        "correction_by_role",
        "correction",
        "INSERT",
        "NOT " + HOLDS_JOB.format(who="NEW.proposed_by", where="m.pool_id = NEW.pool_id"),
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
        + " OR (NEW.why <> OLD.why AND NEW.why <> '') OR (OLD.dropped_at IS NOT NULL AND ("
        + changed(
            *("confirmed_by", "confirmed_at", "reversal_seq", "again_seq"),
            *("dropped_by", "dropped_at"),
        )
        + ")) OR (OLD.confirmed_at IS NOT NULL AND ("
        + changed("confirmed_by", "confirmed_at", "reversal_seq", "dropped_at")
        + " OR (OLD.again_seq IS NOT NULL AND NEW.again_seq IS DISTINCT FROM OLD.again_seq)))",
    ),
    Guard("correction_frozen", "correction", "DELETE"),
    Guard(
        "correction_by_role",
        "correction",
        "UPDATE",
        "OLD.confirmed_at IS NULL AND NEW.confirmed_by IS NOT NULL AND NOT "
        + HOLDS_JOB.format(who="NEW.confirmed_by", where="m.pool_id = NEW.pool_id"),
    ),
    Guard(
        "correction_not_payee",
        "correction",
        "UPDATE",
        "OLD.confirmed_at IS NULL AND NEW.confirmed_by IS NOT NULL AND "
        + PAYEE_SIDE.format(payee=PAYEE_OF.format(bill="NEW.bill_id"), who="NEW.confirmed_by"),
    ),
    Guard(
        "correction_not_own",
        "correction",
        "UPDATE",
        "OLD.confirmed_at IS NULL AND NEW.confirmed_by IS NOT NULL AND "
        + OWN_MONEY.format(
            row="correction",
            id="NEW.id",
            who="NEW.confirmed_by",
            kinds="'contribution', 'paid_back', 'returned', 'transfer'",
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
