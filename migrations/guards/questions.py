"""Questions on a line: who asked decides when they are answered."""

from migrations.guards import (
    ERASED_ONLY,
    HOLDS_JOB,
    OTHER_GROUP,
    OWN_MONEY,
    PAYEE_OF,
    PAYEE_SIDE,
    Guard,
    changed,
)

_ASKED = "(SELECT q.{column} FROM question_asked q WHERE q.id = NEW.question_id)"

QUESTIONS = (
    Guard(
        "question_frozen",
        "question_asked",
        "INSERT",
        "NEW.closed_at IS NOT NULL OR NEW.late_at IS NOT NULL",
    ),
    Guard("question_same_group", "question_asked", "INSERT", OTHER_GROUP),
    Guard(
        "question_not_payee",
        "question_asked",
        "INSERT",
        PAYEE_SIDE.format(payee=PAYEE_OF.format(bill="NEW.bill_id"), who="NEW.asked_by"),
    ),
    Guard(
        "question_frozen",
        "question_asked",
        "UPDATE",
        changed("id", "pool_id", "book_id", "seq", "bill_id", "asked_by", "kind", "seen_by")
        + f" OR {changed('asked_at')} OR {ERASED_ONLY}"
        + f" OR (OLD.closed_at IS NOT NULL AND ({changed('closed_at', 'answer_by', 'late_at')}))",
    ),
    Guard("question_frozen", "question_asked", "DELETE"),
    Guard(
        "question_needs_answer",
        "question_asked",
        "UPDATE",
        # A good answer ends it; or the asker is gone, so that nobody could ever say so.
        "NEW.closed_at IS NOT NULL AND OLD.closed_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM answer a WHERE a.question_id = NEW.id AND a.good)"
        " AND NOT EXISTS (SELECT 1 FROM membership m JOIN erasure e ON e.person_id = m.person_id"
        "  WHERE m.id = NEW.asked_by AND e.undone_at IS NULL AND e.due_at <= NEW.closed_at)",
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
        + HOLDS_JOB.format(
            who="NEW.answered_by", where="m.pool_id = " + _ASKED.format(column="pool_id")
        ),
    ),
    Guard(
        "answer_not_payee",
        "answer",
        "INSERT",
        PAYEE_SIDE.format(
            payee=PAYEE_OF.format(bill=_ASKED.format(column="bill_id")), who="NEW.answered_by"
        )
        + " OR "
        + OWN_MONEY.format(
            row="question_asked", id="NEW.question_id", who="NEW.answered_by", kinds="'paid_back'"
        ),
    ),
    Guard(
        "answer_frozen",
        "answer",
        "UPDATE",
        changed("id", "question_id", "asked_by", "answered_by", "answered_at")
        + f" OR {ERASED_ONLY} OR (OLD.good IS NOT NULL AND ({changed('good', 'decided_at')}))",
    ),
    Guard("answer_frozen", "answer", "DELETE"),
)
