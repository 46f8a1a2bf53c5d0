"""What every test stands on. A fixture that two folders need is listed here, and made elsewhere."""

# ruff: noqa: F401 - fixtures are found by their names here
from databases import database, on_postgres, postgres_server, sqlite_template
from world import real_app, story, told
