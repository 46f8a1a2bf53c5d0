"""How a bill is shared: the rule, who came, support bands, grants, and what two people override."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('band',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('pool_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('weight', sa.String(length=10), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['membership.id'], name=op.f('fk_band_made_by')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_band_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_band'))
    )
    op.create_index(op.f('ix_band_pool_id'), 'band', ['pool_id'], unique=False)
    op.create_index('uq_band_name', 'band', ['pool_id', 'name'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('grant_fund',
    sa.Column('fund_id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.Uuid(), nullable=False),
    sa.Column('pool_id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('giver', sa.String(length=80), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['made_by'], ['membership.id'], name=op.f('fk_grant_fund_made_by')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_grant_fund_pool_id')),
    sa.PrimaryKeyConstraint('fund_id', name=op.f('pk_grant_fund')),
    sa.UniqueConstraint('key', name=op.f('uq_grant_fund_key')),
    sa.UniqueConstraint('pool_id', 'name', name=op.f('uq_grant_fund_pool_id_name'))
    )
    op.create_index(op.f('ix_grant_fund_pool_id'), 'grant_fund', ['pool_id'], unique=False)
    op.create_table('attendance',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('pool_id', sa.Uuid(), nullable=False),
    sa.Column('session_id', sa.Uuid(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('said', sa.String(length=10), nullable=False),
    sa.Column('marked_by', sa.Uuid(), nullable=False),
    sa.Column('marked_at', UTCDateTime(), nullable=False),
    sa.Column('replaced_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint("said IN ('came', 'missed', 'told')", name=op.f('ck_attendance_said')),
    sa.ForeignKeyConstraint(['marked_by'], ['membership.id'], name=op.f('fk_attendance_marked_by')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_attendance_membership_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_attendance_pool_id')),
    sa.ForeignKeyConstraint(['session_id'], ['service_session.id'], name=op.f('fk_attendance_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attendance'))
    )
    op.create_index('ix_attendance_person', 'attendance', ['membership_id', 'happened_on'], unique=False)
    op.create_index(op.f('ix_attendance_pool_id'), 'attendance', ['pool_id'], unique=False)
    op.create_index('uq_attendance_once', 'attendance', ['session_id', 'happened_on', 'membership_id'], unique=True, sqlite_where=sa.text('replaced_at IS NULL'), postgresql_where=sa.text('replaced_at IS NULL'))
    op.create_table('band_held',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('pool_id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('band_id', sa.Uuid(), nullable=False),
    sa.Column('set_by', sa.Uuid(), nullable=False),
    sa.Column('set_at', UTCDateTime(), nullable=False),
    sa.Column('confirmed_by', sa.Uuid(), nullable=True),
    sa.Column('confirmed_at', UTCDateTime(), nullable=True),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint('(confirmed_by IS NULL) = (confirmed_at IS NULL)', name=op.f('ck_band_held_whole')),
    sa.CheckConstraint('confirmed_by <> membership_id', name=op.f('ck_band_held_not_own_either')),
    sa.CheckConstraint('confirmed_by <> set_by', name=op.f('ck_band_held_two_people')),
    sa.CheckConstraint('set_by <> membership_id', name=op.f('ck_band_held_not_own')),
    sa.ForeignKeyConstraint(['band_id'], ['band.id'], name=op.f('fk_band_held_band_id')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['membership.id'], name=op.f('fk_band_held_confirmed_by')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_band_held_membership_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_band_held_pool_id')),
    sa.ForeignKeyConstraint(['set_by'], ['membership.id'], name=op.f('fk_band_held_set_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_band_held'))
    )
    op.create_index(op.f('ix_band_held_pool_id'), 'band_held', ['pool_id'], unique=False)
    op.create_index('uq_band_held_asked', 'band_held', ['membership_id'], unique=True, sqlite_where=sa.text('confirmed_at IS NULL AND ended_at IS NULL'), postgresql_where=sa.text('confirmed_at IS NULL AND ended_at IS NULL'))
    op.create_index('uq_band_held_now', 'band_held', ['membership_id'], unique=True, sqlite_where=sa.text('confirmed_at IS NOT NULL AND ended_at IS NULL'), postgresql_where=sa.text('confirmed_at IS NOT NULL AND ended_at IS NULL'))
    op.create_table('grant_cost',
    sa.Column('fund_id', sa.Uuid(), nullable=False),
    sa.Column('cost', sa.String(length=40), nullable=False),
    sa.CheckConstraint("cost IN ('day_centre', 'staff', 'building', 'transport', 'meals', 'activities', 'equipment', 'insurance', 'running_costs', 'card_fees')", name=op.f('ck_grant_cost_cost')),
    sa.ForeignKeyConstraint(['fund_id'], ['grant_fund.fund_id'], name=op.f('fk_grant_cost_fund_id')),
    sa.PrimaryKeyConstraint('fund_id', 'cost', name=op.f('pk_grant_cost'))
    )
    op.create_table('override',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('pool_id', sa.Uuid(), nullable=False),
    sa.Column('bill_id', sa.Uuid(), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('asked_at', UTCDateTime(), nullable=False),
    sa.Column('agreed_by', sa.Uuid(), nullable=True),
    sa.Column('agreed_at', UTCDateTime(), nullable=True),
    sa.Column('dropped_by', sa.Uuid(), nullable=True),
    sa.Column('dropped_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint('(agreed_at IS NULL) = (agreed_by IS NULL) AND (dropped_at IS NULL) = (dropped_by IS NULL)', name=op.f('ck_override_whole')),
    sa.CheckConstraint('agreed_at IS NULL OR dropped_at IS NULL', name=op.f('ck_override_one_end')),
    sa.CheckConstraint('agreed_by <> asked_by', name=op.f('ck_override_two_people')),
    sa.ForeignKeyConstraint(['agreed_by'], ['membership.id'], name=op.f('fk_override_agreed_by')),
    sa.ForeignKeyConstraint(['asked_by'], ['membership.id'], name=op.f('fk_override_asked_by')),
    sa.ForeignKeyConstraint(['bill_id'], ['bill.id'], name=op.f('fk_override_bill_id')),
    sa.ForeignKeyConstraint(['dropped_by'], ['membership.id'], name=op.f('fk_override_dropped_by')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_override_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_override'))
    )
    op.create_index(op.f('ix_override_bill_id'), 'override', ['bill_id'], unique=False)
    op.create_index(op.f('ix_override_pool_id'), 'override', ['pool_id'], unique=False)
    op.create_index('uq_override_bill', 'override', ['bill_id'], unique=True, sqlite_where=sa.text('dropped_at IS NULL'), postgresql_where=sa.text('dropped_at IS NULL'))
    op.execute(
        "ALTER TABLE agreement ADD COLUMN pays_first VARCHAR(10) NOT NULL DEFAULT 'soonest'"
        " CONSTRAINT ck_agreement_pays_first CHECK (pays_first IN ('soonest', 'place'))"
    )
    op.execute(
        "ALTER TABLE bill ADD COLUMN rule VARCHAR(10) CONSTRAINT ck_bill_rule"
        " CHECK (rule IN ('people', 'days', 'attendance', 'band', 'named'))"
    )
    op.add_column("bill", sa.Column("since", sa.Date(), nullable=True))
    op.add_column("bill", sa.Column("until", sa.Date(), nullable=True))
