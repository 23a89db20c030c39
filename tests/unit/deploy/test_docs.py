"""The documentation keeps up with the code: an undocumented setting fails, and so does a link that leads nowhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
OPERATIONS = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
PACKAGES = ["verifier", "store", "api", "worker", "cli"]
# What belongs to the system or to a library rather than to us.
FOREIGN = {"PATH", "REMAP_SIGTERM"}
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def settings_read() -> set[str]:
    """The environment variables that the code reads, by the ways in which it reads them."""
    modules = [module for package in PACKAGES for module in (ROOT / package).rglob("*.py")]
    trees = [ast.parse(module.read_text(encoding="utf-8")) for module in modules]
    return {name for tree in trees for node in ast.walk(tree) for name in names_in(node)} - FOREIGN


def names_in(node: ast.AST) -> Iterator[str]:
    """Names in `environ.get("X")`, `environ["X"]`, `getenv("X")`, `_secret(environ, "X")` and `envvar="X"`."""
    match node:
        case ast.Call(func=function, args=arguments, keywords=keywords):
            touched = ast.unparse(function) + " ".join(ast.unparse(each) for each in arguments[:1])
            if "environ" in touched or "getenv" in touched:
                yield from [name for argument in arguments for name in constants_in(argument)][:1]
            yield from (name for keyword in keywords if keyword.arg == "envvar" for name in constants_in(keyword.value))
        case ast.Subscript(value=value, slice=key) if "environ" in ast.unparse(value):
            yield from constants_in(key)


def constants_in(node: ast.expr) -> Iterator[str]:
    for each in ast.walk(node):
        if (
            isinstance(each, ast.Constant)
            and isinstance(each.value, str)
            and re.fullmatch("[A-Z][A-Z0-9_]+", each.value)
        ):
            yield each.value


def settings_documented() -> set[str]:
    """The variables that have a row of their own in a table."""
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", OPERATIONS, re.MULTILINE))


def test_every_setting_is_documented() -> None:
    assert settings_read() - settings_documented() == set()


def test_no_setting_is_documented_that_nothing_reads() -> None:
    files = {f"{name}_FILE" for name in ("DATABASE_URL", "REDIS_URL", "SECONDSOURCE_RELATION_ENDPOINT_KEY")}

    assert settings_documented() - settings_read() == files


def test_every_metric_is_documented() -> None:
    metrics = set(re.findall(r'"(secondsource_\w+)"', (ROOT / "api/metrics.py").read_text(encoding="utf-8")))

    assert metrics == set(re.findall(r"^\| `(secondsource_\w+)` \|", OPERATIONS, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_leads_to_something(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_target_that_is_mentioned_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    mentioned = {name for page in PAGES for name in re.findall(r"`make ([a-z-]+)", page.read_text(encoding="utf-8"))}

    assert mentioned <= targets
