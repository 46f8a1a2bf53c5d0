"""Whose details went: who asked, which words were taken away, and letters to sign in on paper."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEEP_YEARS = (
    "ALTER TABLE agreement ADD COLUMN keep_years INTEGER NOT NULL DEFAULT 6"
    " CONSTRAINT ck_agreement_keep_years CHECK (keep_years BETWEEN 0 AND 20)"
)


def upgrade() -> None:
    op.execute(KEEP_YEARS)
    op.create_table('erasure',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('asked_at', UTCDateTime(), nullable=False),
    sa.Column('due_at', UTCDateTime(), nullable=False),
    sa.Column('told_at', UTCDateTime(), nullable=True),
    sa.Column('undone_at', UTCDateTime(), nullable=True),
    sa.Column('done_at', UTCDateTime(), nullable=True),
    sa.Column('kept', sa.String(length=400), nullable=True),
    sa.Column('kept_until', sa.Date(), nullable=True),
    sa.Column('listed_at', UTCDateTime(), nullable=True),
    sa.Column('cut_at', UTCDateTime(), nullable=True),
    sa.CheckConstraint('(done_at IS NULL) = (kept IS NULL)', name=op.f('ck_erasure_kept')),
    sa.CheckConstraint('undone_at IS NULL OR done_at IS NULL', name=op.f('ck_erasure_one_end')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_erasure_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasure'))
    )
    op.create_index('uq_erasure_one', 'erasure', ['person_id'], unique=True, sqlite_where=sa.text('undone_at IS NULL'), postgresql_where=sa.text('undone_at IS NULL'))
    op.create_table('text_gone',
    sa.Column('book_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('field', sa.String(length=20), nullable=False),
    sa.Column('because', sa.Uuid(), nullable=False),
    sa.Column('gone_at', UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['book_id', 'seq'], ['entry.book_id', 'entry.seq'], name=op.f('fk_text_gone_book_id_seq')),
    sa.PrimaryKeyConstraint('book_id', 'seq', 'field', name=op.f('pk_text_gone')),
    sqlite_with_rowid=False
    )
    op.create_table('named_words',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('erasure_id', sa.Uuid(), nullable=False),
    sa.Column('pool_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.String(length=60), nullable=False),
    sa.Column('row_id', sa.Uuid(), nullable=True),
    sa.Column('seq', sa.BigInteger(), nullable=True),
    sa.Column('found_at', UTCDateTime(), nullable=False),
    sa.Column('ends_at', UTCDateTime(), nullable=False),
    sa.Column('decided_by', sa.Uuid(), nullable=True),
    sa.Column('decided_at', UTCDateTime(), nullable=True),
    sa.Column('taken', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by'], ['membership.id'], name=op.f('fk_named_words_decided_by')),
    sa.ForeignKeyConstraint(['erasure_id'], ['erasure.id'], name=op.f('fk_named_words_erasure_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_named_words_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_named_words'))
    )
    op.create_index(op.f('ix_named_words_erasure_id'), 'named_words', ['erasure_id'], unique=False)
    op.create_index('ix_named_words_open', 'named_words', ['pool_id'], unique=False, sqlite_where=sa.text('decided_at IS NULL'), postgresql_where=sa.text('decided_at IS NULL'))
    op.create_table('paper_link',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('pool_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', UTCDateTime(), nullable=False),
    sa.Column('ends_at', UTCDateTime(), nullable=False),
    sa.Column('used_at', UTCDateTime(), nullable=True),
    sa.Column('ended_at', UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['membership.id'], name=op.f('fk_paper_link_made_by')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_paper_link_person_id')),
    sa.ForeignKeyConstraint(['pool_id'], ['pool.id'], name=op.f('fk_paper_link_pool_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_paper_link_token_hash'))
    )
    op.create_index(op.f('ix_paper_link_person_id'), 'paper_link', ['person_id'], unique=False)
    op.create_index('uq_paper_link_one', 'paper_link', ['person_id'], unique=True, sqlite_where=sa.text('used_at IS NULL AND ended_at IS NULL'), postgresql_where=sa.text('used_at IS NULL AND ended_at IS NULL'))
