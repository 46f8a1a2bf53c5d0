"""Closed months: no line goes into one, what lay there adds up, and two people did it."""

from migrations.guards import HOLDS_JOB, Guard, changed

_LAST = (
    "(SELECT k.{column} FROM month_mark k WHERE k.book_id = NEW.book_id"
    " ORDER BY k.number DESC LIMIT 1)"
)
_UNTIL, _UNTIL_ON = _LAST.format(column="until"), _LAST.format(column="until_on")
_CLOSES = (
    "SELECT {what} FROM month_mark k WHERE k.book_id = NEW.book_id AND k.kind = 'close'"
    " AND k.month = {month}"
)
_FIRST = "(SELECT MIN(e.month) FROM entry e WHERE e.book_id = NEW.book_id)"
# What was counted, less what lay there when the month before was closed, less the month itself.
_SUMS = (
    "SELECT c.fund_id, c.account, c.unit, c.amount FROM checkpoint c"
    " WHERE c.book_id = NEW.book_id AND c.number = NEW.number"
    " UNION ALL SELECT c.fund_id, c.account, c.unit, -c.amount FROM checkpoint c"
    " WHERE c.book_id = NEW.book_id AND c.number ="
    f" ({_CLOSES.format(what='MAX(k.number)', month='NEW.month - 1')})"
    " UNION ALL SELECT t.fund_id, t.account, t.unit, -t.amount FROM month_total t"
    " JOIN account a ON a.book_id = t.book_id AND a.code = t.account AND a.kind = 'asset'"
    " WHERE t.book_id = NEW.book_id AND t.month = NEW.month"
)
_IN_BANK = (
    "(SELECT COALESCE(SUM(c.amount), 0) FROM checkpoint c"
    " WHERE c.book_id = NEW.book_id AND c.number = NEW.number AND c.account = 'bank'"
    " AND c.unit = (SELECT b.unit FROM book b WHERE b.book_id = NEW.book_id))"
)

MONTHS = (
    # At the move of the head, so that it costs a batch no more than one line.
    Guard(
        "month_closed",
        "book",
        "UPDATE",
        "EXISTS (SELECT 1 FROM entry e WHERE e.book_id = NEW.book_id AND e.seq > OLD.head_seq"
        f" AND (e.month <= {_UNTIL} OR e.happened_on <= {_UNTIL_ON}))"
        " OR EXISTS (SELECT 1 FROM posting p WHERE p.book_id = NEW.book_id"
        f" AND p.seq > OLD.head_seq AND p.month <= {_UNTIL})",
    ),
    *(
        Guard(
            "month_closed",
            "month_total",
            moment,
            f"{row}.month <= {_UNTIL.replace('NEW.', f'{row}.')}",
        )
        for moment, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    ),
    Guard("months_append_only", "checkpoint", "UPDATE"),
    Guard("months_append_only", "checkpoint", "DELETE"),
    Guard(
        "months_append_only",
        "checkpoint",
        "INSERT",
        f"NEW.number <= {_LAST.format(column='number')}",
    ),
    Guard("months_append_only", "month_mark", "DELETE"),
    # Of its words only this: they may go, for a person who asks.
    Guard(
        "months_append_only",
        "month_mark",
        "UPDATE",
        changed(
            *("book_id", "number", "kind", "month", "seq", "head", "until", "until_on"),
            *("first_by", "second_by", "recorded_at", "bank_says", "bank_book"),
            *("content", "hash"),
        )
        + " OR NEW.words IS NOT NULL OR NEW.salt IS NOT NULL",
    ),
    Guard(
        "months_in_order",
        "month_mark",
        "INSERT",
        f"NEW.number <> COALESCE({_LAST.format(column='number')}, 0) + 1"
        " OR NOT EXISTS (SELECT 1 FROM book b WHERE b.book_id = NEW.book_id"
        "  AND b.head_seq = NEW.seq AND b.head_hash = NEW.head)"
        " OR (NEW.kind = 'close' AND (NEW.until IS DISTINCT FROM NEW.month"
        f"  OR NEW.month IS DISTINCT FROM COALESCE({_UNTIL} + 1, {_FIRST})))"
        f" OR (NEW.kind = 'open' AND (NEW.month > COALESCE({_UNTIL}, -1)"
        f"  OR NOT EXISTS ({_CLOSES.format(what='1', month='NEW.month')})"
        "  OR NEW.until IS DISTINCT FROM (CASE WHEN EXISTS"
        f"   ({_CLOSES.format(what='1', month='NEW.month - 1')}) THEN NEW.month - 1 END)))",
    ),
    Guard(
        "months_add_up",
        "month_mark",
        "INSERT",
        "(NEW.kind = 'close' AND (EXISTS (SELECT 1 FROM"
        f" ({_SUMS}) s GROUP BY s.fund_id, s.account, s.unit HAVING SUM(s.amount) <> 0)"
        f" OR NEW.bank_book <> {_IN_BANK}))"
        " OR (NEW.kind = 'open' AND EXISTS (SELECT 1 FROM checkpoint c"
        "  WHERE c.book_id = NEW.book_id AND c.number = NEW.number))",
    ),
    # Saying so, and the second person's yes.
    Guard(
        "closing_frozen",
        "closing",
        "INSERT",
        "NEW.agreed_at IS NOT NULL OR NEW.dropped_at IS NOT NULL",
    ),
    Guard(
        "closing_same_group",
        "closing",
        "INSERT",
        "NEW.book_id IS DISTINCT FROM (SELECT p.book_id FROM pool p WHERE p.id = NEW.pool_id)",
    ),
    Guard(
        "closing_by_role",
        "closing",
        "INSERT",
        "NOT "
        + HOLDS_JOB.format(
            who="NEW.asked_by",
            where="m.pool_id = NEW.pool_id"
            " AND (NEW.kind = 'open' OR r.kind IN ('treasurer', 'organiser'))",
        ),
    ),
    Guard(
        "closing_frozen",
        "closing",
        "UPDATE",
        changed("id", "pool_id", "book_id", "kind", "month", "seen", "asked_by", "asked_at")
        + " OR (NEW.words <> OLD.words AND NEW.words <> '') OR (OLD.dropped_at IS NOT NULL"
        f" AND ({changed('dropped_by', 'dropped_at', 'agreed_at')}))"
        f" OR (OLD.agreed_at IS NOT NULL AND ({changed('agreed_by', 'agreed_at', 'number')}))",
    ),
    Guard("closing_frozen", "closing", "DELETE"),
    Guard(
        "closing_by_role",
        "closing",
        "UPDATE",
        "OLD.agreed_at IS NULL AND NEW.agreed_by IS NOT NULL AND NOT "
        + HOLDS_JOB.format(who="NEW.agreed_by", where="m.pool_id = NEW.pool_id"),
    ),
    # The mark itself says that it was these two.
    Guard(
        "closing_by_mark",
        "closing",
        "UPDATE",
        "OLD.agreed_at IS NULL AND NEW.agreed_at IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM month_mark k"
        "  JOIN membership a ON a.id = NEW.asked_by AND a.code = k.first_by"
        "  JOIN membership b ON b.id = NEW.agreed_by AND b.code = k.second_by"
        "  WHERE k.book_id = NEW.book_id AND k.number = NEW.number"
        "  AND k.kind = NEW.kind AND k.month = NEW.month)",
    ),
)
