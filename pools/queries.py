"""Which pool an address means. (More of what pages of a pool show lies beside each noun.)"""

from typing import Any

from flask import current_app, g
from sqlalchemy import bindparam
from sqlmodel import select

import web
from pools.models import Pool

_POOL = select(Pool).where(Pool.slug == bindparam("slug"))


def find_pool(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """/g/<slug>/...: the slug is resolved here, once. Whether one may see it is access's to say."""
    if values and "slug" in values:
        slug = values.pop("slug").replace("\0", "")
        g.pool = web.reading().exec(_POOL, params={"slug": slug}).first()


def same_pool(endpoint: str, values: dict[str, Any]) -> None:
    """Links within a pool need not say which."""
    pool = g.get("pool")
    if pool is not None and current_app.url_map.is_endpoint_expecting(endpoint, "slug"):
        values.setdefault("slug", pool.slug)
