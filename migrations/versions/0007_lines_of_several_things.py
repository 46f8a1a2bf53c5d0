"""Bank lines that are several things: parts, what came back, and the money before the first file."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('opening_money',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('pool_id', sa.Uuid(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('shown_by', sa.String(length=200), nullable=False),
    sa.Column('evidence_id', sa.Uuid(), nullable=True),
    sa.Column('said_by', sa.Uuid(), nullable=False),
    sa.Column('said_at', UTCDateTime(), nullable=False),
    sa.Column('confirmed_by', sa.Uuid(), nullable=True),
    sa.Column('confirmed_at', UTCDateTime(), nullable=True),
    sa.Column('dropped_by', sa.Uuid(), nullable=True),
    sa.Column('dropped_at', UTCDateTime(), nullable=True),
    sa.Column('entry_seq', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_at IS NULL) = (entry_seq IS NULL) AND (dropped_at IS NULL) = (dropped_by IS NULL)', name=op.f('ck_opening_money_whole')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_opening_money_amount')),
    sa.CheckConstraint('confirmed_at IS NULL OR dropped_at IS NULL', name=op.f('ck_opening_money_one_end')),
    sa.CheckConstraint('confirmed_by <> said_by', name=op.f('ck_opening_money_two_people')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['membership.id'], name=op.f('fk_opening_money_confirmed_by')),
    sa.ForeignKeyConstraint(['dropped_by'], ['membership.id'], name=op.f('fk_opening_money_dropped_by')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_opening_money_evidence_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_opening_money_pool_id')),
    sa.ForeignKeyConstraint(['said_by'], ['membership.id'], name=op.f('fk_opening_money_said_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opening_money'))
    )
    op.create_index(op.f('ix_opening_money_pool_id'), 'opening_money', ['pool_id'], unique=False)
    op.create_index('uq_opening_money_one', 'opening_money', ['pool_id'], unique=True, sqlite_where=sa.text('confirmed_at IS NULL AND dropped_at IS NULL'), postgresql_where=sa.text('confirmed_at IS NULL AND dropped_at IS NULL'))
    op.create_table('bank_apart',
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('of_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['line_id'], ['bank_line.id'], name=op.f('fk_bank_apart_line_id')),
    sa.ForeignKeyConstraint(['of_id'], ['bank_line.id'], name=op.f('fk_bank_apart_of_id')),
    sa.PrimaryKeyConstraint('line_id', name=op.f('pk_bank_apart'))
    )
    op.create_index(op.f('ix_bank_apart_of_id'), 'bank_apart', ['of_id'], unique=False)
    op.create_table('bank_part',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('source_id', sa.Uuid(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount <> 0', name=op.f('ck_bank_part_amount')),
    sa.ForeignKeyConstraint(['line_id'], ['bank_line.id'], name=op.f('fk_bank_part_line_id')),
    sa.ForeignKeyConstraint(['source_id'], ['funding_source.id'], name=op.f('fk_bank_part_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_part')),
    sa.UniqueConstraint('line_id', 'source_id', name=op.f('uq_bank_part_line_id_source_id'))
    )
    op.create_table('opening_part',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('opening_id', sa.Uuid(), nullable=False),
    sa.Column('source_id', sa.Uuid(), nullable=True),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount > 0', name=op.f('ck_opening_part_amount')),
    sa.ForeignKeyConstraint(['opening_id'], ['opening_money.id'], name=op.f('fk_opening_part_opening_id')),
    sa.ForeignKeyConstraint(['source_id'], ['funding_source.id'], name=op.f('fk_opening_part_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opening_part')),
    sa.UniqueConstraint('opening_id', 'source_id', name=op.f('uq_opening_part_opening_id_source_id'))
    )
    op.create_table('bank_return',
    sa.Column('line_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('of_id', sa.Uuid(), nullable=True),
    sa.Column('bill_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(kind = 'refund') = (of_id IS NULL)", name=op.f('ck_bank_return_of')),
    sa.CheckConstraint("kind <> 'refund' OR bill_id IS NOT NULL", name=op.f('ck_bank_return_bill')),
    sa.CheckConstraint("kind IN ('returned', 'given_back', 'refund')", name=op.f('ck_bank_return_kind')),
    sa.ForeignKeyConstraint(['bill_id'], ['bill.id'], name=op.f('fk_bank_return_bill_id')),
    sa.ForeignKeyConstraint(['line_id'], ['bank_line.id'], name=op.f('fk_bank_return_line_id')),
    sa.ForeignKeyConstraint(['of_id'], ['bank_line.id'], name=op.f('fk_bank_return_of_id')),
    sa.PrimaryKeyConstraint('line_id', name=op.f('pk_bank_return'))
    )
    op.create_index(op.f('ix_bank_return_bill_id'), 'bank_return', ['bill_id'], unique=False)
    op.create_index(op.f('ix_bank_return_of_id'), 'bank_return', ['of_id'], unique=False)
    op.create_index('uq_bank_return_once', 'bank_return', ['of_id'], unique=True, sqlite_where=sa.text("kind = 'returned'"), postgresql_where=sa.text("kind = 'returned'"))
    op.add_column('bank_import', sa.Column('left_out', sa.Integer(), server_default='0', nullable=False))
