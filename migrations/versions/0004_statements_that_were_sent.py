"""Statements with numbers, the links they are sent by, and whether a bill's paper names people."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('kept_statement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('pool_id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=True),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.CheckConstraint('number > 0', name=op.f('ck_kept_statement_number')),
    sa.CheckConstraint('since <= until', name=op.f('ck_kept_statement_days')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_kept_statement_membership_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_kept_statement_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_kept_statement')),
    sa.UniqueConstraint('membership_id', 'number', name=op.f('uq_kept_statement_membership_id_number'))
    )
    op.create_table('own_words',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('words', sa.String(length=1500), nullable=False),
    sa.Column('changed_at', UTCDateTime(), nullable=False),
    sa.CheckConstraint('since <= until', name=op.f('ck_own_words_days')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_own_words_membership_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_words')),
    sa.UniqueConstraint('membership_id', 'since', 'until', name=op.f('uq_own_words_membership_id_since_until'))
    )
    op.create_table('pack_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('pool_id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('statement_id', sa.Uuid(), nullable=False),
    sa.Column('for_whom', sa.String(length=60), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('ends_at', UTCDateTime(), nullable=False),
    sa.Column('withdrawn_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint('ends_at > made_at', name=op.f('ck_pack_link_ends')),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_pack_link_membership_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_pack_link_pool_id')),
    sa.ForeignKeyConstraint(['statement_id'], ['kept_statement.id'], name=op.f('fk_pack_link_statement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pack_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_pack_link_token_hash'))
    )
    op.create_index(op.f('ix_pack_link_membership_id'), 'pack_link', ['membership_id'], unique=False)
    op.create_index(op.f('ix_pack_link_statement_id'), 'pack_link', ['statement_id'], unique=False)
    op.create_table('statement_replaced',
    sa.Column('old_id', sa.Uuid(), nullable=False),
    sa.Column('new_id', sa.Uuid(), nullable=False),
    sa.CheckConstraint('old_id <> new_id', name=op.f('ck_statement_replaced_another')),
    sa.ForeignKeyConstraint(['new_id'], ['kept_statement.id'], name=op.f('fk_statement_replaced_new_id')),
    sa.ForeignKeyConstraint(['old_id'], ['kept_statement.id'], name=op.f('fk_statement_replaced_old_id')),
    sa.PrimaryKeyConstraint('old_id', name=op.f('pk_statement_replaced'))
    )
    op.create_index(op.f('ix_statement_replaced_new_id'), 'statement_replaced', ['new_id'], unique=False)
    op.create_table('pack_look',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('link_id', sa.Uuid(), nullable=False),
    sa.Column('what', sa.String(length=10), nullable=False),
    sa.Column('looked_at', UTCDateTime(), nullable=False),
    sa.CheckConstraint("what IN ('page', 'pdf', 'csv', 'zip', 'paper')", name=op.f('ck_pack_look_what')),
    sa.ForeignKeyConstraint(['link_id'], ['pack_link.id'], name=op.f('fk_pack_look_link_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pack_look'))
    )
    op.create_index('ix_pack_look_link_id', 'pack_look', ['link_id', 'looked_at'], unique=False)
    op.create_table('bill_names',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('pool_id', sa.Uuid(), nullable=False),
    sa.Column('bill_id', sa.Uuid(), nullable=False),
    sa.Column('names', sa.Boolean(), nullable=False),
    sa.Column('evidence_id', sa.Uuid(), nullable=True),
    sa.Column('marked_by', sa.Uuid(), nullable=False),
    sa.Column('marked_at', UTCDateTime(), nullable=False),
    sa.CheckConstraint('names OR evidence_id IS NULL', name=op.f('ck_bill_names_blacked_out')),
    sa.ForeignKeyConstraint(['bill_id'], ['bill.id'], name=op.f('fk_bill_names_bill_id')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_bill_names_evidence_id')),
    sa.ForeignKeyConstraint(['marked_by'], ['membership.id'], name=op.f('fk_bill_names_marked_by')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_bill_names_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bill_names'))
    )
    op.create_index('ix_bill_names_bill_id', 'bill_names', ['bill_id', 'marked_at'], unique=False)
    op.create_index(op.f('ix_bill_names_evidence_id'), 'bill_names', ['evidence_id'], unique=False)
