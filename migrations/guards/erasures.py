"""Who is gone stays gone."""

from migrations.guards import Guard, changed

ERASURES = (
    Guard(
        "erasure_frozen",
        "erasure",
        "INSERT",
        "NEW.done_at IS NOT NULL OR NEW.undone_at IS NOT NULL",
    ),
    Guard(
        "erasure_frozen",
        "erasure",
        "UPDATE",
        changed("id", "person_id", "asked_at", "due_at")
        + " OR (OLD.done_at IS NOT NULL AND ("
        + changed("done_at", "undone_at", "told_at", "kept", "kept_until")
        + "))"
        " OR (OLD.undone_at IS NOT NULL AND (" + changed("done_at", "undone_at", "told_at") + "))"
        " OR (NEW.done_at IS NOT NULL AND NEW.done_at < NEW.due_at)",
    ),
    Guard("erasure_frozen", "erasure", "DELETE"),
)
