from __future__ import annotations

import pytest

from store.broker import broker_address


@pytest.mark.parametrize(
    ("given", "for_kombu"),
    [
        ("redis://localhost:6379/0", "redis://localhost:6379/0"),
        ("rediss://:secret@host:6380/2", "rediss://:secret@host:6380/2"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
        ("unix:///my%20data/redis.sock", "redis+socket:///my%20data/redis.sock?virtual_host=0"),
    ],
)
def test_an_address_is_written_as_kombu_reads_it(given: str, for_kombu: str) -> None:
    assert broker_address(given) == for_kombu
