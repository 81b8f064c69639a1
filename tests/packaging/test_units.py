"""The units of systemd start commands that there are, keep the state where they say, and give nothing away."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "packaging" / "linux" / "systemd"
SYSTEM = sorted((UNITS / "system").glob("*.service"))
ALL = [*SYSTEM, *(UNITS / "user").glob("*.service")]

HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "MemoryDenyWriteExecute": "yes",
    "RestrictNamespaces": "yes",
    "SystemCallArchitectures": "native",
    "DevicePolicy": "closed",
}


def settings(unit: Path) -> dict[str, list[str]]:
    """What the section [Service] of ``unit`` says; a setting may stand there several times."""
    found: dict[str, list[str]] = {}
    section = ""
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("unit", ALL, ids=lambda unit: f"{unit.parent.name}-{unit.stem}")
def test_a_unit_starts_a_command_with_arguments_that_it_takes(unit: Path) -> None:
    (line,) = settings(unit)["ExecStart"]
    program, command, *arguments = shlex.split(line)
    assert program.endswith("/sysmon")
    assert import_module(f"sysmon.cli.{command}").parser().parse_args(arguments).stderr, "the journal gets the log"


@pytest.mark.parametrize("unit", ALL, ids=lambda unit: f"{unit.parent.name}-{unit.stem}")
def test_a_unit_reaches_the_network_netlink_and_the_socket_for_commands_and_no_more(unit: Path) -> None:
    (families,) = settings(unit)["RestrictAddressFamilies"]
    assert set(families.split()) == {"AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"}
    assert settings(unit)["Restart"] == ["on-failure"]
    assert settings(unit)["SystemCallFilter"][0] == "@system-service"


@pytest.mark.parametrize("unit", SYSTEM, ids=lambda unit: unit.stem)
def test_a_system_unit_has_no_rights_and_one_folder(unit: Path) -> None:
    found = settings(unit)
    assert {name: found[name] for name in HARDENED} == {name: [value] for name, value in HARDENED.items()}
    (folder,) = found["StateDirectory"]
    assert found["Environment"] == [f"SYSMON_HOME=%S/{folder}"]
    assert found["User"] == ["sysmon"]


def test_agent_and_hub_on_one_machine_have_a_home_each() -> None:
    assert len({settings(unit)["StateDirectory"][0] for unit in SYSTEM}) == len(SYSTEM) == 2


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("unit", SYSTEM, ids=lambda unit: unit.stem)
def test_systemd_rates_a_system_unit_as_well_protected(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=25", "--no-pager", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
