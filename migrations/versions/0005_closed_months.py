"""Months that were closed: what each fund held at their end, and who looked."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('checkpoint',
    sa.Column('book_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('fund_id', sa.Uuid(), nullable=False),
    sa.Column('account', sa.String(length=40), nullable=False),
    sa.Column('unit', sa.String(length=8), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('amount <> 0', name=op.f('ck_checkpoint_not_zero')),
    sa.PrimaryKeyConstraint('book_id', 'number', 'fund_id', 'account', 'unit', name=op.f('pk_checkpoint')),
    sqlite_with_rowid=False
    )
    op.create_table('month_mark',
    sa.Column('book_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=5), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('head', sa.LargeBinary(), nullable=False),
    sa.Column('until', sa.Integer(), nullable=True),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.Column('first_by', sa.Uuid(), nullable=False),
    sa.Column('second_by', sa.Uuid(), nullable=False),
    sa.Column('recorded_at', UTCDateTime(), nullable=False),
    sa.Column('bank_says', sa.BigInteger(), nullable=True),
    sa.Column('bank_book', sa.BigInteger(), nullable=True),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('salt', sa.LargeBinary(), nullable=True),
    sa.Column('words', sa.String(length=400), nullable=True),
    sa.CheckConstraint("(kind = 'close') = (bank_says IS NOT NULL) AND (bank_says IS NULL) = (bank_book IS NULL)", name=op.f('ck_month_mark_bank')),
    sa.CheckConstraint("kind IN ('close', 'open')", name=op.f('ck_month_mark_kind')),
    sa.CheckConstraint('(until IS NULL) = (until_on IS NULL)', name=op.f('ck_month_mark_until')),
    sa.CheckConstraint('second_by <> first_by', name=op.f('ck_month_mark_two_people')),
    sa.ForeignKeyConstraint(['book_id'], ['book.book_id'], name=op.f('fk_month_mark_book_id')),
    sa.PrimaryKeyConstraint('book_id', 'number', name=op.f('pk_month_mark')),
    sqlite_with_rowid=False
    )
    op.create_table('closing',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('pool_id', sa.Uuid(), nullable=False),
    sa.Column('book_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=5), nullable=False),
    sa.Column('month', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=400), nullable=False),
    sa.Column('seen', sa.Text(), nullable=False),
    sa.Column('asked_by', sa.Uuid(), nullable=False),
    sa.Column('asked_at', UTCDateTime(), nullable=False),
    sa.Column('agreed_by', sa.Uuid(), nullable=True),
    sa.Column('agreed_at', UTCDateTime(), nullable=True),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('dropped_by', sa.Uuid(), nullable=True),
    sa.Column('dropped_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint("kind IN ('close', 'open')", name=op.f('ck_closing_kind')),
    sa.CheckConstraint('(agreed_at IS NULL) = (agreed_by IS NULL) AND (agreed_at IS NULL) = (number IS NULL) AND (dropped_at IS NULL) = (dropped_by IS NULL)', name=op.f('ck_closing_whole')),
    sa.CheckConstraint('agreed_at IS NULL OR dropped_at IS NULL', name=op.f('ck_closing_one_end')),
    sa.CheckConstraint('agreed_by <> asked_by', name=op.f('ck_closing_two_people')),
    sa.ForeignKeyConstraint(['agreed_by'], ['membership.id'], name=op.f('fk_closing_agreed_by')),
    sa.ForeignKeyConstraint(['asked_by'], ['membership.id'], name=op.f('fk_closing_asked_by')),
    sa.ForeignKeyConstraint(['book_id', 'number'], ['month_mark.book_id', 'month_mark.number'], name=op.f('fk_closing_book_id_number')),
    sa.ForeignKeyConstraint(['dropped_by'], ['membership.id'], name=op.f('fk_closing_dropped_by')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_closing_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_closing'))
    )
    op.create_index(op.f('ix_closing_pool_id'), 'closing', ['pool_id'], unique=False)
    op.create_index('uq_closing_open', 'closing', ['pool_id'], unique=True, sqlite_where=sa.text('agreed_at IS NULL AND dropped_at IS NULL'), postgresql_where=sa.text('agreed_at IS NULL AND dropped_at IS NULL'))
