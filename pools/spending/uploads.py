"""What a file is, by its content and never by its name, and whether we take it. Pure.

Everything is read from a few bytes at the head of the file, so a bomb is refused before anything
unpacks it.
"""

import re
import struct
from dataclasses import dataclass

from errors import NotValid

MEGABYTE = 1024 * 1024
LARGEST = 5 * MEGABYTE
MOST_PIXELS = 20_000_000
MOST_PAGES = 200
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}

PNG = b"\x89PNG\r\n\x1a\n"
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the JPEG markers that say the size
LONE = {0x01, *range(0xD0, 0xD9)}  # JPEG markers without a length
ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia)\b")
PAGE = re.compile(rb"/Type\s{0,8}/Page\b")
COUNT = re.compile(rb"/Count\s{1,8}(\d{1,9})")
MARKUP = re.compile(rb"<\s{0,8}(?:!doctype|html|script|svg)", re.IGNORECASE)


class NoFile(NotValid):
    """The file is empty. Choose the bill again."""


class FileTooBig(NotValid):
    """The file is too big. It can be up to 5 megabytes."""


class NotABill(NotValid):
    """We can take a PDF or a photo (JPEG or PNG). Choose a file of that kind."""


class TooManyPixels(NotValid):
    """That picture is too large. Take the photo again with a smaller size."""


class TooManyPages(NotValid):
    """That PDF has too many pages. Send only the pages of the bill."""


class HasProgram(NotValid):
    """That PDF holds more than a bill, and could do harm. Print it to a new PDF."""


class Unreadable(NotValid):
    """We can't read that file. Save it again or take a new photo."""


@dataclass(frozen=True)
class Looked:
    """What a file turned out to be. Pictures have a size in pixels."""

    media: str
    width: int = 0
    height: int = 0

    @property
    def ending(self) -> str:
        return ENDINGS[self.media]


def look(body: bytes) -> Looked:
    """Say what it is, or refuse it with the named reason."""
    if not body:
        raise NoFile
    if len(body) > LARGEST:
        raise FileTooBig
    if body.startswith(b"%PDF-"):
        return _pdf(body)
    if body.startswith(PNG):
        return _picture("image/png", _png_size(body))
    if body.startswith(b"\xff\xd8\xff"):
        return _picture("image/jpeg", _jpeg_size(body))
    raise NotABill


def _picture(media: str, size: tuple[int, int]) -> Looked:
    width, height = size
    if not width or not height:
        raise Unreadable
    if width * height > MOST_PIXELS:
        raise TooManyPixels
    return Looked(media, width, height)


def _pdf(body: bytes) -> Looked:
    if b"%%EOF" not in body[-2048:]:
        raise Unreadable
    if MARKUP.search(body[:1024]):
        raise NotABill
    if ACTIVE.search(body):
        raise HasProgram
    said = max((int(n) for n in COUNT.findall(body)), default=0)
    if said > MOST_PAGES or sum(1 for _ in PAGE.finditer(body)) > MOST_PAGES:
        raise TooManyPages
    return Looked("application/pdf")


def _png_size(body: bytes) -> tuple[int, int]:
    if len(body) < 33 or body[12:16] != b"IHDR":
        raise Unreadable
    width, height = struct.unpack(">II", body[16:24])
    return width, height


def _jpeg_size(body: bytes) -> tuple[int, int]:
    """The size in the first frame header; the segments before it are stepped over."""
    at = 2
    while at + 9 <= len(body):
        if body[at] != 0xFF:
            raise Unreadable
        marker = body[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in FRAMES:
            height, width = struct.unpack(">HH", body[at + 5 : at + 9])
            return width, height
        elif marker in LONE:
            at += 2
        else:
            at += 2 + max(int.from_bytes(body[at + 2 : at + 4], "big"), 2)
    raise Unreadable
