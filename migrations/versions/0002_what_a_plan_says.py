"""What a person keeps of their plan, what a spending is for, and who pays beyond their plan."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('plan',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('name_there', sa.String(length=80), nullable=False),
    sa.Column('funder', sa.String(length=80), nullable=False),
    sa.Column('reference', sa.String(length=40), nullable=False),
    sa.Column('weekly', sa.BigInteger(), nullable=False),
    sa.Column('limit_weeks', sa.Integer(), nullable=False),
    sa.Column('elsewhere', sa.BigInteger(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('managed_by', sa.String(length=120), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint("source IN ('direct_payment', 'isf', 'health_budget', 'own_money', 'ndis', 'grant')", name=op.f('ck_plan_source')),
    sa.CheckConstraint('ends_on IS NULL OR ends_on > starts_on', name=op.f('ck_plan_dates')),
    sa.CheckConstraint('elsewhere >= 0 AND elsewhere <= 10000000', name=op.f('ck_plan_elsewhere')),
    sa.CheckConstraint('limit_weeks BETWEEN 1 AND 52', name=op.f('ck_plan_limit_weeks')),
    sa.CheckConstraint('weekly > 0 AND weekly <= 10000000', name=op.f('ck_plan_weekly')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_plan_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan'))
    )
    op.create_index(op.f('ix_plan_person_id'), 'plan', ['person_id'], unique=False)
    op.create_index('uq_plan_one_open', 'plan', ['person_id', 'source'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('need',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint("kind IN ('people', 'out', 'learning', 'well', 'eating', 'home', 'work', 'family', 'travel')", name=op.f('ck_need_kind')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_need_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_need'))
    )
    op.create_index(op.f('ix_need_plan_id'), 'need', ['plan_id'], unique=False)
    op.create_table('own_account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('on_day', sa.Date(), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.CheckConstraint('amount >= 0 AND amount <= 1000000000', name=op.f('ck_own_account_amount')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_own_account_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_account'))
    )
    op.create_index(op.f('ix_own_account_plan_id'), 'own_account', ['plan_id'], unique=False)
    op.create_table('weeks_warning',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('plan_id', sa.Uuid(), nullable=False),
    sa.Column('parts', sa.Integer(), nullable=False),
    sa.Column('warned_at', UTCDateTime(), nullable=False),
    sa.Column('fell_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint('parts IN (75, 100)', name=op.f('ck_weeks_warning_parts')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_weeks_warning_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_weeks_warning'))
    )
    op.create_index(op.f('ix_weeks_warning_plan_id'), 'weeks_warning', ['plan_id'], unique=False)
    op.create_index('uq_weeks_warning_once', 'weeks_warning', ['plan_id', 'parts'], unique=True, sqlite_where=sa.text('fell_at IS NULL'), postgresql_where=sa.text('fell_at IS NULL'))
    op.create_table('service_serves',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('since', UTCDateTime(), nullable=False),
    sa.Column('until', UTCDateTime(), nullable=True),
    sa.CheckConstraint("kind IN ('people', 'out', 'learning', 'well', 'eating', 'home', 'work', 'family', 'travel')", name=op.f('ck_service_serves_kind')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_serves_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_serves'))
    )
    op.create_index(op.f('ix_service_serves_service_id'), 'service_serves', ['service_id'], unique=False)
    op.create_index('uq_service_serves', 'service_serves', ['service_id', 'kind'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
    op.create_table('pays_anyway',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('proposal_id', sa.Uuid(), nullable=True),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint('(service_id IS NULL) <> (proposal_id IS NULL)', name=op.f('ck_pays_anyway_one')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_pays_anyway_membership_id')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_pays_anyway_proposal_id')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_pays_anyway_service_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pays_anyway'))
    )
    op.create_index(op.f('ix_pays_anyway_membership_id'), 'pays_anyway', ['membership_id'], unique=False)
    op.create_index('uq_pays_anyway_proposal', 'pays_anyway', ['proposal_id', 'membership_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL AND proposal_id IS NOT NULL'), postgresql_where=sa.text('ended_at IS NULL AND proposal_id IS NOT NULL'))
    op.create_index('uq_pays_anyway_service', 'pays_anyway', ['service_id', 'membership_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL AND service_id IS NOT NULL'), postgresql_where=sa.text('ended_at IS NULL AND service_id IS NOT NULL'))
    op.create_table('proposal_serves',
    sa.Column('proposal_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.CheckConstraint("kind IN ('people', 'out', 'learning', 'well', 'eating', 'home', 'work', 'family', 'travel')", name=op.f('ck_proposal_serves_kind')),
    sa.ForeignKeyConstraint(['proposal_id'], ['proposal.id'], name=op.f('fk_proposal_serves_proposal_id')),
    sa.PrimaryKeyConstraint('proposal_id', 'kind', name=op.f('pk_proposal_serves'))
    )
    op.create_table('share_need',
    sa.Column('bill_id', sa.Uuid(), nullable=False),
    sa.Column('fund_id', sa.Uuid(), nullable=False),
    sa.Column('need_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['bill_id', 'fund_id'], ['bill_share.bill_id', 'bill_share.fund_id'], name=op.f('fk_share_need_bill_id_fund_id')),
    sa.ForeignKeyConstraint(['need_id'], ['need.id'], name=op.f('fk_share_need_need_id')),
    sa.PrimaryKeyConstraint('bill_id', 'fund_id', 'need_id', name=op.f('pk_share_need'))
    )
    op.create_index(op.f('ix_share_need_need_id'), 'share_need', ['need_id'], unique=False)
