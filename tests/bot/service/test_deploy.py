"""The Dockerfile, the compose file, the systemd units and the page on hosting agree with the program."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import discord
import pytest
import yaml

from bot.core.settings import PARSERS, read_settings
from bot.monitoring.permissions import NEEDED
from bot.service.exit_codes import Exit
from bot.service.service import ANSWERS_WITHIN_S, THREADS_WITHIN_S
from engine import cli
from engine.core import prefork

ROOT = Path(__file__).parents[3]
WORTH_RETRYING = {Exit.FAILED, Exit.DISCORD}
STOP_S = ANSWERS_WITHIN_S + THREADS_WITHIN_S
SYSTEMD = shutil.which("systemd-analyze")
UNIT = ROOT / "deploy" / "cardglass.service"
WORKERS = ROOT / "deploy" / "cardglass-workers.service"
HOSTING = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def unit_value(name: str, unit: Path = UNIT) -> str:
    (value,) = re.findall(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    return value


def test_the_hosting_page_gives_a_reason_for_every_permission_and_their_number():
    assert [name for name in NEEDED if f"\n| {name.replace('_', ' ')}" not in HOSTING.lower()] == []
    assert str(discord.Permissions(**dict.fromkeys(NEEDED, True)).value) in HOSTING


def test_the_hosting_page_lists_every_exit_code_and_whether_to_start_again():
    rows = re.findall(r"^\| (\d+) \|.*\| ?(yes|no|) ?\|$", HOSTING, re.MULTILINE)
    assert {int(code): again == "yes" for code, again in rows} == {code: code in WORTH_RETRYING for code in Exit}


def test_every_setting_on_the_hosting_page_exists():
    assert set(re.findall(r"CARDGLASS_\w+", HOSTING)) <= set(PARSERS)


def test_systemd_restarts_it_only_if_that_may_help():
    prevented = {int(code) for code in unit_value("RestartPreventExitStatus").split()}
    assert prevented == set(Exit) - WORTH_RETRYING - {Exit.OK}
    assert unit_value("Restart") == "on-failure"


def test_supervisors_wait_longer_than_stopping_takes():
    assert int(unit_value("TimeoutStopSec")) > STOP_S
    assert int(COMPOSE["services"]["bot"]["stop_grace_period"].rstrip("s")) > STOP_S
    assert STOP_S < 10, "what docker gives a container without being told otherwise"
    assert int(unit_value("TimeoutStopSec", WORKERS)) > prefork.STOP_WITHIN_S
    assert int(COMPOSE["services"]["worker"]["stop_grace_period"].rstrip("s")) > prefork.STOP_WITHIN_S


def test_the_workers_command_line_is_valid():
    started = COMPOSE["services"]["worker"]["entrypoint"]
    address = {"${RECOGNISER_URL}": "redis://HOST:6379"}
    by_systemd = [address.get(word, word) for word in unit_value("ExecStart", WORKERS).split()]
    for words in (started, by_systemd):
        assert words[1:3] == ["-m", "engine"]
        assert cli._parser().parse_args(words[3:]).processes >= 1


def test_all_units_have_the_same_restrictions():
    bot, workers = (unit.read_text(encoding="utf-8").split("CapabilityBoundingSet")[1] for unit in (UNIT, WORKERS))
    assert bot == workers


def test_the_container_runs_without_rights_and_keeps_its_data_in_a_volume():
    bot = COMPOSE["services"]["bot"]
    assert bot["read_only"]
    assert bot["cap_drop"] == ["ALL"]
    assert bot["volumes"] == [f"data:{bot['environment']['CARDGLASS_DATA']}", "cards:/cards:ro"]
    assert re.search(r"^USER (?!root)", DOCKERFILE, re.MULTILINE)


def test_the_dockerfile_s_settings_are_valid():
    given = dict(re.findall(r"(CARDGLASS_\w+)=(\S+)", DOCKERFILE))
    assert read_settings(given).http is not None
    assert read_settings(given).data == Path("/data")


def test_the_container_gets_everything_it_needs_and_no_secret():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    wanted = {name for names in copied for name in names.split()}
    assert wanted == {line[1:] for line in ignored if line.startswith("!")}
    assert all((ROOT / name).exists() for name in wanted)
    assert "*" in ignored


@pytest.mark.skipif(SYSTEMD is None, reason="there is no systemd here")
@pytest.mark.parametrize("unit", [UNIT, WORKERS], ids=lambda unit: unit.stem)
def test_systemd_understands_every_line_of_the_unit(unit: Path):
    said = subprocess.run([SYSTEMD, "verify", unit], capture_output=True, text=True, check=False).stderr
    # The program itself is not where the unit expects it.
    assert [line for line in said.splitlines() if "is not executable" not in line] == []
