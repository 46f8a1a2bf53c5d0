"""Runs the migrations over the connection that db.engine() gives, then makes the triggers again."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

import db
from migrations import tables, triggers  # noqa: F401 - tables: every model, for autogenerate


def render_item(kind: str, item: Any, autogenerate: Any) -> str | Literal[False]:
    """SQLModel's own column types, written so that a migration stands alone."""
    name = type(item).__name__
    if kind == "type" and name == "AutoString":
        length = getattr(item, "length", None)
        return f"sa.String(length={length})" if length else "sa.String()"
    if kind == "type" and name == "UTCDateTime":
        autogenerate.imports.add("from sqlmodel.sql.sqltypes import UTCDateTime")
        return "UTCDateTime()"
    return False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_item=render_item,
        render_as_batch=False,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
        triggers.make_again(connection)


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with db.engine().connect().execution_options(writes=True) as opened:
        migrate(opened)
        opened.commit()
