"""What a question is for is frozen with it; a need is ended and never rewritten."""

from migrations.guards import ERASED_ONLY, Guard, changed

PLANS = (
    # The roll is written after: from then on people may have read it.
    Guard(
        "vote_frozen",
        "proposal_serves",
        "INSERT",
        "EXISTS (SELECT 1 FROM roll r WHERE r.proposal_id = NEW.proposal_id)",
    ),
    Guard("vote_frozen", "proposal_serves", "UPDATE"),
    Guard("vote_frozen", "proposal_serves", "DELETE"),
    Guard(
        "need_frozen",
        "need",
        "UPDATE",
        changed("id", "plan_id", "kind", "made_at") + f" OR {ERASED_ONLY}",
    ),
)
