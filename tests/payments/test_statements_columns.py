"""Which column is which: what can be chosen, and how it is kept."""

import json

import pytest

from payments.statements import refusals
from payments.statements.read import Columns

PLAIN = Columns(0, 2, None, None, (1,), None, 1)


@pytest.mark.parametrize(
    "columns",
    [
        (0, None, None, None, (1,), None, 1),
        (0, 2, 3, 4, (1,), None, 1),
        (0, None, 3, None, (1,), None, 1),
        (0, 0, None, None, (1,), None, 1),
        (0, None, 2, 2, (1,), None, 1),
        (0, 2, None, None, (), None, 1),
        (-1, 2, None, None, (1,), None, 1),
        (0, 50, None, None, (1,), None, 1),
        (0, 2, None, None, (1,), None, -1),
    ],
)
def test_columns_that_can_not_be_are_refused(columns):
    with pytest.raises(refusals.ColumnsNotRight):
        Columns(*columns)


@pytest.mark.parametrize(
    "change",
    [
        {"date": None}, {"date": "0"}, {"date": True}, {"skip": 1.5}, {"words": None},
        {"words": ["1"]}, {"day_first": 2}, {"day_first": "yes"}, {"more": 1}, {"amount": 2.5},
    ],
)  # fmt: skip
def test_columns_are_read_back_only_as_they_were_written(change):
    assert Columns.from_json(PLAIN.to_json()) == PLAIN
    with pytest.raises(refusals.ColumnsNotRight):
        Columns.from_json(json.dumps({**json.loads(PLAIN.to_json()), **change}))
    for text in ("", "[]", "null", "{}", "[" * 100_000):
        with pytest.raises(refusals.ColumnsNotRight):
            Columns.from_json(text)
