"""How costs are shared: who came, bands, what a grant may pay for, and what two people override."""

from migrations.guards import ALWAYS, HOLDS_JOB, PAYEE_SIDE, Guard, changed

_BILL = "(SELECT b.{column} FROM bill b WHERE b.id = {bill})"
_HERE = "m.pool_id = NEW.pool_id"
_MEMBER_ELSEWHERE = (
    "NEW.pool_id <> (SELECT m.pool_id FROM membership m WHERE m.id = NEW.membership_id)"
)

# What a fund has, wherever it lies; the funds of a bill's group that are below zero.
_HAS = (
    "(SELECT COALESCE(SUM(k.amount), 0) FROM balance k"
    " JOIN account a ON a.book_id = k.book_id AND a.code = k.account AND a.kind = 'asset'"
    " WHERE k.book_id = p.book_id AND k.unit = p.currency AND k.fund_id = {fund})"
)
_BELOW_ZERO = (
    "EXISTS (SELECT 1 FROM pool p JOIN balance k ON k.book_id = p.book_id AND k.unit = p.currency"
    " JOIN account a ON a.book_id = k.book_id AND a.code = k.account AND a.kind = 'asset'"
    " WHERE p.id = {pool} GROUP BY k.fund_id HAVING SUM(k.amount) < 0)"
)
# Somebody whose own money is below zero, or would be by this bill.
_OWN_SHORT = (
    "EXISTS (SELECT 1 FROM funding_source s JOIN pool p ON p.id = s.pool_id"
    f" WHERE s.membership_id = {{who}} AND {_HAS.format(fund='s.fund_id')} <"
    " (SELECT COALESCE(SUM(x.amount), 0) FROM bill_share x"
    "  WHERE x.bill_id = NEW.bill_id AND x.fund_id = s.fund_id))"
)
_OPEN_BILL = (
    "EXISTS (SELECT 1 FROM bill b WHERE b.id = NEW.bill_id"
    " AND b.withdrawn_at IS NULL AND b.paid_seq IS NULL)"
)
_AGREES = "OLD.agreed_by IS NULL AND NEW.agreed_by IS NOT NULL AND "
_OVERRIDDEN = (
    "EXISTS (SELECT 1 FROM override o WHERE o.bill_id = {bill} AND o.agreed_at IS NOT NULL)"
)


def _authorised(who: str, moment: str, when: str = "") -> tuple[Guard, ...]:
    """Somebody with a job, whose own money is not short, and who is not on the payee's side."""
    payee = _BILL.format(column="payee_id", bill="NEW.bill_id")
    return (
        Guard(
            "override_by_role", "override", moment,
            f"{when}NOT {HOLDS_JOB.format(who=who, where=_HERE)}",
        ),
        Guard(
            "override_not_payee", "override", moment,
            f"{when}{PAYEE_SIDE.format(payee=payee, who=who)}",
        ),
        Guard("override_not_own", "override", moment, f"{when}{_OWN_SHORT.format(who=who)}"),
        Guard("override_open_bill", "override", moment, f"{when}NOT {_OPEN_BILL}"),
    )  # fmt: skip


SHARING = (
    # The register.
    Guard(
        "attendance_by_role",
        "attendance",
        "INSERT",
        f"NOT {HOLDS_JOB.format(who='NEW.marked_by', where=_HERE)}",
    ),
    Guard(
        "attendance_same_group",
        "attendance",
        "INSERT",
        f"{_MEMBER_ELSEWHERE} OR NEW.pool_id <>"
        " (SELECT s.pool_id FROM service_session s WHERE s.id = NEW.session_id)",
    ),
    Guard(
        "attendance_frozen",
        "attendance",
        "UPDATE",
        changed(
            "id",
            "pool_id",
            "session_id",
            "happened_on",
            "membership_id",
            "said",
            "marked_by",
            "marked_at",
        )
        + " OR OLD.replaced_at IS NOT NULL OR NEW.replaced_at IS NULL",
    ),
    Guard("attendance_frozen", "attendance", "DELETE"),
    # Bands.
    Guard(
        "band_by_role",
        "band",
        "INSERT",
        f"NOT {HOLDS_JOB.format(who='NEW.made_by', where=_HERE)}",
    ),
    Guard(
        "band_frozen",
        "band",
        "UPDATE",
        changed("id", "pool_id", "name", "weight", "made_by", "made_at")
        + " OR OLD.ended_at IS NOT NULL",
    ),
    Guard("band_frozen", "band", "DELETE"),
    Guard("band_frozen", "band_held", "INSERT", "NEW.confirmed_at IS NOT NULL"),
    Guard(
        "band_by_role",
        "band_held",
        "INSERT",
        f"NOT {HOLDS_JOB.format(who='NEW.set_by', where=_HERE)}",
    ),
    Guard(
        "band_same_group",
        "band_held",
        "INSERT",
        f"{_MEMBER_ELSEWHERE} OR NEW.pool_id <>"
        " (SELECT x.pool_id FROM band x WHERE x.id = NEW.band_id)",
    ),
    Guard(
        "band_by_role",
        "band_held",
        "UPDATE",
        "OLD.confirmed_by IS NULL AND NEW.confirmed_by IS NOT NULL AND NOT "
        + HOLDS_JOB.format(who="NEW.confirmed_by", where=_HERE),
    ),
    Guard(
        "band_frozen",
        "band_held",
        "UPDATE",
        changed("id", "pool_id", "membership_id", "band_id", "set_by", "set_at")
        + " OR OLD.ended_at IS NOT NULL"
        " OR (OLD.confirmed_at IS NOT NULL AND NEW.confirmed_by IS DISTINCT FROM OLD.confirmed_by)",
    ),
    Guard("band_frozen", "band_held", "DELETE"),
    # Grants, and what each may pay for.
    Guard(
        "grant_by_role",
        "grant_fund",
        "INSERT",
        "NOT "
        + HOLDS_JOB.format(
            who="NEW.made_by", where=_HERE + " AND r.kind IN ('treasurer', 'organiser')"
        ),
    ),
    Guard(
        "grant_same_group",
        "grant_fund",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM fund f JOIN pool p ON p.book_id = f.book_id"
        " WHERE p.id = NEW.pool_id AND f.fund_id = NEW.fund_id AND f.kind = 'grant')",
    ),
    Guard("grant_frozen", "grant_fund", "UPDATE", ALWAYS),
    Guard("grant_frozen", "grant_fund", "DELETE"),
    Guard("grant_frozen", "grant_cost", "UPDATE", ALWAYS),
    Guard("grant_frozen", "grant_cost", "DELETE"),
    Guard(
        "grant_frozen",
        "grant_cost",
        "INSERT",
        "EXISTS (SELECT 1 FROM bill_share s WHERE s.fund_id = NEW.fund_id)",
    ),
    # A member's money pays only their own share; a grant only what it was given for; other money
    # of the group only what a vote decided.
    Guard(
        "fund_may_pay",
        "bill_share",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM bill b JOIN pool p ON p.id = b.pool_id"
        " JOIN authority u ON u.id = b.authority_id"
        " JOIN fund f ON f.book_id = p.book_id AND f.fund_id = NEW.fund_id"
        " LEFT JOIN grant_fund g ON g.fund_id = f.fund_id"
        " WHERE b.id = NEW.bill_id AND ("
        "  (f.kind = 'member' AND f.owner_code ="
        "   (SELECT m.code FROM membership m WHERE m.id = NEW.membership_id))"
        "  OR (f.kind IN ('reserve', 'solidarity', 'grant') AND NEW.membership_id IS NULL"
        "   AND (u.kind = 'vote' OR g.fund_id IS NOT NULL)"
        "   AND (g.until IS NULL OR g.until >= b.billed_on)"
        "   AND (NOT EXISTS (SELECT 1 FROM grant_cost c WHERE c.fund_id = f.fund_id)"
        "    OR EXISTS (SELECT 1 FROM grant_cost c"
        "     WHERE c.fund_id = f.fund_id AND c.cost = b.cost)))))",
    ),
    # Two people decide that a bill is paid though money is late.
    Guard(
        "override_frozen",
        "override",
        "INSERT",
        "NEW.agreed_at IS NOT NULL OR NEW.dropped_at IS NOT NULL",
    ),
    Guard(
        "override_same_group",
        "override",
        "INSERT",
        f"NEW.pool_id <> {_BILL.format(column='pool_id', bill='NEW.bill_id')}",
    ),
    *_authorised("NEW.asked_by", "INSERT"),
    Guard(
        "override_frozen",
        "override",
        "UPDATE",
        changed("id", "pool_id", "bill_id", "asked_by", "asked_at")
        + " OR (NEW.why <> OLD.why AND NEW.why <> '') OR (OLD.dropped_at IS NOT NULL AND ("
        + changed("agreed_by", "agreed_at", "dropped_by", "dropped_at")
        + ")) OR (OLD.agreed_at IS NOT NULL AND ("
        + changed("agreed_by", "agreed_at", "dropped_at")
        + "))",
    ),
    Guard("override_frozen", "override", "DELETE"),
    *_authorised("NEW.agreed_by", "UPDATE", _AGREES),
    Guard(
        "spending_paused",
        "approval",
        "INSERT",
        _BELOW_ZERO.format(pool=_BILL.format(column="pool_id", bill="NEW.bill_id"))
        + f" AND NOT {_OVERRIDDEN.format(bill='NEW.bill_id')}",
    ),
    # A line of the book that says two people decided it: they did, for the bill that it pays.
    Guard(
        "override_by_two",
        "entry",
        "INSERT",
        "NEW.authority LIKE 'override:%'"
        " AND EXISTS (SELECT 1 FROM pool p WHERE p.book_id = NEW.book_id)"
        " AND NOT EXISTS (SELECT 1 FROM override o JOIN pool p ON p.id = o.pool_id"
        "  WHERE p.book_id = NEW.book_id AND o.agreed_at IS NOT NULL"
        "  AND REPLACE(CAST(o.id AS VARCHAR(40)), '-', '') ="
        "   REPLACE(SUBSTR(NEW.authority, 10), '-', '')"
        "  AND REPLACE(CAST(o.bill_id AS VARCHAR(40)), '-', '') ="
        "   REPLACE(SUBSTR(NEW.key, 6, 36), '-', ''))",
    ),
)
