"""What people type about themselves: cleaned, or refused in words; never an exception else."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import NotValid
from members import typed
from members.devices import device_of

ANYTHING = st.text(max_size=300)


def cleaned(clean, text):
    """What comes of it; None where it was refused in words."""
    with suppress(NotValid):
        return clean(text)
    return None


@given(ANYTHING)
def test_a_name_that_is_kept_has_one_short_line_without_a_link(text):
    name = cleaned(typed.name_of, text)
    if name is not None:
        assert 0 < len(name) <= typed.LONGEST_NAME
        assert name == " ".join(name.split())
        assert not typed.is_strange(name)
        assert not any(sign in name for sign in ("://", "@", "<", ">", "www."))


@given(ANYTHING)
def test_a_cleaned_name_stays_as_it_is(text):
    name = cleaned(typed.name_of, text)
    assert name is None or typed.name_of(name) == name


@pytest.mark.parametrize("name", ["Jo", "Zoë O’Hara", "Anne-Marie", "J.R. Smith", "علی", "李小龙"])
def test_names_of_people_are_taken(name):
    assert typed.name_of(f"  {name} ") == name


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "Type the name"),
        (" \t ", "Type the name"),
        ("x" * 41, "shorter"),
        ("Win at www.prize.example", "not a web address"),
        ("see prize.com", "not a web address"),
        ("https://prize.example", "not a web address"),
        ("jo@example.com", "not a web address"),
        ("Jo\r\nBcc: all@example.com", "can't be shown"),
        ("Jo\x00", "can't be shown"),
        ("Jo\u2028Bcc", "can't be shown"),
        ("Jo\u202egnp", "can't be shown"),
    ],
)
def test_a_name_that_could_do_harm_is_refused_in_words(name, why):
    with pytest.raises(NotValid, match=why):
        typed.name_of(name)


@given(ANYTHING)
def test_an_email_that_is_kept_is_plain_lower_case_and_one_line(text):
    email = cleaned(typed.email_of, text)
    if email is not None:
        assert email.isascii()
        assert email == email.lower() == typed.email_of(email)
        assert not typed.is_strange(email)


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("Jo@Example.COM", "jo@example.com"),
        (" jo@example.com\n", "jo@example.com"),
        ("jo@bücher.example", "jo@xn--bcher-kva.example"),
    ],
)
def test_one_address_has_one_spelling(text, email):
    assert typed.email_of(text) == email


@pytest.mark.parametrize(
    "text",
    ["", "jo", "jo@", "@example.com", "jo@example", "jo@@example.com", "jo bell@example.com",
     "jo@example.com, sam@example.com", "jo@example.com\r\nBcc: all@example.com",
     "jo@example.com\x00", "Jo <jo@example.com>", "j" * 300 + "@example.com"],
)  # fmt: skip
def test_what_is_no_email_is_refused_in_words(text):
    with pytest.raises(NotValid, match=r"It looks like jo@example\.com"):
        typed.email_of(text)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("", None),
        ("  ", None),
        ("01302 555 019", "01302 555 019"),
        ("+44 (0)1302-555", "+44 (0)1302-555"),
    ],
)
def test_a_phone_number_is_kept_as_typed_or_left_out(text, phone):
    assert typed.phone_of(text) == phone


@pytest.mark.parametrize("text", ["ring me", "0130", "01302 555 019 ext 4", "0" * 40, "------"])
def test_what_is_no_phone_number_is_refused(text):
    with pytest.raises(NotValid, match="Use numbers and spaces"):
        typed.phone_of(text)


@given(ANYTHING)
def test_every_browser_gets_a_name_short_enough_to_keep(text):
    assert 0 < len(device_of(text)) <= 80


APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0 Safari/537.36"


@pytest.mark.parametrize(
    ("said", "device"),
    [
        (f"(Linux; Android 14) {CHROME}", "Chrome on an Android phone or tablet"),
        (f"(iPhone; CPU iPhone OS 17_5 like Mac OS X) {APPLE}", "Safari on an iPhone"),
        (
            "(Windows NT 10.0; rv:131.0) Gecko/20100101 Firefox/131.0",
            "Firefox on a Windows computer",
        ),
        (f"(Windows NT 10.0; Win64; x64) {CHROME} Edg/129.0", "Edge on a Windows computer"),
        ("curl/8", "A phone or computer"),
        ("", "A phone or computer"),
    ],
)
def test_a_device_is_named_as_its_owner_would(said, device):
    assert device_of(f"Mozilla/5.0 {said}") == device
