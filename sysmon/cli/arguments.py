"""Arguments that come from the declared options, and the settings that a command runs with."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping
from typing import cast

from sysmon.model.errors import ConfigError
from sysmon.runtime.launch import DEMO_MACHINES, MOST_MACHINES
from sysmon.runtime.option import Value
from sysmon.runtime.options import OPTIONS
from sysmon.runtime.paths import Paths, find_paths
from sysmon.runtime.settings import Settings, parsed


def add_option(parser: ArgumentParser, name: str, flag: str | None = None) -> None:
    """Let ``parser`` take the option ``name`` for this run, as ``--key`` or as ``flag``; True needs no value."""
    option = OPTIONS[name]
    flag = flag or "--" + option.key.replace("_", "-")
    if option.kind is bool:
        parser.add_argument(flag, dest=name, action="store_const", const=True, help=option.text)
        return
    parser.add_argument(
        flag,
        dest=name,
        type=_reader(name),
        metavar=option.unit.upper() or option.key.upper(),
        help=f"{option.text} {option.bounds()}; {option.default} where the settings say nothing.".replace("%", "%%"),
    )


def add_set(parser: ArgumentParser) -> None:
    """Let ``parser`` take ``--set NAME=VALUE`` for any option."""
    parser.add_argument(
        "--set",
        dest="assignments",
        action="append",
        type=_assignment,
        metavar="NAME=VALUE",
        help="use VALUE for a setting in this run only; `sysmon config show` lists the names",
    )


def add_demo(parser: ArgumentParser) -> None:
    """Let ``parser`` take ``--demo`` and how many machines it simulates."""
    parser.add_argument("--demo", action="store_true", help="show simulated machines, labelled as such")
    parser.add_argument(
        "--machines",
        type=_machines,
        default=DEMO_MACHINES,
        metavar="N",
        help=f"how many machines --demo simulates, 1 to {MOST_MACHINES}; {DEMO_MACHINES}",
    )


def _machines(text: str) -> int:
    """A number of machines. Raises ArgumentTypeError for anything else."""
    count = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
    if not 1 <= count <= MOST_MACHINES:
        raise ArgumentTypeError(f"must be a whole number from 1 to {MOST_MACHINES}")
    return count


def _reader(name: str) -> Callable[[str], Value]:
    def read(text: str) -> Value:
        try:
            return OPTIONS[name].parse(text)
        except ValueError as error:
            raise ArgumentTypeError(str(error)) from None

    return read


def _assignment(text: str) -> tuple[str, Value]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    try:
        return name.strip(), parsed(name.strip(), value)
    except ConfigError as error:
        raise ArgumentTypeError(str(error)) from None


ENVIRONMENT_PREFIX = "SYSMON_"


def environment_name(option: str) -> str:
    """The variable that sets the option with the dotted name ``option``: ``SYSMON_SHARING_PORT`` for ``sharing.port``."""
    return ENVIRONMENT_PREFIX + option.replace(".", "_").upper()


def from_environment(environment: Mapping[str, str]) -> dict[str, Value]:
    """What ``environment`` says about options, by dotted name. Raises ConfigError that names the variable."""
    found: dict[str, Value] = {}
    for name in OPTIONS:
        variable = environment_name(name)
        if variable in environment:
            try:
                found[name] = OPTIONS[name].parse(environment[variable])
            except ValueError as error:
                raise ConfigError(f"the variable {variable}: {environment[variable]!r} {error}") from None
    return found


def overrides(args: Namespace, environment: Mapping[str, str] = os.environ) -> dict[str, Value]:
    """What the environment and, above it, the command line say about options, by dotted name."""
    given = cast("dict[str, object]", vars(args))
    found = from_environment(environment)
    found |= dict(cast("list[tuple[str, Value]]", given.get("assignments") or []))
    for name in OPTIONS:
        if given.get(name) is not None:
            found[name] = cast("Value", given[name])
    return found


def load_settings(args: Namespace, paths: Paths | None = None) -> Settings:
    """The settings for this run. What is wrong with the file is said on standard error, a line each."""
    settings = Settings((paths or find_paths()).settings_file, overrides(args))
    for problem in settings.problems:
        if not problem.unknown:
            print(f"sysmon: {problem}; the default is used", file=sys.stderr)
    return settings
