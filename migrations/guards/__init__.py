"""What the database itself refuses, one file a room; the same rules on both databases.

Each guard is a condition in SQL that both speak.
"""

from dataclasses import dataclass

ALWAYS = "1 = 1"


@dataclass(frozen=True)
class Guard:
    """Refuse `moment` (INSERT, UPDATE, DELETE) on `table` where `condition` holds.

    `name` is the key of the sentence in db.sentences.
    """

    name: str
    table: str
    moment: str
    condition: str = ALWAYS

    @property
    def trigger(self) -> str:
        return f"{self.name}_{self.table}_{self.moment.lower()}"


@dataclass(frozen=True)
class Keep:
    """After `moment` on `table`, where `condition` holds, run `statement`."""

    name: str
    table: str
    moment: str
    condition: str
    statement: str


def changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


HOLDS_JOB = (
    "EXISTS (SELECT 1 FROM membership m JOIN role r"
    " ON r.pool_id = m.pool_id AND r.person_id = m.person_id AND r.until IS NULL"
    " WHERE m.id = {who} AND m.left_at IS NULL AND {where})"
)
PAYEE_SIDE = (
    "(EXISTS (SELECT 1 FROM interest i WHERE i.payee_id = {payee} AND i.membership_id = {who})"
    " OR EXISTS (SELECT 1 FROM payee p JOIN provider_person pp ON pp.provider_id = p.provider_id"
    "  JOIN membership m ON m.person_id = pp.person_id WHERE p.id = {payee} AND m.id = {who}))"
)

OWN_MONEY = (
    "EXISTS (SELECT 1 FROM {row} x JOIN entry e ON e.book_id = x.book_id AND e.seq = x.seq"
    " JOIN posting p ON p.book_id = e.book_id AND p.seq = e.seq"
    " JOIN fund f ON f.book_id = p.book_id AND f.fund_id = p.fund_id"
    " JOIN membership m ON m.code = f.owner_code"
    " WHERE x.id = {id} AND m.id = {who} AND e.kind IN ({kinds}))"
)
PAYEE_OF = "(SELECT b.payee_id FROM bill b WHERE b.id = {bill})"
OTHER_GROUP = (
    "NEW.book_id IS DISTINCT FROM (SELECT p.book_id FROM pool p WHERE p.id = NEW.pool_id)"
    " OR NEW.pool_id <> (SELECT b.pool_id FROM bill b WHERE b.id = NEW.bill_id)"
)
ERASED_ONLY = "(NEW.words <> OLD.words AND NEW.words <> '')"

# What stands where words were taken away for a person who is gone.
GONE = "Words taken away"


def taken_away(table: str, column: str) -> str:
    """True if these words became other words, and were not taken away because somebody looked at
    them, or had time to.
    """
    return (
        f"(NEW.{column} IS DISTINCT FROM OLD.{column} AND (NEW.{column} <> '{GONE}' OR NOT EXISTS"
        " (SELECT 1 FROM named_words n WHERE n.row_id = OLD.id"
        f" AND n.place = '{table}.{column}')))"
    )
