"""Files that people send with a bill: taken by content, cleaned, bombs refused fast (G1, G2)."""

import contextlib
import io
import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from errors import NotValid
from pools.spending import evidence, uploads

PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Pages/Count 1/Kids[2 0 R]>>endobj\n"
    b"2 0 obj<</Type/Page>>endobj\n%%EOF\n"
)
WEB_PAGE = b"%PDF-1.4\n<html><script>1</script></html>\n%%EOF"
PROGRAM = PDF.replace(b"1 0 obj", b"<</S/JavaScript/JS(app)>>")
STARTER = PDF.replace(b"1 0 obj", b"<</S /Launch /F (x)>>")


def picture(kind="JPEG", size=(40, 30), mode="RGB", **options):
    made = io.BytesIO()
    Image.new(mode, size, 120 if mode in {"L", "P", "I;16"} else None).save(made, kind, **options)
    return made.getvalue()


def png_that_says(width, height):
    """A small file that would unpack to width x height pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + head
    return uploads.PNG + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk)) + b"x"


def jpeg_that_says(width, height):
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\0" * 9
    return b"\xff\xd8" + b"\xff\xe0" + struct.pack(">H", 4) + b"ab" + frame


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (PDF, "application/pdf"),
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("JPEG", progressive=True), "image/jpeg"),
    ],
)
def test_a_bill_is_known_by_its_content(body, media):
    assert uploads.look(body).media == media
    assert evidence.clean(body).media == media


BOMBS = {
    "empty": (b"", uploads.NoFile),
    "zip": (b"PK\x03\x04" + b"\0" * 200, uploads.NotABill),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", uploads.NotABill),
    "html": (b"<!doctype html><script>1</script>", uploads.NotABill),
    "gif": (picture("GIF"), uploads.NotABill),
    "webp": (picture("WEBP"), uploads.NotABill),
    "tiff": (picture("TIFF"), uploads.NotABill),
    "eicar": (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR", uploads.NotABill),
    "php": (b"<?php echo 1; ?>", uploads.NotABill),
    "six megabytes": (b"%PDF-" + b"0" * (6 * uploads.MEGABYTE), uploads.FileTooBig),
    "PNG of 50,000 by 50,000": (png_that_says(50_000, 50_000), uploads.TooManyPixels),
    "PNG of two thousand million": (png_that_says(2**31 - 1, 2**31 - 1), uploads.TooManyPixels),
    "PNG without size": (png_that_says(0, 10), uploads.Unreadable),
    "JPEG of 65,000 by 65,000": (jpeg_that_says(65_000, 65_000), uploads.TooManyPixels),
    "JPEG cut off": (b"\xff\xd8\xff\xe0\x00\x10JFIF", uploads.Unreadable),
    "JPEG of segments of nothing": (b"\xff\xd8" + b"\xff\xe0\x00\x00" * 10**6, uploads.Unreadable),
    "PNG cut off": (picture("PNG")[:60], uploads.Unreadable),
    "PDF and page of the web": (WEB_PAGE, uploads.NotABill),
    "PDF with a program": (PROGRAM, uploads.HasProgram),
    "PDF that starts things": (STARTER, uploads.HasProgram),
    "PDF of 10,000 pages": (PDF + b"<</Type /Page>>" * 10_000 + b"%%EOF", uploads.TooManyPages),
    "PDF that says 10,000": (PDF.replace(b"/Count 1", b"/Count 10000"), uploads.TooManyPages),
    "PDF cut off": (PDF[:60], uploads.Unreadable),
    "PDF of five megabytes of blanks": (
        b"%PDF-1.4\n" + b"/Type" + b" " * (5 * uploads.MEGABYTE - 100) + b"\n",
        uploads.Unreadable,
    ),
    "PDF of slashes": (b"%PDF-1.4\n" + b"/Type " * 800_000 + b"\n%%EOF", None),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_two_seconds(name):
    body, refusal = BOMBS[name]
    began = time.monotonic()
    if refusal:
        with pytest.raises(refusal):
            evidence.clean(body)
    else:
        evidence.clean(body)
    assert time.monotonic() - began < 2


def test_where_a_photo_was_taken_is_gone():
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[29] = "CANARY-GPS"
    sent = picture("JPEG", exif=exif, comment=b"CANARY-COMMENT")
    assert b"CANARY-CAMERA" in sent
    assert b"CANARY-COMMENT" in sent
    kept = evidence.clean(sent).body
    assert b"CANARY" not in kept
    assert b"Exif" not in kept


def test_words_hidden_in_a_png_are_gone():
    info = PngInfo()
    info.add_text("Author", "CANARY-AUTHOR")
    sent = picture("PNG", pnginfo=info)
    assert b"CANARY" in sent
    assert b"CANARY" not in evidence.clean(sent).body


def test_a_photo_that_lies_on_its_side_stands_up():
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = evidence.clean(picture("JPEG", size=(40, 20), exif=exif))
    assert Image.open(io.BytesIO(kept.body)).size == (20, 40)


def test_a_large_photo_is_kept_small_enough():
    kept = evidence.clean(picture("JPEG", size=(5000, 3000)))
    assert max(Image.open(io.BytesIO(kept.body)).size) == evidence.LONGEST_SIDE


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_drawn_anew(mode):
    made = io.BytesIO()
    Image.new(mode, (12, 8)).save(made, "PNG")
    kept = evidence.clean(made.getvalue())
    assert Image.open(io.BytesIO(kept.body)).size == (12, 8)


def test_print_colours_become_screen_colours():
    kept = evidence.clean(picture("JPEG", mode="CMYK"))
    assert Image.open(io.BytesIO(kept.body)).mode == "RGB"


def test_the_same_file_has_the_same_digest():
    sent = picture("JPEG")
    assert evidence.clean(sent).digest == evidence.clean(sent).digest


HEADS = [b"%PDF-1.7\n", uploads.PNG, b"\xff\xd8\xff", picture("PNG"), picture("JPEG"), PDF]


@settings(max_examples=300, deadline=None)
@given(head=st.sampled_from(HEADS), cut=st.integers(0, 900), rest=st.binary(max_size=600))
def test_whatever_is_sent_is_kept_or_refused_with_a_reason(head, cut, rest):
    with contextlib.suppress(NotValid):
        kept = evidence.clean(head[: len(head) - cut] + rest)
        assert uploads.look(kept.body).media == kept.media


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([picture("PNG"), picture("JPEG"), PDF]),
    st.integers(0, 2000),
    st.integers(0, 255),
)
def test_a_changed_byte_never_breaks_anything(body, at, byte):
    changed = bytearray(body)
    changed[at % len(body)] = byte
    with contextlib.suppress(NotValid):
        evidence.clean(bytes(changed))
