"""A bill as paper, drawn: what a treasurer would have photographed."""

import io
from datetime import date

from PIL import Image, ImageDraw, ImageFont

from ledger import money


def bill(payee: str, number: str, on: date, what: str, amount: int) -> bytes:
    """A PNG of a plain bill."""
    image = Image.new("RGB", (900, 640), "#fffdf8")
    draw = ImageDraw.Draw(image)
    large, small = ImageFont.load_default(40), ImageFont.load_default(26)
    draw.rectangle((0, 0, 900, 14), fill="#0a5c5a")
    draw.text((60, 60), payee, fill="#17302f", font=large)
    draw.text((60, 130), f"Bill {number}, {on.day} {on:%B %Y}", fill="#17302f", font=small)
    draw.line((60, 220, 840, 220), fill="#17302f", width=2)
    draw.text((60, 250), what, fill="#17302f", font=small)
    draw.text((840, 250), money.say(amount), fill="#17302f", font=small, anchor="ra")
    draw.line((60, 320, 840, 320), fill="#17302f", width=2)
    draw.text((60, 350), "To pay", fill="#17302f", font=large)
    draw.text((840, 350), money.say(amount), fill="#17302f", font=large, anchor="ra")
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()
