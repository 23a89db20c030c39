"""docker-compose.yml against the Compose Specification and against what the project asks of a service."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from cli.main import main
from store.settings import read_settings

ROOT = Path(__file__).parents[3]
COMPOSE = ROOT / "docker-compose.yml"
PROJECT: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = PROJECT["services"]
PARTS = {name: service for name, service in SERVICES.items() if "build" in service}

each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
each_part = pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)


def test_the_file_meets_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]

    checked = subprocess.run(command, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_part_of_the_service_is_there() -> None:
    assert set(SERVICES) == {"postgres", "redis", "migrate", "api", "relay", "deliver", "worker"}


@each_service
def test_an_image_is_pinned_to_a_release(service: dict[str, Any]) -> None:
    assert re.fullmatch(r"[\w./-]+:\d+\.\d+\.\d+[\w.-]*", service["image"])


@each_service
def test_a_service_is_watched_or_runs_once(service: dict[str, Any]) -> None:
    if service is SERVICES["migrate"]:
        assert service["restart"] == "no"
        assert "healthcheck" not in service
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


@each_service
def test_a_service_can_do_no_more_than_it_must(service: dict[str, Any]) -> None:
    user, group = service["user"].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]


@each_service
def test_a_service_cannot_use_up_the_machine(service: dict[str, Any]) -> None:
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@each_service
def test_secrets_come_from_files(service: dict[str, Any]) -> None:
    for name, value in service.get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|TOKEN|KEY|_URL", name):
            assert name.endswith("_FILE")
            assert Path(value).parent == Path("/run/secrets")
            assert Path(value).name in service["secrets"]
    assert "@" not in str(service.get("environment", {}))


def test_every_secret_that_is_mounted_is_made_by_make_secrets(tmp_path: Path) -> None:
    subprocess.run(["/bin/sh", ROOT / "deploy/make-secrets.sh", tmp_path / "secrets"], check=True, capture_output=True)

    mounted = {Path(secret["file"]) for secret in PROJECT["secrets"].values()}

    assert mounted == {Path("secrets") / made.name for made in (tmp_path / "secrets").iterdir()}
    assert set(PROJECT["secrets"]) == {secret for service in SERVICES.values() for secret in service.get("secrets", [])}


@each_part
def test_a_part_gets_settings_that_the_program_reads(part: dict[str, Any]) -> None:
    asked = RecordingEnviron(DATABASE_URL_FILE=__file__, REDIS_URL_FILE=__file__)
    read_settings(asked)

    assert set(part["environment"]) <= asked.names


@each_part
def test_a_part_runs_a_command_of_secondsource(part: dict[str, Any]) -> None:
    name, *arguments = part["command"]

    check_command(name, arguments)


@pytest.mark.parametrize("name", ["relay", "deliver", "worker"])
def test_a_part_that_nobody_connects_to_is_asked_whether_it_is_well(name: str) -> None:
    kind, program, command, *arguments = SERVICES[name]["healthcheck"]["test"]

    assert (kind, program, arguments) == ("CMD", "secondsource", [name])
    check_command(command, arguments)


def check_command(name: str, arguments: list[str]) -> None:
    """That `secondsource` takes the arguments, without running anything."""
    command = main.get_command(click.Context(main), name)
    assert command is not None
    command.make_context(name, list(arguments))


@each_part
def test_a_part_is_built_from_a_lock_of_its_own(part: dict[str, Any]) -> None:
    kind = part["build"]["args"]["PART"]

    assert (ROOT / f"requirements/{kind}.txt").is_file()
    assert part["image"].startswith(f"secondsource-{kind}:")


def test_only_workers_carry_the_models() -> None:
    assert {name for name, part in PARTS.items() if part["build"]["args"]["PART"] == "worker"} == {"worker"}


@pytest.mark.parametrize("name", ["worker", "relay", "deliver"])
def test_a_part_that_nobody_connects_to_can_be_started_several_times(name: str) -> None:
    assert not {"container_name", "ports", "hostname", "volumes"} & set(SERVICES[name])


@pytest.mark.parametrize("name", ["api", "relay", "deliver", "worker"])
def test_nothing_starts_before_the_database_is_migrated(name: str) -> None:
    assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_only_the_api_is_published_and_to_this_machine_alone() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert set(published) == {"api"}
    assert all(port.startswith("127.0.0.1:") for port in published["api"])
    # Webhooks are out there, and so are the articles that workers fetch.
    reaching_out = {name for name, service in SERVICES.items() if service["networks"] != ["record"]}
    assert reaching_out == {"api", "deliver", "worker"}
    assert PROJECT["networks"]["record"] == {"internal": True}


def test_redis_keeps_every_message_that_it_took() -> None:
    command = SERVICES["redis"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))

    assert options["--maxmemory-policy"] == "noeviction"
    assert options["--appendonly"] == "yes"
    assert options["--appendfsync"] == "everysec"
    assert "redis:/data" in SERVICES["redis"]["volumes"]


class RecordingEnviron(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, **values: str) -> None:
        super().__init__(values)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)
