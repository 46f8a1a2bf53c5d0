"""Makes the triggers of guards/, in the words of each database.

They are dropped and made again after every
migration, since rebuilding a table on SQLite silently loses its triggers.
"""

from sqlalchemy import Connection, text

from migrations.guards import (
    Guard,
    Keep,
    agreements,
    bank,
    bills,
    corrections,
    erasures,
    ledger,
    months,
    packs,
    plans,
    questions,
    sharing,
    votes,
)

RULES = (
    *ledger.LEDGER,
    *months.MONTHS,
    *votes.VOTES,
    *bills.BILLS,
    *corrections.CORRECTIONS,
    *questions.QUESTIONS,
    *agreements.AGREEMENTS,
    *erasures.ERASURES,
    *sharing.SHARING,
    *packs.PACKS,
    *plans.PLANS,
    *bank.BANK,
)
GUARDS = tuple(rule for rule in RULES if isinstance(rule, Guard))
KEEPS = tuple(rule for rule in RULES if isinstance(rule, Keep))
NEVER_EMPTIED = (
    "book",
    "account",
    "fund",
    "entry",
    "posting",
    "entry_text",
    "text_gone",
    "erasure",
    "month_mark",
    "checkpoint",
    "closing",
    "agreement",
    "bill",
    "approval",
    "correction",
    "opening_money",
    "opening_part",
    "question_asked",
    "answer",
    "proposal",
    "roll",
    "ballot",
    "attendance",
    "band",
    "band_held",
    "grant_fund",
    "grant_cost",
    "override",
    "kept_statement",
    "pack_look",
)


def make_again(connection: Connection) -> None:
    """Drop and create every trigger. Safe to run at any time, any number of times."""
    make = _sqlite if connection.dialect.name == "sqlite" else _postgres
    for statement in make():
        connection.execute(text(statement))


def _sqlite() -> list[str]:
    made = []
    for guard in GUARDS:
        made += [
            f"DROP TRIGGER IF EXISTS {guard.trigger}",
            f"CREATE TRIGGER {guard.trigger} BEFORE {guard.moment} ON {guard.table}"
            f" WHEN {guard.condition} BEGIN SELECT RAISE(ABORT, '{guard.name}'); END",
        ]
    for keep in KEEPS:
        made += [
            f"DROP TRIGGER IF EXISTS {keep.name}",
            f"CREATE TRIGGER {keep.name} AFTER {keep.moment} ON {keep.table}"
            f" WHEN {keep.condition} BEGIN {keep.statement}; END",
        ]
    return made


def _postgres() -> list[str]:
    made = []
    for guard in GUARDS:
        body = (
            f"IF {guard.condition} THEN RAISE EXCEPTION '{guard.name}'"
            " USING ERRCODE = 'check_violation'; END IF;"
            f" RETURN {'OLD' if guard.moment == 'DELETE' else 'NEW'};"
        )
        made += _function(guard.trigger, body, f"BEFORE {guard.moment}", guard.table)
    for keep in KEEPS:
        body = f"IF {keep.condition} THEN {keep.statement}; END IF; RETURN NULL;"
        made += _function(keep.name, body, f"AFTER {keep.moment}", keep.table)
    for table in NEVER_EMPTIED:
        body = "RAISE EXCEPTION 'ledger_append_only' USING ERRCODE = 'check_violation';"
        made += _function(
            f"never_emptied_{table}", body, "BEFORE TRUNCATE", table, each="STATEMENT"
        )
    return made


def _function(name: str, body: str, when: str, table: str, *, each: str = "ROW") -> list[str]:
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN {body} END $$",
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()",
    ]
