from __future__ import annotations

from pathlib import Path

import pytest

from verifier.entities import Reliability
from verifier.policy import BUNDLED, PolicyError, read_policy


def test_the_bundled_policy_asks_for_two_origins_and_leaves_out_unreliable_ones() -> None:
    rules = read_policy().origins
    assert rules.needed == 2
    assert Reliability.E not in rules.counting_reliabilities


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("needed = 2", "needed = 0", "origins.needed"),
        ("takes_side = 0.22", "takes_side = 1.5", "relation.takes_side"),
        ('version = "5"', 'version = ""', "version"),
        ("confidence_below = 0.5", "confidence_below = 5", "extraction.confidence_below"),
        ("disputed = 3", "disputed = 7", "credibility.disputed"),
        ("limit = 40", "limits = 40", "candidates.limit"),
        ("[review]", "[review", "not TOML"),
    ],
)
def test_a_wrong_policy_says_where(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = BUNDLED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "policy.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=message):
        read_policy(path)


def test_a_policy_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"none\.toml"):
        read_policy(tmp_path / "none.toml")
