"""The whole app on a fresh database, for the tests of pages about oneself."""

import pytest
from people_making import SECRET

import demo
from app import create_app
from config import Config


def site_for(url, home, **more):
    settings = {
        "home": home, "database_url": url, "secret_key": SECRET, "base_url": "http://localhost",
        "smtp_url": None, "mail_from": "post@club.example.org", "demo": False, "testing": True,
    }  # fmt: skip
    return create_app(Config(**(settings | more)))


@pytest.fixture
def site(database, tmp_path):
    return site_for(database, tmp_path)


@pytest.fixture
def demo_site(database, tmp_path):
    app = site_for(database, tmp_path, demo=True)
    demo.init(app)
    return app


@pytest.fixture
def secure_site(database, tmp_path):
    return site_for(database, tmp_path, base_url="https://club.example.org")
