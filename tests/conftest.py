"""What every test stands on. A fixture that two folders need is listed here, and made elsewhere."""

# ruff: noqa: F401 - fixtures are found by their names here
import os

import pytest
from databases import (
    ON_POSTGRES,
    TWICE,
    database,
    on_postgres,
    postgres_server,
    sqlite_template,
)
from hypothesis import HealthCheck, settings
from world import real_app, story, told

# A property fails by its rule, never by the clock of a slow machine. CI tries the same examples
# each time, so that red means a change; elsewhere they are new ones.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("steady")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a run of two, each test runs where it has something to show."""
    if not TWICE:
        return
    wanted = [item for item in items if belongs(item.path.name, set(item.fixturenames))]  # type: ignore[attr-defined]
    config.hook.pytest_deselected(items=[item for item in items if item not in wanted])
    items[:] = wanted


def belongs(file: str, fixtures: set[str]) -> bool:
    """What a page says is the same on both databases, so it is read in the first run; that every
    page opens on PostgreSQL too, for every kind of person, test_access and the stories show.
    """
    if ON_POSTGRES and file.endswith("_pages.py") and "on_postgres" not in fixtures:
        return False
    if ON_POSTGRES:
        return bool(fixtures & {"database", "told", "made_hub", "on_postgres", "postgres_server"})
    return "on_postgres" not in fixtures
