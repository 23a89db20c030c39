from __future__ import annotations

from pathlib import Path

import pytest

from store.settings import SettingsError, read_settings

ADDRESSES = {"DATABASE_URL": "postgresql://db", "REDIS_URL": "redis://r"}


def test_the_addresses_are_all_that_must_be_set() -> None:
    settings = read_settings(ADDRESSES)
    assert (settings.database_url, settings.redis_url) == ("postgresql://db", "redis://r")


def test_an_address_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://secret\n")
    assert read_settings({"DATABASE_URL_FILE": str(file), "REDIS_URL": "r"}).database_url == "postgresql://secret"


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"REDIS_URL": "r"}, "DATABASE_URL is not set"),
        ({"DATABASE_URL": "d"}, "REDIS_URL is not set"),
        ({"DATABASE_URL_FILE": "/no/such/file", "REDIS_URL": "r"}, "DATABASE_URL_FILE names /no/such/file"),
        (ADDRESSES | {"SECONDSOURCE_ATTEMPTS": "0"}, "SECONDSOURCE_ATTEMPTS is '0'"),
        (ADDRESSES | {"SECONDSOURCE_ATTEMPTS": "many"}, "SECONDSOURCE_ATTEMPTS is 'many'"),
        (ADDRESSES | {"SECONDSOURCE_WEBHOOK_ALLOW": "http://desk/"}, "SECONDSOURCE_WEBHOOK_ALLOW has 'http://desk/'"),
        (ADDRESSES | {"SECONDSOURCE_LEASE_SECONDS": "-5"}, "SECONDSOURCE_LEASE_SECONDS is '-5'"),
        (ADDRESSES | {"SECONDSOURCE_PUBLISHER_URL": "example.org"}, "SECONDSOURCE_PUBLISHER_URL is 'example.org'"),
        (ADDRESSES | {"SECONDSOURCE_PUBLISHER_URL": "https:///x"}, "SECONDSOURCE_PUBLISHER_URL is 'https:///x'"),
        (ADDRESSES | {"SECONDSOURCE_KEYS": "no"}, "SECONDSOURCE_KEYS is 'no': it must be required or off"),
        (ADDRESSES | {"SECONDSOURCE_RATE_LIMIT": "0/minute"}, "SECONDSOURCE_RATE_LIMIT is '0/minute'"),
        (ADDRESSES | {"SECONDSOURCE_RATE_LIMIT": "600"}, "such as 600/minute"),
        (
            ADDRESSES | {"SECONDSOURCE_FETCH_ALLOW": "a.org, http://b.org"},
            "SECONDSOURCE_FETCH_ALLOW has 'http://b.org'",
        ),
    ],
)
def test_a_wrong_setting_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(environ)


def test_hosts_are_named_with_commas_between_them() -> None:
    named = ADDRESSES | {"SECONDSOURCE_WEBHOOK_ALLOW": " Desk.internal, 127.0.0.1:5000,::1, "}

    assert read_settings(named).webhook_allow == {"desk.internal", "127.0.0.1:5000", "::1"}
    assert read_settings(ADDRESSES).webhook_allow == frozenset()


def test_keys_are_asked_for_unless_they_are_said_to_be_off() -> None:
    assert read_settings(ADDRESSES).keys_required
    assert not read_settings(ADDRESSES | {"SECONDSOURCE_KEYS": "off"}).keys_required


def test_hosts_that_may_be_fetched_from_are_listed_with_commas() -> None:
    hosts = read_settings(ADDRESSES | {"SECONDSOURCE_FETCH_ALLOW": "Wiki.example.org, 10.0.0.7:8080,::1,"}).fetch_allow
    assert hosts == {"wiki.example.org", "10.0.0.7:8080", "::1"}
    assert read_settings(ADDRESSES).fetch_allow == frozenset()
