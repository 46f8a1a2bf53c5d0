"""Files that show what happened: taken in, cleaned, kept with their digest, found again.

A picture is drawn anew, so that nothing of the camera (where, when, whose) is left in it.
"""

import hashlib
import io
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from PIL import Image, ImageOps
from sqlalchemy import func
from sqlmodel import Session, col, select

import db
from errors import NotFound, NotPossible
from members.models import Membership
from pools.locking import lock_pool
from pools.models import Evidence, Pool
from pools.spending import uploads
from pools.spending.models import Bill

LONGEST_SIDE = 2400  # enough to read a bill by; keeps backups small
QUALITY = 85
MOST_A_MONTH = 200

# Unpacking a picture takes room; many at once must not take all there is.
_one_at_a_time = threading.Lock()


class NoSuchFile(NotFound):
    """We could not find that file."""


class TooManyFiles(NotPossible):
    """Your group added {most} files this month. Add more next month."""


@dataclass(frozen=True)
class File:
    """A file that was looked at and cleaned, ready to keep."""

    media: str
    body: bytes

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.body).digest()


def clean(body: bytes) -> File:
    """What we will keep of a file that somebody sent; refuses what is no bill. Slow for pictures,
    so it is done before any transaction.
    """
    looked = uploads.look(body)
    if looked.media == "application/pdf":
        return File(looked.media, body)
    try:
        with _one_at_a_time:
            return File(looked.media, _drawn_anew(body, looked))
    except Exception as error:  # a decoder meets anything, and raises anything
        raise uploads.Unreadable from error


def _drawn_anew(body: bytes, looked: uploads.Looked) -> bytes:
    kind = looked.media.removeprefix("image/").upper()
    with Image.open(io.BytesIO(body), formats=[kind]) as picture:
        if picture.size != (looked.width, looked.height):
            raise uploads.Unreadable
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is never unpacked in full
        ImageOps.exif_transpose(picture, in_place=True)
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        bare = Image.new("RGB", picture.size, "white")
        if picture.has_transparency_data:
            see_through = picture.convert("RGBA")
            bare.paste(see_through, mask=see_through)
        else:
            bare.paste(picture.convert("RGB"))
    kept = io.BytesIO()
    bare.save(kept, kind, quality=QUALITY, optimize=True)
    return kept.getvalue()


def keep(session: Session, file: File, by: Membership, *, now: datetime) -> Evidence:
    """Keep a cleaned file for the group. The same file again is the one that is here already."""
    pool = lock_pool(session, by.pool_id)
    same = session.exec(
        select(Evidence).where(Evidence.pool_id == pool.id, Evidence.digest == file.digest)
    ).first()
    if same is not None:
        return same
    if _this_month(session, pool, now) >= MOST_A_MONTH:
        raise TooManyFiles(most=MOST_A_MONTH)
    kept = Evidence(
        id=db.new_id(),
        pool_id=pool.id,
        name=f"bill-{secrets.token_hex(5)}.{uploads.ENDINGS[file.media]}",
        media=file.media,
        digest=file.digest,
        body=file.body,
        added_by=by.id,
        added_at=now,
    )
    session.add(kept)
    session.flush()
    return kept


def _this_month(session: Session, pool: Pool, now: datetime) -> int:
    local = now.astimezone(ZoneInfo(pool.time_zone))
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return session.exec(
        select(func.count()).where(Evidence.pool_id == pool.id, col(Evidence.added_at) >= first)
    ).one()


def find(session: Session, pool_id: UUID, evidence_id: UUID) -> Evidence:
    found = session.get(Evidence, evidence_id)
    if found is None or found.pool_id != pool_id:
        raise NoSuchFile
    return found


def shown_to(session: Session, pool_id: UUID, evidence_id: UUID, *, with_job: bool) -> Evidence:
    """A file that stands with a bill is for everybody in the group; one that does not stand with
    any yet only for those with a job.
    """
    found = find(session, pool_id, evidence_id)
    used = select(Bill.id).where(Bill.evidence_id == found.id).limit(1)
    if not with_job and session.exec(used).first() is None:
        raise NoSuchFile
    return found
