"""The weekly letter: how far each went, and who wants none."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "no_weekly",
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("stopped_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_no_weekly_membership_id")
        ),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_no_weekly")),
    )
    op.create_table(
        "weekly_letter",
        sa.Column("pool_id", sa.Uuid(), nullable=False),
        sa.Column("friday", sa.Date(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pool.id"], name=op.f("fk_weekly_letter_pool_id")),
        sa.PrimaryKeyConstraint("pool_id", "friday", name=op.f("pk_weekly_letter")),
    )


def downgrade() -> None:
    op.drop_table("weekly_letter")
    op.drop_table("no_weekly")
