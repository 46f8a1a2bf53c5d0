"""The money book: nothing is rubbed out, and each line adds up."""

from migrations.guards import Guard, changed

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

LEDGER = (
    *(
        Guard("ledger_append_only", table, moment)
        for table in ("entry", "posting", "account", "fund")
        for moment in ("UPDATE", "DELETE")
    ),
    Guard("ledger_append_only", "entry_text", "UPDATE"),
    # Words go only if it is written down that they did, and for whom.
    Guard(
        "words_kept",
        "entry_text",
        "DELETE",
        "NOT EXISTS (SELECT 1 FROM text_gone t WHERE t.book_id = OLD.book_id"
        " AND t.seq = OLD.seq AND t.field = OLD.field)",
    ),
    Guard(
        "words_kept",
        "text_gone",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM erasure e WHERE e.id = NEW.because AND e.undone_at IS NULL"
        " AND e.due_at <= NEW.gone_at)"
        " OR NOT EXISTS (SELECT 1 FROM entry_text t WHERE t.book_id = NEW.book_id"
        "  AND t.seq = NEW.seq AND t.field = NEW.field)",
    ),
    Guard("words_kept", "text_gone", "UPDATE"),
    Guard("words_kept", "text_gone", "DELETE"),
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
