"""One act at a time in a pool, where two at once could each be right and together wrong."""

from uuid import UUID

from sqlmodel import Session, select

from pools.models import Pool


def lock_pool(session: Session, pool_id: UUID) -> Pool:
    """The pool, held until this transaction ends; rows that name it may still be written meanwhile.
    (On SQLite every writer waits anyhow.)
    """
    return session.exec(
        select(Pool).where(Pool.id == pool_id).with_for_update(key_share=True)
    ).one()
