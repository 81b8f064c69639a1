"""The table of commands, and the help that teaches them. Loads a command only when it is run."""

from __future__ import annotations

import importlib
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from sysmon import __version__


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name, what it does in a line, and the group it is listed in."""

    name: str
    summary: str
    group: str

    @property
    def module(self) -> str:
        return f"sysmon.cli.{self.name}"


class CommandModule(Protocol):
    """What the module of a command holds."""

    def parser(self) -> ArgumentParser:
        """The arguments of the command."""
        ...

    def run(self, args: Namespace) -> int:
        """Do it and answer the exit code. Raises SysmonError where it cannot be done."""
        ...


COMMANDS = (
    Command("window", "open the window (the same as no command at all)", "See this machine"),
    Command("watch", "live figures in the terminal, of this machine or another", "See this machine"),
    Command("snapshot", "one reading, as text or JSON, of this machine or another", "See this machine"),
    Command("screenshot", "a page of the window as a PNG file, without a display", "See this machine"),
    Command("ps", "the processes that a filter finds", "See this machine"),
    Command("kill", "end the processes that a filter finds", "Act on processes"),
    Command("act", "do one thing to processes that are named exactly", "Act on processes"),
    Command("share", "let paired machines watch this one, or not", "Several machines"),
    Command("pair", "pair with another machine: show a code, or go to one", "Several machines"),
    Command("peers", "paired machines, and how the links to them are", "Several machines"),
    Command("revoke", "forget a paired machine", "Several machines"),
    Command("agent", "sample without a screen, and publish", "Run without a screen"),
    Command("hub", "collect many machines and publish them", "Run without a screen"),
    Command("doctor", "what can be read here, what cannot, and why", "Check and measure"),
    Command("selftest", "check that this installation works", "Check and measure"),
    Command("bench", "measure what sysmon costs here", "Check and measure"),
    Command("config", "show, change and check the settings", "Set up"),
)
_BY_NAME = {command.name: command for command in COMMANDS}

_EXAMPLES = """Examples:
  sysmon                                   open the window
  sysmon --page processes --theme dark     open it on a page, in a theme
  sysmon --demo                            look around with simulated machines
  sysmon watch                             live figures where there is no display
  sysmon snapshot --json cpu memory        one reading for a script
  sysmon doctor                            why is this figure missing?
  sysmon share on; sysmon pair             let another machine watch this one
  sysmon watch atlas                       live figures of a paired machine

Exit codes: 0 done, 1 failed or a check found something, 2 wrong usage or no display,
130 ended by Ctrl+C, 141 nobody read the output."""


def run(argv: Sequence[str]) -> int:
    """Run what ``argv`` asks for. Raises SystemExit after help and after wrong usage."""
    first = argv[0] if argv else ""
    if first in ("-h", "--help", "help"):
        if len(argv) > 1 and argv[1] in _BY_NAME:
            return run((argv[1], "--help"))
        print(help_text())
        return 0
    if first in ("-V", "--version"):
        print(f"sysmon {__version__}")
        return 0
    if first in _BY_NAME:
        return _run_command(_BY_NAME[first], argv[1:])
    if first and not first.startswith("-"):
        return _unknown(first)
    return _run_command(_BY_NAME["window"], argv)


def _run_command(command: Command, argv: Sequence[str]) -> int:
    module = cast("CommandModule", importlib.import_module(command.module))
    return module.run(module.parser().parse_args(argv))


def _unknown(word: str) -> int:
    import difflib

    from sysmon.model.printable import printable

    close = difflib.get_close_matches(word, _BY_NAME, 1)
    hint = f"did you mean `sysmon {close[0]}`?" if close else "`sysmon --help` lists them"
    print(f"sysmon: there is no command {printable(word)}; {hint}", file=sys.stderr)
    return 2


def help_text() -> str:
    """What `sysmon --help` prints."""
    lines = [
        "sysmon shows what this machine does: in a window, in a terminal, or for a script.",
        "",
        "Usage: sysmon [--page NAME] [--theme dark|light|system] [--host NAME] [--hidden] [--demo]",
        "       sysmon COMMAND [options]     (`sysmon COMMAND --help` explains each)",
    ]
    groups: dict[str, list[Command]] = {}
    for command in COMMANDS:
        groups.setdefault(command.group, []).append(command)
    for group, members in groups.items():
        lines += ["", f"{group}:", *(f"  {command.name:<11} {command.summary}" for command in members)]
    return "\n".join([*lines, "", _EXAMPLES])


def command_parser(name: str, description: str, epilog: str | None = None) -> ArgumentParser:
    """A parser for the command ``name`` that writes ``description`` and ``epilog`` as they are."""
    from argparse import RawDescriptionHelpFormatter

    return ArgumentParser(
        prog=f"sysmon {name}".rstrip(),
        description=description,
        epilog=epilog,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
