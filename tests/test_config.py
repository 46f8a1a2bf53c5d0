"""The settings: the demo when nothing is set; a real deployment only when all fits together."""

import pytest

import config
from config import NotConfigured, from_environment

REAL = {
    "SECRET_KEY": "k7Qm2xV9rT4wZ8nB5cJ1hL6pD3fG0sA_yE-uR",
    "CLUBTOGETHER_URL": "https://club.example.org",
    "SMTP_URL": "smtp://mail.example.org",
    "MAIL_FROM": "club@example.org",
}


def test_nothing_set_is_the_demo_on_this_machine_only(tmp_path):
    made = from_environment({"CLUBTOGETHER_HOME": str(tmp_path)}, port=9000)
    assert made.demo
    assert made.base_url == "http://127.0.0.1:9000"
    assert made.database_url == f"sqlite:///{tmp_path}/clubtogether.db"


def test_the_demo_keeps_its_secret_so_that_people_stay_signed_in(tmp_path):
    env = {"CLUBTOGETHER_HOME": str(tmp_path)}
    assert from_environment(env).secret_key == from_environment(env).secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL"])
def test_either_of_two_settings_makes_it_real(name, tmp_path):
    more = {"SECRET_KEY": REAL["SECRET_KEY"], "DATABASE_URL": "postgresql://club@db/club"}
    made = from_environment(REAL | {name: more[name], "CLUBTOGETHER_HOME": str(tmp_path)})
    assert not made.demo


@pytest.mark.parametrize("name", sorted(REAL))
def test_a_real_deployment_refuses_to_start_without(name):
    env = {"DATABASE_URL": "postgresql://club@db/club"} | REAL
    del env[name]
    with pytest.raises(NotConfigured, match=name):
        from_environment(env)


@pytest.mark.parametrize(
    "secret",
    ["", "short", "x" * 64 + "changeme", "please-change-this-secret-key-to-something-else"],
)
def test_a_placeholder_is_no_secret(secret):
    with pytest.raises(NotConfigured, match="SECRET_KEY"):
        from_environment(REAL | {"SECRET_KEY": secret, "DATABASE_URL": "postgresql://club@db/c"})


@pytest.mark.parametrize("url", ["", "club.example.org", "ftp://x", "http://club.example.org"])
def test_links_travel_over_https(url):
    with pytest.raises(NotConfigured, match="CLUBTOGETHER_URL"):
        from_environment(REAL | {"CLUBTOGETHER_URL": url})


def test_the_old_name_of_postgres_is_understood():
    made = from_environment(REAL | {"DATABASE_URL": "postgres://club@db/club"})
    assert made.database_url == "postgresql://club@db/club"


def test_only_config_knows_where_data_lies():
    assert from_environment(REAL).home == config.HERE / "instance"
