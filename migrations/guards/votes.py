"""Votes: one a member, frozen once closed, counted as they lie."""

from migrations.guards import Guard, changed, taken_away

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
        "((OLD.closed_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL) AND ("
        + changed(
            *("closed_at", "cancelled_at", "cancelled_by", "reminded_at"),
            *("passed", "yes", "no", "unsure"),
        )
        + f" OR {taken_away('proposal', 'title')} OR {taken_away('proposal', 'words')} OR {taken_away('proposal', 'payee')}))"
        + " OR (OLD.closed_at IS NULL AND OLD.cancelled_at IS NULL AND ("
        + changed("title", "words", "payee")
        + ")) OR "
        + changed(
            "id",
            "pool_id",
            "kind",
            "rule",
            "amount",
            "cost",
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
