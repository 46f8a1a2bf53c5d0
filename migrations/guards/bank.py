"""The money before our first file: two people say whose it was, and what was said stays said."""

from migrations.guards import HOLDS_JOB, Guard, changed

_FRESH = "NEW.confirmed_at IS NOT NULL OR NEW.dropped_at IS NOT NULL"
_PARTS = "(SELECT COALESCE(SUM(x.amount), 0) FROM opening_part x WHERE x.opening_id = NEW.id)"

BANK = (
    Guard("opening_frozen", "opening_money", "INSERT", _FRESH),
    Guard(
        "opening_by_role",
        "opening_money",
        "INSERT",
        "NOT " + HOLDS_JOB.format(who="NEW.said_by", where="m.pool_id = NEW.pool_id"),
    ),
    Guard(
        "opening_frozen",
        "opening_money",
        "UPDATE",
        changed("id", "pool_id", "happened_on", "amount", "evidence_id", "said_by", "said_at")
        + " OR (NEW.shown_by <> OLD.shown_by AND NEW.shown_by <> '')"
        " OR (OLD.dropped_at IS NOT NULL AND ("
        + changed("confirmed_by", "confirmed_at", "entry_seq", "dropped_by", "dropped_at")
        + ")) OR (OLD.confirmed_at IS NOT NULL AND ("
        + changed("confirmed_by", "confirmed_at", "entry_seq", "dropped_at")
        + "))",
    ),
    Guard(
        "opening_by_role",
        "opening_money",
        "UPDATE",
        "OLD.confirmed_at IS NULL AND NEW.confirmed_by IS NOT NULL AND NOT "
        + HOLDS_JOB.format(who="NEW.confirmed_by", where="m.pool_id = NEW.pool_id"),
    ),
    Guard(
        "opening_adds_up",
        "opening_money",
        "UPDATE",
        f"NEW.confirmed_at IS NOT NULL AND (NEW.amount <> {_PARTS}"
        " OR NOT EXISTS (SELECT 1 FROM entry e JOIN pool p ON p.book_id = e.book_id"
        "  WHERE p.id = NEW.pool_id AND e.seq = NEW.entry_seq AND e.kind = 'opening'"
        "  AND e.money_in = NEW.amount))",
    ),
    Guard("opening_frozen", "opening_money", "DELETE"),
    Guard("opening_frozen", "opening_part", "UPDATE"),
    Guard("opening_frozen", "opening_part", "DELETE"),
    Guard(
        "opening_frozen",
        "opening_part",
        "INSERT",
        "EXISTS (SELECT 1 FROM opening_money o WHERE o.id = NEW.opening_id"
        " AND (o.confirmed_at IS NOT NULL OR o.dropped_at IS NOT NULL))",
    ),
)
