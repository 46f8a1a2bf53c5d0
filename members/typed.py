"""What people type about themselves: made clean, or refused in a sentence. Pure."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from errors import NotValid

LONGEST_NAME = 40
TURNS_TEXT_ROUND = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
WEB_ADDRESS = re.compile(r"://|\bwww\.|[<>@\\/]|\w{2,}\.[a-z]{2,}", re.IGNORECASE)
PHONE = re.compile(r"\+?[\d ()-]{5,25}")


class NotAnEmail(NotValid):
    """Check the email address. It looks like jo@example.com."""


class NoName(NotValid):
    """Type the name you want people to use."""


class LongName(NotValid):
    """Type a shorter name. It can have {most} letters."""


class NotAName(NotValid):
    """Type a name, not a web address."""


class NotAPhone(NotValid):
    """Check the phone number. Use numbers and spaces, like 01302 555 019."""


class StrangeLetters(NotValid):
    """Some of the letters can't be shown. Type it again, without them."""


def is_strange(text: str) -> bool:
    """Characters that show nothing, break a line or turn text round: no name or subject has them.
    They are how a header is smuggled into a mail.
    """
    return any(
        unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"} or one in TURNS_TEXT_ROUND
        for one in text
    )


def email_of(text: str) -> str:
    """The address in one spelling: lower case, its domain in plain letters."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise NotAnEmail from error
    return (found.ascii_email or "").lower()


def name_of(text: str) -> str:
    """A name as people should see it. A nickname is fine; a link is not, since names go in mail."""
    if is_strange(text.strip()):
        raise StrangeLetters
    name = " ".join(text.split())
    if not name:
        raise NoName
    if len(name) > LONGEST_NAME:
        raise LongName(most=LONGEST_NAME)
    if WEB_ADDRESS.search(name):
        raise NotAName
    return name


def phone_of(text: str) -> str | None:
    """A phone number as it was typed, or None where there is none."""
    phone = " ".join(text.split())
    if not phone:
        return None
    if not PHONE.fullmatch(phone) or sum(one.isdigit() for one in phone) < 5:
        raise NotAPhone
    return phone
