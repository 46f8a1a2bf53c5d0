"""What the ledger's tests share: a book with a few people's funds in it, on both databases."""

import pytest
from books import Shelf
from hypothesis import HealthCheck, settings

# The machine is shared and slow at times; a property fails by its rule, never by the clock.
settings.register_profile(
    "steady",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("steady")


@pytest.fixture
def book(database):
    """A new, empty book in pounds. Its funds are opened as they are first spoken of."""
    return Shelf().new_book()
