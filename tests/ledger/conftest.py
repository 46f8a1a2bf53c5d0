"""What the ledger's tests share: a book with a few people's funds in it, on both databases."""

import pytest
from books import Shelf


@pytest.fixture
def book(database):
    """A new, empty book in pounds. Its funds are opened as they are first spoken of."""
    return Shelf().new_book()
