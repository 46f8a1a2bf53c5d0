"""Statements that were kept stay as they are; links belong to the person; looks are not rubbed out."""

from migrations.guards import HOLDS_JOB, Guard, changed

PACKS = (
    Guard(
        "statement_same_group",
        "kept_statement",
        "INSERT",
        "NEW.pool_id <> (SELECT m.pool_id FROM membership m WHERE m.id = NEW.membership_id)"
        " OR NEW.number <> 1 + (SELECT COUNT(*) FROM kept_statement k"
        "  WHERE k.membership_id = NEW.membership_id)",
    ),
    # Only all of its words may go, for a person who asks.
    Guard(
        "statement_frozen",
        "kept_statement",
        "UPDATE",
        changed("id", "pool_id", "membership_id", "number", "since", "until", "digest", "made_at")
        + " OR (NEW.content IS NOT NULL AND NEW.content IS DISTINCT FROM OLD.content)",
    ),
    Guard("statement_frozen", "kept_statement", "DELETE"),
    Guard("statement_frozen", "statement_replaced", "UPDATE"),
    Guard("statement_frozen", "statement_replaced", "DELETE"),
    Guard(
        "pack_link_own",
        "pack_link",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM kept_statement k WHERE k.id = NEW.statement_id"
        " AND k.membership_id = NEW.membership_id AND k.pool_id = NEW.pool_id)",
    ),
    Guard(
        "pack_link_own",
        "pack_link",
        "UPDATE",
        changed("id", "pool_id", "membership_id", "statement_id", "token_hash", "made_at")
        + f" OR {changed('ends_at')} OR (OLD.withdrawn_at IS NOT NULL AND {changed('withdrawn_at')})",
    ),
    Guard("pack_link_own", "pack_link", "DELETE"),
    Guard("pack_look_frozen", "pack_look", "UPDATE"),
    Guard("pack_look_frozen", "pack_look", "DELETE"),
    Guard(
        "bill_names_by_role",
        "bill_names",
        "INSERT",
        "NOT " + HOLDS_JOB.format(who="NEW.marked_by", where="m.pool_id = NEW.pool_id"),
    ),
    Guard(
        "statement_same_group",
        "bill_names",
        "INSERT",
        "NEW.pool_id <> (SELECT b.pool_id FROM bill b WHERE b.id = NEW.bill_id)"
        " OR NEW.pool_id <> (SELECT e.pool_id FROM evidence e WHERE e.id = NEW.evidence_id)",
    ),
    Guard("bill_names_frozen", "bill_names", "UPDATE"),
    Guard("bill_names_frozen", "bill_names", "DELETE"),
)
