"""The page about bank files: its examples are read, and it names what the code knows."""

import re
from datetime import date
from pathlib import Path

import pytest

from payments.statements.read import FORMATS, Line, read

PAGE = (Path(__file__).parents[2] / "docs" / "formats" / "bank-files.md").read_text("utf-8")
EXAMPLES = re.findall(r"```(?:xml|mt940)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_page_is_read_as_it_says(example):
    statement = read(example.encode())
    assert statement.lines == (Line(date(2026, 1, 5), 4200, "ANN SMITH T4K2P", "A1"),)
    assert (statement.opening, statement.closing) == (10000, 14200)
    assert statement.account == "GB29NWBK60161331926819"


def test_the_page_names_every_format():
    assert len(EXAMPLES) == 2
    assert all(one.name in PAGE for one in FORMATS)
